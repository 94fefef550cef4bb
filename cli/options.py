"""The options that every command takes after its arguments, and how a command gets its session."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, cast

import click

from cli.session import Common, Session, Surroundings
from cli.settings import default_database
from cli.values import INSTANT


def _common_options() -> list[click.Option]:
    """Fresh ones for each command: click keeps state in its parameters."""
    return [
        click.Option(["--json", "as_json"], is_flag=True, help="Print exactly one JSON document."),
        click.Option(
            ["--server"],
            envvar="POINTS_SERVER",
            show_envvar=True,
            metavar="URL",
            help="Send the command to this server instead of opening the store.",
        ),
        click.Option(
            ["--database"],
            envvar="POINTS_DATABASE",
            show_envvar=True,
            metavar="URL",
            default=default_database,
            show_default="points.db in this directory",
            help="The store: sqlite:////absolute/file.db or postgresql://…",
        ),
        click.Option(
            ["--tenant"],
            envvar="POINTS_TENANT",
            show_envvar=True,
            metavar="NAME",
            default="county",
            show_default=True,
            help="The issuing county within the store.",
        ),
        click.Option(
            ["--as", "token"],
            envvar="POINTS_TOKEN",
            show_envvar=True,
            metavar="TOKEN",
            help="Who asks: a token, or @FILE to read it from.",
        ),
        click.Option(
            ["--master-key-file"], envvar="POINTS_MASTER_KEY_FILE", hidden=True, help="Beside the store."
        ),
        click.Option(
            ["--now"], envvar="POINTS_NOW", type=INSTANT, hidden=True, help="Demo stores: the clock."
        ),
    ]


COMMON = ("as_json", "server", "database", "tenant", "token", "master_key_file", "now")


class PointsCommand(click.Command):
    """A command that takes the common options and runs within a session of its own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params = [*self.params, *_common_options()]

    def invoke(self, ctx: click.Context) -> Any:
        common = Common(**{name: ctx.params.pop(name) for name in COMMON})
        with Session(common, cast("Surroundings", ctx.find_root().obj)) as session:
            ctx.obj = session
            return super().invoke(ctx)


class Subjects(click.Group):
    """A group whose commands all take the common options."""

    command_class = PointsCommand


def key_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--key`, on whatever changes something."""
    return click.option(
        "--key",
        metavar="KEY",
        help="Idempotency key: the same command under the same key is done once.",
    )(command)


def page_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--limit` and `--after`, on lists."""
    after = click.option(
        "--after", metavar="CURSOR", help="Go on after this, the `next` of an earlier answer."
    )
    limit = click.option(
        "--limit", type=click.IntRange(1), metavar="N", help="At most so many; all unless told."
    )
    return limit(after(command))


def choice(values: Sequence[str]) -> click.Choice[str]:
    return click.Choice(list(values))
