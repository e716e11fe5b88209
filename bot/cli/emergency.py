"""`clarion publish --emergency`: publish with Redis down, by the same rules, into this machine's own journal.

An author writes, somebody else approves what was shown, each with their secret; the same use cases run on the
journal's files. It refuses to work while Redis answers: two memories would not know of each other.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import typer

from bot import wiring
from bot.cli import deciding, drafting, page, writing
from bot.cli.alone import build_without_redis
from bot.cli.keyboard import Keyboard
from bot.cli.machine import OnRecord, machine
from bot.cli.session import Desk
from bot.cli.words import readable
from bot.config import Settings
from bot.domain.incident import Incident, Role, Severity
from bot.domain.lifecycle import Declaration
from bot.domain.people import Caller
from bot.domain.publishing import deliver_job
from bot.domain.refusals import Refusal
from bot.domain.update import UpdateState
from bot.journal.journal import EMERGENCY
from bot.journal.lines import JournalDamaged
from bot.journal.local import AlreadyRunning, LocalHeld, only_one
from bot.ports import Services, StorageDown
from bot.rendering.catalogue import BrokenTemplates
from bot.storage.codec import Unreadable
from bot.storage.embedded import running_url
from bot.storage.store import Storage
from bot.usecases import deliveries, incidents, secrets, updates

Away = Callable[[], Awaitable[None]]

# How often an outlet is looked at again that could not take it yet, at most, in seconds.
_LOOK = 1.0
_BACK = "Redis answers, so nothing was done here. Use `clarion update draft` and `clarion update approve`."
_BACK_WRITTEN = (
    "Redis answers again, so nothing more leaves from here. What was written here is kept, and publishing is on hold "
    "for it: `clarion recover` puts it into Redis. Then go on with `clarion update approve`."
)
_BROKEN_OFF = (
    "Broken off. What was written and what has left is in this machine's journal. If an update was approved, go on "
    "with the same command and --update with its number: what has left is not sent again."
)
_UNUSABLE = (
    "This machine's journal cannot be written or read ({why}), so nothing more was sent. Free its disk, or mend that, "
    "and give the same command again, with --update and the number if one was shown: what has left is not sent again."
)
_AFTERWARDS = "When Redis is back: `clarion recover`. Until then nothing else is published from here."


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What was asked for on the command line. `which` "": a new incident, called `title`."""

    which: str
    author: str
    approver: str
    number: int | None = None
    title: str = ""
    severity: Severity = Severity.SEV1
    file: Path | None = None
    texts: Mapping[str, str | None]
    secret_stdin: bool = False
    patience: float = 60.0


async def publish(settings: Settings, wanted: Wanted) -> str:
    """Do it; return what went wrong, in a sentence, or ""."""
    identity = wiring.remembered(settings)
    if identity is None:
        return "This machine has never run Clarion for a workspace. Run this where it did, with the same CLARION_HOME."
    if await _answers(settings, identity.workspace):
        return _BACK
    folder = wiring.journal_folder(settings, identity)

    async def away() -> None:
        """Refuse if Redis is back, which it may be by the time people have typed: it knows more than this machine."""
        if await _answers(settings, identity.workspace):
            raise Refusal("redis_back", _BACK_WRITTEN if (folder / EMERGENCY).exists() else _BACK)

    try:
        with only_one(folder):
            async with build_without_redis(settings, identity) as services:
                return await _spoken(services, wanted, away)
    except asyncio.CancelledError:  # Ctrl-C
        typer.echo(_BROKEN_OFF if (folder / EMERGENCY).exists() else "Nothing was done.", err=True)
        raise
    except AlreadyRunning:
        return "Another emergency publication, or `clarion recover`, runs on this machine. Wait for its end."
    except (JournalDamaged, Unreadable) as fault:
        return f"This machine's journal cannot be trusted ({fault}), so nothing was sent. Publish by hand."
    except OSError as fault:
        return _UNUSABLE.format(why=fault.strerror)
    except (BrokenTemplates, ValueError) as mistake:  # plan, templates, a setting
        return str(mistake)


async def _spoken(services: Services, wanted: Wanted, away: Away) -> str:
    """Do it; return what was refused, or ""."""
    where = machine()
    services = replace(services, incidents=OnRecord(services.incidents, where))
    try:
        await _published(services, wanted, where, away)
    except Refusal as refusal:
        return await readable(services, refusal.sentence)
    return ""


async def _answers(settings: Settings, workspace: str) -> bool:
    url = settings.redis_url.get_secret_value() if settings.redis_url else await running_url(settings.clarion_home)
    if url is None:
        return False
    storage = Storage(url, workspace)
    try:
        await storage.ping()
    except StorageDown:
        return False
    finally:
        await storage.aclose()
    return True


class _Careful(Desk):
    """A desk that looks once more whether Redis is away before anything is done in somebody's name."""

    def __init__(self, services: Services, keyboard: Keyboard, who: str, machine: str, away: Away) -> None:
        super().__init__(services, keyboard, who, machine)
        self._away = away

    async def verified(self, doing: str, incident: Incident | None = None) -> Caller:
        """As `Desk.verified`. Raises Refusal ``redis_back``."""
        caller = await super().verified(doing, incident)
        await self._away()
        return caller


