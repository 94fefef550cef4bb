"""Verification: one pass over the log, from nothing but its rows, against every signed head handed in.

The pass recomputes the tree, so its memory does not grow with the log, but for one number a stream where the
chains of versions are checked too. What it finds it names by position: the exact one where it can be proved,
else the narrowest range.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, Protocol

from points.ledger.audit.checkpoint import verify_checkpoint
from points.ledger.audit.errors import CheckpointMalformed, CheckpointNotTrusted
from points.ledger.audit.findings import Fault, Finding, foremost
from points.ledger.audit.heads import SignedHead, TreeComparison
from points.ledger.audit.log_pages import LogPages, StreamChecks
from points.ledger.audit.tiles import StoredTree
from points.ledger.event_row import EventRow, ReadEvents

PAGE_EVENTS = 4096


class Feeds(Protocol):
    def feed(self, rows: Sequence[EventRow]) -> None:
        """The next rows, in order; only rows that form entries of the log."""


class ExtraCheck(Feeds, Protocol):
    """A check from a higher floor (snapshots, read models) that recomputes from the same pass."""

    def finish(self) -> Iterable[Finding]:
        """What is wrong, once the log has ended."""


class VerifyReport(NamedTuple):
    """`position` and `until` bound the foremost finding; equal when exact, None if ok or outside the log."""

    events: int
    checkpoints: int
    ok: bool
    position: int | None
    until: int | None
    reason: str | None
    findings: tuple[Finding, ...]


def verify_log(
    read_events: ReadEvents,
    tenant: bytes,
    checkpoints: Iterable[str],
    keys: Iterable[bytes],
    *,
    outside: str | None = None,
    stored: StoredTree | None = None,
    checks: Sequence[ExtraCheck] = (),
    chains: bool = True,
    page_events: int = PAGE_EVENTS,
    on_progress: Callable[[int], None] | None = None,
) -> VerifyReport:
    """Recompute the tree from the log and hold it against the store's own checkpoints and one kept `outside`.

    `keys` are the raw public checkpoint keys, of all years. With the `stored` tree a changed row is named
    exactly, else within the range between two checkpoints. `on_progress` hears the number of events so far.
    `chains=False` spares about 110 bytes of memory a stream.
    """
    heads, findings = _trusted(checkpoints, outside, list(keys), tenant)
    pages = LogPages(read_events, tenant, page_events)
    comparison, streams = TreeComparison(heads, stored), StreamChecks(chains=chains)
    every: list[Feeds] = [streams, *checks]
    for rows, leaves in pages:
        comparison.follow(leaves)
        for check in every:
            check.feed(rows)
        if on_progress is not None:
            on_progress(comparison.edge.size)
    comparison.finish(whole=pages.stopped is None)
    findings += comparison.findings + streams.findings
    if pages.stopped is None:
        findings += [finding for check in checks for finding in check.finish()]
    else:
        findings.append(pages.stopped)
    return _report(comparison.edge.size, len(heads), findings)


def _trusted(
    checkpoints: Iterable[str], outside: str | None, keys: Sequence[bytes], tenant: bytes
) -> tuple[list[SignedHead], list[Finding]]:
    heads: list[SignedHead] = []
    findings: list[Finding] = []
    texts = [(text, False) for text in checkpoints]
    texts += [] if outside is None else [(outside, True)]
    for text, is_outside in texts:
        try:
            checkpoint = verify_checkpoint(text, keys, tenant=tenant)
        except (CheckpointMalformed, CheckpointNotTrusted):
            findings.append(Finding(Fault.CHECKPOINT_UNTRUSTED, None, None))
        else:
            heads.append(SignedHead(checkpoint.size, checkpoint.root, is_outside))
    return heads, findings


def _report(events: int, checkpoints: int, findings: Sequence[Finding]) -> VerifyReport:
    first = foremost(findings)
    if first is None:
        return VerifyReport(events, checkpoints, True, None, None, None, ())
    return VerifyReport(
        events, checkpoints, False, first.position, first.until, str(first.fault), tuple(findings)
    )
