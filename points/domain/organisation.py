"""An organisation of volunteers: a party branch, a school, a hospital, with its teams and their members."""

from __future__ import annotations

from datetime import datetime
from typing import Self
from uuid import UUID

from points.domain.aggregate import Aggregate, Created
from points.domain.errors import NotFound, Refused
from points.domain.people import OrganisationKind


class AlreadyMember(Refused):
    """The person is a member of the organisation, and of this team, already."""

    organisation_id: UUID


class NotMember(Refused):
    """The person is not a member of the organisation."""

    organisation_id: UUID


class TeamNotFound(NotFound):
    """The organisation has no such team, or no longer."""


class OrganisationClosed(Refused):
    """The organisation has been closed."""

    organisation_id: UUID


class Organisation(Aggregate):
    TOPIC = "points.organisation"

    class Event(Aggregate.Event):
        pass

    class Founded(Created, Event):
        TOPIC = "points.organisation.founded"
        kind: str
        area_code: str
        name_ref: UUID
        founded_by: UUID

        def apply(self, aggregate: Organisation) -> None:
            aggregate.kind = OrganisationKind(self.kind)
            aggregate.area_code = self.area_code
            aggregate.name_ref = self.name_ref
            aggregate.members = {}
            aggregate.teams = {}
            aggregate.closed = False

    class TeamFormed(Event):
        TOPIC = "points.organisation.team_formed"
        team_id: UUID
        name_ref: UUID
        leader_id: UUID | None
        formed_by: UUID

        def apply(self, aggregate: Organisation) -> None:
            aggregate.teams[self.team_id] = self.leader_id

    class TeamDissolved(Event):
        """Its members stay in the organisation."""

        TOPIC = "points.organisation.team_dissolved"
        team_id: UUID
        dissolved_by: UUID

        def apply(self, aggregate: Organisation) -> None:
            del aggregate.teams[self.team_id]
            for member, team in aggregate.members.items():
                if team == self.team_id:
                    aggregate.members[member] = None

    class MemberJoined(Event):
        """The person is a member, in this team or in none; a later one moves them to another team."""

        TOPIC = "points.organisation.member_joined"
        volunteer_id: UUID
        team_id: UUID | None
        recorded_by: UUID

        def apply(self, aggregate: Organisation) -> None:
            aggregate.members[self.volunteer_id] = self.team_id

    class MemberLeft(Event):
        TOPIC = "points.organisation.member_left"
        volunteer_id: UUID
        recorded_by: UUID

        def apply(self, aggregate: Organisation) -> None:
            del aggregate.members[self.volunteer_id]

    class Closed(Event):
        TOPIC = "points.organisation.closed"
        closed_by: UUID

        def apply(self, aggregate: Organisation) -> None:
            aggregate.closed = True

    kind: OrganisationKind
    area_code: str
    name_ref: UUID
    members: dict[UUID, UUID | None]
    teams: dict[UUID, UUID | None]
    closed: bool

    @classmethod
    def found(
        cls,
        at: datetime,
        id_: UUID,
        *,
        kind: OrganisationKind,
        area_code: str,
        name_ref: UUID,
        founded_by: UUID,
    ) -> Self:
        return cls._start(
            cls.Founded,
            id_,
            at,
            kind=kind.value,
            area_code=area_code,
            name_ref=name_ref,
            founded_by=founded_by,
        )

    def form_team(
        self, at: datetime, *, team_id: UUID, name_ref: UUID, leader_id: UUID | None, formed_by: UUID
    ) -> None:
        self._require_open()
        if leader_id is not None and leader_id not in self.members:
            raise NotMember(organisation_id=self.id)
        self._record(
            self.TeamFormed, at, team_id=team_id, name_ref=name_ref, leader_id=leader_id, formed_by=formed_by
        )

    def dissolve_team(self, at: datetime, *, team_id: UUID, dissolved_by: UUID) -> None:
        self._require_team(team_id)
        self._record(self.TeamDissolved, at, team_id=team_id, dissolved_by=dissolved_by)

    def join(self, at: datetime, *, volunteer_id: UUID, team_id: UUID | None, recorded_by: UUID) -> None:
        self._require_open()
        if team_id is not None:
            self._require_team(team_id)
        if volunteer_id in self.members and self.members[volunteer_id] == team_id:
            raise AlreadyMember(organisation_id=self.id)
        self._record(
            self.MemberJoined, at, volunteer_id=volunteer_id, team_id=team_id, recorded_by=recorded_by
        )

    def leave(self, at: datetime, *, volunteer_id: UUID, recorded_by: UUID) -> None:
        if volunteer_id not in self.members:
            raise NotMember(organisation_id=self.id)
        self._record(self.MemberLeft, at, volunteer_id=volunteer_id, recorded_by=recorded_by)

    def close(self, at: datetime, *, closed_by: UUID) -> None:
        self._require_open()
        self._record(self.Closed, at, closed_by=closed_by)

    def _require_open(self) -> None:
        if self.closed:
            raise OrganisationClosed(organisation_id=self.id)

    def _require_team(self, team_id: UUID) -> None:
        if team_id not in self.teams:
            raise TeamNotFound(subject="team", reference=str(team_id))
