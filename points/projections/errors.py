"""What the read models refuse, and how they fail."""

from __future__ import annotations

from points.domain.errors import Unavailable


class ProjectionBehind(Unavailable):
    """The read models have not reached the position that the reader waits for."""

    asked_position: int
    reached_position: int
