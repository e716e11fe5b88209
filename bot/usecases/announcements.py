"""Saying in the incidents channel that there is an incident: once, in its turn, and never in another incident's way.

All announcements go to one channel, where Slack takes one post a second: so it is a job in a lane of its own, and
nobody's channel waits for it. What Slack refuses is written down for the card; where it did not answer, the card says
so until a later try succeeds.
"""

from dataclasses import replace

from bot.domain.change import Change
from bot.domain.incident import Incident, Step
from bot.domain.lifecycle import redraw
from bot.domain.update import MessageRef
from bot.ports import NO_TOKEN, ChatRefused, ChatUnavailable, ChatUnknown, Held, Mark, Services
from bot.usecases.posting import post_once


async def announce(services: Services, held: Held) -> None:
    """Post the announcement if it is not there. Raises the Chat errors that a later try may mend."""
    incident = await services.incidents.load(held.job.incident_id)
    if incident is None or Step.ANNOUNCE in incident.channel.done:
        return
    where = services.places.incidents_channel
    if not where:
        await _remember(services, incident.id, ended=True)
        return
    message = services.screens.announcement(incident, services.clock.now())
    retried = held.deliveries > 1 or held.job.attempt > 0
    try:
        ref = await post_once(services, where, message, Mark("clarion_announcement", incident.id), retried=retried)
    except ChatRefused as refused:
        again = refused.code in NO_TOKEN
        await _remember(services, incident.id, ended=not again, problem=_problem(refused.code))
        if again:
            raise
    except (ChatUnavailable, ChatUnknown) as silent:
        if not (isinstance(silent, ChatUnavailable) and silent.retry_after):  # told to wait is not told nothing
            await _remember(services, incident.id, ended=False, problem=_problem("Slack did not answer"))
        raise
    else:
        await _remember(services, incident.id, ended=True, ref=ref)


async def _remember(
    services: Services, incident_id: str, *, ended: bool, problem: str = "", ref: MessageRef | None = None
) -> None:
    now = services.clock.now()

    def decide(current: Incident) -> Change:
        channel = current.channel
        if Step.ANNOUNCE in channel.done:
            return Change(current)
        problems: dict[Step, str] = {step: said for step, said in channel.problems.items() if step is not Step.ANNOUNCE}
        if problem:
            problems[Step.ANNOUNCE] = problem
        done = channel.done | {Step.ANNOUNCE} if ended else channel.done
        changed = replace(channel, done=done, problems=problems, announcement=ref or channel.announcement)
        if changed == channel:
            return Change(current)
        return Change(replace(current, channel=changed), (), (redraw(current.id, now),))

    await services.incidents.amend("", incident_id, decide)


def _problem(code: str) -> str:
    return f"The incidents channel was not told ({code})."
