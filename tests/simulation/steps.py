"""What can happen, and what a run makes of it: ask the exchange, ask the model, and compare.

A step is four numbers drawn beforehand and read against whatever there is by then, so that a run from which steps
are left out still makes sense: that is how a failing run is made short.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import exc

from points.access import Actor
from points.application.tools import Answer, Call
from points.bootstrap import Exchange
from points.domain.errors import Refused
from points.ledger.errors import ClockBackwards, OutcomeUnknown, StoreUnavailable
from tests.simulation.county import AREAS, PEOPLE, County
from tests.simulation.faults import DEATHS, Died, Fault, struck_by
from tests.simulation.model import FREE, Code, Entry, Model, Rules

ACTIVITIES = ("清扫", "探访", "巡逻")
KEPT_STEPS = 12
"""How many questions stay in mind to be sent again."""


class Step(NamedTuple):
    kind: str
    a: int
    b: int
    c: int
    fault: Fault | None = None


class Disagreement(AssertionError):
    """The exchange and the model answered differently."""


class Question(NamedTuple):
    """Something asked with a key: it can be asked again, and then must get the same answer."""

    ask: Callable[[Exchange, Call], Answer]
    actor: Actor
    key: str
    body: dict[str, Any]


WEIGHTS = {
    "record": 14,
    "review": 12,
    "notice": 8,
    "object": 2,
    "confirm": 12,
    "code": 12,
    "sale": 16,
    "redeem": 10,
    "refund": 8,
    "expire": 3,
    "again": 6,
    "revoke": 1,
    "seconds": 10,
    "days": 8,
    "backwards": 2,
    "rebuild": 1,
    "restart": 3,
    "keep-tree": 2,
}
FAULT_EVERY = 8


def drawn(seed: int, count: int) -> list[Step]:
    """The steps of a seed."""
    dice = random.Random(seed)  # noqa: S311  # a seed is to be repeated, not to be secret
    kinds, weights = list(WEIGHTS), list(WEIGHTS.values())
    return [
        Step(
            dice.choices(kinds, weights)[0],
            dice.randrange(1 << 16),
            dice.randrange(1 << 16),
            dice.randrange(1 << 16),
            dice.choice(list(Fault)) if dice.randrange(FAULT_EVERY) == 0 else None,
        )
        for _ in range(count)
    ]


class Run:
    """One county and its model, step by step."""

    def __init__(self, county: County, model: Model) -> None:
        self.county = county
        self.model = model
        self.codes: list[str] = []
        self.receipts: dict[int, UUID] = {}
        self.records: list[UUID] = []
        self.questions: list[Question] = []
        self.faults_struck = 0
        self.asked = 0
        self.refused = 0
        self._tills_left = len(county.tills)

    def take(self, step: Step) -> None:
        getattr(self, f"_{step.kind.replace('-', '_')}")(step)

    # Asking

    def _ask(self, step: Step, ask: Callable[[Exchange], Answer]) -> Answer | str:
        """The answer, or the rule that refused. A question whose outcome is unknown is asked again, as people do."""
        number = step.a % len(self.county.processes)
        exchange = self.county.processes[number]
        self.asked += 1
        told: Exception | None = None
        before = exchange.tools.recorder.read_head()
        with struck_by(exchange.tools.recorder, step.fault) as struck:
            try:
                return ask(exchange)
            except Refused as refusal:
                self.refused += 1
                return refusal.slug()
            except (StoreUnavailable, OutcomeUnknown, exc.SQLAlchemyError) as failure:
                told = failure
            except Died:
                pass
            finally:
                self.faults_struck += len(struck)
        if told is not None and not struck:
            raise Disagreement(f"{told} though nothing was wrong") from told
        if isinstance(told, StoreUnavailable) and exchange.tools.recorder.read_head() != before:
            raise Disagreement("it said that nothing was done, and something was")
        if step.fault in DEATHS:
            self.county.reopen(number)
        return self._ask(step._replace(fault=None, a=step.a + 1), ask)

    def _judge(self, answer: Answer | str, forbidding: Rules, what: str) -> Answer | None:
        """The answer where both say yes; None where both say no."""
        if isinstance(answer, str):
            if answer not in forbidding:
                raise Disagreement(f"{what}: refused with {answer}; the model: {sorted(forbidding) or 'yes'}")
            return None
        if forbidding:
            raise Disagreement(f"{what}: allowed; the model: {sorted(forbidding)}")
        return answer

    def _keyed(self, step: Step, actor: Actor, ask: Callable[[Exchange, Call], Answer]) -> Answer | str:
        call = self.county.call(actor)
        answer = self._ask(step, lambda exchange: ask(exchange, call))
        if isinstance(answer, Answer):
            self.questions = [
                *self.questions[-KEPT_STEPS:],
                Question(ask, actor, str(call.key), dict(answer.body)),
            ]
        return answer

    @staticmethod
    def _of(things: list[Any], number: int) -> Any:
        """Of many things rather a late one, as life goes."""
        recent = things[-10:] if number % 3 else things
        return recent[number % len(recent)]

    def _entry(self, step: Step, ripe: Callable[[Entry], bool]) -> int | None:
        """A service that the question fits, or one time in five any."""
        fitting = [
            number for number, entry in enumerate(self.model.entries) if step.b % 5 == 0 or ripe(entry)
        ]
        return self._of(fitting, step.c) if fitting else None

    # Hours

    def _record(self, step: Step) -> None:
        person = step.b % PEOPLE
        day = self.county.now.date() - timedelta(days=step.c % 6)
        start, minutes = step.b % 97 * 10, 60 + step.c % 15 * 25
        name = step.c % len(ACTIVITIES)
        place = step.b % len(AREAS)
        if self.model.entries and step.a % 8 == 0:
            return self._enter(
                step, self._of(self.model.entries, step.c)
            )  # as another sheet would bring it again
        return self._enter(step, Entry(person, place, (name, day, place), start, minutes))

    def _enter(self, step: Step, like: Entry) -> None:
        county = self.county
        entry = Entry(like.person, like.budget, like.activity, like.start, like.minutes)
        name, day, place = like.activity

        def ask(exchange: Exchange, call: Call) -> Answer:
            return exchange.hours.issue(
                call,
                volunteer_number=county.numbers[entry.person],
                minutes=entry.minutes,
                kind="environment",
                on=day,
                activity=ACTIVITIES[name],
                reason="r",
                area=AREAS[place],
                starts_at_minute=entry.start,
            )

        told = self._judge(self._keyed(step, county.clerk, ask), self.model.record(entry), "record")
        if told:
            self.model.entries.append(entry)
            self.records.append(UUID(told.body["record_id"]))

    def _review(self, step: Step) -> None:
        number = self._entry(step, lambda entry: not entry.tiers)
        if number is None:
            return
        entry, who = self.model.entries[number], step.c % len(self.county.reviewers)
        reviewer = self.county.reviewers[who]

        def ask(exchange: Exchange, call: Call) -> Answer:
            return exchange.reviews.review(call, self.records[number], approved=True)

        told = self._judge(self._keyed(step, reviewer, ask), self.model.review(entry, who), "review")
        if told and (tier := self.model.reviewed(entry, who)) != told.body["tier"]:
            raise Disagreement(f"review: tier {told.body['tier']}; the model: {tier}")

    def _run_over_one(
        self, step: Step, record: int, run: Callable[[Exchange], dict[str, Any]]
    ) -> Answer | str:
        """A run over a single record, its refusal as if it had been asked alone."""

        def ask(exchange: Exchange) -> Answer:
            body = run(exchange)
            return Answer(body, body["position"])

        answer = self._ask(step, ask)
        if isinstance(answer, Answer) and answer.body["refused"]:
            (refused,) = answer.body["refused"]
            assert refused["record_id"] == str(self.records[record])
            self.refused += 1
            return str(refused["type"])
        return answer

    def _notice(self, step: Step) -> None:
        number = self._entry(step, lambda entry: bool(entry.tiers) and entry.closes_on is None)
        if number is None:
            return
        entry, call = self.model.entries[number], self.county.call(self.county.clerk)
        answer = self._run_over_one(
            step, number, lambda exchange: exchange.notices.give(call, [self.records[number]])
        )
        forbidding = self.model.notice(entry)
        if answer == "notice-already-given" and step.fault is not None and not forbidding:
            answer = self._given_before(number)  # the first of two attempts had succeeded after all
        told = self._judge(answer, forbidding, "notice")
        if told:
            entry.closes_on = date.fromisoformat(told.body["closes_on"])
            if (entry.closes_on - self.county.now.date()).days < 3:
                raise Disagreement("notice: less than three days")

    def _given_before(self, number: int) -> Answer:
        exchange = self.county.processes[0]
        shown = exchange.hours.show(self.county.call(self.county.clerk), self.records[number])
        return Answer({"closes_on": shown["closes_on"]}, 0)

    def _object(self, step: Step) -> None:
        number = self._entry(step, lambda _: True)
        if number is None:
            return
        entry = self.model.entries[number]

        def ask(exchange: Exchange, call: Call) -> Answer:
            return exchange.objections.object(call, self.records[number], text="t")

        told = self._judge(self._keyed(step, self.county.clerk, ask), self.model.object(entry), "object")
        if told:
            entry.objections += 1

    def _confirm(self, step: Step) -> None:
        number = self._entry(step, lambda entry: entry.closes_on is not None and not entry.confirmed)
        if number is None:
            return
        entry, call, today = (
            self.model.entries[number],
            self.county.call(self.county.clerk),
            self.county.now.date(),
        )
        answer = self._run_over_one(
            step, number, lambda exchange: exchange.confirmations.confirm(call, [self.records[number]])
        )
        forbidding = self.model.confirm(entry, today)
        if answer == "already-confirmed" and step.fault is not None and not forbidding:
            answer = Answer({"points": self.model.earns(entry, today)}, 0)
        told = self._judge(answer, forbidding, "confirm")
        if told and (points := self.model.confirmed(entry, today)) != told.body["points"]:
            raise Disagreement(f"confirm: {told.body['points']} points; the model: {points}")

    # Paying

    def _code(self, step: Step) -> None:
        able = [lot.person for lot in self.model.lots if lot.points] if step.c % 4 else []
        person = self._of(able, step.b) if able else step.b % PEOPLE
        answer = self._keyed(
            step, self.county.phones[person], lambda exchange, call: exchange.paying.payment_code(call)
        )
        told = self._judge(answer, FREE, "code")
        if told:
            self.codes.append(told.body["digits"])
            self.model.codes.append(Code(person, self.county.now.replace(microsecond=0)))

    def _sale(self, step: Step) -> None:
        """A phone shows its code and the till takes it at once."""
        self._code(step._replace(fault=None))
        self._redeem(step._replace(b=5 * 3 * step.b + 1))

    def _redeem(self, step: Step) -> None:
        if not self.codes:
            return
        # The newest code most of the time, else any that was ever made.
        number = len(self.codes) - 1 if step.b % 3 else step.b % len(self.codes)
        till, points = step.c % len(self.county.tills), 1 + step.c // 4 % (4 if step.c % 4 else 7)
        if (known := self.model.sales.get(number)) is not None and step.c % 2:
            till, points = known.till, known.points  # a till that asks again
        at, actor = self.county.now, self.county.tills[till]
        call = Call(actor, None, at)
        answer = self._ask(
            step, lambda exchange: exchange.redeeming.redeem(call, points=points, code=self.codes[number])
        )
        told = self._judge(answer, self.model.redeem(number, till, points, at), "redeem")
        if told:
            self.model.redeemed(number, till, points, at.date())
            receipt = self.receipts.setdefault(number, UUID(told.body["id"]))
            if receipt != UUID(told.body["id"]) or told.body["points"] != points:
                raise Disagreement("redeem: one code, two answers")

    def _refund(self, step: Step) -> None:
        if not self.receipts:
            return
        number = self._of(sorted(self.receipts), step.b)
        points = 1 + step.c % (40 if step.c % 5 == 0 else 4)
        shop = self.county.owners[self.model.tills_of[self.model.sales[number].till]]

        def ask(exchange: Exchange, call: Call) -> Answer:
            return exchange.refunds.refund(call, self.receipts[number], points=points, reason="r")

        told = self._judge(self._keyed(step, shop, ask), self.model.refund(number, points), "refund")
        if told:
            self.model.refunded(number, points, self.county.now.date())

    def _expire(self, step: Step) -> None:
        call = self.county.call(self.county.clerk)

        def ask(exchange: Exchange) -> Answer:
            body = exchange.expiry.run(call)
            return Answer(body, body["position"])

        told = self._judge(self._ask(step, ask), FREE, "expire")
        gone = self.model.expire(self.county.now.date())
        if told and step.fault is None and told.body["expired_points"] != gone:
            raise Disagreement(f"expire: {told.body['expired_points']} points; the model: {gone}")

    def _revoke(self, step: Step) -> None:
        till = step.b % len(self.county.tills)
        if self._tills_left == 1 and till not in self.model.revoked:
            return  # somewhere people have to be able to pay

        def ask(exchange: Exchange, call: Call) -> Answer:
            return exchange.tills.revoke(call, self.county.tills[till].id)

        told = self._judge(self._keyed(step, self.county.clerk, ask), FREE, "revoke")
        if told and till not in self.model.revoked:
            self.model.revoked.add(till)
            self._tills_left -= 1

    # Asking again, time, and what the operators do

    def _again(self, step: Step) -> None:
        """A request that comes twice, late, by another way: the same answer, and nothing done."""
        if not self.questions:
            return
        question = self._of(self.questions, step.b)
        call = Call(question.actor, question.key, self.county.now)
        answer = self._ask(step, lambda exchange: question.ask(exchange, call))
        if answer == "till-revoked":
            return
        if not isinstance(answer, Answer) or not answer.replayed or answer.body != question.body:
            raise Disagreement(f"again: {answer}; at first {question.body}")

    def _seconds(self, step: Step) -> None:
        self.county.now += timedelta(seconds=1 + step.b % 100)

    def _days(self, step: Step) -> None:
        self.county.now += timedelta(days=step.b % 4 if step.c % 16 else 30, hours=step.c % 5)

    def _backwards(self, step: Step) -> None:
        """A clock that jumps back: whatever is asked at that time is refused, not misdated."""
        past = self.county.now - timedelta(days=2)
        call = Call(self.county.clerk, f"back-{step.b}-{step.c}-{self.asked}", past)
        exchange = self.county.processes[step.a % len(self.county.processes)]
        if exchange.tools.recorder.read_head().recorded_at_us <= past.timestamp() * 1_000_000:
            return
        try:
            exchange.tills.revoke(call, self.county.tills[0].id)
        except ClockBackwards:
            return
        raise Disagreement("backwards: the past was written to")

    def _rebuild(self, step: Step) -> None:
        report = self.county.processes[step.a % len(self.county.processes)].projections_rebuild()
        if report["differences"]:
            raise Disagreement(f"rebuild: {report['differences']}")

    def _restart(self, step: Step) -> None:
        self.county.reopen(step.a % len(self.county.processes))

    def _keep_tree(self, step: Step) -> None:
        self.county.processes[step.a % len(self.county.processes)].audit.keep_up()
