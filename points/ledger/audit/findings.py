"""What verification can find, and which finding it reports when there are several."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple


class Fault(StrEnum):
    """Stable reasons, for scripts and for the catalogue of sentences."""

    EVENT_MISSING = "event-missing"
    """The position is skipped: its row was removed."""
    EVENT_MALFORMED = "event-malformed"
    """A row's columns cannot be an entry of the log, or the store cannot read them."""
    VERSION_BROKEN = "version-broken"
    """The event does not follow on its stream's last one."""
    TIME_FELL = "time-fell"
    """The event was recorded before the one that it follows."""
    EVENT_CHANGED = "event-changed"
    """A signed head and the stored tree agree with one another and not with the row."""
    DIFFERS_FROM_TREE = "differs-from-tree"
    """Row and stored tree differ, and no signed head says which of them was changed."""
    TREE_CHANGED = "tree-changed"
    """A signed head agrees with the row: the stored tree was changed, and can be rebuilt."""
    LOG_TRUNCATED = "log-truncated"
    """The log ends before a signed head, or before the stored tree; the position is the first one lost."""
    CHECKPOINT_DIFFERS = "checkpoint-differs"
    """The log's root is not the signed one: some row in the range was changed, removed or inserted."""
    CHECKPOINT_UNTRUSTED = "checkpoint-untrusted"
    """A checkpoint is malformed, of another log, or not signed by a key of ours."""


class Finding(NamedTuple):
    """`position` to `until` is where the fault lies; equal when it is exact, None where it is not in the log.

    `fault` is a Fault, or a reason of the caller's own checks.
    """

    fault: str
    position: int | None
    until: int | None
    checkpoint_size: int | None = None

    @property
    def exact(self) -> bool:
        return self.position is not None and self.position == self.until


def at(fault: str, position: int, checkpoint_size: int | None = None) -> Finding:
    return Finding(fault, position, position, checkpoint_size)


def foremost(findings: Iterable[Finding]) -> Finding | None:
    """The earliest exact one, else the narrowest range, else what has no place in the log."""

    def rank(finding: Finding) -> tuple[int, int]:
        if finding.position is None or finding.until is None:
            return (2, 0)
        if finding.exact:
            return (0, finding.position)
        return (1, finding.until - finding.position)

    return min(findings, key=rank, default=None)
