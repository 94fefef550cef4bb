"""What the merchant side refuses beyond the rules of the domain."""

from __future__ import annotations

from points.domain.errors import Invalid, NotFound, Refused, Unavailable


class SettlementNotFound(NotFound):
    """No such settlement, or none that the asker may see."""


class PreviousSettlementOpen(Refused):
    """The settlement before this one is not with the bank yet: what it leaves out is not known."""


class StatementDigestDiffers(Unavailable):
    """The lines read back are not those that were stated: nothing is paid on them."""


class DisputeNotFound(NotFound):
    """No such dispute, or none that the asker may see."""


class AlarmNotFound(NotFound):
    """No such alarm, or none that the asker may see."""


class WebhookNotFound(NotFound):
    """No such endpoint, or none of the asker's."""


class WebhookAddressRefused(Invalid):
    """Only https to a public address: an endpoint must not reach into anybody's own network."""

    field: str = "url"
    rule: str = "address-not-public"