async def _published(services: Services, wanted: Wanted, where: str, away: Away) -> None:
    secrets_typed = [sys.stdin.readline().rstrip("\r\n") for _ in range(2)] if wanted.secret_stdin else [None, None]
    author, approver = (
        _Careful(services, Typist(secret), who, where, away)
        for secret, who in zip(secrets_typed, (wanted.author, wanted.approver), strict=True)
    )
    which, number = wanted.which, wanted.number
    if not which:
        which = await _declared(author, wanted)
    incident = await author.incident(which)
    if number is None or not wanted.which:
        said = writing.given(wanted.texts, [], wanted.file)
        drafted = await drafting.draft(author, which, said, corrects=None, out=None, yes=False)
        if drafted is None:  # never the newest one there is: that may be somebody else's
            kept = drafting.KEPT.format(name=incident.name)
            raise Refusal(
                "not_agreed",
                f"Nothing was published. While Redis is down, go on from what you wrote with: clarion publish "
                f"--emergency {incident.name} --file {kept} --author {wanted.author} --approver {wanted.approver}",
            )
        number = drafted.number
    elif author.update(incident, number).state is UpdateState.PUBLISHING:
        await _go_on(approver, incident, number, wanted.patience)
        return
    done = await deciding.approved(approver, which, number, "")
    if done is None:
        raise Refusal("another_approval", _another(await author.incident(which), number, wanted))
    approver.say("It leaves from here, so let this command go on to its end.")
    await _deliver(approver, *done, wanted.patience)


def _another(incident: Incident, number: int, wanted: Wanted) -> str:
    """What to do where the plan asks for more approvals than one: each is given by a run of this command."""
    return (
        f"Nothing has left: the plan asks for another approval of update #{number}, and the one just given is kept in "
        f"this machine's journal. Somebody else who may approve gives theirs here: clarion publish --emergency "
        f"{incident.name} --update {number} --author {wanted.author} --approver NAME"
    )


class Typist(Keyboard):
    """A keyboard at which one of two people sits; with `secret`, theirs has been read already."""

    def __init__(self, secret: str | None) -> None:
        super().__init__(secret_first=False)
        self._secret = secret


async def _declared(desk: Desk, wanted: Wanted) -> str:
    by = await desk.verified("declare an incident without Redis")
    approver = await secrets.named(desk.services, wanted.approver, "--approver")
    roles = {Role.COMMUNICATIONS: by.user_id, Role.COMMANDER: approver.user_id}
    if not wanted.title:
        raise Refusal("title", 'Name the incident (INC-12), or say what is new with --new "Checkout fails".')
    said = Declaration(title=wanted.title, severity=wanted.severity, roles=roles)
    found = await incidents.declare(desk.services, said, by, desk.operation())
    desk.say(f"{found.name} is declared in this machine's journal.")
    return found.name


async def _go_on(desk: Desk, incident: Incident, number: int, patience: float) -> None:
    """Go on with an update that was approved while Redis was there; whoever may approve may say so."""
    from bot.domain.approvers import approvers

    update = desk.update(incident, number)
    by = await desk.verified(f"go on with update #{number} of {incident.name} without Redis", incident)
    if by.user_id not in approvers(incident, desk.services.policy):
        raise Refusal("not_an_approver", "You are not an approver here, so nothing was sent.")
    desk.say(f"Update #{number} was approved before Redis went. What had not left leaves now.")
    await _deliver(desk, incident.id, update.id, patience)


async def _deliver(desk: Desk, incident_id: str, update_id: str, patience: float) -> None:
    """Deliver at every outlet, side by side, until all have ended or patience has."""
    incident = await updates.loaded(desk.services, incident_id)
    names = [d.outlet for d in incident.update(update_id).deliveries]
    tries = (_deliver_at(desk, incident_id, update_id, name, patience) for name in names)
    # Each to its end, whatever becomes of the others: what is broken off in the middle is unknown.
    for ended in await asyncio.gather(*tries, return_exceptions=True):
        if isinstance(ended, BaseException):
            raise ended
    update = (await updates.loaded(desk.services, incident_id)).update(update_id)
    for delivery in update.deliveries:
        desk.say(f"  {page.outcome(update, delivery)}")
    desk.say(f"Update #{update.number} is {update.state}. {_AFTERWARDS}")


async def _deliver_at(desk: Desk, incident_id: str, update_id: str, outlet: str, patience: float) -> None:
    services = desk.services
    round_ = (await updates.loaded(services, incident_id)).update(update_id).delivery(outlet).round
    held = LocalHeld(deliver_job(incident_id, update_id, outlet, round_))
    until = services.clock.now() + timedelta(seconds=patience)
    while (again := await deliveries.deliver(services, held)) is not None:
        if max(again, services.clock.now()) > until:
            return
        held.job = replace(held.job, attempt=held.job.attempt + 1)
        await asyncio.sleep(min(_LOOK, max((again - services.clock.now()).total_seconds(), 0.0)))
