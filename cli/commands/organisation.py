"""Organisations of volunteers, and the posts of grid workers and building leads."""

from __future__ import annotations

import click

from cli.options import Subjects, choice, key_option, page_options
from cli.session import Session

KINDS = ("party_branch", "school", "hospital", "social_organisation", "company", "resident_agency")


@click.group("organisation", cls=Subjects)
def command() -> None:
    """Organisations, their teams and members; posts."""


@command.command("add")
@click.argument("name")
@click.option("--kind", required=True, type=choice(KINDS))
@click.option("--area", required=True, metavar="CODE")
@key_option
@click.pass_obj
def add(session: Session, /, key: str | None, **organisation: str) -> None:
    """Enter an organisation called NAME."""
    session.done(session.client.post("/v1/organisations", organisation, key=key), "cli.organisation.added")


@command.command("team")
@click.argument("organisation")
@click.argument("name")
@click.option("--leader", metavar="NUMBER", help="A member who leads it.")
@key_option
@click.pass_obj
def team(session: Session, organisation: str, name: str, leader: str | None, key: str | None) -> None:
    """Form a team called NAME."""
    path = session.path("/v1/organisations/{}/teams", organisation)
    body = {"name": name, "leader": leader}
    session.done(session.client.post(path, body, key=key), "cli.organisation.team-formed")


@command.command("join")
@click.argument("organisation")
@click.argument("volunteer_number", metavar="NUMBER")
@click.option("--team", "team_id", metavar="TEAM", help="The team that the person belongs to.")
@key_option
@click.pass_obj
def join(
    session: Session, organisation: str, volunteer_number: str, team_id: str | None, key: str | None
) -> None:
    """The volunteer NUMBER is a member from now on."""
    path = session.path("/v1/organisations/{}/members", organisation)
    body = {"volunteer_number": volunteer_number, "team_id": team_id}
    session.done(session.client.post(path, body, key=key), "cli.organisation.joined")


@command.command("leave")
@click.argument("organisation")
@click.argument("volunteer_number", metavar="NUMBER")
@key_option
@click.pass_obj
def leave(session: Session, organisation: str, volunteer_number: str, key: str | None) -> None:
    """The volunteer NUMBER is no longer a member."""
    path = session.path("/v1/organisations/{}/departures", organisation)
    body = {"volunteer_number": volunteer_number}
    session.done(session.client.post(path, body, key=key), "cli.organisation.left")


@command.command("list")
@click.option("--area", metavar="CODE", help="This area and those below it; one's own unless told.")
@page_options
@click.pass_obj
def list_(session: Session, area: str | None, limit: int | None, after: str | None) -> None:
    """Organisations of an area."""
    answer = session.client.pages("/v1/organisations", "organisations", limit=limit, after=after, area=area)
    session.listing(answer, answer["organisations"], ("organisation-id", "name", "kind", "area", "closed"))


@command.command("assign")
@click.argument("area", metavar="AREA")
@click.option("--kind", required=True, type=choice(("grid_worker", "building_lead")))
@click.option("--volunteer", "volunteer_number", metavar="NUMBER")
@click.option("--staff", "staff_id", metavar="STAFF")
@key_option
@click.pass_obj
def assign(session: Session, /, key: str | None, **post: object) -> None:
    """Give a grid or building to a volunteer or a member of staff."""
    session.done(session.client.post("/v1/posts", post, key=key), "cli.organisation.assigned")


@command.command("posts")
@click.option("--area", metavar="CODE", help="This area and those below it; one's own unless told.")
@page_options
@click.pass_obj
def posts(session: Session, area: str | None, limit: int | None, after: str | None) -> None:
    """Who looks after which grid or building."""
    answer = session.client.pages("/v1/posts", "posts", limit=limit, after=after, area=area)
    session.listing(answer, answer["posts"], ("post-id", "kind", "area", "volunteer-number", "staff-id"))
