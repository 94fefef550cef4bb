from __future__ import annotations

from dataclasses import replace

import pytest

from points.codes.checking import (
    OFFLINE_SKEW_S,
    ONLINE_SKEW_S,
    check_audience,
    check_not_revoked,
    check_time,
    check_usable,
    verify,
)
from points.codes.errors import (
    CodeExpired,
    CodeKeyNotForKind,
    CodeKeyRevoked,
    CodeMalformed,
    CodeNotYetValid,
    CodeOutsideKeyWindow,
    CodeSignatureInvalid,
    CodeUnknownKey,
    CodeWrongAudience,
    CodeWrongKind,
)
from points.codes.keys import KeySet
from points.codes.token import TOKEN_BYTES, Kind, encode, from_digits, to_digits
from points.domain.errors import Refused
from tests.codes.conftest import START_S, WINDOW_S, Issuer


def refusal_of(digits: str, issuer: Issuer, expected: Kind = Kind.PAYMENT) -> str | None:
    try:
        verify(digits, expected=expected, tenant=issuer.tenant, keys=issuer.keys)
    except Refused as refusal:
        return refusal.slug()
    return None


@pytest.mark.parametrize("kind", [Kind.PAYMENT, Kind.MERCHANT, Kind.CARD])
def test_none_of_the_832_bit_flips_is_accepted(issuer: Issuer, kind: Kind) -> None:
    raw = int.from_bytes(issuer.raw(issuer.token(kind)))
    accepted = [
        bit
        for bit in range(8 * TOKEN_BYTES)
        if refusal_of(to_digits((raw ^ 1 << bit).to_bytes(TOKEN_BYTES)), issuer, kind) is None
    ]
    assert accepted == []
    assert refusal_of(to_digits(raw.to_bytes(TOKEN_BYTES)), issuer, kind) is None


def test_no_beginning_and_no_end_of_a_code_is_accepted(issuer: Issuer) -> None:
    digits = issuer.digits(issuer.token(Kind.PAYMENT))
    cut = [digits[:length] for length in range(len(digits))] + [digits[start:] for start in range(1, 253)]
    assert {refusal_of(part, issuer) for part in cut} == {"code-malformed"}


@pytest.mark.parametrize("place", [0, 1, 2, 100, 252])
@pytest.mark.parametrize("stranger", ["full-width", "arabic-indic", "_", " ", "+", "-", "\u200b", "\n", "a"])
def test_no_foreign_digit_is_accepted_anywhere(issuer: Issuer, place: int, stranger: str) -> None:
    digits = issuer.digits(issuer.token(Kind.PAYMENT))
    zero = {"full-width": 0xFF10, "arabic-indic": 0x0660}.get(stranger)
    mark = stranger if zero is None else chr(zero + int(digits[place]))
    assert refusal_of(digits[:place] + mark + digits[place + 1 :], issuer) == "code-malformed"
    assert refusal_of(digits[:place] + mark + digits[place:], issuer) == "code-malformed"


def test_the_same_number_written_with_one_more_zero_is_refused(issuer: Issuer) -> None:
    digits = issuer.digits(issuer.token(Kind.PAYMENT))
    assert refusal_of("870" + digits[2:], issuer) == "code-malformed"


@pytest.mark.parametrize("expected", Kind)
@pytest.mark.parametrize("given", Kind)
def test_a_code_is_accepted_only_as_the_kind_it_is(issuer: Issuer, given: Kind, expected: Kind) -> None:
    digits = issuer.digits(issuer.token(given))
    assert refusal_of(digits, issuer, expected) == (None if given is expected else "code-wrong-kind")


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("signer", Kind)
def test_a_key_signs_only_its_own_kind(issuer: Issuer, kind: Kind, signer: Kind) -> None:
    token = replace(issuer.token(kind), key_id=issuer.key(signer).key_id)
    digits = to_digits(encode(token, issuer.tenant, issuer.private(signer).sign))
    assert refusal_of(digits, issuer, kind) == (None if kind is signer else "code-key-not-for-kind")


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("signer", Kind)
def test_naming_the_right_key_does_not_make_anothers_signature_good(
    issuer: Issuer, kind: Kind, signer: Kind
) -> None:
    digits = to_digits(encode(issuer.token(kind), issuer.tenant, issuer.private(signer).sign))
    assert refusal_of(digits, issuer, kind) == (None if kind is signer else "code-signature-invalid")


