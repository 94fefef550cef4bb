"""A command line whose server is a function."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import Any

import httpx
import pytest

from cli.main import main
from cli.session import Surroundings
from tests.support.clock import NOON

# Both floors below have to stand before the commands can be run on a store.
collect_ignore = [] if find_spec("points.bootstrap") and find_spec("api.app") else ["test_end_to_end.py"]


@dataclass
class Server:
    """Answers every request with the next of `answers`, the last one over and over, and keeps the requests."""

    answers: list[tuple[int, Any]] = field(default_factory=lambda: [(200, {})])
    headers: dict[str, str] = field(default_factory=dict)
    requests: list[httpx.Request] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.requests.append(request)
        status, body = self.answers[min(len(self.requests), len(self.answers)) - 1]
        if isinstance(body, bytes):
            return httpx.Response(status, content=body, headers=self.headers)
        return httpx.Response(status, json=body, headers=self.headers)

    @property
    def request(self) -> httpx.Request:
        (request,) = self.requests
        return request

    @property
    def body(self) -> Any:
        return json.loads(self.request.content)


Run = Callable[..., int]


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def run(server: Server, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run one command against the server, in English; the exit code is the answer."""
    for name in ("SERVER", "DATABASE", "TENANT", "TOKEN", "NOW", "MASTER_KEY_FILE"):
        monkeypatch.delenv(f"POINTS_{name}", raising=False)
    monkeypatch.setenv("POINTS_LANG", "en")

    def run_command(*arguments: str) -> int:
        surroundings = Surroundings(httpx.MockTransport(server), lambda: NOON)
        return main(arguments, surroundings)

    return run_command
