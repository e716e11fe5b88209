"""What people see in a history, and how they press and fill in: until they are answered, and never again after that."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.domain.incident import Incident
from bot.domain.update import Update
from bot.practice.slack_standin import Answer, Message, OpenView
from bot.practice.slack_standin.screen import everything
from tests.crash.history import Answered, Pressed
from tests.crash.world import Stuck, World
from tests.stories.acts import buttons

MOST_TRIES = 6


@dataclass
class Hands:
    """The eyes and hands of the people of one world."""

    world: World

    # ---------------------------------------------------------------- what they see

    async def incident(self) -> Incident | None:
        """The incident as it is recorded."""
        return await self.world.memory.incidents.find(1)

    async def update(self, number: int) -> Update:
        """An update as it is recorded."""
        incident = await self.incident()
        if incident is None or len(incident.updates) < number:
            raise Stuck(f"update #{number} was answered, and is not there")
        return incident.updates[number - 1]

    def message(self, ref: Any) -> Message:
        """A message that is recorded. Raises Stuck."""
        found = self.world.slack.workspace.message(ref.channel, ref.ts) if ref else None
        if found is None:
            raise Stuck("a message that is recorded is not there")
        return found

    async def ask(self, number: int) -> Message:
        """The newest approval card of an update."""
        asks = (await self.update(number)).asks
        if not asks:
            raise Stuck(f"nobody was asked to approve update #{number}")
        return self.message(asks[-1].message)

    # ---------------------------------------------------------------- how they do it

    async def press(self, who: str, shown: Message | OpenView, label: str, what: str, outlet: str = "") -> None:
        """Press a button and write down what it carried."""
        person = self.world.slack.person(who)
        carried = _carried(shown, label)
        pressed = Pressed(person.id, what, carried.get("update", ""), carried.get("digest", ""), outlet)
        self.world.history.add(pressed)
        before = len(self.world.slack.ephemerals(person))
        await self.answered(lambda: person.click(shown, label, value=_value(shown, label)))
        self.world.history.add(Answered(pressed, len(self.world.slack.ephemerals(person)) > before))

    async def approve_as_read(self, who: str, view: OpenView) -> None:
        """Submit the last page of everything, and write down what it carried."""
        person, carried = self.world.slack.person(who), json.loads(view.content["private_metadata"])
        pressed = Pressed(person.id, "approve", carried["update"], carried["digest"])
        self.world.history.add(pressed)
        answer = await self.answered(lambda: person.submit(view))
        self.world.history.add(Answered(pressed, refused=not answer.closed))

    async def opened(self, who: str, act: Callable[[], Any], above: OpenView | None = None) -> OpenView:
        """Do what opens a form, until it is open."""
        before = above.content if above else None
        for _ in range(MOST_TRIES):
            await self.world.during(act())
            view = self.world.slack.open_view(who)
            if view is not None and view.content is not before:
                return view
        raise Stuck("a form does not open")

    async def submit(self, who: str, view: OpenView, words: Any) -> None:
        """Fill a form in and submit it until it is taken."""
        person = self.world.slack.person(who)
        await self.world.during(person.fill(view, words))
        title = view.title  # the answer puts its page in place of the form's
        for _ in range(MOST_TRIES):
            answer: Answer = await self.world.during(person.submit(view))
            if answer.status == 200:
                if answer.errors or not (answer.closed or _goes_on(answer, title)):
                    raise Stuck(f"the form is not taken: {answer.errors or answer.body!r}")
                return
        raise Stuck("nobody answers a form")

    async def answered(self, act: Callable[[], Any]) -> Answer:
        """Do something until it is answered."""
        for _ in range(MOST_TRIES):
            answer: Answer = await self.world.during(act())
            if answer.status == 200:
                return answer
        raise Stuck("nobody answers")

    async def there(self) -> Incident:
        """The incident, which must be there. Raises Stuck."""
        found = await self.incident()
        if found is None:
            raise Stuck("there is no incident")
        return found

    async def room(self) -> str:
        """The name of its channel."""
        return self.world.slack.workspace.channels[(await self.there()).channel.id].name


def _value(shown: Message | OpenView, label: str) -> str:
    for _, element in everything(shown.blocks):
        if element["type"] == "button" and element["text"]["text"] == label:
            return str(element.get("value", ""))
    raise Stuck(f"no button {label!r}: {buttons(shown)}")


def _carried(shown: Message | OpenView, label: str) -> dict[str, str]:
    found: dict[str, str] = json.loads(_value(shown, label) or "{}")
    return found


def _goes_on(answer: Answer, before: str) -> bool:
    """Whether a form was taken, and another page stands in its place: what is not translated, or what was found."""
    return answer.view is not None and answer.view.title != before
