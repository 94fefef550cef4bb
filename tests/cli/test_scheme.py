from __future__ import annotations

import pytest

from tests.cli.conftest import Run, Server

COMMON = ("--server", "http://points", "--as", "t")


def test_a_draft_states_its_rules_only_where_there_are_any(server: Server, run: Run) -> None:
    server.answers = [(201, {"scheme_id": "s", "version": 1, "position": 1})]
    plain = ("scheme", "draft", "n", "--area", "500233", "--from", "2026-01-01")
    assert run(*plain, *COMMON) == 0
    assert "rules" not in server.body
    server.requests.clear()
    stated = ("--coefficient", "*:student=1/2", "--day-cap", "8", "--period-cap", "quarter=60")
    others = ("--window", "03-20/03-31", "--notice-working-days", "3")
    assert run(*plain, *stated, *others, *COMMON) == 0
    assert server.body["rules"] == {
        "coefficients": [{"kind": "*", "category": "student", "numerator": 1, "denominator": 2}],
        "day_cap_points": 8,
        "period": "quarter",
        "period_cap_points": 60,
        "lasts_to_end_of": "day",
        "windows": [{"from_month": 3, "from_day": 20, "until_month": 3, "until_day": 31}],
        "notice_working_days": 3,
    }


@pytest.mark.parametrize(
    "wrong",
    [("--coefficient", "student=2"), ("--window", "3-20/3-31"), ("--period-cap", "week=5")],
)
def test_what_is_no_rule_is_wrong_usage(run: Run, wrong: tuple[str, str]) -> None:
    assert run("scheme", "draft", "n", "--area", "5", "--from", "2026-01-01", *wrong, *COMMON) == 2


def test_a_trial_asks_for_its_months_and_tells_the_sum(
    server: Server, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    told = {"version": 2, "records": 3, "people": 2, "points": 40, "amount_fen": 4_000, "paid_points": 30}
    server.answers = [(200, told | {"areas": [], "distribution": {"median_points": 20, "by_points": []}})]
    assert run("scheme", "simulate", "s", "--from", "2026-01", "--to", "2026-06", *COMMON) == 0
    assert dict(server.request.url.params) == {"from": "2026-01", "to": "2026-06"}
    assert "40 points" in capsys.readouterr().out


def test_a_comparison_prints_a_sentence_a_change(
    server: Server, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    server.answers = [(200, {"changes": [{"sentence": "A person now earns at most 8 points a day."}]})]
    assert run("scheme", "compare", "s", "1", "2", *COMMON) == 0
    assert capsys.readouterr().out == "A person now earns at most 8 points a day.\n"
