"""Schemes: drafted by the county, put in force by a second person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from points import access
from points.access import Act
from points.application.tools import Answer, Body, Call, Tools, Work
from points.application.working_days import is_working_day
from points.domain.calendar import add_working_days
from points.domain.errors import Invalid
from points.domain.scheme import Scheme, SchemeVersionNotFound
from points.domain.scheme_rules import NO_RULES, Rules
from points.domain.scheme_terms import Rate, Terms
from points.domain.values import AmountFen, Points, Rounding
from points.projections import schemes as scheme_model

_NOTICES_SHOWN = 200


class Schemes:
    """What a minute of service is worth."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def draft(
        self,
        call: Call,
        *,
        name: str,
        area: str,
        in_force_from: date,
        rates: Sequence[tuple[str, str, int, int]],
        rounding: str,
        value_fen: int,
        expires_after_months: int | None = None,
        redeem_at_least_points: int = 0,
        scheme_id: UUID | None = None,
        rules: Rules = NO_RULES,
    ) -> Answer:
        """Draft a version: of the scheme named, or of a new one. `rates`: kind, time class, points, per minutes.

        Raises Invalid with the field that makes no sense, OutsideScope, StreamNotFound.
        """
        access.require_in_area(call.actor, Act.DRAFT_SCHEME, self._tools.areas(area).path(area))
        if rounding not in set(Rounding):
            raise Invalid(field="rounding", rule="rounding-unknown")
        terms = Terms(
            in_force_from,
            tuple(Rate(*rate) for rate in rates),
            Rounding(rounding),
            AmountFen(value_fen),
            expires_after_months,
            Points(redeem_at_least_points),
            rules,
        )

        def decide(work: Work) -> Body:
            if scheme_id is not None:
                scheme = work.unit.get(Scheme, scheme_id)
            else:
                new_id = work.new_id()
                name_ref = work.text(new_id, name.strip())
                scheme = work.unit.add(
                    Scheme.open(work.at, new_id, area_code=area, name_ref=name_ref, opened_by=call.actor.id)
                )
            version = scheme.draft(work.at, terms, drafted_by=call.actor.id)
            return {"scheme_id": str(scheme.id), "version": version}

        told = [
            name,
            area,
            in_force_from.isoformat(),
            [list(rate) for rate in rates],
            rounding,
            value_fen,
            expires_after_months,
            redeem_at_least_points,
            str(scheme_id),
            *([list(rules)] if rules != NO_RULES else ()),
        ]
        return self._tools.change(call, "schemes.draft", told, decide)

    def approve(self, call: Call, scheme_id: UUID, version: int | None = None) -> Answer:
        """Put a version in force, by default the one drafted last; where it says so, after its public notice.

        Raises SchemeApprovedByDrafter, SchemeAlreadyApproved, SchemeReachesBack, SchemeNoticeRunsOn,
        SchemeVersionWithdrawn, SchemeVersionNotFound.
        """
        access.require(call.actor, Act.APPROVE_SCHEME)

        def decide(work: Work) -> Body:
            scheme = work.unit.get(Scheme, scheme_id)
            path = self._tools.areas().path(scheme.area_code)
            access.require_in_area(call.actor, Act.APPROVE_SCHEME, path)
            number = version or max(scheme.versions, default=0)
            if not number:
                raise SchemeVersionNotFound(subject="scheme-version", reference="1")
            days = scheme.drafted(number).terms.rules.notice_working_days
            closes_on = add_working_days(work.today, days, is_working_day) if days else None
            scheme.approve(work.at, number, approved_by=call.actor.id, notice_closes_on=closes_on)
            shown = {"notice_closes_on": closes_on.isoformat()} if closes_on else {}
            return {"scheme_id": str(scheme_id), "version": number, **shown}

        return self._tools.change(call, "schemes.approve", [str(scheme_id), version], decide)

    def withdraw(self, call: Call, scheme_id: UUID, version: int, *, reason: str) -> Answer:
        """Take back a version that does not hold yet: a draft, or what the public notice spoke against.

        Raises SchemeVersionInForce, SchemeVersionWithdrawn, SchemeVersionNotFound, Invalid.
        """
        access.require(call.actor, Act.WITHDRAW_SCHEME)
        if not reason.strip():
            raise Invalid(field="reason", rule="missing")

        def decide(work: Work) -> Body:
            scheme = work.unit.get(Scheme, scheme_id)
            path = self._tools.areas().path(scheme.area_code)
            access.require_in_area(call.actor, Act.WITHDRAW_SCHEME, path)
            scheme.withdraw(
                work.at,
                version,
                withdrawn_by=call.actor.id,
                reason_ref=work.text(scheme_id, reason.strip()),
            )
            return {"scheme_id": str(scheme_id), "version": version}

        return self._tools.change(call, "schemes.withdraw", [str(scheme_id), version, reason], decide)

    def notices(self, on: date | None = None) -> Body:
        """The versions that hang out on a day, for everybody."""
        day = on or self._tools.local_today()
        with self._tools.reading() as connection:
            found = scheme_model.on_notice(connection, day, _NOTICES_SHOWN)
        return {"schemes": [self._shown(scheme) for scheme in found]}

    def list(self, call: Call, *, limit: int, after: UUID | None = None) -> Body:
        access.require(call.actor, Act.READ_SCHEMES)
        with self._tools.reading() as connection:
            found = scheme_model.page(connection, limit, after)
        more = str(found[-1].scheme_id) if len(found) == limit else None
        return {"schemes": [self._shown(scheme) for scheme in found], "next": more}

    def show(self, call: Call, scheme_id: UUID) -> Body:
        access.require(call.actor, Act.READ_SCHEMES)
        with self._tools.reading() as connection:
            found = scheme_model.get(connection, scheme_id)
        if found is None:
            raise SchemeVersionNotFound(subject="scheme", reference=str(scheme_id))
        return self._shown(found)

    def _shown(self, scheme: scheme_model.Scheme) -> dict[str, Any]:
        with self._tools.looking() as desk:
            name = desk.vault.get_text(scheme.name_ref)
        return {
            "scheme_id": str(scheme.scheme_id),
            "name": name,
            "area": scheme.area_code,
            "versions": [
                {
                    "version": version.number,
                    "in_force_from": version.in_force_from.isoformat(),
                    "rates": [rate._asdict() for rate in version.rates],
                    "rounding": version.rounding,
                    "value_fen": version.value_fen,
                    "expires_after_months": version.expires_after_months,
                    "redeem_at_least_points": version.redeem_at_least_points,
                    "approved": version.approved_by is not None and not version.withdrawn,
                    "withdrawn": version.withdrawn,
                    "notice_opened_on": version.notice_opened_on and version.notice_opened_on.isoformat(),
                    "notice_closes_on": version.notice_closes_on and version.notice_closes_on.isoformat(),
                    "rules": shown_rules(version.rules),
                }
                for version in scheme.versions
            ],
        }


def shown_rules(rules: Rules) -> dict[str, Any]:
    """JSON-safe, by name; enumerations as their words."""
    return rules._asdict() | {
        "coefficients": [coefficient._asdict() for coefficient in rules.coefficients],
        "windows": [window._asdict() for window in rules.windows],
        "period": rules.period.value,
        "lasts_to_end_of": rules.lasts_to_end_of.value,
    }
