"""Hours of service: entered one by one or from a sheet, as supplementary time with its reason and evidence."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from points import access
from points.access import Act
from points.application.activities import activity_of_name, read_kind
from points.application.ages import birth_of
from points.application.imports import ImportReport, LineResult, OnProgress, in_chunks
from points.application.sheets import LineRefusal, SigninLine, read_signins
from points.application.tools import Answer, Body, Call, Tools, Work
from points.application.volunteers import find_by_phone, find_volunteer, see_volunteer
from points.domain import naming
from points.domain.activity import Activity
from points.domain.calendar import month_of
from points.domain.errors import Invalid, NotFound, Refused
from points.domain.minors import AgeGroup, age_group, check_service_of_minor
from points.domain.people import Purpose
from points.domain.service_record import DAY_MINUTES, Interval, RecordState, Service
from points.domain.timesheet import Timesheet
from points.domain.timesheet_errors import AlreadyRecorded, DayFull, FutureService, OverlapsOtherService
from points.domain.values import Minutes, ServiceKind, TimeClass
from points.domain.volunteer import Volunteer
from points.ledger.blind_indexes import VOLUNTEER_NUMBER
from points.projections import hours_queries

_REASON_OF_FILE = "reason_of_file"


class ServiceRecordNotFound(NotFound):
    """No such record, or none that the asker may see."""


class Hours:
    """Service on record."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def issue(
        self,
        call: Call,
        *,
        volunteer_number: str,
        minutes: int,
        kind: str,
        on: date,
        activity: str,
        reason: str,
        area: str | None = None,
        starts_at_minute: int | None = None,
        accompanied_by: str | None = None,
    ) -> Answer:
        """Enter one service. `activity` is an activity's id, or a name that then stands for that area and day.

        `accompanied_by` is the volunteer number of the adult beside a child under 10.

        Raises the refusals of `Timesheet.record_service`, LongerThanActivity, OutsideActivityDay, OutsideScope.
        """
        code = area or call.actor.area_code or self._tools.county_code
        access.require_in_area(call.actor, Act.RECORD_HOURS, self._tools.areas(code).path(code))
        known_kind = read_kind(kind)
        if not reason.strip():
            raise Invalid(field="reason", rule="missing")
        if not activity.strip():
            raise Invalid(field="activity", rule="missing")

        def decide(work: Work) -> Body:
            volunteer = find_volunteer(work, volunteer_number)
            volunteer.require_active()
            known = self._named_activity(work, call, activity, code, on, known_kind)
            known.check_supplementary(on, Minutes(minutes))
            interval = (
                None if starts_at_minute is None else Interval(starts_at_minute, starts_at_minute + minutes)
            )
            record_id = work.new_id()
            reason_ref = work.text(record_id, reason.strip())
            service = Service(
                record_id,
                known.id,
                known.area_code,
                known_kind,
                TimeClass.SUPPLEMENTARY,
                on,
                interval,
                Minutes(minutes),
                call.actor.id,
                reason_ref,
                None,
            )
            companion = find_volunteer(work, accompanied_by) if accompanied_by else None
            record_service(work, volunteer, service, companion)
            return {"record_id": str(record_id), "activity_id": str(known.id), "minutes": minutes}

        told = [volunteer_number, minutes, kind, on.isoformat(), activity, reason, area, starts_at_minute]
        told += [accompanied_by] if accompanied_by else []
        return self._tools.change(call, "hours.issue", told, decide)

    def _named_activity(
        self, work: Work, call: Call, activity: str, area: str, day: date, kind: ServiceKind
    ) -> Activity:
        try:
            known = work.unit.get(Activity, UUID(activity))
        except ValueError:
            return activity_of_name(
                work,
                area=area,
                day=day,
                name=activity.strip(),
                kind=kind,
                evidence=None,
                recorded_by=call.actor.id,
            )
        path = self._tools.areas().path(known.area_code)
        access.require_in_area(call.actor, Act.RECORD_HOURS, path)
        return known

    def import_file(
        self,
        call: Call,
        data: bytes,
        filename: str,
        *,
        area: str,
        reason: str,
        dry_run: bool = False,
        on_progress: OnProgress = lambda _done, _of: None,
    ) -> ImportReport:
        """Enter a sign-in sheet. The file's SHA-256 is the evidence of every line.

        A line is known again by volunteer, activity name, date and interval, whatever file it comes from.
        """
        access.require_in_area(call.actor, Act.RECORD_HOURS, self._tools.areas(area).path(area))
        if not reason.strip():
            raise Invalid(field="reason", rule="missing")
        reading = read_signins(data, filename, today=self._tools.today(call))
        evidence = hashlib.sha256(data).digest()

        def decide(work: Work, line: SigninLine) -> LineResult:
            return enter_line(work, line, call, area, reason.strip(), evidence)

        return in_chunks(
            self._tools,
            call,
            reading.lines,
            decide,
            refused=reading.refused,
            dry_run=dry_run,
            on_progress=on_progress,
        )

    def list(
        self, call: Call, *, state: str, area: str | None, limit: int, after: UUID | None = None
    ) -> Body:
        """Records in a state, in the asker's area or one below it."""
        code = area or call.actor.area_code or self._tools.county_code
        access.require_in_area(call.actor, Act.READ_HOURS, self._tools.areas(code).path(code))
        if state not in set(RecordState):
            raise Invalid(field="state", rule="state-unknown")
        with self._tools.reading() as connection:
            records = hours_queries.in_state(connection, RecordState(state), code, limit, after)
        more = str(records[-1].record_id) if len(records) == limit else None
        return {"records": [shown(record) for record in records], "next": more}

    def show(self, call: Call, record_id: UUID) -> Body:
        access.require(call.actor, Act.READ_HOURS)
        record = find_record(self._tools, record_id)
        path = self._tools.areas().path(record.area_code)
        access.require_for_volunteer(call.actor, Act.READ_HOURS, record.volunteer_id, path)
        return shown(record)

    def of_volunteer(
        self, call: Call, number: str, *, limit: int, before: tuple[date, UUID] | None = None
    ) -> Body:
        """A person's records, the latest day first."""
        volunteer = see_volunteer(self._tools, call.actor, Act.READ_HOURS, number)
        with self._tools.reading() as connection:
            records = hours_queries.of_volunteer(connection, volunteer.volunteer_id, limit, before)
        last = records[-1] if len(records) == limit else None
        return {
            "records": [shown(record) for record in records],
            "next": last and f"{last.day.isoformat()}.{last.record_id}",
        }


