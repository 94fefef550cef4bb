from __future__ import annotations

import re
from uuid import UUID

import pytest

from tests.api.conftest import Store

PUBLIC = {
    ("post", "/v1/sign-ins"),
    ("get", "/livez"),
    ("get", "/readyz"),
    ("get", "/metrics"),
    ("get", "/v1/keys"),
    ("get", "/v1/notices"),
    ("get", "/v1/schemes/notices"),
    ("get", "/v1/audit/checkpoints"),
    ("get", "/v1/audit/events/{position}/proof"),
    # Figures about areas are for everybody to see.
    ("get", "/v1/areas"),
    ("get", "/v1/areas/{code}"),
    ("get", "/v1/areas/{code}/registration-rate"),
}


def _url(path: str) -> str:
    return re.sub(r"\{\w+\}", str(UUID(int=1)), path.replace("{position}", "1"))


@pytest.mark.parametrize("token", [None, "wrong"])
def test_every_path_is_public_by_name_or_answers_401_without_a_good_token(
    store: Store, token: str | None
) -> None:
    asked = 0
    for path, operations in store.api.app.openapi()["paths"].items():
        for method in operations:
            if (method, path) in PUBLIC:
                continue
            answer = store.api.ask(method.upper(), _url(path), token, json={})
            assert answer.status_code == 401, (method, path, answer.text)
            asked += 1
    assert asked > 30


def test_what_is_public_answers_without_a_token(store: Store) -> None:
    for method, path in PUBLIC & {
        (method, path)
        for path, operations in store.api.app.openapi()["paths"].items()
        for method in operations
    }:
        answer = store.api.ask(method.upper(), _url(path))
        assert answer.status_code not in {401, 403, 500}, (method, path, answer.text)
