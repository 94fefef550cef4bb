"""The cookies of the pages: one session per desk, the reader's language, and the browser's half of form tokens.

A session is a bearer token of the exchange (256 random bits, of which the store keeps only the hash), held where
no script can read it. Volunteer, till and staff have a cookie each: whoever works at a till may be a volunteer too.
"""

from __future__ import annotations

import hmac
import os
from enum import StrEnum

from starlette.requests import Request
from starlette.responses import Response

from points.domain.errors import NotAllowed
from points.ledger.master_key import Purpose, TenantKeys

_BROWSER_COOKIE = "points_browser"
_BROWSER_BYTES = 16
_YEAR_S = 365 * 24 * 3600
_OWN_SITES = frozenset({"same-origin", "none"})
FORM_FIELD = "form_token"


class FormForged(NotAllowed):
    """A form came from another site, or from a page older than the session: nothing was done."""


class Desk(StrEnum):
    """Whose pages; the value is the cookie's name."""

    VOLUNTEER = "points_volunteer"
    TILL = "points_till"
    STAFF = "points_staff"


def session_token(request: Request, desk: Desk) -> str | None:
    return request.cookies.get(_named(request, desk.value))


def keep_session(request: Request, response: Response, desk: Desk, token: str) -> None:
    _keep(request, response, desk.value, token)


def end_session(request: Request, response: Response, desk: Desk) -> None:
    name = _named(request, desk.value)
    response.delete_cookie(name, secure=_secure(request), httponly=True, samesite="lax")


def keep_language(request: Request, response: Response, tag: str) -> None:
    response.set_cookie("points_language", tag, max_age=_YEAR_S, secure=_secure(request), samesite="lax")


class Forms:
    """Tokens that prove a form was made by us for this browser: a keyed hash of a cookie that others cannot read."""

    def __init__(self, keys: TenantKeys) -> None:
        self._key = keys.subkey(Purpose.CREDENTIALS, "forms")

    def browser(self, request: Request) -> str:
        """The browser's random name, made on its first page."""
        return request.cookies.get(_named(request, _BROWSER_COOKIE)) or os.urandom(_BROWSER_BYTES).hex()

    def keep(self, request: Request, response: Response, browser: str) -> None:
        if request.cookies.get(_named(request, _BROWSER_COOKIE)) is None:
            _keep(request, response, _BROWSER_COOKIE, browser)

    def token(self, browser: str, session: str | None) -> str:
        """Bound to the session too, so that a form from before a sign-in or sign-out is worth nothing after it."""
        said = f"{browser}\0{session or ''}".encode()
        return hmac.digest(self._key, said, "sha256").hex()

    def check(self, request: Request, sent: str, session: str | None) -> None:
        """Raises FormForged."""
        # Old browsers send neither header; the token decides for them.
        site = request.headers.get("sec-fetch-site", "same-origin")
        origin = request.headers.get("origin")
        foreign = origin is not None and origin.partition("://")[2] != request.headers.get("host")
        browser = request.cookies.get(_named(request, _BROWSER_COOKIE), "")
        genuine = browser and hmac.compare_digest(self.token(browser, session).encode(), sent.encode())
        if site not in _OWN_SITES or foreign or not genuine:
            raise FormForged(action="send-form")


def _keep(request: Request, response: Response, name: str, value: str) -> None:
    secure = _secure(request)
    response.set_cookie(
        _named(request, name), value, max_age=_YEAR_S, secure=secure, httponly=True, samesite="lax"
    )


def _named(request: Request, name: str) -> str:
    """Over https the browser itself holds the cookie to this host alone."""
    return f"__Host-{name}" if _secure(request) else name


def _secure(request: Request) -> bool:
    return request.url.scheme == "https"
