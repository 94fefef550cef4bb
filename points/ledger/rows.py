"""The port to the tables that cannot be rebuilt, as one command sees them.

Every access is by whole primary key: that is what lets the writer lay one command's rows over its neighbours'
and drop them without a trace when the command is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from sqlalchemy import Table


class Rows(Protocol):
    """Read and change rows by primary key, own and neighbours' uncommitted changes included."""

    def find(self, table: Table, **key: Any) -> Mapping[str, Any] | None:
        """The row with this primary key, or None."""

    def insert(self, table: Table, **values: Any) -> None:
        """Add a row. The caller has looked first: a clash is a fault of the program, not a refusal."""

    def update(self, table: Table, key: Mapping[str, Any], **values: Any) -> None:
        """Change columns of the row with this primary key."""

    def delete(self, table: Table, **key: Any) -> None:
        """Remove the row with this primary key, if there is one."""
