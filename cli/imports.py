"""Sending a file, and showing what became of its lines."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import PurePath
from typing import Any

import click

from cli import files
from cli.session import Session


def dry_run_option(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option("--dry-run", is_flag=True, help="Only say what would become of each line.")(command)


def import_file(
    session: Session, path: str, file: str, fields: Mapping[str, object], key: str | None
) -> None:
    """Upload the file and answer with its report. Refused lines are an outcome, not a failure."""
    data = files.read(file)
    name = PurePath(file).name
    with session.output.working("cli.import.working", file=name):
        report = session.client.upload(
            path, name, data, fields, key=key or files.import_key(data, path, *fields.values())
        )

    def show() -> None:
        refused = report["refused"]
        if refused:
            columns = (
                ("sheet", "line", "field", "why") if _several_sheets(refused) else ("line", "field", "why")
            )
            rows = [{**line, "why": line.get("message") or line["rule"]} for line in refused]
            session.output.rows(rows, columns)
        slug = "cli.import.rehearsed" if fields.get("dry_run") else "cli.import.done"
        session.output.say(slug, **{**report, "refused": len(refused)})

    session.answer(report, show)


def _several_sheets(refused: list[dict[str, Any]]) -> bool:
    return len({line.get("sheet") for line in refused}) > 1
