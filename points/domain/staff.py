"""A person with a role, for an area or a merchant: appointed by one who may grant, revoked for good."""

from __future__ import annotations

from datetime import datetime
from typing import Self
from uuid import UUID

from points.domain.aggregate import Aggregate, Created
from points.domain.calendar import to_us
from points.domain.errors import Refused
from points.domain.values import Role


class StaffRevoked(Refused):
    """The appointment has ended."""


class SignInNotOffered(Refused):
    """The one-time sign-in code was used, replaced, or never made."""


class SignInExpired(Refused):
    """The one-time sign-in code's time is over."""


class Staff(Aggregate):
    TOPIC = "points.staff"

    class Event(Aggregate.Event):
        pass

    class Appointed(Created, Event):
        """`appointed_by` is None for the first administrator alone, whom `init` makes.

        `volunteer_id` names the person's own entry in the register, so that nobody reviews their own hours.
        """

        TOPIC = "points.staff.appointed"
        role: str
        area_code: str | None
        merchant_id: UUID | None
        volunteer_id: UUID | None
        profile_ref: UUID
        appointed_by: UUID | None

        def apply(self, aggregate: Staff) -> None:
            aggregate.role = Role(self.role)
            aggregate.area_code = self.area_code
            aggregate.merchant_id = self.merchant_id
            aggregate.volunteer_id = self.volunteer_id
            aggregate.profile_ref = self.profile_ref
            aggregate.revoked = False
            aggregate.offers = {}

    class SignInOffered(Event):
        TOPIC = "points.staff.sign_in_offered"
        session_id: UUID
        offered_by: UUID
        expires_at_us: int

        def apply(self, aggregate: Staff) -> None:
            aggregate.offers = {self.session_id: self.expires_at_us}

    class SignedIn(Event):
        TOPIC = "points.staff.signed_in"
        session_id: UUID

        def apply(self, aggregate: Staff) -> None:
            aggregate.offers.pop(self.session_id, None)

    class Revoked(Event):
        TOPIC = "points.staff.revoked"
        revoked_by: UUID

        def apply(self, aggregate: Staff) -> None:
            aggregate.revoked = True
            aggregate.offers = {}

    role: Role
    area_code: str | None
    merchant_id: UUID | None
    volunteer_id: UUID | None
    profile_ref: UUID
    revoked: bool
    offers: dict[UUID, int]

    @classmethod
    def appoint(
        cls,
        at: datetime,
        id_: UUID,
        *,
        role: Role,
        area_code: str | None,
        merchant_id: UUID | None,
        volunteer_id: UUID | None,
        profile_ref: UUID,
        appointed_by: UUID | None,
    ) -> Self:
        return cls._start(
            cls.Appointed,
            id_,
            at,
            role=role.value,
            area_code=area_code,
            merchant_id=merchant_id,
            volunteer_id=volunteer_id,
            profile_ref=profile_ref,
            appointed_by=appointed_by,
        )

    def offer_sign_in(
        self, at: datetime, *, session_id: UUID, offered_by: UUID, expires_at: datetime
    ) -> None:
        self.require_active()
        self._record(
            self.SignInOffered,
            at,
            session_id=session_id,
            offered_by=offered_by,
            expires_at_us=to_us(expires_at),
        )

    def sign_in(self, at: datetime, *, session_id: UUID) -> None:
        self.require_active()
        expires_at_us = self.offers.get(session_id)
        if expires_at_us is None:
            raise SignInNotOffered
        if to_us(at) > expires_at_us:
            raise SignInExpired
        self._record(self.SignedIn, at, session_id=session_id)

    def revoke(self, at: datetime, *, revoked_by: UUID) -> None:
        if not self.revoked:
            self._record(self.Revoked, at, revoked_by=revoked_by)

    def require_active(self) -> None:
        if self.revoked:
            raise StaffRevoked
