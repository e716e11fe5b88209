"""The stand-in for Slack: a small workspace with a Web API, people who act, and switches for trouble.

It is for practice and for tests. It refuses to be anything else: it listens on 127.0.0.1 only, and nothing in it can
reach the real Slack.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import BaseRoute, Route, WebSocketRoute

from bot.practice.slack_standin.answer import Answer
from bot.practice.slack_standin.channel_events import send_event
from bot.practice.slack_standin.courier import Courier
from bot.practice.slack_standin.grants import Grants
from bot.practice.slack_standin.methods.table import ALL_SCOPES
from bot.practice.slack_standin.person import Person
from bot.practice.slack_standin.records import ApiCall, Channel, Json, Message, Notification, OpenView, User
from bot.practice.slack_standin.serving import Listener
from bot.practice.slack_standin.sockets import Sockets
from bot.practice.slack_standin.stage import Stage
from bot.practice.slack_standin.transcript import write_transcript
from bot.practice.slack_standin.transport import FORM, AsgiApp, AsgiTransport, HttpTransport, SignedRequest
from bot.practice.slack_standin.trouble import Trouble
from bot.practice.slack_standin.web_api import WebApi
from bot.practice.slack_standin.workspace import Workspace

# Slack is the outside world and brings its own clock; tests hand in theirs.
WALL_CLOCK = time.time  # noqa: TID251 - the stand-in plays the outside world, whose clock is the wall clock


class SlackStandIn:
    def __init__(
        self,
        *,
        signing_secret: str = "practice-signing-secret",  # noqa: S107 - opens nothing but this stand-in
        token: str = "xoxb-practice",  # noqa: S107 - as above
        app_token: str = "xapp-practice",  # noqa: S107 - as above
        app_id: str = "A0PRACTICE",
        bot_name: str = "clarion",
        people: tuple[str, ...] = (),
        scopes: frozenset[str] = ALL_SCOPES,
        now: Callable[[], float] = WALL_CLOCK,
        enforce_rate_limits: bool = False,
    ) -> None:
        self.workspace = Workspace(now, app_id=app_id, bot_name=bot_name)
        self.stage = Stage(
            workspace=self.workspace,
            now=now,
            app_id=app_id,
            token=token,
            app_token=app_token,
            signing_secret=signing_secret,
            verification_token="practice-verification",  # noqa: S106 - deprecated by Slack, and checked by nobody
            scopes=set(scopes),
            grants=Grants(now, self.workspace.token_like),
        )
        self.trouble = Trouble()
        self.trouble.enforce_rate_limits = enforce_rate_limits
        self.courier = Courier(self.stage, self.trouble)
        self.sockets = Sockets(self.stage)
        self.stage.socket_url = self.sockets.new_url
        self._people: dict[str, Person] = {}
        self._listener: Listener | None = None
        self._web_api = WebApi(self.stage, self.trouble, self._drop)
        for name in people:
            self.add_person(name)

    # --- serving

    @property
    def base_url(self) -> str:
        """What goes into the Slack client as its base_url."""
        return f"{self.stage.public_url}api/"

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/api/{method}", self._web_api.call, methods=["GET", "POST"]),
            Route("/response/{name}", self._web_api.response_url, methods=["POST"]),
            WebSocketRoute("/link", self.sockets.endpoint),
        ]

    @property
    def app(self) -> Starlette:
        """The ASGI app, for mounting beside something else."""
        return Starlette(routes=self.routes())

    @asynccontextmanager
    async def serve(self, port: int = 0, *, app: Any = None) -> AsyncIterator[SlackStandIn]:
        self._listener = Listener(app or self.app)
        await self._listener.open(port)
        self.stage.public_url = f"http://127.0.0.1:{self._listener.port}/"
        try:
            yield self
        finally:
            self.trouble.release()
            await self._listener.close()
            if self.courier.transport is not None:
                await self.courier.transport.close()

    def _drop(self, request: Request) -> bool:
        return self._listener is not None and self._listener.drop(request)

    # --- the bot's side

    def deliver_to(self, bot: str | AsgiApp) -> None:
        """Where people's doings go: the bot's base URL, or its ASGI app in this process."""
        self.courier.transport = HttpTransport(bot) if isinstance(bot, str) else AsgiTransport(bot)

    def deliver_by_socket(self) -> None:
        """Socket Mode: to whichever connection the bot opened (`await standin.sockets.connected.wait()`)."""
        self.courier.sockets = self.sockets

    def signed(
        self,
        body: bytes | str,
        *,
        timestamp: int | str | None = None,
        secret: str | None = None,
        content_type: str = FORM,
    ) -> SignedRequest:
        """A request of any content, signed as Slack would (or wrongly, if you wish)."""
        return self.courier.sign(body, content_type, timestamp=timestamp, secret=secret)

    async def send(self, request: SignedRequest) -> Answer:
        return await self.courier.send(request)

    async def send_event(self, event: Json) -> Answer:
        return await send_event(self.stage, self.courier, event)

    async def replay(self, answer: Answer, *, retry_num: int | None = None) -> Answer:
        return await self.courier.replay(answer, retry_num=retry_num)

    # --- people and places

    def add_person(self, name: str, **about: Any) -> Person:
        """A new member; `about` is what Workspace.add_user takes (is_restricted, team_id, tz, ...)."""
        user = self.workspace.add_user(name, **about)
        person = Person(self.stage, self.courier, user)
        self._people[user.id] = person
        return person

    def person(self, who: str | User) -> Person:
        user = self.workspace.user(who)
        return self._people.setdefault(user.id, Person(self.stage, self.courier, user))

    def add_channel(
        self,
        name: str,
        *,
        members: tuple[Person, ...] = (),
        is_private: bool = False,
        with_bot: bool = False,
        **more: Any,
    ) -> Channel:
        everyone = tuple(person.id for person in members) + ((self.workspace.bot.id,) if with_bot else ())
        creator = everyone[0] if everyone else self.workspace.slackbot.id
        return self.workspace.add_channel(name, creator=creator, members=everyone, is_private=is_private, **more)

    def add_usergroup(self, handle: str, members: tuple[Person, ...]) -> str:
        group_id = self.workspace.mint("S")
        self.workspace.usergroups[group_id] = (handle, [person.id for person in members])
        return group_id

    # --- what can be seen

    @property
    def calls(self) -> list[ApiCall]:
        return self.workspace.calls

    def calls_of(self, method: str) -> list[ApiCall]:
        return [call for call in self.workspace.calls if call.method == method]

    @property
    def answers(self) -> list[Answer]:
        """Everything that was delivered to the bot, with its answers."""
        return self.courier.log

    def messages(self, channel: str | Channel, *, system: bool = False) -> list[Message]:
        return self.workspace.messages(channel, system=system)

    def ephemerals(self, who: str | Person, channel: str | Channel | None = None) -> list[Message]:
        return self.workspace.ephemerals(_user(who), channel)

    def dms(self, who: str | Person) -> list[Message]:
        return self.workspace.dms(_user(who))

    def open_view(self, who: str | Person) -> OpenView | None:
        return self.workspace.open_view(_user(who))

    def notifications(self, who: str | Person) -> list[Notification]:
        return self.workspace.notifications(_user(who))

    def transcript(self) -> str:
        return write_transcript(self.workspace)


def _user(who: str | Person) -> str | User:
    return who.user if isinstance(who, Person) else who
