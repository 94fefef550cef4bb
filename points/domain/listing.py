"""An offer in one of two lists: a resource that somebody can give, or a project that an organisation plans.

Both are claimed from two sides: somebody comes forward for it, and whoever listed it agrees.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Self
from uuid import UUID

from points.domain.aggregate import Aggregate, Created
from points.domain.claims import Claimant, ClaimantKind
from points.domain.errors import Refused


class ListingKind(StrEnum):
    RESOURCE = "resource"
    PROJECT = "project"


class ListingStage(StrEnum):
    OPEN = "open"
    CLAIMED = "claimed"
    AGREED = "agreed"
    FULFILLED = "fulfilled"
    WITHDRAWN = "withdrawn"


class ListingNotAtStage(Refused):
    """The step does not follow on the stage that the offer is at."""

    stage: ListingStage


class OwnListing(Refused):
    """Who listed it does not claim it too: a claim has two sides."""


class ProjectNeedsOrganisation(Refused):
    """Projects are listed by organisations; a person offers a resource."""


class Listing(Aggregate):
    TOPIC = "points.listing"

    class Event(Aggregate.Event):
        pass

    class Published(Created, Event):
        TOPIC = "points.listing.published"
        kind: str
        area_code: str
        owner_kind: str
        owner_id: UUID
        title_ref: UUID
        published_by: UUID

        def apply(self, aggregate: Listing) -> None:
            aggregate.kind = ListingKind(self.kind)
            aggregate.area_code = self.area_code
            aggregate.owner = Claimant(ClaimantKind(self.owner_kind), self.owner_id)
            aggregate.stage = ListingStage.OPEN
            aggregate.claimant = None

    class Claimed(Event):
        TOPIC = "points.listing.claimed"
        claimant_kind: str
        claimant_id: UUID
        claimed_by: UUID

        def apply(self, aggregate: Listing) -> None:
            aggregate.stage = ListingStage.CLAIMED
            aggregate.claimant = Claimant(ClaimantKind(self.claimant_kind), self.claimant_id)

    class Agreed(Event):
        TOPIC = "points.listing.agreed"
        agreed_by: UUID

        def apply(self, aggregate: Listing) -> None:
            aggregate.stage = ListingStage.AGREED

    class Declined(Event):
        """Either side steps back: the offer stands in its list again."""

        TOPIC = "points.listing.declined"
        reason_ref: UUID | None
        declined_by: UUID

        def apply(self, aggregate: Listing) -> None:
            aggregate.stage = ListingStage.OPEN
            aggregate.claimant = None

    class Fulfilled(Event):
        TOPIC = "points.listing.fulfilled"
        reported_by: UUID

        def apply(self, aggregate: Listing) -> None:
            aggregate.stage = ListingStage.FULFILLED

    class Withdrawn(Event):
        TOPIC = "points.listing.withdrawn"
        withdrawn_by: UUID

        def apply(self, aggregate: Listing) -> None:
            aggregate.stage = ListingStage.WITHDRAWN

    kind: ListingKind
    area_code: str
    owner: Claimant
    stage: ListingStage
    claimant: Claimant | None

    @classmethod
    def publish(
        cls,
        at: datetime,
        id_: UUID,
        *,
        kind: ListingKind,
        area_code: str,
        owner: Claimant,
        title_ref: UUID,
        published_by: UUID,
    ) -> Self:
        if kind is ListingKind.PROJECT and owner.kind is ClaimantKind.VOLUNTEER:
            raise ProjectNeedsOrganisation
        return cls._start(
            cls.Published,
            id_,
            at,
            kind=kind.value,
            area_code=area_code,
            owner_kind=owner.kind.value,
            owner_id=owner.id,
            title_ref=title_ref,
            published_by=published_by,
        )

    def claim(self, at: datetime, claimant: Claimant, *, claimed_by: UUID) -> None:
        if claimant == self.owner:
            raise OwnListing
        self._require(ListingStage.OPEN)
        self._record(
            self.Claimed,
            at,
            claimant_kind=claimant.kind.value,
            claimant_id=claimant.id,
            claimed_by=claimed_by,
        )

    def agree(self, at: datetime, *, agreed_by: UUID) -> None:
        self._require(ListingStage.CLAIMED)
        self._record(self.Agreed, at, agreed_by=agreed_by)

    def decline(self, at: datetime, *, reason_ref: UUID | None, declined_by: UUID) -> None:
        self._require(ListingStage.CLAIMED, ListingStage.AGREED)
        self._record(self.Declined, at, reason_ref=reason_ref, declined_by=declined_by)

    def fulfil(self, at: datetime, *, reported_by: UUID) -> None:
        self._require(ListingStage.AGREED)
        self._record(self.Fulfilled, at, reported_by=reported_by)

    def withdraw(self, at: datetime, *, withdrawn_by: UUID) -> None:
        self._require(ListingStage.OPEN, ListingStage.CLAIMED)
        self._record(self.Withdrawn, at, withdrawn_by=withdrawn_by)

    def _require(self, *stages: ListingStage) -> None:
        if self.stage not in stages:
            raise ListingNotAtStage(stage=self.stage)
