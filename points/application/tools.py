"""What every use case works with, and the one way in which a use case changes anything."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, Protocol, TypeVar
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, Engine

from points.access import Actor, NotAuthenticated
from points.application.area_tree import AreaTree
from points.codes.errors import NoSigningKey
from points.codes.keyring import KeyCache, KeyRing
from points.codes.signer import Signer
from points.codes.token import Kind
from points.domain import naming
from points.domain.calendar import local_day
from points.domain.device import Device
from points.domain.errors import Invalid
from points.domain.staff import Staff
from points.domain.tenant import Tenant
from points.domain.till import Till
from points.domain.values import Role
from points.ledger.blind_indexes import BlindIndexes
from points.ledger.code_subjects import CodeSubjects
from points.ledger.codec import Codecs
from points.ledger.connection_rows import CommittedRows
from points.ledger.credentials import Credentials
from points.ledger.event_row import EventRow
from points.ledger.idempotency import Idempotency
from points.ledger.master_key import Purpose, TenantKeys
from points.ledger.recorder import EventRecorder
from points.ledger.rows import Rows
from points.ledger.short_codes import ShortCodes
from points.ledger.unit import Unit
from points.ledger.vault import Vault, VaultKeys
from points.ledger.writer import Command, Outcome, Writer
from points.projections.projector import Projector
from points.projections.store import ReadStore

T = TypeVar("T")
Body = dict[str, Any]

_NONCE_BYTES = 12
WAIT_S = 10.0


@dataclass(frozen=True, slots=True)
class Call:
    """Who asks, under which idempotency key, and a demo store's hand-set clock if there is one."""

    actor: Actor
    key: str | None = None
    fixed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a change answered. `body` is JSON-safe and carries the position; a replay says the same again."""

    body: Body
    position: int
    replayed: bool = False


class Runner(Protocol):
    """Something that decides commands: the writer, or a rehearsal of it."""

    def run_all(self, commands: Sequence[Command[T]]) -> list[Outcome[T] | BaseException]: ...


class IdempotencyKeyMissing(Invalid):
    """Every change carries an `Idempotency-Key`, so that asking twice does nothing twice."""

    field: str = "idempotency-key"
    rule: str = "missing"


class Desk:
    """The small tables as one command, or one reader, sees them."""

    def __init__(self, rows: Rows, tools: Tools) -> None:
        self._rows = rows
        self._tools = tools

    @cached_property
    def vault(self) -> Vault:
        return Vault(self._rows, self._tools.vault_keys, self._tools.new_id)

    @cached_property
    def indexes(self) -> BlindIndexes:
        return BlindIndexes(self._rows, self._tools.keys)

    @cached_property
    def credentials(self) -> Credentials:
        return Credentials(self._rows)

    @cached_property
    def subjects(self) -> CodeSubjects:
        return CodeSubjects(self._rows)

    @cached_property
    def short_codes(self) -> ShortCodes:
        return ShortCodes(self._rows, self._tools.keys.subkey(Purpose.SHORT_CODES))

    @cached_property
    def key_ring(self) -> KeyRing:
        return self._tools.key_ring(self._rows)

    @cached_property
    def idempotency(self) -> Idempotency:
        return Idempotency(self._rows, self._tools.keys.subkey(Purpose.IDEMPOTENCY))


class Work(Desk):
    """One command's work: its streams, its rows, its instant."""

    def __init__(self, unit: Unit, tools: Tools) -> None:
        super().__init__(unit, tools)
        self.unit = unit
        self.at = unit.at
        self.new_id = unit.new_id
        self.tenant = tools.tenant

    @property
    def today(self) -> date:
        return local_day(self.at)

    def signer(self, kind: Kind) -> Signer:
        """The key that signs this kind now; made on the spot where the rotation has not run in time."""
        at_s = int(self.at.timestamp())
        try:
            return self.key_ring.signing_key(kind, at_s)
        except NoSigningKey:
            self.key_ring.ensure(at_s)
            return self.key_ring.signing_key(kind, at_s)

    def text(self, subject_id: UUID, text: str) -> UUID:
        """Put free text about a subject into the vault; events carry the reference alone."""
        self.vault.open_subject(subject_id)
        return self.vault.put_text(subject_id, text)


