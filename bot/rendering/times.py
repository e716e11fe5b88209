"""Times as customers read them: in the zone the author chose, with that zone named and the date beside it.

It refuses a zone that nobody knows, and never uses an abbreviation that means two things: "CST" is said only
where it is six hours behind UTC; in Shanghai the same clock is "UTC+08:00".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

from bot.domain.facts import Estimate
from bot.domain.refusals import Refusal

# Hours from UTC under which an abbreviation is widely understood. Zones are named from this table, checked
# against the real offset, and not by Babel: 2.17 calls Dublin's summer time "GMT", an hour off (measured).
_KNOWN: Mapping[str, float] = {
    "UTC": 0,
    "GMT": 0,
    "WET": 0,
    "WEST": 1,
    "BST": 1,
    "CET": 1,
    "CEST": 2,
    "EET": 2,
    "EEST": 3,
    "MSK": 3,
    "EST": -5,
    "EDT": -4,
    "CST": -6,
    "CDT": -5,
    "MST": -7,
    "MDT": -6,
    "PST": -8,
    "PDT": -7,
    "AKST": -9,
    "AKDT": -8,
    "HST": -10,
    "SAST": 2,
    "JST": 9,
    "KST": 9,
    "AWST": 8,
    "ACST": 9.5,
    "ACDT": 10.5,
    "AEST": 10,
    "AEDT": 11,
    "NZST": 12,
    "NZDT": 13,
}


@dataclass(frozen=True, slots=True)
class SpokenEstimate:
    """The restoration estimate, its times as text; empty where there is none."""

    kind: str
    earliest: str = ""
    latest: str = ""
    confidence: str = ""


def zone(name: str) -> ZoneInfo:
    """Return the zone of an IANA name, or raise `Refusal` ``unknown_zone``."""
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, LookupError) as trouble:
        raise Refusal(
            "unknown_zone",
            "This time zone is not known. Choose one such as “Europe/Berlin” or “UTC”.",
            field="zone",
        ) from trouble


def moment(when: datetime, where: ZoneInfo, locale: str) -> str:
    """Return a time such as "14:30 CET (22 November 2026)"."""
    local = when.astimezone(where)
    day = format_datetime(local, "d MMMM y", locale=locale)
    return f"{local:%H:%M} {zone_label(local)} ({day})"


def zone_label(local: datetime) -> str:
    """Return the zone of an aware time, such as "CET" or "UTC+05:30"."""
    offset = local.utcoffset() or timedelta(0)
    name = local.tzname() or ""
    if name in _KNOWN and timedelta(hours=_KNOWN[name]) == offset:
        return name
    minutes = round(abs(offset).total_seconds() / 60)
    return f"UTC{'-' if offset < timedelta(0) else '+'}{minutes // 60:02}:{minutes % 60:02}"


def spoken(estimate: Estimate, where: ZoneInfo, locale: str) -> SpokenEstimate:
    """Return an estimate in words; day and zone are said once if both ends share them."""
    if estimate.earliest is None or estimate.latest is None or estimate.confidence is None:
        return SpokenEstimate(estimate.kind.value)
    first, last = estimate.earliest.astimezone(where), estimate.latest.astimezone(where)
    same = (first.date(), first.utcoffset()) == (last.date(), last.utcoffset())
    return SpokenEstimate(
        kind=estimate.kind.value,
        earliest=f"{first:%H:%M}" if same else moment(first, where, locale),
        latest=moment(last, where, locale),
        confidence=estimate.confidence.value,
    )


def iso(when: datetime) -> str:
    """Return a time for machines, in UTC, such as "2026-11-22T13:30:00Z"."""
    return when.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
