"""The only wiring: settings → store, keys, vault, writer, projector, use cases."""

from points.bootstrap.exchange import Exchange
from points.bootstrap.settings import ClockNotSettable, Settings
from points.bootstrap.stores import backup, create_store, migrate, restore

__all__ = ["ClockNotSettable", "Exchange", "Settings", "backup", "create_store", "migrate", "restore"]
