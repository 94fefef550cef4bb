"""A settlement on paper: the order that the bank carries out, and the statement with its lines.

Names come from people, and a spreadsheet takes a cell that begins with `=` for a formula: such cells get an
apostrophe in front in CSV, and stand as plain text in XLSX.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from points.application.documents.paper import Column
from points.application.documents.paper import Paper as Page
from points.application.tools import Body, Call, Tools
from points.domain.errors import Invalid
from points.domain.settlement import Share
from points.i18n.catalogue import Catalogue
from points.i18n.language import Language
from points.merchants.statements import Statements
from points.projections import funds as fund_model
from points.projections import merchants as merchant_model
from points.projections import settlements as model

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
_FEN_PER_YUAN = 100

MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class Paper(NamedTuple):
    """What every form of the document shows; amounts in fen."""

    settlement: model.Settlement
    merchant: str
    payee: Mapping[str, str]
    """Holder, bank and account number as they were when the order was made; none before."""
    shares: Sequence[tuple[str, Share]]
    lines: Sequence[Body]

    @property
    def order_number(self) -> str:
        return f"{self.settlement.settlement_id.hex[:12]}-{max(self.settlement.orders, 1)}"

    @property
    def account(self) -> tuple[str, str, str]:
        given = self.payee
        return given.get("holder", ""), given.get("bank", ""), given.get("account_number", "")

    @property
    def period(self) -> str:
        return f"{self.settlement.period_from.isoformat()}/{self.settlement.period_until.isoformat()}"


class SettlementDocuments:
    """The same settlement for a bank and for an office."""

    def __init__(self, tools: Tools, statements: Statements, catalogue: Callable[[], Catalogue]) -> None:
        self._tools = tools
        self._statements = statements
        self._catalogue = catalogue

    def make(self, call: Call, settlement_id: UUID, kind: str, language: Language) -> bytes:
        """The file's bytes. Raises SettlementNotFound, Invalid for an unknown kind."""
        if kind not in MEDIA_TYPES:
            raise Invalid(field="kind", rule="document-kind-unknown")
        paper = self._paper(call, settlement_id)
        catalogue = self._catalogue()

        def word(name: str) -> str:
            return catalogue.sentence(f"document.{name}", language)

        if kind == "pdf":
            return statement_pdf(paper, word, call.fixed_at or self._tools.now(), language)
        return bank_csv(paper, word) if kind == "csv" else statement_xlsx(paper, word)

    def _paper(self, call: Call, settlement_id: UUID) -> Paper:
        found = self._statements.seen(call, settlement_id)
        with self._tools.reading() as connection:
            shares = model.shares_of(connection, settlement_id)
            lines = self._statements.stated_lines(connection, found)
            merchant = merchant_model.get(connection, found.merchant_id)
            known = {share.fund_id: fund_model.get(connection, share.fund_id) for share in shares}
        refs = {fund_id: fund.name_ref for fund_id, fund in known.items() if fund}
        with self._tools.looking() as desk:
            names = desk.vault.get_many(refs.values())
            name = merchant and desk.vault.get_text(merchant.name_ref)
            payee = desk.vault.get(found.payee_ref) if found.payee_ref else None
        named = [(names.get(refs[share.fund_id], {}).get("text", ""), share) for share in shares]
        named.sort(key=lambda each: (each[1].fund_id, each[1].budget_id))
        return Paper(found, name or "", payee or {}, named, lines)


Word = Callable[[str], str]


