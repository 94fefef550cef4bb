from __future__ import annotations

from bench.probes import Probe
from bench.report import judge
from bench.rows import Bound, Peer, Reading, Row, at_least

OURS = Reading(Probe("closed", "exchange_sqlite", 16), "per_s")
THEIRS = Reading(Probe("closed", "raw_sqlite", 16), "per_s")
ROW = Row("A1", "", "per s", "≥ 2 ×", OURS, (Peer("raw", THEIRS, at_least(2)),))


def test_the_ratio_is_taken_within_a_round_and_then_its_median() -> None:
    rounds = [
        {OURS.probe: {"per_s": ours}, THEIRS.probe: {"per_s": theirs}}
        for ours, theirs in ((30.0, 10.0), (10.0, 10.0), (250.0, 100.0))
    ]
    verdict = judge(ROW, rounds, {})
    assert verdict["ratios"] == {"raw": 2.5}
    assert verdict["spread"] == {"raw": [1.0, 3.0]}
    assert (verdict["value"], verdict["baselines"], verdict["met"]) == (30.0, {"raw": 10.0}, True)


def test_a_row_without_its_engine_is_missing_and_not_met() -> None:
    verdict = judge(ROW, [{THEIRS.probe: {"per_s": 10.0}}], {OURS.probe: "engine not built"})
    assert (verdict["value"], verdict["met"]) == (None, False)
    assert verdict["baselines"] == {"raw": 10.0}
    assert verdict["missing"] == {"exchange_sqlite closed c16": "engine not built"}


def test_a_promise_whose_baseline_did_not_run_is_not_kept() -> None:
    assert judge(ROW, [{OURS.probe: {"per_s": 10.0}}], {})["met"] is False


def test_a_bound_holds_at_its_very_end() -> None:
    assert Bound(at_least=2).holds(2)
    assert Bound(at_most=2).holds(2)
    assert not Bound(at_most=2).holds(2.01)
