"""What one person reads in a channel or a thread: messages in order, with who wrote them and when.

It refuses to draw blocks: `bot.practice.page.drawing` does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from markupsafe import Markup

from bot.practice.page.drawing import Look, message_body, mrkdwn
from bot.practice.page.drawing.emoji import emoji
from bot.practice.page.shell import leads
from bot.practice.page.shell.desk import Desk
from bot.practice.page.shell.sidebar import title
from bot.practice.slack_standin import Channel, Message, Person

# Slack's client draws a message without its head when the same person wrote the one before, minutes ago.
_TOGETHER = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Reacted:
    """One reaction below a message."""

    name: str
    picture: Markup
    count: int
    mine: bool
    who: str


@dataclass(frozen=True, slots=True)
class Line:
    """One message as it is drawn. `day` is set where a new day begins, `fresh` where the unread ones do."""

    ts: str
    where: str
    author: str
    author_name: str
    app: bool
    time: str
    moment: str
    body: Markup
    day: str = ""
    fresh: bool = False
    follows: bool = False
    only_for_you: bool = False
    system: bool = False
    joins: bool = False
    edited: bool = False
    pinned: str = ""
    reactions: tuple[Reacted, ...] = ()
    replies: int = 0
    last_reply: str = ""
    also_thread: str = ""


def look(desk: Desk, person: Person) -> Look:
    """Return how this person sees names and times."""
    workspace = desk.workspace
    shown = [c for c in workspace.channels.values() if not c.is_im and desk.can_open(person, c)]

    def user_name(user_id: str) -> str:
        user = workspace.users.get(user_id)
        return user.real_name if user else "somebody"

    def channel_name(channel_id: str) -> str:
        channel = workspace.channels.get(channel_id)
        return title(desk, person, channel) if channel and desk.can_open(person, channel) else "private-channel"

    return Look(
        user_name=user_name,
        channel_name=channel_name,
        usergroup_name=lambda group: workspace.usergroups.get(group, ("group", []))[0],
        zone=ZoneInfo(person.user.tz),
        people=[(u.id, u.real_name) for u in workspace.users.values() if not (u.is_bot or u.deleted)],
        channels=[(c.id, c.name) for c in shown if not c.is_archived],
        reader=person.id,
    )


def lines(desk: Desk, person: Person, channel: Channel, *, fresh_after: str = "") -> list[Line]:
    """Return the channel, oldest first. Where `fresh_after` is a ts, the first unread one after it is marked."""
    posts = [m for m in desk.workspace.posts[channel.id] if m.thread_ts in (None, m.ts) or m.reply_broadcast]
    alone = [m for m in _alone(desk, person, channel) if not m.thread_ts]
    return _drawn(desk, person, channel, sorted([*posts, *alone], key=_age), fresh_after)


def thread(desk: Desk, person: Person, channel: Channel, ts: str) -> list[Line]:
    """Return a thread: its first message and the replies."""
    alone = [m for m in _alone(desk, person, channel) if m.thread_ts == ts]
    return _drawn(desk, person, channel, sorted([*desk.workspace.thread(channel, ts), *alone], key=_age), "")


def pins(desk: Desk, person: Person, channel: Channel) -> list[Line]:
    """Return the pinned messages, newest pin first."""
    found, eyes = [desk.workspace.message(channel, pin["ts"]) for pin in reversed(channel.pins)], look(desk, person)
    return [_line(desk, person, channel, one, eyes) for one in found if one is not None]


def at(person: Person, ts: str | float) -> datetime:
    """Return a moment in this person's zone."""
    return datetime.fromtimestamp(float(ts), tz=ZoneInfo(person.user.tz))


def _age(message: Message) -> float:
    return float(message.ts)


def _alone(desk: Desk, person: Person, channel: Channel) -> list[Message]:
    return [m for m in desk.workspace.ephemerals(person.user, channel) if desk.marks.shows(m)]


def _drawn(desk: Desk, person: Person, channel: Channel, posts: Sequence[Message], fresh_after: str) -> list[Line]:
    eyes, found = look(desk, person), list[Line]()
    before: Message | None = None
    marked = not fresh_after
    for one in posts:
        new_day = before is None or at(person, before.ts).date() != at(person, one.ts).date()
        fresh = not marked and float(one.ts) > float(fresh_after) and _news(person, one)
        marked = marked or fresh
        line = _line(desk, person, channel, one, eyes, before if not (new_day or fresh) else None)
        day = _day(person, one.ts, desk.standin.stage.now()) if new_day else ""
        found.append(replace(line, day=day, fresh=fresh))
        before = one
    return found


def _line(
    desk: Desk, person: Person, channel: Channel, one: Message, eyes: Look, before: Message | None = None
) -> Line:
    alone = one.ephemeral_for is not None
    replies = [] if alone else [m for m in desk.workspace.thread(channel, one.ts) if m.ts != one.ts]
    pin = next((p for p in channel.pins if p["ts"] == one.ts), None)
    moment = at(person, one.ts)
    return Line(
        ts=one.ts,
        where=f"{'ephemeral' if alone else 'message'}:{channel.id}:{one.ts}",
        author=desk.workspace.users[one.user].name,
        author_name=eyes.user_name(one.user),
        app=desk.workspace.users[one.user].is_bot,
        time=f"{moment:%H:%M}",
        moment=f"{moment:%A, %-d %B %Y at %H:%M:%S}",
        body=_body(person, one, eyes),
        follows=_together(before, one),
        only_for_you=alone,
        system=one.subtype is not None,
        joins=one.subtype == "channel_join",
        edited=one.edited is not None and not desk.workspace.users[one.user].is_bot,
        pinned=eyes.user_name(pin["created_by"]) if pin else "",
        reactions=tuple(_reacted(r.name, r.users, person, eyes) for r in one.reactions),
        replies=len(replies),
        last_reply=f"{at(person, replies[-1].ts):%H:%M}" if replies else "",
        also_thread=one.thread_ts if one.reply_broadcast and one.thread_ts else "",
    )


def _body(person: Person, one: Message, eyes: Look) -> Markup:
    if one.subtype is not None:
        return leads.inside(mrkdwn(one.text, eyes), person.name)
    place = f"{one.channel}:{one.ts}"
    return leads.inside(message_body(one.blocks, one.text, eyes, person.values_of(one), place=place), person.name)


def _news(person: Person, one: Message) -> bool:
    """Whether somebody else has said this to everybody."""
    return one.user != person.id and one.subtype is None and one.ephemeral_for is None


def _together(before: Message | None, one: Message) -> bool:
    if before is None or before.subtype or one.subtype or before.user != one.user:
        return False
    if before.ephemeral_for != one.ephemeral_for:
        return False
    return float(one.ts) - float(before.ts) < _TOGETHER.total_seconds()


def _reacted(name: str, users: Sequence[str], person: Person, eyes: Look) -> Reacted:
    who = ", ".join("you" if one == person.id else eyes.user_name(one) for one in users)
    return Reacted(name, emoji(name), len(users), person.id in users, who)


def _day(person: Person, ts: str, now: float) -> str:
    day, today = at(person, ts).date(), at(person, now).date()
    if day == today:
        return "Today"
    return "Yesterday" if today - day == timedelta(days=1) else f"{day:%A, %-d %B}"
