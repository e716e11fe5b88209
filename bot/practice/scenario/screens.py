"""What one person has in front of them: the modal, else channels, direct messages, and words for them alone.

It refuses what a person could not see: another's ephemeral words, channels they are not in, what a modal covers.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.practice.readable import Reader
from bot.practice.scenario.patience import NotYet
from bot.practice.slack_standin import Channel, Message, NotInWorkspace, OpenView, Person, SlackStandIn

INCIDENT = "the incident channel"
DIRECT = "direct messages"
FORM = "the form"
TERMINAL = "the terminal"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One thing on a screen, in words. `at` orders sheets by when they were posted or last changed."""

    place: str
    lines: tuple[str, ...]
    at: float
    alone: bool  # for this person alone: a direct message, an ephemeral one, a modal
    on: Message | OpenView


class Screens:
    """Looks at the workspace with the eyes of its people."""

    def __init__(self, standin: SlackStandIn, reader: Reader) -> None:
        self.standin = standin
        self._reader = reader
        self._terminals: list[Sheet] = []
        self._own = {one.id for one in standin.workspace.channels.values()}

    def person(self, name: str) -> Person:
        """Return a person of the play."""
        return self.standin.person(name)

    def moment(self) -> float:
        """Return a mark in time: sheets after it have a later `at`."""
        return float(self.standin.workspace.next_ts())

    def print(self, name: str, text: str) -> None:
        """Show on somebody's terminal what a command has printed."""
        person = self.person(name)
        on = Message(TERMINAL, self.standin.workspace.next_ts(), person.id, text, [])
        self._terminals.append(Sheet(TERMINAL, tuple(text.splitlines()), float(on.ts), True, on))

    def form(self, name: str) -> OpenView | None:
        """Return the modal in front of a person."""
        return self.standin.open_view(name)

    def channel(self, where: str) -> Channel:
        """Return a channel by its name, or the newest incident's own. Raises NotYet."""
        if where == INCIDENT:
            opened = [c for c in self.standin.workspace.channels.values() if c.id not in self._own and not c.is_im]
            if not opened:
                raise NotYet("no channel has been opened for an incident yet")
            return opened[-1]
        try:
            return self.standin.workspace.channel(where)
        except NotInWorkspace as missing:
            raise NotYet(str(missing)) from None

    def sheets(self, name: str, where: str = "") -> list[Sheet]:
        """Return what a person can look at, oldest first; a modal comes last. Raises NotYet for a place unknown."""
        person, view = self.person(name), self.form(name)
        found = sorted(self._messages(person, where), key=lambda sheet: sheet.at)
        if view is not None and where in ("", FORM):
            found.append(Sheet("the form", self._reader.view(view), self.moment(), True, view))
        return found

    def _messages(self, person: Person, where: str) -> Iterator[Sheet]:
        if where == FORM:
            return
        if where in ("", TERMINAL):
            yield from (sheet for sheet in self._terminals if sheet.on.user == person.id)
        if where == TERMINAL:
            return
        if where != DIRECT:
            only = self.channel(where).id if where else ""
            for channel in self.standin.workspace.channels.values():
                if not channel.is_im and person.id in channel.members and only in ("", channel.id):
                    yield from (self._sheet(one) for one in self.standin.messages(channel))
            for one in self.standin.ephemerals(person):
                if only in ("", one.channel):
                    yield self._sheet(one)
        if where in ("", DIRECT):
            yield from (self._sheet(one) for one in self.standin.dms(person))

    def _sheet(self, message: Message) -> Sheet:
        place = self._reader.place(message.channel)
        if message.ephemeral_for:
            place = f"{place}, only for {self._reader.name(message.ephemeral_for)}"
        at = float(message.edited["ts"]) if message.edited else float(message.ts)
        alone = bool(message.ephemeral_for) or place == "direct message"
        return Sheet(place, self._reader.message(message), at, alone, message)
