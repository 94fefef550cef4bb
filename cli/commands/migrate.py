"""Taking a store of an earlier version forward."""

from __future__ import annotations

import click

from cli.options import PointsCommand
from cli.session import Session


@click.command("migrate", cls=PointsCommand)
@click.pass_obj
def command(session: Session) -> None:
    """Take the store forward to this version's format, with all its data. Make a backup first."""
    session.require_no_server()
    from points.bootstrap import migrate  # noqa: PLC0415 - imports the whole exchange

    with session.output.working("cli.migrate.working"):
        answer = migrate(session.settings)
    session.done(answer, "cli.migrate.done")
