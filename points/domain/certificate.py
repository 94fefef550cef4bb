"""A service certificate: asked for, seven days on the board, issued under a serial number, revocable (rule 9).

What stands on the paper was true on the day of issue and is kept in the vault; the event carries the totals
and the serial, so that a copy held by anybody can be checked against the log.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Self
from uuid import UUID

from points.domain.aggregate import Aggregate, Created
from points.domain.calendar import local_day
from points.domain.errors import Invalid, Refused
from points.domain.posting import Posting

NOTICE_DAYS = 7


class CertificateNotPosted(Refused):
    """The certificate is not on notice: it was issued, or refused after an objection."""

    certificate_id: UUID


class CertificateNotIssued(Refused):
    """Only what was issued, and not revoked since, can be revoked or printed."""

    certificate_id: UUID


class NothingToCertify(Refused):
    """No confirmed minute lies in the period."""

    period_from: date
    period_until: date


class CertificateState(StrEnum):
    POSTED = "posted"
    ISSUED = "issued"
    REFUSED = "refused"
    REVOKED = "revoked"


class Certificate(Aggregate):
    TOPIC = "points.certificate"

    class Event(Aggregate.Event):
        pass

    class Requested(Created, Event):
        """For the confirmed minutes of a period; on notice until the end of `closes_on`."""

        TOPIC = "points.certificate.requested"
        volunteer_id: UUID
        area_code: str
        period_from: date
        period_until: date
        opened_on: date
        closes_on: date
        requested_by: UUID

        def apply(self, aggregate: Certificate) -> None:
            aggregate.volunteer_id = self.volunteer_id
            aggregate.area_code = self.area_code
            aggregate.period_from = self.period_from
            aggregate.period_until = self.period_until
            aggregate.state = CertificateState.POSTED
            aggregate.posting = Posting(self.volunteer_id, self.requested_by, self.closes_on)
            aggregate.paper_ref = None

    class Objected(Event):
        TOPIC = "points.certificate.objected"
        objection_id: UUID
        text_ref: UUID

        def apply(self, aggregate: Certificate) -> None:
            aggregate.posting.take(self.objection_id)

    class ObjectionAnswered(Event):
        """Upheld, the certificate is refused."""

        TOPIC = "points.certificate.objection_answered"
        objection_id: UUID
        upheld: bool
        answered_by: UUID
        text_ref: UUID

        def apply(self, aggregate: Certificate) -> None:
            aggregate.posting.drop(self.objection_id)
            if self.upheld:
                aggregate.state = CertificateState.REFUSED

    class Issued(Event):
        """`paper_ref` leads to what stands on the paper, `paper` is the SHA-256 of it."""

        TOPIC = "points.certificate.issued"
        year: int
        number: int
        verified_minutes: int
        supplementary_minutes: int
        linked: bool
        paper_ref: UUID
        paper: bytes
        issued_by: UUID

        def apply(self, aggregate: Certificate) -> None:
            aggregate.state = CertificateState.ISSUED
            aggregate.paper_ref = self.paper_ref

    class Revoked(Event):
        TOPIC = "points.certificate.revoked"
        reason_ref: UUID
        revoked_by: UUID

        def apply(self, aggregate: Certificate) -> None:
            aggregate.state = CertificateState.REVOKED

    volunteer_id: UUID
    area_code: str
    period_from: date
    period_until: date
    state: CertificateState
    posting: Posting
    paper_ref: UUID | None

    @classmethod
    def request(
        cls,
        at: datetime,
        id_: UUID,
        *,
        volunteer_id: UUID,
        area_code: str,
        period_from: date,
        period_until: date,
        counted_minutes: int,
        requested_by: UUID,
    ) -> Self:
        """Raises Invalid for a period that ends before it begins or in the future, and NothingToCertify."""
        today = local_day(at)
        if period_until < period_from:
            raise Invalid(field="period", rule="ends-before-start")
        if period_until > today:
            raise Invalid(field="period", rule="future-date")
        if counted_minutes <= 0:
            raise NothingToCertify(period_from=period_from, period_until=period_until)
        return cls._start(
            cls.Requested,
            id_,
            at,
            volunteer_id=volunteer_id,
            area_code=area_code,
            period_from=period_from,
            period_until=period_until,
            opened_on=today,
            closes_on=today + timedelta(days=NOTICE_DAYS),
            requested_by=requested_by,
        )

    def object(self, at: datetime, *, objection_id: UUID, text_ref: UUID) -> None:
        self._require_posted()
        self.posting.check_objection(at)
        self._record(self.Objected, at, objection_id=objection_id, text_ref=text_ref)

    def answer_objection(
        self,
        at: datetime,
        *,
        objection_id: UUID,
        upheld: bool,
        answered_by: UUID,
        person_ids: frozenset[UUID],
        text_ref: UUID,
    ) -> None:
        self._require_posted()
        self.posting.check_answer(objection_id, answered_by, person_ids)
        self._record(
            self.ObjectionAnswered,
            at,
            objection_id=objection_id,
            upheld=upheld,
            answered_by=answered_by,
            text_ref=text_ref,
        )

    def check_issue(self, at: datetime, *, issued_by: UUID, person_ids: frozenset[UUID]) -> None:
        """Raises CertificateNotPosted and what stops a posting from taking effect."""
        self._require_posted()
        self.posting.check_effect(at, issued_by, person_ids)

    def issue(
        self,
        at: datetime,
        *,
        year: int,
        number: int,
        verified_minutes: int,
        supplementary_minutes: int,
        linked: bool,
        paper_ref: UUID,
        paper: bytes,
        issued_by: UUID,
    ) -> None:
        """The caller has asked `check_issue` and takes the number from the year's register beside it."""
        self._require_posted()
        self._record(
            self.Issued,
            at,
            year=year,
            number=number,
            verified_minutes=verified_minutes,
            supplementary_minutes=supplementary_minutes,
            linked=linked,
            paper_ref=paper_ref,
            paper=paper,
            issued_by=issued_by,
        )

    def revoke(self, at: datetime, *, reason_ref: UUID, revoked_by: UUID) -> None:
        if self.state is not CertificateState.ISSUED:
            raise CertificateNotIssued(certificate_id=self.id)
        self._record(self.Revoked, at, reason_ref=reason_ref, revoked_by=revoked_by)

    def _require_posted(self) -> None:
        if self.state is not CertificateState.POSTED:
            raise CertificateNotPosted(certificate_id=self.id)
