"""Everybody there is, with what they are, and an incident that they may or may not do something to.

Two scenes are kept: an update that waits for approval, and the same one approved and on its way. Each try is made
from one of them, and the memory is put back after it.
"""

import copy
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from redis import Redis

from bot.domain.permissions import Standing
from bot.domain.runbook import How, Runbook, RunbookStep
from bot.ports import Services
from bot.practice.slack_standin import OUTSIDE_TEAM_ID, TEAM_ID, Person
from bot.practice.slack_standin.payloads import view_submission
from bot.practice.slack_standin.records import OpenView
from bot.slack.views.forms import pack, unpack
from bot.storage.keys import Keys
from handlers.heard import Kind
from tests.gate.recorded import FORM, JSON
from tests.stories.acts import WORDS
from tests.stories.night import Night

Json = dict[str, Any]
SIBLING_TEAM = "T0SIBLING"
_HERE = frozenset({Standing.COLLEAGUE})
# Name -> what the person is. dee's words are in the update, and the setting lets her approve.
CROWD: Mapping[str, frozenset[Standing]] = {
    "ada": _HERE | {Standing.COMMANDER},
    "cleo": _HERE | {Standing.COMMUNICATIONS},
    "sam": _HERE | {Standing.SUPPORT},
    "sue": _HERE | {Standing.SCRIBE},
    "ben": _HERE | {Standing.APPROVER},
    "dee": _HERE | {Standing.APPROVER, Standing.AUTHOR},
    "paul": _HERE | {Standing.AUTHOR},
    "dora": _HERE | {Standing.DECLARER},
    "mel": _HERE,  # in the channel, without a role
    "col": _HERE,  # not in the channel
    "gus": frozenset({Standing.GUEST}),
    "sig": frozenset({Standing.GUEST}),  # of a single channel
    "olaf": frozenset({Standing.OUTSIDER}),  # Slack Connect
    "sib": frozenset({Standing.OUTSIDER}),  # of another workspace of the same organisation
    "del": frozenset({Standing.DEACTIVATED}),
    "robo": frozenset({Standing.BOT}),
}
_ABOUT: Mapping[str, Json] = {
    "sig": {"is_restricted": True, "is_ultra_restricted": True},
    "sib": {"team_id": SIBLING_TEAM},
    "del": {"deleted": True},
    "robo": {"is_bot": True},
}
# Buttons and menus that sit in a modal, and in which one.
_IN_VIEWS = {
    "reading_next": "update_approve_read",
    "reading_back": "update_approve_read",
    "draft_template": "update_draft_form",
}
_COMMITS, _INCIDENT = Keys(TEAM_ID, 1).commits, b":incident:"
TEAMS = {"olaf": OUTSIDE_TEAM_ID, "sib": SIBLING_TEAM}

BOOK = Runbook(
    name="Second region",
    steps=(
        RunbookStep(id="over", do="Fail over to the second region", how=How.APPROVAL),
        RunbookStep(id="watch", do="Watch it there", how=How.HAND),
        RunbookStep(id="size", do="Say how many are hit", how=How.HAND),
    ),
)


def with_a_step_to_approve(services: Services) -> Services:
    """Return the services with a plan whose runbook has a step of each kind that people press."""
    return replace(services, plan=replace(services.plan, runbooks=(BOOK,)))


@dataclass
class Scene:
    """The memory as it was at one moment, and what was on people's screens then."""

    memory: dict[bytes, bytes] = field(default_factory=dict)
    views: dict[str, OpenView] = field(default_factory=dict)


