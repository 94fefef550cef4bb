"""Words that no call names together with its field, and so `points.i18n.check` does not see."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

import pytest

from points.access import Act
from points.application.auditing import EVENT_UNREADABLE, READ_MODEL_DIFFERS, SNAPSHOT_DIFFERS
from points.application.sheets.rules import Field, Rule
from points.codes.token import Kind
from points.i18n.catalogue import Catalogue, placeholders
from points.i18n.language import DEFAULT, Language
from points.ledger.audit.findings import Fault

OF_RECOMPUTING = (SNAPSHOT_DIFFERS, READ_MODEL_DIFFERS, EVENT_UNREADABLE)
# These a single entry breaks as well as a sheet's line, and there no facts come with the rule.
TOLD_WITHOUT_FACTS = [rule for rule in Rule if rule.startswith(("name-", "identity-", "phone-", "text-"))]


@pytest.fixture(scope="module")
def sentences() -> dict[str, str]:
    return dict(Catalogue.load().sentences[DEFAULT])


@pytest.mark.parametrize(
    ("vocabulary", "words"),
    [
        ("action", Act),
        ("expected", [kind.label for kind in Kind]),
        ("fault", [*Fault, *OF_RECOMPUTING]),
        ("field", Field),
        ("given", [*(kind.label for kind in Kind), "unknown"]),
        ("rule", Rule),
    ],
)
def test_every_word_of_a_closed_vocabulary_has_its_sentence(
    sentences: dict[str, str], vocabulary: str, words: Iterable[str]
) -> None:
    plain = [word.value if isinstance(word, Enum) else word for word in words]
    slugs = [f"{vocabulary}.{word.replace('_', '-')}" for word in plain]
    assert [slug for slug in slugs if slug not in sentences] == []


@pytest.mark.parametrize("language", list(Language))
def test_what_a_rule_says_stands_inside_a_sentence_and_does_not_end_one(language: Language) -> None:
    sentences = Catalogue.load().sentences[language]
    ended = [
        slug for slug, text in sentences.items() if slug.startswith("rule.") and text.endswith((".", "。"))
    ]
    assert ended == []


@pytest.mark.parametrize("rule", TOLD_WITHOUT_FACTS)
def test_what_may_be_told_without_facts_speaks_of_none(sentences: dict[str, str], rule: Rule) -> None:
    assert placeholders(sentences[f"rule.{rule.value}"]) == frozenset()
