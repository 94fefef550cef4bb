"""Making a store."""

from __future__ import annotations

import click

from cli import files
from cli.options import PointsCommand
from cli.session import Session
from cli.values import SETTING


@click.command("init", cls=PointsCommand)
@click.option("--areas", metavar="FILE", help="CSV of the area tree: code,name,level,parent_code.")
@click.option("--county", metavar="CODE", help="The county's code; by default the root of the area file.")
@click.option("--demo", is_flag=True, help="A store for trying out: allows POINTS_NOW to set its clock.")
@click.option(
    "--set", "options", type=SETTING, multiple=True, help="A setting of the new tenant; repeatable."
)
@click.pass_obj
def command(
    session: Session, areas: str | None, county: str | None, demo: bool, options: tuple[tuple[str, str], ...]
) -> None:
    """Make a new store with its keys, and print the first administrator's token."""
    areas_csv = files.read(areas) if areas is not None else None
    from points.bootstrap import create_store  # noqa: PLC0415 - imports the whole exchange

    with session.output.working("cli.init.working"):
        made = create_store(session.settings, areas_csv, county, demo, dict(options))
    session.done(made, "cli.init.done")
