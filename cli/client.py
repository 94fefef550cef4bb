"""One HTTP client for every command, whether a server answers or the application in this process."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Self

import httpx

from cli.errors import Problem, ServerAnswerUnreadable, ServerNotReached
from cli.in_process import ApplicationTransport

Document = dict[str, Any]

# Reading a county's roster or verifying its log takes minutes; that nobody answers at all shows at once.
_TIMEOUT = httpx.Timeout(1_800.0, connect=5.0)
_CONNECT_RETRIES = 3
_PAGE = 200
_ERROR = 400
IN_PROCESS = "http://in-process"


class Client:
    """Sends one command's requests.

    It remembers the position of what it wrote and asks every later answer to know of it. Raises Problem for
    a refusal, ServerNotReached when nobody answers.
    """

    def __init__(
        self,
        server: str,
        transport: httpx.BaseTransport,
        headers: Mapping[str, str],
        on_close: Callable[[], None] = lambda: None,
    ) -> None:
        self._server = server
        self._position: int | None = None
        self._on_close = on_close
        self._http = httpx.Client(base_url=server, transport=transport, headers=headers, timeout=_TIMEOUT)

    @classmethod
    def remote(cls, server: str, headers: Mapping[str, str]) -> Self:
        return cls(server, httpx.HTTPTransport(retries=_CONNECT_RETRIES), headers)

    @classmethod
    def in_process(
        cls, application: Any, headers: Mapping[str, str], on_close: Callable[[], None] = lambda: None
    ) -> Self:
        return cls(IN_PROCESS, ApplicationTransport(application), headers, on_close)

    def close(self) -> None:
        self._http.close()
        self._on_close()

    def get(self, path: str, **query: object) -> Any:
        given = {name: _text(value) for name, value in query.items() if value is not None}
        return self._document(self._http.build_request("GET", path, params=given))

    def pages(self, path: str, member: str, *, limit: int | None = None, **query: object) -> Document:
        """Everything of a list, page by page: `{member: […], "next": …}`. `limit` counts entries."""
        found: list[Any] = []
        after = query.pop("after", None)
        while True:
            wanted = _PAGE if limit is None else min(_PAGE, limit - len(found))
            page = self.get(path, limit=wanted, after=after, **query)
            found += page[member]
            after = page.get("next")
            if after is None or (limit is not None and len(found) >= limit):
                return {**page, member: found, "next": after}

    def post(self, path: str, body: Mapping[str, object], *, key: str | None = None) -> Document:
        """Send a change. Members that are None are left out; without a key a fresh one is made."""
        given = {name: value for name, value in body.items() if value is not None}
        headers = {"Idempotency-Key": key or str(uuid.uuid4())}
        answer: Document = self._document(self._http.build_request("POST", path, json=given, headers=headers))
        return answer

    def post_plain(self, path: str, body: Mapping[str, object], *, key: str | None = None) -> Document:
        """Send what needs no key, because it says itself what makes it once only."""
        given = {name: value for name, value in body.items() if value is not None}
        headers = {"Idempotency-Key": key} if key else {}
        answer: Document = self._document(self._http.build_request("POST", path, json=given, headers=headers))
        return answer

    def upload(
        self, path: str, filename: str, data: bytes, fields: Mapping[str, object], *, key: str
    ) -> Document:
        given = {name: _text(value) for name, value in fields.items() if value is not None}
        answer: Document = self._document(
            self._http.build_request(
                "POST",
                path,
                data=given,
                files={"file": (filename, data, "application/octet-stream")},
                headers={"Idempotency-Key": key},
            )
        )
        return answer

    @contextmanager
    def stream(self, path: str) -> Iterator[Iterator[bytes]]:
        """The answer's bytes as they come."""
        request = self._prepared(self._http.build_request("GET", path))
        with self._reaching():
            response = self._http.send(request, stream=True)
            try:
                if response.status_code >= _ERROR:
                    response.read()
                    self._raise_problem(response)
                yield response.iter_bytes()
            finally:
                response.close()

    def _document(self, request: httpx.Request) -> Any:
        with self._reaching():
            response = self._http.send(self._prepared(request))
        if response.status_code >= _ERROR:
            self._raise_problem(response)
        document = self._decoded(response)
        self._remember(response, document)
        return document

    def _prepared(self, request: httpx.Request) -> httpx.Request:
        if self._position is not None:
            request.headers["Points-Position"] = str(self._position)
        return request

    @contextmanager
    def _reaching(self) -> Iterator[None]:
        try:
            yield
        except httpx.TransportError as error:
            raise ServerNotReached(server=self._server) from error

    def _decoded(self, response: httpx.Response) -> Any:
        try:
            return json.loads(response.content)
        except ValueError as error:
            raise ServerAnswerUnreadable(server=self._server, status=response.status_code) from error

    def _raise_problem(self, response: httpx.Response) -> None:
        document = self._decoded(response)
        if not (isinstance(document, dict) and "type" in document):
            raise ServerAnswerUnreadable(server=self._server, status=response.status_code)
        raise Problem(response.status_code, document)

    def _remember(self, response: httpx.Response, document: Any) -> None:
        told: object = response.headers.get("Points-Position")
        if told is None and isinstance(document, dict) and response.request.method == "POST":
            told = document.get("position")
        if isinstance(told, int) or (isinstance(told, str) and told.isdecimal()):
            self._position = max(int(told), self._position or 0)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
