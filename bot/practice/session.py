"""`clarion practice`: builds the house and serves the page in it, or plays a scenario headless and tells it.

A play returns 0 when every step happened and 1 with the first that did not. It refuses to know a real setting: none is
read, and nothing here takes one.
"""

import asyncio
import contextlib
import errno
import json
import logging
import os
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from xml.etree.ElementTree import Element

from rich.console import Console

from bot.plan import BrokenPlan
from bot.practice import cast, sitting
from bot.practice import house as houses
from bot.practice.company import Company, CompanyMistake, judged
from bot.practice.fate import Fate
from bot.practice.folder import for_one_play
from bot.practice.handed import PARTS
from bot.practice.house import House, HouseFailed
from bot.practice.scenario import junit as report
from bot.practice.scenario import reading
from bot.practice.scenario.acting import Actors
from bot.practice.scenario.judging import Judge
from bot.practice.scenario.play import Played, Stage, play
from bot.practice.scenario.screens import Screens
from bot.practice.scenario.script import ScenarioMistake, Script
from bot.practice.transcript import Transcript
from bot.rendering.catalogue import BrokenTemplates
from bot.storage.embedded import EmbeddedRedisFailed, NoServer

HOME = Path(".clarion-practice")
FIRST = reading.FIRST  # what is played headless when nothing is chosen
ALL = "all"
_NOT_ENDED = "It did not come to its end."
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)
_STOPPED = 130  # as a shell has it for Ctrl-C
_MISTAKES = (ScenarioMistake, CompanyMistake, BrokenTemplates, BrokenPlan, HouseFailed, EmbeddedRedisFailed, NoServer)
_WIDTH = 110  # where there is no terminal to ask
_SETTLE_WITHIN = 15.0
_LOOK_EVERY = 0.05


