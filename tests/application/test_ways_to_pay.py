"""Every way to pay, through the use cases and on both databases: once, within its limits, and for the right people."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import pytest

from points.access import Actor
from points.application.tools import Answer
from points.bootstrap import Settings
from points.codes.errors import CodeWrongKind
from points.domain import naming
from points.domain.account import InsufficientPoints
from points.domain.card import CardBlocked, CardDayCapExceeded, CardRevoked
from points.domain.errors import Invalid, NotAllowed, PointsError
from points.domain.offer import OfferPriceDiffers, OfferSoldOut
from points.domain.property_fee import BillCreditExceedsRest, BillPaid
from points.domain.redemption import AuthorisationClosed, AuthorisationLapsed, CaptureExceedsAuthorisation
from points.merchants.cards import WrongPin
from points.merchants.extras import Extras
from points.merchants.merchant_codes import BoundAmountDiffers
from points.merchants.redeeming import RedemptionNotFound, Wish
from tests.application.market import PAY_FEN, START, Market, Person
from tests.application.test_main_job import COUNTY

PIN = "482915"
IDENTITY = "99000019600101001{}"


class Resident(NamedTuple):
    number: str
    phone: Actor
    account_id: UUID


@pytest.fixture
def market(database_url: str, tmp_path: Path) -> Iterator[Market]:
    market = Market(Settings(database_url, master_key_file=tmp_path / "key", fixed_at=START))
    yield market
    market.exchange.close()


def _checked(first: str) -> str:
    total = sum(int(d) * pow(2, 17 - place, 11) for place, d in enumerate(first))
    return first + "10X98765432"[total % 11]


def resident(market: Market, points: int) -> Resident:
    """Somebody in the register, with a phone that is past its first days, and points."""
    ex = market.exchange
    registered = ex.volunteers.register(
        market.call(market.clerk),
        name="甲某",
        identity_number=_checked("99000019600101001"),
        phone="19900000001",
        area="500233001001",
    )
    number: str = registered.body["volunteer_number"]
    offered = ex.volunteers.enrol(market.call(market.clerk), number)
    phone = ex.authenticate(ex.sign_in.redeem_code(offered.body["digits"], market.now)["token"], market.now)
    assert phone.volunteer_id is not None
    account_id = naming.account_id(ex.tools.tenant, phone.volunteer_id)
    market.at(days=4)
    market.open_account(phone.volunteer_id, account_id)
    market.issue(Person(phone.volunteer_id, account_id, phone.id, phone), 0, points)
    return Resident(number, phone, account_id)


def code_of(market: Market, who: Resident) -> str:
    digits: str = market.exchange.paying.payment_code(market.call(who.phone)).body["digits"]
    return digits


def balance(market: Market, who: Resident) -> tuple[int, int]:
    body = market.exchange.accounts.balance(market.call(market.clerk), who.number)
    return body["balance"], body["held"]


# Two steps


def test_an_authorised_sale_holds_points_then_takes_fewer_and_frees_the_rest(market: Market) -> None:
    who, ex = resident(market, 50), market.exchange
    made = ex.authorisations.authorise(market.call(market.till), points=30, code=code_of(market, who))
    assert balance(market, who) == (50, 30)
    with pytest.raises(InsufficientPoints):
        ex.redeeming.redeem(market.call(market.till), points=21, code=code_of(market, who))
    id_ = UUID(made.body["id"])
    with pytest.raises(CaptureExceedsAuthorisation):
        ex.authorisations.capture(market.call(market.till), id_, points=31)
    captured = ex.authorisations.capture(market.call(market.till), id_, points=12)
    assert captured.body["receipt"]
    assert balance(market, who) == (38, 0)
    with pytest.raises(AuthorisationClosed):
        ex.authorisations.void(market.call(market.till), id_)
    assert ex.redeeming.show(market.call(market.till), id_)["points"] == 12
    ex.refunds.refund(market.call(market.till), id_, points=12, reason="r")
    assert balance(market, who) == (50, 0)


def test_a_voided_or_lapsed_sale_gives_everything_back(market: Market) -> None:
    who, ex = resident(market, 50), market.exchange
    first = ex.authorisations.authorise(market.call(market.till), points=30, code=code_of(market, who))
    ex.authorisations.void(market.call(market.till), UUID(first.body["id"]))
    assert balance(market, who) == (50, 0)
    second = ex.authorisations.authorise(
        market.call(market.till), points=50, code=code_of(market, who), valid_for_s=60
    )
    market.at(minutes=5)
    with pytest.raises(AuthorisationLapsed):
        ex.authorisations.capture(market.call(market.till), UUID(second.body["id"]))
    ex.redeeming.redeem(market.call(market.till), points=50, code=code_of(market, who))
    assert balance(market, who) == (0, 0)


def test_what_is_held_does_not_expire_and_the_run_frees_what_has_lapsed(market: Market) -> None:
    who, ex = resident(market, 5), market.exchange
    person = Person(who.phone.volunteer_id or UUID(int=0), who.account_id, who.phone.id, who.phone)
    market.issue(person, 1, 20, market.now.date())
    ex.authorisations.authorise(
        market.call(market.till), points=20, code=code_of(market, who), valid_for_s=24 * 3600
    )
    market.at(hours=20)
    assert ex.expiry.run(market.call(market.clerk))["expired_points"] == 0
    market.at(hours=20)
    assert ex.expiry.run(market.call(market.clerk))["expired_points"] == 20
    assert balance(market, who) == (5, 0)


def test_another_shop_cannot_capture_what_this_one_authorised(market: Market) -> None:
    who, ex = resident(market, 50), market.exchange
    made = ex.authorisations.authorise(market.call(market.till), points=30, code=code_of(market, who))
    _, stranger, _ = market.shop()
    with pytest.raises(RedemptionNotFound):
        ex.authorisations.capture(market.call(stranger), UUID(made.body["id"]))


# Batches


def test_a_batch_answers_each_sale_for_itself(market: Market) -> None:
    who, ex = resident(market, 50), market.exchange
    codes = [code_of(market, who) for _ in range(3)]
    wishes = [Wish(10, code, None) for code in codes] + [Wish(10, codes[0], None), Wish(60, codes[1], None)]
    answers = ex.redeeming.redeem_many(market.call(market.till), [*wishes, Wish(1, "87", None)])
    assert [isinstance(answer, Answer) for answer in answers] == [True, True, True, True, False, False]
    replay, first = answers[3], answers[0]
    assert isinstance(replay, Answer)
    assert isinstance(first, Answer)
    assert (replay.replayed, replay.body) == (True, first.body)
    slugs = [answer.slug() for answer in answers[4:] if isinstance(answer, PointsError)]
    assert slugs == ["code-already-used", "code-malformed"]
    assert balance(market, who) == (20, 0)


# The volunteer scans the shop


def test_a_volunteer_pays_by_the_shops_code_after_seeing_its_name(market: Market) -> None:
    who, ex = resident(market, 50), market.exchange
    code = ex.merchants.code(market.call(market.owner), market.merchant).body["digits"]
    shown = ex.merchant_codes.preview(market.call(who.phone), code)
    assert (shown["merchant"], shown["points"]) == ("=爱心超市", None)
    call = market.call(who.phone)
    paid = ex.merchant_codes.pay(call, code=code, points=8)
    again = ex.merchant_codes.pay(call, code=code, points=8)
    assert (again.replayed, again.body) == (True, paid.body)
    ex.merchant_codes.pay(market.call(who.phone), code=code, points=8)
    assert balance(market, who) == (34, 0)
    with pytest.raises(NotAllowed):
        ex.merchant_codes.pay(market.call(market.till), code=code, points=8)


def test_an_amount_bound_in_the_shops_code_is_the_amount(market: Market) -> None:
    who, ex = resident(market, 50), market.exchange
    code = ex.merchants.code(market.call(market.owner), market.merchant, points=9).body["digits"]
    with pytest.raises(BoundAmountDiffers):
        ex.merchant_codes.pay(market.call(who.phone), code=code, points=8)
    with pytest.raises(CodeWrongKind):
        ex.merchant_codes.pay(market.call(who.phone), code=code_of(market, who), points=9)


# Cards


def card_of(market: Market, who: Resident) -> tuple[str, UUID]:
    issued = market.exchange.cards.issue(market.call(market.clerk), who.number, pin=PIN)
    return issued.body["digits"], UUID(issued.body["card_id"])


def test_a_card_pays_with_its_pin_once_per_key_and_within_its_day(market: Market) -> None:
    who, ex = resident(market, 200), market.exchange
    card, _ = card_of(market, who)
    call = market.call(market.till)
    paid = ex.cards.pay(call, card=card, pin=PIN, points=30)
    assert ex.cards.pay(call, card=card, pin=PIN, points=30).body == paid.body
    with pytest.raises(CardDayCapExceeded):
        ex.cards.pay(market.call(market.till), card=card, pin=PIN, points=21)
    assert balance(market, who) == (170, 0)


def test_five_wrong_pins_block_a_card_until_the_office_has_seen_its_owner(market: Market) -> None:
    who, ex = resident(market, 200), market.exchange
    card, card_id = card_of(market, who)
    for left in (4, 3, 2, 1, 0):
        with pytest.raises(WrongPin) as refused:
            ex.cards.pay(market.call(market.till), card=card, pin="000001", points=1)
        assert refused.value.left_tries == left
    with pytest.raises(CardBlocked):
        ex.cards.pay(market.call(market.till), card=card, pin=PIN, points=1)
    ex.cards.set_pin(market.call(market.clerk), card_id, pin="915482")
    ex.cards.pay(market.call(market.till), card=card, pin="915482", points=1)
    ex.cards.revoke(market.call(market.clerk), card_id)
    with pytest.raises(CardRevoked):
        ex.cards.pay(market.call(market.till), card=card, pin="915482", points=1)


@pytest.mark.parametrize("easy", ["123456", "111111", "12345", "1234567", "abcdef", "１２３４５６"])
def test_an_easy_pin_is_not_taken(market: Market, easy: str) -> None:
    who = resident(market, 1)
    with pytest.raises(Invalid):
        market.exchange.cards.issue(market.call(market.clerk), who.number, pin=easy)


# Beside the points


def test_goods_cost_their_price_and_run_out(market: Market) -> None:
    who, ex = resident(market, 50), market.exchange
    listed = ex.offers.list_one(market.call(market.owner), market.merchant, title="大米", points=6, stock=3)
    offer = UUID(listed.body["offer_id"])

    def buy(points: int, quantity: int) -> Answer:
        extras = Extras(cash_fen=150, offer_id=offer, quantity=quantity)
        return ex.redeeming.redeem(
            market.call(market.till), points=points, code=code_of(market, who), extras=extras
        )

    with pytest.raises(OfferPriceDiffers):
        buy(6, 2)
    buy(12, 2)
    with pytest.raises(OfferSoldOut):
        buy(12, 2)
    (shown,) = ex.offers.list(market.call(who.phone), market.merchant, limit=10)["offers"]
    assert (shown["title"], shown["points"], shown["stock"]) == ("大米", 6, 1)
    assert balance(market, who) == (38, 0)


def property_manager(market: Market) -> tuple[UUID, Actor]:
    ex = market.exchange
    made = ex.merchants.enrol(
        market.call(market.clerk),
        name="物业",
        kind="property_manager",
        area=COUNTY,
        pay_fen=PAY_FEN,
        caps=dict.fromkeys(
            ("redemption_points", "person_day_points", "till_day_points", "merchant_day_points"), 10_000
        ),
        valid_from=date(2026, 1, 1),
        valid_until=date(2030, 1, 1),
    )
    merchant = UUID(made.body["merchant_id"])
    ex.merchants.approve(market.call(market.reviewer), merchant)
    token = ex.tills.enrol(market.call(market.clerk), merchant).body["token"]
    return merchant, ex.authenticate(token, market.now)


def test_a_bill_is_paid_in_parts_up_to_its_amount_and_an_unknown_one_once(market: Market) -> None:
    who, ex = resident(market, 200), market.exchange
    merchant, till = property_manager(market)
    ex.bills.register(market.call(market.clerk), merchant, bill_number="A-7", amount_fen=30 * PAY_FEN)

    def pay(points: int, bill: str) -> Answer:
        extras = Extras(bill_number=bill)
        return ex.redeeming.redeem(market.call(till), points=points, code=code_of(market, who), extras=extras)

    pay(20, "A-7")
    with pytest.raises(BillCreditExceedsRest):
        pay(11, "A-7")
    pay(10, "A-7")
    with pytest.raises(BillPaid):
        pay(1, "A-7")
    pay(5, "B-8")
    with pytest.raises(BillPaid):
        pay(5, "B-8")
    assert balance(market, who) == (165, 0)


def test_a_supermarket_takes_no_bills(market: Market) -> None:
    who = resident(market, 20)
    with pytest.raises(Invalid):
        market.exchange.redeeming.redeem(
            market.call(market.till),
            points=1,
            code=code_of(market, who),
            extras=Extras(bill_number="A-7"),
        )
    assert balance(market, who) == (20, 0)


# A shop's own system


def test_a_rotated_key_works_at_once_and_the_old_one_for_a_day(market: Market) -> None:
    ex = market.exchange
    first = ex.tills.enrol_pos(market.call(market.clerk), market.merchant).body
    second = ex.tills.rotate_pos(market.call(market.clerk), UUID(first["till_id"])).body
    for token in (first["token"], second["token"]):
        assert ex.authenticate(token, market.now).merchant_id == market.merchant
    later = market.now + timedelta(days=2)
    assert ex.authenticate(second["token"], later).id == UUID(first["till_id"])
    with pytest.raises(PointsError):
        ex.authenticate(first["token"], later)
