"""The commands about people say to the exchange what was typed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run, Server

ID = "00000000-0000-7000-8000-000000000001"
NUMBER = "50023312345674"


@pytest.mark.parametrize(
    ("arguments", "route", "body"),
    [
        (("certificate", "request", NUMBER), "/v1/certificates", {"volunteer_number": NUMBER}),
        (("certificate", "issue", ID), f"/v1/certificates/{ID}/issues", {}),
        (
            ("certificate", "revoke", ID, "--reason", "R"),
            f"/v1/certificates/{ID}/revocations",
            {"reason": "R"},
        ),
        (("star", "propose"), "/v1/stars/proposals", {}),
        (("star", "award"), "/v1/stars/awards", {}),
        (("household", "form", NUMBER), "/v1/households", {"volunteer_number": NUMBER}),
        (("household", "join", ID, NUMBER), f"/v1/households/{ID}/members", {"volunteer_number": NUMBER}),
        (("household", "code", ID), f"/v1/households/{ID}/codes", {}),
        (
            ("organisation", "add", "N", "--kind", "school", "--area", "A"),
            "/v1/organisations",
            {"name": "N", "kind": "school", "area": "A"},
        ),
        (
            ("organisation", "assign", "A", "--kind", "building_lead", "--volunteer", NUMBER),
            "/v1/posts",
            {"area": "A", "kind": "building_lead", "volunteer_number": NUMBER},
        ),
        (("consent", "give", NUMBER, "photo"), f"/v1/volunteers/{NUMBER}/consents", {"purpose": "photo"}),
        (
            ("consent", "withdraw", NUMBER, "photo"),
            f"/v1/volunteers/{NUMBER}/consent-withdrawals",
            {"purpose": "photo"},
        ),
    ],
)
def test_a_command_about_people_sends_its_arguments(
    run: Run, server: Server, arguments: tuple[str, ...], route: str, body: dict[str, Any]
) -> None:
    server.answers = [(201, {"position": 1})]
    assert run(*arguments, "--json") == 0
    assert (server.request.method, server.request.url.path) == ("POST", route)
    assert server.body == body


def test_a_certificate_is_issued_and_printed_in_one_go(run: Run, server: Server, tmp_path: Path) -> None:
    server.answers = [(201, {"position": 1, "serial": "500233-2026-000001"}), (200, b"%PDF-1.7")]
    out = tmp_path / "paper.pdf"
    assert run("certificate", "issue", ID, "--out", str(out)) == 0
    assert out.read_bytes() == b"%PDF-1.7"
    assert server.requests[1].url.path == f"/v1/certificates/{ID}/paper"


@pytest.mark.parametrize("shown", ["500233-2026-000001", "87" + "1" * 251])
def test_a_certificate_is_verified_by_its_serial_or_its_digits(run: Run, server: Server, shown: str) -> None:
    server.answers = [(200, {"serial": "500233-2026-000001", "state": "issued"})]
    assert run("certificate", "verify", shown) == 0
    assert server.request.url.path == f"/v1/certificates/{shown}"
