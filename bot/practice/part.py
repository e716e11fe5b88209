"""One part of the bot in practice, as a process of its own: `python -m bot.practice.part web|worker|clarion FILE`.

It is the real web process or the real worker; only its settings come from the practice that started it. It refuses
to start without them.
"""

import asyncio
import sys
from pathlib import Path
from typing import NoReturn

import typer

from bot import logs, worker
from bot.cli import incident, update
from bot.cli.session import Place
from bot.ports import ChatRefused
from bot.practice.clock import HouseClock
from bot.practice.handed import LOOPBACK, handed
from bot.rendering.catalogue import BrokenTemplates
from bot.web.serving import serve


def main(part: str, file: str, *words: str) -> int:
    """Run a part until it is told to stop, or a command of `clarion`; return its exit status."""
    told = handed(Path(file))
    settings, clock = told.settings(), HouseClock(Path(told.clock))
    if part == "clarion":
        _command_line(Place(settings, told.redis_url, clock), words)
    logs.set_up(process=part, json=True)
    try:
        if part == "web":
            asyncio.run(serve(settings, told.redis_url, host=LOOPBACK, clock=clock))
        else:
            asyncio.run(worker.run(settings, told.redis_url, clock=clock))
    except (BrokenTemplates, ValueError, ChatRefused) as fault:
        print(fault, file=sys.stderr)
        return 1
    return 0


def _command_line(place: Place, words: tuple[str, ...]) -> NoReturn:
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    app.add_typer(incident.app, name="incident")
    app.add_typer(update.app, name="update")
    app(words, obj=place, prog_name="clarion")
    sys.exit(0)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
