"""The only table from a kind of job to the use case that does it, and what to do when it fails.

A use case for a job returns None when the work has ended, or the time at which to look again.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from bot.domain import approval
from bot.domain.change import Change
from bot.domain.incident import Incident
from bot.domain.job import JobKind
from bot.domain.retrying import retry_at
from bot.domain.update import UpdateState
from bot.ports import NO_TOKEN, ChatRefused, ChatUnavailable, ChatUnknown, Held, Services
from bot.usecases import (
    announcements,
    asks,
    cards,
    channels,
    deliveries,
    departures,
    homes,
    members,
    parties,
    people,
    promises,
    role_search,
    roles,
    rooms,
    runbooks,
    secrets,
    tellings,
    tickets,
    timeline,
)

# A job that takes its worker down is tried three times and then put aside (failure model 12). One that merely
# raises has not crashed anything; it gets as many tries, with growing pauses.
MOST_CRASHES = 3
MOST_FAULTS = 3
# How long work waits for a token that Slack accepts.
TOKEN_WAIT = timedelta(seconds=60)
# When Slack is back after hours, everything that waited is said within this.
LONGEST_SLACK_WAIT = timedelta(seconds=10)
Work = Callable[[Services, Held], Awaitable[datetime | None]]


async def release(services: Services, held: Held) -> datetime | None:
    """Let a held update leave once the break-glass delay is over; return when, if this clock says not yet."""
    now = services.clock.now()
    incident = await services.incidents.load(held.job.incident_id)
    update = incident.update(held.job.args["update"]) if incident else None
    if update and update.state is UpdateState.APPROVED and update.release_at and now < update.release_at:
        return update.release_at

    def decide(current: Incident) -> Change:
        return approval.release(current, held.job.args["update"], now, services.policy) or Change(current)

    await services.incidents.amend("", held.job.incident_id, decide)
    return None


async def refresh_person(services: Services, held: Held) -> None:
    """Look one person up again; who is gone by then is missed by the incidents that rely on them."""
    person = await people.refresh(services, held)
    if person is not None and person.deactivated:
        await departures.notice(services, person)


def _ending(work: Callable[[Services, Held], Awaitable[None]]) -> Work:
    async def run(services: Services, held: Held) -> datetime | None:
        await work(services, held)
        return None

    return run


TABLE: dict[JobKind, Work] = {
    JobKind.OPEN_CHANNEL: _ending(channels.open_channel),
    JobKind.ANNOUNCE: _ending(announcements.announce),
    JobKind.READY: _ending(channels.tell_ready),
    JobKind.INVITE: _ending(channels.invite_one),
    JobKind.NOTE: _ending(channels.note),
    JobKind.REDRAW: _ending(cards.redraw),
    JobKind.TELL_ROLE: _ending(roles.tell),
    JobKind.ASK_APPROVAL: _ending(asks.ask_approval),
    JobKind.NUDGE: _ending(asks.nudge),
    JobKind.RELEASE: release,
    JobKind.DELIVER: deliveries.deliver,
    JobKind.REMIND_PROMISE: promises.remind,
    JobKind.MISS_PROMISE: promises.miss,
    JobKind.LEAVE_CHANNEL: _ending(rooms.leave),
    JobKind.TELL_LOST: _ending(rooms.tell_lost),
    JobKind.REJOIN: _ending(rooms.rejoin),
    JobKind.TELL_DEPARTURE: _ending(departures.tell),
    JobKind.REDRAW_HOME: _ending(homes.redraw),
    JobKind.NOTE_MARKED: _ending(timeline.note_marked),
    JobKind.REFRESH_PERSON: _ending(refresh_person),
    JobKind.SYNC_PEOPLE: _ending(people.refresh_everybody),
    JobKind.TELL_OWNER: _ending(secrets.tell_owner),
    JobKind.TELL_FOLLOWERS: tellings.tell,
    JobKind.SYNC_MEMBERS: _ending(members.sync),
    JobKind.TELL_SUPPORT: _ending(tickets.tell_support),
    JobKind.SEARCH_ROLE: role_search.search,
    JobKind.ASK_ROLE: _ending(role_search.tell_asked),
    JobKind.REMIND_ROLES: role_search.remind,
    JobKind.POST_RUNBOOK: _ending(runbooks.post),
    JobKind.POST_ROLL_CALL: _ending(parties.post),
}


async def work(services: Services, held: Held) -> None:
    """Do one job and settle it. Raises LeaseLost if another worker took it, and whatever was not foreseen."""
    if held.deliveries > MOST_CRASHES:
        await put_aside(services, held, f"crashed its worker {MOST_CRASHES} times")
        return
    try:
        again = await TABLE[held.job.kind](services, held)
    except ChatUnavailable as fault:
        again = services.clock.now() + _pause(held.job.attempt, fault.retry_after)
    except ChatUnknown:
        again = services.clock.now() + timedelta(seconds=1)
    except ChatRefused as refused:
        if refused.code not in NO_TOKEN:
            await put_aside(services, held, f"Slack refused: {refused.code}")
            return
        again = services.clock.now() + TOKEN_WAIT
    if again is None:
        await held.done()
    else:
        await held.again(again)


def _pause(attempt: int, retry_after: float | None) -> timedelta:
    """Return how long a job waits for Slack: what Slack said, else 1, 2, 4 s; in a long outage no longer than 10 s.

    A job that waits for its channel asks often, and less and less often while there is none.
    """
    if retry_after is None:
        return min(timedelta(seconds=2 ** min(attempt, 10)), LONGEST_SLACK_WAIT)
    return max(timedelta(seconds=retry_after), min(timedelta(seconds=attempt / 20), LONGEST_SLACK_WAIT))


async def faulted(services: Services, held: Held, reference: str) -> None:
    """Settle a job that raised something unforeseen: a later try, then aside, with the log's reference."""
    if held.job.faults + 1 >= MOST_FAULTS:
        await put_aside(services, held, f"failed {MOST_FAULTS} times, reference {reference}")
        return
    await held.again(retry_at(held.job.faults, None, services.clock.now()), faulted=True)


async def put_aside(services: Services, held: Held, reason: str) -> None:
    """Keep a job for a person to see; a delivery is first ended with what is known of it: none stays in limbo.

    Should ending it be what takes workers down, the job is put aside without, so that the others go on.
    """
    if held.job.kind is JobKind.DELIVER and held.deliveries <= 2 * MOST_CRASHES:
        await deliveries.give_up(services, held, reason)
    if held.job.kind is JobKind.TELL_FOLLOWERS and held.deliveries <= 2 * MOST_CRASHES:
        await tellings.give_up(services, held)
    await held.put_aside(reason)
