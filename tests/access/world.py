"""A small county with one of everything, and people of every role inside and outside its scope."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from fastapi import FastAPI

COUNTY = "500233"
TOWNSHIP, COMMUNITY = "500233001", "500233001001"
ELSEWHERE, ELSEWHERE_COMMUNITY = "500233210", "500233210001"

PERSON = {"identity_number": "990000198001010012", "phone": "19900000001", "name": "甲某"}
OTHER_PERSON = {"identity_number": "99000019811212002X", "phone": "19900000002", "name": "乙某"}
HOURS = {"starts_at": "2026-11-20T09:00:00+08:00", "ends_at": "2026-11-20T11:00:00+08:00"}
CAPS = dict.fromkeys(
    ("redemption_points", "person_day_points", "till_day_points", "merchant_day_points"), 1_000
)


class Asking:
    """Asks the application in process, all questions in one event loop."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app
        self._loop = asyncio.new_event_loop()
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        self._client = httpx.AsyncClient(transport=transport, base_url="http://points")

    def ask(self, method: str, url: str, token: str | None = None, **kwargs: Any) -> httpx.Response:
        headers = {"Idempotency-Key": str(uuid4())} if method != "GET" else {}
        headers |= kwargs.pop("headers", {})
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        return self._loop.run_until_complete(self._client.request(method, url, headers=headers, **kwargs))

    def close(self) -> None:
        self._loop.run_until_complete(self._client.aclose())
        self._loop.close()


class World:
    """`inside[role]` may act on the things named in `known`; `outside[role]` is the same role elsewhere."""

    def __init__(self, asking: Asking, admin: str) -> None:
        self.asking = asking
        self.inside: dict[str, str] = {"admin": admin}
        self.outside: dict[str, str] = {}
        self.known: dict[str, Any] = {"area": COMMUNITY, "code": COMMUNITY, "position": 1, **HOURS}
        self._staff(self.inside, county=COUNTY, township=TOWNSHIP, community=COMMUNITY)
        for role, area in (("reviewer", COUNTY), ("auditor", COUNTY), ("grid_worker", COMMUNITY)):
            self.inside[role] = self.hire(role, area=area)
        self._staff(self.outside, township=ELSEWHERE, community=ELSEWHERE_COMMUNITY)
        self.outside["reviewer"] = self.hire("reviewer", area=ELSEWHERE)
        self.outside["grid_worker"] = self.hire("grid_worker", area=ELSEWHERE_COMMUNITY)
        self.known["scheme_id"] = self._scheme()
        self._people()
        self._money()
        self._merchants()
        spare = self._made("/v1/staff", "admin", name="x", role="auditor", area=COUNTY)
        self.known["staff_id"] = spare["staff_id"]

    def _staff(self, into: dict[str, str], **areas: str) -> None:
        for role, area in areas.items():
            into[role] = self.hire(role, area=area)

    def hire(self, role: str, **where: Any) -> str:
        return self.sign_in(self._made("/v1/staff", "admin", name=role, role=role, **where)["digits"])

    def sign_in(self, digits: str) -> str:
        token: str = self._made("/v1/sign-ins", None, digits=digits)["token"]
        return token

    def _made(self, url: str, asker: str | None, **body: Any) -> Any:
        token = self.inside[asker] if asker else None
        answer = self.asking.ask("POST", url, token, json=body)
        assert answer.status_code in {200, 201}, (url, answer.text)
        return answer.json()

    def _people(self) -> None:
        for tokens, person, area in (
            (self.inside, PERSON, COMMUNITY),
            (self.outside, OTHER_PERSON, ELSEWHERE_COMMUNITY),
        ):
            number = self._made("/v1/volunteers", "county", area=area, **person)["volunteer_number"]
            self.known.setdefault("number", number)
            enrolment = self._made(f"/v1/volunteers/{number}/enrolments", "county")
            tokens["volunteer"] = self.sign_in(enrolment["digits"])
        record = self._made(
            "/v1/service-records",
            "county",
            volunteer_number=self.known["number"],
            minutes=60,
            kind="environment",
            on="2026-11-09",
            activity="清扫",
            reason="纸质签到",
            area=COMMUNITY,
        )
        self.known["record_id"] = record["record_id"]
        self.known["volunteer_number"] = self.known["number"]

    def _scheme(self) -> str:
        rates = [{"kind": "*", "time_class": "supplementary", "points": 1, "per_minutes": 30}]
        scheme = self._made(
            "/v1/schemes",
            "county",
            name="标准",
            area=COUNTY,
            in_force_from="2026-11-10",
            rates=rates,
            rounding="down",
            value_fen=100,
        )
        self._made(f"/v1/schemes/{scheme['scheme_id']}/approvals", "reviewer")
        scheme_id: str = scheme["scheme_id"]
        return scheme_id

    def _money(self) -> None:
        self.known["fund_id"] = self._made("/v1/funds", "county", name="财政", kind="fiscal", area=COUNTY)[
            "fund_id"
        ]

    def _merchants(self) -> None:
        for tokens, area in ((self.inside, COMMUNITY), (self.outside, ELSEWHERE_COMMUNITY)):
            merchant_id = self._made(
                "/v1/merchants",
                "county",
                name="便民店",
                kind="supermarket",
                area=area,
                pay_fen=100,
                caps=CAPS,
                valid_from="2026-11-01",
                valid_until="2027-10-31",
            )["merchant_id"]
            self._made(f"/v1/merchants/{merchant_id}/approvals", "reviewer")
            till = self._made(f"/v1/merchants/{merchant_id}/tills", "county")
            tokens["till"] = till["token"]
            tokens["pos"] = self._made(f"/v1/merchants/{merchant_id}/pos", "county")["token"]
            tokens["merchant_owner"] = self.hire("merchant_owner", merchant_id=merchant_id)
            tokens["cashier"] = self.hire("cashier", merchant_id=merchant_id)
            if tokens is self.inside:
                spare = self._made(f"/v1/merchants/{merchant_id}/tills", "county")
                self.known |= {"merchant_id": merchant_id, "till_id": spare["till_id"]}


def areas_file(root: Path) -> bytes:
    return (root / "demo" / "areas.csv").read_bytes()
