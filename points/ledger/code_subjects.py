"""What the twelve random bytes on a code stand for.

A code shows an alias, never the account, activity or card itself: nothing on a photographed code can be guessed
from, or linked to, another code of the same person.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Column, LargeBinary, SmallInteger, Table

from points.domain.calendar import from_us, to_us
from points.ledger.master_key import RandomSource
from points.ledger.metadata import UuidBytes, ledger_metadata
from points.ledger.rows import Rows

SUBJECT_BYTES = 12

code_subjects = Table(
    "code_subjects",
    ledger_metadata,
    Column("subject", LargeBinary(SUBJECT_BYTES), primary_key=True),
    Column("kind", SmallInteger, nullable=False),
    Column("target_id", UuidBytes, nullable=False),
    Column("device_id", UuidBytes, nullable=True),
    Column("issued_at_us", BigInteger, nullable=False),
)


@dataclass(frozen=True, slots=True)
class CodeSubject:
    """What a code's subject stands for; `kind` is the code's kind number."""

    kind: int
    target_id: UUID
    device_id: UUID | None
    issued_at: datetime


class CodeSubjects:
    """Random subjects of codes, unique in the tenant."""

    def __init__(self, rows: Rows, random: RandomSource = os.urandom) -> None:
        self._rows = rows
        self._random = random

    def issue(self, kind: int, target_id: UUID, device_id: UUID | None = None, *, now: datetime) -> bytes:
        """A new subject of twelve bytes for the target; `device_id` is the phone whose codes carry it."""
        subject = self._random(SUBJECT_BYTES)
        while self._rows.find(code_subjects, subject=subject) is not None:
            subject = self._random(SUBJECT_BYTES)
        self._rows.insert(
            code_subjects,
            subject=subject,
            kind=kind,
            target_id=target_id,
            device_id=device_id,
            issued_at_us=to_us(now),
        )
        return subject

    def name(self, subject: bytes, kind: int, target_id: UUID, *, now: datetime) -> None:
        """Let a subject that follows from its target stand for it: codes made every half minute need no row each."""
        if self._rows.find(code_subjects, subject=subject) is None:
            self._rows.insert(
                code_subjects,
                subject=subject,
                kind=kind,
                target_id=target_id,
                device_id=None,
                issued_at_us=to_us(now),
            )

    def resolve(self, subject: bytes) -> CodeSubject | None:
        """What the subject stands for, or None."""
        row = self._rows.find(code_subjects, subject=subject)
        if row is None:
            return None
        return CodeSubject(row["kind"], row["target_id"], row["device_id"], from_us(row["issued_at_us"]))

    def forget(self, subject: bytes) -> None:
        """Cut the link from a code to its target, as at an erasure or a revocation."""
        self._rows.delete(code_subjects, subject=subject)
