"""One field of a row at a time: blank, or read by its reader, or refused in the field's name."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from points.application.sheets.rules import CellRefused, Field, Rule
from points.application.sheets.values import Cell, is_blank

Value = TypeVar("Value")


def optional(values: dict[Field, Cell], field: Field, reader: Callable[[Cell], Value]) -> Value | None:
    """None for a blank cell or a column that is not there. `CellRefused` names the field."""
    cell = values.get(field)
    if is_blank(cell):
        return None
    try:
        return reader(cell)
    except CellRefused as error:
        error.field = error.field or field
        raise


def required(
    values: dict[Field, Cell], field: Field, missing: Rule, reader: Callable[[Cell], Value]
) -> Value:
    """`CellRefused` with `missing` for a blank cell."""
    found = optional(values, field, reader)
    if found is None:
        raise CellRefused(missing, field)
    return found
