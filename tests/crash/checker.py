"""Reads a whole history against the invariants of the failure model, and says in a sentence what is wrong.

It trusts nothing that the code decided: what was approved is what the pressed button carried; what a digest stands for
is what the documents said when the words were written; what arrived is what the far ends took.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.domain.delivery import key_of
from bot.domain.incident import Incident
from bot.domain.job import Job, JobKind
from bot.domain.manifest import digest
from bot.domain.update import Outcome, Recipient, Revision, Update
from bot.ports import Attempt
from tests.crash.history import Answered, Arrival, Begin, Commit, History, Pressed

# What a broken rule means, for whoever has not read the failure model.
RULES: Mapping[str, str] = {
    "I1": "nothing leaves without an approval of exactly those words, for exactly those readers",
    "I2": "nobody gets it twice",
    "I3": "everything approved ends, and what people read of it is true",
    "I4": "nothing private, of a drill or of another workspace reaches the wrong eyes",
    "ack": "what somebody was told is done, is there",
    "fault": "nothing unforeseen happens",
}


@dataclass(frozen=True)
class Violation:
    """A broken rule: "I1" ... "I4", "ack" (something answered is not there), "fault" (something unforeseen)."""

    rule: str
    says: str

    def __str__(self) -> str:
        """For the table."""
        return f"{self.rule} ({RULES[self.rule]}): {self.says}"


@dataclass
class End:
    """What is there when it is quiet."""

    incidents: Sequence[Incident]
    ledger: Mapping[tuple[str, str], Mapping[str, Attempt]]  # by update and outlet, then by recipient
    listed: Mapping[str, Sequence[Recipient]]  # by SHA-256 of a recipient list
    jobs: Sequence[Job] = ()
    aside: Sequence[tuple[Job, str]] = ()
    cards: Sequence[tuple[str, str, str]] = ()  # which card, what it shows, what it should show
    told: Sequence[tuple[str, str, str]] = ()  # to whom, under which mark, what kind of reader
    marks: Sequence[str] = ()  # of all posts that must come once
    crossed: Sequence[str] = ()  # what went from one workspace to the other


@dataclass
class _Known:
    """What has been learnt so far, going through the history."""

    revisions: dict[str, tuple[Incident, Update, Revision]] = field(default_factory=dict)  # by digest
    approved: dict[str, str] = field(default_factory=dict)  # update -> digest
    stopped: set[str] = field(default_factory=set)
    begun: dict[tuple[str, str, str], Begin] = field(default_factory=dict)
    pressed: list[Pressed] = field(default_factory=list)
    allowed: Counter[tuple[str, str]] = field(default_factory=Counter)  # (update, outlet): "send again" pressed


def check(history: History, end: End) -> list[Violation]:
    """Return everything that is wrong, in the order of the history."""
    known, keys = _Known(), _keys(history, end)
    found = [Violation("fault", fault) for fault in history.faults]
    for event in history.events:
        match event:
            case Commit(incident):
                found += _commit(known, incident)
            case Pressed():
                known.pressed.append(event)
            case Begin(answer="yes"):
                known.begun[event.update, event.outlet, event.recipient] = event
            case Arrival():
                found += _arrival(known, keys, end, event)
            case Answered(pressed, refused):
                found += [] if refused else _answered(end, pressed)
            case _:
                pass
    found += _doubled(history, keys)
    for incident in end.incidents:
        for update in incident.updates:
            found += _ended(history, end, incident, update)
    return found + list(_eyes(end)) + list(_the_rest(end))


def _keys(history: History, end: End) -> dict[str, tuple[str, str, str]]:
    """What each idempotency key stands for: update, outlet, recipient."""
    found: dict[str, tuple[str, str, str]] = {}
    for event in history.events:
        if isinstance(event, Commit):
            for update in event.incident.updates:
                for planned in (p for r in update.revisions for p in r.planned):
                    for one in end.listed.get(planned.recipients, ()):
                        key = key_of(event.incident, update.id, planned.outlet, one)
                        found[key] = (update.id, planned.outlet, one.id)
    return found


def _commit(known: _Known, incident: Incident) -> Iterator[Violation]:
    for update in incident.updates:
        for revision in update.revisions:
            known.revisions.setdefault(revision.digest, (incident, update, revision))
        if update.stopped_by:
            known.stopped.add(update.id)
        if update.approved and update.id not in known.approved:
            known.approved[update.id] = update.approved.digest
            yield from _approval(known, incident, update)


def _approval(known: _Known, incident: Incident, update: Update) -> Iterator[Violation]:
    """I1: the approval is of exactly the words that would leave, by somebody who saw them and may."""
    given = update.approved
    if given is None:
        return
    revision = update.latest
    if given.digest != revision.digest:
        yield Violation("I1", f"update #{update.number} is approved by a digest that is not that of its words")
    if _digest(incident, update, revision) != revision.digest:
        yield Violation("I1", f"the digest of update #{update.number} does not cover its words")
    if given.by in update.authors:
        yield Violation("I1", f"update #{update.number} is approved by somebody who wrote it")
    for planned in revision.planned:
        yield from _for_their_eyes(f"{planned.outlet}, approved", incident, planned.rehearsal, "to come")
    made = [p for p in known.pressed if p.what == "approve" and p.update == update.id and p.who == given.by]
    if not any(p.digest == given.digest for p in made):
        yield Violation("I1", f"update #{update.number} is approved, and nobody pressed Approve on these words")


def _digest(incident: Incident, update: Update, revision: Revision) -> str:
    # Not the domain's `digest_now`: what it forgets to put into a digest, nobody else would miss.
    return digest(
        workspace=incident.workspace,
        incident_id=incident.id,
        update_id=update.id,
        revision=revision.number,
        stage=update.stage,
        facts=revision.facts,
        drill=incident.drill,
        planned=revision.planned,
        quoted=revision.quoted,
        borrowed=revision.borrowed,
        private=incident.private,
        reclassified=incident.reclassified,
    )


def _arrival(
    known: _Known, keys: Mapping[str, tuple[str, str, str]], end: End, arrival: Arrival
) -> Iterator[Violation]:
    """I1 for what arrived: approved before it came, those bytes, that recipient, that outlet, and begun."""
    where = f"{arrival.outlet}, {arrival.recipient}"
    if arrival.key not in keys:
        yield Violation("I1", f"{where}: a key that stands for nothing")
        return
    update_id, outlet, recipient = keys[arrival.key]
    if (outlet, recipient) != (arrival.outlet, arrival.recipient):
        yield Violation("I1", f"{where}: the key is that of {outlet}, {recipient}")
    if update_id not in known.approved:
        yield Violation("I1", f"{where}: it came before anybody approved it")
        return
    incident, _, approved = known.revisions[known.approved[update_id]]
    yield from _for_their_eyes(where, incident, arrival.rehearsal, "it came")
    plans = [p for p in approved.planned if p.outlet == arrival.outlet and p.rendition == arrival.rendition]
    if not plans:
        yield Violation("I1", f"{where}: other bytes than were approved")
    elif not any(recipient == one.id for planned in plans for one in end.listed[planned.recipients]):
        yield Violation("I1", f"{where}: nobody approved that they hear it, or not in this language")
    if (update_id, arrival.outlet, recipient) not in known.begun:
        yield Violation("I2", f"{where}: it came without an intention in the ledger")


def _for_their_eyes(where: str, incident: Incident, rehearsal: bool, what: str) -> Iterator[Violation]:
    """I4: a drill is for rehearsal outlets, the rest for real ones, and what is private for none."""
    if incident.drill is not rehearsal:
        kind, outlet = ("a drill", "a real outlet") if incident.drill else ("no drill", "a rehearsal outlet")
        yield Violation("I4", f"{where}: {what} at {outlet}, and it is {kind}")
    if incident.private:
        yield Violation("I4", f"{where}: {what}, and it is private")


def _answered(end: End, pressed: Pressed) -> Iterator[Violation]:
    """What a person was answered must be there: it was durable before they heard of it."""
    update = next((u for i in end.incidents for u in i.updates if u.id == pressed.update), None)
    if update is None:
        yield Violation("ack", f"{pressed.what} was answered, and there is no such update")
    elif pressed.what == "approve" and pressed.digest == update.latest.digest and not update.approved:
        yield Violation("ack", f"an approval of update #{update.number} was answered and is lost")
    elif pressed.what == "stop" and not update.stopped_by and not _was_over(update):
        yield Violation("ack", f"a stop of update #{update.number} was answered and is lost")


def _was_over(update: Update) -> bool:
    """Everything had left before the stop: then it is refused, and the answer says so."""
    return all(not d.cancelled and d.settled for d in update.deliveries)


def _doubled(history: History, keys: Mapping[str, tuple[str, str, str]]) -> Iterator[Violation]:
    """I2: one effect for each update, outlet and recipient; a person's "send again" allows one more."""
    again = Counter((e.update, e.outlet) for e in history.events if isinstance(e, Pressed) and e.what == "Send again")
    came: Counter[tuple[str, str, str]] = Counter()
    texts: dict[str, set[str]] = {}
    for event in history.events:
        if isinstance(event, Arrival) and event.key in keys:
            texts.setdefault(event.key, set()).add(event.rendition)
            if not event.again:
                came[keys[event.key]] += 1
    for (update, outlet, recipient), count in came.items():
        allowed = 1 + (again[update, outlet] if outlet.endswith("email") else 0)
        if count > allowed:
            yield Violation("I2", f"{outlet}, {recipient}: it came {count} times, at most {allowed} allowed")
    for key, different in texts.items():
        if len(different) > 1:
            yield Violation("I2", f"{keys[key][1:]}: one key came with {len(different)} texts")


