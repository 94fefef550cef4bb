from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from tests.api.conftest import Store


def _lagging(lag_events: int) -> dict[str, Any]:
    return {"position": lag_events, "projector_lag_events": lag_events, "queue_length": 3}


def test_a_store_that_answers_is_ready_at_its_position(store: Store) -> None:
    answer = store.api.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["position"] == store.exchange.health()["position"]


@pytest.mark.parametrize(("lag_events", "status"), [(10_000, 200), (10_001, 503)])
def test_read_models_far_behind_are_not_ready(
    store: Store, monkeypatch: pytest.MonkeyPatch, lag_events: int, status: int
) -> None:
    monkeypatch.setattr(store.exchange, "health", lambda: _lagging(lag_events))
    answer = store.api.get("/readyz")
    assert answer.status_code == status
    assert answer.json()["projector_lag_events"] == lag_events


def _unreachable() -> dict[str, Any]:
    raise OperationalError("SELECT secret", {}, Exception("no such host"))


def test_a_store_out_of_reach_is_not_ready_and_says_no_more_than_that(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store.exchange, "health", _unreachable)
    answer = store.api.get("/readyz")
    assert (answer.status_code, answer.json()["reason"]) == (503, "store-unreachable")
    assert answer.headers["Retry-After"]
    assert "secret" not in answer.text
    assert store.api.get("/livez").status_code == 200


def test_metrics_count_requests_by_route_template_method_and_status(store: Store) -> None:
    for number in ("1", "2"):
        store.api.get(f"/v1/volunteers/{number}")
    store.api.post("/v1/redemptions", json={})
    store.api.get("/v1/13800000000")
    store.api.ask("INVENTED", "/livez")
    told = store.api.get("/metrics").text
    volunteers = 'route="/v1/volunteers/{number}"'
    assert f'points_http_requests_total{{method="GET",{volunteers},status="401"}} 2.0' in told
    assert f'points_http_request_duration_seconds_count{{method="GET",{volunteers}}} 2.0' in told
    assert 'method="POST",route="/v1/redemptions",status="401"' in told
    assert 'method="GET",route="other",status="404"' in told
    assert "13800000000" not in told
    assert "INVENTED" not in told


def test_metrics_show_head_lag_and_queue(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store.exchange, "health", lambda: _lagging(12))
    told = store.api.get("/metrics").text
    assert "points_log_position 12.0" in told
    assert "points_projector_lag_events 12.0" in told
    assert "points_writer_queue_length 3.0" in told
    assert "points_store_up 1.0" in told


def test_a_scrape_of_a_store_out_of_reach_says_so(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store.exchange, "health", _unreachable)
    answer = store.api.get("/metrics")
    assert answer.status_code == 200
    assert "points_store_up 0.0" in answer.text
