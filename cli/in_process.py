"""The exchange's own HTTP application, driven without a server.

The loop runs only while an answer is waited for, and the answer's parts are fetched one by one: an export of
millions of lines never lies in memory as a whole.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from typing import Any

import httpx

Message = MutableMapping[str, Any]
Application = Callable[
    [Message, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]], Awaitable[None]
]

_PARTS_AHEAD = 8
_AFTERWARDS_S = 5.0
_END = None


class ApplicationTransport(httpx.BaseTransport):
    """Answers httpx requests by calling an ASGI application."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._runner = asyncio.Runner()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        exchange = _Exchange(self._application, request, self._runner)
        status, headers = exchange.start()
        return httpx.Response(status, headers=headers, stream=exchange)

    def close(self) -> None:
        self._runner.close()


class _Exchange(httpx.SyncByteStream):
    """One request and its answer."""

    def __init__(self, application: Application, request: httpx.Request, runner: asyncio.Runner) -> None:
        self._application = application
        self._request = request
        self._runner = runner
        self._parts: asyncio.Queue[bytes | None] = asyncio.Queue(_PARTS_AHEAD)
        self._head: asyncio.Future[tuple[int, list[tuple[bytes, bytes]]]] | None = None
        self._task: asyncio.Task[None] | None = None
        self._whole = False

    def start(self) -> tuple[int, list[tuple[bytes, bytes]]]:
        body = self._request.read()
        return self._runner.run(self._begin(body))

    def __iter__(self) -> Iterator[bytes]:
        while (part := self._runner.run(self._parts.get())) is not _END:
            yield part
        if self._task is not None:
            self._runner.run(asyncio.wait((self._task,), timeout=_AFTERWARDS_S))
        if not self._whole:
            # An answer that broke off halfway must not pass for a whole one.
            raise httpx.ReadError("the answer broke off", request=self._request)

    def close(self) -> None:
        if self._task is not None and not self._task.done():
            self._task.cancel()
            self._runner.run(_finished(self._task))

    async def _begin(self, body: bytes) -> tuple[int, list[tuple[bytes, bytes]]]:
        self._head = asyncio.get_running_loop().create_future()
        self._task = asyncio.create_task(self._serve(body))
        return await self._head

    async def _serve(self, body: bytes) -> None:
        unread = [body]
        forever = asyncio.Event()

        async def receive() -> Message:
            if unread:
                return {"type": "http.request", "body": unread.pop(), "more_body": False}
            # Nobody hangs up while the answer is being read; `close` cancels whoever still waits here.
            await forever.wait()
            return {"type": "http.disconnect"}

        try:
            await self._application(self._scope(), receive, self._send)
        except Exception as error:  # noqa: BLE001 - whatever it was, the caller got no whole answer
            if self._head is not None and not self._head.done():
                broken = httpx.ReadError("no answer", request=self._request)
                broken.__cause__ = error
                self._head.set_exception(broken)
                return
            # Whoever reads on meets the end, and whether the answer was whole; the fault is in the log.
            await self._parts.put(_END)

    async def _send(self, message: Message) -> None:
        if message["type"] == "http.response.start" and self._head is not None:
            self._head.set_result((message["status"], [(name, value) for name, value in message["headers"]]))
        elif message["type"] == "http.response.body":
            if message.get("body"):
                await self._parts.put(message["body"])
            if not message.get("more_body", False):
                self._whole = True
                await self._parts.put(_END)

    def _scope(self) -> Message:
        url = self._request.url
        return {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": self._request.method,
            "headers": [(name.lower(), value) for name, value in self._request.headers.raw],
            "scheme": url.scheme,
            "path": url.path,
            "raw_path": url.raw_path.split(b"?")[0],
            "query_string": url.query,
            "server": (url.host, url.port),
            "client": ("127.0.0.1", 0),
            "root_path": "",
        }


async def _finished(task: asyncio.Task[None]) -> None:
    await asyncio.gather(task, return_exceptions=True)
