"""Who takes something on, and which of the two sides speaks: shared by requests and by the listed offers."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple
from uuid import UUID


class ClaimantKind(StrEnum):
    """Who may take something on."""

    VOLUNTEER = "volunteer"
    ORGANISATION = "organisation"
    TEAM = "team"


class Side(StrEnum):
    """The two sides of a claim; it stands only once both have agreed (two-way claim)."""

    ASKER = "asker"
    CLAIMANT = "claimant"


class Claimant(NamedTuple):
    kind: ClaimantKind
    id: UUID
