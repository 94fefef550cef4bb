from __future__ import annotations

import pytest

from points.i18n.language import Language, named, negotiate

HANS, HANT, EN = Language


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("zh-TW", HANT),
        ("zh-HK", HANT),
        ("zh-MO,zh;q=0.8", HANT),
        ("zh-Hant", HANT),
        ("zh-CN", HANS),
        ("zh-SG", HANS),
        ("zh", HANS),
        ("en-GB,zh;q=0.5", EN),
        ("zh;q=0.5,en-GB", EN),
        ("fr, en;q=0.4, zh-TW;q=0.6", HANT),
        ("en;q=0, zh-TW;q=0.1", HANT),
    ],
)
def test_the_reader_gets_the_language_they_like_best(header: str, language: Language) -> None:
    assert negotiate(header) is language


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "*",
        "de",
        "xx-YY",
        "../../en",
        "en;q=x",
        ";;;,,,",
        "q=1",
        "en_" * 9,
        ",".join(["de"] * 50 + ["en"]),
    ],
)
def test_whatever_cannot_be_read_or_served_gets_the_default(header: str | None) -> None:
    assert negotiate(header) is HANS


@pytest.mark.parametrize(
    ("value", "language"),
    [
        ("en", EN),
        ("en_US.UTF-8", EN),
        ("zh-Hant", HANT),
        ("zh_TW.UTF-8", HANT),
        ("zh_CN", HANS),
        ("C", HANS),
        (None, HANS),
    ],
)
def test_a_setting_names_the_language_as_a_tag_or_as_a_locale(value: str | None, language: Language) -> None:
    assert named(value) is language
