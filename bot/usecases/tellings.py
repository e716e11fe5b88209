"""Telling the followers: once in the announcement's thread, then once by DM to each, in Slack's time.

The ledger holds an intention before each DM and the outcome after it. What a crash or a lost reply leaves in doubt
is looked for once by its mark, and else stays *unknown*: nobody is told twice. A newer telling stops this one.
"""

import asyncio
import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain import spreading
from bot.domain.incident import Incident
from bot.domain.people import Person
from bot.domain.permissions import Act, may_here
from bot.domain.retrying import retry_at
from bot.domain.spreading import Turn
from bot.domain.telling import Telling
from bot.domain.update import Outcome
from bot.ports import (
    NO_TOKEN,
    Attempt,
    Begun,
    ChatRefused,
    ChatUnavailable,
    ChatUnknown,
    Held,
    Mark,
    Message,
    Services,
    StorageDown,
    StorageFull,
)
from bot.usecases import members
from bot.usecases.announcements import announcing
from bot.usecases.attempts import LeaseLost
from bot.usecases.posting import post_once
from bot.usecases.telling_list import LEDGER, frozen, heard_before
from bot.usecases.wording import wording

# Slack docs, "Rate limits": posting to several channels is limited to "several hundred messages per minute" in a
# workspace. 300 is the least that this can mean; a twentieth of it stays free for approval requests and cards.
MESSAGES_A_MINUTE = 300
SHARE = 0.95
SECONDS_EACH = 60 / (MESSAGES_A_MINUTE * SHARE)
# Enough DMs side by side to keep that rate while Slack takes a second for each.
PARALLEL = 6
# A redraw is one of 50 edits a minute (Slack docs, tier 3), and other cards need some.
PROGRESS_EVERY = 2.5
LOOK_AGAIN = timedelta(seconds=1)


@dataclass(slots=True)
class Run:
    """One try at a telling, as it goes. `before`: what earlier tellings the followers have, newest first."""

    services: Services
    held: Held
    incident: Incident
    telling: Telling
    words: str
    before: list[tuple[Telling, frozenset[str]]]
    drawn: dict[int, Message] = field(default_factory=dict)
    overtaken: bool = False
    again: datetime | None = None
    token: ChatRefused | None = None
    shown: float = field(default_factory=lambda: asyncio.get_running_loop().time())

    @property
    def over(self) -> bool:
        """Whether nothing more is to leave in this try."""
        return self.overtaken or self.again is not None or self.token is not None


async def tell(services: Services, held: Held) -> datetime | None:
    """Do what may be done now; return when to look again (UTC), or None if the telling has ended."""
    incident = await services.incidents.load(held.job.incident_id)
    if incident is None:
        return None
    telling_id, now = held.job.args["telling"], services.clock.now()
    turn = spreading.turn(incident, telling_id)
    if turn is Turn.OVER:
        return None
    if turn is Turn.WAIT:
        return now + LOOK_AGAIN
    await members.sync_now(services, incident)
    words = await wording(services, incident, spreading.find(incident, telling_id))
    incident = await _in_thread(services, held, incident, words)
    before = await heard_before(services, incident, spreading.find(incident, telling_id))
    if spreading.turn(incident, telling_id) is Turn.NOW:
        incident = await frozen(services, incident, telling_id, before)
    telling = spreading.find(incident, telling_id)
    run = Run(services, held, incident, telling, words, before)
    run.overtaken = spreading.turn(incident, telling_id) is not Turn.NOW
    listed = json.loads(await services.incidents.blob(telling.followers)) if telling.followers else []
    await _tell_all(run, listed)
    return await _end(run, listed)


async def give_up(services: Services, held: Held) -> None:
    """End a telling whose job was put aside, so that the next one is heard."""
    incident = await services.incidents.load(held.job.incident_id)
    if incident is not None:
        telling = spreading.find(incident, held.job.args["telling"])
        known = await services.attempts.read(telling.id, LEDGER)
        await _settle(services, incident, telling, Counter(a.outcome or Outcome.UNKNOWN for a in known.values()))


# ---------------------------------------------------------------- before the first DM


async def _in_thread(services: Services, held: Held, incident: Incident, words: str) -> Incident:
    """Post it in the announcement's thread, once. Raises ChatUnavailable while the announcement is on its way."""
    telling = spreading.find(incident, held.job.args["telling"])
    if telling.threaded:
        return incident
    ref = incident.channel.announcement
    if ref is None and await announcing(services, incident, telling.at):
        raise ChatUnavailable(1.0)
    posted = None
    if ref is not None:
        message = services.screens.told_in_thread(incident, telling, words)
        retried = held.deliveries > 1 or held.job.attempt > 0
        try:
            mark = Mark("clarion_told", telling.id)
            posted = await post_once(services, ref.channel, message, mark, retried=retried, thread=ref.ts)
        except ChatRefused as refused:
            if refused.code in NO_TOKEN:
                raise
    done = await services.incidents.amend(
        "", incident.id, lambda found: spreading.in_thread(found, telling.id, posted, services.clock.now())
    )
    return done.incident


# ---------------------------------------------------------------- the DMs


async def _tell_all(run: Run, listed: list[str]) -> None:
    known = await run.services.attempts.read(run.telling.id, LEDGER)
    waiting = iter([user for user in listed if user not in known or known[user].outcome is None])

    async def line() -> None:
        for user in waiting:
            if user in known:
                await _look(run, user, known[user])
            elif not run.over:
                await _tell_one(run, user)
            await _show_progress(run)

    try:
        async with asyncio.TaskGroup() as lines:
            for _ in range(PARALLEL):
                lines.create_task(line())
    except BaseExceptionGroup as group:
        for foreseen in (LeaseLost, StorageDown, StorageFull):  # what the worker knows how to settle
            if found := group.subgroup(foreseen):
                raise found.exceptions[0] from None
        raise


