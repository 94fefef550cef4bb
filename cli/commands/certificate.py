"""Service certificates."""

from __future__ import annotations

import re

import click

from cli import codes, files
from cli.options import Subjects, choice, key_option, page_options
from cli.session import Session
from cli.values import DAY

STATES = ("posted", "issued", "refused", "revoked")
COLUMNS = ("certificate-id", "serial", "state", "area", "closes-on", "open-objections", "issued-on")
_SERIAL = re.compile(r"[0-9]{6}-[0-9]{4}-[0-9]{6,9}", re.ASCII)


@click.group("certificate", cls=Subjects)
def command() -> None:
    """Service certificates: ask, issue, print, verify."""


@command.command("request")
@click.argument("volunteer_number", metavar="NUMBER")
@click.option("--from", "period_from", type=DAY, help="First day of service; the very first unless told.")
@click.option("--until", "period_until", type=DAY, help="Last day of service; today unless told.")
@key_option
@click.pass_obj
def request(session: Session, /, key: str | None, **wish: object) -> None:
    """Ask for a certificate of the volunteer NUMBER; it hangs on the board for seven days."""
    session.done(session.client.post("/v1/certificates", wish, key=key), "cli.certificate.requested")


@command.command("issue")
@click.argument("certificate_id", metavar="CERTIFICATE")
@click.option("--out", metavar="FILE.pdf", help="Print it as well.")
@key_option
@click.pass_obj
def issue(session: Session, certificate_id: str, out: str | None, key: str | None) -> None:
    """Issue a certificate whose notice is over."""
    path = session.path("/v1/certificates/{}/issues", certificate_id)
    answer = session.client.post(path, {}, key=key)
    if out is not None:
        _print(session, certificate_id, out)
    session.done(answer, "cli.certificate.issued")


@command.command("print")
@click.argument("certificate_id", metavar="CERTIFICATE")
@click.option("--out", metavar="FILE.pdf", required=True)
@click.pass_obj
def print_(session: Session, certificate_id: str, out: str) -> None:
    """Print a certificate that was issued."""
    _print(session, certificate_id, out)
    session.done({"certificate_id": certificate_id, "file": out}, "cli.certificate.printed")


@command.command("revoke")
@click.argument("certificate_id", metavar="CERTIFICATE")
@click.option("--reason", required=True, metavar="TEXT")
@key_option
@click.pass_obj
def revoke(session: Session, certificate_id: str, reason: str, key: str | None) -> None:
    """Take a certificate back; whoever checks it learns so."""
    path = session.path("/v1/certificates/{}/revocations", certificate_id)
    session.done(session.client.post(path, {"reason": reason}, key=key), "cli.certificate.revoked")


@command.command("list")
@click.option("--state", type=choice(STATES), help="Only those in this state.")
@click.option("--area", metavar="CODE", help="This area and those below it; one's own unless told.")
@page_options
@click.pass_obj
def list_(
    session: Session, state: str | None, area: str | None, limit: int | None, after: str | None
) -> None:
    """Certificates, by the state they are in."""
    answer = session.client.pages(
        "/v1/certificates", "certificates", limit=limit, after=after, state=state, area=area
    )
    session.listing(answer, answer["certificates"], COLUMNS)


@command.command("verify")
@click.argument("shown", metavar="FILE_OR_DIGITS")
@click.pass_obj
def verify(session: Session, shown: str) -> None:
    """Check a certificate: a picture of its code, the digits of it, or its serial. No token is needed."""
    reference = shown if _SERIAL.fullmatch(shown) else codes.digits_of(shown)
    answer = session.client.get(session.path("/v1/certificates/{}", reference))

    def draw() -> None:
        session.output.facts({name: value for name, value in answer.items() if name != "lines"})
        columns = ("activity", "kind", "first-day", "last-day", "verified-minutes", "supplementary-minutes")
        session.output.rows(answer.get("lines", []), columns)

    session.answer(answer, draw)


def _print(session: Session, certificate_id: str, out: str) -> None:
    with session.client.stream(session.path("/v1/certificates/{}/paper", certificate_id)) as chunks:
        files.write(out, b"".join(chunks))