@dataclass
class Tools:
    """The wiring that `points/bootstrap` hands to each use case."""

    tenant: UUID
    county_code: str
    demo: bool
    engine: Engine
    recorder: EventRecorder
    codecs: Codecs
    writer: Writer
    keys: TenantKeys
    vault_keys: VaultKeys
    key_cache: KeyCache
    read_store: ReadStore
    projector: Projector
    now: Callable[[], datetime]
    new_id: Callable[[], UUID]
    wake: threading.Event
    """Set by readers who wait, not by each commit: projecting every sale by itself would cost the till its speed."""
    follow: bool = False
    """Whether a thread follows the log; else a reader brings the read models up itself."""

    def __post_init__(self) -> None:
        self._areas: AreaTree | None = None
        self._answers = AESGCM(self.keys.subkey(Purpose.IDEMPOTENCY, "answers"))

    # Reading

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """The read models, at least as new as everything that this process has committed."""
        self.wait_for(self.recorder.read_head().position)
        with self.read_store.engine.connect() as connection:
            yield connection

    def wait_for(self, position: int) -> None:
        """Return once the read models hold everything up to the position. Raises ProjectionBehind."""
        if self.follow:
            self.wake.set()
            self.projector.wait_for(position, WAIT_S)
        else:
            self.projector.catch_up()

    @contextmanager
    def looking(self) -> Iterator[Desk]:
        """The small tables as committed."""
        with self.engine.connect() as connection:
            yield Desk(CommittedRows(connection), self)

    def stream(self, id_: UUID) -> Iterator[tuple[EventRow, Any]]:
        """Every event of one stream with its row, in order."""
        with self.engine.connect() as connection:
            rows = self.recorder.read_stream(connection, id_)
        for row in rows:
            yield row, self.codecs.decode(id_, row.version, row.topic, row.state)

    def local_today(self) -> date:
        return local_day(self.now())

    def today(self, call: Call) -> date:
        """The day of the call in the county."""
        return local_day(call.fixed_at or self.now())

    def areas(self, code: str | None = None) -> AreaTree:
        """The area tree; read anew when it does not know the code."""
        if self._areas is None or (code is not None and code not in self._areas):
            with self.reading() as connection:
                self._areas = AreaTree.read(connection)
        return self._areas

    def key_ring(self, rows: Rows) -> KeyRing:
        """The tenant's own keys as these rows show them."""
        wrap = self.keys.subkey(Purpose.SIGNING_KEY_WRAP)
        return KeyRing(rows, self.tenant.bytes, wrap, cache=self.key_cache)

    # Changing

    def change(
        self,
        call: Call,
        route: str,
        told: Any,
        decide: Callable[[Work], Body],
        *,
        needs: Sequence[UUID] = (),
        keyed: bool = True,
    ) -> Answer:
        """Carry out one change exactly once per actor, route and key.

        `told` is the input as JSON-safe data; the same key with another input is refused. `decide` returns the
        answer's body, to which the position is added.
        """
        if keyed and call.key is None:
            raise IdempotencyKeyMissing
        command = self.command(
            call, lambda work: self._once(call, route, told, decide, work, keyed=keyed), needs=needs
        )
        return self.writer.run(command).value

    def once(self, call: Call, route: str, told: Any, run: Callable[[], Body]) -> Answer:
        """Let a run of many commands answer a repeated key as it answered first.

        The answer is kept after the run, so a run that a crash cut short is run again under its key: each of its
        commands does nothing twice by itself.
        """
        if call.key is None:
            raise IdempotencyKeyMissing
        told_bytes = msgspec.json.encode(told, order="sorted")
        with self.looking() as desk:
            stored = desk.idempotency.find(call.actor.id, route, call.key, told_bytes)
        if stored is not None:
            return Answer(self._unseal(stored.response), stored.position, replayed=True)
        body = run()
        return self.change(call, route, told, lambda _work: body)

    def command(self, call: Call, decide: Callable[[Work], T], *, needs: Sequence[UUID] = ()) -> Command[T]:
        """A command that first makes sure that the actor may still act, under the head."""

        def decided(unit: Unit) -> T:
            work = Work(unit, self)
            require_active(unit, call.actor)
            value = decide(work)
            if call.fixed_at is not None and any(a.pending_events for a in unit.touched.values()):
                unit.get(Tenant, naming.tenant_id(self.tenant)).fix_clock(work.at)
            return value

        return Command(self.new_id(), decided, tuple(needs), call.fixed_at)

    def _once(
        self,
        call: Call,
        route: str,
        told: Any,
        decide: Callable[[Work], Body],
        work: Work,
        *,
        keyed: bool,
    ) -> Answer:
        actor_id, key = call.actor.id, call.key or ""
        told_bytes = msgspec.json.encode(told, order="sorted") if keyed else b""
        if keyed:
            stored = work.idempotency.find(actor_id, route, key, told_bytes)
            if stored is not None:
                return Answer(self._unseal(stored.response), stored.position, replayed=True)
        body = decide(work)
        position = work.unit.position
        if call.fixed_at is not None and position > work.unit.position_before:
            position += 1  # the event that says so
        body["position"] = position
        if keyed:
            work.idempotency.store(
                actor_id,
                route,
                key,
                told_bytes,
                position=position,
                response=self._seal(body),
                now=work.at,
            )
        return Answer(body, position)

    def _seal(self, body: Mapping[str, Any]) -> bytes:
        # Some answers are secrets shown once (a till's token): at rest they are as sealed as the vault.
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._answers.encrypt(nonce, msgspec.json.encode(body), self.tenant.bytes)

    def _unseal(self, sealed: bytes) -> Body:
        plain = self._answers.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], self.tenant.bytes)
        body: Body = msgspec.json.decode(plain)
        return body


def require_active(unit: Unit, actor: Actor) -> None:
    """Under the head: whoever was revoked a moment ago, in any process, does nothing more.

    Raises StaffRevoked, TillRevoked, DeviceRevoked, or NotAuthenticated for one that never was.
    """
    if actor.role in {Role.TILL, Role.POS}:
        unit.get(Till, actor.id).require_active()
    elif actor.role is Role.VOLUNTEER:
        unit.get(Device, actor.id).require_active()
    else:
        staff = unit.seek(Staff, actor.id)
        if staff is None:
            raise NotAuthenticated
        staff.require_active()
