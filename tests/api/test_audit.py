from __future__ import annotations

import json

from structlog.testing import capture_logs

from points.codes.jwks import verify_jwks
from points.codes.keys import Purpose
from tests.api.conftest import Store


def _root(store: Store) -> bytes:
    with store.exchange.tools.looking() as desk:
        return bytes(desk.key_ring._set_row()["root_public"])


def test_the_published_keys_verify_under_the_root(store: Store) -> None:
    document = store.api.get("/v1/keys").json()
    keys = verify_jwks(document, _root(store), 0, tenant=store.exchange.tools.tenant.bytes)
    assert any(Purpose.CHECKPOINT in key.kinds for key in keys)


def test_a_checkpoint_is_made_by_an_auditor_shown_to_everybody_and_verifies(store: Store) -> None:
    auditor = store.hire("auditor")
    made = store.api.post("/v1/audit/checkpoints", auditor)
    assert made.status_code == 201
    assert made.headers["Points-Position"] == str(made.json()["size"])
    assert store.exchange.health()["position"] == made.json()["size"]
    shown = store.api.get("/v1/audit/checkpoints").json()["checkpoints"]
    assert shown[-1] == made.json()["checkpoint"]
    verified = store.api.get(
        "/v1/audit/verification", auditor, params={"checkpoint": made.json()["checkpoint"]}
    )
    assert verified.json()["ok"] is True


def test_an_event_past_the_end_of_the_log_has_no_proof(store: Store) -> None:
    head = store.exchange.health()["position"]
    assert store.api.get(f"/v1/audit/events/{head}/proof").json()["size"] == head
    assert store.api.get(f"/v1/audit/events/{head + 1}/proof").status_code == 404
    assert store.api.get("/v1/audit/events/0/proof").status_code == 422


def test_the_export_is_every_event_as_a_line_and_the_log_says_who_took_it(store: Store) -> None:
    auditor = store.hire("auditor")
    with capture_logs() as said:
        answer = store.api.get("/v1/audit/export", auditor)
    assert answer.headers["content-type"].startswith("application/jsonl")
    positions = [json.loads(line)["position"] for line in answer.text.splitlines()]
    assert positions == list(range(1, store.exchange.health()["position"] + 1))
    (line,) = [line for line in said if line["event"] == "log exported"]
    assert line["actor_id"] == str(store.exchange.authenticate(auditor).id)


def test_nobody_but_an_auditor_exports_or_signs_the_log(store: Store) -> None:
    county = store.hire("county")
    with capture_logs() as said:
        assert store.api.get("/v1/audit/export", county).status_code == 403
    assert [line for line in said if line["event"] == "log exported"] == []
    assert store.api.post("/v1/audit/checkpoints", county).status_code == 403
    assert store.api.get("/v1/audit/verification", county).status_code == 403
