"""The printed page of `clarion check`: readable at 40 columns and at 200, in colour or piped to a file."""

from collections.abc import Sequence

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from bot.checkup.settings import Described
from bot.checkup.verdict import Mark, Verdict

# A sign and a word: colour alone would leave some readers, and log files, without the difference.
_SIGNS = {
    Mark.GOOD: ("✓", "green"),
    Mark.OFF: ("·", "dim"),
    Mark.RISK: ("!", "yellow"),
    Mark.BAD: ("✗", "bold red"),
}
# Below this width a name and its text no longer fit side by side.
WIDE = 76
_NAME = 24

NOTHING_SET = (
    "Nothing is set yet. `clarion practice` needs nothing at all.\n"
    "A real Slack workspace needs three settings, in the environment or in .env:\n"
    "  SLACK_BOT_TOKEN          lets Clarion speak\n"
    "  SLACK_SIGNING_SECRET     lets it hear (or SLACK_APP_TOKEN, for Socket Mode)\n"
    "  INCIDENTS_CHANNEL        where incidents are announced\n"
    "`clarion manifest` prints the Slack app to create; README.md tells the rest."
)


def heading(console: Console, title: str) -> None:
    """Print the title of a part."""
    console.print()
    console.print(Text(title, style="bold"))


def settings_part(console: Console, rows: Sequence[Described]) -> None:
    """Print every setting: how it stands, and what it is for."""
    heading(console, "Settings")
    for row in rows:
        sign = Text("✓ " if row.given else "· ", style="green" if row.given else "dim")
        text = Text(row.stands, style="" if row.given else "dim")
        _pair(console, sign, row.variable, text)
        _below(console, row.purpose)


def verdict_line(console: Console, verdict: Verdict) -> None:
    """Print one verdict, with how to mend it below."""
    sign, style = _SIGNS[verdict.mark]
    _pair(console, Text(f"{sign} ", style=style), verdict.subject, Text(verdict.sentence))
    if verdict.mend:
        _below(console, f"-> {verdict.mend}")


def summary(console: Console, verdicts: Sequence[Verdict]) -> None:
    """Print how it all stands, in one line that says whether `clarion run` will work."""
    bad = [one.subject for one in verdicts if one.mark is Mark.BAD]
    risks = sum(one.mark is Mark.RISK for one in verdicts)
    console.print()
    if bad:
        names = ", ".join(dict.fromkeys(bad))
        console.print(Text(f"Not ready: {names}.", style="bold red"))
    elif risks:
        console.print(Text(f"Ready, with {risks} thing(s) that can go wrong, marked !.", style="bold yellow"))
    else:
        console.print(Text("Ready.", style="bold green"))


def _pair(console: Console, sign: Text, name: str, text: Text) -> None:
    if console.width >= WIDE:
        start = Text.assemble(sign, (name.ljust(_NAME), "bold"))
        lines = text.wrap(console, console.width - _NAME - 2)
        for number, line in enumerate(lines):
            console.print(Text.assemble(start if number == 0 else " " * (_NAME + 2), line), soft_wrap=True)
        return
    console.print(Text.assemble(sign, (name, "bold")))
    _below(console, text)


def _below(console: Console, text: Text | str) -> None:
    indent = _NAME + 2 if console.width >= WIDE else 2
    shown = text if isinstance(text, Text) else Text(text, style="dim")
    console.print(Padding(shown, (0, 0, 0, indent), expand=False))
