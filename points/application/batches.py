"""Doing one thing to many records: each stands for itself, and what is refused says why."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any
from uuid import UUID

from points.application.tools import Body, Call, Tools, Work
from points.domain.errors import Refused
from points.ledger.writer import Command
from points.projections.hours_queries import ServiceRecord

PAGE = 200
MOST_REFUSALS_SHOWN = 200


class Outcomes:
    """What became of each record."""

    def __init__(self) -> None:
        self.done: list[Body] = []
        self.refused: list[tuple[UUID, Refused]] = []
        self.position = 0

    def refusals(self) -> list[dict[str, Any]]:
        return [
            {"record_id": str(record_id), "type": refusal.slug(), "facts": refusal.facts}
            for record_id, refusal in self.refused[:MOST_REFUSALS_SHOWN]
        ]


def each(
    tools: Tools,
    call: Call,
    records: Sequence[ServiceRecord],
    decide: Callable[[Work, ServiceRecord], Body],
    outcomes: Outcomes,
) -> None:
    """Decide every record as a command of its own; refusals are gathered, faults are raised."""
    commands = [_command(tools, call, decide, record) for record in records]
    for record, answer in zip(records, tools.writer.run_all(commands), strict=True):
        if isinstance(answer, Refused):
            outcomes.refused.append((record.record_id, answer))
        elif isinstance(answer, BaseException):
            raise answer
        else:
            outcomes.done.append(answer.value)
            outcomes.position = max(outcomes.position, answer.position)


def _command(
    tools: Tools, call: Call, decide: Callable[[Work, ServiceRecord], Body], record: ServiceRecord
) -> Command[Body]:
    def decide_one(work: Work) -> Body:
        return decide(work, record)

    return tools.command(call, decide_one)


def pages(
    read: Callable[[UUID | None], list[ServiceRecord]],
) -> Iterator[list[ServiceRecord]]:
    """All pages of a list by id, each read when the one before is done with."""
    after: UUID | None = None
    while page := read(after):
        yield page
        after = page[-1].record_id
