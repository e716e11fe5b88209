"""The incident's own Slack channel: opened once, resumed where it stopped, and never in the way of publishing.

Two calls in a row are all that readiness needs: create; then invite, topic, bookmark and card side by side. What
fails is written down for the card; only creating it is tried again by the queue. The announcement is a job of its own
(`announcements`): it takes its turn in a channel that all incidents share.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from bot.domain.change import Change
from bot.domain.classifying import left_jobs
from bot.domain.incident import Channel, Incident, Listing, Step
from bot.domain.job import Job, JobKind
from bot.domain.lifecycle import announce_job, redraw
from bot.domain.naming import channel_name, topic
from bot.domain.privacy import sees
from bot.domain.rooms import with_list
from bot.domain.timeline import Entry, EntryKind
from bot.domain.update import MessageRef
from bot.ports import ChatRefused, ChatUnavailable, ChatUnknown, Held, Mark, Message, Services
from bot.usecases import members, rooms
from bot.usecases.channel_trouble import problem_of
from bot.usecases.people import present
from bot.usecases.posting import post_once

# Names tried before giving up; a name is only taken when an older channel bears it (failure model 22).
MOST_NAMES = 9


@dataclass(frozen=True, slots=True)
class Tried:
    """How one step went: what to remember of it, or what to tell people."""

    step: Step
    problem: str = ""
    ref: MessageRef | None = None
    users: frozenset[str] = frozenset()


async def open_channel(services: Services, held: Held) -> None:
    """Create the channel if it is not there, then do the steps that are not done. Raises the Chat errors."""
    incident = await services.incidents.load(held.job.incident_id)
    if incident is None:
        return
    turn = int(held.job.args.get("turn", "0"))
    if turn < incident.reclassified:
        return  # made private or public since: a newer job does all of it, and two would post two cards
    # What an older job may have posted just before is looked for, as after a lost reply.
    retried = held.deliveries > 1 or held.job.attempt > 0 or turn > 0
    if Step.CREATE not in incident.channel.done:
        before, incident = incident, await _create(services, incident, retried)
        if incident.private is not before.private:  # made private meanwhile: begin again, with what it is now
            raise ChatUnavailable(0.5)
    missing = [step for step in _STEPS if step not in incident.channel.done]
    here, later = incident, retried
    tried = await asyncio.gather(*(_try(services, here, step, later) for step in missing if step in _AT_ONCE))
    if Step.STORY in missing:
        tried.append(await _try(services, here, Step.STORY, later))
    await _remember(services, held, incident, tried)


async def _create(services: Services, incident: Incident, retried: bool) -> Incident:
    try:
        channel_id, name = await _created(services, incident, retried)
    except ChatRefused as refused:
        goes_on = "Go on in this message." if incident.private else "Go on in this message; publishing works."
        problem = f"The channel could not be created ({refused.code}). {goes_on}"
        found = Channel(problems={Step.CREATE: problem})
    else:
        story = await _older_than_channel(services, incident)
        found = Channel(id=channel_id, name=name, story=story)
    now = services.clock.now()

    def decide(current: Incident) -> Change:
        if current.private is not incident.private and found.id:  # a channel of the other kind: left behind
            left = replace(current.channel, former=(*current.channel.former, found.id))
            return Change(
                replace(current, channel=left), (), left_jobs(current.id, () if incident.private else (found.id,))
            )
        if Step.CREATE in current.channel.done or current.private is not incident.private:
            return Change(current)
        text = f"Channel #{found.name} opened" if found.id else found.problems[Step.CREATE]
        old = current.channel
        done = old.done | {Step.CREATE}
        opened = replace(old, id=found.id, name=found.name, done=done, problems=found.problems, story=found.story)
        entry = Entry(at=now, kind=EntryKind.CHANNEL, actor="", text=text)
        # A channel that takes the place of another is announced already, or its first announcement is on its way;
        # that of an incident made private is looked for, to be veiled.
        announces = Step.ANNOUNCE not in done and (current.private or not old.former)
        return Change(replace(current, channel=opened), (entry,), (announce_job(incident.id),) if announces else ())

    return (await services.incidents.amend("", incident.id, decide)).incident


async def _created(services: Services, incident: Incident, retried: bool) -> tuple[str, str]:
    for attempt in range(1, MOST_NAMES + 1):
        name = channel_name(incident, attempt)
        if retried and (own := await _own(services, incident, name)):
            return own, name
        try:
            return await services.chat.create_channel(name, private=incident.channel.private), name
        except ChatUnknown:
            own = await _own(services, incident, name)
            if own is None:
                raise
            return own, name
        except ChatRefused as refused:
            if refused.code != "name_taken":
                raise
            if own := await _own(services, incident, name):
                return own, name
    raise ChatRefused("name_taken", "every numbered name is taken")


async def _own(services: Services, incident: Incident, name: str) -> str | None:
    """Return the id of a channel that an earlier try of ours created and no other incident has."""
    private = incident.channel.private
    found = await services.chat.find_own_channel(name, incident.declared_at, private=private)
    if found is None or found.id in incident.channel.former:
        return None
    owner = await services.incidents.in_channel(found.id)
    return found.id if owner is None or owner.id == incident.id else None


async def _try(services: Services, incident: Incident, step: Step, retried: bool) -> Tried:
    try:
        return await _STEPS[step](services, incident, retried)
    except ChatRefused as refused:
        return Tried(step, problem=problem_of(step, refused.code))
    except (ChatUnavailable, ChatUnknown):
        if step in (Step.CARD, Step.INVITE, Step.STORY):
            raise  # people need these: the queue tries again
        return Tried(step, problem=problem_of(step, "Slack did not answer"))


async def _invite(services: Services, incident: Incident, retried: bool) -> Tried:
    del retried
    people = sorted({incident.declared_by, *incident.roles.values(), *incident.channel.members})
    if not incident.channel.id:
        return Tried(Step.INVITE)
    failed = await services.chat.invite(incident.channel.id, people)
    words = ", ".join(f"<@{user}> ({code})" for user, code in failed.items())
    problem = f"Not invited: {words}. Invite them by hand." if failed else ""
    return Tried(Step.INVITE, problem=problem, users=frozenset(people) - frozenset(failed))


async def _topic(services: Services, incident: Incident, retried: bool) -> Tried:
    del retried
    if incident.channel.id:
        await services.chat.set_topic(incident.channel.id, topic(incident))
    return Tried(Step.TOPIC)


async def _bookmark(services: Services, incident: Incident, retried: bool) -> Tried:
    del retried
    if incident.channel.id and services.places.status_url:
        await services.chat.add_bookmark(incident.channel.id, "Status page", services.places.status_url)
    return Tried(Step.BOOKMARK)


async def _card(services: Services, incident: Incident, retried: bool) -> Tried:
    card = services.screens.card(incident, services.clock.now())
    mark = Mark("clarion_card", incident.id)
    if not incident.channel.id:
        return Tried(Step.CARD, ref=await services.chat.direct(incident.declared_by, card, mark=mark))
    ref = await post_once(services, incident.channel.id, card, mark, retried=retried)
    try:
        await services.chat.pin(ref)
    except (ChatRefused, ChatUnavailable, ChatUnknown) as fault:
        code = fault.code if isinstance(fault, ChatRefused) else "Slack did not answer"
        return Tried(Step.CARD, ref=ref, problem=problem_of(Step.PIN, code))
    return Tried(Step.CARD, ref=ref)


async def _story(services: Services, incident: Incident, retried: bool) -> Tried:
    """Tell in the channel what is older than it, once and in one message."""
    if incident.channel.id and incident.channel.story:
        entries = (await services.incidents.timeline(incident.id))[: incident.channel.story]
        message = services.screens.story(incident, entries)
        mark = Mark("clarion_story", incident.id)
        await post_once(services, incident.channel.id, message, mark, retried=retried)
    return Tried(Step.STORY)


async def _older_than_channel(services: Services, incident: Incident) -> int:
    """Return how many entries were written before the channel was there, 0 if they are only the declaration's."""
    entries = await services.incidents.timeline(incident.id)
    return len(entries) if any(entry.kind not in _DECLARING for entry in entries) else 0


