"""`clarion recover`: what this machine knows and Redis does not, and putting it back, once somebody has agreed.

It refuses to end a standstill that it has not shown, or before a person has said who they are and typed a word.
"""

import socket
from collections.abc import Sequence
from dataclasses import replace

from bot import wiring
from bot.cli.keyboard import Keyboard
from bot.cli.machine import OnRecord, machine
from bot.cli.session import Desk
from bot.cli.words import name, readable
from bot.config import Settings
from bot.domain.incident import Incident
from bot.domain.privacy import sees
from bot.domain.recovery import Lost
from bot.domain.refusals import Refusal
from bot.domain.update import Update
from bot.journal.journal import Journal
from bot.journal.lines import JournalDamaged, Lines
from bot.journal.local import AlreadyRunning, LocalJobs, only_one
from bot.journal.recovery import ACTS, Difference, difference, secrets_apart, take_over
from bot.journal.vault import VAULT, LocalPeople, LocalSecrets, Vault
from bot.ports import Cause, NotKnownYet, Services, Standstill, StorageDown, StorageFull
from bot.processes import redis_for
from bot.rendering.catalogue import BrokenTemplates
from bot.storage.codec import Unreadable
from bot.storage.embedded import EmbeddedRedisFailed, NoServer
from bot.usecases.standstill import redraw_all
from bot.wiring import Built

WORD = "release"
_ELSEWHERE = (
    "\nThis is not all: {machine} put publishing on hold, and knows what this machine does not. Run `clarion recover` "
    "there, not here. Only if {machine} is lost for good go on here: what it alone knew cannot be put back, and may be "
    "sent again. Look at what customers have got first."
)
_DAMAGED = (
    "This machine's journal cannot be read ({fault}), so publishing stays as it is. Put the file back from a backup, "
    "and run `clarion recover` again. If there is none, move the file to another folder and keep it: whatever only it "
    "knows is not put back then, and may be sent again. Look at what customers have got first."
)
# What came and went between the older data and now has left no trace on any machine.
_ANEW = "Whoever made or revoked a secret lately looks at `/incident secret` once publishing goes on."


async def recover(settings: Settings, who: str, secret_stdin: bool) -> str:
    """Show, ask, put back; return what went wrong, in a sentence, or ""."""
    identity = wiring.remembered(settings)
    if identity is None:
        return "This machine has never run Clarion for a workspace, so it has nothing to put back."
    try:
        async with redis_for(settings) as url, wiring.build(settings, url, identity=identity) as built:
            with only_one(built.journal.folder):
                try:
                    await _recovered(built, Keyboard(secret_first=secret_stdin), who)
                except Refusal as refusal:
                    return await readable(built.services, refusal.sentence)
    except AlreadyRunning:
        return "An emergency publication, or another `clarion recover`, runs on this machine. Wait for its end."
    except (StorageDown, NotKnownYet):
        return "Redis does not answer. What was put back is back; run `clarion recover` again when it does."
    except StorageFull:
        return "Redis is full. Give it more memory, and run `clarion recover` again."
    except (JournalDamaged, Unreadable, OSError) as fault:
        return _DAMAGED.format(fault=fault)
    except (
        BrokenTemplates,
        EmbeddedRedisFailed,
        NoServer,
        ValueError,
    ) as mistake:  # plan, templates, a setting, a journal that cannot be opened
        return str(mistake)
    return ""


async def _recovered(built: Built, keyboard: Keyboard, who: str) -> None:
    services, journal = built.services, built.journal
    still = await services.standstills.now()
    found = await difference(services, journal, await built.storage.commit_number())
    desk = Desk(services, keyboard, who, machine())
    desk.say(why(still, found))
    if still is None and found.nothing:
        desk.say("Redis lacks nothing that this machine knows.")
        return
    asked = Desk(await _who_may_say(built, still), keyboard, who, machine())
    by = await asked.verified("see what Redis lost, and release publishing")
    desk.say(await shown(services, found, by.user_id))
    if still is not None and still.cause is Cause.OLDER_DATA:
        desk.say(await secrets_said(services, await secrets_apart(services, journal.folder)))
    word = WORD
    if still is not None and _elsewhere(still, journal):
        desk.say(_ELSEWHERE.format(machine=still.machine))
        word = still.machine
    if keyboard.ask(f"Type {word} to put this back and to publish again").strip().lower() != word.lower():
        raise Refusal("not_released", "Nothing was put back, and publishing stays as it is.")
    on_record = replace(services, incidents=OnRecord(services.incidents, desk.machine))
    await take_over(on_record, journal, found, desk.machine)
    still = still or Standstill(cause=Cause.OLDER_DATA, at=None, machine="")
    highest = max(found.seen, journal.watermark.highest)
    journal.watermark.looked_at()
    if not await services.standstills.lift(still, highest, found.known.highest_number):
        raise Refusal("another", "Meanwhile publishing was put on hold again. Run `clarion recover` once more.")
    await redraw_all(services)
    desk.say(f"Put back by {await name(services, by.user_id)}. Publishing goes on.")


