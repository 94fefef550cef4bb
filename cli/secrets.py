"""Secrets that a command needs: typed unseen, or piped in, never an argument that others could list."""

from __future__ import annotations

import sys
from getpass import getpass

from cli.session import Session


def secret(slug: str, session: Session) -> str:
    """One line from standard input; asked for without an echo where somebody sits there."""
    if sys.stdin.isatty():
        return getpass(session.output.text(slug) + " ")
    return sys.stdin.readline().rstrip("\r\n")
