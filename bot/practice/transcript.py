"""Prints what each person sees, as it happens: what they do, what Clarion says to whom, what arrives outside.

Cards are shown in short, and again only when what they announce has changed. It refuses markup from what people
typed: every word is printed as plain text.
"""

import json
from collections.abc import Iterable, Sequence
from itertools import cycle

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from bot.practice.house import House
from bot.practice.outside import MAIL, OUTLETS, SLACK, Arrival
from bot.practice.scenario.judging import spoken
from bot.practice.scenario.script import Player, Step
from bot.practice.slack_standin import Message, OpenView

_COLOURS = ("cyan", "magenta", "green", "yellow", "bright_blue", "bright_red")
_MOST_LINES, _MOST_OF_OWN = 9, 16
_INDENT = 4


class Transcript:
    """Tells the play on a console."""

    def __init__(self, console: Console, house: House, people: Sequence[Player]) -> None:
        self._console = console
        self._standin = house.standin
        self._reader = house.reader
        self._outside = house.outside
        self._terminal = house.terminal
        self._printed = 0
        self._colours = dict(zip((one.name for one in people), cycle(_COLOURS), strict=False))
        self._shown: dict[tuple[str, str], tuple[str, ...]] = {}
        self._views: dict[str, tuple[str, tuple[str, ...]]] = {}
        self._arrived: set[Arrival] = set()

    # ------------------------------------------------------------ the play

    def opening(self, title: str, people: Sequence[Player]) -> None:
        """Say what is played and by whom."""
        self._console.print(Text(title, style="bold"))
        for one in people:
            self._console.print(Text.assemble("  ", (one.name, self._colours[one.name]), f"  {one.about}"))

    def step(self, step: Step) -> None:
        """Say what comes next, after everything that has happened so far."""
        self.catch_up()
        head, _, rest = step.words.partition(": ")
        who, _, verb = head.partition(" ")
        if step.act is None:
            return
        line = Text.assemble("\n", (f"{step.number:>3} ", "dim"), (who, f"bold {self._colours.get(who, '')}"))
        line.append(f" {verb} " if verb else " ")
        self._console.print(line.append(rest, style="bold"))

    async def expected(self, step: Step) -> None:
        """Say that what was expected is true."""
        self.catch_up()
        self._arrivals(await self._outside.arrivals())
        for one in step.expectations:
            self._console.print(Text.assemble("    ", ("✓ ", "green"), (spoken(one), "dim")))

    def failed(self, step: Step, expected: str, seen: str) -> None:
        """Say what did not happen."""
        self.catch_up()
        self._console.print(Text.assemble("\n", ("✗ ", "bold red"), (f"{step.place}: ", "red")))
        for name, text in (("expected", expected), ("seen", seen)):
            self._below([f"{name}: {text}"], "red")

    # ------------------------------------------------------------ what people see

    def catch_up(self) -> None:
        """Print what has appeared in the workspace since the last time."""
        for printed in self._terminal.printed[self._printed :]:
            self._say("terminal", printed.who)
            self._below(_short(tuple(printed.text.splitlines()), _MOST_OF_OWN))
        self._printed = len(self._terminal.printed)
        workspace = self._standin.workspace
        posts = [m for channel in workspace.channels for m in self._standin.messages(channel)]
        fresh = [m for m in (*posts, *workspace.ephemeral_posts) if self._shown.get((m.channel, m.ts)) is None]
        for message in sorted(fresh, key=lambda m: float(m.ts)):
            self._message(message)
        for message in posts:
            if message.edited:
                self._edit(message)
        for user in workspace.users.values():
            self._view(user.name, self._standin.open_view(user.name))

    def _arrivals(self, arrivals: Iterable[Arrival]) -> None:
        """Print what has arrived outside since the last time; Slack's own posts are shown as posts."""
        for one in arrivals:
            if one not in self._arrived and one.outlet != SLACK:
                self._say(one.outlet, f"to {one.to}" if "@" in one.to else "", "bold yellow")
                self._below([_first_words(one)])
            self._arrived.add(one)

    def _message(self, message: Message) -> None:
        lines = self._reader.message(message)
        self._shown[message.channel, message.ts] = (self._reader.notification(message.text),)
        place, people = self._where(message)
        woken = [self._reader.name(n.user) for n in self._standin.workspace.all_notifications if n.ts == message.ts]
        bell = f"  🔔 {' '.join(dict.fromkeys(woken))}" if woken else ""
        self._say(place, f"{people}{bell}")
        asked = any("[Approve]" in line for line in lines)
        self._below(_short(lines, _MOST_OF_OWN if asked else _MOST_LINES))

    def _edit(self, message: Message) -> None:
        text = (self._reader.notification(message.text),)
        if self._shown[message.channel, message.ts] != text:
            self._shown[message.channel, message.ts] = text
            self._say(self._where(message)[0], "changed")
            self._below(text)

    def _view(self, who: str, view: OpenView | None) -> None:
        """Print a modal when it opens, and what has changed in it since."""
        if view is None:
            self._views.pop(who, None)
            return
        lines = self._reader.view(view)
        key = f"{view.id} {view.title}"
        before = self._views.get(who, ("", ()))
        self._views[who] = (key, lines)
        fresh = [line for line in lines if line not in before[1]] if before[0] == key else list(lines)
        if fresh:
            self._say("form", f"in front of {who}")
            self._below(_short(fresh, _MOST_OF_OWN))

    def _where(self, message: Message) -> tuple[str, str]:
        channel = self._standin.workspace.channels[message.channel]
        if message.ephemeral_for:
            return f"#{channel.name or 'direct message'}", f"only {self._reader.name(message.ephemeral_for)} sees it"
        if channel.is_im:
            other = next((m for m in channel.members if m != self._standin.workspace.bot.id), "")
            return "direct message", f"to {self._reader.name(other)}"
        return f"#{channel.name}", ""

    # ------------------------------------------------------------ paper

    def _say(self, place: str, about: str, style: str = "blue") -> None:
        line = Text.assemble(" " * _INDENT, (place, style), (f"  {about}" if about else "", "dim"))
        for name, colour in self._colours.items():
            line.highlight_regex(rf"@?\b{name}\b", colour)
        self._console.print(line)

    def _below(self, lines: Iterable[str], style: str = "") -> None:
        for line in lines:
            text = Text(line, style=style)
            for name, colour in self._colours.items():
                text.highlight_regex(rf"@{name}\b", colour)
            self._console.print(Padding(text, (0, 2, 0, _INDENT + 2), expand=False))

    async def ending(self) -> None:
        """Say what was published where."""
        arrivals = await self._outside.arrivals()
        self._console.print(Text("\nWhat was published, each exactly once and to the byte as approved:", style="bold"))
        for outlet in OUTLETS:
            found = [one for one in arrivals if one.outlet == outlet]
            to = {one.to for one in found if "@" in one.to}
            texts = len({one.parts for one in found})
            people = f", each to {len(to)} {'person' if len(to) == 1 else 'people'}" if to else ""
            words = f"{texts} {'update' if texts == 1 else 'updates'}{people}" if found else "nothing"
            self._console.print(Text.assemble("  ", (f"{outlet:<12}", "yellow"), words))
        address = (self._outside.status_url, "underline")
        self._console.print(Text.assemble("While it played, the status page was at ", address))


def _first_words(arrival: Arrival) -> str:
    """Return the beginning of what arrived, in words."""
    if arrival.outlet == MAIL:
        return arrival.parts[0]
    read = json.loads(arrival.parts[-1])
    return str(read.get("headline", "")) if isinstance(read, dict) else ""


def _short(lines: Sequence[str], most: int) -> list[str]:
    """Return the first lines, and how many more there are; lines without a word do not count."""
    worded = [line for line in lines if line.strip("│ ")]
    if len(worded) <= most:
        return worded
    return [*worded[: most - 1], f"… and {len(worded) - most + 1} more lines"]
