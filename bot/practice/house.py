"""The house that a practice is played in: its own Redis, Slack, loopback outlets, and web and worker as processes.

Everything in it is made for one play and lies in one folder, so that several can run side by side and beside a live
`clarion run`. What is killed on purpose (`switches`) is started again; what dies by itself is started again only where
people look on (`heals`), and is the end of a play elsewhere. It refuses the outside: every address is on 127.0.0.1, no
setting is read from anywhere, and its processes get an environment with nothing in it but what they need to start.
"""

import asyncio
import contextlib
import os
import socket
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import aiohttp

from bot.practice.chronicle import Chronicle
from bot.practice.clock import HouseClock
from bot.practice.company import NOBODY, Company
from bot.practice.handed import LOOPBACK, PARTS, Handed
from bot.practice.keeping import Kept
from bot.practice.languages import plan_for
from bot.practice.mailbox import Mailbox
from bot.practice.outside import Outside
from bot.practice.readable import Reader
from bot.practice.receiver import Receiver
from bot.practice.scenario.script import Script
from bot.practice.scenario.terminal import Terminal
from bot.practice.slack_standin import OUTSIDE_TEAM_ID, TEAM_ID, Channel, SlackStandIn
from bot.practice.status_folder import StatusFolder
from bot.storage.embedded import EmbeddedRedis
from bot.storage.store import Storage

# The only variables that web and worker get. No proxy, no token, no setting of Clarion's is among them.
_NEEDED = (
    "PATH",
    "HOME",
    "USER",
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "TMPDIR",
    "TZ",
    "VIRTUAL_ENV",
    "PYTHONPATH",
    "SYSTEMROOT",
)
SETTINGS, CLOCK = "settings.json", "clock"
_READY_WITHIN = 30.0
_LOOK_EVERY = 0.02
_LAST_LINES = 4


class HouseFailed(Exception):
    """The practice could not be set up, or a part of it ended. The message says which and why."""


@dataclass(frozen=True, slots=True)
class House:
    """A practice that is ready to be played in."""

    standin: SlackStandIn
    reader: Reader
    outside: Outside
    parts: Mapping[str, Kept]
    folder: Path
    terminal: Terminal
    clock: HouseClock
    broadcast: Channel
    mailbox: Mailbox
    receiver: Receiver
    status_folder: StatusFolder
    redis: EmbeddedRedis
    memory: Storage
    chronicle: Chronicle

    def require_alive(self) -> None:
        """Raise HouseFailed if web or worker has ended and is not started again."""
        for name, part in self.parts.items():
            if part.fallen:
                raise HouseFailed(f"The {name} process ended by itself. It said:\n{last_words(self.folder, name)}")


@contextlib.asynccontextmanager
async def build(
    script: Script,
    folder: Path,
    port: int,
    *,
    heals: bool = False,
    company: Company = NOBODY,
    settle: Callable[[SlackStandIn], None] | None = None,
) -> AsyncIterator[House]:
    """Build the house for a script in `folder`; `port` is that of the web process, 0: any. Raises HouseFailed.

    `heals`: web and worker are started again however they end, as `clarion run` does it. `company`: what it hands in.
    `settle` changes who is there, before anybody has asked Slack about them.
    """
    async with contextlib.AsyncExitStack() as stack:
        redis = EmbeddedRedis(folder)
        redis_url = await stack.enter_async_context(redis)
        standin = SlackStandIn(now=HouseClock(folder / CLOCK).seconds, enforce_rate_limits=True)
        places = _workspace(standin, script)
        if settle is not None:
            settle(standin)
        await stack.enter_async_context(standin.serve())
        chronicle = Chronicle(standin.stage.now)
        now, say = standin.stage.now, chronicle.say
        mailbox, receiver = Mailbox(now, say), Receiver(now, say)
        mail_port = await stack.enter_async_context(mailbox.serve())
        hook = await stack.enter_async_context(receiver.serve())
        web = _free_port(port)
        told = _handed(script, folder, standin, places, mail_port, (hook, receiver.secret), web, redis_url)
        told = replace(told, fields=_with(told.fields, company, script, folder))
        standin.deliver_to(f"http://{LOOPBACK}:{web}")
        parts = await stack.enter_async_context(_parts(told, folder, chronicle, heals=heals))
        house = _furnished(standin, places[1], (mailbox, receiver), parts, folder, redis, chronicle, told)
        stack.callback(house.status_folder.let_go)
        stack.push_async_callback(house.outside.aclose)
        await _ready(house, web)
        chronicle.say("Everything is running.")
        yield house


def _furnished(
    standin: SlackStandIn,
    broadcast: Channel,
    ends: tuple[Mailbox, Receiver],
    parts: Mapping[str, Kept],
    folder: Path,
    redis: EmbeddedRedis,
    chronicle: Chronicle,
    told: Handed,
) -> House:
    """Put together what runs already, and what looks at it."""
    mailbox, receiver = ends
    memory = Storage(told.redis_url, TEAM_ID)
    outside = Outside(
        standin=standin,
        broadcast=broadcast,
        mailbox=mailbox,
        receiver=receiver,
        status_url=str(told.fields["status_url"]),
        memory=memory,
    )
    return House(
        standin=standin,
        reader=Reader(standin.workspace),
        outside=outside,
        parts=parts,
        folder=folder,
        terminal=Terminal(folder / SETTINGS, _environment()),
        clock=HouseClock(folder / CLOCK),
        broadcast=broadcast,
        mailbox=mailbox,
        receiver=receiver,
        status_folder=StatusFolder(Path(told.fields["status_dir"])),
        redis=redis,
        memory=memory,
        chronicle=chronicle,
    )


