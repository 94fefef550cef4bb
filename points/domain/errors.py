"""Everything the exchange refuses or fails at, as one tree.

    PointsError
    ├── Refused                 a rule said no; nothing changed; asking again gives the same answer
    │   ├── Invalid             the input itself is wrong: field and rule say where and why
    │   ├── NotFound            no such thing, or none that the asker may see
    │   ├── NotAllowed          the asker may not do this, or not here
    │   └── (rules)             one class per rule, beside the subject that owns it
    └── Unavailable             could not be reached, stored or known; asking again may succeed

A class is one rule. It carries facts (what was asked, what is allowed) as keyword fields and neither a
status nor a sentence: `api/problems.py` makes answers of it, `points/i18n` makes sentences. The slug of a
class, its name in kebab case, is the stable name that the outside sees; a test pins the whole list.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from functools import cache
from typing import Any, dataclass_transform


@cache
def _kebab(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name).lower()


@dataclass_transform(kw_only_default=True, eq_default=False)
class PointsError(Exception):
    """Root of the tree. Subclasses declare their facts as annotated fields."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        dataclass(eq=False, kw_only=True, repr=False)(cls)

    @classmethod
    def slug(cls) -> str:
        """The stable public name of the rule, as it ends a problem document's `type`."""
        return _kebab(cls.__name__)

    @property
    def facts(self) -> dict[str, Any]:
        """What was asked and what is allowed, by name; never personal data, never a secret."""
        return {field.name: getattr(self, field.name) for field in fields(self)}  # type: ignore[arg-type]

    def __str__(self) -> str:
        facts = ", ".join(f"{name}={value!r}" for name, value in self.facts.items())
        return f"{self.slug()}({facts})"


class Refused(PointsError):
    """A rule said no. Nothing changed."""


class Invalid(Refused):
    """The input is wrong in itself.

    `field` names the input, `rule` what it breaks, in a closed vocabulary that the catalogue translates.
    """

    field: str
    rule: str


class NotFound(Refused):
    """There is no such thing, or none that the asker may see: the two look alike from outside."""

    subject: str
    reference: str


class NotAllowed(Refused):
    """The asker's role or scope does not cover the act."""

    action: str


class Unavailable(PointsError):
    """Not a rule: something could not be reached, stored or known."""
