"""A small world for the conversations about an incident: the memory of `update_world` with more than one incident."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any, cast

from bot.domain.change import Change
from bot.domain.incident import Channel, Incident
from bot.domain.people import Caller
from bot.domain.timeline import Entry
from bot.ports import Committed, Decide, Message, Services, View
from handlers.answer import Answer, Open, Push, Replace, Say
from handlers.dispatch import CONVERSATIONS
from handlers.said import Said
from tests.builders import ANA, WORKSPACE, incident
from tests.handlers.update_world import Memory, world
from tests.view_text import buttons, describe

Json = Mapping[str, Any]
OPENED = Channel(id="C0INC1", name="inc-1-checkout")


class Archive(Memory):
    """Incidents that can be declared, found by number and channel, and told of."""

    def __init__(self) -> None:
        super().__init__()
        self.created: dict[str, str] = {}
        self.entries: dict[str, tuple[Entry, ...]] = {}

    async def create(self, operation: str, change: Change) -> Committed:
        """Keep a new incident; the same operation gives the same one."""
        if operation in self.created:
            return Committed(self.found[self.created[operation]], repeated=True)
        made = replace(change.incident, number=len(self.found) + 1, version=1)
        self.put(made)
        self.created[operation] = made.id
        self.entries[made.id] = change.entries
        self.changes.append(change)
        return Committed(made)

    async def amend(self, operation: str, incident_id: str, decide: Decide) -> Committed:
        """Decide and keep, with what happened."""
        before = len(self.changes)
        done = await super().amend(operation, incident_id, decide)
        for change in self.changes[before:]:
            self.entries[incident_id] = (*self.entries.get(incident_id, ()), *change.entries)
        return done

    async def find(self, number: int) -> Incident | None:
        """Look an incident up by its number."""
        return next((i for i in self.found.values() if i.number == number), None)

    async def in_channel(self, channel_id: str) -> Incident | None:
        """Look an incident up by its channel."""
        return next((i for i in self.found.values() if i.channel.id == channel_id), None)

    async def open(self, most: int | None = None) -> tuple[Incident, ...]:
        """Return the open ones, newest first, at most `most`."""
        return tuple(sorted((i for i in self.found.values() if i.open), key=lambda i: -i.number))[:most]

    async def timeline(self, incident_id: str) -> tuple[Entry, ...]:
        """Return what happened."""
        return self.entries.get(incident_id, ())


@dataclass
class Room:
    """Somebody talking to Clarion."""

    services: Services
    archive: Archive
    acts: int = 0

    async def say(self, text: str, by: str = ANA, channel: str = "C0GENERAL") -> Answer:
        """Say "/incident ..." somewhere; inside INC-1's channel with channel="C0INC1"."""
        return await self._act("COMMANDS", "/incident", by, text=text, channel=channel)

    async def press(self, answer: Answer, label: str, by: str = ANA, channel: str = "C0GENERAL") -> Answer:
        """Press the first button with this label on what was answered."""
        drawn = screen(answer)
        found = next(b for b in buttons(drawn) if b["text"]["text"] == label)
        view: Json = drawn.payload if isinstance(drawn, View) else {}
        return await self._act(
            "ACTIONS", found["action_id"], by, value=found.get("value", ""), view=view, channel=channel
        )

    async def click(self, action_id: str, incident_id: str = "inc0001", by: str = ANA) -> Answer:
        """Press a button of the card."""
        return await self._act("ACTIONS", action_id, by, value=f'{{"incident":"{incident_id}"}}', channel="C0INC1")

    async def submit(self, answer: Answer, by: str = ANA, **typed: str) -> Answer:
        """Fill in and submit the form that was opened."""
        drawn = screen(answer)
        assert isinstance(drawn, View)
        return await self._act("SUBMISSIONS", drawn.payload["callback_id"], by, view=filled(drawn, typed))

    async def _act(self, table: str, name: str, by: str, **what: Any) -> Answer:
        self.acts += 1
        said = Said(by=Caller(by, WORKSPACE), operation=f"op{self.acts}", name=name, response_url="https://r", **what)
        handler = _handler(CONVERSATIONS, table, name)
        return cast(Answer, await handler(self.services, said))

    def incident(self, number: int = 1) -> Incident:
        """Return an incident as it is now."""
        return next(i for i in self.archive.found.values() if i.number == number)


def room(*incidents: Incident) -> Room:
    """A room with these incidents; INC-1 in its channel if none are given."""
    archive = Archive()
    for one in incidents or (incident(channel=OPENED),):
        archive.put(one)
    return Room(replace(world().services, incidents=cast(Any, archive)), archive)


def empty_room() -> Room:
    """A room where nothing is wrong yet."""
    made = room()
    made.archive.found.clear()
    return made


def screen(answer: Answer) -> Message | View:
    """Return what an answer shows."""
    if isinstance(answer, Say):
        return answer.message
    assert isinstance(answer, Open | Push | Replace), answer
    return answer.view


def words(answer: Answer) -> str:
    """Return what an answer says."""
    return describe(screen(answer))


def filled(view: View, typed: Mapping[str, str]) -> Json:
    """Return the view as Slack sends it back, with what was typed or chosen over what it showed."""
    values: dict[str, Json] = {}
    for block in view.payload["blocks"]:
        if block["type"] == "input":
            element, name = block["element"], block["block_id"]
            values[name] = {element["action_id"]: _state(element, typed.get(name))}
    return {**view.payload, "id": "V1", "hash": "h1", "state": {"values": values}}


def _state(element: Json, typed: str | None) -> Json:
    if element["type"] == "plain_text_input":
        return {"type": element["type"], "value": element.get("initial_value") if typed is None else typed}
    if element["type"] == "users_select":
        return {"type": element["type"], "selected_user": typed or element.get("initial_user")}
    if element["type"] == "checkboxes":
        return {"type": element["type"], "selected_options": element.get("initial_options", [])}
    chosen = next((o for o in element["options"] if o["value"] == typed), element.get("initial_option"))
    return {"type": element["type"], "selected_option": chosen}


def _handler(modules: tuple[ModuleType, ...], table: str, name: str) -> Any:
    for key in (name, name.partition(":")[0]):
        for module in modules:
            if found := getattr(module, table, {}).get(key):
                return found
    raise AssertionError(f"nobody listens to {name}")
