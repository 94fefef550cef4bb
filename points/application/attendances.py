"""Signing in and out by code: the one way in which minutes become verified.

The code on the activity's screen changes every half minute, so a photograph of it is worth nothing a moment
later; where somebody has no phone at hand the organiser scans theirs. A printed poster only leads to the page.
"""

from __future__ import annotations

import os
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import UUID

from points import access
from points.access import Act
from points.application.hours import record_service
from points.application.settings import settings_of
from points.application.tools import Answer, Body, Call, Tools, Work
from points.application.volunteers import find_volunteer
from points.codes.checking import OFFLINE_SKEW_S, ONLINE_SKEW_S, check_not_revoked, check_time, key_of, verify
from points.codes.text import extract_digits
from points.codes.token import Kind, Token, encode, to_digits
from points.domain import naming
from points.domain.activity import Activity
from points.domain.attendance import (
    SYNCED_WITHIN,
    Attendance,
    CheckWay,
    Fence,
    NoForgottenSignOut,
    NotCheckedIn,
    PosterProvesNothing,
    Span,
    SyncedTooLate,
)
from points.domain.calendar import SHANGHAI, from_us, local_day
from points.domain.device import Device
from points.domain.errors import Invalid, NotAllowed, NotFound
from points.domain.service_record import Interval, Service
from points.domain.values import Minutes, TimeClass
from points.domain.volunteer import Volunteer
from points.ledger.code_subjects import CodeSubject

SCREEN_CODE_FOR_S = 30
PRESENCE_CODE_FOR_S = 60
POSTER_FOR_S = 0xFFFF
"""The longest that a code can say: some eighteen hours."""

_NONCE_BYTES, _SUBJECT_BYTES = 8, 12
_SUBJECT_DOMAIN = b"VPX-ACT"


class ActivityCodeUnknown(NotFound):
    """The code is signed, but of no activity, or of nobody's phone."""


class ActivityNotPlanned(NotFound):
    """Only a planned activity has a time to sign in; one known from a sheet has not."""


class _Shown(NamedTuple):
    """Whose presence at which activity was shown, by which phone, when."""

    volunteer_id: UUID
    device_id: UUID
    activity_id: UUID
    captured_at: datetime
    way: CheckWay


