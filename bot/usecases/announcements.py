"""Saying in the incidents channel that there is an incident: once, in its turn, and never in another incident's way.

All announcements go to one channel, where Slack takes one post a second: so it is a job in a lane of its own, and
nobody's channel waits for it. What Slack refuses is written down for the card; where it did not answer, the card says
so until a later try succeeds. It refuses to post anything of a private incident: there it looks for what an earlier try
may have posted, to be veiled.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.change import Change
from bot.domain.incident import Incident, Step
from bot.domain.job import JobKind
from bot.domain.lifecycle import redraw
from bot.domain.update import MessageRef
from bot.ports import NO_TOKEN, ChatRefused, ChatUnavailable, ChatUnknown, Held, Mark, Services
from bot.usecases.channel_trouble import problem_of
from bot.usecases.posting import post_once

# The announcement is there within seconds of the declaration; later only Slack, or its job put aside, can be why not.
THREAD_PATIENCE = timedelta(seconds=60)


async def announce(services: Services, held: Held) -> None:
    """Post the announcement if it is not there. Raises the Chat errors that a later try may mend."""
    incident = await services.incidents.load(held.job.incident_id)
    if incident is None or Step.ANNOUNCE in incident.channel.done:
        return
    try:
        ref = await _posted(services, held, incident)
    except ChatRefused as refused:
        again = refused.code in NO_TOKEN
        await _remember(services, incident.id, ended=not again, problem=problem_of(Step.ANNOUNCE, refused.code))
        if again:
            raise
    except (ChatUnavailable, ChatUnknown) as silent:
        if not (isinstance(silent, ChatUnavailable) and silent.retry_after):  # told to wait is not told nothing
            problem = problem_of(Step.ANNOUNCE, "Slack did not answer")
            await _remember(services, incident.id, ended=False, problem=problem)
        raise
    else:
        await _remember(services, incident.id, ended=True, ref=ref)


async def announcing(services: Services, incident: Incident, told_at: datetime) -> bool:
    """Whether the announcement may still come, even after hours in which Slack was down.

    `told_at`: since when something waits to be said in its thread (UTC).
    """
    if Step.ANNOUNCE in incident.channel.done:
        return False
    if services.clock.now() - told_at < THREAD_PATIENCE:
        return True
    aside = await services.jobs.aside()
    leading = (JobKind.OPEN_CHANNEL, JobKind.ANNOUNCE)
    return not any(j.kind in leading and j.incident_id == incident.id for j, _ in aside)


async def _posted(services: Services, held: Held, incident: Incident) -> MessageRef | None:
    where, mark = services.places.incidents_channel, Mark("clarion_announcement", incident.id)
    if not where:
        return None
    if incident.private:
        return await services.chat.find_post(where, mark)
    message = services.screens.announcement(incident, services.clock.now())
    # After a change of channel or of who may see it, another job may have announced it.
    earlier = bool(incident.channel.former) or incident.reclassified > 0
    retried = earlier or held.deliveries > 1 or held.job.attempt > 0
    return await post_once(services, where, message, mark, retried=retried)


async def _remember(
    services: Services, incident_id: str, *, ended: bool, problem: str = "", ref: MessageRef | None = None
) -> None:
    now = services.clock.now()

    def decide(current: Incident) -> Change:
        changed = _told(current, ended=ended, problem=problem, ref=ref)
        return Change(current) if changed == current else Change(changed, (), (redraw(current.id, now),))

    await services.incidents.amend("", incident_id, decide)


def _told(current: Incident, *, ended: bool, problem: str, ref: MessageRef | None) -> Incident:
    channel = current.channel
    if current.private and ref is not None:  # made private while it was announced, or before
        if ref not in channel.veiled:
            channel = replace(channel, veiled=(*channel.veiled, ref))
        ref = None
    elif ref is not None:  # what was veiled while it was private is its announcement again
        channel = replace(channel, veiled=tuple(one for one in channel.veiled if one != ref))
    if Step.ANNOUNCE not in channel.done:
        problems: dict[Step, str] = {step: said for step, said in channel.problems.items() if step is not Step.ANNOUNCE}
        if problem:
            problems[Step.ANNOUNCE] = problem
        done = channel.done | {Step.ANNOUNCE} if ended else channel.done
        channel = replace(channel, done=done, problems=problems, announcement=ref or channel.announcement)
    return replace(current, channel=channel)
