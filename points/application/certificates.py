"""Service certificates: asked for, on the board for seven days, issued under a serial, checked by anybody."""

from __future__ import annotations

import hashlib
import os
import re
from datetime import date, datetime
from typing import Any
from uuid import UUID

from points import access
from points.access import Act, Actor
from points.application.ages import is_minor
from points.application.documents import certificate as paper
from points.application.households import own_people
from points.application.settings import (
    CERTIFICATE_CONTACT,
    CERTIFICATE_ISSUER,
    NATIONAL_LINK,
    host_of,
    settings_of,
)
from points.application.tools import Answer, Body, Call, Tools, Work
from points.application.volunteers import find_volunteer, masked, see_volunteer
from points.codes.checking import verify
from points.codes.text import extract_digits, printed_text
from points.codes.token import DIGITS, Kind, Token, encode, to_digits
from points.domain import naming
from points.domain.calendar import SHANGHAI
from points.domain.certificate import Certificate, CertificateNotIssued, CertificateState
from points.domain.certificate_register import CertificateRegister
from points.domain.device import Device
from points.domain.errors import Invalid, NotFound
from points.domain.people import Purpose
from points.domain.staff import Staff
from points.domain.values import Role
from points.domain.volunteer import Volunteer
from points.projections import activities, areas, honours, volunteers

_NONCE_BYTES = 8
_LINES_MOST = 60
_CONTENT = "content"
_SERIAL = re.compile(r"\A(?P<county>[0-9]{6})-(?P<year>[0-9]{4})-(?P<number>[0-9]{6,9})\Z", re.ASCII)
_EARLIEST = date(2000, 1, 1)


class CertificateNotFound(NotFound):
    """No such certificate, or none that the asker may see."""


