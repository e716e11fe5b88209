"""What people see and do during a night, and what is recorded of it.

Whoever acts does it as Slack would send it. It refuses to wait for ever, and to press what is not on the screen.
"""

import asyncio
import inspect
import json
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

from bot.domain.incident import Incident, Step
from bot.domain.update import Update
from bot.journal.journal import remembered
from bot.practice.slack_standin import TEAM_ID, Answer, Message, OpenView, Person, SlackStandIn, visible_text
from bot.practice.slack_standin.screen import everything
from bot.storage.store import Storage

Told = Mapping[str, object]
# Impact and workaround of an update, under the labels of its form.
WORDS: Told = {
    "What customers see": "Paying by card fails for customers in the EU.",
    "What customers can do meanwhile": "Pay by bank transfer, or try again later today.",
}
PATIENCE = 45.0


class Acts:
    """A night's people. `Night` sets it up."""

    slack: SlackStandIn
    home: Path
    memory: Storage
    working: bool  # whether a worker was started with the night

    async def until(self, what: Callable[[], Any], within: float = PATIENCE, say: str = "") -> Any:
        """Wait until `what()` is true (or its awaited answer), and return it."""
        end = asyncio.get_running_loop().time() + within
        while True:
            answer = what()
            if inspect.isawaitable(answer):
                answer = await answer
            if answer:
                return answer
            if asyncio.get_running_loop().time() > end:
                raise AssertionError(f"it did not come about within {within} s: {say}\n{self.slack.transcript()}")
            await asyncio.sleep(0.01)

    async def incident(self, number: int = 1) -> Incident:
        """The incident as it is recorded."""
        found = await self.memory.incidents.find(number)
        assert found is not None, f"no INC-{number}\n{self.slack.transcript()}"
        return found

    async def update(self, number: int = 1) -> Update:
        """An update as it is recorded."""
        return (await self.incident()).updates[number - 1]

    # ---------------------------------------------------------------- what people see

    def person(self, name: str) -> Person:
        """A person by name."""
        return self.slack.person(name)

    @property
    def room(self) -> str:
        """The name of the incident's channel."""
        return next(c.name for c in self.slack.workspace.channels.values() if c.name.startswith("inc-1-"))

    def posts(self) -> list[Message]:
        """What was posted in the incident's channel."""
        return self.slack.messages(self.room)

    async def card(self) -> Message:
        """The pinned card, as it is now."""
        ref = (await self.incident()).channel.card
        assert ref is not None
        return self._message(ref.channel, ref.ts)

    async def ask(self, number: int = 1) -> Message:
        """The newest approval card of an update, as soon as it is there."""
        await self.until(lambda: self._asked(number), say=f"a request for update #{number}")
        ref = (await self.update(number)).asks[-1].message
        return self._message(ref.channel, ref.ts)

    async def _asked(self, number: int) -> bool:
        updates = (await self.incident()).updates
        return len(updates) >= number and bool(updates[number - 1].asks)

    def _message(self, channel: str, ts: str) -> Message:
        found = self.slack.workspace.message(channel, ts)
        assert found is not None
        return found

    def told(self, name: str) -> str:
        """Everything that the bot said to one person alone, ephemerally or by DM."""
        person = self.person(name)
        said = [*self.slack.ephemerals(person), *self.slack.dms(person)]
        return "\n".join(f"{m.text}\n{visible_text(m.blocks)}" for m in said if m.user != person.id)

    async def tells(self, name: str, words: str) -> Message:
        """Wait until the bot tells somebody these words, alone; return that message."""
        person = self.person(name)

        def found() -> Message | None:
            said = [*self.slack.ephemerals(person), *self.slack.dms(person)]
            return next((m for m in reversed(said) if words in f"{m.text}\n{visible_text(m.blocks)}"), None)

        message: Message = await self.until(found, say=f"{name} is told {words!r}")
        return message

    async def posted(self, words: str) -> None:
        """Wait until these words are posted in the incident's channel."""
        await self.until(lambda: [m for m in self.posts() if words in f"{m.text}\n{visible_text(m.blocks)}"], say=words)

    async def shows(self, message: Callable[[], Awaitable[Message]], words: str) -> None:
        """Wait until a message shows these words."""

        async def shown() -> bool:
            return words in visible_text((await message()).blocks)

        await self.until(shown, say=f"shown: {words!r}")

    async def written_down(self) -> None:
        """Wait until this machine's journal has the incident as it is; some of it comes half a second late."""

        async def there() -> bool:
            incident = await self.incident()
            kept = remembered(self.home / "journal" / TEAM_ID).documents.get(incident.id)
            return kept is not None and kept.version >= incident.version

        await self.until(there, say="the journal has it")

    # ---------------------------------------------------------------- what people do

    async def declare(self, title: str = "Checkout fails for EU cards") -> Answer:
        """Ada declares and commands; Cleo leads communications. Returns when the channel is ready."""
        ada, cleo = self.person("ada"), self.person("cleo")
        answer = await ada.command("/incident", f"{title} sev1 {ada.mention} {cleo.mention}", channel="incidents")
        assert answer.status == 200, answer
        if self.working:
            await self.until(self.opened, say="the channel")
        return answer

    async def opened(self) -> bool:
        """Whether the first incident's channel has been set up."""
        found = await self.memory.incidents.find(1)
        return found is not None and {Step.CARD, Step.ANNOUNCE} <= found.channel.done

    async def form(self, text: str = "update investigating", by: str = "cleo") -> OpenView:
        """Open a drafting form by command."""
        answer = await self.person(by).command("/incident", text, channel=self.room)
        assert answer.view is not None, f"{answer.status} {answer.text}"
        return answer.view

    async def draft(
        self, words: Told = WORDS, text: str = "update investigating", by: str = "cleo", view: OpenView | None = None
    ) -> Answer:
        """Fill in a drafting form, and ask for approval."""
        view = view or await self.form(text, by)
        await self.person(by).fill(view, words)
        answer = await self.person(by).submit(view)
        assert answer.status == 200, answer
        assert not answer.errors, answer.errors
        return answer

    async def click(self, name: str, where: Message | OpenView, label: str) -> Answer:
        """Press a button."""
        answer = await self.person(name).click(where, label)
        assert answer.status == 200, answer
        return answer

    async def press(self, name: str, message: Callable[[], Awaitable[Message]], label: str) -> Answer:
        """Press a button as soon as the message shows it."""

        async def offered() -> bool:
            return label in buttons(await message())

        await self.until(offered, say=f"a button {label!r} for {name}")
        return await self.click(name, await message(), label)

    async def approve(self, number: int = 1, by: str = "ben") -> Answer:
        """Approve an update from its card, or from the end of all its texts where the card shows only some."""

        async def offered() -> bool:
            card = await self.ask(number)
            said = visible_text(card.blocks)
            return "Approve" in buttons(card) or ("Approve is at its end" in said and "once every" not in said)

        await self.until(offered, say=f"update {number} can be approved by {by}")
        card = await self.ask(number)
        if "Approve" in buttons(card):
            return await self.click(by, card, "Approve")
        view = (await self.click(by, card, "Read everything")).view
        while view is not None and '"Next"' in json.dumps(view.blocks):
            view = (await self.click(by, view, "Next")).view
        assert view is not None
        return await self.person(by).submit(view)


def buttons(shown: Message | OpenView) -> list[str]:
    """The labels of the buttons of a message or a form."""
    found = (element for _, element in everything(shown.blocks) if element["type"] == "button")
    return [str(element["text"]["text"]) for element in found]
