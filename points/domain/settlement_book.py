"""A merchant's settlement book: up to which position of the log its takings have been stated, and what was held out.

One stream a merchant decides what the next settlement covers, so that two can never cover the same line: positions
are gapless and in the order of commits, while days are not, so a late offline claim simply falls to the next one.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple, Self
from uuid import UUID

from points.domain.aggregate import Aggregate, Created
from points.domain.errors import Refused, Unavailable


class SettlementPeriodTaken(Refused):
    """Periods of a merchant neither overlap nor run backwards."""

    drawn_until: date


class SettlementNotLatest(Refused):
    """Only the settlement drawn up last can be withdrawn: the next one begins where it ended."""


class PayeeNotNamed(Refused):
    """No payee of this merchant waits for approval."""


class PayeeApprovedByNamer(Refused):
    """A second person approves where a merchant's money goes: a changed account is the oldest trick."""


class SettlementOvertaken(Unavailable):
    """Another settlement of this merchant was drawn up in between: what was read no longer holds."""


class Held(NamedTuple):
    """A redemption held out of a settlement: its lines after `after_position` are not settled yet."""

    redemption_id: UUID
    after_position: int


class Owed(NamedTuple):
    """What the lines of one budget come to, carried into the next settlement: a refund that outweighs the sales."""

    budget_id: UUID
    points: int
    value_fen: int
    pay_fen: int
    claims_fen: int


class Drawing(NamedTuple):
    """One entry of the book."""

    settlement_id: UUID
    period_from: date
    period_until: date
    revision_no: int
    after_position: int
    until_position: int
    held: tuple[Held, ...]
    carried: tuple[Owed, ...]


class SettlementBook(Aggregate):
    TOPIC = "points.settlement_book"

    class Event(Aggregate.Event):
        pass

    class Opened(Created, Event):
        TOPIC = "points.settlement_book.opened"
        merchant_id: UUID

        def apply(self, aggregate: SettlementBook) -> None:
            aggregate.merchant_id = self.merchant_id
            aggregate.drawings = []
            aggregate.revisions = {}
            aggregate.payee_ref = None
            aggregate.waiting_payee_ref = None
            aggregate.payee_named_by = None

    class Drawn(Event):
        """Lines after `after_position` up to `until_position` are stated, but for those held or carried on."""

        TOPIC = "points.settlement_book.drawn"
        settlement_id: UUID
        period_from: date
        period_until: date
        revision_no: int
        after_position: int
        until_position: int
        held: tuple[Held, ...]
        carried: tuple[Owed, ...]

        def apply(self, aggregate: SettlementBook) -> None:
            drawing = Drawing(
                self.settlement_id,
                self.period_from,
                self.period_until,
                self.revision_no,
                self.after_position,
                self.until_position,
                self.held,
                self.carried,
            )
            aggregate.drawings.append(drawing)
            aggregate.revisions[str(self.period_until)] = self.revision_no

    class Withdrawn(Event):
        """The latest entry counts for nothing: the next one begins where it began."""

        TOPIC = "points.settlement_book.withdrawn"
        settlement_id: UUID

        def apply(self, aggregate: SettlementBook) -> None:
            aggregate.drawings.pop()

    class PayeeNamed(Event):
        """Whom the bank pays: the account stands in the vault. It counts once a second person approved it."""

        TOPIC = "points.settlement_book.payee_named"
        payee_ref: UUID
        named_by: UUID

        def apply(self, aggregate: SettlementBook) -> None:
            aggregate.waiting_payee_ref = self.payee_ref
            aggregate.payee_named_by = self.named_by

    class PayeeApproved(Event):
        TOPIC = "points.settlement_book.payee_approved"
        payee_ref: UUID
        approved_by: UUID

        def apply(self, aggregate: SettlementBook) -> None:
            aggregate.payee_ref = self.payee_ref
            aggregate.waiting_payee_ref = None

    merchant_id: UUID
    drawings: list[Drawing]
    revisions: dict[str, int]
    """The last revision of each period, by its last day: a withdrawn one leaves its number behind."""
    payee_ref: UUID | None
    waiting_payee_ref: UUID | None
    payee_named_by: UUID | None

    @classmethod
    def open(cls, at: datetime, id_: UUID, *, merchant_id: UUID) -> Self:
        return cls._start(cls.Opened, id_, at, merchant_id=merchant_id)

    @property
    def latest(self) -> Drawing | None:
        return self.drawings[-1] if self.drawings else None

    @property
    def through_position(self) -> int:
        return self.drawings[-1].until_position if self.drawings else 0

    @property
    def held(self) -> tuple[Held, ...]:
        return self.drawings[-1].held if self.drawings else ()

    @property
    def carried(self) -> tuple[Owed, ...]:
        return self.drawings[-1].carried if self.drawings else ()

    def drawing_of(self, redemption_id: UUID, position: int) -> Drawing | None:
        """The entry that states the redemption's line at this position; none while it waits or is held out."""
        for drawing in self.drawings:
            held = {each.redemption_id: each.after_position for each in drawing.held}
            if position <= held.get(redemption_id, drawing.until_position):
                return drawing
        return None

    def next_revision(self, period_until: date) -> int:
        return self.revisions.get(str(period_until), 0) + 1

    def check_period(self, period_from: date) -> None:
        """Raises SettlementPeriodTaken unless the period begins after the last one that was drawn up."""
        latest = self.latest
        if latest is not None and period_from <= latest.period_until:
            raise SettlementPeriodTaken(drawn_until=latest.period_until)

    def draw(self, at: datetime, drawing: Drawing) -> None:
        """Enter a settlement. Raises SettlementPeriodTaken, SettlementOvertaken."""
        self.check_period(drawing.period_from)
        if drawing.after_position != self.through_position or drawing.revision_no != self.next_revision(
            drawing.period_until
        ):
            raise SettlementOvertaken
        self._record(self.Drawn, at, **drawing._asdict())

    def withdraw(self, at: datetime, settlement_id: UUID) -> None:
        latest = self.latest
        if latest is None or latest.settlement_id != settlement_id:
            raise SettlementNotLatest
        self._record(self.Withdrawn, at, settlement_id=settlement_id)

    def name_payee(self, at: datetime, *, payee_ref: UUID, named_by: UUID) -> None:
        self._record(self.PayeeNamed, at, payee_ref=payee_ref, named_by=named_by)

    def approve_payee(self, at: datetime, *, approved_by: UUID) -> None:
        """Let the account that was named last count. Raises PayeeNotNamed, PayeeApprovedByNamer."""
        if self.waiting_payee_ref is None:
            raise PayeeNotNamed
        if approved_by == self.payee_named_by:
            raise PayeeApprovedByNamer
        self._record(self.PayeeApproved, at, payee_ref=self.waiting_payee_ref, approved_by=approved_by)
