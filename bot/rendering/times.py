"""Times as customers read them: in the zone the author chose, with that zone named and the date beside it.

Dates, clock times and lengths of time are written as each language writes them (CLDR, through Babel); English keeps
"14:30" and "22 November 2026", which are read the same way everywhere.

It refuses a zone that nobody knows, and never uses an abbreviation that means two things: "CST" is said only
where it is six hours behind UTC; in Shanghai the same clock is "UTC+08:00".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_time, format_timedelta
from babel.lists import format_list

from bot.domain.facts import Estimate
from bot.domain.maintenance import Window
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


# How a language puts a time, its zone and its day together, unless its labels say otherwise.
MOMENT = "{time} {zone} ({day})"


@dataclass(frozen=True, slots=True)
class SpokenEstimate:
    """The restoration estimate, its times as text; empty where there is none.

    `earliest` and `latest` follow on each other as in "between 14:30 and 15:30 CET (22 November 2026)". The rest is
    for languages that say it in another order.
    """

    kind: str
    earliest: str = ""
    latest: str = ""
    confidence: str = ""
    one_day: bool = False
    day: str = ""
    earliest_time: str = ""
    latest_time: str = ""
    zone: str = ""


@dataclass(frozen=True, slots=True)
class SpokenWindow:
    """A window of planned work as text. `one_day`: both ends share `day` and `zone`."""

    starts: str
    ends: str
    one_day: bool
    day: str
    starts_time: str
    ends_time: str
    zone: str
    length: str


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


def moment(when: datetime, where: ZoneInfo, locale: str, pattern: str = MOMENT) -> str:
    """Return a time such as "14:30 CET (22 November 2026)"."""
    local = when.astimezone(where)
    return pattern.format(time=clock(local, locale), zone=zone_label(local), day=day(local, locale))


def clock(local: datetime, locale: str) -> str:
    """Return the time of day, such as "14:30"; English always counts to 24."""
    return (
        f"{local:%H:%M}"
        if language(locale) == "en"
        else format_time(local, "short", tzinfo=local.tzinfo, locale=locale)
    )


def day(local: datetime, locale: str) -> str:
    """Return the date with its month in words, such as "22 November 2026"."""
    if language(locale) == "en":
        return format_datetime(local, "d MMMM y", locale=locale)
    said = format_date(local, "long", locale)
    # French reads the first of a month as an ordinal number; CLDR does not know it.
    return f"1er{said[1:]}" if language(locale) == "fr" and local.day == 1 else said


def language(locale: str) -> str:
    """Return the language of a locale, "fr" of "fr_CH"."""
    return locale.replace("-", "_").partition("_")[0]


def length(of: timedelta, locale: str) -> str:
    """Return how long something takes, such as "2 hours and 30 minutes", in the plural forms of the language."""
    minutes = round(of.total_seconds() / 60)
    amounts: dict[Literal["day", "hour", "minute"], timedelta] = {
        "day": timedelta(days=minutes // 1440),
        "hour": timedelta(hours=minutes // 60 % 24),
        "minute": timedelta(minutes=minutes % 60),
    }
    # A threshold that nothing reaches: each amount is said in its own unit. Babel's format_unit would do, too, but
    # says "1 duration-day" in Italian (2.18, measured).
    said = [
        format_timedelta(amount, granularity=unit, threshold=1e9, locale=locale)
        for unit, amount in amounts.items()
        if amount
    ]
    return format_list(said, locale=locale)


def zone_label(local: datetime) -> str:
    """Return the zone of an aware time, such as "CET" or "UTC+05:30"."""
    offset = local.utcoffset() or timedelta(0)
    name = local.tzname() or ""
    if name in _KNOWN and timedelta(hours=_KNOWN[name]) == offset:
        return name
    minutes = round(abs(offset).total_seconds() / 60)
    return f"UTC{'-' if offset < timedelta(0) else '+'}{minutes // 60:02}:{minutes % 60:02}"


def spoken(estimate: Estimate, where: ZoneInfo, locale: str, pattern: str = MOMENT) -> SpokenEstimate:
    """Return an estimate in words; day and zone are said once if both ends share them."""
    if estimate.earliest is None or estimate.latest is None or estimate.confidence is None:
        return SpokenEstimate(estimate.kind.value)
    first, last = estimate.earliest.astimezone(where), estimate.latest.astimezone(where)
    same = _one_day(first, last)
    return SpokenEstimate(
        kind=estimate.kind.value,
        earliest=clock(first, locale) if same else moment(first, where, locale, pattern),
        latest=moment(last, where, locale, pattern),
        confidence=estimate.confidence.value,
        one_day=same,
        day=day(last, locale),
        earliest_time=clock(first, locale),
        latest_time=clock(last, locale),
        zone=zone_label(last),
    )


def window(planned: Window, where: ZoneInfo, locale: str, pattern: str = MOMENT) -> SpokenWindow:
    """Return a window in words."""
    first, last = planned.starts.astimezone(where), planned.ends.astimezone(where)
    return SpokenWindow(
        starts=moment(first, where, locale, pattern),
        ends=moment(last, where, locale, pattern),
        one_day=_one_day(first, last),
        day=day(last, locale),
        starts_time=clock(first, locale),
        ends_time=clock(last, locale),
        zone=zone_label(last),
        length=length(planned.ends - planned.starts, locale),
    )


def _one_day(first: datetime, last: datetime) -> bool:
    return (first.date(), first.utcoffset()) == (last.date(), last.utcoffset())


def iso(when: datetime) -> str:
    """Return a time for machines, in UTC, such as "2026-11-22T13:30:00Z"."""
    return when.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