_STEPS: dict[Step, Callable[[Services, Incident, bool], Awaitable[Tried]]] = {
    Step.INVITE: _invite,
    Step.CARD: _card,
    Step.TOPIC: _topic,
    Step.BOOKMARK: _bookmark,
    Step.STORY: _story,
}
# The story stands below the card.
_AT_ONCE = frozenset(_STEPS) - {Step.STORY}
_DECLARING = frozenset({EntryKind.DECLARED, EntryKind.ROLE})


async def _remember(services: Services, held: Held, worked: Incident, tried: list[Tried]) -> None:
    now, incident_id = services.clock.now(), worked.id
    ready = Job(id=f"ready:{incident_id}", kind=JobKind.READY, incident_id=incident_id, args=dict(held.job.args))

    def decide(current: Incident) -> Change:
        channel = current.channel
        if channel.id != worked.channel.id:  # another one took its place meanwhile: what is in the old one is veiled
            refs_there = tuple(t.ref for t in tried if t.ref) if current.private else ()
            there = replace(channel, veiled=(*channel.veiled, *refs_there))
            public = current.private and not worked.channel.private
            gone = left_jobs(current.id, (worked.channel.id,) if public else ())  # it may just have got its topic
            return Change(replace(current, channel=there), (), (*gone, redraw(current.id, now)))
        fresh = [t for t in tried if t.step not in channel.done]
        if not fresh:
            return Change(current)
        problems = dict(channel.problems)
        for t in fresh:
            if t.problem:
                problems[Step.PIN if t.step is Step.CARD else t.step] = t.problem
        refs = {t.step: t.ref for t in fresh if t.ref}
        brought = frozenset(who for t in fresh for who in t.users) if channel.private else frozenset[str]()
        changed = replace(
            channel,
            members=channel.members | brought,
            done=channel.done | {t.step for t in fresh},
            problems=problems,
            card=refs.get(Step.CARD, channel.card),
            invited=channel.invited.union(*(t.users for t in fresh)),
        )
        done = with_list(replace(current, channel=changed), Listing.RUNBOOK)
        jobs = (ready, *members.sync_jobs(done.incident), *done.jobs, redraw(current.id, now))
        return Change(done.incident, (), jobs)

    await services.incidents.amend("", incident_id, decide)


