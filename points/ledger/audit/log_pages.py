"""What can be said of rows by themselves: readable, gapless, streams contiguous, times that never fall."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from points.ledger.audit.errors import EntryMalformed
from points.ledger.audit.findings import Fault, Finding, at
from points.ledger.audit.leaf import leaf_hashes
from points.ledger.event_row import EventRow, ReadEvents

_UNREADABLE = (ValueError, TypeError, LookupError)


class LogPages:
    """The log from its first row, in pages with their leaves, up to its end or to the first row with no place
    in a tree: after a gap or a malformed row nothing that follows can be hashed to any purpose.
    """

    def __init__(self, read_events: ReadEvents, tenant: bytes, page_events: int) -> None:
        self._read_events = read_events
        self._tenant = tenant
        self._page_events = page_events
        self.stopped: Finding | None = None

    def __iter__(self) -> Iterator[tuple[Sequence[EventRow], list[bytes]]]:
        after = 0
        while self.stopped is None and (rows := self._read(after)):
            rows = self._gapless(after, rows)
            rows, leaves = self._hashed(rows)
            if rows:
                yield rows, leaves
            after += len(rows)

    def _read(self, after: int) -> Sequence[EventRow]:
        limit = self._page_events
        while True:
            try:
                return self._read_events(after, limit)
            except _UNREADABLE:
                # Some row in this page cannot even be read as one: shorter pages close in on it.
                if limit == 1:
                    self.stopped = at(Fault.EVENT_MALFORMED, after + 1)
                    return ()
                limit = max(1, limit // 2)

    def _gapless(self, after: int, rows: Sequence[EventRow]) -> Sequence[EventRow]:
        positions = [row.position for row in rows]
        if positions == list(range(after + 1, after + 1 + len(rows))):
            return rows
        gap = next(place for place, position in enumerate(positions) if position != after + 1 + place)
        self.stopped = at(Fault.EVENT_MISSING, after + 1 + gap)
        return rows[:gap]

    def _hashed(self, rows: Sequence[EventRow]) -> tuple[Sequence[EventRow], list[bytes]]:
        try:
            return rows, leaf_hashes(self._tenant, rows)
        except EntryMalformed as malformed:
            self.stopped = at(Fault.EVENT_MALFORMED, malformed.position)
            before = rows[: malformed.position - rows[0].position]
            return before, leaf_hashes(self._tenant, before)


class StreamChecks:
    """Fed page by page. `chains=False` spares the dictionary of last versions: about 110 bytes a stream."""

    def __init__(self, *, chains: bool = True) -> None:
        self._versions: dict[bytes, int] | None = {} if chains else None
        self._recorded_at_us: int | None = None
        self.findings: list[Finding] = []

    def feed(self, rows: Sequence[EventRow]) -> None:
        if self._versions is not None and not self._follow_versions(self._versions, rows):
            self._versions = None
        self._follow_times(rows)

    def _follow_versions(self, versions: dict[bytes, int], rows: Sequence[EventRow]) -> bool:
        last = versions.get
        for row in rows:
            stream, version = row.originator_id, row.version
            if version != last(stream, 0) + 1:
                self.findings.append(at(Fault.VERSION_BROKEN, row.position))
                return False
            versions[stream] = version
        return True

    def _follow_times(self, rows: Sequence[EventRow]) -> None:
        times = [row.recorded_at_us for row in rows]
        before = times[0] if self._recorded_at_us is None else self._recorded_at_us
        self._recorded_at_us = times[-1]
        steps = [before, *times]
        if steps == sorted(steps) or any(finding.fault == Fault.TIME_FELL for finding in self.findings):
            return
        fell = next(place for place, time in enumerate(times) if time < steps[place])
        self.findings.append(at(Fault.TIME_FELL, rows[fell].position))
