"""Lets another process drive the workspace: people, switches and what can be seen, as JSON under `/_control/`.

It listens where the stand-in listens, on 127.0.0.1, and refuses anything but JSON, so that no web page can post to it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from bot.practice.slack_standin.answer import Answer
from bot.practice.slack_standin.form import RefusedByClient
from bot.practice.slack_standin.person import Person
from bot.practice.slack_standin.records import Json, Message, OpenView
from bot.practice.slack_standin.screen import NotOnScreen, everything, names
from bot.practice.slack_standin.standin import SlackStandIn
from bot.practice.slack_standin.workspace import NotInWorkspace

SWITCHES = frozenset(
    {
        "slow",
        "rate_limit",
        "server_error",
        "fail",
        "lose_reply",
        "hang",
        "release",
        "take_down",
        "bring_back",
        "duplicate",
        "clear",
    }
)


class Control:
    """
    POST /_control/people     {"name", ...}                          adds a person
    POST /_control/channels   {"name", "members": [...], "is_private", "with_bot"}
    POST /_control/act        {"person", "do", ...}                  see `_acts`
    POST /_control/trouble    {"do": "rate_limit", ...}              a method of Trouble with its arguments
    POST /_control/deliver_to {"url"}
    GET  /_control/state, /_control/calls, /_control/transcript
    """

    def __init__(self, standin: SlackStandIn) -> None:
        self._standin = standin

    def routes(self) -> list[BaseRoute]:
        posts = {
            "people": self._people,
            "channels": self._channels,
            "act": self._act,
            "trouble": self._trouble,
            "deliver_to": self._deliver_to,
        }
        routes: list[BaseRoute] = [
            Route(f"/_control/{name}", _json_only(run), methods=["POST"]) for name, run in posts.items()
        ]
        return [
            *routes,
            Route("/_control/state", self._state),
            Route("/_control/calls", self._calls),
            Route("/_control/transcript", self._transcript),
        ]

    async def _people(self, wanted: Json) -> object:
        return asdict(self._standin.add_person(wanted.pop("name"), **wanted).user)

    async def _channels(self, wanted: Json) -> object:
        members = tuple(self._standin.person(name) for name in wanted.pop("members", []))
        return asdict(self._standin.add_channel(wanted.pop("name"), members=members, **wanted))

    async def _deliver_to(self, wanted: Json) -> object:
        self._standin.deliver_to(str(wanted["url"]))
        return {}

    async def _trouble(self, wanted: Json) -> object:
        switch = wanted.pop("do")
        if switch not in SWITCHES:
            raise NotInWorkspace(f"no switch {switch!r}; there are {sorted(SWITCHES)}")
        getattr(self._standin.trouble, switch)(**wanted)
        return {}

    async def _act(self, wanted: Json) -> object:
        person = self._standin.person(wanted.pop("person"))
        acts = self._acts(person)
        what = wanted.pop("do")
        if what not in acts:
            raise NotInWorkspace(f"nobody can {what!r}; they can {sorted(acts)}")
        return _as_json(await acts[what](**wanted))

    def _acts(self, person: Person) -> dict[str, Callable[..., Awaitable[object]]]:
        async def click(label: str, **where: Any) -> object:
            return await person.click(self._where(person, label, where), label)

        async def choose(what: str, value: object, **where: Any) -> object:
            return await person.choose(self._where(person, what, where), what, value)

        async def fill(values: Json) -> object:
            # What is asked for as a view is one, and a message below is a message: `_where` tells types neither.
            return await person.fill(self._where(person, "", {"view": True}), values)  # type: ignore[arg-type]

        async def message_shortcut(callback_id: str, channel: str, ts: str) -> object:
            message = self._where(person, "", {"channel": channel, "ts": ts})
            return await person.message_shortcut(callback_id, message)  # type: ignore[arg-type]  # the same

        return {
            "command": person.command,
            "click": click,
            "choose": choose,
            "fill": fill,
            "submit": person.submit,
            "close": person.close,
            "say": person.say,
            "join": person.join,
            "leave": person.leave,
            "shortcut": person.shortcut,
            "message_shortcut": message_shortcut,
        }

    def _where(self, person: Person, label: str, where: Json) -> Message | OpenView:
        """The open view, one message by channel and ts, or the newest message that shows this label."""
        view = self._standin.open_view(person)
        if where.get("view") or (view is not None and not where):
            if view is None:
                raise NotOnScreen(f"{person.name} has no view in front of them")
            return view
        seen = [*self._standin.dms(person), *self._standin.ephemerals(person)]
        if "channel" in where:
            seen = [*self._standin.messages(where["channel"]), *self._standin.ephemerals(person, where["channel"])]
        for message in sorted(seen, key=lambda m: float(m.ts), reverse=True):
            shows = any(label in names(block, element) for block, element in everything(message.blocks))
            if message.ts == where.get("ts") or ("ts" not in where and shows):
                return message
        raise NotOnScreen(f"{person.name} sees no message with {label!r}")

    async def _state(self, _request: Request) -> Response:
        workspace = self._standin.workspace
        return JSONResponse(
            {
                "base_url": self._standin.base_url,
                "users": [asdict(user) for user in workspace.users.values()],
                "channels": [asdict(channel) for channel in workspace.channels.values()],
                "messages": {channel: [asdict(m) for m in posts] for channel, posts in workspace.posts.items()},
                "ephemerals": [asdict(message) for message in workspace.ephemeral_posts],
                "views": {user: [asdict(v) for v in stack] for user, stack in workspace.view_stacks.items()},
                "notifications": [asdict(notification) for notification in workspace.all_notifications],
            }
        )

    async def _calls(self, _request: Request) -> Response:
        return JSONResponse([asdict(call) for call in self._standin.calls])

    async def _transcript(self, _request: Request) -> Response:
        return PlainTextResponse(self._standin.transcript())


def _json_only(run: Callable[[Json], Awaitable[object]]) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        # A page in a browser can post a form anywhere, but JSON only where it is allowed to.
        if request.headers.get("content-type", "").partition(";")[0] != "application/json":
            return JSONResponse({"ok": False, "error": "send application/json"}, 415)
        try:
            return JSONResponse({"ok": True, "result": await run(await request.json())})
        except RefusedByClient as refused:
            return JSONResponse({"ok": False, "error": str(refused), "errors": refused.errors}, 409)
        except (NotOnScreen, NotInWorkspace, RuntimeError) as refused:
            return JSONResponse({"ok": False, "error": str(refused)}, 409)
        except (KeyError, TypeError, ValueError) as mistake:
            return JSONResponse({"ok": False, "error": f"{type(mistake).__name__}: {mistake}"}, 400)

    return endpoint


def _as_json(result: object) -> object:
    if isinstance(result, Message):
        return asdict(result)
    if isinstance(result, list):
        return [_as_json(item) for item in result]
    if not isinstance(result, Answer):
        return None
    return {
        "status": result.status,
        "seconds": result.seconds,
        "late": result.late,
        "text": result.text,
        "errors": result.errors,
        "closed": result.closed,
        "slack_says": result.slack_says,
        "view": None if result.view is None else asdict(result.view),
        "duplicates": len(result.duplicates),
    }
