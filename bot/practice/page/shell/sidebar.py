"""What stands beside and above the chat: people to act as, channels, direct messages, what lit up a phone.

Pure reading of the workspace for one person. It refuses to show a channel that they could not open.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot.practice.page.shell.desk import Desk
from bot.practice.slack_standin import OUTSIDE_TEAM_ID, Channel, Notification, Person


@dataclass(frozen=True, slots=True)
class Face:
    """Somebody in the people bar. `badge`: how often their phone lit up for what they have not read."""

    name: str
    real_name: str
    about: str
    kind: str  # "may approve", "guest", "other company" or ""
    badge: int
    current: bool


@dataclass(frozen=True, slots=True)
class Place:
    """One line of the channel list."""

    id: str
    title: str
    kind: str  # "channel", "private", "person" or "app"
    url: str
    unread: bool = False
    badge: int = 0
    name: str = ""  # of a person


@dataclass(frozen=True, slots=True)
class Places:
    """The channel list."""

    joined: tuple[Place, ...]
    others: tuple[Place, ...]
    archived: tuple[Place, ...]
    people: tuple[Place, ...]
    app: Place


@dataclass(frozen=True, slots=True)
class Notice:
    """What lit up a phone. `waits`: not read yet."""

    ts: str
    text: str
    where: str
    url: str
    waits: bool


def faces(desk: Desk, current: str) -> tuple[Face, ...]:
    """Return everybody who can be acted as."""
    found = []
    for name, member in desk.cast.items():
        person = desk.standin.person(name)
        badge = sum(1 for _ in _waiting(desk, person))
        found.append(Face(name, person.user.real_name, member.about, kind(desk, person), badge, name == current))
    return tuple(found)


def kind(desk: Desk, person: Person) -> str:
    """Return what sets somebody apart in this practice."""
    if person.user.team_id == OUTSIDE_TEAM_ID:
        return "other company"
    if person.user.is_restricted:
        return "guest"
    return "may approve" if desk.cast[person.name].approves else ""


def places(desk: Desk, person: Person) -> Places:
    """Return the channel list of one person."""
    named = sorted((c for c in desk.workspace.channels.values() if not c.is_im), key=lambda one: one.name)
    shown = [c for c in named if desk.can_open(person, c)]
    bot = desk.workspace.bot.id
    return Places(
        joined=tuple(_place(desk, person, c) for c in shown if person.id in c.members and not c.is_archived),
        others=tuple(_place(desk, person, c) for c in shown if person.id not in c.members and not c.is_archived),
        archived=tuple(_place(desk, person, c) for c in shown if c.is_archived),
        people=tuple(_direct(desk, person, name) for name in desk.cast if name != person.name),
        app=_with(desk, person, bot, Place("", desk.app.name, "app", "/app")),
    )


def notices(desk: Desk, person: Person, most: int = 20) -> tuple[Notice, ...]:
    """Return what lit up their phone, newest first."""
    found = desk.workspace.notifications(person.user)[: -most - 1 : -1]
    return tuple(_notice(desk, person, one) for one in found)


def title(desk: Desk, person: Person, channel: Channel) -> str:
    """Return a channel as this person calls it, without its sign."""
    if not channel.is_im:
        return channel.name
    other = next((m for m in channel.members if m != person.id), person.id)
    return desk.workspace.users[other].real_name


def unread(desk: Desk, person: Person, channel: Channel) -> bool:
    """Whether others have written there since this person looked."""
    seen = float(desk.marks.last_read(person.id, channel.id))
    for one in reversed(desk.workspace.posts[channel.id]):
        if float(one.ts) <= seen:
            return False
        if one.user != person.id and one.subtype is None and one.thread_ts in (None, one.ts):
            return True
    return False


def _place(desk: Desk, person: Person, channel: Channel) -> Place:
    sort = "private" if channel.is_private else "channel"
    waiting = sum(1 for one in _waiting(desk, person) if one.channel == channel.id)
    inside = person.id in channel.members
    return Place(channel.id, channel.name, sort, f"/c/{channel.id}", inside and unread(desk, person, channel), waiting)


def _direct(desk: Desk, person: Person, name: str) -> Place:
    user = desk.workspace.user(name)
    return _with(desk, person, user.id, Place("", user.real_name, "person", f"/dm/{name}", name=name))


def _with(desk: Desk, person: Person, other: str, place: Place) -> Place:
    """Add what is unread in the direct messages of two people, if there are any yet."""
    for channel in desk.workspace.channels.values():
        if channel.is_im and set(channel.members) == {person.id, other}:
            waiting = sum(1 for one in _waiting(desk, person) if one.channel == channel.id)
            fresh = unread(desk, person, channel)
            # An app that has written opens at its messages, as Slack's does, else at its Home tab.
            url = f"/c/{channel.id}" if fresh else place.url
            return replace(place, id=channel.id, url=url, unread=fresh, badge=waiting)
    return place


def _waiting(desk: Desk, person: Person) -> Iterator[Notification]:
    for one in desk.workspace.notifications(person.user):
        if float(one.ts) > float(desk.marks.last_read(person.id, one.channel)):
            yield one


def _notice(desk: Desk, person: Person, one: Notification) -> Notice:
    channel = desk.workspace.channels[one.channel]
    posted = desk.workspace.message(channel, one.ts)
    thread = posted.thread_ts if posted and posted.thread_ts != one.ts else None
    waits = float(one.ts) > float(desk.marks.last_read(person.id, one.channel))
    sign = "" if channel.is_im else "#"
    where = f"{sign}{title(desk, person, channel)}"
    to = f"/c/{channel.id}?as={person.name}{f'&thread={thread}' if thread else ''}#{'t' if thread else 'm'}{one.ts}"
    return Notice(one.ts, one.text, where, to, waits)