def enter_line(  # noqa: PLR0911  # each return is one reason a careful reader would give
    work: Work, line: SigninLine, call: Call, area: str, reason: str, evidence: bytes
) -> LineResult:
    """One line of a sign-in sheet: refused where a careful reader would, known where it stands already."""

    def refuse(field: str, rule: str, **facts: Any) -> LineRefusal:
        return LineRefusal(line.line, field, rule, facts, line.sheet)

    volunteer_id = _whose(work, line)
    if isinstance(volunteer_id, LookupError):
        return refuse("volunteer", str(volunteer_id))
    volunteer = work.unit.get(Volunteer, volunteer_id)
    if volunteer.withdrawn:
        return refuse("volunteer", "volunteer-withdrawn")
    kind = ServiceKind(line.kind_code)
    interval = None
    if line.starts_at_minute is not None and line.ends_at_minute is not None:
        interval = Interval(line.starts_at_minute, line.ends_at_minute)
    try:
        activity = activity_of_name(
            work,
            area=area,
            day=line.day,
            name=line.activity_name,
            kind=kind,
            evidence=evidence,
            recorded_by=call.actor.id,
        )
        activity.check_supplementary(line.day, Minutes(line.minutes))
        service = Service(
            work.new_id(),
            activity.id,
            area,
            kind,
            TimeClass.SUPPLEMENTARY,
            line.day,
            interval,
            Minutes(line.minutes),
            call.actor.id,
            _reason_of_file(work, evidence, reason),
            evidence,
        )
        record_service(work, volunteer, service, from_sheet=True)
    except AlreadyRecorded:
        return "duplicate"
    except OverlapsOtherService:
        return refuse("sign-in", "overlap")
    except DayFull as full:
        return refuse("duration", "day-full", left_minutes=full.left_minutes)
    except FutureService:
        return refuse("date", "future-date")
    except Refused as refusal:
        return refuse("activity", refusal.slug())
    return "accepted"


