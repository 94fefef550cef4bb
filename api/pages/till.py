"""The till's pages: an amount, a code, a large answer; the day, and a sale to print or take back."""

from __future__ import annotations

import re
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Query
from starlette.responses import Response

from api.pages.visits import AtTill, PageRoute, TillForm, see
from points.codes.image import ErrorCorrection, render_svg
from points.domain.errors import Invalid

router = APIRouter(route_class=PageRoute, prefix="/till")

_PAGE = 20
_CODE_MAX = 400
_SHORT_CODE = re.compile(r"\A[0-9]{12}\Z", re.ASCII)
_POINTS_MAX = 1_000_000


@router.get("")
def till(visit: AtTill) -> Response:
    call = visit.reading()
    day = visit.exchange.till_day.show(call, limit=1)
    return visit.page("till.html", place=visit.exchange.till_day.place(call), day=day)


@router.post("/charges")
def charge(
    visit: TillForm,
    points: Annotated[str, Form(max_length=10)],
    code: Annotated[str, Form(max_length=_CODE_MAX)],
) -> Response:
    """Take points. The code names its redemption, so sending the form twice takes them once."""
    read = "".join(code.split())
    typed = _SHORT_CODE.match(read) is not None
    done = visit.exchange.redeeming.redeem(
        visit.changing(),
        points=_points(points),
        code=None if typed else read,
        short_code=read if typed else None,
    )
    return see(f"/till/sales/{done.body['id']}?done=1")


@router.get("/day")
def day(visit: AtTill, before: Annotated[int | None, Query(ge=0)] = None) -> Response:
    call = visit.reading()
    told = visit.exchange.till_day.show(call, limit=_PAGE, before=before)
    return visit.page("till_day.html", day=told, place=visit.exchange.till_day.place(call))


@router.get("/sales/{redemption_id}")
def sale(visit: AtTill, redemption_id: UUID, done: str = "") -> Response:
    call = visit.reading()
    told = visit.exchange.till_day.sale(call, redemption_id)
    receipt = told["receipt"]
    svg = (
        None if receipt is None else render_svg(receipt, error_correction=ErrorCorrection.PAPER, module_px=4)
    )
    place = visit.exchange.till_day.place(call)
    return visit.page("till_sale.html", sale=told, place=place, svg=svg, done=done == "1")


@router.post("/sales/{redemption_id}/refund")
def refund(
    visit: TillForm,
    redemption_id: UUID,
    points: Annotated[str, Form(max_length=10)],
    reason: Annotated[str, Form(max_length=200)],
    key: Annotated[str, Form(max_length=60)],
) -> Response:
    visit.exchange.refunds.refund(visit.changing(key), redemption_id, points=_points(points), reason=reason)
    return see(f"/till/sales/{redemption_id}")


def _points(text: str) -> int:
    """A whole number as a cashier types it; full-width digits, which Chinese input methods make, are digits."""
    plain = text.strip()
    if not plain.isdecimal() or not 0 < int(plain) <= _POINTS_MAX:
        raise Invalid(field="points", rule="not-positive")
    return int(plain)
