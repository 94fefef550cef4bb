"""What a county may set about stars and certificates, each with what holds where nothing is set."""

from __future__ import annotations

import re
from collections.abc import Mapping

from points.application.tools import Tools, Work
from points.domain import naming
from points.domain.errors import Invalid
from points.domain.star import DEFAULT_LEVELS_HOURS
from points.domain.tenant import Tenant

STAR_HOURS = "star_hours"
NATIONAL_LINK = "national_link"
CERTIFICATE_ISSUER = "certificate_issuer"
CERTIFICATE_CONTACT = "certificate_contact"
HOST = "host"
PEOPLE_SETTINGS = frozenset({STAR_HOURS, NATIONAL_LINK, CERTIFICATE_ISSUER, CERTIFICATE_CONTACT})

_DEFAULT_HOST = "points.invalid"
_LEVELS = re.compile(r"\A[1-9][0-9]{0,4}(,[1-9][0-9]{0,4}){0,9}\Z", re.ASCII)


def settings_of(work: Work) -> Mapping[str, str]:
    return work.unit.get(Tenant, naming.tenant_id(work.tenant)).settings


def read_settings(tools: Tools) -> Mapping[str, str]:
    """As committed, for whoever decides nothing by them under the head."""
    settings: dict[str, str] = {}
    for _, event in tools.stream(naming.tenant_id(tools.tenant)):
        if isinstance(event, Tenant.SettingChanged):
            settings[event.key] = event.value
    return settings


def star_levels_hours(settings: Mapping[str, str]) -> tuple[int, ...]:
    """Rising hours, such as `100,300,600,1000,1500`. Raises Invalid."""
    told = settings.get(STAR_HOURS)
    if told is None:
        return DEFAULT_LEVELS_HOURS
    if not _LEVELS.match(told):
        raise Invalid(field="set", rule="star-hours-unreadable")
    levels = tuple(int(part) for part in told.split(","))
    if list(levels) != sorted(set(levels)):
        raise Invalid(field="set", rule="star-hours-unreadable")
    return levels


def host_of(settings: Mapping[str, str]) -> str:
    return settings.get(HOST) or _DEFAULT_HOST
