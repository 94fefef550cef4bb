"""Schemes: drafted by the county, put in force by a second person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from points import access
from points.access import Act
from points.application.tools import Answer, Body, Call, Tools, Work
from points.domain.errors import Invalid
from points.domain.scheme import Rate, Scheme, SchemeVersionNotFound, Terms
from points.domain.values import AmountFen, Points, Rounding
from points.projections import schemes as scheme_model


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
        ]
        return self._tools.change(call, "schemes.draft", told, decide)

    def approve(self, call: Call, scheme_id: UUID, version: int | None = None) -> Answer:
        """Put a version in force, by default the one drafted last.

        Raises SchemeApprovedByDrafter, SchemeAlreadyApproved, SchemeReachesBack, SchemeVersionNotFound.
        """
        access.require(call.actor, Act.APPROVE_SCHEME)

        def decide(work: Work) -> Body:
            scheme = work.unit.get(Scheme, scheme_id)
            path = self._tools.areas().path(scheme.area_code)
            access.require_in_area(call.actor, Act.APPROVE_SCHEME, path)
            number = version or max(scheme.versions, default=0)
            if not number:
                raise SchemeVersionNotFound(subject="scheme-version", reference="1")
            scheme.approve(work.at, number, approved_by=call.actor.id)
            return {"scheme_id": str(scheme_id), "version": number}

        return self._tools.change(call, "schemes.approve", [str(scheme_id), version], decide)

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
                    "approved": version.approved_by is not None,
                }
                for version in scheme.versions
            ],
        }
