"""Every endpoint, every role, inside and outside: nobody does what the table does not give them."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from points.bootstrap import Exchange
from tests.access.bodies import EXAMPLES, request_of
from tests.access.conftest import Place
from tests.access.who_may import EVERYBODY, PUBLIC, WHO_MAY
from tests.access.world import World

UNKNOWN = "00000000-0000-7000-8000-000000000000"


class Operation(NamedTuple):
    name: str
    method: str
    path: str
    operation: dict[str, Any]


class Matrix(NamedTuple):
    world: World
    exchange: Exchange
    document: dict[str, Any]
    operations: list[Operation]

    def ask(self, operation: Operation, token: str | None) -> int:
        """The status of the least request that the operation takes, about the things inside the scope."""
        names = [p["name"] for p in operation.operation.get("parameters", ()) if p["in"] == "path"]
        known = self.world.known | EXAMPLES.get(operation.name, {})
        path = operation.path.format(**{name: known.get(name, UNKNOWN) for name in names})
        asked = request_of(operation.operation, self.document, known)
        query = {
            p["name"]: known.get(p["name"], "2026-11-09")
            for p in operation.operation.get("parameters", ())
            if p["in"] == "query" and (p.get("required") or p["name"] == "area")
        }
        answer = self.world.asking.ask(operation.method, path, token, params=query, **asked)
        assert answer.status_code < 500, (operation.name, answer.text)
        if answer.status_code in {400, 422}:
            print(operation.name, asked, answer.text)  # noqa: T201  # shown where the test fails: the body needs an example
        return answer.status_code


@pytest.fixture(scope="module")
def matrix(place: Place) -> Matrix:
    document = place.world.asking.app.openapi()
    operations = [
        Operation(operation["operationId"], method.upper(), path, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
    return Matrix(place.world, place.exchange, document, operations)


def listed(wrong: list[tuple[str, str, int]]) -> str:
    """Each endpoint once, with the roles that got another answer than they should."""
    by_name: dict[str, list[str]] = {}
    for name, role, status in wrong:
        by_name.setdefault(name, []).append(f"{role} {status}")
    return "\n".join(f"{name}: {', '.join(roles)}" for name, roles in by_name.items())


def test_the_table_names_every_endpoint_and_no_other(matrix: Matrix) -> None:
    assert sorted(WHO_MAY) == sorted(operation.name for operation in matrix.operations)


def test_without_a_token_only_what_is_public_answers(matrix: Matrix) -> None:
    statuses = {op.name: matrix.ask(op, None) for op in matrix.operations}
    closed = {name for name, status in statuses.items() if status == 401}
    assert closed == {name for name, row in WHO_MAY.items() if row.roles != PUBLIC}


def test_a_token_that_nobody_was_given_opens_nothing(matrix: Matrix) -> None:
    forged = "x" * 43
    open_ = {op.name for op in matrix.operations if matrix.ask(op, forged) != 401}
    assert open_ == {name for name, row in WHO_MAY.items() if row.roles == PUBLIC}


def test_a_role_that_the_table_does_not_name_is_refused_and_changes_nothing(matrix: Matrix) -> None:
    before = matrix.exchange.tools.recorder.read_head().position
    let_in = [
        (op.name, role, status)
        for op in matrix.operations
        for role in sorted(EVERYBODY - WHO_MAY[op.name].roles)
        if WHO_MAY[op.name].roles != PUBLIC
        and role in matrix.world.inside
        and (status := matrix.ask(op, matrix.world.inside[role])) != 403
    ]
    assert not let_in, listed(let_in)
    assert matrix.exchange.tools.recorder.read_head().position == before


def test_the_same_role_of_another_place_or_shop_is_refused_and_changes_nothing(matrix: Matrix) -> None:
    before = matrix.exchange.tools.recorder.read_head().position
    let_in = [
        (op.name, role, status)
        for op in matrix.operations
        for role in sorted(WHO_MAY[op.name].roles)
        if WHO_MAY[op.name].scoped
        and role in matrix.world.outside
        and (status := matrix.ask(op, matrix.world.outside[role])) not in {403, 404}
    ]
    assert not let_in, listed(let_in)
    assert matrix.exchange.tools.recorder.read_head().position == before


def test_a_role_that_the_table_names_is_let_in(matrix: Matrix) -> None:
    turned_away = [
        (op.name, role, status)
        for op in sorted(
            matrix.operations, key=lambda op: op.name == "erase_volunteer"
        )  # nobody is there after it
        for role in sorted(WHO_MAY[op.name].roles)
        if role in matrix.world.inside and (status := matrix.ask(op, matrix.world.inside[role])) in {401, 403}
    ]
    assert not turned_away, listed(turned_away)
