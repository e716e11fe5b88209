"""Asking: who must approve is woken, in the channel and by DM, again and again until somebody decides.

Every request is a *new* message, because an edit notifies nobody. Whether it is still worth asking is judged each
time from the document, never from the job.
"""

import contextlib
from dataclasses import replace
from datetime import datetime

from bot.domain import drafting
from bot.domain.approvers import approvers, askable, standby, standby_wait
from bot.domain.change import Change
from bot.domain.coverage import blocking
from bot.domain.incident import Incident, Role
from bot.domain.job import Job, JobKind
from bot.domain.lifecycle import redraw
from bot.domain.privacy import sees
from bot.domain.update import Ask, MessageRef, Update, UpdateState
from bot.ports import NO_TOKEN, ChatRefused, ChatUnavailable, ChatUnknown, Held, Mark, Services
from bot.usecases import rooms
from bot.usecases.cards import approval_card
from bot.usecases.channels import room
from bot.usecases.people import present
from bot.usecases.posting import post_once


async def ask_approval(services: Services, held: Held) -> None:
    """Post the request in the channel and queue one nudge for each approver. Raises the Chat errors."""
    found = await _still_asked(services, held.job)
    if found is None:
        return
    incident, update = found
    if held.job.args.get("lapsed"):
        await _lapsed(services, held.job)
        return
    glass = bool(held.job.args.get("glass"))
    people, later = await _asked(services, incident, update, held.job)
    if held.job.args.get("asked") and not people:
        return  # the last of the standby is gone: there is nobody new to wake
    again = held.job.args.get("turn", "0") != "0"
    if again and not people and blocking(incident, update, services.policy):
        return  # the request is there already, and says which language it waits for
    ref = await _posted(services, held, incident, update, people)
    nudges = tuple(
        Job(
            id=f"nudge:{held.job.id}:{user}",
            kind=JobKind.NUDGE,
            incident_id=incident.id,
            args={**held.job.args, "user": user, "glass": "yes" if glass else ""},
        )
        for user in people
    )

    now = services.clock.now()

    def decide(current: Incident) -> Change:
        if ref and current.private and current.channel.id != ref.channel:
            return _veiled(current, ref, now)
        fresh = current.update(update.id)
        asks = (*fresh.asks, Ask(message=ref, revision=update.latest.number)) if ref else fresh.asks
        # Decided or edited while the card was being posted: it is already out of date.
        late = () if fresh == update else (redraw(incident.id, now),)
        return Change(current.with_update(replace(fresh, asks=asks)), (), (*nudges, *later, *late))

    await services.incidents.amend(f"asked:{held.job.id}", incident.id, decide)


async def _lapsed(services: Services, job: Job) -> None:
    """Have the author told that the request ran out."""
    update_id, submitted, now = job.args["update"], job.args["submitted"], services.clock.now()
    await services.incidents.amend(
        job.id, job.incident_id, lambda current: drafting.lapse(current, update_id, submitted, now)
    )


async def _posted(
    services: Services, held: Held, incident: Incident, update: Update, people: tuple[str, ...]
) -> MessageRef | None:
    """Post the card; None when the channel is not to be had (archived, bot removed): the DMs go out all the same."""
    channel = await room(incident)
    if not channel:
        return None
    retried = held.deliveries > 1 or held.job.attempt > 0
    card = await approval_card(services, incident, update, people)
    if people:
        with contextlib.suppress(ChatRefused):  # who is not in it is asked by DM, and the request is posted
            await services.chat.invite(channel, people)
    try:
        return await post_once(services, channel, card, Mark("clarion_ask", held.job.id), retried=retried)
    except ChatRefused as trouble:
        if trouble.code in NO_TOKEN:
            raise  # it is asked when Slack takes a token again: else nobody would ever read the request
        await rooms.refused(services, incident, trouble.code)
        return None


def _veiled(current: Incident, ref: MessageRef, now: datetime) -> Change:
    """Remember a request that was posted where others read, just when the incident became private."""
    channel = replace(current.channel, veiled=tuple(dict.fromkeys((*current.channel.veiled, ref))))
    return Change(replace(current, channel=channel), (), (redraw(current.id, now),))