def _elsewhere(still: Standstill, journal: Journal) -> bool:
    """Say whether another machine has what publishing waits for. One that is lost must not hold it up for ever."""
    if still.machine in ("", socket.gethostname()):
        return False
    return not journal.has_emergency() if still.cause is Cause.EMERGENCY else journal.watermark.highest < still.seen


async def _who_may_say(built: Built, still: Standstill | None) -> Services:
    """Return services that can tell who somebody is: Redis's, or, where it went back, this machine's copy."""
    services, folder = built.services, built.journal.folder
    vault, acts = Vault.read(folder / VAULT), Lines(folder / ACTS)
    if still is None or still.cause is not Cause.OLDER_DATA or not vault.secrets:
        return services
    return replace(services, people=LocalPeople(vault), secrets=LocalSecrets(vault, acts), jobs=LocalJobs(acts))


async def shown(services: Services, found: Difference, to: str) -> str:
    """Return the difference in words, for `to`: what is private to others has no title here."""
    lines: list[str] = []
    for incident in found.emergency:
        published = any(update.live for update in incident.updates)
        what = "Published in an emergency" if published else "Declared in an emergency, and nothing published"
        lines += ["", f"{what}: {_called(incident, to)}"]
        lines += [await _row(services, incident, update) for update in incident.updates if update.live]
    for one in found.lost:
        lines += ["", _lost(one, to)]
        lines += [await _row(services, one.seen, update) for update in one.updates]
    if found.attempts:
        count = len(found.attempts)
        lines += ["", f"Sends that this machine made and Redis does not know: {count:,}. They will not be made again."]
    return "\n".join(lines) if lines else "Redis lacks nothing that this machine knows."


async def secrets_said(services: Services, apart: Sequence[tuple[str, bool]]) -> str:
    """Return whose secrets differ, and what to do about one that may work again although it was revoked."""
    lines = [""] if apart else []
    for user, put_back in apart:
        whose = await name(services, user)
        lines.append(
            f"The secret of {whose} that this machine knows is put back; an older one no longer works."
            if put_back
            else f"Redis holds a secret of {whose} that this machine does not: revoked since, or made on another "
            f"machine. If it was revoked, it works again: {whose} revokes it anew with `/incident secret`."
        )
    return "\n".join([*lines, "", _ANEW])


def _called(incident: Incident, to: str) -> str:
    return f"{incident.name}, {incident.title}" if sees(incident, to) else f"{incident.name}, which is private"


def why(still: Standstill | None, found: Difference) -> str:
    """Return whether publishing is on hold, since when and why."""
    if still is None:
        return "Publishing is not on hold."
    since = f" since {still.at:%Y-%m-%d %H:%M} UTC" if still.at else ""
    if still.cause is Cause.EMERGENCY:
        return f"Publishing is on hold{since}: an emergency publication is not in Redis yet."
    return (
        f"Publishing is on hold{since}: Redis holds {found.there:,} changes, and this machine has seen {found.seen:,}. "
        "It came back with older data."
    )


def _lost(one: Lost, to: str) -> str:
    seen = one.seen
    if one.found is None:
        return f"{_called(seen, to)}: missing"
    behind = max(seen.version - one.found.version, 0)
    hidden = ", and that it was made private" if seen.private and not one.found.private else ""
    return f"{_called(seen, to)}: {behind:,} change{'' if behind == 1 else 's'} missing{hidden}"


async def _row(services: Services, incident: Incident, update: Update) -> str:
    by = update.approved
    who = f"approved by {await name(services, by.by)} at {by.at:%H:%M} UTC" if by else "not approved"
    ended = [(d.outlet, count, kind) for d in update.deliveries for kind, count in d.tally.items() if count]
    counts = ", ".join(f"{update.plan_for(outlet).label} {count:,} {kind}" for outlet, count, kind in ended)
    return f"  Update #{update.number}, {who}; {counts or 'on its way'}"
