"""Keeps the tree behind the log, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Engine

from points.ledger.audit.errors import LogBroken, TreeOfAnotherLog
from points.ledger.audit.leaf import leaf_hash, leaf_hashes
from points.ledger.audit.tiles import StoredTree
from points.ledger.audit.tree import CompactRange
from points.ledger.event_row import EventRow, ReadEvents

PAGE_EVENTS = 4096


class AuditFollower:
    """Pulls new events and appends their leaves, a page in one transaction: a kill costs no more than a page.

    What a leaf says about an event it says for ever: a row changed after its page is not read again here, and
    that is how verification finds it.
    """

    def __init__(
        self, read_events: ReadEvents, engine: Engine, tenant: bytes, *, page_events: int = PAGE_EVENTS
    ) -> None:
        self._read_events = read_events
        self._tenant = tenant
        self._page_events = page_events
        self._stands_on_log = False
        self.stored = StoredTree(engine)

    def catch_up(self) -> int:
        """Append everything new; returns the tree's size.

        TreeOfAnotherLog if the log was restored or cut since, LogBroken at a gap, TreeMovedOn if two
        followers run at once.
        """
        edge = self.stored.load()
        self._check_last_leaf(edge)
        while rows := self._read_events(edge.size, self._page_events):
            _check_gapless(edge.size, rows)
            self.stored.append(edge, leaf_hashes(self._tenant, rows))
        return edge.size

    def rebuild(self) -> int:
        """Drop the tree and build it from the log as it is now. The old one was evidence: verify first."""
        self.stored.clear()
        return self.catch_up()

    def _check_last_leaf(self, edge: CompactRange) -> None:
        # Once in a process is enough: a log is only replaced under a stopped one.
        if edge.size and not self._stands_on_log:
            rows = self._read_events(edge.size - 1, 1)
            found = [leaf_hash(self._tenant, row) for row in rows]
            if found != [self.stored.leaf(edge.size)]:
                raise TreeOfAnotherLog(size=edge.size)
        self._stands_on_log = True


def _check_gapless(size: int, rows: Sequence[EventRow]) -> None:
    for expected, row in enumerate(rows, size + 1):
        if row.position != expected:
            raise LogBroken(position=expected, found=row.position)
