"""An alarm is decided once, by somebody else than who had it looked for."""

from __future__ import annotations

from points.domain.alarm import Alarm, AlarmAlreadyDecided, AlarmDecidedByRaiser, AlarmOutcome, Measure
from tests.domain.examples import an_alarm
from tests.domain.scenario import NOW, event, given, id_of, started


def decide(alarm: Alarm, by: str = "reviewer") -> None:
    alarm.decide(NOW, AlarmOutcome.UPHELD, decided_by=id_of(by), reason_ref=id_of("reason"))


def test_an_alarm_says_what_was_counted_and_what_is_usual() -> None:
    started(an_alarm(), event(Alarm.Raised, measures=(Measure("redemptions", 9, 8),), subject_type="till"))


def test_whoever_had_it_looked_for_does_not_decide() -> None:
    given(an_alarm()).when(lambda a: decide(a, "county")).then_refused(AlarmDecidedByRaiser)


def test_it_is_decided_once() -> None:
    alarm = an_alarm()
    given(alarm).when(decide).then(event(Alarm.Decided, outcome="upheld"))
    given(alarm).when(decide).then_refused(AlarmAlreadyDecided)
