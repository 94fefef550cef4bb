"""What a request refuses, one class a rule."""

from __future__ import annotations

from enum import StrEnum

from points.domain.errors import NotAllowed, Refused


class RequestStage(StrEnum):
    """How far a request has come."""

    OPEN = "open"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    DONE = "done"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"


class RequestNotAtStage(Refused):
    """The step does not follow on the stage that the request is at."""

    stage: RequestStage


class OwnRequest(Refused):
    """Nobody serves themselves for points: who asked does not take it on, speak for the server or be paired."""


class AlreadyAgreed(Refused):
    """This side has agreed already; the other one's word is awaited."""


class BothSides(Refused):
    """A claim has two sides: who speaks for the claimant, or dispatched it, does not speak for the asker too."""


class PairMissing(Refused):
    """The kind demands a social worker and a volunteer; both are to be named before it is done."""


class PairNotDemanded(Refused):
    """The kind is served by one alone: there is no pair to name."""


class SocialWorkerNotCertified(Refused):
    """The pair's first half is a certified social worker."""


class PairOfOne(Refused):
    """Two different people make a pair."""


class ReasonForBeneficiaryMissing(Refused):
    """Staff confirm only in place of a beneficiary without a phone, and say why."""


class ConfirmedByServer(Refused):
    """Who served, or reported it done, does not confirm it too."""


class RatingOutOfRange(Refused):
    """A rating is 1 to 5."""

    rating: int


class AlreadyRated(Refused):
    """One rating for one completed service: it is neither repeated nor changed."""


class RatingNotPassedOn(Refused):
    """A rating passed on for a resident without a phone rests on a signed slip: its SHA-256 is missing."""


class RatedByServer(NotAllowed):
    """Only the beneficiary rates: never who served, dispatched it to them, or reported it done."""


class NoEvidenceOfService(Refused):
    """Hours are drafted only for a confirmed service whose report carried evidence (rule 2)."""


class HoursAlreadyDrafted(Refused):
    """The request has a service record."""
