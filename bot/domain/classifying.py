"""Making an incident private, or public again; and who is in its private channel.

Slack lets no bot turn a channel private or public (`admin.conversations.convertToPrivate` needs an admin's token on an
Enterprise plan), so a public channel gets a private one in its place, and a private channel stays private. What waits
for approval is withdrawn and what has not left stays here: after it, words need a new draft and a new approval.
"""

from dataclasses import replace
from datetime import datetime

from bot.domain.change import Change
from bot.domain.delivery import cancel_rest, finish
from bot.domain.incident import Channel, Incident, Step
from bot.domain.job import Job, JobKind
from bot.domain.lifecycle import announce_job, note, redraw
from bot.domain.people import Person
from bot.domain.permissions import Act, holders, require_here
from bot.domain.policy import Policy
from bot.domain.publishing import jobs_of, promise_jobs
from bot.domain.refusals import Refusal
from bot.domain.timeline import Entry, EntryKind
from bot.domain.transitions import UPDATES
from bot.domain.update import MessageRef, Update, UpdateState

_REASON = "the incident became private"


def make_private(incident: Incident, by: Person, now: datetime, policy: Policy) -> Change:
    """Return the incident private: nothing more of it leaves, and what others read of it is veiled."""
    _require_allowed(Act.MAKE_PRIVATE, incident, by, policy)
    if incident.private:
        return Change(incident)
    hurry = tuple(job for u in incident.updates if u.state is UpdateState.PUBLISHING for job in jobs_of(incident.id, u))
    changed = replace(
        incident,
        private=True,
        reclassified=incident.reclassified + 1,
        channel=_hidden(incident, by),
        updates=tuple(_held_back(u, by.user_id, incident.channel.private) for u in incident.updates),
    )
    text = "Made private. Nothing more about it is published; what waited for approval is withdrawn."
    said = _entry(changed, text, by, now)
    same = changed.channel.id == incident.channel.id
    told = ((note(incident.id, said),) if same and changed.channel.id else ()) + (
        # Also where the channel stays: an older job that opens it leaves what is still to be done to this one.
        (opening(changed, by.user_id),) if incident.open else ()
    )
    gone = () if incident.channel.private else left_jobs(incident.id, changed.channel.former)
    # What was cancelled made no promise; the one before stands again, as after Stop.
    return Change(changed, (said,), (*told, *gone, redraw(incident.id, now), *promise_jobs(changed)), hurry=hurry)


def make_public(incident: Incident, by: Person, now: datetime, policy: Policy) -> Change:
    """Return the incident public: announced, and open to updates, which are drafted and approved anew."""
    _require_allowed(Act.MAKE_PUBLIC, incident, by, policy)
    if not incident.private:
        return Change(incident)
    channel = replace(incident.channel, done=incident.channel.done - {Step.ANNOUNCE})
    changed = replace(incident, private=False, reclassified=incident.reclassified + 1, channel=channel)
    text = "Made public. It is announced now, and its channel stays private. Updates need a new draft and approval."
    text = text if incident.open else "Made public. It is over, so it is not announced. Its channel stays private."
    said = _entry(changed, text, by, now)
    jobs = (opening(changed, by.user_id), announce_job(incident.id)) if incident.open else ()
    return Change(changed, (said,), (*jobs, note(incident.id, said), redraw(incident.id, now)))


def hidden_again(incident: Incident, seen: Incident) -> Incident:
    """Return a private incident put together with `seen`, its self that was public: what others read is veiled."""
    veiled = tuple(dict.fromkeys((*incident.channel.veiled, *_read_by_others(seen))))
    held = tuple(_held_back(update, "", unseen=False) for update in incident.updates)
    return replace(incident, channel=replace(incident.channel, veiled=veiled), updates=held)


def joined(incident: Incident, user: str, now: datetime) -> Change:
    """Return the incident knowing that somebody came into its private channel."""
    return known_members(incident, incident.channel.members | {user}, now)


def left(incident: Incident, user: str, now: datetime) -> Change:
    """Return the incident knowing that somebody left its private channel, and so hears no more of it."""
    return known_members(incident, incident.channel.members - {user}, now)