async def run(
    scenario: str | Path | None = None,
    *,
    headless: bool = False,
    junit: Path | None = None,
    port: int | None = None,
    browse: bool = False,
    home: Path = HOME,
    templates: Path | None = None,
    settings: Path | None = None,
    plan: Path | None = None,
) -> int:
    """Serve the page until Ctrl-C; or with `headless` play a scenario, or `ALL`; return the exit status: of the worst.

    `port` is the page's, headless that of the status page. `scenario` None: no script, headless FIRST. `templates`,
    `settings` and `plan` are a company's own.
    """
    console = _Terminal(highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        console.width = _WIDTH
    if not headless and scenario != ALL:
        return await _sit(console, scenario, Evening(port or 0, home, templates, settings, plan), browse=browse)
    names = reading.shipped() if scenario == ALL else (scenario or FIRST,)
    suites, statuses = [], list[int]()
    # First of all: no report of an earlier play is left to be taken for this one, however this one ends.
    if not _reported(console, junit, [report.suite("play", (), _NOT_ENDED)]):
        return 1
    for name in names:
        status, suite = await _one(console, name, Evening(port or 0, home, templates, settings, plan))
        suites.append(suite)
        statuses.append(status)
        if status == _STOPPED:
            break
    if not _reported(console, junit, suites):
        statuses.append(1)
    if scenario == ALL:
        _sum_up(console, dict(zip(names, statuses, strict=False)))
    return max(statuses)


def _reported(console: Console, junit: Path | None, suites: Sequence[Element]) -> bool:
    """Write the report, if one is wanted; say if that cannot be done."""
    try:
        if junit is not None:
            report.write(junit, suites)
    except OSError as fault:
        _give_up(console, HouseFailed(f"The report {junit} cannot be written: {_why(fault)}. Mend --junit."))
        return False
    return True


def _why(fault: OSError) -> str:
    return fault.strerror or str(fault)


class _Terminal(Console):
    """Where it is told. Whoever read along and has gone (`| head`) ends it, as Ctrl-C does."""

    def on_broken_pipe(self) -> None:
        self.quiet = True
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        signal.raise_signal(signal.SIGTERM)


@dataclass(frozen=True, slots=True)
class Evening:
    """What one practice is made with."""

    port: int
    home: Path
    templates: Path | None
    settings: Path | None
    plan: Path | None


async def _one(console: Console, scenario: str | Path, evening: Evening) -> tuple[int, Element]:
    name = Path(scenario).stem
    try:
        script = reading.read(reading.find(scenario))
        # What is wrong with a template or a setting is said before anything is started.
        company = judged(evening.templates, evening.settings, evening.plan, script.languages)
        with for_one_play(evening.home) as folder:
            status, played = await _play(console, script, folder, company, port=evening.port)
            return status, report.suite(script.name, played, _NOT_ENDED if status == _STOPPED else "")
    except (*_MISTAKES, OSError) as mistake:
        _give_up(console, mistake)
        return 1, report.suite(name, (), str(mistake))


def _give_up(console: Console, mistake: Exception) -> None:
    """Say why it cannot go on. Raises what is no mistake of whoever practises."""
    if isinstance(mistake, OSError):
        if mistake.errno not in _NO_ROOM:
            raise mistake
        mistake = HouseFailed(f"{mistake.filename or 'Its folder'} cannot be written: {_why(mistake)}.")
    console.print(f"\nThe practice cannot go on.\n{mistake}", style="red", soft_wrap=True)


def _sum_up(console: Console, statuses: Mapping[str | Path, int]) -> None:
    console.print()
    for name, status in statuses.items():
        console.print(f"{'✓' if status == 0 else '✗'} {name}", style="green" if status == 0 else "bold red")


async def _sit(console: Console, scenario: str | Path | None, evening: Evening, *, browse: bool) -> int:
    logging.getLogger("mail.log").setLevel(logging.WARNING)
    stop, chosen, port = asyncio.Event(), scenario, evening.port
    try:
        with _signals(stop):
            while True:
                script = reading.read(reading.find(chosen)) if chosen else cast.script()
                sequel = await _sit_in(console, script, replace(evening, port=port), stop, browse=browse)
                if not sequel.scenario:
                    return 0
                chosen, port, browse = sequel.scenario, sequel.port, False
    except (*_MISTAKES, OSError) as mistake:
        _give_up(console, mistake)
        return 1


async def _sit_in(
    console: Console, script: Script, evening: Evening, stop: asyncio.Event, *, browse: bool
) -> sitting.Sequel:
    """Build one house and serve the page in it; return what comes after it."""
    company = judged(evening.templates, evening.settings, evening.plan, script.languages)
    settle = None if script.steps else cast.settle_in
    with for_one_play(evening.home) as folder:
        async with houses.build(script, folder, 0, heals=True, company=company, settle=settle) as house:
            stage = _stage(house, Transcript(console, house, script.people))
            sequel = await sitting.sit(console, house, script, stage, stop, port=evening.port, browse=browse)
            _report_trouble(console, house, folder.parent)
            return sequel


async def _play(
    console: Console, script: Script, folder: Path, company: Company, *, port: int
) -> tuple[int, Sequence[Played]]:
    logging.getLogger("mail.log").setLevel(logging.WARNING)
    stop = asyncio.Event()
    with _signals(stop):
        async with houses.build(script, folder, port, company=company) as house:
            told = Transcript(console, house, script.people)
            told.opening(script.title, script.people)
            playing = asyncio.create_task(play(script, _stage(house, told)))
            ending = asyncio.create_task(stop.wait())
            await asyncio.wait({playing, ending}, return_when=asyncio.FIRST_COMPLETED)
            ending.cancel()
            if not playing.done():
                playing.cancel()
                await asyncio.gather(playing, return_exceptions=True)
                return _STOPPED, ()
            played = playing.result()
            told.catch_up()
            return await _conclude(console, house, told, played, folder.parent), played


def _stage(house: House, told: Transcript) -> Stage:
    screens = Screens(house.standin, house.reader)
    slack, terminal = house.standin, house.terminal
    actors = Actors(screens, slack.stage.now, house.require_alive, Fate(house), terminal)
    judge = Judge(
        standin=house.standin,
        reader=house.reader,
        screens=screens,
        outside=house.outside,
        since=actors.since,
        alive=house.require_alive,
    )
    return Stage(actors, judge, told, lambda: settled(house))


async def settled(house: House) -> str:
    """Wait until nothing is under way; return what is wrong with what was published, or ""."""
    clock = asyncio.get_running_loop().time
    end = clock() + _SETTLE_WITHIN
    while busy := [u for i in await house.outside.incidents() for u in i.updates if u.state == "publishing"]:
        if clock() >= end:
            return f"update {busy[0].number} is still on its way after {_SETTLE_WITHIN:g} s"
        await asyncio.sleep(_LOOK_EVERY)
    return await house.outside.unapproved()


async def _conclude(console: Console, house: House, told: Transcript, played: Sequence[Played], home: Path) -> int:
    _report_trouble(console, house, home)
    failed = next((one for one in played if one.failed), None)
    if failed is not None:
        words = f"Step {failed.step.number} did not happen; the rest was not played."
        if failed is played[-1]:
            words = "Every step happened, and what must be true at the end is not."
        console.print(f"\n{words}", style="bold red")
        return 1
    await told.ending()
    seconds = sum(one.seconds or 0.0 for one in played)
    console.print(f"\nEvery step happened: {len(played) - 1} steps in {seconds:.1f} s.", style="bold green")
    return 0


def _report_trouble(console: Console, house: House, home: Path) -> None:
    """Say what web and worker logged as errors; the folder of the play, with their logs, is about to go."""
    for part in PARTS:
        said, kept = houses.log(house.folder, part), home / f"last-{part}.log"
        if trouble := [line for line in said if '"level": "error"' in line]:
            words = f"The {part} process reported trouble: {_in_short(trouble[-1])}"
            with contextlib.suppress(OSError):  # a full disk may be that very trouble
                kept.write_text("\n".join(said))
                words += f" All of it is in {kept}."
            console.print(words, style="red", soft_wrap=True)


def _in_short(line: str) -> str:
    """Return one logged error in a sentence: what, and the end of where."""
    try:
        said = json.loads(line)
    except ValueError:
        return line
    where = str(said.get("exception") or said.get("at") or said.get("where") or "").strip().splitlines()
    return ": ".join(str(part).strip() for part in (said.get("event"), said.get("fault"), *where[-1:]) if part) + "."


@contextlib.contextmanager
def _signals(stop: asyncio.Event) -> Iterator[None]:
    """End in order at Ctrl-C, where signals can be had (not in a thread)."""
    loop = asyncio.get_running_loop()
    heard: list[signal.Signals] = []
    for one in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(ValueError, RuntimeError, NotImplementedError):
            loop.add_signal_handler(one, stop.set)
            heard.append(one)
    try:
        yield
    finally:
        for one in heard:
            loop.remove_signal_handler(one)
