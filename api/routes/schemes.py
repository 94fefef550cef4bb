"""Schemes: how minutes become points."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.bodies import AtLeastOne, Body, Code, Count, Name, Prose, Truth
from api.dependencies import Changing, Exchange, Limit, Reading, answered
from points.domain import scheme_rules
from points.i18n.catalogue import Catalogue
from points.i18n.language import Language, negotiate

router = APIRouter(prefix="/v1/schemes", tags=["schemes"])

_VOCABULARIES = {
    "service_kind": "service-kind",
    "time_class": "time-class",
    "category": "category",
    "before_rounding": "rounding",
    "after_rounding": "rounding",
    "before_span": "span",
    "after_span": "span",
    "before_lasts_to_end_of": "span",
    "after_lasts_to_end_of": "span",
}


class Rate(Body):
    kind: Code
    time_class: Code
    points: Count
    per_minutes: AtLeastOne


class Coefficient(Body):
    kind: Code = "*"
    category: Code = "*"
    numerator: Count
    denominator: AtLeastOne


class Window(Body):
    from_month: AtLeastOne
    from_day: AtLeastOne
    until_month: AtLeastOne
    until_day: AtLeastOne


class SchemeRules(Body):
    """What a version says beside its rates; whatever is left out has no effect."""

    coefficients: tuple[Coefficient, ...] = ()
    day_cap_points: AtLeastOne | None = None
    period_cap_points: AtLeastOne | None = None
    period: Literal["month", "quarter", "year"] = "month"
    lasts_to_end_of: Literal["day", "month", "quarter", "year"] = "day"
    windows: tuple[Window, ...] = ()
    deductions: Truth = False
    notice_working_days: Count = 0

    def rules(self) -> scheme_rules.Rules:
        return scheme_rules.Rules(
            tuple(scheme_rules.Coefficient(**c.model_dump()) for c in self.coefficients),
            self.day_cap_points,
            self.period_cap_points,
            scheme_rules.Span(self.period),
            scheme_rules.Span(self.lasts_to_end_of),
            tuple(scheme_rules.Window(**w.model_dump()) for w in self.windows),
            self.deductions,
            self.notice_working_days,
        )


class Draft(Body):
    name: Name
    area: Code
    in_force_from: date
    rates: list[Rate]
    rounding: Code
    value_fen: Count
    expires_after_months: AtLeastOne | None = None
    redeem_at_least_points: Count = 0
    scheme_id: UUID | None = None
    rules: SchemeRules = SchemeRules()


class Withdrawal(Body):
    reason: Prose


class Approval(Body):
    version: AtLeastOne | None = None


@router.post("", operation_id="draft_scheme", status_code=201)
def draft(exchange: Exchange, call: Changing, wish: Draft) -> Response:
    rates = [(rate.kind, rate.time_class, rate.points, rate.per_minutes) for rate in wish.rates]
    told = wish.model_dump(exclude={"rates", "rules"})
    return answered(exchange.schemes.draft(call, rates=rates, rules=wish.rules.rules(), **told))


@router.post("/{scheme_id}/approvals", operation_id="approve_scheme", status_code=201)
def approve(exchange: Exchange, call: Changing, scheme_id: UUID, wish: Approval) -> Response:
    return answered(exchange.schemes.approve(call, scheme_id, wish.version))


@router.post("/{scheme_id}/versions/{version}/withdrawals", operation_id="withdraw_scheme", status_code=201)
def withdraw(exchange: Exchange, call: Changing, scheme_id: UUID, version: int, wish: Withdrawal) -> Response:
    return answered(exchange.schemes.withdraw(call, scheme_id, version, reason=wish.reason))


@router.get("/notices", operation_id="list_scheme_notices")
def notices(exchange: Exchange, on: date | None = None) -> dict[str, Any]:
    """Public: versions that hang out today, or on the day asked for."""
    return exchange.schemes.notices(on)


@router.get("/{scheme_id}/simulation", operation_id="simulate_scheme")
def simulate(
    exchange: Exchange,
    call: Reading,
    scheme_id: UUID,
    from_: Annotated[str, Query(alias="from", max_length=7)],
    to: Annotated[str, Query(max_length=7)],
    version: int | None = None,
) -> dict[str, Any]:
    """What the version would have cost over these months."""
    return exchange.scheme_studies.simulate(call, scheme_id, from_month=from_, to_month=to, version=version)


@router.get("/{scheme_id}/comparison", operation_id="compare_scheme_versions")
def compare(
    request: Request, exchange: Exchange, call: Reading, scheme_id: UUID, before: int, after: int
) -> dict[str, Any]:
    """What the later version changes, each as facts and as a sentence in the caller's language."""
    language = negotiate(request.headers.get("accept-language"))
    catalogue = request.app.state.catalogue
    found = exchange.scheme_studies.compare(call, scheme_id, before, after)
    return {
        "scheme_id": str(scheme_id),
        "before": before,
        "after": after,
        "changes": [
            {
                "change": change.slug,
                **change.facts,
                "sentence": catalogue.sentence(
                    f"change.{change.slug}", language, **_words(catalogue, language, change.facts)
                ),
            }
            for change in found
        ],
    }


def _words(catalogue: Catalogue, language: Language, facts: dict[str, Any]) -> dict[str, Any]:
    """Words of the closed vocabularies as people say them; `*` is any."""
    sentences = catalogue.sentences[language]

    def word(name: str, value: Any) -> Any:
        vocabulary = _VOCABULARIES.get(name)
        if vocabulary is None or not isinstance(value, str):
            return value
        slug = "any" if value == scheme_rules.ANY else value.replace("_", "-")
        return sentences.get(f"{vocabulary}.{slug}", value)

    return {name: word(name, value) for name, value in facts.items()}


@router.get("", operation_id="list_schemes")
def list_(exchange: Exchange, call: Reading, limit: Limit = 50, after: UUID | None = None) -> dict[str, Any]:
    return exchange.schemes.list(call, limit=limit, after=after)


@router.get("/{scheme_id}", operation_id="show_scheme")
def show(exchange: Exchange, call: Reading, scheme_id: UUID) -> dict[str, Any]:
    return exchange.schemes.show(call, scheme_id)
