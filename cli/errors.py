"""What the command line itself cannot do, beside what the exchange refuses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from points.domain.errors import Refused, Unavailable


class ServerNotReached(Unavailable):
    """Nobody answers at the address, or the connection broke: the command may or may not have been done."""

    server: str


class ServerAnswerUnreadable(Unavailable):
    """Something answers there, but not the exchange."""

    server: str
    status: int


class ServerRunning(Refused):
    """Another server holds this store. SQLite has one server process."""

    url: str


class FileUnreadable(Unavailable):
    """A file named on the command line cannot be read."""

    path: str


class FileUnwritable(Unavailable):
    """A file named on the command line cannot be written."""

    path: str


class Problem(Exception):
    """The exchange said no, in a problem document that is already in the caller's language."""

    def __init__(self, status: int, document: Mapping[str, Any]) -> None:
        super().__init__(document.get("type", ""))
        self.status = status
        self.document = dict(document)
