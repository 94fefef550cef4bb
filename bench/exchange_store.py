"""What the exchange's store holds before a run: people, shops, money; and a log made long on purpose."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID, uuid5

from bench.workload import FUNDS, Population
from points.application.tools import Tools
from points.domain.account import Account
from points.domain.aggregate import Aggregate
from points.domain.budget import Budget
from points.domain.calendar import local_day, to_us
from points.domain.device import Device
from points.domain.fund import Fund
from points.domain.merchant import Caps, Merchant, Terms
from points.domain.redemption import PaidBy, Portion, Redemption
from points.domain.scheme import Scheme
from points.domain.scheme_terms import Rate
from points.domain.scheme_terms import Terms as SchemeTerms
from points.domain.till import Till
from points.domain.values import AmountFen, FundKind, MerchantKind, Origin, Points, Rounding
from points.ledger.recorder import NewEvent
from points.ledger.unit import Unit
from points.ledger.writer import Command

AREA = "500233"
VALUE_FEN, PAY_FEN = AmountFen(10), AmountFen(8)
PHONE_AGE = timedelta(days=4)  # older than the 72 hours in which a phone may spend little
ACCOUNTS_AT_ONCE = 50
BULK_AT_ONCE = 200
BULK_LOTS, BULK_LOT_POINTS = 5, Points(8)


class Names:
    """Ids that follow from numbers, so that a store opened again is found as it was left."""

    def __init__(self, tenant: UUID, population: Population) -> None:
        self._tenant = tenant
        self.scheme, self.maker, self.checker = self("scheme"), self("maker"), self("checker")
        self.budgets = [self(f"budget/{number}") for number in range(FUNDS)]
        self.accounts = [self(f"account/{number}") for number in range(population.accounts)]
        self.devices = [self(f"device/{number}") for number in range(population.accounts)]
        self.merchants = [self(f"merchant/{number}") for number in range(population.merchants)]
        self.tills = [self(f"till/{number}") for number in range(population.merchants)]

    def __call__(self, name: str) -> UUID:
        return uuid5(self._tenant, f"bench/{name}")


def populate(tools: Tools, names: Names, population: Population) -> None:
    """Everything through the writer and the aggregates' own rules: no point exists without money behind it."""
    cover_fen = AmountFen(population.points * VALUE_FEN)
    _run(tools, [lambda unit: _found(unit, names, cover_fen)])
    _run(tools, [lambda unit: _enrol_shops(unit, names, population)])
    numbers = range(population.accounts)
    groups = [numbers[first : first + ACCOUNTS_AT_ONCE] for first in numbers[::ACCOUNTS_AT_ONCE]]
    _run(tools, [_issuing(names, population, group) for group in groups])


def _run(tools: Tools, decisions: list[Callable[[Unit], None]]) -> None:
    for outcome in tools.writer.run_all([Command(tools.new_id(), decide) for decide in decisions]):
        if isinstance(outcome, BaseException):
            raise outcome


def _found(unit: Unit, names: Names, cover_fen: AmountFen) -> None:
    at, today = unit.at, local_day(unit.at)
    start, end = today - timedelta(days=30), today + timedelta(days=365)
    scheme = unit.add(
        Scheme.open(at, names.scheme, area_code=AREA, name_ref=names("text"), opened_by=names.maker)
    )
    terms = SchemeTerms(start, (Rate("*", "verified", 1, 6),), Rounding.DOWN, VALUE_FEN, 24, Points(1))
    scheme.approve(at, scheme.draft(at, terms, drafted_by=names.maker), approved_by=names.checker)
    for number, budget_id in enumerate(names.budgets):
        fund_id = names(f"fund/{number}")
        fund = unit.add(
            Fund.open(
                at,
                fund_id,
                kind=FundKind.FISCAL,
                area_code=AREA,
                name_ref=names("text"),
                opened_by=names.maker,
            )
        )
        fund.receive(
            at,
            receipt_id=names(f"receipt/{number}"),
            amount_fen=cover_fen,
            source_ref=names("text"),
            document=None,
            received_on=today,
            recorded_by=names.maker,
        )
        fund.reserve(at, budget_id=budget_id, area_code=AREA, amount_fen=cover_fen, reserved_by=names.maker)
        unit.add(
            Budget.open(
                at,
                budget_id,
                fund_id=fund_id,
                area_code=AREA,
                period_from=start,
                period_until=end,
                amount_fen=cover_fen,
            )
        )


