"""Where a store is, and how it is reached."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine, make_url

from points.domain.errors import Refused
from points.ledger.database import open_engine, tenant_schema


class ClockNotSettable(Refused):
    """Only a demo store lets its clock be set by hand."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Where a store is. `fixed_at` starts a demo store's clock at an instant; it runs on from there.

    `cached_aggregates` is how many the writer keeps in memory, a few hundred bytes to a few KiB each.
    """

    database_url: str
    tenant_name: str = "county"
    master_key_file: Path | None = None
    fixed_at: datetime | None = None
    cached_aggregates: int = 20_000

    @property
    def sqlite_file(self) -> Path | None:
        """The store's file; None on PostgreSQL."""
        url = make_url(self.database_url)
        return Path(url.database or "") if url.get_backend_name() == "sqlite" else None

    @property
    def key_file(self) -> Path:
        """Beside an SQLite store unless named. Raises Invalid where nothing says where it is."""
        if self.master_key_file is not None:
            return self.master_key_file
        if self.sqlite_file is not None:
            return self.sqlite_file.with_name(self.sqlite_file.name + ".master-key")
        return Path(f"points-{self.tenant_name}.master-key")

    @property
    def schema(self) -> str | None:
        return None if self.sqlite_file is not None else tenant_schema(self.tenant_name)

    def open_engine(self) -> Engine:
        return open_engine(self.database_url, self.schema)
