"""The auditor's commands."""

from __future__ import annotations

import click

from cli import files
from cli.options import Subjects, key_option
from cli.session import Session


@click.group("audit", cls=Subjects)
def command() -> None:
    """Verify the log, and make checkpoints of it."""


@command.command("verify")
@click.option("--checkpoint", metavar="FILE", help="Also against this checkpoint, kept elsewhere.")
@click.pass_context
def verify(ctx: click.Context, checkpoint: str | None) -> None:
    """Recompute the log's tree, its checkpoints, snapshots and read models. A fault exits with status 1.

    Without a token, on a store of one's own, nobody is asked: a store may be too damaged to say who may.
    """
    session: Session = ctx.obj
    note = files.read(checkpoint).decode("utf-8", "replace") if checkpoint is not None else None
    with session.output.working("cli.audit.verifying"):
        if session.holds_the_store:
            answer = session.verified(note)
        else:
            answer = session.client.get("/v1/audit/verification", checkpoint=note)
    session.done(answer, "cli.audit.ok" if answer["ok"] else "cli.audit.fault")
    if not answer["ok"]:
        ctx.exit(1)


@command.command("checkpoint")
@click.option("--out", metavar="FILE", help="Write the signed checkpoint there, to be kept elsewhere.")
@key_option
@click.pass_obj
def checkpoint(session: Session, out: str | None, key: str | None) -> None:
    """Sign the log as it stands."""
    answer = session.client.post("/v1/audit/checkpoints", {}, key=key)
    if out is not None:
        files.write(out, str(answer["checkpoint"]).encode())
    session.done(answer, "cli.audit.checkpoint")
