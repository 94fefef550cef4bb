"""All pages, put onto the application."""

from __future__ import annotations

from fastapi import FastAPI

from api.pages import public, screen, shell, signing_in, till, volunteer
from api.pages.cookies import Forms
from api.pages.environment import Pages
from points.bootstrap import Exchange


def install(app: FastAPI, exchange: Exchange) -> None:
    app.state.pages = Pages.load()
    app.state.forms = Forms(exchange.tools.keys)
    for module in (shell, signing_in, volunteer, till, public, screen):
        app.include_router(module.router, include_in_schema=False)
