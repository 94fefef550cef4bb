"""Making a store from a copy."""

from __future__ import annotations

from pathlib import Path

import click

from cli.options import PointsCommand
from cli.session import Session


@click.command("restore", cls=PointsCommand)
@click.argument("file")
@click.pass_obj
def command(session: Session, file: str) -> None:
    """Make the store from the backup FILE. Its master key has to be where it was."""
    session.require_no_server()
    from points.bootstrap import restore  # noqa: PLC0415 - imports the whole exchange

    with session.output.working("cli.restore.working"):
        answer = restore(session.settings, Path(file))
    session.done({"file": file, **(answer or {})}, "cli.restore.done")
