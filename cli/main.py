"""`points`: parse, run one command, and turn whatever happens into an exit code.

0  done
1  refused by a rule
2  wrong usage
3  could not be reached or stored
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING

import click

from cli.errors import Problem
from cli.output import PROBLEMS, Output
from cli.session import Surroundings
from points.domain.errors import PointsError, Unavailable
from points.i18n.language import named

if TYPE_CHECKING:
    from collections.abc import Mapping

DONE = 0
REFUSED = 1
USAGE = 2
UNREACHED = 3
_SERVER_ERROR = 500
_INTERRUPTED = 130

# Each subject's module, with the line that `points --help` shows for it: none is imported to show it.
SUBJECTS: Mapping[str, str] = {
    "init": "Make a new store with its keys.",
    "staff": "Members of staff and their sign-in codes.",
    "serve": "Run the server of a store.",
    "areas": "The tree of areas and its residents.",
    "volunteer": "The register of volunteers and their phones.",
    "activity": "Activities that are planned.",
    "household": "Households and the codes on their doors.",
    "organisation": "Organisations, their teams and members; posts.",
    "consent": "What volunteers consent to.",
    "star": "Stars for long service.",
    "certificate": "Service certificates: ask, issue, print, verify.",
    "check-in": "Sign in to an activity by its code.",
    "check-out": "Sign out of it; the minutes are verified.",
    "hours": "Hours of service: record, review, notice, confirm.",
    "scheme": "What a minute of service is worth.",
    "fund": "The money behind the points.",
    "merchant": "Shops that take points.",
    "till": "The tills of a shop.",
    "sign-in": "Turn a sign-in or enrolment code into a token.",
    "code": "Codes that a phone shows.",
    "redeem": "Take points at a till.",
    "authorisation": "Sales in two steps: held, then captured or voided.",
    "card": "Printed cards for people without a phone.",
    "offer": "Price lists of shops, and bills that points lessen.",
    "refund": "Give back points that were redeemed.",
    "settle": "Draw up what a merchant is owed.",
    "settlement": "Statements of merchants: confirm, approve, pay, reconcile.",
    "dispute": "Redemptions that somebody says are wrong.",
    "alarm": "Patterns that look like fraud.",
    "webhook": "Where a merchant's own systems are told what happened.",
    "balance": "A volunteer's points, lot by lot.",
    "statement": "Why a volunteer has these points, line by line.",
    "gift": "Give points to somebody else.",
    "donate": "Give points back to their fund.",
    "household-points": "Points that a household shares.",
    "adjustment": "Relief, corrections and deductions.",
    "expire": "Points that end: take, tell, list.",
    "menu": "What residents can ask for.",
    "request": "What is needed, who serves, and how it was.",
    "resource": "What people and organisations can give.",
    "project": "Projects of organisations.",
    "issue": "The issue ledger.",
    "visit": "Meetings, visits and co-building agreements.",
    "admission": "Tasks that upper bodies want of communities.",
    "rates": "Registration and active rates of an area.",
    "projections": "The read models of a store.",
    "audit": "Verify the log, and make checkpoints of it.",
    "events": "Export the log.",
    "migrate": "Take a store of an earlier version forward.",
    "backup": "Copy a store into a file.",
    "restore": "Make a store from a backup.",
}


class Points(click.Group):
    """The root: imports the one module that the command stands in."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(SUBJECTS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in SUBJECTS:
            return None
        module = import_module(f"cli.commands.{cmd_name.replace('-', '_')}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(SUBJECTS.items()))


@click.group(cls=Points, context_settings={"help_option_names": ["-h", "--help"]})
def points() -> None:
    """The points exchange: volunteers' hours become points, and points become rewards.

    Every command takes --json, --server, --database, --tenant and --as after its arguments, or reads
    POINTS_SERVER, POINTS_DATABASE, POINTS_TENANT and POINTS_TOKEN. POINTS_LANG chooses the language: zh-Hans,
    zh-Hant or en.

    Exit status: 0 done, 1 refused by a rule, 2 wrong usage, 3 not reached or not stored.
    """


def main(arguments: Sequence[str] | None = None, surroundings: Surroundings | None = None) -> int:
    """Run one command; the exit code is the answer."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    output = Output(named(os.environ.get("POINTS_LANG")), as_json="--json" in given)
    try:
        code = points.main(
            given, prog_name="points", standalone_mode=False, obj=surroundings or Surroundings()
        )
        return code if isinstance(code, int) else DONE
    except click.exceptions.NoArgsIsHelpError as error:
        sys.stderr.write(error.format_message() + "\n")
        return USAGE
    except click.ClickException as error:
        return _usage(output, error)
    except click.Abort:
        return _INTERRUPTED
    except Problem as error:
        output.refusal(error.document)
        return UNREACHED if error.status >= _SERVER_ERROR else REFUSED
    except PointsError as error:
        output.refusal(output.error_document(error))
        return UNREACHED if isinstance(error, Unavailable) else REFUSED


def _usage(output: Output, error: click.ClickException) -> int:
    message = error.format_message()
    if isinstance(error, click.UsageError) and error.ctx is not None:
        sys.stderr.write(error.ctx.get_usage() + "\n")
    output.refusal({"type": PROBLEMS + "usage", "title": output.text("cli.usage"), "detail": message})
    return USAGE


if __name__ == "__main__":
    sys.exit(main())
