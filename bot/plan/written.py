"""How single values are written in a plan's file: times, people, names, days. What is written otherwise is refused."""

import re
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

# A choice in Slack describes itself in at most 75 characters, of which "SEV1 – " takes 7 (Slack docs, option object).
LONGEST_MEANS = 66
LONGEST_LINE = 200
LONGEST_TEXT = 600

_DURATION = re.compile(r"(\d{1,5}) ?(s|secs?|seconds?|mins?|minutes?|h|hrs?|hours?|d|days?|weeks?)")
_UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}  # in seconds, by the first letter
_USER = re.compile(r"[UW][A-Z0-9]{2,30}")
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
_DAY_WRITTEN = re.compile(r"\d{4}-\d{2}-\d{2}")


def duration(value: object) -> timedelta:
    """Accept “90 s”, “30 min”, “2 h” or “3 days”; not 0."""
    if isinstance(value, timedelta):
        return value
    found = _DURATION.fullmatch(str(value).strip()) if isinstance(value, str) else None
    if not found:
        raise ValueError("should be a time such as 90 s, 30 min, 2 h or 3 days")
    if not int(found[1]):
        raise ValueError("should be longer than nothing, such as 90 s, 30 min, 2 h or 3 days")
    return timedelta(seconds=int(found[1]) * _UNITS[found[2][0]])


def user(value: object) -> str:
    """Accept a Slack user id."""
    text = str(value).removeprefix("<@").removesuffix(">")
    if not isinstance(value, str) or not _USER.fullmatch(text):
        raise ValueError(
            "should be a Slack user id such as U0123456789, not a name; in Slack: the person's profile, Copy member ID"
        )
    return text


def name(value: object) -> str:
    """Accept a name as folders have it."""
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        raise ValueError("should be small letters, digits, - and _, as the folder of templates is called")
    return value


def template(value: object) -> str:
    """Accept “scenario/stage”."""
    scenario, slash, stage = str(value).partition("/")
    if not isinstance(value, str) or not slash or not _NAME.fullmatch(scenario) or not _NAME.fullmatch(stage):
        raise ValueError("should be a template such as outage/investigating")
    return value


def day(value: object) -> date | None:
    """Accept a day such as 2026-11-03, or “never”."""
    if value is None or value == "never":
        return None
    return plain_day(value)


def plain_day(value: object) -> date:
    """Accept a day such as 2026-11-03."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if isinstance(value, str) and _DAY_WRITTEN.fullmatch(value):  # in quotes, or in JSON, which has no days
        with suppress(ValueError):
            return date.fromisoformat(value)
    raise ValueError("should be a day such as 2026-11-03")


def one_line(text: str) -> str:
    """Accept words without a line break: they become a name, a button or a subject."""
    if len(text.splitlines()) > 1:
        raise ValueError("should be one line; take the line break out")
    return text


_TIME = {
    "type": "string",
    "pattern": rf"^(?!0+\D){_DURATION.pattern}$",
    "examples": ["90 s", "30 min", "2 h", "3 days"],
}
_DAY = {"type": "string", "pattern": f"^{_DAY_WRITTEN.pattern}$"}
Duration = Annotated[timedelta, BeforeValidator(duration), WithJsonSchema(_TIME)]
User = Annotated[
    str, BeforeValidator(user), WithJsonSchema({"type": "string", "pattern": rf"^(<@)?{_USER.pattern}>?$"})
]
Name = Annotated[str, BeforeValidator(name), WithJsonSchema({"type": "string", "pattern": f"^{_NAME.pattern}$"})]
Template = Annotated[
    str, BeforeValidator(template), WithJsonSchema({"type": "string", "pattern": f"^{_NAME.pattern}/{_NAME.pattern}$"})
]
Day = Annotated[date, BeforeValidator(plain_day), WithJsonSchema(_DAY)]
DayOrNever = Annotated[
    date | None, BeforeValidator(day), WithJsonSchema({"anyOf": [_DAY, {"const": "never"}, {"type": "null"}]})
]
Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Z]{2})?$")]
Line = Annotated[str, Field(min_length=1, max_length=LONGEST_LINE), AfterValidator(one_line)]
Text = Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT)]
