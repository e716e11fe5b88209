"""What people type, as Slack's client sends it, and what it offers while they type.

Source: Slack docs, "Formatting text" and "Slash commands" (`should_escape`). Somebody who is not in the list stays
plain text: it refuses to guess.
"""

from __future__ import annotations

import html
import re
from dataclasses import asdict, dataclass

from bot.practice.page.shell.desk import Desk
from bot.practice.slack_standin import Person, Workspace

# In any case: people are shown as Ada, and are called ada.
_PERSON = re.compile(r"(?<![\w@<])@([a-z0-9][a-z0-9_-]*)", re.IGNORECASE)
_CHANNEL = re.compile(r"(?<![\w#&])#([\w-]+)")
_EVERYONE = ("here", "channel", "everyone")


def as_sent(workspace: Workspace, text: str) -> str:
    """Return typed text with its mentions as ids. In a command a person's name goes with it, and nothing is escaped."""
    command = text.startswith("/")
    people = {user.name: user.id for user in workspace.users.values()}
    groups = {handle: group for group, (handle, _) in workspace.usergroups.items()}
    channels = {one.name: one.id for one in workspace.channels.values() if one.name and not one.is_private}

    def person(found: re.Match[str]) -> str:
        name = found[1].lower()
        if name in people:
            return f"<@{people[name]}|{name}>" if command else f"<@{people[name]}>"
        if name in groups:
            return f"<!subteam^{groups[name]}|@{name}>"
        return f"<!{name}>" if name in _EVERYONE else found[0]

    def channel(found: re.Match[str]) -> str:
        return f"<#{channels[found[1]]}|{found[1]}>" if found[1] in channels else found[0]

    return _CHANNEL.sub(channel, _PERSON.sub(person, text if command else html.escape(text, quote=False)))


@dataclass(frozen=True, slots=True)
class Offer:
    """One line of the list that opens while somebody types: what is put in, what it is."""

    put: str
    name: str
    about: str = ""


def offers(desk: Desk, person: Person) -> dict[str, list[dict[str, str]]]:
    """Return what can be completed, by the character that opens the list."""
    workspace, commands = desk.workspace, desk.app.commands
    here = [user for user in workspace.users.values() if not user.deleted and user.id != workspace.slackbot.id]
    people = [Offer(f"@{u.name}", u.real_name, _about(desk, u.name)) for u in here]
    people += [Offer(f"@{handle}", f"@{handle}", "user group") for handle, _ in workspace.usergroups.values()]
    people += [Offer(f"@{name}", f"@{name}", "tells everybody in the channel") for name in ("here", "channel")]
    channels = [c for c in workspace.channels.values() if c.name and desk.can_open(person, c)]
    inside = person.user.team_id == person.user.home_team_id
    found = {
        "/": [Offer(one.name, f"{one.name} {one.usage}".strip(), one.about) for one in commands] if inside else [],
        "@": people,
        "#": [Offer(f"#{one.name}", f"#{one.name}", one.topic) for one in channels],
    }
    return {sign: [asdict(one) for one in listed] for sign, listed in found.items()}


def _about(desk: Desk, name: str) -> str:
    member = desk.cast.get(name)
    return member.about if member else "app"
