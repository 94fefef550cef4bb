"""What the audit floor refuses or fails at.

Refused
├── CheckpointMalformed     the text is not a C2SP checkpoint; rule says which part
├── CheckpointNotTrusted    no key that we know has signed it, or for another log
├── CheckpointInconsistent  the tree no longer contains what an earlier checkpoint signed
└── NotFound
    └── NotInTree           a position or size that the tree has not reached
Unavailable
├── EntryMalformed          a row whose columns cannot be an entry of the log
├── LogBroken               the log has a gap where the tree must go on
├── TreeMovedOn             another follower has written the tree meanwhile
└── TreeOfAnotherLog        the stored tree ends with a leaf that the log does not have
"""

from __future__ import annotations

from points.domain.errors import NotFound, Refused, Unavailable


class CheckpointMalformed(Refused):
    rule: str


class CheckpointNotTrusted(Refused):
    """`rule` is `origin`, `unknown-key` or `signature`."""

    origin: str
    rule: str


class CheckpointInconsistent(Refused):
    """Signing now would give two signed heads that contradict each other: that needs a person."""

    size: int


class NotInTree(NotFound):
    size: int


class EntryMalformed(Unavailable):
    position: int


class LogBroken(Unavailable):
    position: int
    found: int


class TreeMovedOn(Unavailable):
    size: int


class TreeOfAnotherLog(Unavailable):
    size: int
