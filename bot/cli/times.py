"""What people type for a time: "in 45 min", "16:30 CET", "tomorrow 9:00". Pure; whoever asks echoes what is returned.

It refuses to guess: an abbreviation that means two zones, a time that the clocks skip, and words that it does not know.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from bot.domain.facts import Confidence, Estimate, EstimateKind
from bot.domain.refusals import Refusal

# Hours from UTC of abbreviations that mean one thing. CST, IST, BST and AST mean two or three.
_KNOWN: Mapping[str, float] = {
    "utc": 0,
    "gmt": 0,
    "z": 0,
    "wet": 0,
    "west": 1,
    "cet": 1,
    "cest": 2,
    "eet": 2,
    "eest": 3,
    "msk": 3,
    "est": -5,
    "edt": -4,
    "cdt": -5,
    "mst": -7,
    "mdt": -6,
    "pst": -8,
    "pdt": -7,
    "jst": 9,
    "kst": 9,
    "awst": 8,
    "aest": 10,
    "aedt": 11,
    "nzst": 12,
    "nzdt": 13,
    "sast": 2,
}
_FROM_NOW = re.compile(
    r"(?:in )?(?:(?P<h>\d{1,3}|an?) ?h(?:ours?|rs?)?)?(?: ?(?P<m>\d{1,4}) ?m(?:in(?:ute)?s?)?)?(?: from now)?"
)
_CLOCK = re.compile(
    r"(?:(?P<day>today|tomorrow|\d{4}-\d{2}-\d{2})[ t])?(?:at )?(?P<h>\d{1,2})(?:[:.](?P<m>\d{2}))?"
    r"(?: ?(?P<half>am|pm)\b)?(?: ?(?P<zone>[a-z][\w+\-/:]*))?"
)
_RANGE = re.compile(r"(?P<first>.+?) (?:to|until|-|–) (?P<last>.+?),? (?P<confidence>low|medium|high)(?: confidence)?")
_EXAMPLES = "Write for example “in 45 min”, “16:30 CET” or “tomorrow 9:00 Europe/Berlin”."


def moment(typed: str, now: datetime, zone: str) -> datetime:
    """Return the time meant, in UTC, in `zone` (IANA) unless another is named. Raises Refusal."""
    words = " ".join(typed.lower().split())
    if words and (found := _FROM_NOW.fullmatch(words)) and (found["h"] or found["m"]):
        hours = 1 if (found["h"] or "").startswith("a") else int(found["h"] or 0)
        return _whole(now + timedelta(hours=hours, minutes=int(found["m"] or 0)))
    clock = _CLOCK.fullmatch(words)
    if clock is None or (clock["m"] is None and clock["half"] is None):
        raise _not_understood(typed)
    where = _zone(clock["zone"], typed) if clock["zone"] else ZoneInfo(zone)
    local_now = now.astimezone(where)
    wanted = _time(clock, typed)
    if clock["day"]:
        return _at(_day(clock["day"], local_now, typed), wanted, where)
    meant = _at(local_now, wanted, where)
    # The next such moment: at 23:50 "0:20" is tomorrow's.
    return meant if meant > now else _at(local_now + timedelta(days=1), wanted, where)


def estimate(typed: str, now: datetime, zone: str) -> Estimate:
    """Return the restoration estimate meant: "unknown", "restored", "14:30 to 15:30, medium". Raises Refusal."""
    words = " ".join(typed.lower().split())
    if words in ("unknown", "not yet known"):
        return Estimate(kind=EstimateKind.UNKNOWN)
    if words == "restored":
        return Estimate(kind=EstimateKind.RESTORED)
    found = _RANGE.fullmatch(words)
    if found is None:
        raise Refusal(
            "estimate",
            f"“{typed}” is not understood. Write “unknown”, “restored”, or a range with a confidence: "
            "“14:30 to 15:30 CET, medium” or “in 30 min to in 1 h, low”.",
            field="estimate",
        )
    named = (last := _CLOCK.fullmatch(found["last"])) and last["zone"]
    first = found["first"]
    clock = _CLOCK.fullmatch(first)
    shared = f"{first} {named}" if named and clock and not clock["zone"] else first
    return Estimate(
        kind=EstimateKind.RANGE,
        earliest=moment(shared, now, zone),
        latest=moment(found["last"], now, zone),
        confidence=Confidence(found["confidence"]),
    )


def echoed(when: datetime, now: datetime, zone: str) -> str:
    """Return a time as it was understood: with date, zone, UTC, and how far away it is."""
    local = when.astimezone(ZoneInfo(zone))
    minutes = int((when - now).total_seconds() // 60)
    away = f"in {minutes} min" if minutes < 120 else f"in {minutes // 60} h {minutes % 60} min"
    utc = "" if local.utcoffset() == timedelta(0) else f" = {when.astimezone(UTC):%H:%M} UTC"
    return f"{local:%a %Y-%m-%d %H:%M} {zone}{utc} ({away})"


def _time(clock: re.Match[str], typed: str) -> time:
    hour, minute = int(clock["h"]), int(clock["m"] or 0)
    if clock["half"]:
        if not 1 <= hour <= 12:
            raise _not_understood(typed)
        hour = hour % 12 + (12 if clock["half"] == "pm" else 0)
    try:
        return time(hour, minute)
    except ValueError:
        raise _not_understood(typed) from None


def _day(day: str, local_now: datetime, typed: str) -> datetime:
    if day in ("today", "tomorrow"):
        return local_now + timedelta(days=day == "tomorrow")
    try:
        return datetime.fromisoformat(day)
    except ValueError:
        raise _not_understood(typed) from None


def _at(day: datetime, wanted: time, where: tzinfo) -> datetime:
    meant = datetime.combine(day.date(), wanted, tzinfo=where).astimezone(UTC)
    if meant.astimezone(where).time() != wanted:
        raise Refusal("no_such_time", f"At {wanted:%H:%M} on that day the clocks are put forward. Choose another time.")
    return meant


def _zone(name: str, typed: str) -> tzinfo:
    if name in _KNOWN:
        return timezone(timedelta(hours=_KNOWN[name]))
    if (found := re.fullmatch(r"(?:utc|gmt)([+\-])(\d{1,2})(?::?(\d{2}))?", name)) and int(found[2]) < 15:
        minutes = int(found[2]) * 60 + int(found[3] or 0)
        return timezone(timedelta(minutes=minutes if found[1] == "+" else -minutes))
    if "/" not in name:
        raise Refusal(
            "unknown_zone",
            f"“{name.upper()}” in “{typed}” is no zone that means one thing. Name it in full, such as Europe/Berlin, "
            "or use UTC.",
        )
    try:
        return ZoneInfo("/".join("_".join(p.capitalize() for p in part.split("_")) for part in name.split("/")))
    except (OSError, ValueError, LookupError):
        raise Refusal("unknown_zone", f"There is no time zone “{name}”. {_EXAMPLES}") from None


def _whole(when: datetime) -> datetime:
    """Return the next full minute: nobody promises seconds."""
    return (
        when if when.second == when.microsecond == 0 else when.replace(second=0, microsecond=0) + timedelta(minutes=1)
    )


def _not_understood(typed: str) -> Refusal:
    return Refusal("no_such_time", f"“{typed}” is not a time that is understood. {_EXAMPLES}")
