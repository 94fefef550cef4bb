"""The tenant itself: one issuing county, opened once, with its settings and its sequence of audiences."""

from __future__ import annotations

from datetime import datetime
from typing import Self
from uuid import UUID

from points.domain.aggregate import Aggregate, Created


class Tenant(Aggregate):
    TOPIC = "points.tenant"

    class Event(Aggregate.Event):
        pass

    class Opened(Created, Event):
        """`tenant` is the 16 random bytes that every code, key and leaf is bound to."""

        TOPIC = "points.tenant.opened"
        tenant: bytes
        county_code: str
        demo: bool

        def apply(self, aggregate: Tenant) -> None:
            aggregate.tenant = self.tenant
            aggregate.county_code = self.county_code
            aggregate.demo = self.demo
            aggregate.settings = {}
            aggregate.last_audience = 0
            aggregate.restores = 0

    class SettingChanged(Event):
        TOPIC = "points.tenant.setting_changed"
        key: str
        value: str

        def apply(self, aggregate: Tenant) -> None:
            aggregate.settings[self.key] = self.value

    class AudienceNumbered(Event):
        """Tills and till groups, numbered from 1, never reused: offline codes are made out to a number."""

        TOPIC = "points.tenant.audience_numbered"
        number: int
        holder_id: UUID

        def apply(self, aggregate: Tenant) -> None:
            aggregate.last_audience = self.number

    class ClockFixed(Event):
        """A demo store's clock was set by hand for the command whose events stand beside this one."""

        TOPIC = "points.tenant.clock_fixed"

        def apply(self, aggregate: Tenant) -> None:
            pass

    class Restored(Event):
        """The log goes on from a backup: whatever followed `position` elsewhere is a fork of this history."""

        TOPIC = "points.tenant.restored"
        position: int
        root: bytes

        def apply(self, aggregate: Tenant) -> None:
            aggregate.restores += 1

    tenant: bytes
    county_code: str
    demo: bool
    settings: dict[str, str]
    last_audience: int
    restores: int

    @classmethod
    def open(cls, at: datetime, id_: UUID, *, tenant: bytes, county_code: str, demo: bool) -> Self:
        return cls._start(cls.Opened, id_, at, tenant=tenant, county_code=county_code, demo=demo)

    def change_setting(self, at: datetime, key: str, value: str) -> None:
        if self.settings.get(key) != value:
            self._record(self.SettingChanged, at, key=key, value=value)

    def number_audience(self, at: datetime, holder_id: UUID) -> int:
        number = self.last_audience + 1
        self._record(self.AudienceNumbered, at, number=number, holder_id=holder_id)
        return number

    def fix_clock(self, at: datetime) -> None:
        self._record(self.ClockFixed, at)

    def restore(self, at: datetime, *, position: int, root: bytes) -> None:
        self._record(self.Restored, at, position=position, root=root)
