"""`clarion plan`: print the plan as a page, write one of your own to start from, and its JSON Schema for editors.

Needs no secret and no Slack: a plan is for everybody to read. It refuses to write over a file.
"""

import json
from pathlib import Path
from textwrap import fill
from typing import Annotated

import typer
from rich.console import Console
from rich.prompt import IntPrompt, Prompt

from bot.cli import plan_page, start
from bot.cli.plan_writing import Answers, written
from bot.cli.start import give_up
from bot.domain.text import clean_line
from bot.plan import BrokenPlan, load
from bot.plan.schema import json_schema
from bot.plan.secrets import looks_secret
from bot.plan.written import LONGEST_LINE, duration, user

app = typer.Typer(help="The communication plan: who says what to whom, decided before the night.", no_args_is_help=True)
_SCHEMA = "plan.schema.json"


@app.command()
def show(
    plan: Annotated[Path | None, typer.Option(help="a file; else the plan that is set, else the shipped one")] = None,
) -> None:
    """Print the plan as a page to read."""
    file = plan or start.settings().clarion_plan
    try:
        page = plan_page.page(load(file).plan)
    except BrokenPlan as broken:
        give_up(str(broken))
    console = Console(highlight=False, markup=False, emoji=False)
    for line in page.splitlines():
        indent = " " * (len(line) - len(line.lstrip()) + 4)
        console.print(fill(line, console.width - 1, subsequent_indent=indent), soft_wrap=True)


@app.command()
def schema() -> None:
    """Print the JSON Schema of a plan, for editors."""
    typer.echo(json.dumps(json_schema(), indent=2))


@app.command()
def init(
    file: Annotated[Path, typer.Argument(help="where to write it")] = Path("plan.yaml"),
) -> None:
    """Ask a handful of questions and write a plan of your own, with the JSON Schema beside it."""
    if file.exists():
        give_up(f"{file} is there already, and is left as it is. Name another file: `clarion plan init other.yaml`.")
    if not file.parent.is_dir():
        give_up(f"{file} cannot be written: there is no folder {file.parent}. Make it, or name another file.")
    console = Console(highlight=False)
    console.print("A few questions; Enter takes what stands in brackets. Everything can be changed in the file.\n")
    try:
        text = written(_asked(console))
        with file.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError:
        give_up(f"{file} is there already, and is left as it is.")
    except BrokenPlan as broken:
        give_up(f"Nothing is written, because an answer cannot stand in a plan.\n{broken}")
    except OSError as fault:
        give_up(f"{file} cannot be written ({fault.strerror}). Name a file in a folder that is there.")
    beside = file.parent / _SCHEMA
    if not beside.exists():
        beside.write_text(json.dumps(json_schema(), indent=2) + "\n", encoding="utf-8")
    console.print(f"\nWritten: {file}, and {beside} for your editor. Read it: it is a document.", soft_wrap=True)
    console.print(f"Then `clarion check --plan {file}`, and CLARION_PLAN={file} in .env.", soft_wrap=True)


def _asked(console: Console) -> Answers:
    return Answers(
        company=_text(console),
        approvers=_people(
            console, "Who may approve, besides commander and communications lead? Slack user ids, with spaces between"
        ),
        commanders=_people(console, "Who is asked first to take command? Slack user ids, in order"),
        quorum=IntPrompt.ask("How many must approve an update", console=console, choices=["1", "2"], default=1),
        then=_time(console),
    )


def _text(console: Console) -> str:
    while True:
        given = clean_line(Prompt.ask("What is the company called", console=console, default="Our company"))
        if not given:
            console.print("A name is needed.")
        elif len(given) > LONGEST_LINE:
            console.print(f"It is {len(given):,} characters; at most {LONGEST_LINE:,} fit. Say it in fewer.")
        elif looks_secret(given):
            console.print("It looks like a password or a key, and a plan is read by everybody. Write the name.")
        else:
            return given


def _people(console: Console, question: str) -> tuple[str, ...]:
    while True:
        given = Prompt.ask(question, console=console, default="", show_default=False)
        try:
            return tuple(dict.fromkeys(user(word) for word in given.replace(",", " ").split()))
        except ValueError as wrong:
            console.print(f"Each {wrong}. Enter leaves it open.")


def _time(console: Console) -> str:
    while True:
        given = Prompt.ask("How often do customers hear of a SEV1", console=console, default="30 min").strip()
        try:
            duration(given)
            return given
        except ValueError as wrong:
            console.print(f"It {wrong}.")