class Attendances:
    """Who was where, from when until when."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    # Codes

    def screen_code(self, call: Call, activity_id: UUID) -> Answer:
        """The code for the activity's screen: good for half a minute, then the screen asks again."""
        return self._code(call, activity_id, SCREEN_CODE_FOR_S, "attendances.screen-code")

    def poster_code(self, call: Call, activity_id: UUID) -> Answer:
        """The code for print. It opens the activity's page and proves nobody's presence."""
        return self._code(call, activity_id, POSTER_FOR_S, "attendances.poster-code")

    def _code(self, call: Call, activity_id: UUID, valid_for_s: int, route: str) -> Answer:
        access.require(call.actor, Act.SHOW_ACTIVITY_CODE)

        def decide(work: Work) -> Body:
            activity = work.unit.get(Activity, activity_id)
            self._check_area(call, Act.SHOW_ACTIVITY_CODE, activity)
            _hours_of(activity)
            subject = sha256(_SUBJECT_DOMAIN + work.tenant.bytes + activity_id.bytes).digest()[
                :_SUBJECT_BYTES
            ]
            work.subjects.name(subject, Kind.ACTIVITY, activity_id, now=work.at)
            digits = _signed(work, subject, valid_for_s)
            host = settings_of(work).get("host", "points.invalid")
            expires_at = work.at.replace(microsecond=0) + timedelta(seconds=valid_for_s)
            return {
                "digits": digits,
                "url": f"https://{host}/s/{digits}",
                "expires_at": expires_at.isoformat(),
            }

        return self._tools.change(call, route, str(activity_id), decide)

    def presence_code(self, call: Call) -> Answer:
        """The code of one's own phone, for the organiser to scan. It pays nothing."""
        access.require(call.actor, Act.CHECK_IN)
        volunteer_id = _own(call)

        def decide(work: Work) -> Body:
            work.unit.get(Device, call.actor.id).require_active()
            work.unit.get(Volunteer, volunteer_id).require_active()
            subject = work.subjects.issue(Kind.ACTIVITY, volunteer_id, call.actor.id, now=work.at)
            expires_at = work.at.replace(microsecond=0) + timedelta(seconds=PRESENCE_CODE_FOR_S)
            return {
                "digits": _signed(work, subject, PRESENCE_CODE_FOR_S),
                "expires_at": expires_at.isoformat(),
            }

        return self._tools.change(call, "attendances.presence-code", [], decide)

    # Signing in and out

    def check_in(
        self,
        call: Call,
        *,
        code: str,
        activity_id: UUID | None = None,
        fence: str = "unknown",
        captured_at: datetime | None = None,
    ) -> Answer:
        """Begin to serve: a volunteer by the screen's code, or staff by the code of a volunteer's phone.

        Raises the refusals of codes, PosterProvesNothing, CheckInWindowClosed, StillCheckedIn, TooManyPairs,
        SyncedTooLate.
        """
        _require_either(call)
        place = _fence(fence)

        def decide(work: Work) -> Body:
            shown = self._shown(work, call, code, activity_id, captured_at)
            activity = work.unit.get(Activity, shown.activity_id)
            starts_at, ends_at = _hours_of(activity)
            work.unit.get(Volunteer, shown.volunteer_id).require_active()
            self._check_elsewhere(work, shown)
            attendance = _attendance(work, shown.volunteer_id, local_day(shown.captured_at), make=True)
            assert attendance is not None  # noqa: S101  # it was made
            attendance.check_in(
                work.at,
                activity_id=shown.activity_id,
                captured_at=shown.captured_at,
                starts_at=starts_at,
                ends_at=ends_at,
                device_id=shown.device_id,
                way=shown.way,
                fence=place,
            )
            return {"activity_id": str(shown.activity_id), "checked_in_at": shown.captured_at.isoformat()}

        return self._tools.change(
            call, "attendances.check-in", _told(code, activity_id, fence, captured_at), decide
        )

    def check_out(
        self,
        call: Call,
        *,
        code: str,
        activity_id: UUID | None = None,
        fence: str = "unknown",
        captured_at: datetime | None = None,
    ) -> Answer:
        """Stop serving; the minutes since the sign-in become a verified service record, to be reviewed as any.

        Raises the refusals of codes, NotCheckedIn, SignOutForgotten, and what `Timesheet.record_service` raises.
        """
        _require_either(call)
        place = _fence(fence)

        def decide(work: Work) -> Body:
            shown = self._shown(work, call, code, activity_id, captured_at)
            activity = work.unit.get(Activity, shown.activity_id)
            attendance = _open_attendance(work, shown.volunteer_id, shown.activity_id, shown.captured_at)
            span = attendance.span(shown.activity_id, shown.captured_at)
            record_id = work.new_id() if span.minutes else None
            if record_id is not None:
                volunteer = work.unit.get(Volunteer, shown.volunteer_id)
                record_service(
                    work, volunteer, _service(record_id, activity, span, call.actor.id), from_sheet=True
                )
            attendance.check_out(
                work.at,
                captured_at=shown.captured_at,
                span=span,
                record_id=record_id,
                device_id=shown.device_id,
                way=shown.way,
                fence=place,
            )
            return {
                "activity_id": str(shown.activity_id),
                "record_id": record_id and str(record_id),
                "minutes": span.minutes,
            }

        return self._tools.change(
            call, "attendances.check-out", _told(code, activity_id, fence, captured_at), decide
        )

    def settle(
        self,
        call: Call,
        *,
        volunteer_number: str,
        day: date,
        minutes: int,
        reason: str,
        evidence: bytes | None,
    ) -> Answer:
        """Close a forgotten sign-out: with supplementary minutes that evidence backs, or with none (rule 7)."""
        access.require(call.actor, Act.RECORD_HOURS)
        if not reason.strip():
            raise Invalid(field="reason", rule="missing")
        if minutes and evidence is None:
            raise Invalid(field="evidence", rule="missing")

        def decide(work: Work) -> Body:
            volunteer = find_volunteer(work, volunteer_number)
            attendance = _attendance(work, volunteer.id, day, make=False)
            if attendance is None or attendance.present is None:
                raise NoForgottenSignOut
            present = attendance.present
            activity = work.unit.get(Activity, present.activity_id)
            self._check_area(call, Act.RECORD_HOURS, activity)
            reason_ref = work.text(attendance.id, reason.strip())
            record_id = work.new_id() if minutes else None
            attendance.settle(
                work.at, minutes=minutes, record_id=record_id, settled_by=call.actor.id, reason_ref=reason_ref
            )
            if record_id is not None:
                from_at = from_us(max(present.at_us, present.starts_at_us))
                span = Span(from_at, from_at + timedelta(minutes=minutes), minutes)
                service = _service(record_id, activity, span, call.actor.id)._replace(
                    time_class=TimeClass.SUPPLEMENTARY, reason_ref=reason_ref, evidence=evidence
                )
                record_service(work, volunteer, service, from_sheet=True)
            return {"record_id": record_id and str(record_id), "minutes": minutes}

        told = [volunteer_number, day.isoformat(), minutes, reason, evidence.hex() if evidence else None]
        return self._tools.change(call, "attendances.settle", told, decide)

    # What a code shows

    def _shown(
        self, work: Work, call: Call, code: str, activity_id: UUID | None, captured_at: datetime | None
    ) -> _Shown:
        keys = work.key_ring.current()
        token = verify(
            extract_digits(code.strip()), expected=Kind.ACTIVITY, tenant=work.tenant.bytes, keys=keys
        )
        subject = work.subjects.resolve(token.subject)
        if subject is None or subject.kind != Kind.ACTIVITY:
            raise ActivityCodeUnknown(subject="activity-code", reference="")
        at = self._when(work, token, captured_at)
        key = key_of(token, keys)
        check_time(token, key, int(at.timestamp()), OFFLINE_SKEW_S if captured_at else ONLINE_SKEW_S)
        check_not_revoked(key)
        if subject.device_id is not None:
            return self._scanned_by_organiser(work, call, subject, activity_id, at)
        access.require(call.actor, Act.CHECK_IN)
        if token.time_to_live != SCREEN_CODE_FOR_S:
            raise PosterProvesNothing
        return _Shown(_own(call), call.actor.id, subject.target_id, at, CheckWay.SCREEN)

    def _when(self, work: Work, token: Token, captured_at: datetime | None) -> datetime:
        """Now; or, for what was scanned without a network, then. The code's own half minute bounds the claim."""
        if captured_at is None:
            return work.at
        if captured_at > work.at or work.at - captured_at > SYNCED_WITHIN:
            raise SyncedTooLate(captured_at=captured_at)
        return captured_at

    def _scanned_by_organiser(
        self, work: Work, call: Call, subject: CodeSubject, activity_id: UUID | None, at: datetime
    ) -> _Shown:
        access.require(call.actor, Act.SHOW_ACTIVITY_CODE)
        if activity_id is None:
            raise Invalid(field="activity", rule="missing")
        self._check_area(call, Act.SHOW_ACTIVITY_CODE, work.unit.get(Activity, activity_id))
        if subject.target_id == call.actor.volunteer_id:
            raise NotAllowed(action=Act.SHOW_ACTIVITY_CODE.value)  # nobody vouches for themselves
        device_id = subject.device_id or subject.target_id
        return _Shown(subject.target_id, device_id, activity_id, at, CheckWay.ORGANISER)

    def _check_elsewhere(self, work: Work, shown: _Shown) -> None:
        """A presence of the night before may still run: one person is at one place, over midnight too."""
        before = _attendance(
            work, shown.volunteer_id, local_day(shown.captured_at) - timedelta(days=1), make=False
        )
        if before is not None and before.present is not None and not before.forgotten(shown.captured_at):
            before.check_in(
                work.at,
                activity_id=shown.activity_id,
                captured_at=shown.captured_at,
                starts_at=shown.captured_at,
                ends_at=shown.captured_at,
                device_id=shown.device_id,
                way=shown.way,
                fence=Fence.UNKNOWN,
            )

    def _check_area(self, call: Call, act: Act, activity: Activity) -> None:
        access.require_in_area(call.actor, act, self._tools.areas().path(activity.area_code))


