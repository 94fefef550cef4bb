"""Organisations and their teams; grid workers and building leads at their posts; areas below a community."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from points import access
from points.access import Act
from points.application.areas import register_area
from points.application.sheets import LineRefusal
from points.application.tools import Answer, Body, Call, Tools, Work
from points.application.volunteers import find_volunteer
from points.domain.errors import Invalid, NotFound
from points.domain.organisation import Organisation
from points.domain.people import OrganisationKind, PostKind
from points.domain.post import Post
from points.domain.staff import Staff
from points.domain.values import AreaLevel
from points.projections import groups, volunteers

_BELOW = {
    AreaLevel.GRID: frozenset({AreaLevel.COMMUNITY}),
    AreaLevel.BUILDING: frozenset({AreaLevel.COMMUNITY, AreaLevel.GRID}),
}


class OrganisationNotFound(NotFound):
    """No such organisation, or none that the asker may see."""


class Organisations:
    """Whom volunteers belong to."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def found(self, call: Call, *, name: str, kind: str, area: str) -> Answer:
        """Enter one. Raises Invalid, OutsideScope."""
        access.require_in_area(call.actor, Act.MANAGE_ORGANISATIONS, self._tools.areas(area).path(area))
        if kind not in set(OrganisationKind):
            raise Invalid(field="kind", rule="organisation-kind-unknown")
        if not name.strip():
            raise Invalid(field="name", rule="missing")

        def decide(work: Work) -> Body:
            organisation_id = work.new_id()
            work.unit.add(
                Organisation.found(
                    work.at,
                    organisation_id,
                    kind=OrganisationKind(kind),
                    area_code=area,
                    name_ref=work.text(organisation_id, name.strip()),
                    founded_by=call.actor.id,
                )
            )
            return {"organisation_id": str(organisation_id)}

        return self._tools.change(call, "organisations.found", [name, kind, area], decide)

    def form_team(self, call: Call, organisation_id: UUID, *, name: str, leader: str | None = None) -> Answer:
        """Raises NotMember for a leader from outside."""
        access.require(call.actor, Act.MANAGE_ORGANISATIONS)
        if not name.strip():
            raise Invalid(field="name", rule="missing")

        def act(work: Work, organisation: Organisation) -> Body:
            team_id = work.new_id()
            organisation.form_team(
                work.at,
                team_id=team_id,
                name_ref=work.text(team_id, name.strip()),
                leader_id=find_volunteer(work, leader).id if leader else None,
                formed_by=call.actor.id,
            )
            return {"team_id": str(team_id)}

        return self._change(call, "form-team", organisation_id, act, name, leader)

    def dissolve_team(self, call: Call, organisation_id: UUID, team_id: UUID) -> Answer:
        def act(work: Work, organisation: Organisation) -> Body:
            organisation.dissolve_team(work.at, team_id=team_id, dissolved_by=call.actor.id)
            return {"team_id": str(team_id)}

        return self._change(call, "dissolve-team", organisation_id, act, str(team_id))

    def join(
        self, call: Call, organisation_id: UUID, *, volunteer_number: str, team_id: UUID | None = None
    ) -> Answer:
        """A person joins, or moves to another team. Raises AlreadyMember, TeamNotFound."""

        def act(work: Work, organisation: Organisation) -> Body:
            person = find_volunteer(work, volunteer_number)
            person.require_active()
            organisation.join(work.at, volunteer_id=person.id, team_id=team_id, recorded_by=call.actor.id)
            return {"volunteer_number": person.volunteer_number}

        return self._change(call, "join", organisation_id, act, volunteer_number, str(team_id))

    def leave(self, call: Call, organisation_id: UUID, *, volunteer_number: str) -> Answer:
        def act(work: Work, organisation: Organisation) -> Body:
            person = find_volunteer(work, volunteer_number)
            organisation.leave(work.at, volunteer_id=person.id, recorded_by=call.actor.id)
            return {"volunteer_number": person.volunteer_number}

        return self._change(call, "leave", organisation_id, act, volunteer_number)

    def close(self, call: Call, organisation_id: UUID) -> Answer:
        def act(work: Work, organisation: Organisation) -> Body:
            organisation.close(work.at, closed_by=call.actor.id)
            return {}

        return self._change(call, "close", organisation_id, act)

    def _change(
        self,
        call: Call,
        name: str,
        organisation_id: UUID,
        act: Callable[[Work, Organisation], Body],
        *told: str | None,
    ) -> Answer:
        access.require(call.actor, Act.MANAGE_ORGANISATIONS)

        def decide(work: Work) -> Body:
            organisation = work.unit.get(Organisation, organisation_id)
            path = self._tools.areas().path(organisation.area_code)
            access.require_in_area(call.actor, Act.MANAGE_ORGANISATIONS, path)
            return {"organisation_id": str(organisation_id), **act(work, organisation)}

        return self._tools.change(call, f"organisations.{name}", [str(organisation_id), *told], decide)

    def list(self, call: Call, *, area: str | None, limit: int, after: UUID | None = None) -> Body:
        code = area or call.actor.area_code or self._tools.county_code
        access.require_in_area(call.actor, Act.READ_ORGANISATIONS, self._tools.areas(code).path(code))
        with self._tools.reading() as connection:
            found = groups.organisations_in(connection, code, limit, after)
        with self._tools.looking() as desk:
            names = desk.vault.get_many([organisation.name_ref for organisation in found])
        return {
            "organisations": [_shown(organisation, names) for organisation in found],
            "next": str(found[-1].organisation_id) if len(found) == limit else None,
        }

    def show(self, call: Call, organisation_id: UUID, *, limit: int, after: UUID | None = None) -> Body:
        """One with its teams and a page of its members."""
        access.require(call.actor, Act.READ_ORGANISATIONS)
        with self._tools.reading() as connection:
            found = groups.organisation(connection, organisation_id)
            if found is None:
                raise OrganisationNotFound(subject="organisation", reference=str(organisation_id))
            path = self._tools.areas().path(found.area_code)
            access.require_in_area(call.actor, Act.READ_ORGANISATIONS, path)
            teams = groups.teams_of(connection, organisation_id)
            members = groups.membership(connection, organisation_id, limit, after)
            people = {member: volunteers.get(connection, member) for member, _ in members}
        with self._tools.looking() as desk:
            names = desk.vault.get_many([found.name_ref, *(team.name_ref for team in teams)])
        return {
            **_shown(found, names),
            "teams": [
                {"team_id": str(team.team_id), "name": names.get(team.name_ref, {}).get("text")}
                for team in teams
            ],
            "members": [
                {
                    "volunteer_number": getattr(people[member], "volunteer_number", None),
                    "team_id": team and str(team),
                }
                for member, team in members
            ],
            "next": str(members[-1][0]) if len(members) == limit else None,
        }

    # Posts, and the areas that they look after

    def assign(
        self,
        call: Call,
        *,
        kind: str,
        area: str,
        volunteer_number: str | None = None,
        staff_id: UUID | None = None,
    ) -> Answer:
        """Give a volunteer or a member of staff a grid or a building. Raises PostNeedsPerson, PostOutsideLevel."""
        access.require_in_area(call.actor, Act.ASSIGN_POSTS, self._tools.areas(area).path(area))
        if kind not in set(PostKind):
            raise Invalid(field="kind", rule="post-kind-unknown")
        level = self._tools.areas().level(area)

        def decide(work: Work) -> Body:
            person = find_volunteer(work, volunteer_number) if volunteer_number else None
            if person is not None:
                person.require_active()
            if staff_id is not None:
                work.unit.get(Staff, staff_id).require_active()
            post = Post.assign(
                work.at,
                work.new_id(),
                kind=PostKind(kind),
                area_code=area,
                level=level,
                volunteer_id=None if person is None else person.id,
                staff_id=staff_id,
                assigned_by=call.actor.id,
            )
            work.unit.add(post)
            return {"post_id": str(post.id)}

        told = [kind, area, volunteer_number, staff_id and str(staff_id)]
        return self._tools.change(call, "posts.assign", told, decide)

    def end_post(self, call: Call, post_id: UUID) -> Answer:
        access.require(call.actor, Act.ASSIGN_POSTS)

        def decide(work: Work) -> Body:
            post = work.unit.get(Post, post_id)
            path = self._tools.areas().path(post.area_code)
            access.require_in_area(call.actor, Act.ASSIGN_POSTS, path)
            post.end(work.at, ended_by=call.actor.id)
            return {"post_id": str(post_id)}

        return self._tools.change(call, "posts.end", str(post_id), decide)

    def posts(self, call: Call, *, area: str | None, limit: int, after: UUID | None = None) -> Body:
        code = area or call.actor.area_code or self._tools.county_code
        access.require_in_area(call.actor, Act.READ_POSTS, self._tools.areas(code).path(code))
        with self._tools.reading() as connection:
            found = groups.posts_in(connection, code, limit, after)
            people = {
                post.post_id: volunteers.get(connection, post.volunteer_id)
                for post in found
                if post.volunteer_id is not None
            }
        shown: list[dict[str, Any]] = [
            {
                "post_id": str(post.post_id),
                "kind": post.kind,
                "area": post.area_code,
                "volunteer_number": getattr(people.get(post.post_id), "volunteer_number", None),
                "staff_id": post.staff_id and str(post.staff_id),
            }
            for post in found
        ]
        return {"posts": shown, "next": shown[-1]["post_id"] if len(found) == limit else None}

    def add_area(self, call: Call, *, code: str, name: str, level: str, parent: str) -> Answer:
        """A grid or a building below one's own community. Raises Invalid, OutsideScope."""
        access.require(call.actor, Act.ADD_AREAS)
        areas = self._tools.areas(parent)
        access.require_in_area(call.actor, Act.ADD_AREAS, areas.path(parent))
        if level not in _BELOW:
            raise Invalid(field="level", rule="area-level-unknown")
        if areas.level(parent) not in _BELOW[AreaLevel(level)]:
            raise Invalid(field="parent-code", rule="area-level-above")
        row = {"code": code, "name": name.strip(), "level": level, "parent_code": parent}

        def decide(work: Work) -> Body:
            result = register_area(work, 0, row)
            if isinstance(result, LineRefusal):
                raise Invalid(field=result.field, rule=result.rule)
            return {"code": code, "new": result == "accepted"}

        return self._tools.change(call, "areas.add", row, decide)


def _shown(organisation: groups.Organisation, names: dict[UUID, dict[str, str]]) -> Body:
    return {
        "organisation_id": str(organisation.organisation_id),
        "name": names.get(organisation.name_ref, {}).get("text"),
        "kind": organisation.kind,
        "area": organisation.area_code,
        "closed": organisation.closed,
    }
