"""A request: asked from the menu or freely, taken on by somebody, agreed from both sides, done and rated."""

from __future__ import annotations

from datetime import date, datetime
from typing import Self
from uuid import UUID

from points.domain.aggregate import Aggregate, Created
from points.domain.calendar import to_us
from points.domain.claims import Claimant, ClaimantKind, Side
from points.domain.request_errors import (
    AlreadyAgreed,
    AlreadyRated,
    BothSides,
    ConfirmedByServer,
    HoursAlreadyDrafted,
    NoEvidenceOfService,
    OwnRequest,
    PairMissing,
    PairNotDemanded,
    PairOfOne,
    RatedByServer,
    RatingNotPassedOn,
    RatingOutOfRange,
    ReasonForBeneficiaryMissing,
    RequestNotAtStage,
    RequestStage,
    SocialWorkerNotCertified,
)
from points.domain.values import ServiceKind

MOST_STARS = 5


class Request(Aggregate):
    TOPIC = "points.request"

    class Event(Aggregate.Event):
        pass

    class Placed(Created, Event):
        """What is needed stands in the vault; the beneficiary is a volunteer or a resident by id alone."""

        TOPIC = "points.request.placed"
        area_code: str
        kind: str
        menu_item_id: UUID | None
        beneficiary_id: UUID
        profile_ref: UUID
        text_ref: UUID
        wanted_on: date | None
        paired: bool
        placed_by: UUID

        def apply(self, aggregate: Request) -> None:
            aggregate.area_code = self.area_code
            aggregate.kind = ServiceKind(self.kind)
            aggregate.beneficiary_id = self.beneficiary_id
            aggregate.paired = self.paired
            aggregate.stage = RequestStage.OPEN
            aggregate.claimant = None
            aggregate.agreed = frozenset()
            aggregate.offer_expires_at_us = 0
            aggregate.pair = None
            aggregate.servers = frozenset()
            aggregate.evidence = None
            aggregate.rating = None
            aggregate.record_id = None

    class Dispatched(Event):
        """Staff name somebody; it waits for the word of both sides until it lapses."""

        TOPIC = "points.request.dispatched"
        claimant_kind: str
        claimant_id: UUID
        expires_at_us: int
        dispatched_by: UUID

        def apply(self, aggregate: Request) -> None:
            aggregate._offer(self.claimant_kind, self.claimant_id, self.expires_at_us)
            aggregate.servers |= {self.dispatched_by}

    class Claimed(Event):
        """Somebody comes forward: their side has agreed by it."""

        TOPIC = "points.request.claimed"
        claimant_kind: str
        claimant_id: UUID
        expires_at_us: int
        claimed_by: UUID

        def apply(self, aggregate: Request) -> None:
            aggregate._offer(self.claimant_kind, self.claimant_id, self.expires_at_us)
            aggregate.agreed = frozenset({Side.CLAIMANT})
            aggregate.servers |= {self.claimed_by}

    class Agreed(Event):
        TOPIC = "points.request.agreed"
        side: str
        agreed_by: UUID

        def apply(self, aggregate: Request) -> None:
            aggregate.agreed |= {Side(self.side)}
            if self.side == Side.CLAIMANT:
                aggregate.servers |= {self.agreed_by}
            if len(aggregate.agreed) == len(Side):
                aggregate.stage = RequestStage.ACCEPTED

    class Declined(Event):
        """One side says no, before or after both had agreed: the request stands in the list again."""

        TOPIC = "points.request.declined"
        side: str
        reason_ref: UUID | None
        declined_by: UUID

        def apply(self, aggregate: Request) -> None:
            aggregate._reopen()

    class Lapsed(Event):
        """Nobody answered in time: the request stands in the list again."""

        TOPIC = "points.request.lapsed"

        def apply(self, aggregate: Request) -> None:
            aggregate._reopen()

    class Paired(Event):
        TOPIC = "points.request.paired"
        social_worker_id: UUID
        volunteer_id: UUID
        paired_by: UUID

        def apply(self, aggregate: Request) -> None:
            aggregate.pair = (self.social_worker_id, self.volunteer_id)
            aggregate.servers |= {self.social_worker_id, self.volunteer_id}

    class Done(Event):
        """`evidence` is the SHA-256 of a sheet or photo; without it no hours can come of the service."""

        TOPIC = "points.request.done"
        evidence: bytes | None
        reported_by: UUID

        def apply(self, aggregate: Request) -> None:
            aggregate.stage = RequestStage.DONE
            aggregate.evidence = self.evidence
            aggregate.servers |= {self.reported_by}

    class Confirmed(Event):
        """By the beneficiary; with a reason, by staff in place of one without a phone."""

        TOPIC = "points.request.confirmed"
        reason_ref: UUID | None
        confirmed_by: UUID

        def apply(self, aggregate: Request) -> None:
            aggregate.stage = RequestStage.CONFIRMED

    class Rated(Event):
        """`evidence` is the SHA-256 of the slip that a resident without a phone signed; nil from a phone."""

        TOPIC = "points.request.rated"
        rating: int
        text_ref: UUID | None
        evidence: bytes | None
        rated_by: UUID

        def apply(self, aggregate: Request) -> None:
            aggregate.rating = self.rating

    class HoursDrafted(Event):
        """The service stands in a timesheet as supplementary time, to be reviewed like any other."""

        TOPIC = "points.request.hours_drafted"
        record_id: UUID
        drafted_by: UUID

        def apply(self, aggregate: Request) -> None:
            aggregate.record_id = self.record_id

    class Cancelled(Event):
        TOPIC = "points.request.cancelled"
        reason_ref: UUID | None
        cancelled_by: UUID

        def apply(self, aggregate: Request) -> None:
            aggregate.stage = RequestStage.CANCELLED

    area_code: str
    kind: ServiceKind
    beneficiary_id: UUID
    paired: bool
    stage: RequestStage
    claimant: Claimant | None
    agreed: frozenset[Side]
    offer_expires_at_us: int
    pair: tuple[UUID, UUID] | None
    servers: frozenset[UUID]
    evidence: bytes | None
    rating: int | None
    record_id: UUID | None

    def _offer(self, kind: str, id_: UUID, expires_at_us: int) -> None:
        self.stage = RequestStage.OFFERED
        self.claimant = Claimant(ClaimantKind(kind), id_)
        self.agreed = frozenset()
        self.offer_expires_at_us = expires_at_us
        self.servers = frozenset({id_})

    def _reopen(self) -> None:
        self.stage = RequestStage.OPEN
        self.claimant = None
        self.agreed = frozenset()
        self.pair = None
        self.servers = frozenset()

    @classmethod
    def place(
        cls,
        at: datetime,
        id_: UUID,
        *,
        area_code: str,
        kind: ServiceKind,
        menu_item_id: UUID | None,
        beneficiary_id: UUID,
        profile_ref: UUID,
        text_ref: UUID,
        wanted_on: date | None,
        paired: bool,
        placed_by: UUID,
    ) -> Self:
        return cls._start(
            cls.Placed,
            id_,
            at,
            area_code=area_code,
            kind=kind.value,
            menu_item_id=menu_item_id,
            beneficiary_id=beneficiary_id,
            profile_ref=profile_ref,
            text_ref=text_ref,
            wanted_on=wanted_on,
            paired=paired,
            placed_by=placed_by,
        )

    def dispatch(
        self, at: datetime, claimant: Claimant, *, expires_at: datetime, dispatched_by: UUID
    ) -> None:
        self._check_claim(at, claimant)
        self._record(
            self.Dispatched,
            at,
            claimant_kind=claimant.kind.value,
            claimant_id=claimant.id,
            expires_at_us=to_us(expires_at),
            dispatched_by=dispatched_by,
        )

    def claim(self, at: datetime, claimant: Claimant, *, expires_at: datetime, claimed_by: UUID) -> None:
        self._check_claim(at, claimant)
        self._record(
            self.Claimed,
            at,
            claimant_kind=claimant.kind.value,
            claimant_id=claimant.id,
            expires_at_us=to_us(expires_at),
            claimed_by=claimed_by,
        )

    def _check_claim(self, at: datetime, claimant: Claimant) -> None:
        if claimant.id == self.beneficiary_id:
            raise OwnRequest
        self.lapse(at)
        self._require(RequestStage.OPEN)

    def lapse(self, at: datetime) -> bool:
        """Put a request that nobody answered in time back into the list; says whether it did."""
        over = self.stage is RequestStage.OFFERED and to_us(at) >= self.offer_expires_at_us
        if over:
            self._record(self.Lapsed, at)
        return over

    def agree(self, at: datetime, side: Side, *, agreed_by: UUID) -> None:
        self._require(RequestStage.OFFERED)
        if to_us(at) >= self.offer_expires_at_us:
            raise RequestNotAtStage(stage=RequestStage.OPEN)
        if side in self.agreed:
            raise AlreadyAgreed
        if side is Side.ASKER and agreed_by in self.servers:
            raise BothSides
        self._record(self.Agreed, at, side=side.value, agreed_by=agreed_by)

    def decline(self, at: datetime, side: Side, *, reason_ref: UUID | None, declined_by: UUID) -> None:
        self._require(RequestStage.OFFERED, RequestStage.ACCEPTED)
        self._record(self.Declined, at, side=side.value, reason_ref=reason_ref, declined_by=declined_by)

    def name_pair(
        self, at: datetime, *, social_worker_id: UUID, certified: bool, volunteer_id: UUID, paired_by: UUID
    ) -> None:
        self._require(RequestStage.ACCEPTED)
        if not self.paired:
            raise PairNotDemanded
        if self.beneficiary_id in {social_worker_id, volunteer_id}:
            raise OwnRequest
        if social_worker_id == volunteer_id:
            raise PairOfOne
        if not certified:
            raise SocialWorkerNotCertified
        self._record(
            self.Paired,
            at,
            social_worker_id=social_worker_id,
            volunteer_id=volunteer_id,
            paired_by=paired_by,
        )

    def report_done(self, at: datetime, *, evidence: bytes | None, reported_by: UUID) -> None:
        self._require(RequestStage.ACCEPTED)
        if self.paired and self.pair is None:
            raise PairMissing
        self._record(self.Done, at, evidence=evidence, reported_by=reported_by)

    def confirm(
        self, at: datetime, *, by_beneficiary: bool, reason_ref: UUID | None, confirmed_by: UUID
    ) -> None:
        self._require(RequestStage.DONE)
        if confirmed_by in self.servers:
            raise ConfirmedByServer
        if not by_beneficiary and reason_ref is None:
            raise ReasonForBeneficiaryMissing
        self._record(self.Confirmed, at, reason_ref=reason_ref, confirmed_by=confirmed_by)

    def rate(
        self,
        at: datetime,
        rating: int,
        *,
        by_beneficiary: bool,
        text_ref: UUID | None,
        evidence: bytes | None,
        rated_by: UUID,
    ) -> None:
        """One to five stars, once, for a completed service: so nobody's name is stuffed or smeared in bulk."""
        if not 1 <= rating <= MOST_STARS:
            raise RatingOutOfRange(rating=rating)
        if rated_by in self.servers:
            raise RatedByServer(action="rate-request")
        self._require(RequestStage.CONFIRMED)
        if self.rating is not None:
            raise AlreadyRated
        if not by_beneficiary and evidence is None:
            raise RatingNotPassedOn
        self._record(self.Rated, at, rating=rating, text_ref=text_ref, evidence=evidence, rated_by=rated_by)

    def check_hours(self) -> None:
        """Raises RequestNotAtStage, NoEvidenceOfService, HoursAlreadyDrafted."""
        self._require(RequestStage.CONFIRMED)
        if self.evidence is None:
            raise NoEvidenceOfService
        if self.record_id is not None:
            raise HoursAlreadyDrafted

    def draft_hours(self, at: datetime, *, record_id: UUID, drafted_by: UUID) -> None:
        self.check_hours()
        self._record(self.HoursDrafted, at, record_id=record_id, drafted_by=drafted_by)

    def cancel(self, at: datetime, *, reason_ref: UUID | None, cancelled_by: UUID) -> None:
        self._require(RequestStage.OPEN, RequestStage.OFFERED, RequestStage.ACCEPTED)
        self._record(self.Cancelled, at, reason_ref=reason_ref, cancelled_by=cancelled_by)

    def _require(self, *stages: RequestStage) -> None:
        if self.stage not in stages:
            raise RequestNotAtStage(stage=self.stage)
