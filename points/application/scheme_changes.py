"""What one version of a scheme changes against another, as facts; the catalogue has a sentence for each kind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from points.domain.scheme_rules import Rules, Window
from points.domain.scheme_terms import Terms


class Change(NamedTuple):
    """`slug` names the kind of change; its sentence is `change.{slug}`. A fact that is None was not stated."""

    slug: str
    facts: dict[str, Any]


def changes(before: Terms, after: Terms) -> list[Change]:
    """In the order in which a reader of the scheme meets them; nothing that stays is told."""
    found = [*_dates(before, after), *_rates(before, after), *_coefficients(before.rules, after.rules)]
    found += _scalars(before, after)
    if before.rules.windows != after.rules.windows:
        facts = {"before": _windows(before.rules.windows), "after": _windows(after.rules.windows)}
        kind = "windows-dropped" if not after.rules.windows else "windows-changed"
        if not before.rules.windows:
            kind = "windows-stated"
        found.append(Change(kind, facts))
    if before.rules.deductions != after.rules.deductions:
        found.append(Change("deductions-allowed" if after.rules.deductions else "deductions-ended", {}))
    return found


def _dates(before: Terms, after: Terms) -> Iterator[Change]:
    if before.in_force_from != after.in_force_from:
        yield Change(
            "in-force-from",
            {"before_day": before.in_force_from.isoformat(), "after_day": after.in_force_from.isoformat()},
        )


def _rates(before: Terms, after: Terms) -> Iterator[Change]:
    old = {(r.kind, r.time_class): (r.points, r.per_minutes) for r in before.rates}
    new = {(r.kind, r.time_class): (r.points, r.per_minutes) for r in after.rates}
    for key in sorted(old.keys() | new.keys()):
        facts: dict[str, Any] = {"service_kind": key[0], "time_class": key[1]}
        if key in old:
            facts |= {"before_points": old[key][0], "before_minutes": old[key][1]}
        if key in new:
            facts |= {"after_points": new[key][0], "after_minutes": new[key][1]}
        if key not in old:
            yield Change("rate-added", facts)
        elif key not in new:
            yield Change("rate-dropped", facts)
        elif old[key] != new[key]:
            yield Change("rate-changed", facts)


def _coefficients(before: Rules, after: Rules) -> Iterator[Change]:
    old = {(c.kind, c.category): f"{c.numerator}/{c.denominator}" for c in before.coefficients}
    new = {(c.kind, c.category): f"{c.numerator}/{c.denominator}" for c in after.coefficients}
    for key in sorted(old.keys() | new.keys()):
        if old.get(key) != new.get(key):
            facts = {"service_kind": key[0], "category": key[1]}
            # Where no coefficient is stated, one applies.
            facts |= {"before": old.get(key, "1"), "after": new.get(key, "1")}
            yield Change("coefficient-changed", facts)


def _scalars(before: Terms, after: Terms) -> Iterator[Change]:
    pairs: tuple[tuple[str, Any, Any], ...] = (
        ("rounding", before.rounding.value, after.rounding.value),
        ("value_fen", before.value_fen, after.value_fen),
        ("redeem_at_least_points", before.redeem_at_least_points, after.redeem_at_least_points),
        ("day_cap_points", before.rules.day_cap_points, after.rules.day_cap_points),
        ("expires_after_months", before.expires_after_months, after.expires_after_months),
        ("lasts_to_end_of", before.rules.lasts_to_end_of.value, after.rules.lasts_to_end_of.value),
        ("notice_working_days", before.rules.notice_working_days, after.rules.notice_working_days),
    )
    for name, old, new in pairs:
        if old != new:
            kind = name.replace("_", "-")
            if old is None:
                yield Change(f"{kind}-stated", {f"after_{name}": new})
            elif new is None:
                yield Change(f"{kind}-dropped", {f"before_{name}": old})
            else:
                yield Change(f"{kind}-changed", {f"before_{name}": old, f"after_{name}": new})
    yield from _period_cap(before.rules, after.rules)


def _period_cap(before: Rules, after: Rules) -> Iterator[Change]:
    old = (before.period_cap_points, before.period.value)
    new = (after.period_cap_points, after.period.value)
    if old == new or (old[0] is None and new[0] is None):
        return
    facts: dict[str, Any] = {}
    if old[0] is not None:
        facts |= {"before_points": old[0], "before_span": old[1]}
    if new[0] is not None:
        facts |= {"after_points": new[0], "after_span": new[1]}
    kind = "changed" if len(facts) > len(new) else "stated" if old[0] is None else "dropped"
    yield Change(f"period-cap-{kind}", facts)


def _windows(windows: tuple[Window, ...]) -> str:
    return ", ".join(
        f"{w.from_month:02}-{w.from_day:02}/{w.until_month:02}-{w.until_day:02}" for w in windows
    )
