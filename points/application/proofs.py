"""What anybody may check: that a receipt is the exchange's own, and what became of its sale since."""

from __future__ import annotations

from uuid import UUID

from points.application.tools import Body, Tools
from points.codes.checking import check_not_revoked, key_of, verify
from points.codes.text import extract_digits
from points.codes.token import Kind
from points.domain.calendar import from_us
from points.domain.errors import NotFound
from points.projections import merchants, takings

_SUBJECT_BYTES, _ID_BYTES = 12, 16


class ReceiptNotFound(NotFound):
    """The receipt is signed, but no sale of this exchange bears its id."""


class Proofs:
    """Public: a receipt's holder has its whole code, and serials of codes cannot be counted through."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def receipt(self, code: str) -> Body:
        """The sale of a receipt code; the payer is not named. Raises the refusals of codes, ReceiptNotFound."""
        tools = self._tools
        with tools.looking() as desk:
            keys = desk.key_ring.current()
            token = verify(
                extract_digits(code.strip()), expected=Kind.RECEIPT, tenant=tools.tenant.bytes, keys=keys
            )
            check_not_revoked(key_of(token, keys))
        missing = _ID_BYTES - _SUBJECT_BYTES
        first, last = (
            UUID(bytes=token.subject + bytes(missing)),
            UUID(bytes=token.subject + b"\xff" * missing),
        )
        with tools.reading() as connection:
            sale = takings.between(connection, first, last)
            shop = merchants.get(connection, sale.merchant_id) if sale else None
        if sale is None or shop is None:
            raise ReceiptNotFound(subject="receipt", reference="")
        with tools.looking() as desk:
            name = desk.vault.get_text(shop.name_ref)
        return {
            "redemption_id": str(sale.redemption_id),
            "merchant": name,
            "points": sale.points,
            "refunded_points": sale.refunded_points,
            "paid_at": from_us(sale.occurred_at_us).isoformat(),
            "position": sale.position,
        }