@pytest.mark.parametrize("kind", Kind)
def test_a_code_of_another_tenant_is_unknown_here(issuer: Issuer, other_issuer: Issuer, kind: Kind) -> None:
    digits = other_issuer.digits(other_issuer.token(kind))
    with pytest.raises(CodeUnknownKey):
        verify(digits, expected=kind, tenant=issuer.tenant, keys=issuer.keys)


@pytest.mark.parametrize("kind", Kind)
def test_the_tenant_is_signed_even_where_two_tenants_share_a_key(
    issuer: Issuer, other_issuer: Issuer, kind: Kind
) -> None:
    digits = issuer.digits(issuer.token(kind))
    with pytest.raises(CodeSignatureInvalid):
        verify(digits, expected=kind, tenant=other_issuer.tenant, keys=issuer.keys)


def test_the_form_is_looked_at_before_the_kind_and_the_kind_before_the_key(issuer: Issuer) -> None:
    raw = bytearray(issuer.raw(issuer.token(Kind.MERCHANT)))
    raw[1], raw[2:6] = 1, b"\xff" * 4
    raw[0] = 0x23
    with pytest.raises(CodeMalformed):
        verify(to_digits(bytes(raw)), expected=Kind.PAYMENT, tenant=issuer.tenant, keys=issuer.keys)
    raw[0] = 0x13
    with pytest.raises(CodeWrongKind):
        verify(to_digits(bytes(raw)), expected=Kind.PAYMENT, tenant=issuer.tenant, keys=issuer.keys)
    with pytest.raises(CodeMalformed):
        verify(to_digits(bytes(raw)), expected=Kind.MERCHANT, tenant=issuer.tenant, keys=issuer.keys)
    raw[1] = 0
    with pytest.raises(CodeUnknownKey):
        verify(to_digits(bytes(raw)), expected=Kind.MERCHANT, tenant=issuer.tenant, keys=issuer.keys)
    raw[2:6] = issuer.key(Kind.CARD).key_id
    with pytest.raises(CodeKeyNotForKind):
        verify(to_digits(bytes(raw)), expected=Kind.MERCHANT, tenant=issuer.tenant, keys=issuer.keys)


def test_a_code_that_has_run_out_still_verifies_so_that_a_lost_answer_can_be_given_again(
    issuer: Issuer,
) -> None:
    token = issuer.token(Kind.PAYMENT, not_before_s=0)
    digits = issuer.digits(token)
    assert verify(digits, expected=Kind.PAYMENT, tenant=issuer.tenant, keys=issuer.keys) == token


@pytest.mark.parametrize("skew_s", [ONLINE_SKEW_S, OFFLINE_SKEW_S])
def test_a_code_is_refused_one_second_before_its_start_and_one_after_its_end(
    issuer: Issuer, skew_s: int
) -> None:
    token, key = issuer.token(Kind.PAYMENT, lives=60), issuer.key(Kind.PAYMENT)
    check_time(token, key, START_S - skew_s, skew_s)
    check_time(token, key, START_S + 60 + skew_s, skew_s)
    with pytest.raises(CodeNotYetValid):
        check_time(token, key, START_S - skew_s - 1, skew_s)
    with pytest.raises(CodeExpired):
        check_time(token, key, START_S + 60 + skew_s + 1, skew_s)


def test_a_merchant_code_is_refused_one_second_after_its_last_hour(issuer: Issuer) -> None:
    token, key = issuer.token(Kind.MERCHANT, lives=24), issuer.key(Kind.MERCHANT)
    end_s = START_S + 24 * 3600 + ONLINE_SKEW_S
    check_time(token, key, end_s)
    with pytest.raises(CodeExpired):
        check_time(token, key, end_s + 1)