def _enrol_shops(unit: Unit, names: Names, population: Population) -> None:
    at, today = unit.at, local_day(unit.at)
    day_points = population.cap_points_day
    caps = Caps(population.cap_points_each, day_points, day_points, day_points)
    terms = Terms((names.scheme,), PAY_FEN, caps, today - timedelta(days=1), today + timedelta(days=365))
    for number, (merchant_id, till_id) in enumerate(zip(names.merchants, names.tills, strict=True), start=1):
        merchant = unit.add(
            Merchant.enrol(
                at,
                merchant_id,
                kind=MerchantKind.SUPERMARKET,
                area_code=AREA,
                name_ref=names("text"),
                enrolled_by=names.maker,
            )
        )
        agreement_no = merchant.make_agreement(at, terms, made_by=names.maker)
        merchant.approve_agreement(at, agreement_no, approved_by=names.checker)
        unit.add(Till.enrol(at, till_id, merchant_id=merchant_id, number=number, enrolled_by=names.maker))


def _issuing(names: Names, population: Population, numbers: Sequence[int]) -> Callable[[Unit], None]:
    def decide(unit: Unit) -> None:
        today = local_day(unit.at)
        budgets = [unit.get(Budget, id_) for id_ in names.budgets]
        for number in numbers:
            volunteer_id, account_id = names(f"volunteer/{number}"), names.accounts[number]
            unit.add(Device.enrol(unit.at - PHONE_AGE, names.devices[number], volunteer_id=volunteer_id))
            account = unit.add(Account.open(unit.at, account_id, volunteer_id=volunteer_id))
            for lot, points in enumerate(population.lots(number)):
                budget = budgets[lot % FUNDS]
                lot_no = _issue(
                    unit.at, account, budget.id, names, Points(points), today + timedelta(30 * (lot + 1))
                )
                budget.issue(
                    unit.at, account_id=account_id, lot_no=lot_no, points=Points(points), value_fen=VALUE_FEN
                )

    return decide


def _issue(
    at: datetime, account: Account, budget_id: UUID, names: Names, points: Points, expires_on: date
) -> int:
    return account.issue(
        at,
        points=points,
        value_fen=VALUE_FEN,
        budget_id=budget_id,
        scheme_id=names.scheme,
        scheme_version=1,
        origin=Origin.EARNED,
        earned_on=local_day(at),
        expires_on=expires_on,
        record_id=names.maker,
        activity_id=names.checker,
    )


def lengthen(tools: Tools, names: Names, events: int) -> None:
    """Append at least so many events, to the recorder itself: how a long log was written does not matter.

    They are people who earn and spend all of it at a shop that is not of the population.
    """
    recorder, encode = tools.recorder, tools.codecs.encode
    appended = 0
    while appended < events:
        at, new = tools.now(), list[NewEvent]()
        for _ in range(BULK_AT_ONCE):
            command_id = tools.new_id()
            for aggregate in _spent_up(at, names, tools.new_id):
                for event in aggregate.collect_events():
                    topic, state = encode(event)
                    new.append(
                        NewEvent(aggregate.id, event.originator_version, topic, to_us(at), command_id, state)
                    )
        with recorder.transaction() as connection:
            head = recorder.take_head(connection)
            recorded_at_us = max(to_us(at), head.recorded_at_us)
            recorder.append(connection, head, [e._replace(recorded_at_us=recorded_at_us) for e in new])
        appended += len(new)


def _spent_up(at: datetime, names: Names, new_id: Callable[[], UUID]) -> Iterator[Aggregate]:
    """An account of five lots and the redemptions that emptied it, one a lot."""
    account_id, device_id, today = new_id(), new_id(), local_day(at)
    account = Account.open(at, account_id, volunteer_id=new_id())
    for lot in range(BULK_LOTS):
        budget_id = names.budgets[lot % FUNDS]
        _issue(at, account, budget_id, names, BULK_LOT_POINTS, today + timedelta(30 * (lot + 1)))
    for _ in range(BULK_LOTS):
        taken = account.choose(BULK_LOT_POINTS, today, frozenset({names.scheme}))
        portions = tuple(
            Portion(no, points, account.lots[no].budget_id, VALUE_FEN, PAY_FEN) for no, points in taken
        )
        redemption = Redemption.confirm(
            at,
            new_id(),
            account_id=account_id,
            device_id=device_id,
            merchant_id=names("elsewhere"),
            till_id=names("till elsewhere"),
            paid_by=PaidBy.PAYMENT_CODE,
            agreement_no=1,
            points=BULK_LOT_POINTS,
            portions=portions,
        )
        account.redeem(at, redemption_id=redemption.id, taken=taken)
        yield redemption
    yield account
