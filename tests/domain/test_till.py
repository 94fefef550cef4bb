"""A till takes payments until it is revoked."""

from __future__ import annotations

from points.domain.till import Till, TillRevoked
from tests.domain.examples import MERCHANT, a_till
from tests.domain.scenario import NOW, event, given, id_of, started


def test_a_till_is_enrolled_with_its_number() -> None:
    till = started(
        a_till(), event(Till.Enrolled, merchant_id=MERCHANT, number=1, enrolled_by=id_of("county"))
    )
    given(till).when(lambda t: t.require_active()).then_nothing()


def test_a_revoked_till_takes_nothing_any_more() -> None:
    till = a_till()
    given(till).when(lambda t: t.revoke(NOW, revoked_by=id_of("owner"))).then(
        event(Till.Revoked, revoked_by=id_of("owner"))
    )
    given(till).when(lambda t: t.require_active()).then_refused(TillRevoked)


def test_a_till_is_revoked_once() -> None:
    till = a_till()
    till.revoke(NOW, revoked_by=id_of("owner"))
    given(till).when(lambda t: t.revoke(NOW, revoked_by=id_of("owner"))).then_nothing()
