"""What residents can ask for, and residents without a phone."""

from __future__ import annotations

import click

from cli.options import Subjects, choice, key_option, page_options
from cli.session import Session


@click.group("menu", cls=Subjects)
def command() -> None:
    """What residents can ask for, and residents without a phone."""


@command.command("add")
@click.argument("title", metavar="TITLE")
@click.option("--area", required=True, metavar="CODE")
@click.option("--kind", required=True, metavar="KIND")
@click.option("--paired", is_flag=True, help="A social worker and a volunteer serve together.")
@click.option("--askable-by", default="anyone", type=choice(("anyone", "staff")))
@key_option
@click.pass_obj
def add(session: Session, /, title: str, key: str | None, **wish: object) -> None:
    """Put TITLE on the menu of an area."""
    session.facts(session.client.post("/v1/menu-items", {"title": title, **wish}, key=key))


@command.command("withdraw")
@click.argument("menu_item_id", metavar="ITEM")
@key_option
@click.pass_obj
def withdraw(session: Session, /, menu_item_id: str, key: str | None, **wish: object) -> None:
    """Take a service off the menu."""
    session.facts(
        session.client.post(session.path("/v1/menu-items/{}/withdrawals", menu_item_id), wish, key=key)
    )


@command.command("list")
@click.option("--area", metavar="CODE", help="The area; one's own unless told.")
@page_options
@click.pass_obj
def list_(session: Session, /, limit: int | None, after: str | None, **which: object) -> None:
    """What can be asked for in an area."""
    answer = session.client.pages("/v1/menu-items", "menu_items", limit=limit, after=after, **which)
    session.listing(
        answer,
        answer["menu_items"],
        (
            "menu-item-id",
            "title",
            "kind",
            "paired",
            "askable-by",
            "area",
        ),
    )


@command.command("resident")
@click.argument("name", metavar="NAME")
@click.option("--area", required=True, metavar="CODE")
@click.option("--phone", metavar="NUMBER")
@click.option("--address", metavar="TEXT")
@key_option
@click.pass_obj
def resident(session: Session, /, name: str, key: str | None, **wish: object) -> None:
    """Take down a resident called NAME."""
    session.facts(session.client.post("/v1/residents", {"name": name, **wish}, key=key))


@command.command("forget")
@click.argument("resident_id", metavar="RESIDENT")
@key_option
@click.pass_obj
def forget(session: Session, /, resident_id: str, key: str | None, **wish: object) -> None:
    """Erase what is kept of a resident."""
    session.facts(session.client.post(session.path("/v1/residents/{}/erasures", resident_id), wish, key=key))
