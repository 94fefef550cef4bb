"""Audit: checkpoints, proofs, the export, and a verification that recomputes everything from the events."""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import exc, select

from points import access
from points.access import Act
from points.application.tools import Body, Call, Tools, Work
from points.codes.errors import NoSigningKey
from points.codes.keys import Purpose
from points.domain import naming
from points.domain.calendar import to_us
from points.domain.errors import Invalid
from points.domain.tenant import Tenant
from points.ledger.audit.errors import EntryMalformed, LogBroken, TreeMovedOn, TreeOfAnotherLog
from points.ledger.audit.export import Decoded, export_line
from points.ledger.audit.findings import Finding, at
from points.ledger.audit.follower import AuditFollower
from points.ledger.audit.published import publish_checkpoint, published_checkpoints
from points.ledger.audit.verify import verify_log
from points.ledger.codec import EventUnreadable
from points.ledger.database import for_writing
from points.ledger.event_row import EventRow
from points.ledger.snapshots import Snapshots
from points.ledger.tables import snapshots
from points.ledger.unit import Unit
from points.ledger.writer import Command
from points.projections.models import all_models
from points.projections.rebuild import check

_log = structlog.get_logger(__name__)

OnProgress = Callable[[int], None]
EXPORT_PAGE = 2_000
SNAPSHOT_DIFFERS = "snapshot-differs"
READ_MODEL_DIFFERS = "read-model-differs"
EVENT_UNREADABLE = "event-unreadable"


