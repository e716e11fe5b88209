"""Slack's mrkdwn: making typed words inert, and the few live things that we write ourselves.

It refuses to format: whoever wants typed words in bold puts them into a rich text block.
"""

from datetime import UTC, datetime


def escape(text: str) -> str:
    """Return `text` with the three characters escaped that could ping people or forge links (Slack docs)."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def mention(user_id: str) -> str:
    """Return the mention of a person."""
    return f"<@{user_id}>"


def date(at: datetime, form: str = "{date_short_pretty} at {time}") -> str:
    """Return a time that each reader sees in their own zone, with UTC where it cannot be shown so."""
    utc = at.astimezone(UTC)
    return f"<!date^{int(utc.timestamp())}^{form}|{utc:%Y-%m-%d %H:%M} UTC>"
