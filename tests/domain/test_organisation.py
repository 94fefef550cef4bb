"""Organisations, teams and posts."""

from __future__ import annotations

from uuid import UUID

from points.domain.organisation import (
    AlreadyMember,
    NotMember,
    Organisation,
    OrganisationClosed,
    TeamNotFound,
)
from points.domain.people import OrganisationKind, PostKind
from points.domain.post import Post, PostEnded, PostNeedsPerson, PostOutsideLevel
from points.domain.values import AreaLevel
from tests.domain.examples import CLERK, COMMUNITY, VOLUNTEER
from tests.domain.scenario import NOW, event, given, id_of, start_refused

TEAM, ITSELF = id_of("team"), id_of("organisation")


def a_school() -> Organisation:
    school = Organisation.found(
        NOW,
        ITSELF,
        kind=OrganisationKind.SCHOOL,
        area_code=COMMUNITY,
        name_ref=id_of("name"),
        founded_by=CLERK,
    )
    school.form_team(NOW, team_id=TEAM, name_ref=id_of("team name"), leader_id=None, formed_by=CLERK)
    return school


def join(school: Organisation, team_id: UUID | None = None) -> None:
    school.join(NOW, volunteer_id=VOLUNTEER, team_id=team_id, recorded_by=CLERK)


def test_a_member_moves_to_a_team_but_does_not_join_it_twice() -> None:
    school = a_school()
    join(school)
    given(school).when(lambda s: join(s, TEAM)).then(event(Organisation.MemberJoined, team_id=TEAM))
    given(school).when(lambda s: join(s, TEAM)).then_refused(AlreadyMember, organisation_id=ITSELF)


def test_nobody_joins_a_team_that_was_dissolved_and_its_members_stay() -> None:
    school = a_school()
    join(school, TEAM)
    school.dissolve_team(NOW, team_id=TEAM, dissolved_by=CLERK)
    assert school.members == {VOLUNTEER: None}
    given(school).when(lambda s: join(s, TEAM)).then_refused(
        TeamNotFound, subject="team", reference=str(TEAM)
    )


def test_a_team_is_led_by_a_member() -> None:
    given(a_school()).when(
        lambda s: s.form_team(
            NOW, team_id=id_of("other"), name_ref=id_of("n"), leader_id=VOLUNTEER, formed_by=CLERK
        )
    ).then_refused(NotMember, organisation_id=ITSELF)


def test_only_a_member_leaves() -> None:
    given(a_school()).when(lambda s: s.leave(NOW, volunteer_id=VOLUNTEER, recorded_by=CLERK)).then_refused(
        NotMember, organisation_id=ITSELF
    )


def test_a_closed_organisation_takes_nobody() -> None:
    school = a_school()
    school.close(NOW, closed_by=CLERK)
    given(school).when(join).then_refused(OrganisationClosed, organisation_id=ITSELF)


def a_post(
    kind: PostKind = PostKind.BUILDING_LEAD,
    level: AreaLevel = AreaLevel.BUILDING,
    *,
    volunteer: UUID | None = VOLUNTEER,
    staff: UUID | None = None,
) -> Post:
    return Post.assign(
        NOW,
        id_of("post"),
        kind=kind,
        area_code=COMMUNITY,
        level=level,
        volunteer_id=volunteer,
        staff_id=staff,
        assigned_by=CLERK,
    )


def test_a_post_is_held_by_exactly_one_person() -> None:
    start_refused(lambda: a_post(volunteer=None), PostNeedsPerson)
    start_refused(lambda: a_post(staff=CLERK), PostNeedsPerson)


def test_a_building_lead_leads_a_building() -> None:
    start_refused(lambda: a_post(level=AreaLevel.GRID), PostOutsideLevel, level=AreaLevel.GRID)
    assert a_post(PostKind.GRID_WORKER, AreaLevel.GRID).kind is PostKind.GRID_WORKER


def test_a_post_ends_once() -> None:
    post = a_post()
    given(post).when(lambda p: p.end(NOW, ended_by=CLERK)).then(event(Post.Ended))
    given(post).when(lambda p: p.end(NOW, ended_by=CLERK)).then_refused(PostEnded, post_id=id_of("post"))