def bank_csv(paper: Paper, word: Word) -> bytes:
    """One payment a fund, since each pays from its own account. A byte-order mark tells spreadsheets it is UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out)
    columns = (
        "order-number",
        "merchant",
        "holder",
        "bank",
        "account-number",
        "fund",
        "amount-yuan",
        "purpose",
    )
    writer.writerow([word(name) for name in columns])
    for fund, pay_fen in _by_fund(paper):
        purpose = f"{word('purpose-text')} {paper.period}"
        row = (paper.order_number, paper.merchant, *paper.account, fund, yuan(pay_fen), purpose)
        writer.writerow([harmless(cell) for cell in row])
    return out.getvalue().encode("utf-8-sig")


def _by_fund(paper: Paper) -> list[tuple[str, int]]:
    sums: dict[tuple[UUID, str], int] = {}
    for name, share in paper.shares:
        key = (share.fund_id, name)
        sums[key] = sums.get(key, 0) + share.pay_fen
    return [(name, pay_fen) for (_, name), pay_fen in sums.items() if pay_fen]


def statement_xlsx(paper: Paper, word: Word) -> bytes:
    """The order on the first sheet, the lines on the second."""
    book = Workbook(write_only=True)
    first = book.create_sheet(word("orders"))
    settlement = paper.settlement
    for name, value in (
        ("settlement", str(settlement.settlement_id)),
        ("order-number", paper.order_number),
        ("merchant", paper.merchant),
        *zip(("holder", "bank", "account-number"), paper.account, strict=True),
        ("period", paper.period),
        ("state", settlement.state),
        ("amount-yuan", yuan(settlement.pay_fen)),
        ("digest", settlement.digest),
    ):
        first.append([_text(first, word(name), bold=True), _text(first, value)])
    first.append([_text(first, word("rounding"))])
    first.append([])
    first.append([_text(first, word(name), bold=True) for name in ("fund", "points", "amount-yuan")])
    for fund, share in paper.shares:
        first.append([_text(first, fund), share.points, _text(first, yuan(share.pay_fen))])
    second = book.create_sheet(word("lines"))
    columns = ("position", "occurred-at", "kind", "redemption", "points", "amount-yuan")
    second.append([_text(second, word(name), bold=True) for name in columns])
    for line in paper.lines:
        second.append(
            [
                line["position"],
                _text(second, line["occurred_at"]),
                _text(second, word(line["kind"])),
                _text(second, line["redemption_id"]),
                line["points"],
                _text(second, yuan(line["pay_fen"])),
            ]
        )
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def statement_pdf(paper: Paper, word: Word, at: datetime, language: Language) -> bytes:
    """The statement for the file, with room for the two who approve and the one who pays."""
    settlement = paper.settlement
    page = Page(word("settlement"), at, language=language.value, foot=paper.order_number)
    page.heading(word("settlement"))
    page.facts(
        [
            (word("order-number"), paper.order_number),
            (word("merchant"), paper.merchant),
            *zip(map(word, ("holder", "bank", "account-number")), paper.account, strict=True),
            (word("period"), paper.period),
            (word("amount-yuan"), yuan(settlement.pay_fen)),
            (word("digest"), settlement.digest),
        ]
    )
    page.note(word("rounding"))
    page.table(
        [
            Column(word("fund"), 3),
            Column(word("points"), 1, "right"),
            Column(word("amount-yuan"), 1, "right"),
        ],
        [(fund, str(share.points), yuan(share.pay_fen)) for fund, share in paper.shares],
    )
    page.facts([(word(name), "") for name in ("first-approval", "second-approval", "paid-by")])
    page.new_page()
    page.heading(word("lines"), 2)
    shares = (("position", 2), ("occurred-at", 4), ("kind", 2), ("redemption", 5), ("points", 2))
    columns = [Column(word(name), share) for name, share in shares]
    page.table(
        [*columns, Column(word("amount-yuan"), 2, "right")],
        [
            (
                str(line["position"]),
                line["occurred_at"],
                word(line["kind"]),
                line["redemption_id"],
                str(line["points"]),
                yuan(line["pay_fen"]),
            )
            for line in paper.lines
        ],
    )
    return page.render()


def _text(sheet: WriteOnlyWorksheet, value: str, *, bold: bool = False) -> Any:
    cell = WriteOnlyCell(sheet, value)
    cell.data_type = "s"  # whatever it begins with, it is no formula
    if bold:
        cell.font = Font(bold=True)
    return cell


def harmless(cell: str) -> str:
    """The cell as it is, or with an apostrophe where a spreadsheet would compute it."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def yuan(amount_fen: int) -> str:
    """An amount in yuan with two places, exactly."""
    sign = "-" if amount_fen < 0 else ""
    whole, rest = divmod(abs(amount_fen), _FEN_PER_YUAN)
    return f"{sign}{whole}.{rest:02}"