@pytest.mark.parametrize("kind", [Kind.RECEIPT, Kind.CERTIFICATE, Kind.CARD])
def test_a_receipt_a_certificate_and_a_card_do_not_run_out(issuer: Issuer, kind: Kind) -> None:
    check_time(issuer.token(kind), issuer.key(kind), START_S + 50 * 365 * 86_400)


def test_a_code_must_begin_while_its_key_signs(issuer: Issuer) -> None:
    key, end_s = issuer.key(Kind.CARD), START_S + WINDOW_S
    check_time(issuer.token(Kind.CARD, not_before_s=START_S), key, end_s)
    check_time(issuer.token(Kind.CARD, not_before_s=end_s - 1), key, end_s)
    for outside_s in (START_S - 1, end_s):
        with pytest.raises(CodeOutsideKeyWindow):
            check_time(issuer.token(Kind.CARD, not_before_s=outside_s), key, end_s)


def test_a_code_outlives_the_window_of_its_key(issuer: Issuer) -> None:
    token = issuer.token(Kind.MERCHANT, not_before_s=START_S + WINDOW_S - 1, lives=24)
    check_time(token, issuer.key(Kind.MERCHANT), START_S + WINDOW_S + 3600)


def test_a_code_for_everybody_is_good_at_any_till_online_and_at_none_offline(issuer: Issuer) -> None:
    token = issuer.token(Kind.PAYMENT)
    check_audience(token)
    check_audience(token, 7)
    with pytest.raises(CodeWrongAudience):
        check_audience(token, 7, offline=True)
    with pytest.raises(CodeWrongAudience):
        check_audience(token, 0, offline=True)


@pytest.mark.parametrize("offline", [True, False])
def test_an_allowance_code_is_good_only_at_its_till_or_group(issuer: Issuer, *, offline: bool) -> None:
    token = issuer.token(Kind.PAYMENT, audience=7)
    check_audience(token, 7, offline=offline)
    check_audience(token, 3, 7, offline=offline)
    with pytest.raises(CodeWrongAudience):
        check_audience(token, 8, offline=offline)
    with pytest.raises(CodeWrongAudience):
        check_audience(token, offline=offline)


def test_after_a_leak_the_signature_still_counts_for_answers_given_but_not_for_new_ones(
    issuer: Issuer,
) -> None:
    revoked = issuer.key(Kind.PAYMENT, revoked=True)
    keys = KeySet(issuer.tenant, 2, (revoked,))
    digits = issuer.digits(issuer.token(Kind.PAYMENT))
    token = verify(digits, expected=Kind.PAYMENT, tenant=issuer.tenant, keys=keys)
    check_not_revoked(issuer.key(Kind.PAYMENT))
    with pytest.raises(CodeKeyRevoked):
        check_usable(token, revoked, now_s=START_S)


def test_time_is_looked_at_before_audience_and_audience_before_revocation(issuer: Issuer) -> None:
    token, revoked = issuer.token(Kind.PAYMENT, audience=7), issuer.key(Kind.PAYMENT, revoked=True)
    with pytest.raises(CodeExpired):
        check_usable(token, revoked, 8, now_s=START_S + 1000)
    with pytest.raises(CodeWrongAudience):
        check_usable(token, revoked, 8, now_s=START_S)
    with pytest.raises(CodeKeyRevoked):
        check_usable(token, revoked, 7, now_s=START_S)


def test_a_signature_may_not_be_spelled_in_a_second_way(issuer: Issuer) -> None:
    raw = from_digits(issuer.digits(issuer.token(Kind.PAYMENT)))
    group_order = 2**252 + 27742317777372353535851937790883648493
    second = int.from_bytes(raw[72:], "little") + group_order
    assert refusal_of(to_digits(raw[:72] + second.to_bytes(32, "little")), issuer) == "code-signature-invalid"