async def tell_ready(services: Services, held: Held) -> None:
    """Complete the declarer's answer with the link to the channel: where they asked, else by DM."""
    incident = await services.incidents.load(held.job.incident_id)
    if incident is None:
        return
    message = services.screens.ready(incident)
    url = held.job.args.get("response_url", "")
    if url:
        try:
            await services.chat.respond(url, message)
        except (ChatRefused, ChatUnavailable, ChatUnknown):
            pass  # the address may have run out (30 min, 5 uses): the DM below always works
        else:
            return
    await services.chat.direct(held.job.args.get("declarer", incident.declared_by), message)


async def invite_one(services: Services, held: Held) -> None:
    """Bring one person into the incident's channel. Raises ChatUnavailable while there is no channel yet."""
    incident = await services.incidents.load(held.job.incident_id)
    if incident is None:
        return
    channel = await room(incident)
    if channel and sees(incident, held.job.args["user"]):
        await services.chat.invite(channel, [held.job.args["user"]])


async def room(incident: Incident) -> str:
    """Return the id of the incident's channel, "" if there is none to use; raises ChatUnavailable until then."""
    if not incident.channel.id and Step.CREATE not in incident.channel.done:
        raise ChatUnavailable(0.5)
    return "" if incident.channel.lost else incident.channel.id


async def note(services: Services, held: Held) -> None:
    """Say one timeline entry in the channel, once."""
    incident = await services.incidents.load(held.job.incident_id)
    if incident is None:
        return
    key = held.job.args["key"]
    channel = await room(incident)
    # What the story tells is not told again: the channel hears once.
    later = (await services.incidents.timeline(incident.id))[incident.channel.story :]
    said = [entry for entry in later if entry.key == key]
    if said and channel:
        to = await present(services, held.job.args.get("mention", "").split())
        drawn: Message = services.screens.note(said[-1], to)
        message = replace(drawn, text=f"{incident.called}: {drawn.text}")  # the notification stands alone
        retried = held.deliveries > 1 or held.job.attempt > 0
        try:
            if to and "asks" in held.job.args:
                await services.chat.invite(channel, to)
            await post_once(services, channel, message, Mark("clarion_note", f"{incident.id}:{key}"), retried=retried)
        except ChatRefused as trouble:
            if not await rooms.refused(services, incident, trouble.code):
                raise