class Certificates:
    """What a volunteer shows elsewhere."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def request(
        self,
        call: Call,
        number: str,
        *,
        period_from: date | None = None,
        period_until: date | None = None,
    ) -> Answer:
        """Ask for one; it hangs on the board for seven days. The person's own request is the consent.

        Raises ConsentMissing where staff ask without it, NothingToCertify, Invalid, VolunteerNotFound.
        """
        known = see_volunteer(self._tools, call.actor, Act.REQUEST_CERTIFICATE, number)
        start, end = period_from or _EARLIEST, period_until or self._tools.today(call)
        with self._tools.reading() as connection:
            served = honours.served(connection, known.volunteer_id, start, end)
        counted_minutes = sum(line.verified_minutes + line.supplementary_minutes for line in served)
        first = max(start, min((line.first_day for line in served), default=start))

        def decide(work: Work) -> Body:
            volunteer = find_volunteer(work, number)
            certificate_id = work.new_id()
            certificate = Certificate.request(
                work.at,
                certificate_id,
                volunteer_id=volunteer.id,
                area_code=volunteer.area_code,
                period_from=first if period_from is None else start,
                period_until=end,
                counted_minutes=counted_minutes,
                requested_by=call.actor.id,
            )
            if call.actor.role is Role.VOLUNTEER:
                volunteer.consent(work.at, Purpose.CERTIFICATE, recorded_by=call.actor.id)
            else:
                volunteer.require_consent(Purpose.CERTIFICATE)
            work.unit.add(certificate)
            return {
                "certificate_id": str(certificate_id),
                "closes_on": certificate.posting.closes_on.isoformat(),
            }

        told = [number, period_from and period_from.isoformat(), period_until and period_until.isoformat()]
        return self._tools.change(call, "certificates.request", told, decide)

    def object(self, call: Call, certificate_id: UUID, *, text: str) -> Answer:
        access.require(call.actor, Act.OBJECT)
        if not text.strip():
            raise Invalid(field="text", rule="missing")

        def decide(work: Work) -> Body:
            objection_id = work.new_id()
            certificate = work.unit.get(Certificate, certificate_id)
            text_ref = work.text(objection_id, text.strip())
            certificate.object(work.at, objection_id=objection_id, text_ref=text_ref)
            return {"certificate_id": str(certificate_id), "objection_id": str(objection_id)}

        return self._tools.change(call, "certificates.object", [str(certificate_id), text], decide)

    def answer(
        self, call: Call, certificate_id: UUID, objection_id: UUID, *, upheld: bool, text: str
    ) -> Answer:
        """Upheld, the certificate is refused. Raises OwnPosting, OwnCase, PostingObjectionNotFound."""
        access.require(call.actor, Act.ANSWER_OBJECTION)
        if not text.strip():
            raise Invalid(field="text", rule="missing")

        def decide(work: Work) -> Body:
            certificate = self._theirs(work, call.actor, Act.ANSWER_OBJECTION, certificate_id)
            certificate.answer_objection(
                work.at,
                objection_id=objection_id,
                upheld=upheld,
                answered_by=call.actor.id,
                person_ids=own_people(work, call.actor),
                text_ref=work.text(objection_id, text.strip()),
            )
            return {"certificate_id": str(certificate_id), "upheld": upheld}

        told = [str(certificate_id), str(objection_id), upheld, text]
        return self._tools.change(call, "certificates.answer", told, decide)

    def issue(self, call: Call, certificate_id: UUID) -> Answer:
        """Issue it under the year's next serial, with a signed code.

        Raises PostingStillOpen, PostingObjected, OwnPosting, OwnCase, CertificateNotPosted, OutsideScope.
        """
        access.require(call.actor, Act.ISSUE_CERTIFICATE)
        found = self._found(certificate_id)
        access.require_in_area(call.actor, Act.ISSUE_CERTIFICATE, self._tools.areas().path(found.area_code))
        lines = self._lines(found)
        issuer = self._area_name(found.area_code)

        def decide(work: Work) -> Body:
            certificate = self._theirs(work, call.actor, Act.ISSUE_CERTIFICATE, certificate_id)
            people = own_people(work, call.actor)
            certificate.check_issue(work.at, issued_by=call.actor.id, person_ids=people)
            volunteer = work.unit.get(Volunteer, certificate.volunteer_id)
            content, number = self._content(work, call.actor, certificate, volunteer, lines, issuer)
            data = paper.encode(content)
            certificate.issue(
                work.at,
                year=work.today.year,
                number=number,
                verified_minutes=content.verified_minutes,
                supplementary_minutes=content.supplementary_minutes,
                linked=content.linked,
                paper_ref=work.vault.put(volunteer.id, {_CONTENT: data.decode()}),
                paper=hashlib.sha256(data).digest(),
                issued_by=call.actor.id,
            )
            return {"certificate_id": str(certificate_id), "serial": content.serial}

        return self._tools.change(call, "certificates.issue", str(certificate_id), decide)

    def _content(
        self,
        work: Work,
        actor: Actor,
        certificate: Certificate,
        volunteer: Volunteer,
        lines: tuple[paper.Line, ...],
        issuer: str,
    ) -> tuple[paper.Content, int]:
        register_id = naming.certificate_register_id(work.tenant, work.today.year)
        register = work.unit.seek(CertificateRegister, register_id)
        if register is None:
            register = work.unit.add(CertificateRegister.open(work.at, register_id, year=work.today.year))
        number = register.number(work.at, certificate_id=certificate.id)
        settings = settings_of(work)
        profile = work.vault.get(volunteer.profile_ref) or {}
        content = paper.Content(
            serial=serial_of(self._tools.county_code, work.today.year, number),
            name=profile.get("name", ""),
            identity_number=masked_identity(profile.get("identity_number", "")),
            volunteer_number=volunteer.volunteer_number,
            period_from=certificate.period_from.isoformat(),
            period_until=certificate.period_until.isoformat(),
            verified_minutes=sum(line.verified_minutes for line in lines),
            supplementary_minutes=sum(line.supplementary_minutes for line in lines),
            lines=lines,
            issuer=settings.get(CERTIFICATE_ISSUER) or issuer,
            responsible=_staff_name(work, actor.id),
            handler=_staff_name(work, certificate.posting.asked_by),
            contact=settings.get(CERTIFICATE_CONTACT, ""),
            issued_on=work.today.isoformat(),
            linked=settings.get(NATIONAL_LINK, "") not in {"", "0", "false"},
            url=_signed_url(work, certificate.id, host_of(settings)),
        )
        return content, number

    def revoke(self, call: Call, certificate_id: UUID, *, reason: str) -> Answer:
        """Raises CertificateNotIssued, OutsideScope."""
        access.require(call.actor, Act.REVOKE_CERTIFICATE)
        if not reason.strip():
            raise Invalid(field="reason", rule="missing")

        def decide(work: Work) -> Body:
            certificate = self._theirs(work, call.actor, Act.REVOKE_CERTIFICATE, certificate_id)
            reason_ref = work.text(certificate_id, reason.strip())
            certificate.revoke(work.at, reason_ref=reason_ref, revoked_by=call.actor.id)
            return {"certificate_id": str(certificate_id)}

        return self._tools.change(call, "certificates.revoke", [str(certificate_id), reason], decide)

    # Looking

    def list(
        self,
        call: Call,
        *,
        area: str | None,
        state: str | None,
        limit: int,
        after: UUID | None = None,
    ) -> Body:
        access.require(call.actor, Act.READ_CERTIFICATES)
        code = area or call.actor.area_code or self._tools.county_code
        access.require_in_area(call.actor, Act.READ_CERTIFICATES, self._tools.areas(code).path(code))
        if state is not None and state not in set(CertificateState):
            raise Invalid(field="state", rule="state-unknown")
        with self._tools.reading() as connection:
            known = None if state is None else CertificateState(state)
            found = honours.certificates_in(connection, code, known, limit, after)
        return {
            "certificates": [self._shown(certificate) for certificate in found],
            "next": str(found[-1].certificate_id) if len(found) == limit else None,
        }

    def notices(self, area: str | None, *, limit: int, after: UUID | None = None) -> Body:
        """Certificates on the board, for everybody: masked names, a minor's not at all."""
        code = area or self._tools.county_code
        self._tools.areas(code).get(code)
        with self._tools.reading() as connection:
            found = honours.certificates_in(connection, code, CertificateState.POSTED, limit, after)
            people = {one.volunteer_id: volunteers.get(connection, one.volunteer_id) for one in found}
        names = self._masked_names(people)
        return {
            "notices": [
                {
                    "certificate_id": str(one.certificate_id),
                    "name": names.get(one.volunteer_id, ""),
                    "period_from": one.period_from.isoformat(),
                    "period_until": one.period_until.isoformat(),
                    "opened_on": one.opened_on.isoformat(),
                    "closes_on": one.closes_on.isoformat(),
                }
                for one in found
            ],
            "next": str(found[-1].certificate_id) if len(found) == limit else None,
        }

    def _masked_names(self, people: dict[UUID, volunteers.Volunteer | None]) -> dict[UUID, str]:
        today = self._tools.local_today()
        with self._tools.looking() as desk:
            profiles = {
                person: desk.vault.get(volunteer.profile_ref) or {}
                for person, volunteer in people.items()
                if volunteer is not None
            }
        return {
            person: "*" if is_minor(profile, today) else masked(profile.get("name", ""))
            for person, profile in profiles.items()
        }

    def show(self, call: Call, certificate_id: UUID) -> Body:
        return self._shown(self._seen(call, certificate_id))

    def pdf(self, call: Call, certificate_id: UUID) -> tuple[bytes, str]:
        """The paper and a name for its file. Raises CertificateNotIssued before it is issued."""
        found = self._seen(call, certificate_id)
        content = self._kept(found)
        if content is None or found.issued_on is None:
            raise CertificateNotIssued(certificate_id=certificate_id)
        revoked = found.state == CertificateState.REVOKED.value
        issued_at = datetime.combine(found.issued_on, datetime.min.time(), tzinfo=SHANGHAI)
        return paper.render(content, issued_at, revoked=revoked), f"{content.serial}.pdf"

    def check(self, reference: str) -> Body:
        """What anybody may learn: by the signed code all that stands on the paper, by the serial alone no more
        than that it exists and a masked name, since serials can be counted through.

        Raises CertificateNotFound, and for a code what `points.codes.checking.verify` raises.
        """
        by_code = len(reference) == DIGITS or reference.startswith("https://")
        found = self._by_code(reference) if by_code else self._by_serial(reference)
        content = self._kept(found)
        if content is None:
            raise CertificateNotFound(subject="certificate", reference=reference[:20])
        shown: dict[str, Any] = {
            "serial": content.serial,
            "state": found.state,
            "issued_on": content.issued_on,
            "revoked_on": found.revoked_on and found.revoked_on.isoformat(),
            "linked": content.linked,
        }
        if not by_code:
            return {**shown, "name": masked(content.name)}
        return {
            **shown,
            "name": content.name,
            "identity_number": content.identity_number,
            "volunteer_number": content.volunteer_number,
            "period_from": content.period_from,
            "period_until": content.period_until,
            "verified_minutes": content.verified_minutes,
            "supplementary_minutes": content.supplementary_minutes,
            "lines": [
                {
                    "activity": line.activity,
                    "kind": line.kind,
                    "first_day": line.first_day,
                    "last_day": line.last_day,
                    "verified_minutes": line.verified_minutes,
                    "supplementary_minutes": line.supplementary_minutes,
                }
                for line in content.lines
            ],
            "issuer": content.issuer,
            "responsible": content.responsible,
            "handler": content.handler,
            "contact": content.contact,
        }

    def _by_code(self, reference: str) -> honours.Certificate:
        tools = self._tools
        digits = extract_digits(reference.strip())
        with tools.looking() as desk:
            keys = desk.key_ring.current()
            token = verify(digits, expected=Kind.CERTIFICATE, tenant=tools.tenant.bytes, keys=keys)
            subject = desk.subjects.resolve(token.subject)
        if subject is None or subject.kind != Kind.CERTIFICATE:
            raise CertificateNotFound(subject="certificate", reference="")
        return self._found(subject.target_id)

    def _by_serial(self, reference: str) -> honours.Certificate:
        missing = CertificateNotFound(subject="certificate", reference=reference[:20])
        parts = _SERIAL.match(reference)
        if parts is None or parts["county"] != self._tools.county_code:
            raise missing
        with self._tools.reading() as connection:
            found = honours.by_serial(connection, int(parts["year"]), int(parts["number"]))
        if found is None:
            raise missing
        return found

    def _found(self, certificate_id: UUID) -> honours.Certificate:
        with self._tools.reading() as connection:
            found = honours.certificate(connection, certificate_id)
        if found is None:
            raise CertificateNotFound(subject="certificate", reference=str(certificate_id))
        return found

    def _seen(self, call: Call, certificate_id: UUID) -> honours.Certificate:
        access.require(call.actor, Act.READ_CERTIFICATES)
        found = self._found(certificate_id)
        path = self._tools.areas().path(found.area_code)
        access.require_for_volunteer(call.actor, Act.READ_CERTIFICATES, found.volunteer_id, path)
        return found

    def _theirs(self, work: Work, actor: Actor, act: Act, certificate_id: UUID) -> Certificate:
        certificate = work.unit.get(Certificate, certificate_id)
        access.require_in_area(actor, act, self._tools.areas().path(certificate.area_code))
        return certificate

    def _kept(self, found: honours.Certificate) -> paper.Content | None:
        if found.paper_ref is None:
            return None
        with self._tools.looking() as desk:
            kept = desk.vault.get(found.paper_ref)
        return None if kept is None else paper.decode(kept[_CONTENT].encode())

    def _shown(self, found: honours.Certificate) -> Body:
        serial = None
        if found.year is not None and found.number is not None:
            serial = serial_of(self._tools.county_code, found.year, found.number)
        return {
            "certificate_id": str(found.certificate_id),
            "serial": serial,
            "state": found.state,
            "area": found.area_code,
            "period_from": found.period_from.isoformat(),
            "period_until": found.period_until.isoformat(),
            "closes_on": found.closes_on.isoformat(),
            "open_objections": found.open_objections,
            "issued_on": found.issued_on and found.issued_on.isoformat(),
            "revoked_on": found.revoked_on and found.revoked_on.isoformat(),
        }

    def _lines(self, found: honours.Certificate) -> tuple[paper.Line, ...]:
        with self._tools.reading() as connection:
            served = honours.served(connection, found.volunteer_id, found.period_from, found.period_until)
            known = {one.activity_id: activities.get(connection, one.activity_id) for one in served}
        with self._tools.looking() as desk:
            titles = {
                one: desk.vault.get_text(activity.title_ref) for one, activity in known.items() if activity
            }
        lines = [
            paper.Line(
                titles.get(one.activity_id) or "",
                one.kind,
                one.first_day.isoformat(),
                one.last_day.isoformat(),
                one.verified_minutes,
                one.supplementary_minutes,
            )
            for one in served
        ]
        return (*lines[:_LINES_MOST], *_rest(lines[_LINES_MOST:]))

    def _area_name(self, code: str) -> str:
        with self._tools.reading() as connection:
            path = areas.ancestors(connection, code)
        return "".join(area.name for area in reversed(path))


