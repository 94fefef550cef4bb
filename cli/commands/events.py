"""Exporting the log."""

from __future__ import annotations

import hashlib

import click

from cli import files
from cli.options import Subjects
from cli.session import Session


@click.group("events", cls=Subjects)
def command() -> None:
    """Export the log."""


@command.command("export")
@click.argument("file", metavar="FILE.jsonl")
@click.pass_obj
def export(session: Session, file: str) -> None:
    """Write every event as one JSON object a line. Only auditors may, and it is logged that they did."""
    digest = hashlib.sha256()
    events = 0
    with (
        session.output.working("cli.events.exporting") as progress,
        session.client.stream("/v1/audit/export") as parts,
        files.replacing(file) as out,
    ):
        for part in parts:
            out.write(part)
            digest.update(part)
            events += part.count(b"\n")
            progress(events)
    session.done({"file": file, "events": events, "sha256": digest.hexdigest()}, "cli.events.exported")
