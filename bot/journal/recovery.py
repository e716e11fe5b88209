"""Taking over into Redis what it lost, or never had: the difference in facts, and putting it back step by step.

Every step may be repeated, and none is undone by a crash: the ledger first, so that nothing can be sent twice, then
documents by the ordinary commit, then the acts with secrets; the emergency journal is set aside last.
"""

import contextlib
from dataclasses import dataclass, replace
from pathlib import Path

import orjson

from bot.domain import recovery as rules
from bot.domain.change import Change
from bot.domain.incident import Incident
from bot.domain.job import Job, JobKind
from bot.domain.publishing import promise_jobs
from bot.domain.recovery import Lost
from bot.domain.update import Outcome
from bot.journal.journal import EMERGENCY, Journal, Remembered, remembered
from bot.journal.ledger import Share
from bot.journal.lines import read, sync_folder
from bot.journal.local import change_of
from bot.journal.vault import VAULT, Vault, use_of
from bot.ports import Attempt, Services
from bot.storage.codec import JOB

# What was done with secrets while Redis was away: tries, uses, and the jobs that tell their owners.
ACTS = "acts.jsonl"
_TOLD = (JobKind.TELL_FOLLOWERS, JobKind.TELL_SUPPORT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What this machine knows and Redis does not. `emergency`: incidents with something published without Redis."""

    seen: int
    there: int
    lost: tuple[Lost, ...]
    attempts: tuple[tuple[Share, str, Attempt], ...]
    emergency: tuple[Incident, ...]
    known: Remembered

    @property
    def nothing(self) -> bool:
        """Whether Redis lacks nothing that is known here."""
        return not (self.lost or self.attempts or self.emergency)


async def difference(services: Services, journal: Journal, there: int) -> Difference:
    """Compare. `there`: Redis's commit number. Raises StorageDown, JournalDamaged, OSError, Unreadable."""
    lines = read(journal.folder / EMERGENCY)
    commits = [change_of(line).incident.id for line in lines if line["k"] == "commit"]
    known = remembered(journal.folder, lines)
    missing: list[Lost] = []
    for seen in sorted(known.documents.values(), key=lambda one: one.number):
        what = rules.lost(await services.incidents.load(seen.id), seen)
        if what is not None:
            missing.append(what)
    ids = dict.fromkeys(commits)
    return Difference(
        seen=journal.watermark.highest,
        there=there,
        lost=tuple(one for one in missing if one.seen.id not in ids),
        attempts=tuple(await _unrecorded(services, known)),
        emergency=tuple(known.documents[one] for one in ids),
        known=known,
    )


async def take_over(services: Services, journal: Journal, found: Difference, machine: str) -> None:
    """Put everything into Redis; safe to repeat from any point. Raises StorageDown, StorageFull, NotKnownYet."""
    for (update_id, outlet), recipient, attempt in found.attempts:
        await services.attempts.record(update_id, outlet, recipient, attempt)
    begun: set[str] = set()
    for line in read(journal.folder / EMERGENCY):
        if line["k"] == "commit":
            change = change_of(line)
            if change.incident.id not in begun:  # the first also brings what else Redis may have lost of it
                begun.add(change.incident.id)
                change = replace(change, blobs=(*change.blobs, *rules.texts_of(change.incident, found.known.blobs)))
            await _commit(services, str(line["op"]), change)
    for one in found.lost:
        await _put_back(services, one, found, machine)
    await acts(services, journal.folder)
    await _secrets_again(services, journal.folder)
    set_aside(journal.folder / EMERGENCY, f"{services.clock.now():%Y%m%dT%H%M%S}")


async def acts(services: Services, folder: Path) -> None:
    """Put what was done with secrets without Redis on record, and have their owners told."""
    lines = read(folder / ACTS)
    for line in lines:
        if line["k"] == "use":
            await services.secrets.note(line["u"], use_of(line))
        elif line["k"] == "job":
            await services.jobs.add(JOB.decode(orjson.dumps(line["is"])))
    if lines:
        set_aside(folder / ACTS, f"{services.clock.now():%Y%m%dT%H%M%S}")


def set_aside(file: Path, when: str) -> None:
    """Keep a file that was taken over, under a name that nothing waits for. Raises OSError."""
    with contextlib.suppress(FileNotFoundError):
        file.rename(file.with_name(f"{file.stem}-{when}.taken-over"))
        sync_folder(file.parent)


async def _unrecorded(services: Services, known: Remembered) -> list[tuple[Share, str, Attempt]]:
    """Return the attempts that the ledger in Redis lacks, or knows less of."""
    found: list[tuple[Share, str, Attempt]] = []
    for share in known.ledger.shares:
        there = await services.attempts.read(*share)
        for recipient, attempt in known.ledger.of(*share).items():
            if _further(there.get(recipient), attempt):
                found.append((share, recipient, attempt))
    return found


def _further(there: Attempt | None, here: Attempt) -> bool:
    if there is None or there.round < here.round:
        return True
    return there.round == here.round and _sure(here) > _sure(there)


def _sure(attempt: Attempt) -> int:
    """How much it says of what customers have: that it arrived, or may have, is never taken for nothing."""
    return (None, Outcome.EXPIRED, Outcome.REFUSED, Outcome.UNKNOWN, Outcome.DELIVERED).index(attempt.outcome)


async def _commit(services: Services, operation: str, change: Change) -> None:
    """Commit one step of an emergency publication, once."""
    incident = change.incident
    own = tuple(job for job in change.jobs if job.kind not in _TOLD)
    known = {job.id for job in own}

    def jobs(current: Incident | None, merged: Incident) -> tuple[Job, ...]:
        """The step's own, and those that Redis lost or never had: what else was approved still goes out."""
        untold = rules.untold_jobs(current, merged)  # under the names that they have there
        owed = (*rules.unsettled_jobs(current, merged), *untold, *(() if current else promise_jobs(merged)))
        return (*own, *(job for job in owed if job.id not in known))

    found = await services.incidents.load(incident.id)
    if found is None:
        await services.incidents.create(f"taken-over:{operation}", replace(change, jobs=jobs(None, incident)))
        return

    def decide(current: Incident) -> Change:
        merged = rules.restored(current, incident)
        return Change(merged, change.entries, jobs(current, merged), change.blobs, recovered=True)

    await services.incidents.amend(f"taken-over:{operation}", incident.id, decide)


async def _put_back(services: Services, one: Lost, found: Difference, machine: str) -> None:
    now, seen = services.clock.now(), one.seen
    operation = f"put-back:{seen.id}:{seen.version}:{found.seen}"
    if one.found is None:
        await services.incidents.create(operation, rules.made_again(seen, found.known.blobs, machine, now))
        return

    def decide(current: Incident) -> Change:
        change = rules.put_back(current, seen, machine, now)
        texts = rules.texts_of(seen, found.known.blobs)
        return Change(change.incident, change.entries, change.jobs, texts, recovered=True)

    await services.incidents.amend(operation, seen.id, decide)


async def secrets_apart(services: Services, folder: Path) -> tuple[tuple[str, bool], ...]:
    """Return the user ids whose secret this machine knows otherwise than Redis, and whether it is put back.

    One that Redis alone has may have been revoked here, or made on another machine: people can tell, this cannot.
    """
    kept = Vault.read(folder / VAULT).secrets
    there = {one.user_id: one for one in await services.secrets.everybody()}
    newer = {user for user, one in kept.items() if user not in there or there[user].at < one.at}
    return tuple((user, user in newer) for user in sorted(newer | (there.keys() - kept.keys())))


async def _secrets_again(services: Services, folder: Path) -> None:
    """Put people and the hashes of their secrets back where Redis lost them."""
    vault = Vault.read(folder / VAULT)
    for user_id, kept in vault.secrets.items():
        if await services.people.get(user_id) is None and user_id in vault.people:
            await services.people.put((vault.people[user_id],))
        there = await services.secrets.get(user_id)
        if there is None or there.at < kept.at:
            await services.secrets.put(kept)
