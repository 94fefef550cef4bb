"""Copying a store."""

from __future__ import annotations

from pathlib import Path

import click

from cli.options import PointsCommand
from cli.session import Session


@click.command("backup", cls=PointsCommand)
@click.argument("file")
@click.pass_obj
def command(session: Session, file: str) -> None:
    """Copy the store into FILE, also while a server runs. The master key is never in it."""
    from points.bootstrap import backup  # noqa: PLC0415 - imports the whole exchange

    with session.output.working("cli.backup.working"):
        answer = backup(session.settings, Path(file))
    session.done({"file": file, **(answer or {})}, "cli.backup.done")