def _ended(history: History, end: End, incident: Incident, update: Update) -> Iterator[Violation]:
    """I3: every approved delivery has ended for every recipient, and the ledger tells the truth about what came."""
    if update.approved and update.release_at is None and not update.deliveries:
        yield Violation("I3", f"update #{update.number} is approved and has no deliveries")
    for delivery in update.deliveries:
        plans = [p for p in update.latest.planned if p.outlet == delivery.outlet]
        where = f"update #{update.number}, {delivery.outlet}"
        if not delivery.settled or sum(delivery.tally.values()) != sum(p.recipient_count for p in plans):
            yield Violation("I3", f"{where}: not ended: {delivery.state}, {dict(delivery.tally)}")
            continue
        known = end.ledger.get((update.id, delivery.outlet), {})
        counted = Counter(a.outcome for a in known.values())
        arrived = any(
            isinstance(e, Pressed) and (e.what, e.update, e.outlet) == ("It arrived", update.id, delivery.outlet)
            for e in history.events
        )
        if _told(delivery.tally, arrived) != _told(counted, arrived):
            yield Violation("I3", f"{where}: the card counts {dict(delivery.tally)}, the ledger {dict(counted)}")
        everybody = [one for planned in plans for one in end.listed[planned.recipients]]
        if len({one.id for one in everybody}) != len(everybody):
            yield Violation("I2", f"{where}: somebody is to hear it in two languages")
        for one in everybody:
            key = key_of(incident, update.id, delivery.outlet, one)
            came = any(isinstance(e, Arrival) and e.key == key for e in history.events)
            yield from _truthful(f"{where}, {one.id}", known.get(one.id), came)


