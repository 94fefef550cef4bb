"""What one command has at hand: its options, the client that carries it, and where it shows its answer."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import quote

import click

from cli.errors import FileUnreadable, ServerRunning
from cli.lock import running_server
from cli.output import Output
from cli.settings import settings_for, store_file
from points.domain.calendar import local_day
from points.i18n.language import named

if TYPE_CHECKING:
    # Both are slow to import, and `points --help` must not wait for them.
    import httpx

    from cli.client import Client
    from points.bootstrap import Exchange, Settings


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Surroundings:
    """What the process is given: another transport and another clock in tests."""

    transport: httpx.BaseTransport | None = None
    clock: Callable[[], datetime] = _utc_now


@dataclass(frozen=True, kw_only=True)
class Common:
    """The options of every command."""

    as_json: bool
    server: str | None
    database: str
    tenant: str
    token: str | None
    master_key_file: str | None
    now: str | None


class Session:
    def __init__(self, common: Common, surroundings: Surroundings) -> None:
        self.common = common
        self.output = Output(named(os.environ.get("POINTS_LANG")), as_json=common.as_json)
        self._surroundings = surroundings
        self._client: Client | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._client is not None:
            self._client.close()

    @property
    def client(self) -> Client:
        """Made when it is first used: a wrong option costs no connection."""
        if self._client is None:
            self._client = self._connected()
        return self._client

    @cached_property
    def settings(self) -> Settings:
        common = self.common
        return settings_for(common.database, common.tenant, common.master_key_file, common.now)

    @property
    def today(self) -> date:
        """The day in China, by the clock that the command was given."""
        now = datetime.fromisoformat(self.common.now) if self.common.now else self._surroundings.clock()
        return local_day(now)

    def open_exchange(self) -> Exchange:
        """The store itself, for the commands that look after it."""
        from points.bootstrap import Exchange  # noqa: PLC0415 - see above

        return Exchange.open(self.settings)

    @property
    def holds_the_store(self) -> bool:
        """No server and no token: whoever runs this has the store itself in hand."""
        return not (
            self.common.token or self.common.server or self._surroundings.transport or self._running_server()
        )

    def verified(self, checkpoint: str | None) -> dict[str, Any]:
        exchange = self.open_exchange()
        try:
            return exchange.audit.verify_store(checkpoint=checkpoint)
        finally:
            exchange.close()

    def answer(self, document: Any, show: Callable[[], None]) -> None:
        self.output.answer(document, show)

    def done(self, document: Mapping[str, Any], slug: str) -> None:
        """An answer that one sentence tells, with the document's members as its facts."""
        self.output.answer(document, lambda: self.output.say(slug, **document))

    def listing(self, document: Any, rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> None:
        """An answer that people read as a table; a column's slug names the member it shows."""
        self.output.answer(document, lambda: self.output.rows(rows, columns))

    def facts(self, document: Mapping[str, Any]) -> None:
        """An answer that people read member by member."""
        self.output.answer(document, lambda: self.output.facts(document))

    @staticmethod
    def path(template: str, *parts: str) -> str:
        """A route with its parts filled in: whatever was typed stays within its place in the path."""
        return template.format(*(quote(part, safe="") or "-" for part in parts))

    def require_no_server(self) -> None:
        """Raises ServerRunning: what replaces a store must not do so under a server's feet."""
        url = self._running_server()
        if url is not None:
            raise ServerRunning(url=url)

    def _connected(self) -> Client:
        from cli.client import Client  # noqa: PLC0415 - see above

        if self._surroundings.transport is not None:
            return Client("http://points.test", self._surroundings.transport, self._headers())
        server = self.common.server or self._running_server()
        if server:
            return Client.remote(server, self._headers())
        from api.app import create_app  # noqa: PLC0415 - see above
        from api.logs import to_stderr  # noqa: PLC0415 - see above

        to_stderr(logging.ERROR)  # one's own command needs no access log

        exchange = self.open_exchange()
        return Client.in_process(create_app(exchange), self._headers(), exchange.close)

    def _running_server(self) -> str | None:
        path = store_file(self.common.database)
        return running_server(path) if path is not None else None

    def _headers(self) -> dict[str, str]:
        headers = {"Accept-Language": self.output.language.value}
        if self.common.token:
            headers["Authorization"] = f"Bearer {token_from(self.common.token)}"
        if self.common.now:
            headers["Points-Now"] = self.common.now
        return headers


def token_from(given: str) -> str:
    """A token as given, or the first line of the file that `@FILE` names. Raises FileUnreadable."""
    if not given.startswith("@"):
        return _headerable(given)
    path = given[1:]
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise FileUnreadable(path=path) from error
    return _headerable(text.strip().partition("\n")[0].strip())


def _headerable(token: str) -> str:
    """No header can carry anything else, and the reason given must not repeat the token."""
    if not token.isascii() or not token.isprintable():
        raise click.UsageError("The token may only have printable ASCII characters.")
    return token
