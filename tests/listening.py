"""A bot that listens with scripted handlers: the real web application, with the world behind it faked."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast

from starlette.applications import Starlette

from bot.domain.job import Job
from bot.domain.update import MessageRef
from bot.ports import Message, Places, Services, View
from bot.ports.standstill import NeverStill, Standstills
from bot.web.app import build_app
from bot.web.background import Background
from bot.web.ear import Ear
from handlers.answer import Answer, Done
from handlers.dispatch import Dispatcher, Tables
from handlers.heard import Kind
from handlers.said import Said
from tests.asgi import NOW, SECRET

Handle = Callable[[Services, Said], Awaitable[Answer]]


class FakeChat:
    """Writes down what is called. `trouble`: what a method raises, one for each call, then nothing."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, tuple[Any, ...]]] = []
        self.trouble: dict[str, list[Exception]] = {}
        self.delay: dict[str, float] = {}

    async def _call(self, name: str, *arguments: Any) -> None:
        await asyncio.sleep(self.delay.get(name, 0))
        self.calls.append((name, arguments))
        if self.trouble.get(name):
            raise self.trouble[name].pop(0)

    async def open_view(self, trigger: str, view: View) -> str:
        await self._call("open_view", trigger, view)
        return "V1"

    async def push_view(self, trigger: str, view: View) -> str:
        await self._call("push_view", trigger, view)
        return "V2"

    async def update_view(self, view_id: str, view: View) -> None:
        await self._call("update_view", view_id, view)

    async def respond(self, response_url: str, message: Message, *, replace: bool = False) -> None:
        await self._call("respond", response_url, message, replace)

    async def direct(self, user: str, message: Message, **_: Any) -> MessageRef:
        await self._call("direct", user, message)
        return MessageRef(channel="D1", ts="1.1")

    def of(self, name: str) -> list[tuple[Any, ...]]:
        """The arguments of every call of this name."""
        return [arguments for called, arguments in self.calls if called == name]


class FakeIncidents:
    """Knows nothing but which operations were committed: one answer for each question, the last one stays."""

    def __init__(self) -> None:
        self.known: list[bool | Exception | None] = [None]

    async def committed(self, operation: str) -> bool | None:
        del operation
        answer = self.known.pop(0) if len(self.known) > 1 else self.known[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def find(self, number: int) -> None:
        del number


class FakeJobs:
    def __init__(self) -> None:
        self.added: list[Job] = []

    async def add(self, job: Job) -> None:
        self.added.append(job)


@dataclass
class FakeServices:
    """As much of the services as listening needs."""

    chat: "FakeChat"
    incidents: "FakeIncidents"
    jobs: "FakeJobs"
    ids: SimpleNamespace
    places: Places = field(default_factory=Places)
    standstills: Standstills = field(default_factory=NeverStill)


class Bot:
    """The application with scripted handlers. `heard` is every Said that reached one."""

    def __init__(self, *, budget: float = 2.5, secret: str = SECRET, **settings: Any) -> None:
        self.heard: list[Said] = []
        self.handle: Handle = self._done
        self.chat, self.incidents, self.jobs = FakeChat(), FakeIncidents(), FakeJobs()
        self.background = Background()
        self.clock = SimpleNamespace(seconds=NOW)
        ids = SimpleNamespace(new=lambda: "01hzzzzzzzzzzzzzzzabcdefgh")
        self.services = cast(Services, FakeServices(self.chat, self.incidents, self.jobs, ids))
        dispatcher = Dispatcher(self.services, self.background, bot_user="U0BOT", tables=self._tables(), budget=budget)
        self.ear = Ear(dispatcher, bot_user="U0BOT", workspace="T0TEST")
        self.app: Starlette = build_app(
            self.services,
            signing_secret=secret,
            bot_user="U0BOT",
            workspace="T0TEST",
            status_dir=settings.pop("status_dir", None),
            now=lambda: float(self.clock.seconds),
            background=self.background,
            ear=self.ear,
        )

    def answers(self, answer: Answer | Exception, *, after: float = 0.0) -> None:
        """From now on, handlers answer this."""

        async def handle(services: Services, said: Said) -> Answer:
            del services, said
            if after:
                await asyncio.sleep(after)
            if isinstance(answer, Exception):
                raise answer
            return answer

        self.handle = handle

    async def settle(self) -> None:
        """Wait for everything in the background."""
        assert await self.background.drain(5.0) == 0

    async def _done(self, services: Services, said: Said) -> Answer:
        del services, said
        return Done()

    def _tables(self) -> Tables:
        async def hear(services: Services, said: Said) -> Answer:
            self.heard.append(said)
            return await self.handle(services, said)

        names: Mapping[Kind, tuple[str, ...]] = {
            Kind.COMMAND: ("/incident",),
            Kind.ACTION: ("press", "offer:redraft"),
            Kind.SUBMISSION: ("form",),
            Kind.CLOSED: ("form",),
            Kind.SHORTCUT: ("short",),
            Kind.EVENT: ("user_change", "message"),
        }
        return Tables({kind: dict.fromkeys(listed, hear) for kind, listed in names.items()})
