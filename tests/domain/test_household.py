"""Households: who lives together and who speaks for them."""

from __future__ import annotations

from points.domain.household import AlreadyInHousehold, Household, HouseholdHeadLeaves, NotInHousehold
from tests.domain.examples import CLERK, VOLUNTEER, a_household
from tests.domain.scenario import NOW, event, given, id_of

CHILD = id_of("child")


def a_family() -> Household:
    household = a_household()
    household.join(NOW, volunteer_id=CHILD, recorded_by=CLERK)
    return household


def test_a_person_joins_once() -> None:
    given(a_household()).when(lambda h: h.join(NOW, volunteer_id=CHILD, recorded_by=CLERK)).then(
        event(Household.MemberJoined, volunteer_id=CHILD)
    )
    given(a_family()).when(lambda h: h.join(NOW, volunteer_id=CHILD, recorded_by=CLERK)).then_refused(
        AlreadyInHousehold, household_id=id_of("household")
    )


def test_the_head_leaves_only_once_somebody_else_speaks_for_those_who_stay() -> None:
    given(a_family()).when(lambda h: h.leave(NOW, volunteer_id=VOLUNTEER, recorded_by=CLERK)).then_refused(
        HouseholdHeadLeaves, household_id=id_of("household")
    )
    household = a_family()
    household.name_head(NOW, volunteer_id=CHILD, recorded_by=CLERK)
    given(household).when(lambda h: h.leave(NOW, volunteer_id=VOLUNTEER, recorded_by=CLERK)).then(
        event(Household.MemberLeft, volunteer_id=VOLUNTEER)
    )


def test_the_last_member_may_leave() -> None:
    given(a_household()).when(lambda h: h.leave(NOW, volunteer_id=VOLUNTEER, recorded_by=CLERK)).then(
        event(Household.MemberLeft)
    )


def test_only_a_member_leaves_or_speaks_for_the_household() -> None:
    for decision in (
        lambda h: h.leave(NOW, volunteer_id=CHILD, recorded_by=CLERK),
        lambda h: h.name_head(NOW, volunteer_id=CHILD, recorded_by=CLERK),
    ):
        given(a_household()).when(decision).then_refused(NotInHousehold, household_id=id_of("household"))