def _workspace(standin: SlackStandIn, script: Script) -> tuple[Channel, Channel]:
    """Fill the workspace with the people of a script; return the channels for incidents and for broadcasts."""
    for one in script.people:
        team = OUTSIDE_TEAM_ID if one.outsider else TEAM_ID
        standin.add_person(one.name, is_restricted=one.guest, team_id=team)
    staff = tuple(standin.person(one.name) for one in script.people if not (one.guest or one.outsider))
    return (
        standin.add_channel("incidents", members=staff, with_bot=True),
        standin.add_channel("status-updates", members=staff, with_bot=True),
    )


def _handed(
    script: Script,
    folder: Path,
    standin: SlackStandIn,
    channels: tuple[Channel, Channel],
    mail_port: int,
    webhook: tuple[str, str],
    web: int,
    redis_url: str,
) -> Handed:
    """Return the whole of the settings: what practice says here, and nothing from anywhere else."""
    listed = folder / "recipients.txt"
    listed.write_text("".join(f"{one}\n" for one in script.recipients), encoding="utf-8")
    incidents, broadcast = channels
    fields: dict[str, Any] = {
        "slack_bot_token": standin.stage.token,
        "slack_signing_secret": standin.stage.signing_secret,
        "slack_api_url": standin.base_url,
        "port": web,
        "incidents_channel": incidents.id,
        "broadcast_channel": broadcast.id,
        "clarion_approvers": [standin.person(name).id for name in script.approvers],
        "smtp_url": f"smtp://{LOOPBACK}:{mail_port}",
        "mail_from": "Practice Status <status@practice.example>",
        "mail_recipients": str(listed),
        "status_dir": str(folder / "status"),
        "status_url": f"http://{LOOPBACK}:{web}/status",
        "clarion_home": str(folder),
    }
    return Handed(fields, webhook, redis_url, str(folder / CLOCK))


def _with(fields: Mapping[str, Any], company: Company, script: Script, folder: Path) -> dict[str, Any]:
    """Return the settings with what a company hands in, its plan in the languages of the script."""
    own = company.fields.get("clarion_plan")
    plan = plan_for(script.languages, Path(own) if own else None, folder)
    return {**fields, **company.fields, **({"clarion_plan": str(plan)} if plan else {})}


@contextlib.asynccontextmanager
async def _parts(told: Handed, folder: Path, chronicle: Chronicle, *, heals: bool) -> AsyncIterator[Mapping[str, Kept]]:
    """Run web and worker while the block runs."""
    file, env = folder / SETTINGS, _environment()
    told.write(file)
    started: dict[str, Kept] = {}
    try:
        for name in PARTS:
            command = (sys.executable, "-m", "bot.practice.part", name, str(file))
            started[name] = Kept(name, command, env, folder / f"{name}.log", chronicle, heals=heals)
            await started[name].start()
        yield started
    finally:
        await asyncio.shield(asyncio.gather(*(process.stop() for process in started.values())))


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in _NEEDED if name in os.environ}
    here = str(Path(__file__).resolve().parents[2])  # lets the child find this very `bot`, from whatever folder
    return {**kept, "PYTHONPATH": os.pathsep.join(filter(None, (here, kept.get("PYTHONPATH", ""))))}


def _free_port(wanted: int) -> int:
    """Return the port to use. Raises HouseFailed if it is taken."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, wanted))
        except OSError:
            raise HouseFailed(f"Port {wanted} is in use. Choose another with --port, or leave it out.") from None
        return int(probe.getsockname()[1])


async def _ready(house: House, web: int) -> None:
    """Return when the web process takes requests. The worker may still be starting: its jobs wait for it."""
    async with aiohttp.ClientSession() as session:
        try:
            async with asyncio.timeout(_READY_WITHIN):
                while not await _answers(session, f"http://{LOOPBACK}:{web}/readyz"):
                    house.require_alive()
                    await asyncio.sleep(_LOOK_EVERY)
        except TimeoutError:
            said = last_words(house.folder, "web")
            raise HouseFailed(f"The web process was not ready within {_READY_WITHIN:g} s. It said:\n{said}") from None


async def _answers(session: aiohttp.ClientSession, url: str) -> bool:
    try:
        async with session.get(url) as reply:
            return reply.status == 200
    except aiohttp.ClientError:
        return False


def log(folder: Path, part: str) -> list[str]:
    """Return the lines that a part wrote."""
    try:
        return (folder / f"{part}.log").read_text(errors="replace").strip().splitlines()
    except OSError:
        return []


def last_words(folder: Path, part: str) -> str:
    """Return what a part wrote last."""
    return "\n".join(log(folder, part)[-_LAST_LINES:]) or "nothing"
