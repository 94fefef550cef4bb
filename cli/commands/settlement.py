"""What becomes of a settlement once it is drawn up."""

from __future__ import annotations

import click

from cli import files
from cli.options import Subjects, choice, key_option, page_options
from cli.session import Session
from cli.values import DAY

_COLUMNS = ("settlement-id", "period-from", "period-until", "state", "approvals", "lines", "pay-fen")


@click.group("settlement", cls=Subjects)
def command() -> None:
    """Statements of merchants: confirm, approve, pay, reconcile."""


@command.command("list")
@click.option("--merchant", metavar="MERCHANT", help="Only this merchant's.")
@click.option("--state", metavar="STATE", help="Only those in this state.")
@page_options
@click.pass_obj
def list_(
    session: Session, merchant: str | None, state: str | None, limit: int | None, after: str | None
) -> None:
    """Settlements, the newest first."""
    path = session.path("/v1/merchants/{}/statements", merchant) if merchant else "/v1/settlements"
    query = {} if merchant else {"state": state}
    answer = session.client.pages(path, "statements", limit=limit, after=after, **query)
    session.listing(answer, answer["statements"], _COLUMNS)


@command.command("show")
@click.argument("settlement_id", metavar="SETTLEMENT")
@click.pass_obj
def show(session: Session, settlement_id: str) -> None:
    """One settlement with its shares and its lines."""
    path = session.path("/v1/settlements/{}", settlement_id)
    answer = session.client.get(path)
    stated = session.client.pages(f"{path}/lines", "lines")["lines"]

    def draw() -> None:
        session.output.facts({name: value for name, value in answer.items() if not isinstance(value, list)})
        session.output.rows(answer["shares"], ("fund-id", "budget-id", "points", "pay-fen"))
        session.output.rows(stated, ("position", "kind", "redemption-id", "points", "pay-fen"))

    session.answer({**answer, "statement": stated}, draw)


@command.command("confirm")
@click.argument("settlement_id", metavar="SETTLEMENT")
@key_option
@click.pass_obj
def confirm(session: Session, settlement_id: str, key: str | None) -> None:
    """Agree to a statement, as the merchant's owner."""
    _post(session, settlement_id, "confirmations", key, "cli.settlement.confirmed")


@command.command("approve")
@click.argument("settlement_id", metavar="SETTLEMENT")
@key_option
@click.pass_obj
def approve(session: Session, settlement_id: str, key: str | None) -> None:
    """Approve a settlement; two persons do, and neither drew it up."""
    _post(session, settlement_id, "approvals", key, "cli.settlement.approved")


@command.command("withdraw")
@click.argument("settlement_id", metavar="SETTLEMENT")
@key_option
@click.pass_obj
def withdraw(session: Session, settlement_id: str, key: str | None) -> None:
    """Give up a settlement that no bank has seen."""
    _post(session, settlement_id, "withdrawals", key, "cli.settlement.withdrawn")


@command.command("order")
@click.argument("settlement_id", metavar="SETTLEMENT")
@click.option("--out", metavar="FILE", help="Write the order there: .csv for the bank, .xlsx or .pdf.")
@key_option
@click.pass_obj
def order(session: Session, settlement_id: str, out: str | None, key: str | None) -> None:
    """Make the payment order, or the next one after a failure."""
    _post(session, settlement_id, "orders", key, "cli.settlement.ordered")
    if out is not None:
        _download(session, settlement_id, out)


@command.command("document")
@click.argument("settlement_id", metavar="SETTLEMENT")
@click.option("--out", required=True, metavar="FILE", help="FILE.csv for the bank, .xlsx or .pdf.")
@click.pass_obj
def document(session: Session, settlement_id: str, out: str) -> None:
    """Write the payment order and its statement into a file."""
    _download(session, settlement_id, out)
    session.done({"settlement_id": settlement_id, "out": out}, "cli.settlement.written")


@command.command("pay")
@click.argument("settlement_id", metavar="SETTLEMENT")
@click.option("--reference", metavar="TEXT", help="The bank's own number of the payment.")
@click.option("--on", "paid_on", type=DAY, help="When the bank paid; today unless told.")
@key_option
@click.pass_obj
def pay(
    session: Session, settlement_id: str, reference: str | None, paid_on: str | None, key: str | None
) -> None:
    """Record that the bank has paid."""
    body = {"reference": reference, "paid_on": paid_on}
    _post(session, settlement_id, "payments", key, "cli.settlement.paid", body)


@command.command("fail")
@click.argument("settlement_id", metavar="SETTLEMENT")
@click.option("--reason", required=True, metavar="R")
@key_option
@click.pass_obj
def fail(session: Session, settlement_id: str, reason: str, key: str | None) -> None:
    """Record that the bank sent the order back."""
    _post(session, settlement_id, "failures", key, "cli.settlement.failed", {"reason": reason})


@command.command("payee")
@click.argument("merchant")
@click.option("--holder", required=True, metavar="NAME", help="Whose account it is.")
@click.option("--bank", required=True, metavar="NAME")
@click.option("--account", "account_number", required=True, metavar="NUMBER")
@key_option
@click.pass_obj
def payee(session: Session, /, merchant: str, key: str | None, **account: str) -> None:
    """Name the account that MERCHANT is paid to; a reviewer approves it."""
    path = session.path("/v1/merchants/{}/payees", merchant)
    session.done(session.client.post(path, account, key=key), "cli.settlement.payee-named")


@command.command("approve-payee")
@click.argument("merchant")
@key_option
@click.pass_obj
def approve_payee(session: Session, merchant: str, key: str | None) -> None:
    """Let the account that was named last count."""
    path = session.path("/v1/merchants/{}/payee-approvals", merchant)
    session.done(session.client.post(path, {}, key=key), "cli.settlement.payee-approved")


@command.command("reconcile")
@click.pass_context
def reconcile(ctx: click.Context) -> None:
    """Ledger, statements and payments against one another. A difference exits with status 1."""
    session: Session = ctx.obj
    answer = session.client.get("/v1/reconciliation")

    def draw() -> None:
        columns = ("merchant-id", "earned-fen", "stated-fen", "paid-fen", "unstated-fen", "difference-fen")
        session.output.rows(answer["merchants"], columns)
        columns = ("fund-id", "received-fen", "reserved-fen", "paid-fen", "available-fen", "difference-fen")
        session.output.rows(answer["funds"], columns)
        session.output.say("cli.settlement.reconciled" if answer["ok"] else "cli.settlement.differs")

    session.answer(answer, draw)
    if not answer["ok"]:
        ctx.exit(1)


def _post(
    session: Session,
    settlement_id: str,
    step: str,
    key: str | None,
    slug: str,
    body: dict[str, str | None] | None = None,
) -> None:
    path = session.path(f"/v1/settlements/{{}}/{step}", settlement_id)
    session.done(session.client.post(path, body or {}, key=key), slug)


def _download(session: Session, settlement_id: str, out: str) -> None:
    kind = out.rpartition(".")[2].lower()
    choice(("csv", "xlsx", "pdf")).convert(kind, None, None)
    path = session.path("/v1/settlements/{}/documents/{}", settlement_id, kind)
    with session.client.stream(path) as parts:
        files.write(out, b"".join(parts))
