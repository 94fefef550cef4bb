"""A lot of points, and parts of it as events name them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

REFUND_GRACE = timedelta(days=30)
"""How long after its end a lot still takes a refund (rule 12), and how long such a refund can be spent."""

NEVER = date.max


class Taken(NamedTuple):
    """So many points of one lot."""

    lot_no: int
    points: int


class Restored(NamedTuple):
    """So many points put back into a lot, which from then on ends on `expires_on`."""

    lot_no: int
    points: int
    expires_on: date | None


@dataclass
class Lot:
    """`points` are what is left. `value_fen` backs one point, from `budget_id`."""

    lot_no: int
    points: int
    value_fen: int
    budget_id: UUID
    scheme_id: UUID
    scheme_version: int
    origin: str
    earned_on: date
    expires_on: date | None
    prolonged: bool = False
    """A refund gave it its days of grace: it gets them once, however often it is redeemed and refunded."""
    held: int = 0
    """Of `points`, what is set aside for a payment that is on its way."""
    record_id: UUID | None = None
    activity_id: UUID | None = None

    def expired(self, today: date) -> bool:
        return self.expires_on is not None and self.expires_on < today

    def closed(self, today: date) -> bool:
        """Expired so long ago, or for the second time, that not even a refund revives it."""
        grace = timedelta(0) if self.prolonged else REFUND_GRACE
        return self.expires_on is not None and self.expires_on + grace < today
