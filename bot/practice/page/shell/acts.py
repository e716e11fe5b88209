"""What the one who is acted as does: posts of the page, each done by the hands of the stand-in's people.

Every act is JSON with `as`, the name. It refuses what that person could not do in Slack, with a sentence.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.practice.page.drawing import posted
from bot.practice.page.shell.desk import Desk
from bot.practice.page.shell.spoken import as_sent
from bot.practice.slack_standin import (
    Answer,
    Message,
    NobodyListens,
    NotInWorkspace,
    NotOnScreen,
    OpenView,
    Person,
    RefusedByClient,
)
from bot.practice.slack_standin.composer import enter
from bot.practice.slack_standin.records import Json
from bot.practice.slack_standin.screen import at

Said = dict[str, Any]
SLACK_IS_DOWN = (
    "Slack is down: nobody can type, press or send anything in it. Bring it back in “Make it hurt”. What Clarion does "
    "without Slack is in the guided tour “Slack is down”."
)


class Acts:
    """The posts below `/act/`. `done` is called after each, so that windows hear of it at once."""

    def __init__(self, desk: Desk, done: Callable[[], None]) -> None:
        self._desk = desk
        self._done = done

    def routes(self) -> list[BaseRoute]:
        """Return a route for each act."""
        acts: dict[str, Callable[[Person, Json], Awaitable[Said]]] = {
            "enter": self._enter,
            "block": self._block,
            "submit": self._submit,
            "shortcut": self._shortcut,
            "react": self._react,
            "membership": self._membership,
            "archive": self._archive,
        }
        seen: dict[str, Callable[[Person, Json], Awaitable[Said]]] = {
            "close": self._close,
            "read": self._read,
            "dismiss": self._dismiss,
            "forget": self._forget,
        }
        routes = {name: self._endpoint(run, reaches_slack=True) for name, run in acts.items()}
        routes |= {name: self._endpoint(run, reaches_slack=False) for name, run in seen.items()}
        return [Route(f"/act/{name}", endpoint, methods=["POST"]) for name, endpoint in routes.items()]

    def _endpoint(
        self, run: Callable[[Person, Json], Awaitable[Said]], *, reaches_slack: bool
    ) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            try:
                if reaches_slack and self._desk.standin.trouble.down is not None:
                    return JSONResponse({"ok": False, "says": SLACK_IS_DOWN}, 409)
                given = await request.json()
                if not isinstance(given, dict):
                    raise TypeError("an object is expected")
                return JSONResponse({"ok": True, **await run(self._desk.person(str(given["as"])), given)})
            except RefusedByClient as refused:
                return JSONResponse({"ok": False, "errors": refused.errors}, 409)
            except (NotOnScreen, NotInWorkspace, NobodyListens) as refused:
                return JSONResponse({"ok": False, "says": _sentence(str(refused))}, 409)
            except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as mistake:
                return JSONResponse({"ok": False, "says": f"This post makes no sense here: {mistake}."}, 400)
            finally:
                self._done()

        return endpoint

    # ------------------------------------------------------------ writing

    async def _enter(self, person: Person, given: Json) -> Said:
        channel = self._desk.seen_by(person, given["channel"])
        text = as_sent(self._desk.workspace, str(given["text"]))
        commands = {one.name for one in self._desk.app.commands}
        thread_ts = str(given.get("thread") or "") or None
        answer = await enter(person, channel, text, commands=commands, thread_ts=thread_ts)
        if answer is None:
            self._desk.marks.has_read(person.id, channel.id, self._desk.workspace.next_ts())
        return {}

    # ------------------------------------------------------------ blocks and views

    async def _block(self, person: Person, given: Json) -> Said:
        where, blocks = self._where(person, str(given["where"]))
        address = str(given["block_id"]), str(given["action_id"])
        block, element = at(blocks, *address)
        if element.get("confirm") and not given.get("confirmed"):
            return {"confirm": element["confirm"]}
        if isinstance(where, OpenView):
            self._keep(where, given.get("values") or {})
        if element["type"] == "button":
            return _told(await person.press(where, *address))
        if element["type"] == "overflow":
            state = {"selected_option": _offered(element, given.get("value"))}
        else:
            raw = {address[0]: {address[1]: given.get("value")}}
            state = posted(self._desk.workspace, [block], raw)[address[0]][address[1]]
        answer = await person.put(where, *address, state)
        return _told(answer) if answer else {}

    async def _submit(self, person: Person, given: Json) -> Said:
        view = self._view(person, str(given["view"]))
        view.client_errors = {}
        self._keep(view, given.get("values") or {})
        try:
            return _told(await person.submit(view))
        except RefusedByClient as refused:
            view.client_errors = dict(refused.errors)
            raise

    async def _close(self, person: Person, given: Json) -> Said:
        answer = await person.close(self._view(person, str(given["view"])))
        return _told(answer) if answer else {}

    async def _shortcut(self, person: Person, given: Json) -> Said:
        wanted = next((one for one in self._desk.app.shortcuts if one.callback_id == given["callback_id"]), None)
        if wanted is None or person.user.team_id != person.user.home_team_id:
            raise NotOnScreen("there is no such shortcut")
        if not wanted.of_message:
            return _told(await person.shortcut(wanted.callback_id))
        message = self._desk.message(person, str(given["channel"]), str(given["ts"]))
        return _told(await person.message_shortcut(wanted.callback_id, message))

    def _where(self, person: Person, where: str) -> tuple[Message | OpenView, list[Json]]:
        kind, _, rest = where.partition(":")
        if kind in ("message", "ephemeral"):
            channel, _, ts = rest.partition(":")
            message = self._desk.message(person, channel, ts)
            return message, message.blocks
        if kind == "view":
            view = self._view(person, rest)
            return view, view.blocks
        home = self._desk.workspace.home_views.get(person.id)
        if kind != "home" or home is None:
            raise NotOnScreen("this is not on the screen any more")
        return home, home.blocks

    def _view(self, person: Person, view_id: str) -> OpenView:
        view = self._desk.workspace.open_view(person.user)
        if view is None or view.id != view_id:
            raise NotOnScreen("this form is closed")
        return view

    def _keep(self, view: OpenView, raw: Json) -> None:
        """Keep what was typed into a view, so that a redraw shows it again."""
        for block_id, actions in posted(self._desk.workspace, view.blocks, raw).items():
            for action_id, state in actions.items():
                if action_id in view.values.get(block_id, {}) and action_id in (raw.get(block_id) or {}):
                    view.values[block_id][action_id] = state

    # ------------------------------------------------------------ messages and channels

    async def _react(self, person: Person, given: Json) -> Said:
        message, name = self._desk.message(person, str(given["channel"]), str(given["ts"])), str(given["name"])
        if message.ephemeral_for or not name.replace("_", "").replace("+", "").isalnum():
            raise NotOnScreen("nobody can react to this")
        if any(r.name == name and person.id in r.users for r in message.reactions):
            person.unreact(message, name)
            return {}
        answer = await person.react(message, name)
        return _told(answer) if answer else {}

    async def _membership(self, person: Person, given: Json) -> Said:
        channel, what = self._desk.seen_by(person, str(given["channel"])), given["do"]
        if channel.is_im or channel.is_archived:
            raise NotOnScreen("nobody can be added here")
        who = self._desk.workspace.user(str(given.get("who") or person.name))
        other = self._desk.standin.person(who)
        if what == "leave":
            await person.remove(channel, other)
            return {"go": "/"} if other.id == person.id else {}
        if who.id != person.id and person.id not in channel.members:
            raise NotOnScreen(f"{person.user.real_name} is not in #{channel.name}")
        if who.team_id != who.home_team_id and not channel.is_ext_shared:
            # Slack shares the channel with the other company when its first member comes in.
            channel.is_ext_shared = True
        await other.join(channel)
        return {}

    async def _archive(self, person: Person, given: Json) -> Said:
        channel = self._desk.seen_by(person, str(given["channel"]))
        if channel.is_im or channel.is_general or person.id not in channel.members:
            raise NotOnScreen("this cannot be archived by you")
        await (person.unarchive(channel) if channel.is_archived else person.archive(channel))
        return {}

    async def _read(self, person: Person, given: Json) -> Said:
        channel = self._desk.seen_by(person, str(given["channel"]))
        self._desk.marks.has_read(person.id, channel.id, str(float(given["ts"])))
        return {}

    async def _dismiss(self, person: Person, given: Json) -> Said:
        self._desk.marks.dismissed.add((person.id, str(given["ts"])))
        return {}

    async def _forget(self, person: Person, given: Json) -> Said:
        """The page was loaded again: Slack's client has forgotten what was for this person alone."""
        del given
        self._desk.marks.dropped[person.id] = self._desk.workspace.next_ts()
        return {}


def _offered(element: Json, value: object) -> Json:
    for option in element["options"]:
        if option["value"] == value:
            found: Json = option
            return found
    raise NotOnScreen("this is not offered any more")


def _told(answer: Answer) -> Said:
    """Return what Slack itself says about an act, if the app did not answer it as it must."""
    said: Said = {}
    if answer.slack_says:
        said["says"] = answer.slack_says
    if answer.errors:
        said["errors"] = answer.errors
    return said


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:].rstrip('.')}."