class Crowd:
    """The people, the two scenes, and the payloads of everything that can be tried."""

    def __init__(self, night: Night) -> None:
        self.night = night
        self.waiting, self.leaving = Scene(), Scene()
        self._redis = Redis(unix_socket_path=str(night.redis.socket))
        self._tries = 0

    async def gather(self) -> None:
        """Have everybody come, declare, draft, open every form once, and be known."""
        night = self.night
        for name in CROWD:
            if name not in ("ada", "ben", "cleo", "dee", "sam", "gus", "olaf"):
                night.slack.add_person(name, **_ABOUT.get(name, {}))
        roles = " ".join(night.person(name).mention for name in ("ada", "cleo", "sam", "sue"))
        await night.person("dora").command("/incident", f"Checkout fails sev1 {roles}", channel="incidents")
        await night.until(night.opened, say="the channel")
        members = night.slack.workspace.channel(night.room).members
        members += [night.person(name).id for name in CROWD if name != "col"]
        await night.draft(by="paul")
        form = await night.click("dee", await night.ask(), "Edit")
        assert form.view is not None
        await night.draft({"What customers see": "Cards fail intermittently."}, by="dee", view=form.view)
        await night.until(self._asked_again, say="the request for the newest words")
        await self.fire("mel", Kind.ACTION, "runbook_tick", self.step("watch"))
        await self.fire("mel", Kind.ACTION, "runbook_ask", self.step("over"))
        await self._open_forms()
        for name in CROWD:
            await self.fire(name, Kind.EVENT, "app_mention", "list")
        await night.here.stop_worker()
        night.working = False
        self._keep(self.waiting)
        await self.fire("ben", Kind.ACTION, "update_approve", self.aim())
        await self._open(
            "resolve_waive", night.person("ada").command("/incident", "resolve", channel=night.room), self.leaving
        )
        self._keep(self.leaving)
        await self.learn()

    async def learn(self) -> None:
        """Find out what buttons carry now."""
        incident = await self.night.incident()
        update = incident.updates[0]
        ids = {"incident": incident.id, "update": update.id, "digest": update.latest.digest}
        self._aim = pack(**ids, outlet=update.latest.planned[0].outlet)

    def aim(self) -> str:
        """Return what a button of the update carries."""
        return self._aim

    def step(self, step: str) -> str:
        """Return what the button of a step carries. mel has ticked off "watch", and asked for "over"."""
        return pack(incident=unpack(self._aim)["incident"], book=BOOK.name, step=step)

    def party(self, name: str) -> str:
        """Return what the button of a party carries."""
        return pack(incident=unpack(self._aim)["incident"], party=name)

    async def _asked_again(self) -> bool:
        await self.learn()
        update = await self.night.update()
        return len(update.revisions) == 2 and any(ask.revision == 2 for ask in update.asks)

    async def _open_forms(self) -> None:
        """Have each form opened and filled in by somebody; each stays on a screen, unsubmitted."""
        night, card, ask = self.night, await self.night.card(), await self.night.ask()
        ada, ben, room = night.person("ada"), night.person("ben"), night.room
        said = await ada.say("general", "Something is slow.")
        declared = {"title": "Logins fail", "severity": "SEV3"}
        because = {"reason": "Because."}
        steps = (await ada.command("/incident", "runbook", channel=room)).view
        assert steps is not None
        opened: tuple[tuple[str, Person, Any, Mapping[str, object]], ...] = (
            ("runbook_untick_form", ada, ada.click(steps, "Not done"), because),
            ("incident_declare", ada, ada.command("/incident", "declare"), declared),
            ("role_assign", ada, ada.click(card, action_id="incident_roles"), {"role": "scribe", "user": ben}),
            ("role_pass_on", ada, self._passing(ada, room), {}),
            ("severity_set", ada, ada.command("/incident", "severity", channel=room), {"severity": "SEV2"}),
            ("stage_set", ada, ada.command("/incident", "stage", channel=room), {"stage": "identified"}),
            ("message_incident", ada, ada.message_shortcut("message_note", said), {}),
            ("update_reject_form", ben, ben.click(ask, "Reject"), because),
            ("update_glass_form", ben, ben.click(ask, "Nobody else can approve"), because),
            ("update_keep_form", ben, ben.click(ask, "Keep it, because …"), {"keep_because": "Because."}),
            ("update_draft_form", ada, ada.command("/incident", "update", channel=room), WORDS),
            ("update_approve_read", ben, ben.click(ask, "Read everything"), {}),
        )
        for name, person, opening, values in opened:
            await self._open(name, opening, self.waiting)
            await person.fill(self.waiting.views[name], values)
        # The forms for a language are offered where there are several; their doors are tried all the same.
        draft = self.waiting.views["update_draft_form"].snapshot()
        for name in ("update_language_form", "language_leave_form"):
            self.waiting.views[name] = replace(draft, content={**draft.content, "callback_id": name})

    async def _passing(self, person: Person, room: str) -> Any:
        await person.command("/incident", "roles", channel=room)
        return await person.click(self.night.slack.ephemerals(person)[-1], "Pass it on")

    async def _open(self, name: str, opening: Any, scene: Scene) -> None:
        answer = await opening
        assert answer.view is not None, (name, answer)
        scene.views[name] = answer.view

    # ---------------------------------------------------------------- the memory

    def _keep(self, scene: Scene) -> None:
        keys: Any = self._redis.keys("*")
        dumped: Any = {key: self._redis.dump(key) for key in keys}
        scene.memory = dumped

    def put_back(self, scene: Scene) -> None:
        """Have the memory as it was, but for commits and versions: numbers that fall would be older data (row 14)."""
        commits: Any = self._redis.get(_COMMITS)
        versions: Any = {key: self._redis.hget(key, "version") for key in scene.memory if _INCIDENT in key}
        pipe = self._redis.pipeline()
        pipe.flushdb()
        for key, value in scene.memory.items():
            pipe.restore(key, 0, value)
        if commits:
            pipe.set(_COMMITS, commits)
        for key, version in versions.items():
            if version:
                pipe.hset(key, "version", version)
        pipe.execute()

    def changes(self) -> int:
        """Return the server's own count of changes to its data."""
        told: Any = self._redis.info("persistence")
        return int(told["rdb_changes_since_last_save"])

    def close(self) -> None:
        """Let go of Redis."""
        self._redis.close()

    # ---------------------------------------------------------------- acting

    async def fire(self, who: str, kind: Kind, name: str, value: str, scene: Scene | None = None) -> None:
        """Do one thing as somebody, as Slack would tell of it, and wait until nothing goes on behind it."""
        self._tries += 1
        if kind is Kind.COMMAND:
            body, content_type = urlencode(self._command(who, name, value)).encode(), FORM
        elif kind is Kind.EVENT:
            body, content_type = json.dumps(self._event(who, name, value)).encode(), JSON
        else:
            payload = self._interaction(who, kind, name, value, scene or self.waiting)
            body, content_type = urlencode({"payload": json.dumps(payload)}).encode(), FORM
        slack = self.night.slack
        answer = await slack.send(slack.signed(body, content_type=content_type))
        assert answer.status == 200, (who, kind, name, answer)
        background = self.night.here.webs[0].background
        await self.night.until(lambda: len(background) == 0, say=f"quiet after {name}")

    def _command(self, who: str, name: str, text: str) -> Json:
        person, place = self.night.person(who), self.night.slack.workspace.channel(self.night.room)
        return {
            "command": name,
            "text": text,
            "user_id": person.id,
            "team_id": TEAMS.get(who, TEAM_ID),
            "channel_id": place.id,
            "trigger_id": self._trigger(who),
        }

    def _event(self, who: str, name: str, text: str) -> Json:
        stage, kind = self.night.slack.workspace, name.partition(".")
        place = stage.channel(self.night.room).id if name != "message.im" else "D0CLARION"
        about: Json = {"type": kind[0], "channel_type": kind[2], "channel": place, "text": text, "ts": "1.1"}
        about["user"] = self.night.person(who).id
        if name == "reaction_added":
            about |= {"reaction": "pushpin", "item": {"channel": place, "ts": "1800000000.000100"}, "text": ""}
        team = {"user_team": TEAMS[who]} if who in TEAMS else {}
        named = {"type": "event_callback", "event_id": f"Ev{self._tries}", "team_id": TEAM_ID}
        return {**named, "event": {**about, **team}}

    def _interaction(self, who: str, kind: Kind, name: str, value: str, scene: Scene) -> Json:
        slack, user = self.night.slack, self.night.person(who).user
        place = slack.workspace.channel(self.night.room)
        by = {"id": user.id, "team_id": TEAMS.get(who, TEAM_ID)}
        if kind is Kind.SUBMISSION:
            view = scene.views[name]
            payload = copy.deepcopy(view_submission(slack.stage, user, view))
            payload["view"]["hash"] = f"try{self._tries}"
            return {**payload, "user": by, "trigger_id": self._trigger(who)}
        base: Json = {
            "user": by,
            "team": {"id": TEAM_ID},
            "trigger_id": self._trigger(who),
            "channel": {"id": place.id},
        }
        if kind is Kind.SHORTCUT:
            told = {"ts": "1800000000.000100", "user": self.night.person("ada").id, "text": "It is slow."}
            return {**base, "type": "message_action", "callback_id": name, "message": told}
        action = {"type": "button", "action_id": name, "block_id": "b", "value": value}
        shown = _IN_VIEWS.get(name, "")
        about: Json = {"view": view_submission(slack.stage, user, scene.views[shown])["view"]} if shown else {}
        return {**base, "type": "block_actions", "actions": [action], **about}

    def _trigger(self, who: str) -> str:
        return self.night.slack.stage.grants.trigger(self.night.person(who).id)
