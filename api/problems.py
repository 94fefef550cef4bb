"""The one place where errors become answers: RFC 9457 problem documents in the caller's language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import OperationalError
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from points.access import NotAuthenticated
from points.application.sheets import SheetError
from points.application.tools import IdempotencyKeyMissing
from points.domain.errors import Invalid, NotAllowed, NotFound, PointsError, Refused, Unavailable
from points.i18n.catalogue import Catalogue
from points.i18n.language import negotiate
from points.ledger.errors import IdempotencyKeyReused, StoreUnavailable

BASE = "https://points.invalid/problems/"
MEDIA_TYPE = "application/problem+json"

# The first class in the error's own line of descent decides, so a rule may stand beside its family.
STATUSES: Mapping[type[PointsError], int] = {
    IdempotencyKeyMissing: 400,
    IdempotencyKeyReused: 422,
    NotAuthenticated: 401,
    Invalid: 422,
    SheetError: 422,
    NotFound: 404,
    NotAllowed: 403,
    Refused: 409,
    Unavailable: 503,
}
_RETRY_AFTER_S = 1
_FRAMEWORK_SLUGS = {404: "not-found", 405: "method-not-allowed", 413: "body-too-large", 415: "media-type"}


def status_of(error: PointsError) -> int:
    return next(STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES)


def plain(value: Any) -> Any:
    """Facts as JSON has them: ids, days and instants become text."""
    if isinstance(value, UUID | date | datetime):
        return str(value) if isinstance(value, UUID) else value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    return value if isinstance(value, str | int | bool | None) else str(value)


def _members(status: int, slug: str, title: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    body = {"detail": title} | {name: plain(fact) for name, fact in facts.items()}
    return body | {"type": BASE + slug, "title": title, "status": status}


def document(request: Request, error: PointsError) -> dict[str, Any]:
    """A refusal as one result among others."""
    catalogue: Catalogue = request.app.state.catalogue
    sentence = catalogue.error(error, negotiate(request.headers.get("accept-language")))
    return _members(status_of(error), error.slug(), sentence, error.facts)


def problem(status: int, slug: str, title: str, **facts: Any) -> Response:
    body = _members(status, slug, title, facts)
    headers = {401: {"WWW-Authenticate": "Bearer"}, 503: {"Retry-After": str(_RETRY_AFTER_S)}}.get(status)
    return Response(msgspec.json.encode(body), status, headers, MEDIA_TYPE)


def outside(scope: Scope, status: int, slug: str, **facts: Any) -> Response:
    """A problem that no use case knows of: a malformed request, an unknown route, a failure of ours."""
    language = negotiate(Headers(scope=scope).get("accept-language"))
    sentence = scope["app"].state.catalogue.sentence(f"http.{slug}", language)
    return problem(status, slug, sentence, **facts)


def rendered(error: PointsError, catalogue: Catalogue, accept_language: str | None) -> Response:
    sentence = catalogue.error(error, negotiate(accept_language))
    answer = problem(status_of(error), error.slug(), sentence, **error.facts)
    wait_s = error.facts.get("retry_after_s")
    if wait_s is not None:
        answer.headers["Retry-After"] = str(wait_s)
    return answer


def install(app: FastAPI, catalogue: Catalogue) -> None:
    def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, PointsError)  # noqa: S101  registered for this class only
        return rendered(error, catalogue, request.headers.get("accept-language"))

    def unreachable(request: Request, error: Exception) -> Response:
        # What a reader meets when the store is away; a command's own failures say more about what was done.
        return rendered(
            StoreUnavailable(reason=type(error).__name__), catalogue, request.headers.get("accept-language")
        )

    def malformed(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)  # noqa: S101  registered for this class only
        # The value sent is left out: it may be a telephone number or a token.
        errors = [{"field": ".".join(map(str, e["loc"][1:])), "rule": e["type"]} for e in error.errors()]
        return outside(request.scope, 422, "invalid", errors=errors)

    def framework(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101  registered for this class only
        slug = _FRAMEWORK_SLUGS.get(error.status_code, "request-refused")
        return outside(request.scope, error.status_code, slug)

    app.add_exception_handler(PointsError, refused)
    app.add_exception_handler(OperationalError, unreachable)
    app.add_exception_handler(RequestValidationError, malformed)
    app.add_exception_handler(HTTPException, framework)
