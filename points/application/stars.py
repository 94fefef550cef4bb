"""Stars: proposed when the confirmed minutes reach a level, on the board for five working days, awarded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from points import access
from points.access import Act, Actor
from points.application.ages import is_minor
from points.application.households import own_people
from points.application.settings import read_settings, star_levels_hours
from points.application.tools import Answer, Body, Call, Tools, Work
from points.application.volunteers import masked
from points.application.working_days import is_working_day
from points.domain import naming
from points.domain.calendar import add_working_days
from points.domain.errors import Invalid, Refused
from points.domain.people import Purpose
from points.domain.star import (
    MINUTES_PER_HOUR,
    NOTICE_WORKING_DAYS,
    Star,
    StarAlreadyProposed,
    StarState,
    level_reached,
)
from points.domain.volunteer import Volunteer
from points.projections import honours, volunteers

_PAGE = 200
_REFUSALS_SHOWN = 200


class Stars:
    """Who has served long."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def propose(self, call: Call) -> Answer:
        """Put every level that people of one's area reached, and do not have yet, on the board."""
        access.require(call.actor, Act.PROPOSE_STARS)
        code = call.actor.area_code or self._tools.county_code

        def run() -> Body:
            levels = self._levels()
            done, refused, after = 0, list[dict[str, Any]](), None
            while True:
                with self._tools.reading() as connection:
                    reached = honours.counted_in(connection, code, levels[0] * MINUTES_PER_HOUR, _PAGE, after)
                jobs = [
                    (one.volunteer_id, self._proposal(call, one, level, levels))
                    for one in reached
                    for level in range(1, level_reached(one.minutes, levels) + 1)
                ]
                done += self._each(call, jobs, refused, quiet=StarAlreadyProposed)
                if len(reached) < _PAGE:
                    break
                after = reached[-1].volunteer_id
            return {"proposed": done, "refused": refused}

        return self._tools.once(call, "stars.propose", code, run)

    def _proposal(
        self, call: Call, one: honours.Counted, level: int, levels: Sequence[int]
    ) -> Callable[[Work], Body]:
        def decide(work: Work) -> Body:
            volunteer = work.unit.get(Volunteer, one.volunteer_id)
            access.require_in_area(
                call.actor, Act.PROPOSE_STARS, self._tools.areas().path(volunteer.area_code)
            )
            star_id = naming.star_id(work.tenant, one.volunteer_id, level)
            star = work.unit.seek(Star, star_id)
            facts: dict[str, Any] = {
                "area_code": volunteer.area_code,
                "needed_minutes": levels[level - 1] * MINUTES_PER_HOUR,
                "verified_minutes": one.verified_minutes,
                "supplementary_minutes": one.supplementary_minutes,
                "closes_on": add_working_days(work.today, NOTICE_WORKING_DAYS, is_working_day),
                "proposed_by": call.actor.id,
            }
            if star is None:
                work.unit.add(
                    Star.propose(work.at, star_id, volunteer_id=one.volunteer_id, level=level, **facts)
                )
            else:
                star.propose_again(work.at, **facts)
            return {"star_id": str(star_id)}

        return decide

    def award(self, call: Call) -> Answer:
        """Award every star of one's area whose notice ended without an open objection."""
        access.require(call.actor, Act.AWARD_STARS)
        code = call.actor.area_code or self._tools.county_code
        today = self._tools.today(call)

        def run() -> Body:
            done, refused, after = 0, list[dict[str, Any]](), None
            while True:
                with self._tools.reading() as connection:
                    page = honours.stars_in(connection, code, [StarState.POSTED], _PAGE, after)
                due = [star for star in page if star.closes_on < today and not star.open_objections]
                jobs = [(star.volunteer_id, self._awarding(call, star.star_id)) for star in due]
                done += self._each(call, jobs, refused)
                if len(page) < _PAGE:
                    break
                after = page[-1].star_id
            return {"awarded": done, "refused": refused}

        return self._tools.once(call, "stars.award", code, run)

    def _awarding(self, call: Call, star_id: UUID) -> Callable[[Work], Body]:
        def decide(work: Work) -> Body:
            star = self._theirs(work, call.actor, Act.AWARD_STARS, star_id)
            star.award(work.at, awarded_by=call.actor.id, person_ids=own_people(work, call.actor))
            return {"star_id": str(star_id)}

        return decide

    def _each(
        self,
        call: Call,
        jobs: Sequence[tuple[UUID, Callable[[Work], Body]]],
        refused: list[dict[str, Any]],
        quiet: type[Refused] | None = None,
    ) -> int:
        """Each as a command of its own; what is refused says why, but for what was done before."""
        commands = [self._tools.command(call, decide) for _, decide in jobs]
        done = 0
        for (volunteer_id, _), answer in zip(jobs, self._tools.writer.run_all(commands), strict=True):
            if isinstance(answer, Refused):
                if not (quiet and isinstance(answer, quiet)) and len(refused) < _REFUSALS_SHOWN:
                    refused.append(
                        {"record_id": str(volunteer_id), "type": answer.slug(), "facts": answer.facts}
                    )
            elif isinstance(answer, BaseException):
                raise answer
            else:
                done += 1
        return done

    def object(self, call: Call, star_id: UUID, *, text: str) -> Answer:
        access.require(call.actor, Act.OBJECT)
        if not text.strip():
            raise Invalid(field="text", rule="missing")

        def decide(work: Work) -> Body:
            objection_id = work.new_id()
            text_ref = work.text(objection_id, text.strip())
            work.unit.get(Star, star_id).object(work.at, objection_id=objection_id, text_ref=text_ref)
            return {"star_id": str(star_id), "objection_id": str(objection_id)}

        return self._tools.change(call, "stars.object", [str(star_id), text], decide)

    def answer(self, call: Call, star_id: UUID, objection_id: UUID, *, upheld: bool, text: str) -> Answer:
        """Upheld, the star is dropped. Raises OwnPosting, OwnCase, PostingObjectionNotFound."""
        access.require(call.actor, Act.ANSWER_OBJECTION)
        if not text.strip():
            raise Invalid(field="text", rule="missing")

        def decide(work: Work) -> Body:
            star = self._theirs(work, call.actor, Act.ANSWER_OBJECTION, star_id)
            star.answer_objection(
                work.at,
                objection_id=objection_id,
                upheld=upheld,
                answered_by=call.actor.id,
                person_ids=own_people(work, call.actor),
                text_ref=work.text(objection_id, text.strip()),
            )
            return {"star_id": str(star_id), "upheld": upheld}

        told = [str(star_id), str(objection_id), upheld, text]
        return self._tools.change(call, "stars.answer", told, decide)

    def notices(self, area: str | None, *, limit: int, after: UUID | None = None) -> Body:
        """Stars on the board, for everybody."""
        return self._listed(area, StarState.POSTED, "notices", limit, after)

    def honours(self, area: str | None, *, limit: int, after: UUID | None = None) -> Body:
        """Stars that were awarded, for everybody: a full name only with the person's consent."""
        return self._listed(area, StarState.AWARDED, "stars", limit, after)

    def _listed(
        self, area: str | None, state: StarState, member: str, limit: int, after: UUID | None
    ) -> Body:
        code = area or self._tools.county_code
        self._tools.areas(code).get(code)
        with self._tools.reading() as connection:
            found = honours.stars_in(connection, code, [state], limit, after)
            ids = {star.volunteer_id for star in found}
            people = {id_: volunteers.get(connection, id_) for id_ in ids}
            named = honours.consented(connection, ids, Purpose.HONOURS_NAME)
        names = self._names(people, named)
        shown = [
            {
                "star_id": str(star.star_id),
                "name": names.get(star.volunteer_id, ""),
                "area": star.area_code,
                "level": star.level,
                "verified_minutes": star.verified_minutes,
                "supplementary_minutes": star.supplementary_minutes,
                "closes_on": star.closes_on.isoformat(),
                "awarded_on": star.awarded_on and star.awarded_on.isoformat(),
            }
            for star in found
        ]
        return {member: shown, "next": str(found[-1].star_id) if len(found) == limit else None}

    def _names(self, people: dict[UUID, volunteers.Volunteer | None], named: set[UUID]) -> dict[UUID, str]:
        today, names = self._tools.local_today(), dict[UUID, str]()
        with self._tools.looking() as desk:
            for id_, volunteer in people.items():
                profile = (desk.vault.get(volunteer.profile_ref) or {}) if volunteer else {}
                name = profile.get("name", "")
                if id_ not in named:
                    name = "*" if is_minor(profile, today) else masked(name)
                names[id_] = name
        return names

    def _theirs(self, work: Work, actor: Actor, act: Act, star_id: UUID) -> Star:
        star = work.unit.get(Star, star_id)
        volunteer = work.unit.get(Volunteer, star.volunteer_id)
        access.require_in_area(actor, act, self._tools.areas().path(volunteer.area_code))
        return star

    def _levels(self) -> tuple[int, ...]:
        return star_levels_hours(read_settings(self._tools))
