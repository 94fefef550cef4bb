"""What routes ask of a request, as annotated aliases."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Annotated, Any

import msgspec
from fastapi import Depends, Header, Query, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.responses import Response

import points.bootstrap
from api.instants import instant
from api.problems import plain
from points.access import Actor
from points.application.tools import Answer, Call, IdempotencyKeyMissing

_bearer = HTTPBearer(auto_error=False, description="The token that a sign-in or a till's enrolment gave.")

Limit = Annotated[int, Query(ge=1, le=200, description="Items a page.")]


def exchange_of(request: Request) -> points.bootstrap.Exchange:
    exchange: points.bootstrap.Exchange = request.app.state.exchange
    return exchange


Exchange = Annotated[points.bootstrap.Exchange, Depends(exchange_of)]


def clock(points_now: Annotated[str | None, Header()] = None) -> datetime | None:
    """A demo store's hand-set clock."""
    return None if points_now is None else instant("points-now", points_now)


FixedAt = Annotated[datetime | None, Depends(clock)]


def actor(
    exchange: Exchange,
    at: FixedAt,
    token: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
    points_position: Annotated[int | None, Header(ge=0, description="Wait for this position.")] = None,
) -> Actor:
    who: Actor = exchange.authenticate(token.credentials if token else None, at)
    if points_position is not None:
        exchange.wait_for(points_position)
    return who


def reading(who: Annotated[Actor, Depends(actor)], at: FixedAt) -> Call:
    return Call(who, None, at)


def changing(
    request: Request,
    who: Annotated[Actor, Depends(actor)],
    at: FixedAt,
    idempotency_key: Annotated[str | None, Header(max_length=200)] = None,
) -> Call:
    if not idempotency_key or len(request.headers.getlist("idempotency-key")) != 1:
        raise IdempotencyKeyMissing
    return Call(who, idempotency_key, at)


Reading = Annotated[Call, Depends(reading)]
Changing = Annotated[Call, Depends(changing)]


def reported(body: dict[str, Any], status: int) -> Response:
    """What became of many things at once, with the position to wait for if anything was done."""
    position = body.get("position")
    headers = {} if position is None else {"Points-Position": str(position)}
    return Response(msgspec.json.encode(body), status, headers, "application/json")


def answered(answer: Answer) -> Response:
    """First 201, a replay 200 with the same body, both with the position to wait for."""
    headers = {"Points-Position": str(answer.position)}
    status = 200 if answer.replayed else 201
    return Response(msgspec.json.encode(answer.body), status, headers, "application/json")


def batched(
    exchange: points.bootstrap.Exchange, call: Call, route: str, wish: Any, run: Callable[[], dict[str, Any]]
) -> Response:
    """A run over many things under one key: what each refusal says stands beside the record it is about."""

    def flat() -> dict[str, Any]:
        body = run()
        return {**body, "refused": [_flat(item) for item in body["refused"]]} if "refused" in body else body

    return answered(exchange.tools.once(call, route, wish, flat))


def _flat(refused: Mapping[str, Any]) -> dict[str, Any]:
    """Facts beside the record, as in a problem document; a fact never hides which record it is about."""
    facts: dict[str, Any] = plain(refused["facts"])
    return facts | {"record_id": refused["record_id"], "type": refused["type"]}
