from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from cli.in_process import Application, ApplicationTransport


def client_of(application: Application) -> httpx.Client:
    return httpx.Client(transport=ApplicationTransport(application), base_url="http://in-process")


async def echo(scope: Any, receive: Any, send: Any) -> None:
    message = await receive()
    told = scope["query_string"] + b"|" + message["body"]
    await send({"type": "http.response.start", "status": 201, "headers": [(b"points-position", b"7")]})
    await send({"type": "http.response.body", "body": told})


async def broken_off(_scope: Any, _receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"half", "more_body": True})
    raise RuntimeError


async def silent(_scope: Any, _receive: Any, _send: Any) -> None:
    raise RuntimeError


def test_a_request_reaches_the_application_and_its_answer_comes_back() -> None:
    with client_of(echo) as client:
        for _ in range(2):
            response = client.post("/x?a=1", content=b"body")
            assert (response.status_code, response.content) == (201, b"a=1|body")
            assert response.headers["Points-Position"] == "7"


def test_a_long_answer_is_fetched_part_by_part() -> None:
    sent: list[int] = []

    async def long(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for number in range(1_000):
            sent.append(number)
            await send({"type": "http.response.body", "body": b"%d\n" % number, "more_body": True})
            await asyncio.sleep(0)
        await send({"type": "http.response.body", "body": b""})

    with client_of(long) as client, client.stream("GET", "/") as response:
        parts = response.iter_bytes()
        assert next(parts) == b"0\n"
        assert len(sent) < 100
        assert sum(part.count(b"\n") for part in parts) == 999


def test_an_answer_that_breaks_off_does_not_pass_for_a_whole_one() -> None:
    with client_of(broken_off) as client, pytest.raises(httpx.ReadError):
        client.get("/")


def test_an_application_that_fails_before_it_answers_was_not_reached() -> None:
    with client_of(silent) as client, pytest.raises(httpx.ReadError):
        client.get("/")


def test_an_answer_that_nobody_reads_to_its_end_is_given_up() -> None:
    ended: list[bool] = []

    async def endless(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        try:
            while True:
                await send({"type": "http.response.body", "body": b"x", "more_body": True})
        finally:
            ended.append(True)

    with client_of(endless) as client, client.stream("GET", "/") as response:
        assert next(response.iter_bytes()) == b"x"
    assert ended == [True]
