"""Who is acting: the profile that the rules judge, from memory where it is fresh, from Slack where it must be.

Approving fails closed (nobody unknown approves); declaring fails open, because a slow Slack must not stop an
incident from opening (failure model 24, 33).
"""

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from bot.domain.job import Job, JobKind
from bot.domain.people import Caller, Person
from bot.domain.permissions import Act, require_here
from bot.domain.refusals import Refusal
from bot.ports import ChatRefused, ChatUnavailable, ChatUnknown, Held, Services, StorageDown, StorageFull

# `user_change` events keep profiles fresh; this bounds what a lost event can cost.
FRESH_FOR = timedelta(minutes=15)
# An approver waits at most this long for "who are you"; Slack allows 3 s for the whole acknowledgement.
STRICT_SECONDS = 1.5
# Everybody else is not kept waiting: acknowledgements stay under 250 ms while Slack takes 2 s (issue 2).
LENIENT_SECONDS = 0.1


async def acting(services: Services, by: Caller) -> Person:
    """Return who acts. An unknown person of this workspace counts as a colleague when Slack does not answer."""
    known = await services.people.get(by.user_id)
    if known is None:
        known = await _ask(services, by.user_id, LENIENT_SECONDS)
        if known is None:
            await _look_up_later(services, by.user_id)
    return _placed(services, by, known or Person(user_id=by.user_id, workspace=services.places.workspace))


async def insider(services: Services, by: Caller, act: Act = Act.LOOK) -> Person:
    """Return who acts, before anything is shown or a form is opened. Raises Refusal for whose the act cannot be."""
    person = await acting(services, by)
    require_here(act, person)
    return person


async def approving(services: Services, by: Caller) -> Person:
    """Return who acts, known for certain. Raises Refusal ``who_are_you`` when that cannot be found out."""
    known = await services.people.get(by.user_id)
    now = services.clock.now()
    if known is None or known.checked_at is None or now - known.checked_at > FRESH_FOR:
        known = await _ask(services, by.user_id, STRICT_SECONDS) or known
    if known is None:
        raise Refusal(
            "who_are_you",
            "Slack did not say in time who you are, so nothing was approved. Press the button again in a moment.",
        )
    return _placed(services, by, known)


async def look_up(services: Services, user_id: str) -> Person:
    """Return somebody who was named, from memory or within the lenient wait.

    Who Slack does not tell of in time counts as a colleague. Raises Refusal for an id that Slack does not know.
    """
    by = Caller(user_id)
    known = await services.people.get(user_id)
    if known is None:
        try:
            known = await services.chat.person(user_id, LENIENT_SECONDS)
        except (ChatRefused, ChatUnavailable, ChatUnknown):
            await _look_up_later(services, user_id)
            return _placed(services, by, Person(user_id=user_id, workspace=services.places.workspace))
        if known is None:
            raise Refusal(
                "no_such_person",
                f"Slack knows nobody with the id {user_id}. Nothing was changed. Type @ and pick the person.",
                field="user",
            )
        await services.people.put([known])
    return _placed(services, by, known)


async def _ask(services: Services, user_id: str, within: float) -> Person | None:
    try:
        person = await services.chat.person(user_id, within)
    except (ChatRefused, ChatUnavailable, ChatUnknown):
        return None
    if person is not None:
        await services.people.put([person])
    return person


async def _look_up_later(services: Services, user_id: str) -> None:
    """Have the worker find out, so that a guest passes for a colleague once at most."""
    job = Job(id=f"person:{user_id}", kind=JobKind.REFRESH_PERSON, args={"user": user_id}, due=services.clock.now())
    with contextlib.suppress(StorageDown, StorageFull):
        await services.jobs.add(job)


def _placed(services: Services, by: Caller, person: Person) -> Person:
    home = services.places.workspace
    stranger = bool(by.team_id and home and by.team_id != home)
    return replace(person, workspace=home or person.workspace, outside=person.outside or stranger)


async def refresh(services: Services, held: Held) -> Person | None:
    """Look one person up again, because Slack said that something changed. Raises the Chat errors."""
    person = await services.chat.person(held.job.args["user"], 10.0)
    if person is not None:
        await services.people.put([person])
    return person


async def present(services: Services, users: Sequence[str]) -> tuple[str, ...]:
    """Return those of `users` that are not known to be deactivated: nobody else is worth asking (failure model 24)."""
    known = await asyncio.gather(*(services.people.get(user) for user in users))
    return tuple(u for u, person in zip(users, known, strict=True) if person is None or not person.deactivated)


async def refresh_everybody(services: Services, held: Held) -> None:
    """Look the whole workspace up, so that a guest is known before the first click. Raises the Chat errors."""
    del held
    await services.people.put(await services.chat.everybody())