def _rest(lines: list[paper.Line]) -> tuple[paper.Line, ...]:
    """What has no line of its own, kind by kind: the totals are never cut."""
    rest = []
    for kind in sorted({line.kind for line in lines}):
        same = [line for line in lines if line.kind == kind]
        rest.append(
            paper.Line(
                None,
                kind,
                min(line.first_day for line in same),
                max(line.last_day for line in same),
                sum(line.verified_minutes for line in same),
                sum(line.supplementary_minutes for line in same),
            )
        )
    return tuple(rest)


def serial_of(county_code: str, year: int, number: int) -> str:
    return f"{county_code}-{year:04d}-{number:06d}"


def masked_identity(number: str) -> str:
    """The region and the last character; the day of birth and the order within it stay hidden."""
    return number[:6] + "*" * (len(number) - 7) + number[-1:] if number else ""


def _signed_url(work: Work, certificate_id: UUID, host: str) -> str:
    signer = work.signer(Kind.CERTIFICATE)
    subject = work.subjects.issue(Kind.CERTIFICATE, certificate_id, now=work.at)
    at_s = int(work.at.timestamp())
    token = Token(Kind.CERTIFICATE, signer.key.key_id, subject, 0, os.urandom(_NONCE_BYTES), at_s, 0, 0)
    digits = to_digits(encode(token, work.tenant.bytes, signer.sign))
    return printed_text(Kind.CERTIFICATE, digits, host)


def _staff_name(work: Work, id_: UUID) -> str:
    """The name of a member of staff; a phone asked for its own owner, who is named above already."""
    if work.unit.seek(Device, id_) is not None:
        return "本人申请"
    staff = work.unit.get(Staff, id_)
    return (work.vault.get(staff.profile_ref) or {}).get("name", "")