def _signed(work: Work, subject: bytes, valid_for_s: int) -> str:
    signer = work.signer(Kind.ACTIVITY)
    token = Token(
        Kind.ACTIVITY,
        signer.key.key_id,
        subject,
        0,
        os.urandom(_NONCE_BYTES),
        int(work.at.timestamp()),
        valid_for_s,
        0,
    )
    return to_digits(encode(token, work.tenant.bytes, signer.sign))


def _require_either(call: Call) -> None:
    """Volunteers for themselves, staff for those whose phone they scan; what the code shows decides between them."""
    if call.actor.role not in access.ALLOWED[Act.SHOW_ACTIVITY_CODE]:
        access.require(call.actor, Act.CHECK_IN)


def _own(call: Call) -> UUID:
    if call.actor.volunteer_id is None:
        raise NotAllowed(action=Act.CHECK_IN.value)
    return call.actor.volunteer_id


def _hours_of(activity: Activity) -> tuple[datetime, datetime]:
    if activity.starts_at_us is None or activity.ends_at_us is None:
        raise ActivityNotPlanned(subject="activity", reference=str(activity.id))
    return from_us(activity.starts_at_us), from_us(activity.ends_at_us)


def _attendance(work: Work, volunteer_id: UUID, day: date, *, make: bool) -> Attendance | None:
    id_ = naming.attendance_id(work.tenant, volunteer_id, day)
    known = work.unit.seek(Attendance, id_)
    if known is None and make:
        return work.unit.add(Attendance.open(work.at, id_, volunteer_id=volunteer_id, day=day))
    return known


