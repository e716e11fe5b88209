"""A small world for the conversations about an update: real use cases, real words, a memory in this process."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, cast

from bot.domain.change import Change
from bot.domain.incident import Incident
from bot.domain.people import Caller, Person
from bot.domain.refusals import Refusal
from bot.domain.update import OutletKind, Recipient, Update, UpdateState
from bot.ports import Committed, Decide, Incidents, Limits, Message, Outlet, Places, Services, View
from bot.rendering.tongues import Tongues
from bot.slack.views.screens import SlackScreens
from bot.usecases import judging
from bot.usecases.snapshots import texts
from handlers import (
    language_leave,
    update_decide,
    update_draft,
    update_keep,
    update_language,
    update_outcome,
    update_read,
)
from handlers.answer import Answer, Open, Push, Replace
from handlers.said import Said
from tests import builders
from tests.builders import NOON, PLAN, POLICY, WORKSPACE
from tests.handlers.vault import Vault
from tests.rendering.paper import Paper

Json = Mapping[str, Any]
TABLES = (language_leave, update_decide, update_draft, update_keep, update_language, update_outcome, update_read)
WORDS = Tongues()


class Memory:
    """Incidents in a dictionary: runs the decision, keeps its blobs, and commits an operation once."""

    def __init__(self) -> None:
        self.found: dict[str, Incident] = {}
        self.blobs: dict[str, bytes] = {}
        self.operations: set[str] = set()
        self.changes: list[Change] = []

    def put(self, incident: Incident) -> None:
        """Remember an incident."""
        self.found[incident.id] = incident

    async def amend(self, operation: str, incident_id: str, decide: Decide) -> Committed:
        """Decide and keep."""
        if incident_id not in self.found:
            raise Refusal("no_such_incident", "There is no such incident.")
        if operation and operation in self.operations:
            return Committed(self.found[incident_id], repeated=True)
        change = decide(self.found[incident_id])
        self.found[incident_id] = change.incident
        self.blobs.update({blob.sha256: blob.data for blob in change.blobs})
        self.operations.add(operation)
        self.changes.append(change)
        return Committed(change.incident)

    async def load(self, incident_id: str) -> Incident | None:
        """Look an incident up."""
        return self.found.get(incident_id)

    async def blob(self, sha256: str) -> bytes:
        """Return kept bytes; raises LookupError."""
        return self.blobs[sha256]


class Shop(Paper):
    """An outlet of paper that somebody reads."""

    def __init__(self, layout: str, count: int, destination: str, kind: OutletKind = OutletKind.IDEMPOTENT) -> None:
        super().__init__(layout)
        self.count, self.destination, self.kind = count, destination, kind
        self.label = {"email": "E-mail", "status": "Status page", "slack": "Slack", "webhook": "Webhook"}[layout]
        self.envelope = ("Date", "Message-ID") if layout == "email" else ()
        self.limits = Limits(parts={})

    async def recipients(self) -> tuple[Recipient, ...]:
        """Return as many as it has."""
        return _recipients(self.name, self.count)


@cache
def _recipients(outlet: str, count: int) -> tuple[Recipient, ...]:
    return tuple(Recipient(id=f"{outlet}-{n}", address=f"a{n}@example.com") for n in range(count))


class Everybody:
    """People, all known."""

    def __init__(self) -> None:
        self.known: dict[str, Person] = {
            user: builders.person(user) for user in (builders.ANA, builders.BO, builders.CY, builders.DEE)
        }

    async def get(self, user_id: str) -> Person | None:
        """Return a profile."""
        return self.known.get(user_id)

    async def named(self, name: str) -> tuple[Person, ...]:
        """Return those of this name."""
        return tuple(p for p in self.known.values() if p.name == name)

    async def put(self, people: Sequence[Person]) -> None:
        """Remember profiles."""
        self.known.update({p.user_id: p for p in people})

    async def looked(self, user_id: str, at: datetime) -> None:
        """Forget who opened the home tab: nobody here draws it."""

    async def onlookers(self, since: datetime) -> tuple[str, ...]:
        """Return nobody."""
        return ()

    async def person(self, user_id: str, within: float) -> Person | None:
        """Look a profile up, as Slack does."""
        return self.known.get(user_id)


class Watch:
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        self.at = NOON

    def now(self) -> datetime:
        """Return the time it shows."""
        return self.at

    def on(self, **by: int) -> None:
        """Set it on."""
        self.at += timedelta(**by)


class Counter:
    """Ids that count."""

    def __init__(self) -> None:
        self._next = itertools.count(1)

    def new(self) -> str:
        """Return the next one."""
        return f"id{next(self._next):04}"

    def secret(self, length: int) -> str:
        """Return the next secret."""
        return f"{next(self._next):05}".ljust(length, "s")


@dataclass
class World:
    """Services, and the parts of them that tests look into."""

    services: Services
    memory: Memory
    watch: Watch
    acts: int = 0

    @property
    def incident(self) -> Incident:
        """The one incident."""
        return self.memory.found["inc0001"]

    @property
    def update(self) -> Update:
        """Its newest update."""
        return self.incident.updates[-1]

    async def press(self, by: str, button: Json, view: Json | None = None) -> Answer:
        """Press a button as somebody; goes through the tables as the dispatcher does."""
        name = str(button["action_id"])
        value = str(button.get("value", ""))
        return await self._say("ACTIONS", name, by, value=value, view=view or {})

    async def choose(self, by: str, name: str, value: str, view: Json) -> Answer:
        """Choose an option of a menu inside a modal."""
        return await self._say("ACTIONS", name, by, value=value, view=view)

    async def submit(self, by: str, view: View, typed: Mapping[str, object] | None = None) -> Answer:
        """Submit a modal with what it shows, except for what is typed."""
        return await self._say("SUBMISSIONS", str(view.payload["callback_id"]), by, view=filled(view, typed))

    async def _say(self, table: str, name: str, by: str, value: str = "", view: Json | None = None) -> Answer:
        self.acts += 1
        said = Said(by=Caller(by, WORKSPACE), operation=f"op{self.acts}", name=name, value=value, view=view or {})
        for key in (name, name.partition(":")[0]):
            for module in TABLES:
                handler = getattr(module, table, {}).get(key)
                if handler:
                    return cast(Answer, await handler(self.services, said))
        raise AssertionError(f"nobody listens to {name}")


def world(**outlets: Outlet) -> World:
    """INC-1 with four outlets, Ana commanding and Bo doing the communications."""
    memory, watch, people = Memory(), Watch(), Everybody()
    memory.put(builders.incident())
    ways = outlets or {
        "status": Shop("status", 1, "status:https://status.example.com"),
        "email": Shop("email", 1_204, "MAIL FROM status@example.com, list customers.csv", OutletKind.BLIND),
        "slack": Shop("slack", 1, "slack:C0CUSTOMERS"),
        "webhook": Shop("webhook", 1, "https://partner.example.com/hook"),
    }
    services = Services(
        clock=watch,
        ids=Counter(),
        incidents=cast(Incidents, memory),
        jobs=cast(Any, None),
        attempts=cast(Any, None),
        people=people,
        secrets=Vault(),
        subscriptions=cast(Any, None),
        chat=cast(Any, people),
        screens=SlackScreens(WORDS.readable),
        words=WORDS,
        outlets=ways,
        policy=POLICY,
        plan=PLAN,
        places=Places(workspace=WORKSPACE),
    )
    return World(services, memory, watch)


def modal_of(answer: Answer) -> View:
    """Return the modal that an answer shows."""
    assert isinstance(answer, Open | Push | Replace), answer
    return answer.view


def blocks_of(drawn: Message | View) -> list[Json]:
    """Return the blocks of a screen."""
    return list(drawn.blocks if isinstance(drawn, Message) else drawn.payload["blocks"])


def buttons(drawn: Message | View) -> dict[str, Json]:
    """Return the buttons of a screen by action_id."""
    rows = [element for block in blocks_of(drawn) for element in block.get("elements", ())]
    return {e["action_id"]: e for e in rows if e.get("type") == "button"}


def filled(view: View, typed: Mapping[str, object] | None = None) -> Json:
    """Return the view as Slack sends it back: with what its inputs show, except for what is typed."""
    values: dict[str, dict[str, object]] = {}
    for block in view.payload["blocks"]:
        element = block.get("element") or block.get("accessory")
        if not element:
            continue
        state = _initial(element)
        if typed and block["block_id"] in typed:
            state = _typed(element, typed[block["block_id"]])
        values[block["block_id"]] = {element["action_id"]: state}
    return {**view.payload, "id": "V1", "hash": "h1", "state": {"values": values}}


def _initial(element: Json) -> dict[str, object]:
    names = {"initial_value": "value", "initial_option": "selected_option", "initial_date_time": "selected_date_time"}
    found = {sent: element[drawn] for drawn, sent in names.items() if drawn in element}
    return {"type": element["type"], **found}


def _typed(element: Json, value: object) -> dict[str, object]:
    kind = element["type"]
    if kind == "plain_text_input":
        return {"type": kind, "value": value}
    if kind == "datetimepicker":
        return {"type": kind, "selected_date_time": int(value.timestamp()) if isinstance(value, datetime) else None}
    groups = [group["options"] for group in element.get("option_groups", ())]
    option = next((o for group in (element.get("options", []), *groups) for o in group if o["value"] == value), None)
    return {"type": kind, "selected_option": option}


async def draft_by(world_: World, by: str, **typed: object) -> Update:
    """Draft an update through the form, with what is typed into it, and return it."""
    opened = await world_.press(by, {"action_id": "update_draft", "value": '{"incident":"inc0001"}'})
    await world_.submit(by, modal_of(opened), typed)
    return world_.update


async def card(world_: World, ask: tuple[str, ...] = ()) -> Message:
    """Draw the approval card of the newest update."""
    update = world_.update
    stored = await texts(world_.services, update)
    waits = update.state is UpdateState.SUBMITTED
    found = judging.of_update(world_.services, world_.incident, update, stored) if waits else ()
    return world_.services.screens.approval(world_.incident, update, stored, ask, found=found)


def live_text(drawn: Message | View) -> str:
    """Return everything on a screen in which Slack would act on what people typed."""
    found = [drawn.text] if isinstance(drawn, Message) else []
    return "\n".join([*found, *_live(blocks_of(drawn))])


def shown_text(drawn: Message | View) -> str:
    """Return every text on a screen."""
    return "\n".join(_texts(blocks_of(drawn)))


def _live(node: object) -> Iterator[str]:
    if isinstance(node, Mapping):
        if node.get("type") == "mrkdwn":
            yield str(node["text"])
        for value in node.values():
            yield from _live(value)
    elif isinstance(node, list):
        for value in node:
            yield from _live(value)


def _texts(node: object) -> Iterator[str]:
    if isinstance(node, Mapping):
        for name, value in node.items():
            if name == "text" and isinstance(value, str):
                yield value
            else:
                yield from _texts(value)
    elif isinstance(node, list):
        for value in node:
            yield from _texts(value)
