from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI

from api.app import create_app
from points.bootstrap import Exchange, Settings, create_store

AREAS = Path(__file__).parents[2] / "demo" / "areas.csv"
COUNTY = "500233"
NOW = datetime(2026, 11, 10, 2, 0, tzinfo=UTC)


class Api:
    """Asks the application in process, one event loop a question."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app

    def ask(self, method: str, url: str, token: str | None = None, **kwargs: Any) -> httpx.Response:
        headers = {"Idempotency-Key": str(uuid4())} if method == "POST" else {}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        headers |= kwargs.pop("headers", {})

        async def asked() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://points") as client:
                return await client.request(method, url, headers=headers, **kwargs)

        return asyncio.run(asked())

    def get(self, url: str, token: str | None = None, **kwargs: Any) -> httpx.Response:
        return self.ask("GET", url, token, **kwargs)

    def post(self, url: str, token: str | None = None, **kwargs: Any) -> httpx.Response:
        return self.ask("POST", url, token, **kwargs)


class Store(NamedTuple):
    """A real store behind the application, with its administrator's token."""

    api: Api
    exchange: Exchange
    admin: str

    def hire(self, role: str, **where: Any) -> str:
        """Appoint somebody and sign them in; their token."""
        body = {"name": role, "role": role, "area": COUNTY, **where}
        added = self.api.post("/v1/staff", self.admin, json=body)
        assert added.status_code == 201, added.text
        signed_in = self.api.post("/v1/sign-ins", json={"digits": added.json()["digits"]})
        assert signed_in.status_code == 201, signed_in.text
        token: str = signed_in.json()["token"]
        return token


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    settings = Settings(database_url=f"sqlite:///{tmp_path}/s.db", fixed_at=NOW - timedelta(hours=1))
    made = create_store(settings, areas_csv=AREAS.read_bytes(), demo=True)
    exchange = Exchange.open(replace(settings, fixed_at=NOW))
    yield Store(Api(create_app(exchange)), exchange, made["token"])
    exchange.close()
