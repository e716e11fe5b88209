"""How every command starts and ends: with whole settings, our logs, and a sentence where something is wrong."""

import asyncio
import sys
from collections.abc import Coroutine
from typing import Any, NoReturn

import typer

from bot.config import Settings, SettingsMistake


def settings() -> Settings:
    """Read the settings; ends the command with every mistake in them."""
    try:
        return Settings.load()
    except SettingsMistake as mistake:
        give_up(f"Some settings cannot be used:\n{mistake}")


def ready_settings() -> Settings:
    """Read the settings for a real workspace; ends the command if something is missing."""
    found = settings()
    missing = " and ".join(found.missing_to_start)
    if missing:
        give_up(
            f"{missing} must be set for a real Slack workspace; `clarion check` says more. "
            "`clarion practice` needs no settings."
        )
    return found


def to_the_end(work: Coroutine[Any, Any, Any], *, part: str = "") -> Any:
    """Run it with our logs. Ctrl-C before it listens to signals ends it without a traceback.

    `part`: "web" or "worker", for the log; these serve many requests, see `event_loop`.
    """
    from bot import event_loop, logs

    logs.set_up(process=part or "clarion")
    try:
        return event_loop.run(work) if part else asyncio.run(work)
    except KeyboardInterrupt:
        raise typer.Exit(130) from None


def give_up(sentence: str) -> NoReturn:
    """End the command with a sentence and status 1."""
    typer.echo(sentence, file=sys.stderr)
    raise typer.Exit(1)
