"""Draws the page and its parts as HTML: one template for each part that changes by itself.

Everything is escaped by Jinja; blocks come drawn. It refuses to decide what somebody sees.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from bot.practice.page.drawing import mrkdwn, view_body
from bot.practice.page.drawing.emoji import emoji
from bot.practice.page.shell import chat, leads, sidebar, versions
from bot.practice.page.shell.desk import Desk
from bot.practice.page.shell.spoken import offers
from bot.practice.slack_standin import Channel, Person

# What is one click away below "React": 📌 notes a message in the timeline.
REACTIONS = ("pushpin", "eyes", "white_check_mark", "+1", "raised_hands", "rotating_light")
_AVATARS = 8
STATIC = Path(__file__).resolve().parents[1] / "static"
_OWN_FILES = frozenset({"blocks", "practice", "theme"})


@dataclass(frozen=True, slots=True)
class Window:
    """One browser window: who is acted as, what is open in it, and up to where it was read when it was opened."""

    person: Person
    channel: Channel | None = None  # None: the app's Home tab
    thread: str = ""
    since: str = ""


class Drawer:
    """Draws for one desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._templates = Environment(
            loader=PackageLoader("bot.practice.page.shell", "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters |= {"avatar": self._avatar, "initials": initials, "emoji": emoji, "print": fingerprint}

    def _avatar(self, name: str) -> int:
        """Return which of the avatars' colours somebody has: neighbours have different ones."""
        cast = list(self._desk.cast)
        return (cast.index(name) if name in cast else len(cast)) % _AVATARS

    def page(self, window: Window) -> str:
        """Return the whole page."""
        return self._draw(
            "page", window, offers=offers(self._desk, window.person), panes=self._desk.panes, extra=_beside()
        )

    def part(self, name: str, window: Window) -> str:
        """Return one part of it: a name of `parts`. Raises KeyError."""
        if name not in PARTS:
            raise KeyError(name)
        return self._draw(name, window)

    def _draw(self, template: str, window: Window, **more: Any) -> str:
        return self._templates.get_template(f"{template}.html.j2").render(
            desk=self._desk,
            app=self._desk.app,
            me=window.person,
            window=window,
            channel=window.channel,
            versions=versions.of_window(self._desk, window.person, window.channel, window.thread),
            see=See(self._desk, window),
            quick=REACTIONS,
            **more,
        )


PARTS = ("people", "places", "head", "messages", "thread", "composer", "view", "home", "notices")


@dataclass(frozen=True, slots=True)
class See:
    """What the templates ask for; each part asks for its own, so that nothing is worked out that is not drawn."""

    desk: Desk
    window: Window

    def faces(self) -> tuple[sidebar.Face, ...]:
        return sidebar.faces(self.desk, self.window.person.name)

    def places(self) -> sidebar.Places:
        return sidebar.places(self.desk, self.window.person)

    def notices(self) -> tuple[sidebar.Notice, ...]:
        """A phone shows plain words: times and names as they are read, without Slack's signs for them."""
        eyes = chat.look(self.desk, self.window.person)
        all_of_them = sidebar.notices(self.desk, self.window.person)
        return tuple(replace(one, text=mrkdwn(one.text, eyes).striptags()) for one in all_of_them)

    def messages(self) -> list[chat.Line]:
        channel = self.window.channel
        if channel is None:
            return []
        return chat.lines(self.desk, self.window.person, channel, fresh_after=self.window.since)

    def thread(self) -> list[chat.Line]:
        channel = self.window.channel
        return chat.thread(self.desk, self.window.person, channel, self.window.thread) if channel else []

    def pins(self) -> list[chat.Line]:
        channel = self.window.channel
        return chat.pins(self.desk, self.window.person, channel) if channel else []

    def title(self) -> str:
        channel = self.window.channel
        return sidebar.title(self.desk, self.window.person, channel) if channel else self.desk.app.name

    def other(self) -> Any:
        """The one on the other side of direct messages."""
        channel, me = self.window.channel, self.window.person.id
        return self.desk.workspace.users[next((m for m in channel.members if m != me), me)] if channel else None

    def with_app(self) -> bool:
        """Whether these are the direct messages with the app."""
        channel = self.window.channel
        return channel is None or (channel.is_im and self.desk.workspace.bot.id in channel.members)

    def members(self) -> list[Any]:
        channel = self.window.channel
        return [self.desk.workspace.users[one] for one in channel.members] if channel else []

    def addable(self) -> list[Any]:
        channel = self.window.channel
        bot = self.desk.workspace.bot
        named = [*(self.desk.workspace.user(name) for name in self.desk.cast), bot]
        return [user for user in named if channel and user.id not in channel.members]

    def joined(self) -> bool:
        return self.window.channel is not None and self.window.person.id in self.window.channel.members

    def inside(self) -> bool:
        """Whether the app is installed in this person's own company."""
        user = self.window.person.user
        return user.team_id == user.home_team_id

    def topic(self) -> Any:
        channel = self.window.channel
        if channel is None:
            return ""
        return leads.inside(mrkdwn(channel.topic, chat.look(self.desk, self.window.person)), self.window.person.name)

    def views(self) -> list[Any]:
        return self.desk.workspace.views(self.window.person.user)

    def view_body(self, view: Any) -> Any:
        eyes = chat.look(self.desk, self.window.person)
        body = view_body(view.blocks, view.values, view.client_errors, eyes, place=view.id)
        return leads.inside(body, self.window.person.name)

    def home(self) -> Any:
        view = self.desk.workspace.home_views.get(self.window.person.id)
        eyes = chat.look(self.desk, self.window.person)
        if view is None:
            return None
        return leads.inside(view_body(view.blocks, view.values, {}, eyes, place="home"), self.window.person.name)


def _beside() -> list[str]:
    """Return the files of what stands beside the chat: everything in the folder that the page does not name itself."""
    return sorted(one.name for one in STATIC.iterdir() if one.stem not in _OWN_FILES)


def initials(name: str) -> str:
    """Return what stands in an avatar."""
    words = name.split()
    return "".join(word[0] for word in words[:2]).upper() if len(words) > 1 else name[:2].title()


def fingerprint(html: object) -> str:
    """Return something that changes with the HTML, for the script to tell what to draw again."""
    return f"{zlib.crc32(str(html).encode()):08x}"
