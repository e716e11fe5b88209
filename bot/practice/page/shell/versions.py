"""When which part of the page has changed: a short word for each part, another one whenever it would look different.

Asked ten times a second for each window, so it looks at stamps and counts and draws nothing. It refuses to leave out
anything that somebody could see change.
"""

from __future__ import annotations

import zlib

from bot.practice.page.shell import sidebar
from bot.practice.page.shell.desk import Desk
from bot.practice.slack_standin import Channel, Message, Person


def of_window(desk: Desk, person: Person, channel: Channel | None, thread: str) -> dict[str, str]:
    """Return the version of each part of one window."""
    names = _names(desk)
    found: dict[str, object] = {
        "sitting": desk.sitting,
        "people": (sidebar.faces(desk, person.name)),
        "places": (sidebar.places(desk, person), names),
        "notices": (sidebar.notices(desk, person), names),
        "view": _views(desk, person),
        "home": _home(desk, person),
    }
    if channel is not None:
        found["head"] = (_head(channel), names)
        found["composer"] = (person.id in channel.members, channel.is_archived, channel.name)
        found["messages"] = (_posts(desk, person, channel), channel.pins, names)
    if channel is not None and thread:
        replies = desk.workspace.thread(channel, thread)
        found["thread"] = ([_stamp(one) for one in replies], _alone(desk, person, channel), names)
    return {name: f"{zlib.crc32(repr(value).encode()):08x}" for name, value in found.items()}


def _names(desk: Desk) -> object:
    """Names that stand inside other texts."""
    return [c.name for c in desk.workspace.channels.values()], len(desk.workspace.users)


def _head(channel: Channel) -> object:
    marks = [(one.title, one.link, one.emoji) for one in channel.bookmarks]
    return channel.name, channel.topic, channel.members, channel.pins, marks, channel.is_archived, channel.is_ext_shared


def _posts(desk: Desk, person: Person, channel: Channel) -> object:
    return [_stamp(one) for one in desk.workspace.posts[channel.id]], _alone(desk, person, channel)


def _alone(desk: Desk, person: Person, channel: Channel) -> object:
    return [_stamp(one) for one in desk.workspace.ephemerals(person.user, channel) if desk.marks.shows(one)]


def _stamp(one: Message) -> object:
    reactions = [(r.name, len(r.users)) for r in one.reactions]
    return one.ts, one.edited["ts"] if one.edited else "", reactions, one.thread_ts


def _views(desk: Desk, person: Person) -> object:
    # What is in its fields counts: the guided tour fills them in.
    return [(view.id, view.hash, view.client_errors, view.values) for view in desk.workspace.views(person.user)]


def _home(desk: Desk, person: Person) -> object:
    home = desk.workspace.home_views.get(person.id)
    return (home.id, home.hash) if home else ""