def _told(tally: Mapping[Any, int], arrived: bool) -> tuple[int, ...]:
    """What must be the same on the card and in the ledger. What never began has no row in the ledger.

    `arrived`: a person has said of the unknown that they arrived, which the card counts as delivered.
    """
    delivered, unknown, refused = (tally.get(o, 0) for o in (Outcome.DELIVERED, Outcome.UNKNOWN, Outcome.REFUSED))
    return (delivered + unknown, refused) if arrived else (delivered, unknown, refused)


def _truthful(where: str, attempt: Attempt | None, came: bool) -> Iterator[Violation]:
    outcome = attempt.outcome if attempt else None
    if came and outcome not in (Outcome.DELIVERED, Outcome.UNKNOWN):
        yield Violation("I3", f"{where}: it came, and is recorded as {outcome}")
    if not came and outcome is Outcome.DELIVERED:
        yield Violation("I3", f"{where}: it is recorded as delivered, and never came")


def _eyes(end: End) -> Iterator[Violation]:
    """I4 at the end: who could read what, of which incident, in which workspace."""
    for incident in (one for one in end.incidents if one.private):
        for update in incident.updates:  # no plot makes one private that had any
            yield Violation("I4", f"{incident.name} is private, and update #{update.number} of it can be published")
    for who, mark, reader in end.told:
        if reader:
            yield Violation("I4", f"{who}, {reader}, was told {mark}")
    yield from (Violation("I4", f"between workspaces: {what}") for what in end.crossed)


def _the_rest(end: End) -> Iterator[Violation]:
    for job in end.jobs:
        if job.kind is JobKind.DELIVER:
            yield Violation("I3", f"a delivery still waits although it is quiet: {job.args}")
    for job, reason in end.aside:
        yield Violation("fault", f"{job.kind} was put aside: {reason}")
    for which, shown, right in end.cards:
        if shown != right:
            yield Violation("I3", f"{which} does not show how it is")
    for mark, count in Counter(end.marks).items():
        if count > 1:
            yield Violation("I2", f"{mark} was posted {count} times")
