"""People as the rules see them: who somebody is to this workspace, and what that permits.

It refuses to know how a profile is fetched; a stale or missing profile is the caller's problem.
"""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.refusals import Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A Slack user at the time `checked_at` (UTC).

    `zone` is an IANA name. `outside` means another company's person in a shared channel (Slack Connect).
    """

    user_id: str
    workspace: str
    name: str = ""
    zone: str = "UTC"
    guest: bool = False
    outside: bool = False
    deactivated: bool = False
    bot: bool = False
    checked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Caller:
    """Who Slack says has acted: the user, and the workspace the user belongs to ("" if Slack did not say)."""

    user_id: str
    team_id: str = ""


def require_insider(person: Person) -> None:
    """Raise `Refusal` for guests, outsiders, bots and deactivated accounts (failure model 24, 33)."""
    if person.deactivated:
        raise Refusal("deactivated", "This Slack account is deactivated, so nothing was changed. Ask a colleague.")
    if person.guest or person.outside or person.bot:
        who = "Guests" if person.guest else "People from other companies" if person.outside else "Bots"
        raise Refusal(
            "not_an_insider",
            f"{who} can read along here but cannot change an incident. Ask somebody of this company to do it.",
        )
