"""A served practice page over a scripted app, and windows of it: what a browser asks for, without a browser."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from bot.practice.page.pane import Pane
from bot.practice.page.shell.app import Page
from bot.practice.page.shell.desk import Desk, Hint, Member
from bot.practice.page.shell.installed import installed
from bot.practice.slack_standin import OUTSIDE_TEAM_ID, SlackStandIn
from tests.practice.scripted_bot import ScriptedBot

MANIFEST = {
    "display_information": {"name": "Clarion"},
    "features": {
        "app_home": {"home_tab_enabled": True},
        "slash_commands": [{"command": "/incident", "description": "Declare", "usage_hint": "[what is wrong]"}],
        "shortcuts": [
            {"name": "Add to timeline", "type": "message", "callback_id": "note", "description": "Records it"},
            {"name": "Declare", "type": "global", "callback_id": "declare", "description": "Opens the form"},
        ],
    },
}


@dataclass
class Window:
    """What one person has open. `post` is what the page's script does; it says where it comes from, as browsers do."""

    name: str
    url: str
    web: aiohttp.ClientSession

    async def get(self, path: str, **query: str) -> str:
        async with self.web.get(f"{self.url}{path}", params={"as": self.name, **query}) as reply:
            assert reply.status == 200, f"{path}: {reply.status}"
            return await reply.text()

    async def part(self, name: str, at: str = "", **query: str) -> str:
        return await self.get(f"part/{name}", **({"at": at} if at else {}), **query)

    async def does(self, act: str, **given: Any) -> dict[str, Any]:
        headers = {"origin": self.url.rstrip("/")}
        async with self.web.post(f"{self.url}act/{act}", json={"as": self.name, **given}, headers=headers) as reply:
            said: dict[str, Any] = await reply.json()
            assert (reply.status == 200) is said["ok"]
            return said

    @asynccontextmanager
    async def listening(self, **query: str) -> AsyncIterator[aiohttp.StreamReader]:
        async with self.web.get(f"{self.url}live", params={"as": self.name, **query}) as reply:
            assert reply.status == 200
            yield reply.content


async def next_versions(stream: aiohttp.StreamReader) -> dict[str, str]:
    """The next event of a stream, within ten seconds."""
    async with asyncio.timeout(10):
        while not (line := await stream.readline()).startswith(b"data: "):
            assert line, "the stream ended"
    found: dict[str, str] = json.loads(line[6:])
    return found


@dataclass
class Browser:
    """Windows onto one page."""

    page: Page
    slack: SlackStandIn
    bot: ScriptedBot
    url: str
    web: aiohttp.ClientSession
    _open: dict[str, Window] = field(default_factory=dict)

    def window(self, name: str) -> Window:
        return self._open.setdefault(name, Window(name, self.url, self.web))

    def id(self, channel: str) -> str:
        return self.slack.workspace.channel(channel).id


@asynccontextmanager
async def opened(panes: tuple[Pane, ...] = ()) -> AsyncIterator[Browser]:
    """Ada and Ben (who may approve), Gus the guest and Olga of another company, and the page that acts as them."""
    slack, bot = SlackStandIn(people=("ada", "ben")), ScriptedBot()
    slack.add_person("gus", is_restricted=True, tz="America/New_York")
    slack.add_person("olga", team_id=OUTSIDE_TEAM_ID)
    people = slack.person("ada"), slack.person("ben"), slack.person("gus"), slack.person("olga")
    slack.add_channel("incidents", members=people[:2], with_bot=True)
    slack.add_channel("shared", members=people, with_bot=True, is_ext_shared=True)
    slack.deliver_to(bot)
    cast = {name: Member(name, f"{name} of the test", name == "ben") for name in ("ada", "ben", "gus", "olga")}
    hints = (Hint("Declare.", "Send this.", "/incident Logins fail"),)
    page = Page(Desk(slack, installed(MANIFEST), cast, panes=panes, hints=hints))
    async with slack.serve(), page.serve() as url, aiohttp.ClientSession() as web:
        yield Browser(page, slack, bot, url, web)
