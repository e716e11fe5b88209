"""Spreading: when a telling may reach the followers, how far it has come, and when a newer one overtakes it.

Tellings of an incident go one after the other. It refuses to let an older one leave once there is a newer: who has
not heard the older hears only the newest, which carries the last approved wording anyway.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from bot.domain.change import Blob, Change
from bot.domain.incident import Incident
from bot.domain.lifecycle import redraw
from bot.domain.refusals import Refusal
from bot.domain.telling import Telling, TellingKind, added, tell_job
from bot.domain.timeline import Entry, EntryKind
from bot.domain.update import MessageRef, Outcome, Update, canonical

Tally = Mapping[Outcome, int]


class Turn(StrEnum):
    """What the worker is to do with a telling."""

    NOW = "now"
    WAIT = "wait"  # an older one has not ended yet
    OVERTAKEN = "overtaken"  # those who have not heard it will not
    OVER = "over"


def find(incident: Incident, telling_id: str) -> Telling:
    """Return one telling. Raises Refusal ``no_such_telling``."""
    for telling in incident.tellings:
        if telling.id == telling_id:
            return telling
    raise Refusal("no_such_telling", f"{incident.name} has no such telling.")


def turn(incident: Incident, telling_id: str) -> Turn:
    """Say whether it may be told now."""
    telling = find(incident, telling_id)
    if telling.settled:
        return Turn.OVER
    if any(not t.settled for t in incident.tellings[: telling.number - 1]):
        return Turn.WAIT
    return Turn.OVERTAKEN if len(incident.tellings) > telling.number else Turn.NOW


def told_of(change: Change, update: Update, now: datetime) -> Change:
    """Return the change with the telling of an update that has reached somebody; once, and never after a newer.

    Of one that was stopped nobody is given the wording for tickets: whoever answers customers hears that it was.
    """
    incident = change.incident
    kind = TellingKind.STOPPED if update.stopped_by else TellingKind.UPDATE
    of_it = {t.kind for t in incident.tellings if t.update_id == update.id}
    reached = any(d.tally.get(Outcome.DELIVERED, 0) for d in update.deliveries)
    if kind in of_it or (update.stopped_by and incident.private) or not (reached or of_it):
        return change
    told = {t.update_id for t in incident.tellings} - {update.id if update.stopped_by else ""}
    if any(u.id in told and _order(u) >= _order(update) for u in incident.updates):
        return change
    new = added(incident.tellings, incident.id, kind, incident.stage, now, update.id)
    return replace(change, incident=replace(incident, tellings=new.tellings), jobs=(*change.jobs, *new.jobs))


def in_thread(incident: Incident, telling_id: str, posted: MessageRef | None, now: datetime) -> Change:
    """Return the incident with the telling posted in the thread, or with nobody to wait for any more.

    Of an incident that became private meanwhile, what was posted is veiled.
    """
    told = _with(incident, replace(find(incident, telling_id), threaded=True, posted=posted))
    if posted is None or not incident.private:
        return Change(told)
    veiled = tuple(dict.fromkeys((*told.channel.veiled, posted)))
    return Change(replace(told, channel=replace(told.channel, veiled=veiled)), (), (redraw(incident.id, now),))


def freeze(incident: Incident, telling_id: str, users: tuple[str, ...], now: datetime) -> Change:
    """Return the incident with the list of those who hear the telling fixed; the first list stays."""
    telling = find(incident, telling_id)
    if telling.followers or telling.settled:
        return Change(incident)
    listed = Blob(canonical(list(users)))
    frozen = replace(telling, followers=listed.sha256, count=len(users), severity=incident.severity)
    return Change(_with(incident, frozen), (), (redraw(incident.id, now),), (listed,))


def progress(incident: Incident, telling_id: str, tally: Tally, now: datetime) -> Change:
    """Return the incident showing how far the telling has come."""
    telling = find(incident, telling_id)
    if telling.settled or dict(telling.tally) == dict(tally):
        return Change(incident)
    return Change(_with(incident, replace(telling, tally=dict(tally))), (), (redraw(incident.id, now),))


def settle(incident: Incident, telling_id: str, tally: Tally, now: datetime) -> Change:
    """Return the incident with the telling ended; the next one may begin at once."""
    telling = find(incident, telling_id)
    if telling.settled:
        return Change(incident)
    changed = _with(incident, replace(telling, tally=dict(tally), threaded=True, settled=True))
    counts = ", ".join(f"{count:,} {outcome}" for outcome, count in tally.items() if count)
    entry = Entry(at=now, kind=EntryKind.NOTE, actor="", text=f"Followers told ({telling.kind}): {counts}")
    later = tuple(tell_job(incident.id, t.id).id for t in incident.tellings[telling.number :])
    return Change(changed, (entry,) if counts else (), (redraw(incident.id, now),), hurry=later)


def _with(incident: Incident, telling: Telling) -> Incident:
    return replace(incident, tellings=tuple(telling if t.id == telling.id else t for t in incident.tellings))


def _order(update: Update) -> tuple[float, int]:
    return (update.approved.at.timestamp() if update.approved else 0.0, update.number)
