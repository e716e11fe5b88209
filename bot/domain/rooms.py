"""The life of an incident's Slack channel after it was opened: lost, found again, renamed, replaced (failure model 23).

Nothing here touches an update's way to customers: publishing never depends on the channel. While it is lost, what it
would have carried goes to people directly. It refuses to open a second channel while the first one is there.
"""

from dataclasses import replace
from datetime import datetime

from bot.domain.change import Change
from bot.domain.incident import Channel, Incident, Listing, Loss, Role, Step
from bot.domain.job import Job, JobKind
from bot.domain.lifecycle import announce_job, redraw, require_open
from bot.domain.people import Person
from bot.domain.permissions import Act, require_here
from bot.domain.privacy import seen_by
from bot.domain.refusals import Refusal
from bot.domain.timeline import Entry, EntryKind
from bot.domain.update import Update

HOW_LOST = {
    Loss.ARCHIVED: "was archived",
    Loss.DELETED: "was deleted",
    Loss.REMOVED: "is closed to Clarion, which was removed from it",
}

_LISTS = {Listing.RUNBOOK: JobKind.POST_RUNBOOK, Listing.ROLL_CALL: JobKind.POST_ROLL_CALL}


def lose(incident: Incident, why: Loss, now: datetime) -> Change:
    """Return the incident without its channel: the lead is told, and what waits for approval is asked for directly."""
    channel = incident.channel
    if not channel.id or channel.lost is why:
        return Change(incident)
    lost = replace(incident, channel=replace(channel, lost=why))
    if not incident.open:
        return Change(lost)
    text = f"Channel #{channel.name} {HOW_LOST[why]}. Publishing goes on; approvals are asked for by direct message."
    tell = Job(id=f"lost:{incident.id}:{incident.version}", kind=JobKind.TELL_LOST, incident_id=incident.id)
    again = tuple(_ask_again(incident, update) for update in incident.waiting())
    return Change(lost, (_entry(text, now),), (tell, *again, redraw(incident.id, now)))


def regain(incident: Incident, now: datetime) -> Change:
    """Return the incident with its channel back."""
    if incident.channel.lost is None:
        return Change(incident)
    found = replace(incident, channel=replace(incident.channel, lost=None))
    return Change(found, (_entry(f"Channel #{found.channel.name} is back", now),), (redraw(incident.id, now),))


def announce_again(incident: Incident) -> Change:
    """Return the incident about to be announced where that was refused before: the incidents channel is there again."""
    channel = incident.channel
    if incident.private or not incident.open or Step.ANNOUNCE not in channel.problems or channel.announcement:
        return Change(incident)
    again = replace(incident, channel=replace(channel, done=channel.done - {Step.ANNOUNCE}))
    return Change(again, (), (announce_job(incident.id),))


def rename(incident: Incident, name: str, now: datetime) -> Change:
    """Return the incident with its channel's new name."""
    if not name or name == incident.channel.name:
        return Change(incident)
    text = f"Channel #{incident.channel.name} is called #{name} now"
    named = replace(incident, channel=replace(incident.channel, name=name))
    return Change(named, (_entry(text, now),), (redraw(incident.id, now),))


def reopen(incident: Incident, by: Person, now: datetime) -> Change:
    """Return the incident about to get a new, numbered channel in place of the lost one."""
    require_here(Act.REOPEN_CHANNEL, by)
    require_open(incident)
    old = incident.channel
    if old.lost is None:
        there = f"{incident.name} has its channel: #{old.name}." if old.id else "Its channel is being opened."
        raise Refusal("channel_there", f"{there} Nothing was changed.")
    fresh = Channel(
        done=old.done & {Step.ANNOUNCE},
        announcement=old.announcement,
        former=(*old.former, *((old.id,) if old.id else ())),
        private=incident.private or old.private,
        members=old.members,
        veiled=old.veiled,
    )
    entry = Entry(
        at=now, kind=EntryKind.CHANNEL, actor=by.user_id, text=f"A new channel takes the place of #{old.name}"
    )
    opening = Job(
        id=f"open:{incident.id}:{len(fresh.former)}",
        kind=JobKind.OPEN_CHANNEL,
        incident_id=incident.id,
        args={"declarer": by.user_id, "turn": str(incident.reclassified)},
    )
    return Change(replace(incident, channel=fresh), (entry,), (opening, redraw(incident.id, now)))


def require_there(incident: Incident) -> None:
    """Raise `Refusal` ``no_channel``: into a channel that is lost, or was never opened, nobody can be brought."""
    channel = incident.channel
    if channel.lost is None and (channel.id or Step.CREATE not in channel.done):
        return
    what = HOW_LOST[channel.lost] if channel.lost else "could not be opened"
    sentence = f"The channel of {incident.name} {what}, so you cannot be brought into it."
    if incident.open:
        lead = next(iter(leads(incident)), incident.declared_by)
        sentence += f" Ask <@{lead}> for a way back, or press Follow: that tells you what is published."
    raise Refusal("no_channel", sentence)


def with_list(incident: Incident, listing: Listing) -> Change:
    """Return the incident about to get its runbook or its roll-call posted: once in a channel, by one job."""
    channel, kind = incident.channel, _LISTS[listing]
    if not channel.id or channel.lost or listing in channel.ordered:
        return Change(incident)
    job = Job(id=f"{kind}:{incident.id}:{channel.id}:{incident.version}", kind=kind, incident_id=incident.id)
    return Change(replace(incident, channel=replace(channel, ordered=channel.ordered | {listing})), (), (job,))


def without_list(incident: Incident, listing: Listing, now: datetime) -> Change:
    """Return the incident that has nothing to post in a list yet, so that it can be ordered again when it has."""
    channel = incident.channel
    if listing not in channel.ordered:
        return Change(incident)
    left = replace(channel, ordered=channel.ordered - {listing})
    # Drawn again, because what the list waits for may have happened while it was found to be empty.
    return Change(replace(incident, channel=left), (), (redraw(incident.id, now),))


def leads(incident: Incident) -> tuple[str, ...]:
    """Return who looks after the channel, best first: communications lead, commander, whoever declared it."""
    roles = (incident.roles.get(Role.COMMUNICATIONS), incident.roles.get(Role.COMMANDER), incident.declared_by)
    return seen_by(incident, tuple(dict.fromkeys(user for user in roles if user)))


def _entry(text: str, now: datetime) -> Entry:
    return Entry(at=now, kind=EntryKind.CHANNEL, actor="", text=text)


def _ask_again(incident: Incident, update: Update) -> Job:
    asked = update.submission.at.isoformat() if update.submission else ""
    args = {"update": update.id, "revision": str(update.latest.number), "submitted": asked, "turn": "0", "escalate": ""}
    job_id = f"ask:{update.id}:{update.latest.number}:lost:{incident.version}"
    return Job(id=job_id, kind=JobKind.ASK_APPROVAL, incident_id=incident.id, args=args)
