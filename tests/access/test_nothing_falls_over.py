"""Whatever the document allows, and much that it does not: the answer is never a server error."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.core.result import Ok

from api.app import create_app
from points.bootstrap import Exchange
from tests.access.conftest import Place
from tests.access.who_may import WHO_MAY

# The document needs no store: nothing of the exchange is asked before the first request.
_NOWHERE = SimpleNamespace(tools=SimpleNamespace(keys=SimpleNamespace(subkey=lambda *_: bytes(32))))
DESCRIBED = schemathesis.openapi.from_dict(create_app(cast("Exchange", _NOWHERE)).openapi())
OPERATIONS = {
    found.ok().label: found.ok() for found in DESCRIBED.get_all_operations() if isinstance(found, Ok)
}
ROLES = ("county", "reviewer", "auditor", "merchant_owner", "till", "volunteer")


# A hand-set clock in the far future would refuse every later question, so it is tested by itself elsewhere.
OURS = frozenset({"authorization", "points-now"})


@pytest.mark.slow
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize("label", sorted(OPERATIONS))
def test_no_question_makes_the_server_fall_over(place: Place, label: str, mode: GenerationMode) -> None:
    strategy = OPERATIONS[label].as_strategy(generation_mode=mode)
    allowed = WHO_MAY[OPERATIONS[label].definition.raw["operationId"]].roles
    # Whoever may ask gets furthest into the code; whoever may not must be turned away as calmly.
    roles = [role for role in ROLES if role in allowed][:2] or ["county"]

    @given(case=strategy)
    @settings(
        max_examples=6,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    def ask(case: Any) -> None:
        asked = case.as_transport_kwargs(base_url="http://points")
        method, url = asked.pop("method"), asked.pop("url")
        asked.pop("cookies", None)
        headers = {name: value for name, value in asked.pop("headers").items() if name.lower() not in OURS}
        if isinstance(asked.get("data"), bytes):
            asked["content"] = asked.pop("data")
        for role in roles:
            answer = place.world.asking.ask(method, url, place.world.inside[role], headers=headers, **asked)
            assert answer.status_code < 500, (label, role, answer.text)

    try:
        ask()
    except Unsatisfiable:
        # Some endpoints take nothing that could be wrong.
        assert mode is GenerationMode.NEGATIVE
        assert "requestBody" not in OPERATIONS[label].definition.raw
