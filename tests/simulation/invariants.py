"""What must be so at the end of every run, read from the store by other ways than the answers came."""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from uuid import UUID

from points.bootstrap import Exchange
from points.domain import naming
from points.domain.account import Account
from points.domain.budget import Budget
from points.domain.redemption import Redemption
from points.domain.timesheet import Timesheet
from points.ledger.event_row import EventRow
from points.projections import funds, volunteers
from tests.simulation.county import PEOPLE
from tests.simulation.steps import Disagreement, Run

PAGE = 10_000


def check(run: Run) -> int:
    """Every invariant on a fresh process. Returns how many events the log holds. Raises Disagreement."""
    exchange = Exchange.open(run.county.settings)
    try:
        rows = _log(exchange)
        happened = [
            (
                row,
                exchange.tools.codecs.decode(
                    UUID(bytes=row.originator_id), row.version, row.topic, row.state
                ),
            )
            for row in rows
        ]
        the_log_is_gapless(rows)
        people_hold_what_the_model_says(run, exchange)
        every_point_of_a_fund_is_somewhere(run, exchange)
        no_budget_ever_owed_more_than_it_had([event for _, event in happened])
        a_code_pays_once(run, [event for _, event in happened])
        nobody_serves_two_places_at_once([event for _, event in happened])
        two_people_stand_behind_every_minute([event for _, event in happened])
        read_models_equal_a_recomputation(exchange)
        the_tree_is_whole(exchange)
        return len(rows)
    finally:
        exchange.close()


def _log(exchange: Exchange) -> list[EventRow]:
    rows: list[EventRow] = []
    while page := exchange.tools.recorder.read_page(rows[-1].position if rows else 0, PAGE):
        rows += page
    return rows


def _must(holds: bool, what: str) -> None:
    if not holds:
        raise Disagreement(what)


def the_log_is_gapless(rows: list[EventRow]) -> None:
    _must([row.position for row in rows] == list(range(1, len(rows) + 1)), "positions with gaps")
    times = [row.recorded_at_us for row in rows]
    _must(times == sorted(times), "recorded times run backwards")


def people_hold_what_the_model_says(run: Run, exchange: Exchange) -> None:
    with exchange.tools.reading() as connection:
        found = [volunteers.by_number(connection, number) for number in run.county.numbers]
    ids = [naming.account_id(exchange.tools.tenant, person.volunteer_id) for person in found if person]
    with exchange.tools.engine.connect() as connection:
        loaded = exchange.tools.writer.loader.load(connection, ids)
    for person in range(PEOPLE):
        account = loaded.get(ids[person])
        lots: dict[int, Any] = account.lots if isinstance(account, Account) else {}
        held = sorted((no, lot.points, lot.expires_on) for no, lot in lots.items() if lot.points)
        expected = run.model.balance(person)
        _must(held == expected, f"person {person} holds {held}; the model: {expected}")


def every_point_of_a_fund_is_somewhere(run: Run, exchange: Exchange) -> None:
    model = run.model
    with exchange.tools.reading() as connection:
        for number, fund_id in enumerate(run.county.funds):
            found = funds.conservation(connection, fund_id)
            told = (
                found.issued_points,
                found.held_points,
                found.expired_points,
                found.redeemed_points - found.refunded_points,
            )
            expected = (
                model.issued[number],
                model.held(number),
                model.expired[number],
                model.with_shops(number),
            )
            _must(found.holds and told == expected, f"fund {number}: {told}; the model: {expected}")


def no_budget_ever_owed_more_than_it_had(happened: list[Any]) -> None:
    reserved: dict[UUID, int] = defaultdict(int)
    owed: dict[UUID, int] = defaultdict(int)
    for event in happened:
        budget = event.originator_id
        if isinstance(event, Budget.Opened | Budget.Increased):
            reserved[budget] += event.amount_fen
        elif isinstance(event, Budget.PointsIssued):
            owed[budget] += event.points * event.value_fen
        elif isinstance(event, Budget.PointsReturned):
            owed[budget] -= event.amount_fen
            reserved[budget] -= event.amount_fen
        else:
            continue
        _must(
            0 <= owed[budget] <= reserved[budget],
            f"budget {budget} owes {owed[budget]} of {reserved[budget]}",
        )


def a_code_pays_once(run: Run, happened: list[Any]) -> None:
    paid = [event.originator_id for event in happened if isinstance(event, Redemption.Confirmed)]
    _must(len(paid) == len(set(paid)), "one redemption confirmed twice")
    _must(set(paid) == set(run.receipts.values()), "a redemption that no till was told of, or the other way")


def nobody_serves_two_places_at_once(happened: list[Any]) -> None:
    """Minute by minute, as a clock on the wall would see it."""
    person_of: dict[UUID, UUID] = {}
    busy: set[tuple[UUID, Any, int]] = set()
    for event in happened:
        if isinstance(event, Timesheet.Opened):
            person_of[event.originator_id] = event.volunteer_id
        elif isinstance(event, Timesheet.ServiceRecorded) and event.starts_at_minute is not None:
            person = person_of[event.originator_id]
            minutes = {(person, event.day, event.starts_at_minute + m) for m in range(event.minutes)}
            _must(not busy & minutes, f"{person} serves twice on {event.day}")
            busy |= minutes


def two_people_stand_behind_every_minute(happened: list[Any]) -> None:
    entered: dict[UUID, UUID] = {}
    reviewed: dict[UUID, list[UUID]] = defaultdict(list)
    for event in happened:
        if isinstance(event, Timesheet.ServiceRecorded):
            entered[event.record_id] = event.entered_by
        elif isinstance(event, Timesheet.ServiceReviewed):
            reviewed[event.record_id].append(event.reviewed_by)
        elif isinstance(event, Timesheet.ServiceConfirmed):
            eyes = reviewed[event.record_id]
            _must(bool(eyes) and entered[event.record_id] not in eyes, "confirmed with one pair of eyes")
            _must(len(eyes) == len(set(eyes)), "one person gave two tiers")


def read_models_equal_a_recomputation(exchange: Exchange) -> None:
    report = exchange.projections_rebuild()
    _must(not report["differences"], f"read models differ: {report['differences']}")


def the_tree_is_whole(exchange: Exchange) -> None:
    exchange.audit.keep_up()
    report = exchange.audit.verify_store()
    _must(report["ok"], f"audit: {report}")
