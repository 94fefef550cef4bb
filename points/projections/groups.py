"""Households, organisations with their teams, and posts: who belongs where."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Boolean, Column, Connection, Index, Table, and_, select

from points.domain.household import Household as HouseholdAggregate
from points.domain.organisation import Organisation as OrganisationAggregate
from points.domain.post import Post as PostAggregate
from points.projections.areas import codes_below
from points.projections.buffers import Latest, Rows
from points.projections.columns import id_column, read_metadata, text_column
from points.projections.model import ReadModel

households = Table(
    "households",
    read_metadata,
    id_column("household_id", key=True),
    text_column("code"),
    text_column("area_code"),
    id_column("head_id"),
    Index("households_area", "area_code", "household_id"),
)

household_members = Table(
    "household_members",
    read_metadata,
    id_column("household_id", key=True),
    id_column("volunteer_id", key=True),
    Column("present", Boolean, nullable=False),
    Index("household_members_volunteer", "volunteer_id"),
)

organisations = Table(
    "organisations",
    read_metadata,
    id_column("organisation_id", key=True),
    text_column("kind"),
    text_column("area_code"),
    id_column("name_ref"),
    Column("closed", Boolean, nullable=False),
    Index("organisations_area", "area_code", "organisation_id"),
)

teams = Table(
    "teams",
    read_metadata,
    id_column("team_id", key=True),
    id_column("organisation_id"),
    id_column("name_ref"),
    id_column("leader_id", optional=True),
    Column("dissolved", Boolean, nullable=False),
    Index("teams_organisation", "organisation_id"),
)

memberships = Table(
    "memberships",
    read_metadata,
    id_column("organisation_id", key=True),
    id_column("volunteer_id", key=True),
    id_column("team_id", optional=True),
    Column("present", Boolean, nullable=False),
    Index("memberships_volunteer", "volunteer_id"),
)

posts = Table(
    "posts",
    read_metadata,
    id_column("post_id", key=True),
    text_column("kind"),
    text_column("area_code"),
    id_column("volunteer_id", optional=True),
    id_column("staff_id", optional=True),
    Column("ended", Boolean, nullable=False),
    Index("posts_area", "area_code", "post_id"),
)


class Groups(ReadModel):
    def __init__(self) -> None:
        self._households = Rows(households)
        self._members = Latest(household_members)
        self._organisations = Rows(organisations)
        self._teams = Rows(teams)
        self._memberships = Latest(memberships)
        self._posts = Rows(posts)
        buffers = (
            self._households,
            self._members,
            self._organisations,
            self._teams,
            self._memberships,
            self._posts,
        )
        super().__init__(
            buffers,
            {
                HouseholdAggregate.Formed.TOPIC: self._formed,
                HouseholdAggregate.MemberJoined.TOPIC: self._came,
                HouseholdAggregate.MemberLeft.TOPIC: self._went,
                HouseholdAggregate.HeadNamed.TOPIC: self._headed,
                HouseholdAggregate.CodeReplaced.TOPIC: self._recoded,
                OrganisationAggregate.Founded.TOPIC: self._founded,
                OrganisationAggregate.TeamFormed.TOPIC: self._team_formed,
                OrganisationAggregate.TeamDissolved.TOPIC: self._team_dissolved,
                OrganisationAggregate.MemberJoined.TOPIC: self._joined,
                OrganisationAggregate.MemberLeft.TOPIC: self._left,
                OrganisationAggregate.Closed.TOPIC: self._closed,
                PostAggregate.Assigned.TOPIC: self._assigned,
                PostAggregate.Ended.TOPIC: self._ended,
            },
        )

    def _formed(self, position: int, household_id: bytes, event: Any) -> None:
        self._households.insert(household_id, event.code, event.area_code, event.head_id)
        self._members.put(household_id, event.head_id, True)

    def _came(self, position: int, household_id: bytes, event: Any) -> None:
        self._members.put(household_id, event.volunteer_id, True)

    def _went(self, position: int, household_id: bytes, event: Any) -> None:
        self._members.put(household_id, event.volunteer_id, False)

    def _headed(self, position: int, household_id: bytes, event: Any) -> None:
        self._households.set((household_id,), head_id=event.volunteer_id)

    def _recoded(self, position: int, household_id: bytes, event: Any) -> None:
        self._households.set((household_id,), code=event.code)

    def _founded(self, position: int, organisation_id: bytes, event: Any) -> None:
        self._organisations.insert(organisation_id, event.kind, event.area_code, event.name_ref, False)

    def _team_formed(self, position: int, organisation_id: bytes, event: Any) -> None:
        self._teams.insert(event.team_id, organisation_id, event.name_ref, event.leader_id, False)

    def _team_dissolved(self, position: int, organisation_id: bytes, event: Any) -> None:
        self._teams.set((event.team_id,), dissolved=True)

    def _joined(self, position: int, organisation_id: bytes, event: Any) -> None:
        self._memberships.put(organisation_id, event.volunteer_id, event.team_id, True)

    def _left(self, position: int, organisation_id: bytes, event: Any) -> None:
        self._memberships.put(organisation_id, event.volunteer_id, None, False)

    def _closed(self, position: int, organisation_id: bytes, event: Any) -> None:
        self._organisations.set((organisation_id,), closed=True)

    def _assigned(self, position: int, post_id: bytes, event: Any) -> None:
        self._posts.insert(post_id, event.kind, event.area_code, event.volunteer_id, event.staff_id, False)

    def _ended(self, position: int, post_id: bytes, event: Any) -> None:
        self._posts.set((post_id,), ended=True)


class Household(msgspec.Struct, frozen=True):
    household_id: UUID
    code: str
    area_code: str
    head_id: UUID


class Organisation(msgspec.Struct, frozen=True):
    """The name stands in the vault under `name_ref`."""

    organisation_id: UUID
    kind: str
    area_code: str
    name_ref: UUID
    closed: bool


class Team(msgspec.Struct, frozen=True):
    team_id: UUID
    organisation_id: UUID
    name_ref: UUID
    leader_id: UUID | None
    dissolved: bool


class Post(msgspec.Struct, frozen=True):
    post_id: UUID
    kind: str
    area_code: str
    volunteer_id: UUID | None
    staff_id: UUID | None
    ended: bool


def household(connection: Connection, household_id: UUID) -> Household | None:
    row = connection.execute(select(households).where(households.c.household_id == household_id)).first()
    return None if row is None else Household(*row)


def households_in(
    connection: Connection, area: str, limit: int, after: UUID | None = None
) -> list[Household]:
    statement = select(households).where(households.c.area_code.in_(codes_below(area)))
    if after is not None:
        statement = statement.where(households.c.household_id > after)
    rows = connection.execute(statement.order_by(households.c.household_id).limit(limit))
    return [Household(*row) for row in rows]


def members(connection: Connection, household_id: UUID) -> list[UUID]:
    """Those who live there now."""
    statement = select(household_members.c.volunteer_id).where(
        household_members.c.household_id == household_id, household_members.c.present
    )
    return list(connection.execute(statement.order_by(household_members.c.volunteer_id)).scalars())


def organisation(connection: Connection, organisation_id: UUID) -> Organisation | None:
    statement = select(organisations).where(organisations.c.organisation_id == organisation_id)
    row = connection.execute(statement).first()
    return None if row is None else Organisation(*row)


def organisations_in(
    connection: Connection, area: str, limit: int, after: UUID | None = None
) -> list[Organisation]:
    statement = select(organisations).where(organisations.c.area_code.in_(codes_below(area)))
    if after is not None:
        statement = statement.where(organisations.c.organisation_id > after)
    rows = connection.execute(statement.order_by(organisations.c.organisation_id).limit(limit))
    return [Organisation(*row) for row in rows]


def teams_of(connection: Connection, organisation_id: UUID) -> list[Team]:
    """Those that were not dissolved."""
    statement = select(teams).where(teams.c.organisation_id == organisation_id, ~teams.c.dissolved)
    return [Team(*row) for row in connection.execute(statement.order_by(teams.c.team_id))]


def membership(
    connection: Connection, organisation_id: UUID, limit: int, after: UUID | None = None
) -> list[tuple[UUID, UUID | None]]:
    """Members with their team, None where they have none or it was dissolved; by member."""
    own = memberships.c
    live = memberships.outerjoin(teams, and_(teams.c.team_id == own.team_id, ~teams.c.dissolved))
    statement = select(own.volunteer_id, teams.c.team_id).select_from(live)
    statement = statement.where(own.organisation_id == organisation_id, own.present)
    if after is not None:
        statement = statement.where(own.volunteer_id > after)
    rows = connection.execute(statement.order_by(own.volunteer_id).limit(limit))
    return [(row[0], row[1]) for row in rows]


def posts_in(connection: Connection, area: str, limit: int, after: UUID | None = None) -> list[Post]:
    """Posts that go on, by id."""
    statement = select(posts).where(posts.c.area_code.in_(codes_below(area)), ~posts.c.ended)
    if after is not None:
        statement = statement.where(posts.c.post_id > after)
    return [Post(*row) for row in connection.execute(statement.order_by(posts.c.post_id).limit(limit))]
