"""A practice without an end: the house stands, the page is served, and people do what they like until Ctrl-C.

It refuses to play anything itself: a scenario is played headless by `session`, or step by step by its pane.
"""

import asyncio
import contextlib
import errno
import json
import os
import webbrowser
from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console

from bot.practice import cast
from bot.practice.house import House, HouseFailed
from bot.practice.page.hurt import HurtPane
from bot.practice.page.out import OutPane
from bot.practice.page.pane import Pane
from bot.practice.page.shell.app import Page
from bot.practice.page.shell.desk import Desk, Hint, Link, Member
from bot.practice.page.shell.installed import installed
from bot.practice.page.tour import TourPane
from bot.practice.scenario.play import Stage
from bot.practice.scenario.script import Script
from bot.slack.manifest import manifest_json

_LOOK_EVERY = 0.3  # seconds
# Slack knows an app by its manifest, and so does the page. The address in it is called by nobody here.
_ADDRESS = "https://clarion.practice.example"
FIRST_WORDS = "/incident Checkout fails for EU cards sev1 @ada @cleo"
HINTS = (
    Hint("Declare an incident.", "Send this line here; the answer leads you to the incident's channel.", FIRST_WORDS),
    Hint(
        "Tell customers.",
        "In that channel press “Draft an update” and ask for approval. Whoever writes cannot approve: click on “Ben” "
        "above, who may, and press Approve as him.",
    ),
    Hint(
        "See what customers get.",
        "When it is approved, watch “What went out” beside the chat; “Status page” above is what they read. Then "
        "switch something off in “Make it hurt” and see what Clarion does.",
    ),
    Hint(
        "Rather be led?",
        "“Guided tour” beside the chat plays a whole night with you, step by step; others ask whether it is an "
        "incident, stop wrong words, or tell customers in three languages.",
    ),
)

TOURED = (
    Hint(
        "Follow the guided tour.",
        "It stands beside the chat, says what to do as whom, and sees that it was done. You may also do as you like.",
    ),
)


@dataclass
class Sequel:
    """What comes after this house, on the same port: nothing, or the scenario that somebody chose on the page."""

    port: int = 0
    scenario: str = ""

    async def start_over(self, scenario: str) -> None:
        """Ask for another scenario."""
        self.scenario = scenario


def panes(house: House, script: Script, stage: Stage, sequel: Sequel) -> tuple[Pane, ...]:
    """Return what stands beside the chat. This is the one place where panes are put in."""
    tour = TourPane(script, stage.actors, stage.judge, sequel.start_over)
    out, hurt = OutPane(house), HurtPane(house)
    return (tour, out, hurt) if script.steps else (out, hurt, tour)


def desk(house: House, script: Script, beside: Sequence[Pane]) -> Desk:
    """Return the page's desk for a house. With a script of steps, its people; without, the whole cast."""
    standin = house.standin
    about = {one.name: one.about for one in script.people} if script.steps else cast.about()
    standin.workspace.bot.real_name = "Clarion"
    return Desk(
        standin=standin,
        app=installed(json.loads(manifest_json(_ADDRESS))),
        cast={name: Member(name, words, name in script.approvers) for name, words in about.items()},
        panes=tuple(beside),
        links=(Link("Status page", house.outside.status_url),),
        title=script.title,
        hints=TOURED if script.steps else HINTS,
    )


async def sit(
    console: Console, house: House, script: Script, stage: Stage, stop: asyncio.Event, *, port: int, browse: bool
) -> Sequel:
    """Serve the page until `stop`, or until another scenario is chosen; return what comes then.

    Raises HouseFailed if the port is taken or a part of the house ends for good.
    """
    sequel = Sequel()
    page = Page(desk(house, script, panes(house, script, stage, sequel)))
    try:
        async with page.serve(port) as url:
            sequel.port = int(url.rsplit(":", 1)[1].strip("/"))
            console.print(f"The practice workspace is at {url}", style="bold", soft_wrap=True)
            console.print("Open it in a browser. Nothing in it leaves this machine. Ctrl-C ends the practice.")
            if browse:
                await asyncio.to_thread(webbrowser.open, url)
            await until(stop, house, sequel)
            return sequel
    except OSError as taken:
        why = "something else listens there" if taken.errno == errno.EADDRINUSE else os.strerror(taken.errno or 0)
        raise HouseFailed(f"Port {port} cannot be used: {why}. Choose another with --port.") from None


async def until(stop: asyncio.Event, house: House, sequel: Sequel) -> None:
    """Return when it is to end. Raises HouseFailed if a part ends before."""
    while not stop.is_set() and not sequel.scenario:
        house.require_alive()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), _LOOK_EVERY)