class Auditing:
    """For those who trust nobody."""

    def __init__(self, tools: Tools, follower: AuditFollower) -> None:
        self._tools = tools
        self._follower = follower
        self._following = threading.Lock()

    def _catch_up(self) -> int:
        """Bring the tree to the log's end. One at a time: two of this process would meet at its edge."""
        with self._following:
            return self._follower.catch_up()

    def keep_up(self) -> None:
        """Bring the tree up where that can be done; what stands in the way is for `verify` to name."""
        try:
            self._catch_up()
        except (EntryMalformed, LogBroken, TreeMovedOn, TreeOfAnotherLog, exc.SQLAlchemyError) as error:
            _log.warning("audit-tree-behind", error=type(error).__name__)

    def keys(self) -> Body:
        """The signed key set. Public."""
        with self._tools.looking() as desk:
            return desk.key_ring.jwks()

    def checkpoints(self) -> Body:
        """Every signed head of the log, oldest first. Public."""
        with self._tools.engine.connect() as connection:
            return {"checkpoints": published_checkpoints(connection)}

    def make_checkpoint(self, call: Call) -> Body:
        """Sign the log as it stands; nothing new gives the last checkpoint again.

        Raises CheckpointInconsistent where the log lost what was signed before.
        """
        access.require(call.actor, Act.AUDIT)
        tools = self._tools
        self._catch_up()
        now = call.fixed_at or tools.now()
        self._have_key(call, now)
        with tools.looking() as desk:
            signer = desk.key_ring.signing_key(Purpose.CHECKPOINT, int(now.timestamp()))
        with for_writing(tools.engine).begin() as connection:
            text = publish_checkpoint(
                connection,
                self._follower.stored,
                tools.tenant.bytes,
                signer.sign,
                signer.key.public,
                now_us=to_us(now),
            )
        return {"checkpoint": text, "size": int(text.split("\n")[1])}

    def _have_key(self, call: Call, now: datetime) -> None:
        try:
            with self._tools.looking() as desk:
                desk.key_ring.signing_key(Purpose.CHECKPOINT, int(now.timestamp()))
        except NoSigningKey:

            def decide(work: Work) -> None:
                work.key_ring.ensure(int(work.at.timestamp()))

            self._tools.writer.run(self._tools.command(call, decide))

    def record_restore(self, fixed_at: datetime | None) -> Body:
        """The log goes on from a backup: say so in it, and lift the published keys above all that was."""
        tools = self._tools
        size = self._catch_up()
        root = self._follower.stored.root(size)

        def decide(unit: Unit) -> Body:
            work = Work(unit, tools)
            tenant = unit.get(Tenant, naming.tenant_id(tools.tenant))
            tenant.restore(work.at, position=size, root=root)
            work.key_ring.rise_after_restore(int(work.at.timestamp()))
            return {"restored_position": size}

        outcome = tools.writer.run(Command(tools.new_id(), decide, fixed_at=fixed_at))
        return {**outcome.value, "position": outcome.position}

    def proof(self, position: int, size: int | None = None) -> Body:
        """That the event stands in the log as it was at a size, such as a signed one; now unless told.

        Public: it shows hashes alone. Raises NotInTree, TreeMovedOn, Invalid.
        """
        self._catch_up()
        stored = self._follower.stored
        known = stored.size()
        if size is not None and not position <= size <= known:
            raise Invalid(field="size", rule="beyond-the-log")
        size = known if size is None else size
        path = stored.inclusion_proof(position, size)
        return {
            "position": position,
            "leaf": stored.leaf(position).hex(),
            "size": size,
            "root": base64.b64encode(stored.root(size)).decode(),
            "proof": [node.hex() for node in path],
        }

    def verify(
        self, call: Call, *, checkpoint: str | None = None, on_progress: OnProgress | None = None
    ) -> Body:
        """Recompute tree, snapshots and read models from the events, and hold them against every signed head.

        `checkpoint` is one kept elsewhere: whoever holds both database and key could rewrite those in here.
        """
        access.require(call.actor, Act.AUDIT)
        return self.verify_store(checkpoint=checkpoint, on_progress=on_progress)

    def verify_store(self, *, checkpoint: str | None = None, on_progress: OnProgress | None = None) -> Body:
        """As `verify`, for whoever holds the store itself."""
        tools = self._tools
        with tools.engine.connect() as connection:
            signed = published_checkpoints(connection)
        with tools.looking() as desk:
            keys = [key.public for key in desk.key_ring.current() if Purpose.CHECKPOINT in key.kinds]
        report = verify_log(
            tools.recorder.read_page,
            tools.tenant.bytes,
            signed,
            keys,
            outside=checkpoint,
            stored=self._follower.stored,
            checks=(_Readable(tools),),
            on_progress=on_progress,
        )
        finding = report.findings[0] if report.findings else None
        if report.ok:
            finding = next(iter(self._recomputed()), None)
        if report.ok and finding is None:
            return {"events": report.events, "checkpoints": report.checkpoints, "ok": True}
        return {
            "ok": False,
            "events": report.events,
            "position": finding.position if report.ok and finding else report.position,
            "until": finding.until if report.ok and finding else report.until,
            "reason": finding.fault if report.ok and finding else report.reason,
        }

    def _recomputed(self) -> Iterable[Finding]:
        """Snapshots and read models against the events they were made from."""
        yield from self._wrong_snapshots()
        tools = self._tools
        for _ in check(tools.projector, tools.codecs, all_models()):
            yield Finding(READ_MODEL_DIFFERS, None, None)

    def _wrong_snapshots(self) -> Iterator[Finding]:
        tools, codec = self._tools, Snapshots()
        with tools.engine.connect() as connection:
            rows = connection.execute(select(snapshots)).all()
        for id_, version, topic, state in rows:
            kept = codec.decode(id_, version, topic, bytes(state))
            if kept is None:
                continue  # of an older program's shape: never used
            aggregate, position = None, None
            for stored, event in tools.stream(id_):
                if stored.version <= version:
                    aggregate, position = event.mutate(aggregate), stored.position
            if aggregate != kept and position is not None:
                yield at(SNAPSHOT_DIFFERS, position)

    def export_lines(self, call: Call, *, on_progress: OnProgress = lambda _done: None) -> Iterator[str]:
        """Every event as a line of JSON, oldest first. For auditors alone; who exported is logged."""
        access.require(call.actor, Act.AUDIT)
        return self._lines(on_progress)

    def _lines(self, on_progress: OnProgress) -> Iterator[str]:
        tools, after = self._tools, 0
        while page := tools.recorder.read_page(after, EXPORT_PAGE):
            for row in page:
                yield export_line(row, tenant=tools.tenant.bytes, decode=self._decode)
            after = page[-1].position
            on_progress(after)

    def _decode(self, row: EventRow) -> Decoded:
        codec = self._tools.codecs.by_topic[row.topic]
        facts = codec.facts(row.state)
        return Decoded(to_us(facts["timestamp"]), {name: _plain(facts[name]) for name in codec.names})


class _Readable:
    """Every row decodes as the event that its topic says."""

    def __init__(self, tools: Tools) -> None:
        self._codecs = tools.codecs
        self._bad: list[Finding] = []

    def feed(self, rows: Sequence[EventRow]) -> None:
        for row in rows:
            try:
                self._codecs.decode(UUID(bytes=row.originator_id), row.version, row.topic, row.state)
            except EventUnreadable:
                self._bad.append(at(EVENT_UNREADABLE, row.position))

    def finish(self) -> Iterable[Finding]:
        return self._bad


def _plain(value: Any) -> Any:
    """Named tuples as objects, so that an export reads without its documentation beside it."""
    if hasattr(value, "_asdict"):
        return {name: _plain(part) for name, part in value._asdict().items()}
    if isinstance(value, tuple | list):
        return [_plain(part) for part in value]
    return value
