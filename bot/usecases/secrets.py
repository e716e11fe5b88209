"""Verbs of a personal secret: enrol it while Slack can say who somebody is, prove it on a command line, revoke it.

A try is counted before it is judged, and what becomes of it is written down before anything is said. It refuses to
know an unknown person, and leaves the secret itself nowhere: not in a job, a record or an error.
"""

import asyncio
import contextlib
from dataclasses import dataclass
from datetime import datetime

from bot.domain import secret
from bot.domain.change import Change
from bot.domain.incident import Incident
from bot.domain.job import Job, JobKind
from bot.domain.people import Caller, Person
from bot.domain.permissions import Act, require_here
from bot.domain.refusals import Refusal
from bot.domain.secret import Enrolment, Tries, Use, UseKind
from bot.domain.timeline import Entry, EntryKind
from bot.ports import ChatRefused, Held, Services, StorageDown, StorageFull
from bot.usecases import homes
from bot.usecases.people import approving

_SALT = 26
_UNSURE_MADE = (
    "Clarion's memory failed on the way, so no new secret can be shown. The one you had may have stopped working. Make "
    "a new secret in a minute: `/incident secret`."
)
_UNSURE_REVOKED = (
    "Clarion's memory failed on the way, so your secret may be revoked or not. Look again in a minute: "
    "`/incident secret`."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """A command for which somebody shows a secret. `machine` is "user@host"; `incident_id` may be empty."""

    user_id: str
    typed: str
    doing: str
    machine: str
    incident_id: str = ""

    def __repr__(self) -> str:
        """Leave out what was typed: this stands in tracebacks."""
        return f"Attempt({self.user_id}, {self.doing})"


async def enrol(services: Services, by: Caller, operation: str) -> str:
    """Make a new secret for somebody Slack knows, in place of the one before, and return it: never to be seen again.

    Raises Refusal: ``already_made``, ``secret_unsure``.
    """
    person = await approving(services, by)
    require_here(Act.ENROL, person)
    kept = await services.secrets.get(person.user_id)
    if kept is not None and kept.operation == operation:
        raise Refusal(
            "already_made", "This click has made a secret already, and it is shown only once. Make a new one."
        )
    made, now = services.ids.secret(secret.LENGTH), services.clock.now()
    salt = services.ids.secret(_SALT).encode()
    fresh = await asyncio.to_thread(secret.enrolled, person.user_id, made, salt, operation, now)
    try:
        await services.secrets.put(fresh)
    except StorageDown as fault:
        raise Refusal("secret_unsure", _UNSURE_MADE) from fault
    try:
        await _note(services, person.user_id, Use(at=now, kind=UseKind.MADE))
        await homes.changed_for(services, person.user_id)
    except (StorageDown, StorageFull) as fault:
        # The lost reply does not say whether the old secret still counts, and the new one is shown to nobody.
        raise Refusal("secret_unsure", _UNSURE_MADE) from fault
    return secret.spelled(made)


async def revoke(services: Services, by: Caller) -> bool:
    """Forget the caller's secret; say whether there was one. Raises Refusal ``secret_unsure``."""
    try:
        there = await services.secrets.remove(by.user_id)
        if there:
            await _note(services, by.user_id, Use(at=services.clock.now(), kind=UseKind.REVOKED))
            await homes.changed_for(services, by.user_id)
    except (StorageDown, StorageFull) as fault:
        raise Refusal("secret_unsure", _UNSURE_REVOKED) from fault
    return there


async def standing(services: Services, by: Caller) -> tuple[Enrolment | None, tuple[Use, ...]]:
    """Return what is kept of the caller's secret, and what was done with it."""
    return await services.secrets.get(by.user_id), await services.secrets.uses(by.user_id)


async def named(services: Services, name: str, option: str = "--as") -> Person:
    """Return the person with this Slack id or name, as last stored. Raises Refusal: unknown people do nothing here.

    `option`: with which they were named.
    """
    found = await services.people.get(name.upper())
    people = (found,) if found else await services.people.named(name.removeprefix("@"))
    if len(people) > 1:
        ids = ", ".join(sorted(one.user_id for one in people))
        raise Refusal("which_person", f"Several people are called {name}: {ids}. Say {option} with the id.")
    if not people:
        whose = "your name or your user id" if option == "--as" else "a name or a user id"
        raise Refusal("nobody_known", f"Clarion knows nobody called “{name}”. Say {option} with {whose} in Slack.")
    return people[0]


async def verify(services: Services, attempt: Attempt) -> Caller:
    """Return the caller whose secret was typed. Raises Refusal: unknown, too soon, locked, wrong."""
    person = await services.people.get(attempt.user_id)
    if person is None:
        raise Refusal("nobody_known", "Clarion does not know this person, so nothing was done.")
    require_here(Act.PROVE, person)
    kept = await services.secrets.get(person.user_id)
    if kept is None:
        raise Refusal(
            "no_secret",
            "No secret is enrolled for this person, so the command line cannot tell who it is. Enrol one in Slack with "
            "`/incident secret`, while Slack works.",
        )
    now = services.clock.now()
    counted = await _counted(services, person.user_id, now)
    right = await asyncio.to_thread(secret.matches, kept, attempt.typed)
    what = UseKind.RIGHT if right else UseKind.LOCKED if counted.locked else UseKind.WRONG
    use = Use(at=now, kind=what, doing=attempt.doing, machine=attempt.machine)
    if right:
        await services.secrets.right(person.user_id)
        await services.secrets.note(person.user_id, use)
        return Caller(person.user_id)
    await _note(services, person.user_id, use)
    await _record(services, attempt, person, use)
    raise secret.wrong_secret(counted, now)


async def tell_owner(services: Services, held: Held) -> None:
    """Tell somebody by DM what was done with their secret. Raises the Chat errors but a refusal."""
    args = held.job.args
    use = Use(
        at=datetime.fromisoformat(args["at"]), kind=UseKind(args["what"]), doing=args["doing"], machine=args["machine"]
    )
    with contextlib.suppress(ChatRefused):  # deactivated, or takes no DMs: the record stays
        await services.chat.direct(args["user"], services.screens.secret_notice(use))


async def _counted(services: Services, user_id: str, now: datetime) -> Tries:
    """Count one more try, alone: of a thousand at once the first is counted and the others come too soon."""
    while True:
        before = await services.secrets.tries(user_id)
        after = secret.attempted(before, now)
        if await services.secrets.swap(user_id, before, after):
            return after


async def _note(services: Services, user_id: str, use: Use) -> None:
    await services.secrets.note(user_id, use)
    at = use.at.isoformat()
    args = {"user": user_id, "what": use.kind.value, "at": at, "doing": use.doing, "machine": use.machine}
    await services.jobs.add(Job(id=f"owner:{user_id}:{use.kind}:{at}", kind=JobKind.TELL_OWNER, args=args))


async def _record(services: Services, attempt: Attempt, owner: Person, use: Use) -> None:
    """Write a wrong secret into the incident's timeline, where it concerns one."""
    if not attempt.incident_id:
        return
    ends = "; it is locked for a while" if use.kind is UseKind.LOCKED else ""
    text = f"A wrong secret was given for {owner.name or owner.user_id}, to {attempt.doing}. Nothing was done{ends}."
    entry = Entry(at=use.at, kind=EntryKind.SECURITY, actor="", text=text, machine=attempt.machine)

    def decide(incident: Incident) -> Change:
        return Change(incident, (entry,))

    await services.incidents.amend("", attempt.incident_id, decide)