def _reason_of_file(work: Work, evidence: bytes, reason: str) -> UUID:
    """The reason, kept once for all lines of a file that were entered with it."""
    named = f"{evidence.hex()} {reason}"
    known = work.indexes.lookup(_REASON_OF_FILE, named)
    if known is not None:
        return known
    ref = work.text(work.new_id(), reason)
    work.indexes.claim(_REASON_OF_FILE, named, ref)
    return ref


def _whose(work: Work, line: SigninLine) -> UUID | LookupError:
    by_number = None
    if line.volunteer_number is not None:
        by_number = work.indexes.lookup(VOLUNTEER_NUMBER, line.volunteer_number)
        if by_number is None:
            return LookupError("volunteer-unknown")
    if line.phone is None:
        return by_number if by_number is not None else LookupError("volunteer-unknown")
    by_phone = find_by_phone(work, line.phone, line.volunteer_name)
    if by_number is not None and by_phone != by_number:
        return LookupError("volunteer-contradicts")
    return by_phone


def record_service(
    work: Work,
    volunteer: Volunteer,
    service: Service,
    companion: Volunteer | None = None,
    *,
    from_sheet: bool = False,
) -> None:
    """Take a service onto the sheet of its month, and of the next where it runs past the last midnight.

    Raises what `Timesheet.record_service` and, for a minor, `check_service_of_minor` raise. A sheet has no
    column for the adult beside a child; the person who keeps it vouches for that, as its reason says.
    """
    _check_age(work, volunteer, service.day, companion, from_sheet=from_sheet)
    sheet = sheet_of(work, volunteer.id, service.day)
    following = None
    if service.interval is not None and service.interval.ends_at_minute > DAY_MINUTES:
        next_day = service.day + timedelta(days=1)
        if month_of(next_day) != month_of(service.day):
            following = sheet_of(work, volunteer.id, next_day)
    sheet.record_service(work.at, service, following)
    if companion is not None:
        sheet.state_accompaniment(work.at, service.record_id, companion.id)


def _check_age(
    work: Work, volunteer: Volunteer, day: date, companion: Volunteer | None, *, from_sheet: bool
) -> None:
    birth = birth_of(work.vault.get(volunteer.profile_ref) or {})
    if birth is None or (companion is None and age_group(birth, day) in {AgeGroup.MINOR, AgeGroup.ADULT}):
        return
    beside = None if companion is None else birth_of(work.vault.get(companion.profile_ref) or {})
    check_service_of_minor(
        birth,
        day,
        guardian_consent=Purpose.GUARDIAN in volunteer.consents,
        companion_birth=beside,
        companion_needed=not from_sheet,
    )


def sheet_of(work: Work, volunteer_id: UUID, day: date) -> Timesheet:
    """The person's timesheet of the day's month, opened if it is the first entry."""
    month = month_of(day)
    sheet_id = naming.timesheet_id(work.tenant, volunteer_id, month)
    sheet = work.unit.seek(Timesheet, sheet_id)
    if sheet is not None:
        return sheet
    return work.unit.add(Timesheet.open(work.at, sheet_id, volunteer_id=volunteer_id, month=month))


def find_record(tools: Tools, record_id: UUID) -> hours_queries.ServiceRecord:
    """Raises ServiceRecordNotFound."""
    with tools.reading() as connection:
        record = hours_queries.get(connection, record_id)
    if record is None:
        raise ServiceRecordNotFound(subject="service-record", reference=str(record_id))
    return record


def shown(record: hours_queries.ServiceRecord) -> dict[str, Any]:
    return {
        "record_id": str(record.record_id),
        "activity_id": str(record.activity_id),
        "area": record.area_code,
        "kind": record.kind,
        "time_class": record.time_class,
        "day": record.day.isoformat(),
        "starts_at_minute": record.starts_at_minute,
        "ends_at_minute": record.ends_at_minute,
        "minutes": record.minutes,
        "state": record.state.value,
        "tiers": [tier.value for tier in record.tiers],
        "notice_id": record.notice_id and str(record.notice_id),
        "closes_on": record.closes_on and record.closes_on.isoformat(),
        "points": record.points,
        "open_objections": record.open_objections,
    }
