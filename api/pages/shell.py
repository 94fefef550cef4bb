"""What surrounds the pages: assets, the language, the service worker and what makes them installable."""

from __future__ import annotations

import hashlib
from importlib.resources import files
from typing import Annotated
from urllib.parse import urlsplit

import msgspec
from fastapi import APIRouter, Depends, Form, HTTPException, Request
from starlette.responses import HTMLResponse, Response

from api.pages.assets import answer
from api.pages.cookies import keep_language
from api.pages.environment import as_json
from api.pages.visits import AtVolunteer, PageRoute, genuine, language_of, see
from points.i18n.language import Language

router = APIRouter(route_class=PageRoute)

_COLOUR = "#0b5d3b"
_PATHS = {"volunteer": "/", "till": "/till"}


@router.get("/assets/{name}")
def asset(request: Request, name: str) -> Response:  # noqa: ARG001  the path says it whole
    found = request.app.state.pages.assets.at(request.url.path)
    if found is None:
        raise HTTPException(404)
    return answer(request, found)


@router.get("/sw.js")
def service_worker(request: Request) -> Response:
    """Asked for anew each time: a worker that could be kept would keep old pages with it."""
    assets = request.app.state.pages.assets
    kept = assets.urls(".css", ".js", ".svg")
    version = hashlib.sha256("".join(kept).encode()).hexdigest()[:10]
    code = (files("api.pages") / "worker.js").read_text("utf-8")
    head = f"const VERSION = {as_json(version)};\nconst KEPT = {as_json(kept)};\n"
    headers = {"Cache-Control": "no-cache", "Service-Worker-Allowed": "/"}
    return Response(head + code, headers=headers, media_type="text/javascript")


@router.get("/{app}.webmanifest")
def manifest(request: Request, app: str) -> Response:
    if app not in _PATHS:
        raise HTTPException(404)
    pages, language = request.app.state.pages, language_of(request)
    url = pages.assets.url
    body = {
        "name": pages.said.sentence(f"page.{app}.app", language),
        "short_name": pages.said.sentence(f"page.{app}.app-short", language),
        "lang": language.value,
        "start_url": _PATHS[app],
        "scope": "/",
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": _COLOUR,
        "icons": [
            {"src": url("icon-192.png"), "sizes": "192x192", "type": "image/png"},
            {"src": url("icon-512.png"), "sizes": "512x512", "type": "image/png", "purpose": "any maskable"},
            {"src": url("icon.svg"), "sizes": "any", "type": "image/svg+xml"},
        ],
    }
    headers = {"Cache-Control": "no-cache", "Vary": "Cookie, Accept-Language"}
    return Response(msgspec.json.encode(body), headers=headers, media_type="application/manifest+json")


@router.post("/language", dependencies=[Depends(genuine)])
def choose_language(
    request: Request, language: Annotated[Language, Form()], back: Annotated[str, Form()] = "/"
) -> Response:
    # Only a path of ours: a form's field must not lead anywhere else.
    path = urlsplit(back).path
    response = see(path if path.startswith("/") and not path.startswith("//") else "/")
    keep_language(request, response, language.value)
    return response


@router.get("/offline")
def offline(visit: AtVolunteer) -> HTMLResponse:
    """Kept by the service worker, and shown when the network is away."""
    return visit.page("offline.html")
