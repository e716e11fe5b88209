"""Slack's `<!date^...>`: a moment in the reader's own zone.

Source: Slack docs, "Formatting text for app surfaces", date formatting. It refuses to know what time it is: the
"pretty" forms (today, yesterday) and `{ago}` are drawn as the plain date and time.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo

from markupsafe import Markup

from bot.practice.page.drawing.links import is_live, link

_TOKEN = re.compile(r"\{([a-z_]+)\}")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def moment(timestamp: str, form: str, url: str, fallback: str, zone: tzinfo) -> Markup:
    """Return the moment as words. `timestamp` is seconds since 1970; one that is no moment gives the fallback."""
    try:
        at = (_EPOCH + timedelta(seconds=int(timestamp))).astimezone(zone)
    except (ValueError, OverflowError):
        return Markup("{}").format(fallback)
    words = _TOKEN.sub(lambda found: _part(found[1], at) or found[0], form)
    drawn = Markup('<time datetime="{}" title="{}">{}</time>').format(at.isoformat(), fallback, words)
    return link(url, drawn) if is_live(url) else drawn


def _part(token: str, at: datetime) -> str:
    name = token.removesuffix("_pretty")
    month = _MONTHS[at.month - 1]
    parts = {
        "date_num": f"{at:%Y-%m-%d}",
        "date": f"{month} {_nth(at.day)}, {at.year}",
        "date_short": f"{month[:3]} {at.day}, {at.year}",
        "date_long": f"{_DAYS[at.weekday()]}, {month} {_nth(at.day)}, {at.year}",
        "day_divider": f"{_DAYS[at.weekday()]}, {month} {_nth(at.day)}",
        "time": f"{at:%H:%M}",
        "time_secs": f"{at:%H:%M:%S}",
        "ago": f"{month[:3]} {at.day}, {at.year} at {at:%H:%M}",
    }
    return parts.get(name, "")


def _nth(day: int) -> str:
    if 10 < day < 20:
        return f"{day}th"
    return f"{day}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(day % 10, 'th') }"
