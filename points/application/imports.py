"""Taking in a file line by line: each line is accepted, known already, or refused with its place and reason.

Each line is a command of its own: a refused line leaves nothing, and what was done stays done if the process
dies, since sending the file again finds those lines as duplicates. Some dozens go to the writer at a time, so
that a long file never keeps the shops waiting. A dry run decides the same lines in the same order in a
rehearsal, which commits nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

from points.application.sheets import LineRefusal
from points.application.tools import Body, Call, Runner, Tools, Work
from points.ledger.writer import Command

CHUNK_LINES = 50

Line = TypeVar("Line")
LineResult = Literal["accepted", "duplicate"] | LineRefusal
OnProgress = Callable[[int, int], None]


class _Stopped(Exception):  # not an error: it undoes what a line that does not count has touched
    def __init__(self, result: LineResult) -> None:
        super().__init__(result)
        self.result = result


@dataclass
class ImportReport:
    """What became of each line. `position` is None for a dry run."""

    accepted: int = 0
    duplicate: int = 0
    refused: list[LineRefusal] = field(default_factory=list)
    position: int | None = None

    def count(self, result: LineResult) -> None:
        if isinstance(result, LineRefusal):
            self.refused.append(result)
        elif result == "accepted":
            self.accepted += 1
        else:
            self.duplicate += 1

    def body(self) -> Body:
        """As documents carry it; sentences for people are added where the language is known."""
        refused = sorted(self.refused, key=lambda refusal: (refusal.sheet, refusal.line))
        lines: list[dict[str, Any]] = [
            {
                "line": refusal.line,
                "field": refusal.field,
                "rule": refusal.rule,
                "facts": refusal.facts,
                **({"sheet": refusal.sheet} if refusal.sheet else {}),
            }
            for refusal in refused
        ]
        return {
            "accepted": self.accepted,
            "duplicate": self.duplicate,
            "refused": lines,
            "position": self.position,
        }


def in_chunks(
    tools: Tools,
    call: Call,
    lines: Sequence[Line],
    decide: Callable[[Work, Line], LineResult],
    *,
    refused: Sequence[LineRefusal] = (),
    dry_run: bool = False,
    on_progress: OnProgress = lambda _done, _of: None,
) -> ImportReport:
    """Decide every line in order. `refused` are those that could not even be read."""
    report = ImportReport(refused=list(refused))

    def command(line: Line) -> Command[None]:
        def decide_line(work: Work) -> None:
            result = decide(work, line)
            if result != "accepted":
                raise _Stopped(result)

        return tools.command(call, decide_line)

    with _runner(tools, dry_run=dry_run) as runner:
        for start in range(0, len(lines), CHUNK_LINES):
            chunk = lines[start : start + CHUNK_LINES]
            for answer in runner.run_all([command(line) for line in chunk]):
                if isinstance(answer, _Stopped):
                    report.count(answer.result)
                elif isinstance(answer, BaseException):
                    raise answer
                else:
                    report.count("accepted")
            on_progress(min(start + CHUNK_LINES, len(lines)), len(lines))
    if not dry_run:
        report.position = tools.recorder.read_head().position
    return report


@contextmanager
def _runner(tools: Tools, *, dry_run: bool) -> Iterator[Runner]:
    if not dry_run:
        yield tools.writer
        return
    with tools.writer.rehearsal() as rehearsal:
        yield rehearsal
