"""Reads Slack's user objects into people as the rules see them (Slack docs, "User object").

Fields may be missing; it refuses to guess somebody into the company: who belongs to another team is outside.
"""

from datetime import datetime

from bot.domain.people import Person
from bot.domain.text import clean_line
from bot.slack.replies import Json, record

_LONGEST_NAME = 80  # Slack docs, "User profile": a display name has at most 80 characters


def person(user: Json, home: str, now: datetime) -> Person:
    """Return who a user object describes, seen from the workspace `home`."""
    profile = record(user, "profile")
    team = _text(user.get("team_id")) or _text(profile.get("team"))
    # Everybody chooses their own name, guests too, and it is shown on cards and printed on terminals.
    names = (profile.get("display_name"), user.get("real_name"), profile.get("real_name"), user.get("name"))
    return Person(
        user_id=_text(user.get("id")),
        workspace=home or team,
        name=next(filter(None, (clean_line(_text(one))[:_LONGEST_NAME] for one in names)), ""),
        zone=_text(user.get("tz")) or "UTC",
        guest=bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
        outside=bool(user.get("is_stranger")) or _elsewhere(user, team, home),
        deactivated=bool(user.get("deleted")),
        bot=bool(user.get("is_bot")),
        checked_at=now,
    )


def _elsewhere(user: Json, team: str, home: str) -> bool:
    if not team or not home or team == home:
        return False
    # On Enterprise Grid one person has many workspaces of the same company (Slack docs, "enterprise_user").
    teams = record(user, "enterprise_user").get("teams")
    return not (isinstance(teams, list) and home in teams)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
