"""Does what the people of a scenario do, with the hands of the stand-in's people.

It refuses what they could not do (press what they do not see), and to go on over a form that was sent back.
"""

import re
from collections.abc import Callable
from typing import Protocol, TypeVar

from bot.practice.scenario.patience import DidNotHappen, NotYet, until
from bot.practice.scenario.screens import FORM, INCIDENT, Screens
from bot.practice.scenario.script import SLACK, TIME, TROUBLE, Act, Verb
from bot.practice.scenario.terminal import Terminal
from bot.practice.slack_standin import (
    Answer,
    Message,
    NotInWorkspace,
    NotOnScreen,
    OpenView,
    Person,
    RefusedByClient,
)
from bot.practice.slack_standin.records import Json
from bot.practice.slack_standin.screen import everything, find, names, near
from bot.slack.manifest import COMMANDS

T = TypeVar("T")

_MENTION = re.compile(r"(?<![\w<])@([a-z][a-z0-9]*)", re.IGNORECASE)
_FROM_NOW = re.compile(r"in (\d{1,4}) (minutes?|hours?)")


class Fate(Protocol):
    """Whoever lets happen what no person does."""

    def take_down(self) -> None:
        """From now on nothing reaches Slack, and Slack reaches nobody."""
        ...

    def bring_back(self) -> None:
        """Everything works again."""
        ...

    async def let_pass(self, seconds: float) -> None:
        """So much time passes, for everybody."""
        ...

    async def happen(self, trouble: str) -> None:
        """A switch is thrown, by its key."""
        ...

    async def recover(self, subject: str) -> None:
        """Whatever is wrong with this subject is taken back."""
        ...

    @property
    def passed(self) -> float:
        """How many seconds have been let pass so far."""
        ...

    def falls(self, subject: str) -> int:
        """How often a process, or Redis, has ended and is back."""
        ...

    def troubled(self, what: str) -> bool:
        """Whether a switch, by its key, is on; or anything is wrong with a subject."""
        ...