def _open_attendance(work: Work, volunteer_id: UUID, activity_id: UUID, at: datetime) -> Attendance:
    """The day on which the person signed in to it: today, or the day before if it ran over midnight."""
    for day in (local_day(at), local_day(at) - timedelta(days=1)):
        known = _attendance(work, volunteer_id, day, make=False)
        if known is not None and known.present is not None and known.present.activity_id == activity_id:
            return known
    raise NotCheckedIn


def _service(record_id: UUID, activity: Activity, span: Span, entered_by: UUID) -> Service:
    local = span.from_at.astimezone(SHANGHAI)
    start = local.hour * 60 + local.minute
    return Service(
        record_id,
        activity.id,
        activity.area_code,
        activity.kind,
        TimeClass.VERIFIED,
        local.date(),
        Interval(start, start + span.minutes),
        Minutes(span.minutes),
        entered_by,
        None,
        None,
    )


def _fence(fence: str) -> Fence:
    if fence not in set(Fence):
        raise Invalid(field="fence", rule="unknown")
    return Fence(fence)


def _told(code: str, activity_id: UUID | None, fence: str, captured_at: datetime | None) -> list[Any]:
    # The code is a secret of half a minute; its digest tells two requests apart as well.
    digest = sha256(code.encode()).hexdigest()
    return [digest, str(activity_id), fence, captured_at and captured_at.isoformat()]
