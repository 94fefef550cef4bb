"""What every request passes: an id, a size limit, security headers and one log line. Pure ASGI, so it is cheap."""

from __future__ import annotations

import re
import time
from uuid import uuid4

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.metrics import Metrics
from api.problems import outside

JSON_BYTES_MAX = 1 << 20
UPLOAD_BYTES_MAX = 20 << 20
_REQUEST_ID = re.compile(r"\A[A-Za-z0-9-]{1,64}\Z", re.ASCII)
# Nothing inline, nothing from elsewhere: a script that got into a page would not run.
_SECURITY = {
    "X-Content-Type-Options": "nosniff",
    # "no-referrer" would make browsers hide the origin of our own forms too, by which foreign ones are told.
    "Referrer-Policy": "same-origin",
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
    ),
    "Permissions-Policy": "camera=(self), geolocation=(self), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class Frame:
    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics
        self._log = structlog.get_logger("api")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        asked = headers.get("x-request-id", "")
        # A foreign id goes into the log, so only a harmless form of it is taken over.
        request_id = asked if _REQUEST_ID.match(asked) else str(uuid4())
        began_ns = time.perf_counter_ns()
        status = 0

        async def framed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                out = MutableHeaders(scope=message)
                out["X-Request-Id"] = request_id
                out.update(_SECURITY)
                if scope["path"].startswith("/v1"):
                    out["Cache-Control"] = "no-store"
            await send(message)

        try:
            await self._app(scope, _limited(headers, receive), framed)
        except Exception as error:  # the last net: whatever it was, the caller learns only the id
            self._log.error("request failed", request_id=request_id, error=type(error).__name__)
            if status:
                raise
            await outside(scope, 500, "internal", request_id=request_id)(scope, receive, framed)
        finally:
            # The template, never the path: paths and query strings may carry digits.
            route = getattr(scope.get("route"), "path", None)
            duration_us = (time.perf_counter_ns() - began_ns) // 1000
            self._metrics.observe(route, scope["method"], status, duration_us)
            self._log.info(
                "request",
                method=scope["method"],
                route=route,
                status=status,
                duration_us=duration_us,
                request_id=request_id,
            )


def _limited(headers: Headers, receive: Receive) -> Receive:
    upload = headers.get("content-type", "").startswith("multipart/")
    left = UPLOAD_BYTES_MAX if upload else JSON_BYTES_MAX

    async def counted() -> Message:
        nonlocal left
        message = await receive()
        left -= len(message.get("body", b""))
        if left < 0:
            raise HTTPException(413)
        return message

    return counted