class Actors:
    """The people of a play. `sent_back` holds, by person, what a form said when it was sent back."""

    def __init__(
        self,
        screens: Screens,
        now: Callable[[], float],
        alive: Callable[[], None],
        fate: Fate | None = None,
        terminal: Terminal | None = None,
    ) -> None:
        self.screens = screens
        self.fate = fate
        self.terminal = terminal
        self._now = now
        self._alive = alive
        self.since: dict[str, float] = {}
        self.sent_back: dict[str, str] = {}

    async def do(self, act: Act, within: float) -> None:
        """Do it as soon as it can be done. Raises DidNotHappen."""
        self.require_taken()
        if act.who in (SLACK, TIME, TROUBLE):
            await self._befall(act)
            return
        if act.verb is not Verb.RUNS and self.screens.standin.trouble.down is not None:
            raise DidNotHappen(f"{act.who} can reach Slack", "Slack is down: only the command line takes anything")
        self.since[act.who] = self.screens.moment()
        self.write_down(act.who)
        person = self.screens.person(act.who)
        if act.verb is Verb.TYPES:
            self._judge(act, await self._type(person, act, within))
        elif act.verb is Verb.CLICKS:
            self._judge(act, await self._click(person, act, within))
        elif act.verb is Verb.SUBMITS:
            self._judge(act, await self._submit(person, act, within))
        elif act.verb is Verb.CLOSES:
            await self._form(act, within)
            self.write_down(act.who)
            await person.close()
        elif act.verb is Verb.ADDS:
            channel = await self._wait(act, within, lambda: self.screens.channel(act.where or INCIDENT))
            await self.screens.person(act.text).join(channel)
        elif act.verb is Verb.RUNS:
            await self._run(act, within)
        else:
            await self._fill(person, act, within)

    def require_taken(self) -> None:
        """Raise DidNotHappen over a form, or a command, that was sent back."""
        for who, said in self.sent_back.items():
            raise DidNotHappen(f"what {who} did to be taken", f"it was refused: {said}")

    def has_befallen(self, act: Act) -> bool:
        """Whether what nobody does is so now: Slack is down, a switch is on. Time is `passed`, a death `falls`."""
        if self.fate is None or act.verb is Verb.PASSES:
            return False
        if act.verb is Verb.HAPPENS:
            return self.fate.troubled(act.text)
        if act.verb is Verb.IS_WELL:
            return not self.fate.troubled(act.text)
        return (self.screens.standin.trouble.down is not None) is (act.verb is Verb.GOES_DOWN)

    def write_down(self, who: str) -> None:
        """A secret that is in front of somebody is written down by them."""
        if self.terminal is not None and self.screens.form(who) is not None:
            self.terminal.write_down(who, self.screens.sheets(who, FORM)[-1].lines)

    # ------------------------------------------------------------ acts

    async def _type(self, person: Person, act: Act, within: float) -> Answer:
        command, _, text = act.text.partition(" ")
        known = [one.name for one in COMMANDS]
        if command not in known:
            raise DidNotHappen(f"“{command}” to be a command", f"there is: {', '.join(known)}")

        def place() -> str:
            channel = self.screens.channel(act.where or "#general")
            if person.id not in channel.members:
                raise NotYet(f"{act.who} is not in #{channel.name}")
            return channel.id

        channel = await self._wait(act, within, place)
        spoken = _MENTION.sub(lambda m: self._mention(m[1]), text)
        return await person.command(command, spoken, channel=channel)

    def _mention(self, name: str) -> str:
        """A person picked from the list that @ opens, as Slack sends it; nobody is picked who is not there."""
        try:
            person = self.screens.person(name.lower())
        except NotInWorkspace:
            return f"@{name}"
        return f"<@{person.id}|{person.name}>"

    async def _click(self, person: Person, act: Act, within: float) -> Answer:
        def look() -> tuple[Message | OpenView, Json]:
            return self._showing(act, act.text, buttons=True)

        where, button = await self._wait(act, within, look)
        return await person.click(where, action_id=button["action_id"], value=button.get("value"))

    async def _submit(self, person: Person, act: Act, within: float) -> Answer:
        view = await self._form(act, within)
        label = str(view.content.get("submit", {}).get("text", ""))
        if act.text and act.text != label:
            raise DidNotHappen(f"a form with the button “{act.text}”", f"“{view.title}” has “{label or 'no button'}”")
        try:
            return await person.submit(view)
        except (RefusedByClient, NotOnScreen) as refused:
            raise DidNotHappen(f"{act.who} can submit “{view.title}”", _client(view, refused)) from None

    async def _fill(self, person: Person, act: Act, within: float) -> None:
        for label, value in act.values:

            def look(label: str = label) -> tuple[Message | OpenView, Json]:
                return self._showing(act, label, buttons=False)

            where, element = await self._wait(act, within, look, label)
            try:
                answer = await person.choose(where, element["action_id"], self._meant(element, value))
            except (NotOnScreen, LookupError, ValueError) as refused:
                raise DidNotHappen(f"“{value}” can be put into “{label}”", str(refused)) from None
            if answer is not None:
                self._judge(act, answer)

    def _meant(self, element: Json, value: str) -> object:
        found = _FROM_NOW.fullmatch(value)
        if element["type"] != "datetimepicker":
            return value.removeprefix("@") if element["type"] == "users_select" else value
        if not found:
            raise ValueError("a time is written here as “in 40 minutes” or “in 2 hours”")
        return int(self._now()) + int(found[1]) * (60 if found[2].startswith("minute") else 3600)

    async def _run(self, act: Act, within: float) -> None:
        if self.terminal is None:
            raise DidNotHappen(f"{act.who} has a terminal", "there is none in this play")
        printed = await self.terminal.run(act.who, act.text, within)
        self.screens.print(act.who, printed.text)
        if not printed.good:
            self.sent_back[act.who] = printed.text

    async def _befall(self, act: Act) -> None:
        if self.fate is None:
            raise DidNotHappen(f"{act.who} {act.verb}", "it cannot in this play")
        if act.verb is Verb.GOES_DOWN:
            self.fate.take_down()
        elif act.verb is Verb.RETURNS:
            self.fate.bring_back()
        elif act.verb is Verb.PASSES:
            await self.fate.let_pass(float(act.text))
        elif act.verb is Verb.HAPPENS:
            await self.fate.happen(act.text)
        else:
            await self.fate.recover(act.text)

    # ------------------------------------------------------------ looking

    async def _form(self, act: Act, within: float) -> OpenView:
        def look() -> OpenView:
            view = self.screens.form(act.who)
            if view is None:
                raise NotYet(f"{act.who} has no form in front of them")
            return view

        return await self._wait(act, within, look)

    def _showing(self, act: Act, label: str, *, buttons: bool) -> tuple[Message | OpenView, Json]:
        """Return the newest thing on the screen that shows this label, and the element. Raises NotYet."""
        view = self.screens.form(act.who)
        if view is not None and act.where in ("", FORM):
            return view, self._element(view.blocks, act, label, buttons=buttons)
        for sheet in reversed(self.screens.sheets(act.who, act.where)):
            if any(label in names(*pair) and _is_button(pair[1]) is buttons for pair in everything(sheet.on.blocks)):
                return sheet.on, self._element(sheet.on.blocks, act, label, buttons=buttons)
        shown = [pair for one in self.screens.sheets(act.who, act.where) for pair in everything(one.on.blocks)]
        seen = [name for pair in shown if _is_button(pair[1]) is buttons for name in names(*pair)[:1]]
        raise NotYet(f"nothing in front of {act.who} shows “{label}”.{near(label, seen)}".rstrip("."))

    def _element(self, blocks: list[Json], act: Act, label: str, *, buttons: bool) -> Json:
        kept = [block for block in blocks if not act.beside or act.beside in str(block.get("text", {}).get("text", ""))]
        try:
            return find(kept, label, buttons=buttons)[1]
        except NotOnScreen as missing:
            raise NotYet(str(missing)) from None

    async def _wait(self, act: Act, within: float, look: Callable[[], T], label: str = "") -> T:
        async def once() -> T:
            return look()

        return await until(once, f"{act.who} {act.verb} {act.text or label}".rstrip(), within, self._alive)

    def _judge(self, act: Act, answer: Answer) -> None:
        if answer.slack_says:
            raise DidNotHappen(f"Clarion answers {act.who} in time", f"Slack showed “{answer.slack_says}”")
        if not answer.accepted:
            late = f", after {answer.seconds:.1f} s" if answer.late else ""
            raise DidNotHappen(f"Clarion answers {act.who} in time", f"HTTP status {answer.status}{late}")
        if answer.errors:
            self.sent_back[act.who] = " ".join(answer.errors.values())


def _is_button(element: Json) -> bool:
    return bool(element["type"] == "button")


def _client(view: OpenView, refused: Exception) -> str:
    """Return why Slack itself would not send a form, by the fields' own labels."""
    if not isinstance(refused, RefusedByClient):
        return str(refused)
    labels = {b["block_id"]: b["label"]["text"] for b in view.blocks if b["type"] == "input"}
    return "; ".join(f"{labels.get(block_id, block_id)}: {why}" for block_id, why in refused.errors.items())
