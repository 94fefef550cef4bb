"""Areas, their residents and how many of these take part. Reading is public: no person is in it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from api.dependencies import Changing, Exchange, Limit
from api.uploads import Saying, Upload, only_known_fields

router = APIRouter(prefix="/v1/areas", tags=["areas"])
Year = Annotated[int, Query(ge=1900, le=9998)]


@router.post("/imports", operation_id="import_areas", dependencies=[Depends(only_known_fields)])
def import_areas(exchange: Exchange, call: Changing, said: Saying, file: Upload) -> Response:
    return said.answer(exchange.areas.import_file(call, file.file.read()))


@router.post("/residents-imports", operation_id="import_residents", dependencies=[Depends(only_known_fields)])
def import_residents(exchange: Exchange, call: Changing, said: Saying, file: Upload) -> Response:
    return said.answer(exchange.areas.import_residents(call, file.file.read()))


@router.get("", operation_id="list_areas")
def list_(
    exchange: Exchange, parent: str | None = None, limit: Limit = 50, after: str | None = None
) -> dict[str, Any]:
    """Those right below `parent`, by default the county."""
    return exchange.areas.list(parent, limit=limit, after=after)


@router.get("/{code}", operation_id="show_area")
def show(exchange: Exchange, code: str) -> dict[str, Any]:
    return exchange.areas.show(code)


@router.get("/{code}/registration-rate", operation_id="registration_rate")
def rate(exchange: Exchange, code: str, year: Year | None = None) -> dict[str, Any]:
    return exchange.rates.rate(code, year)