def known_members(incident: Incident, members: frozenset[str], now: datetime) -> Change:
    """Return the incident knowing who is in its private channel; of a public channel that is nobody's business."""
    channel = incident.channel
    if not channel.private or channel.members == members:
        return Change(incident)
    return Change(replace(incident, channel=replace(channel, members=members)), (), (redraw(incident.id, now),))


def require_joinable(incident: Incident, user: str) -> None:
    """Raise `Refusal` ``closed_channel``: what was said while it was private is not for whoever asks."""
    if incident.channel.private and user not in incident.channel.members:
        lead = next(iter(incident.roles.values()), incident.declared_by)
        raise Refusal(
            "closed_channel",
            f"The channel of {incident.name} is a private one, from the time when the incident was private. Ask "
            f"<@{lead}> to invite you. Follow tells you what is published.",
        )


def left_jobs(incident_id: str, channels: tuple[str, ...]) -> tuple[Job, ...]:
    """Return the jobs that take a private incident's title off the public channels that it left."""
    return tuple(
        Job(
            id=f"left:{incident_id}:{channel}",
            kind=JobKind.LEAVE_CHANNEL,
            incident_id=incident_id,
            args={"channel": channel},
        )
        for channel in channels
    )


def _require_allowed(act: Act, incident: Incident, by: Person, policy: Policy) -> None:
    require_here(act, by)
    if by.user_id not in holders(act, incident, policy):
        raise Refusal(
            "not_allowed",
            "Whoever declared the incident, its commander and its approvers can make it private or public; whoever "
            "else holds a role can make it private. Ask one of them.",
        )


def _hidden(incident: Incident, by: Person) -> Channel:
    """Return the channel of a private incident: its own private one, else a new one in place of the public one."""
    old = incident.channel
    veiled = tuple(dict.fromkeys((*old.veiled, *_read_by_others(incident))))
    if old.private:
        return replace(old, announcement=None, done=old.done | {Step.ANNOUNCE}, veiled=veiled)
    former = (*old.former, *((old.id,) if old.id else ()))
    members = frozenset({by.user_id, incident.declared_by, *incident.roles.values()})
    # Where announcing is not known to have ended, it is looked for once more, to be veiled.
    done = old.done & {Step.ANNOUNCE} if incident.open else frozenset(Step)
    return Channel(done=done, former=former, private=True, members=members, veiled=veiled)


def _read_by_others(incident: Incident) -> tuple[MessageRef, ...]:
    """Return what Clarion has posted outside of a private channel: announcement with its thread, card, requests."""
    channel = incident.channel
    lists = (channel.card, channel.runbook, channel.roll_call)
    cards = (channel.announcement, *(() if channel.private else lists))
    asked = (ask.message for u in incident.updates for ask in u.asks if not channel.private)
    told = (telling.posted for telling in incident.tellings)
    return tuple(ref for ref in (*cards, *told, *asked) if ref is not None)


def _held_back(update: Update, by: str, unseen: bool) -> Update:
    """Return the update with nothing of it leaving; its requests are forgotten unless others cannot see them."""
    if update.state is UpdateState.PUBLISHING:
        held = finish(replace(cancel_rest(update, _REASON), stopped_by=update.stopped_by or by))
    elif update.state in (UpdateState.SUBMITTED, UpdateState.APPROVED, UpdateState.DRAFT):
        withdrawn = UPDATES.to(update.state, UpdateState.WITHDRAWN)
        held = replace(update, state=withdrawn, submission=None, stopped_by=by, release_at=None)
    else:
        held = update
    return held if unseen else replace(held, asks=())


def _entry(incident: Incident, text: str, by: Person, now: datetime) -> Entry:
    key = f"visibility:{incident.reclassified}"
    return Entry(at=now, kind=EntryKind.SECURITY, actor=by.user_id, text=text, key=key)


def opening(incident: Incident, declarer: str) -> Job:
    """Return the job that opens its channel, or does what is still to be done there. `declarer`: who is told."""
    return Job(
        id=f"open:{incident.id}:visibility:{incident.reclassified}",
        kind=JobKind.OPEN_CHANNEL,
        incident_id=incident.id,
        args={"declarer": declarer, "turn": str(incident.reclassified)},
    )
