"""Writing mrkdwn safely: what people typed is escaped, and only our own mentions and dates are live.

It refuses to pass on anything that Slack could read as a ping, a link or a command (failure model 30). Words that
people typed are better shown as `plain_text` or `rich_text`; this is for the places that know nothing but mrkdwn.
"""

import re
from datetime import UTC, datetime

DATE_FORMAT = "{date_short_pretty} at {time}"

_USER = re.compile(r"[UW][A-Z0-9]{1,30}")
# Exactly the live tokens that our own sentences contain (`bot.domain`); everything else in them is inert.
_LIVE = re.compile(r"<@[UW][A-Z0-9]{1,30}>|<!date\^\d{1,12}\^[^<>|^]{1,80}\|[^<>|]{1,60}>")


def escape(text: str) -> str:
    """Return `text` with the three characters escaped that mean something to Slack (Slack docs, "Formatting")."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def mention(user_id: str) -> str:
    """Return a mention; an id of another shape is shown as inert words."""
    return f"<@{user_id}>" if _USER.fullmatch(user_id) else escape(user_id)


def date(moment: datetime, form: str = DATE_FORMAT) -> str:
    """Return a time that each reader sees in their own zone, and in UTC where Slack cannot do that.

    Raises ValueError for a format that would break out of the token.
    """
    if not form or re.search(r"[<>|^]", form):
        raise ValueError("a date format holds no <, >, | or ^")
    utc = moment.astimezone(UTC)
    return f"<!date^{int(utc.timestamp())}^{form}|{utc:%Y-%m-%d %H:%M} UTC>"


def clock(moment: datetime, *, seconds: bool = False) -> str:
    """Return a time of day for a notification: in the reader's zone, with UTC for devices that show the words alone."""
    utc = moment.astimezone(UTC)
    form, shown = ("{time_secs}", f"{utc:%H:%M:%S}") if seconds else ("{time}", f"{utc:%H:%M}")
    return f"<!date^{int(utc.timestamp())}^{form}|{shown} UTC>"


def sentence(text: str) -> str:
    """Return a sentence of ours, which may quote people: its mentions and dates stay live, all else is inert."""
    parts: list[str] = []
    end = 0
    for live in _LIVE.finditer(text):
        parts += (escape(text[end : live.start()]), live.group())
        end = live.end()
    return "".join((*parts, escape(text[end:])))
