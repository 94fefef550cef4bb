"""The application, made from an exchange that is handed in: nothing here is global."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from starlette.routing import Match, Route
from starlette.types import Scope

from api import problems
from api.metrics import Metrics
from api.middleware import Frame
from api.pages import site
from api.routes import (
    accounts,
    activities,
    adjustments,
    alarms,
    areas,
    attendances,
    audit,
    budgets,
    cards,
    categories,
    certificates,
    confirmations,
    consents,
    disputes,
    expiry,
    funds,
    giving,
    governance,
    health,
    households,
    issues,
    menu,
    merchants,
    offers,
    organisations,
    redemptions,
    requests,
    schemes,
    service_records,
    settlements,
    shifts,
    staff,
    stars,
    volunteers,
    webhooks,
)
from points.bootstrap import Exchange
from points.i18n.catalogue import Catalogue


class NamedRoute(Route):
    """Says in the scope which route it is, as the framework's own do: the log line is made from it."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        match, child = super().matches(scope)
        return match, {**child, "route": self} if match is not Match.NONE else child


def create_app(exchange: Exchange) -> FastAPI:
    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        exchange.close()

    app = FastAPI(title="Points exchange", version="0.1.0", lifespan=lifespan, docs_url=None, redoc_url=None)
    app.state.exchange = exchange
    app.state.metrics = Metrics(lambda: exchange.health())  # noqa: PLW0108  looked up at each scrape
    app.add_middleware(Frame, metrics=app.state.metrics)
    app.state.catalogue = Catalogue.load()
    problems.install(app, app.state.catalogue)
    app.router.routes.append(NamedRoute("/v1/redemptions", redemptions.redeem, methods=["POST"]))
    app.router.routes.append(NamedRoute("/v1/redemptions:batch", redemptions.redeem_batch, methods=["POST"]))
    for module in (
        accounts,
        activities,
        adjustments,
        alarms,
        areas,
        attendances,
        audit,
        budgets,
        cards,
        categories,
        certificates,
        confirmations,
        consents,
        disputes,
        expiry,
        funds,
        giving,
        governance,
        health,
        households,
        issues,
        menu,
        merchants,
        offers,
        organisations,
        redemptions,
        requests,
        schemes,
        service_records,
        settlements,
        shifts,
        staff,
        stars,
        volunteers,
        webhooks,
    ):
        app.include_router(module.router)
    site.install(app, exchange)
    _document_the_hot_route(app)
    return app


def _document_the_hot_route(app: FastAPI) -> None:
    """The hot route goes round FastAPI, so its place in the document is made by hand."""
    made = app.openapi

    def openapi() -> dict[str, Any]:
        document = made()
        document["paths"].setdefault("/v1/redemptions", {})["post"] = redemptions.OPERATION
        document["paths"].setdefault("/v1/redemptions:batch", {})["post"] = redemptions.BATCH_OPERATION
        document["components"]["schemas"].update(redemptions.SCHEMAS)
        return document

    app.openapi = openapi  # type: ignore[method-assign]  # the framework's own way to extend its document