async def nudge(services: Services, held: Held) -> None:
    """Send one DM about one request, if it still stands. A person who cannot be reached is left out."""
    found = await _still_asked(services, held.job)
    if found is None:
        return
    incident, update = found
    args = held.job.args
    if not sees(incident, args["user"]):  # made private since they were chosen
        return
    if not await room(incident) and not args.get("glass") and not args.get("escalate"):
        await _ask_directly(services, held, incident, update)
        return
    link = await _link(services, update)
    if args.get("glass"):
        message = services.screens.glass_notice(incident, update, link)
    elif args.get("escalate"):
        lead = args["user"] == incident.roles.get(Role.COMMANDER)
        message = services.screens.approval_silence(incident, update, link, standby=not lead)
    else:
        message = services.screens.approval_notice(incident, update, int(args.get("turn", "0")), link)
    await _know(services, args["user"])
    try:
        await services.chat.direct(args["user"], message)
    except ChatRefused as refused:
        if refused.code in NO_TOKEN:
            raise  # nobody else was asked either: later, when Slack takes a token again
        return  # deactivated, or no DMs allowed: the others were asked too, and the channel shows it


async def _ask_directly(services: Services, held: Held, incident: Incident, update: Update) -> None:
    """Put the whole request into one approver's direct messages: there is no channel to read it in."""
    user = held.job.args["user"]
    card = await approval_card(services, incident, update, (user,))
    await _know(services, user)
    try:
        ref = await services.chat.direct(user, card)
    except ChatRefused as refused:
        if refused.code in NO_TOKEN:
            raise
        return  # as above: the others were asked, too

    def decide(current: Incident) -> Change:
        if not sees(current, user):
            return _veiled(current, ref, services.clock.now())
        fresh = current.update(update.id)
        asks = (*fresh.asks, Ask(message=ref, revision=update.latest.number))
        same = (fresh.state, fresh.latest.number) == (update.state, update.latest.number)
        late = () if same else (redraw(current.id, services.clock.now()),)
        return Change(current.with_update(replace(fresh, asks=asks)), (), late)

    await services.incidents.amend(f"asked:{held.job.id}", incident.id, decide)


async def _know(services: Services, user: str) -> None:
    """Look the approver up now, so that the click that follows need not wait for Slack."""
    with contextlib.suppress(ChatRefused, ChatUnavailable, ChatUnknown):
        person = await services.chat.person(user, 5.0)
        if person is not None:
            await services.people.put([person])


async def _still_asked(services: Services, job: Job) -> tuple[Incident, Update] | None:
    incident = await services.incidents.load(job.incident_id)
    if incident is None:
        return None
    update = next((u for u in incident.updates if u.id == job.args["update"]), None)
    if update is None:
        return None
    if job.args.get("glass"):
        return (incident, update) if update.live else None
    submission = update.submission
    if update.state is not UpdateState.SUBMITTED or submission is None:
        return None
    return (incident, update) if submission.at.isoformat() == job.args["submitted"] else None


async def _asked(
    services: Services, incident: Incident, update: Update, job: Job
) -> tuple[tuple[str, ...], tuple[Job, ...]]:
    """Return who is asked in this turn, and the job that asks the next of the standby, if there is one."""
    if job.args.get("glass"):
        return await present(services, sorted(approvers(incident, services.policy))), ()
    if blocking(incident, update, services.policy):
        return (), ()  # nobody could approve it yet: its author reads what is missing, and each language asks anew
    if not job.args.get("escalate"):
        return await present(services, askable(incident, update, services.policy)), ()
    asked = tuple(job.args.get("asked", "").split())
    left = await present(services, standby(incident, update, services.policy, asked))
    lead = incident.roles.get(Role.COMMANDER, "")
    told = await present(services, (lead,)) if lead and not asked else ()
    return (*told, *left[:1]), _next_standby(services, incident, update, job, (*asked, *left[:1])) if left[1:] else ()


def _next_standby(
    services: Services, incident: Incident, update: Update, job: Job, asked: tuple[str, ...]
) -> tuple[Job, ...]:
    due = services.clock.now() + standby_wait(services.policy.at(incident.severity))
    if update.submission is None or due >= update.submission.lapses_at:
        return ()
    turn = int(job.args["turn"]) + 1
    args = {**job.args, "turn": str(turn), "asked": " ".join(asked)}
    return (replace(job, id=f"{job.id.rpartition(':')[0]}:{turn}", args=args, due=due, attempt=0, faults=0),)


async def _link(services: Services, update: Update) -> str:
    if not update.asks:
        return ""
    try:
        return await services.chat.permalink(update.asks[-1].message)
    except ChatRefused:
        return ""
