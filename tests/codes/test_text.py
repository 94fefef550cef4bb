from __future__ import annotations

import re

import pytest

from points.codes.errors import CodeMalformed
from points.codes.text import claimed_kind, extract_digits, printed_text
from points.codes.token import Kind
from tests.codes.conftest import Issuer


@pytest.mark.parametrize("kind", Kind)
def test_what_is_printed_is_read_back(issuer: Issuer, kind: Kind) -> None:
    digits = issuer.digits(issuer.token(kind))
    assert extract_digits(printed_text(kind, digits, "points.example:8443")) == digits
    assert claimed_kind(digits) is kind


def test_an_enrolment_code_never_reaches_a_servers_log(issuer: Issuer) -> None:
    digits = issuer.digits(issuer.token(Kind.ENROLMENT))
    path, _, fragment = printed_text(Kind.ENROLMENT, digits, "points.example").partition("#")
    assert (path, fragment) == ("https://points.example/s/", digits)


@pytest.mark.parametrize("kind", [Kind.PAYMENT, Kind.CARD])
def test_what_a_till_scans_is_bare_digits(issuer: Issuer, kind: Kind) -> None:
    digits = issuer.digits(issuer.token(kind))
    assert printed_text(kind, digits, "points.example") == digits


@pytest.mark.parametrize(
    "form",
    [
        "http://points.example/s/{}",
        "HTTPS://points.example/s/{}",
        "https://Points.example/s/{}",
        "https://points.example/S/{}",
        "https://points.example/s/{}/",
        "https://points.example/s/{}#",
        "https://points.example/s/{}?x=1",
        "https://points.example/s/##{}",
        "https://points.example/s?#{}",
        "https://points.example//s/{}",
        "https://user@points.example/s/{}",
        "https://points.example:/s/{}",
        "https:///s/{}",
        "https://points.example/s/{}\n",
        " https://points.example/s/{}",
        "{}\n",
        " {}",
        "\ufeff{}",
    ],
)
def test_any_other_spelling_is_refused(issuer: Issuer, form: str) -> None:
    with pytest.raises(CodeMalformed):
        extract_digits(form.format(issuer.digits(issuer.token(Kind.MERCHANT))))


def test_a_link_to_another_host_is_refused_where_the_host_is_known(issuer: Issuer) -> None:
    link = printed_text(Kind.MERCHANT, issuer.digits(issuer.token(Kind.MERCHANT)), "points.example")
    with pytest.raises(CodeMalformed) as refusal:
        extract_digits(link, host="points.example.net")
    assert refusal.value.rule == "host"


@pytest.mark.parametrize("host", ["", "\n", "Points.example", "a/b", "a#b", "例子.example", "a b"])
def test_no_code_is_printed_with_an_impossible_host(host: str) -> None:
    with pytest.raises(ValueError, match=re.escape(repr(host))):
        printed_text(Kind.MERCHANT, "87", host)
