"""The register of a year's certificates: it hands out serial numbers without a gap, in the commit that issues."""

from __future__ import annotations

from datetime import datetime
from typing import Self
from uuid import UUID

from points.domain.aggregate import Aggregate, Created


class CertificateRegister(Aggregate):
    TOPIC = "points.certificate_register"

    class Event(Aggregate.Event):
        pass

    class Opened(Created, Event):
        TOPIC = "points.certificate_register.opened"
        year: int

        def apply(self, aggregate: CertificateRegister) -> None:
            aggregate.year = self.year
            aggregate.last_number = 0

    class Numbered(Event):
        TOPIC = "points.certificate_register.numbered"
        number: int
        certificate_id: UUID

        def apply(self, aggregate: CertificateRegister) -> None:
            aggregate.last_number = self.number

    year: int
    last_number: int

    @classmethod
    def open(cls, at: datetime, id_: UUID, *, year: int) -> Self:
        return cls._start(cls.Opened, id_, at, year=year)

    def number(self, at: datetime, *, certificate_id: UUID) -> int:
        number = self.last_number + 1
        self._record(self.Numbered, at, number=number, certificate_id=certificate_id)
        return number
