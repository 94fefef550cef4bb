"""Delivering notices from the log: at least once, again and again for three days, then kept as dead letters.

A follower reads the log behind the read models. A message's id follows from endpoint and position, so a receiver
that is told twice knows it. Nothing here can change the log or delay a sale.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine, Row, delete, insert, select, update

from points.application.tools import Tools
from points.domain.calendar import from_us, to_us
from points.ledger.database import for_writing
from points.ledger.event_row import EventRow
from points.merchants import webhook_sending
from points.merchants.errors import WebhookAddressRefused
from points.merchants.webhook_notices import TYPE_OF_TOPIC, Notice, notice_of
from points.merchants.webhook_signing import headers
from points.merchants.webhook_tables import cursors, letters, webhook_metadata
from points.projections import webhooks as model
from points.projections.webhooks import Webhook

_SECOND_US = 1_000_000
RETRIES_S = (5, 60, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000)
"""After each failure so long until the next attempt; the last interval repeats."""
GIVE_UP_AFTER_S = 3 * 24 * 3_600
_LEASE_S = 60
_PAGE_EVENTS = 1_000
_PAGES_AT_ONCE = 20
_LETTERS_AT_ONCE = 50
_DEAD_SHOWN = 200
_GONE = 410


class Deliveries:
    """Follows the log for every endpoint. Several processes may: a letter is leased by who sends it."""

    def __init__(
        self,
        tools: Tools,
        open_engine: Callable[[], Engine],
        send: webhook_sending.Send = webhook_sending.send,
    ) -> None:
        """The tables are opened when they are first needed: most stores, and most commands, have no endpoint."""
        self._tools = tools
        self._open_engine = open_engine
        self._send = send

    @cached_property
    def _engine(self) -> Engine:
        engine = self._open_engine()
        webhook_metadata.create_all(engine)
        return engine

    def deliver_by(self, send: webhook_sending.Send) -> None:
        """Send another way from now on, as rehearsals do."""
        self._send = send

    def close(self) -> None:
        if "_engine" in vars(self):
            self._engine.dispose()

    def step(self) -> int:
        """Take in what happened, send what is due. Returns how many letters were delivered."""
        with self._tools.reading() as connection:
            active = model.active(connection)
            if not active:
                return 0
            self._take_in(connection, active)
        return sum(self._deliver(letter, active) for letter in self._due())

    # From the log into letters

    def _take_in(self, reading: Connection, active: Sequence[Webhook]) -> None:
        goal = self._tools.projector.position()
        now_us = to_us(self._tools.now())
        with for_writing(self._engine).begin() as connection:
            known = self._cursors(connection, active)
            position = min(known.values())
            for _ in range(_PAGES_AT_ONCE):
                page = self._tools.recorder.read_page(position, max(min(_PAGE_EVENTS, goal - position), 0))
                if not page:
                    break
                for row in page:
                    if row.topic in TYPE_OF_TOPIC:
                        self._address(reading, connection, row, active, known, now_us)
                position = page[-1].position
            for webhook_id, at in known.items():
                moved = update(cursors).where(cursors.c.webhook_id == webhook_id)
                connection.execute(moved.values(position=max(at, position)))

    def _cursors(self, connection: Connection, active: Sequence[Webhook]) -> dict[UUID, int]:
        """Where each endpoint stands; a new one begins with its own registration."""
        kept = connection.execute(select(cursors).with_for_update()).all()
        known: dict[UUID, int] = {row.webhook_id: row.position for row in kept}
        for webhook in active:
            if webhook.webhook_id not in known:
                row = {"webhook_id": webhook.webhook_id, "position": webhook.position}
                connection.execute(insert(cursors).values(row))
                known[webhook.webhook_id] = webhook.position
        wanted = {webhook.webhook_id for webhook in active}
        return {webhook_id: at for webhook_id, at in known.items() if webhook_id in wanted}

    def _address(
        self,
        reading: Connection,
        connection: Connection,
        row: EventRow,
        active: Sequence[Webhook],
        known: dict[UUID, int],
        now_us: int,
    ) -> None:
        notice = notice_of(reading, self._tools.codecs, row)
        if notice is None:
            return
        for webhook in active:
            wanted = webhook.merchant_id == notice.merchant_id and notice.type in webhook.types.split()
            if not wanted or row.position <= known[webhook.webhook_id]:
                continue
            at = {"webhook_id": webhook.webhook_id, "position": row.position}
            connection.execute(
                delete(letters).where(
                    letters.c.webhook_id == webhook.webhook_id, letters.c.position == row.position
                )
            )
            times = {"first_at_us": now_us, "next_at_us": now_us}
            fresh = {"attempts": 0, "status": 0, "dead": False}
            connection.execute(insert(letters).values(**at, **times, **fresh))

    # From letters to the endpoints

    def _due(self) -> list[Row[Any]]:
        """The letters whose time has come, leased to this process for a minute."""
        now_us = to_us(self._tools.now())
        with for_writing(self._engine).begin() as connection:
            due = (
                select(letters)
                .where(letters.c.dead.is_(False), letters.c.next_at_us <= now_us)
                .order_by(letters.c.next_at_us, letters.c.position)
                .limit(_LETTERS_AT_ONCE)
                .with_for_update(skip_locked=True)
            )
            found = list(connection.execute(due).all())
            for letter in found:
                connection.execute(_this(letter).values(next_at_us=now_us + _LEASE_S * _SECOND_US))
        return found

    def _deliver(self, letter: Row[Any], active: Sequence[Webhook]) -> bool:
        webhook = next((each for each in active if each.webhook_id == letter.webhook_id), None)
        endpoint, notice = self._endpoint(webhook), self._notice(letter.position)
        if webhook is None or endpoint is None or notice is None:
            self._forget(letter)
            return False
        now_us = to_us(self._tools.now())
        id_ = message_id(letter.webhook_id, letter.position)
        signed = headers(endpoint["secret"], id_, now_us // _SECOND_US, notice.body)
        try:
            status = self._send(endpoint["url"], signed, notice.body)
        except (OSError, WebhookAddressRefused):
            status = 0
        if 200 <= status < 300:  # noqa: PLR2004  # what the specification calls a success
            self._forget(letter)
            return True
        self._put_off(letter, status, now_us)
        return False

    def _endpoint(self, webhook: Webhook | None) -> dict[str, str] | None:
        if webhook is None:
            return None
        with self._tools.looking() as desk:
            return desk.vault.get(webhook.endpoint_ref)

    def _notice(self, position: int) -> Notice | None:
        (row,) = self._tools.recorder.read_page(position - 1, 1)
        with self._tools.read_store.engine.connect() as connection:
            return notice_of(connection, self._tools.codecs, row)

    def _forget(self, letter: Row[Any]) -> None:
        with for_writing(self._engine).begin() as connection:
            connection.execute(
                delete(letters).where(
                    letters.c.webhook_id == letter.webhook_id, letters.c.position == letter.position
                )
            )

    def _put_off(self, letter: Row[Any], status: int, now_us: int) -> None:
        attempts = letter.attempts + 1
        wait_s = RETRIES_S[min(attempts, len(RETRIES_S)) - 1]
        next_at_us = now_us + wait_s * _SECOND_US
        dead = status == _GONE or next_at_us - letter.first_at_us > GIVE_UP_AFTER_S * _SECOND_US
        with for_writing(self._engine).begin() as connection:
            changed = {"attempts": attempts, "status": status, "next_at_us": next_at_us, "dead": dead}
            connection.execute(_this(letter).values(**changed))

    # Looking and replaying

    def rewind(self, webhook_id: UUID, after: int) -> None:
        """Let an endpoint be told everything after a position again."""
        with for_writing(self._engine).begin() as connection:
            connection.execute(delete(cursors).where(cursors.c.webhook_id == webhook_id))
            connection.execute(insert(cursors).values(webhook_id=webhook_id, position=after))

    def dead_letters(self, webhook_id: UUID) -> list[dict[str, Any]]:
        """The latest that were given up."""
        statement = select(letters).where(letters.c.webhook_id == webhook_id, letters.c.dead.is_(True))
        with self._engine.connect() as connection:
            found = connection.execute(statement.order_by(letters.c.position.desc()).limit(_DEAD_SHOWN)).all()
        return [
            {
                "msg_id": message_id(letter.webhook_id, letter.position),
                "position": letter.position,
                "attempts": letter.attempts,
                "status": letter.status,
                "first_at": from_us(letter.first_at_us).isoformat(),
            }
            for letter in found
        ]


def message_id(webhook_id: UUID, position: int) -> str:
    return f"msg_{webhook_id.hex}_{position}"


def _this(letter: Row[Any]) -> Any:
    return update(letters).where(
        letters.c.webhook_id == letter.webhook_id, letters.c.position == letter.position
    )