async def _tell_one(run: Run, user: str) -> None:
    if not await _still_follows(run, user):
        await _record(run, user, Outcome.EXPIRED, "does not follow any more")
        return
    await asyncio.sleep(await run.services.subscriptions.turn(SECONDS_EACH))
    if not await _begin(run, user):
        return
    mark = Mark("clarion_told", f"{run.telling.id}:{user}")
    try:
        # With the user's id as channel: conversations.open would allow 50 people a minute (slack_facts).
        await run.services.chat.post(user, _message(run, user), mark=mark)
    except ChatUnavailable as fault:
        await run.services.attempts.retract(run.telling.id, LEDGER, user, 0)
        run.again = _later(run, fault.retry_after)
    except ChatUnknown:
        await _look(run, user, Attempt(None, 0))
    except ChatRefused as refused:
        if refused.code in NO_TOKEN:
            await run.services.attempts.retract(run.telling.id, LEDGER, user, 0)
            run.token = refused
            return
        await _record(run, user, Outcome.REFUSED, refused.code)
    else:
        await _record(run, user, Outcome.DELIVERED)


async def _look(run: Run, user: str, attempt: Attempt) -> None:
    """Look once for a DM of which it is not known whether it arrived; while Slack does not say, it stays open."""
    if run.over and not run.overtaken:
        return
    try:
        found = await run.services.chat.find_post(user, Mark("clarion_told", f"{run.telling.id}:{user}"))
    except ChatUnavailable as fault:
        run.again = _later(run, fault.retry_after)
    except ChatUnknown:
        run.again = _later(run, None)
    except ChatRefused as refused:
        if refused.code in NO_TOKEN:
            run.token = refused
            return
        await _record(run, user, Outcome.UNKNOWN, refused.code, attempt.round)
    else:
        await _record(run, user, Outcome.DELIVERED if found else Outcome.UNKNOWN, "looked for", attempt.round)


async def _begin(run: Run, user: str) -> bool:
    """Record the intention. On a changed document judge again; raises LeaseLost."""
    while not run.over:
        begun = await run.services.attempts.begin(run.held, run.incident, run.telling.id, LEDGER, user, 0)
        if begun is Begun.LOST:
            raise LeaseLost
        if begun is not Begun.STALE:
            return begun is Begun.YES
        run.incident = await run.services.incidents.load(run.incident.id) or run.incident
        run.overtaken = spreading.turn(run.incident, run.telling.id) is not Turn.NOW
        if run.incident.private and not await _still_follows(run, user):
            await _record(run, user, Outcome.EXPIRED, "is not in the private channel")
            return False
    return False


async def _still_follows(run: Run, user: str) -> bool:
    """Ask again just before the DM: who unfollowed, left or has become a guest hears nothing more."""
    heard = {earlier.severity for earlier, have in run.before if user in have}
    if not (await run.services.subscriptions.get(user)).covers(run.incident, heard=heard):
        return False
    person = await run.services.people.get(user) or Person(user_id=user, workspace="")
    return may_here(Act.FOLLOW, person)


def _message(run: Run, user: str) -> Message:
    since = next((earlier for earlier, have in run.before if user in have), None)
    number = since.number if since else 0
    if number not in run.drawn:
        run.drawn[number] = run.services.screens.told_by_dm(run.incident, run.telling, run.words, since)
    return run.drawn[number]


def _later(run: Run, retry_after: float | None) -> datetime:
    again = retry_at(min(run.held.job.attempt, 5), retry_after, run.services.clock.now())
    return max(again, run.again) if run.again else again


async def _record(run: Run, user: str, outcome: Outcome, detail: str = "", round_: int = 0) -> None:
    await run.services.attempts.record(run.telling.id, LEDGER, user, Attempt(outcome, round_, detail))


# ---------------------------------------------------------------- how far it is


async def _show_progress(run: Run) -> None:
    elapsed = asyncio.get_running_loop().time()
    if elapsed - run.shown < PROGRESS_EVERY:
        return
    run.shown = elapsed
    await _progress(run)


async def _progress(run: Run) -> None:
    tally, now = await _tally(run), run.services.clock.now()
    await run.services.incidents.amend(
        "", run.incident.id, lambda found: spreading.progress(found, run.telling.id, tally, now)
    )


async def _tally(run: Run) -> "Counter[Outcome]":
    known = await run.services.attempts.read(run.telling.id, LEDGER)
    return Counter(a.outcome for a in known.values() if a.outcome)


async def _end(run: Run, listed: list[str]) -> datetime | None:
    """Settle what has ended; else return when to go on. Raises ChatRefused while the token is refused."""
    tally = await _tally(run)
    left = len(listed) - tally.total()
    if left and not (run.overtaken or spreading.turn(run.incident, run.telling.id) is Turn.OVERTAKEN):
        await _progress(run)
    elif run.again is None and run.token is None:
        if left:
            tally[Outcome.EXPIRED] += left
        await _settle(run.services, run.incident, run.telling, tally)
        return None
    if run.token is not None:
        raise run.token
    return run.again or run.services.clock.now() + LOOK_AGAIN


async def _settle(services: Services, incident: Incident, telling: Telling, tally: "Counter[Outcome]") -> None:
    now = services.clock.now()
    await services.incidents.amend("", incident.id, lambda found: spreading.settle(found, telling.id, tally, now))
