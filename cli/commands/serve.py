"""Running the server."""

from __future__ import annotations

import socket
from contextlib import nullcontext

import click

from cli import lock
from cli.options import PointsCommand
from cli.session import Session
from cli.settings import store_file


@click.command("serve", cls=PointsCommand)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option(
    "--port", type=click.IntRange(0, 65_535), default=8_000, show_default=True, help="0: any free one."
)
@click.option("--workers", type=click.IntRange(1), default=1, show_default=True, help="Server processes.")
@click.pass_obj
def command(session: Session, host: str, port: int, workers: int) -> None:
    """Run the server of the store until it is told to stop."""
    path = store_file(session.common.database)
    if workers > 1:
        where = "SQLite has one server process" if path else "start one server a process"
        raise click.UsageError(f"--workers {workers}: {where}.")
    bound = port or _free_port(host)
    url = f"http://{_reachable(host)}:{bound}"
    with lock.held(path, url) if path is not None else nullcontext():
        exchange = session.open_exchange()
        from api.server import run  # noqa: PLC0415 - imports the whole application

        session.done({"url": url}, "cli.serve.running")
        run(exchange, host, bound)


def _free_port(host: str) -> int:
    with socket.create_server((host, 0)) as probe:
        return int(probe.getsockname()[1])


def _reachable(host: str) -> str:
    """An address that listens everywhere is reached at this machine's own; IPv6 stands in brackets."""
    own = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared with, not bound to
    return f"[{own}]" if ":" in own else own
