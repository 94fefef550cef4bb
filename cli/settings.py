"""Which store a command means, and where its files lie."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # The wiring imports the whole exchange, which a command that talks to a server never needs.
    from points.bootstrap import Settings

_SQLITE = re.compile(r"sqlite(\+[a-z]+)?:///(?P<path>[^?]+)(\?.*)?")


def default_database() -> str:
    """A store in the directory one stands in."""
    return f"sqlite:///{Path.cwd() / 'points.db'}"


def store_file(database_url: str) -> Path | None:
    """The file of an SQLite store; None for a database that is a server of its own."""
    match = _SQLITE.fullmatch(database_url)
    return Path(match["path"]).absolute() if match else None


def settings_for(
    database_url: str, tenant_name: str, master_key_file: str | None, fixed_at: str | None
) -> Settings:
    from points.bootstrap import Settings  # noqa: PLC0415 - see above

    return Settings(
        database_url=database_url,
        tenant_name=tenant_name,
        master_key_file=Path(master_key_file) if master_key_file else None,
        fixed_at=datetime.fromisoformat(fixed_at) if fixed_at else None,
    )
