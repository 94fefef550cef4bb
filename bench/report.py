"""Rounds of readings in, medians and ratios out: a table for people, `results.json` for the record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median

from rich.table import Table

from bench.probes import Metrics, Probe
from bench.rows import Reading, Row

Round = Mapping[Probe, Metrics]


def judge(row: Row, rounds: Sequence[Round], missing: Mapping[Probe, str]) -> dict[str, object]:
    """One row as `results.json` has it. A row that lacks a number it promised on is not met, and says why."""
    baselines: dict[str, float] = {}
    ratios: dict[str, float] = {}
    spread: dict[str, list[float]] = {}
    kept: list[bool] = []
    value = middle(row.ours, rounds)
    kept.append(value is not None and row.promise.holds(value))
    for peer in row.peers:
        theirs = middle(peer.reading, rounds)
        if theirs is not None:
            baselines[peer.name] = rounded(theirs)
        within = ratios_within(peer.against or row.ours, peer.reading, rounds)
        ratio = median(within) if within else None
        if ratio is not None:
            ratios[peer.name] = rounded(ratio)
            spread[peer.name] = [rounded(min(within)), rounded(max(within))]
        kept.append(peer.promise.at_least is peer.promise.at_most is None or (
            ratio is not None and peer.promise.holds(ratio)
        ))  # fmt: skip
    why = {
        str(reading.probe): missing[reading.probe] for reading in row.readings() if reading.probe in missing
    }
    verdict: dict[str, object] = {
        "value": None if value is None else rounded(value),
        "unit": row.unit,
        "baselines": baselines,
        "ratios": ratios,
        "spread": spread,
        "target": row.target,
        "met": all(kept),
    }
    return verdict | ({"missing": why} if why else {})


def middle(reading: Reading, rounds: Sequence[Round]) -> float | None:
    seen = [taken[reading.probe][reading.metric] for taken in rounds if reading.probe in taken]
    return median(seen) if seen else None


def ratios_within(ours: Reading, theirs: Reading, rounds: Sequence[Round]) -> list[float]:
    """One ratio a round, of those that saw both sides. A probe that runs once is in one round only."""
    pairs = [taken for taken in rounds if ours.probe in taken and theirs.probe in taken]
    return [taken[ours.probe][ours.metric] / taken[theirs.probe][theirs.metric] for taken in pairs]


def rounded(value: float) -> float:
    """Four digits: the noise of the machine is in the second."""
    return float(f"{value:.4g}")


def table(verdicts: Mapping[str, dict[str, object]], whats: Mapping[str, str]) -> Table:
    drawn = Table(
        title="median of the rounds; each ratio is ours to theirs in the same round", title_justify="left"
    )
    for column in ("row", "what", "ours", "baseline", "theirs", "ratio", "target", "met"):
        drawn.add_column(column, justify="right" if column in {"ours", "theirs", "ratio"} else "left")
    for name, verdict in verdicts.items():
        baselines, ratios = verdict["baselines"], verdict["ratios"]
        assert isinstance(baselines, dict)
        assert isinstance(ratios, dict)
        value = verdict["value"]
        ours = f"{value:,.6g} {verdict['unit']}" if isinstance(value, float) else "missing"
        drawn.add_row(
            name, whats[name], ours,
            "\n".join(baselines),
            "\n".join(f"{number:,.6g}" for number in baselines.values()),
            "\n".join(f"{ratios[peer]:.3g}" if peer in ratios else "–" for peer in baselines),
            str(verdict["target"]),
            "yes" if verdict["met"] else "missing" if value is None else "no",
            end_section=True,
        )  # fmt: skip
    return drawn
