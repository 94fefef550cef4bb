"""Pages for everybody: what a scanned code opens, and checking a receipt, a certificate, or the ledger itself.

Opening a link never changes anything; whoever wants to pay signs in and confirms.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Query
from starlette.responses import Response

from api.pages.visits import AtVolunteer, PageRoute, Visit, VolunteerForm, see
from points.codes.text import claimed_kind, extract_digits
from points.codes.token import DIGITS, Kind
from points.domain.errors import Invalid

router = APIRouter(route_class=PageRoute)

_CODE_MAX = 500
_POINTS_DIGITS = 7
_SHOWN = 20


@router.get("/verify")
def verify_page(visit: AtVolunteer) -> Response:
    return visit.page("verify.html")


@router.post("/verify")
def verify(visit: VolunteerForm, code: Annotated[str, Form(max_length=_CODE_MAX)]) -> Response:
    return _checked(visit, "".join(code.split()))


@router.get("/verify/ledger")
def ledger(visit: AtVolunteer, position: Annotated[int | None, Query(ge=1)] = None) -> Response:
    """The reader's own browser computes the proof: it need not believe this server."""
    told = visit.exchange.audit.checkpoints()["checkpoints"]
    return visit.page("ledger.html", checkpoints=told[-_SHOWN:][::-1], position=position)


@router.get("/s/{digits}")
def scanned(visit: AtVolunteer, digits: str) -> Response:
    """What any camera opens. The page is chosen by what the code claims; what is shown was verified."""
    code = extract_digits(digits)
    kind = claimed_kind(code)
    if kind in {Kind.RECEIPT, Kind.CERTIFICATE}:
        return _checked(visit, code)
    if kind is Kind.MERCHANT and visit.actor is not None:
        shop = visit.exchange.merchant_codes.preview(visit.reading(), code)
        me = visit.exchange.myself.overview(visit.reading())
        return visit.page("pay_merchant.html", shop=shop, code=code, me=me)
    return visit.page("scanned.html", kind=kind.label)


@router.post("/pay/merchant")
def pay_merchant(
    visit: VolunteerForm,
    code: Annotated[str, Form(max_length=_CODE_MAX)],
    points: Annotated[str, Form(max_length=_POINTS_DIGITS)],
    key: Annotated[str, Form(max_length=60)],
) -> Response:
    """Sent twice, the form pays once: it carries its key."""
    if not points.isascii() or not points.isdigit():
        raise Invalid(field="points", rule="not-positive")
    done = visit.exchange.merchant_codes.pay(visit.changing(key), code=code, points=int(points))
    return see(f"/pay/done?receipt={done.body['receipt'] or ''}")


@router.get("/pay/done")
def paid(visit: AtVolunteer, receipt: Annotated[str, Query(max_length=_CODE_MAX)] = "") -> Response:
    return visit.page("verified.html", receipt=visit.exchange.proofs.receipt(receipt), certificate=None)


def _checked(visit: Visit, code: str) -> Response:
    """A receipt or a certificate by its code; a certificate also by its serial."""
    digits = code.rpartition("/")[2].lstrip("#")
    if len(digits) == DIGITS and claimed_kind(digits) is Kind.RECEIPT:
        return visit.page("verified.html", receipt=visit.exchange.proofs.receipt(digits), certificate=None)
    reference = digits if len(digits) == DIGITS else code
    return visit.page("verified.html", receipt=None, certificate=visit.exchange.certificates.check(reference))
