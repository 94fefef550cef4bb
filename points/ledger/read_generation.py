"""Which generation of the read models answers. Kept with the events: it says what may be dropped."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Integer, SmallInteger, Table

from points.ledger.metadata import ledger_metadata

FIRST_GENERATION = 1
"""Answers where no row says otherwise: a store is born without one."""

read_generation = Table(
    "read_generation",
    ledger_metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("generation", Integer, nullable=False),
    CheckConstraint("id = 1", name="read_generation_single"),
)
