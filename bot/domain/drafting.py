"""Drafting: from facts to a revision that an approver can read, and to asking for approval.

It refuses to ask anybody to approve what could not be published: no outlet, a stale time, an incident that is
over. Renditions are made before this is called and are handed in; nothing is rendered later.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.borrowing import lenders
from bot.domain.change import Blob, Change
from bot.domain.facts import Facts, Stage, check_promise
from bot.domain.incident import Incident
from bot.domain.job import Job, JobKind
from bot.domain.keeping import given_at, kept_with
from bot.domain.lifecycle import note, redraw, require_news
from bot.domain.manifest import digest_now
from bot.domain.people import Person
from bot.domain.permissions import Act, require_here
from bot.domain.policy import Policy
from bot.domain.privacy import require_public
from bot.domain.refusals import Offer, Refusal, Way
from bot.domain.timeline import Entry, EntryKind
from bot.domain.transitions import UPDATES
from bot.domain.update import Planned, Revision, Submission, Update, UpdateState
from bot.domain.wording import Finding, Kept, require_reason, summary

# The timeline names so many of the words that somebody keeps, and counts the rest.
MOST_NAMED = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """Facts already accepted, with what each outlet will carry and the bytes to keep.

    `given`: texts that no person wrote, the templates' prefilled words (`borrowing`). `found`: what a reader would
    say of the words, and `keep`: why they stay all the same; `still_kept`: reasons given before hold without it.
    """

    facts: Facts
    planned: tuple[Planned, ...]
    blobs: tuple[Blob, ...]
    given: tuple[str, ...] = ()
    found: tuple[Finding, ...] = ()
    keep: str = ""
    still_kept: bool = False


def draft(
    incident: Incident,
    update_id: str,
    template: str,
    stage: Stage,
    rendered: Rendered,
    by: Person,
    now: datetime,
    policy: Policy,
    corrects: str = "",
    quoted: tuple[str, ...] = (),
) -> Change:
    """Return the incident with a new update, submitted for approval. `quoted`: whose message its words are from."""
    require_here(Act.DRAFT, by)
    require_public(incident)
    if not corrects:
        require_news(incident, stage)
    else:
        _require_correctable(incident.update(corrects))
    update = Update(
        id=update_id,
        number=len(incident.updates) + 1,
        stage=stage,
        template=template,
        state=UpdateState.DRAFT,
        revisions=(),
        corrects=corrects,
    )
    return _submit(incident, _revised(incident, update, rendered, by, now, quoted), rendered.blobs, by, now, policy)


def revise(
    incident: Incident, update_id: str, base: str, rendered: Rendered, by: Person, now: datetime, policy: Policy
) -> Change:
    """Return the incident with a new revision of an update, submitted anew. `base` is the digest it began from."""
    require_here(Act.DRAFT, by)
    update = incident.update(update_id)
    _require_useful(incident, update)
    if update.latest.digest != base:
        raise Refusal(
            "stale_digest",
            f"<@{update.latest.author}> changed this update while you were writing. Open Edit again: "
            "it starts from the newest text.",
            way=Way(Offer.SHOW_UPDATE, incident.id, update.id),
        )
    changed = replace(update, approvals=(), rejection=None, readings=frozenset())
    return _submit(incident, _revised(incident, changed, rendered, by, now), rendered.blobs, by, now, policy)


def lapse(incident: Incident, update_id: str, submitted: str, now: datetime) -> Change:
    """Return the incident with its author told that a request ran out; unchanged if it was decided, or made anew.

    `submitted`: when it was made, ISO. Nothing else changes: an approval is refused from then on anyway.
    """
    update = incident.update(update_id)
    asked = update.submission
    if update.state is not UpdateState.SUBMITTED or asked is None or asked.at.isoformat() != submitted:
        return Change(incident)
    if now < asked.lapses_at:
        return Change(incident)
    text = f"Update #{update.number} was not decided in time, so nothing of it leaves. Press Edit on its request."
    said = Entry(at=now, kind=EntryKind.APPROVAL, actor="", text=text, key=f"lapsed:{update.id}:{submitted}")
    told = note(incident.id, said, mention=update.latest.author)
    return Change(incident, (said,), (told, redraw(incident.id, now)))


def withdraw(incident: Incident, update_id: str, by: Person, now: datetime) -> Change:
    """Return the incident with a waiting update taken back. What is approved can only be stopped."""
    require_here(Act.WITHDRAW, by)
    update = incident.update(update_id)
    require_editable(update)
    entry = Entry(at=now, kind=EntryKind.DRAFT, actor=by.user_id, text=f"Update #{update.number} withdrawn")
    withdrawn = UPDATES.to(update.state, UpdateState.WITHDRAWN)
    changed = replace(update, state=withdrawn, submission=None, stopped_by=by.user_id)
    return Change(incident.with_update(changed), (entry,), (redraw(incident.id, now),))


def require_as_written(incident: Incident, update: Update) -> None:
    """Raise `Refusal` ``reclassified`` if the incident was made private or public since the words were written."""
    if digest_now(incident, update, update.latest) != update.latest.digest:
        raise Refusal(
            "reclassified",
            f"{incident.name} was private since this was written, so it needs a new draft and a new approval.",
            way=Way(Offer.REDRAFT, incident.id, update.id),
        )


def require_editable(update: Update) -> None:
    """Raise `Refusal` unless the update is still only words."""
    if update.approved and update.live:
        raise Refusal(
            "already_approved",
            f"This update was approved by <@{update.approved.by}>, so its text is fixed. Use Correct to follow it up.",
        )
    if update.state in (UpdateState.WITHDRAWN, UpdateState.SUPERSEDED):
        raise Refusal("withdrawn", "This update was withdrawn. Draft a new one.")


def _require_useful(incident: Incident, update: Update) -> None:
    """Raise `Refusal` unless asking for approval anew makes sense: editable, public, of an incident that goes on."""
    require_public(incident)
    require_editable(update)
    if not update.corrects:
        require_news(incident, update.stage)


def _require_correctable(update: Update) -> None:
    if not update.approved:
        raise Refusal("not_published", "Only an update that was approved can be corrected. Edit this one instead.")


def _revised(
    incident: Incident, update: Update, rendered: Rendered, by: Person, now: datetime, quoted: tuple[str, ...] = ()
) -> Update:
    if not rendered.planned:
        raise Refusal(
            "no_outlet",
            "No outlet is set up, so nothing can be published. "
            "An operator can run `clarion check` to see what is missing.",
        )
    revision = Revision(
        number=len(update.revisions) + 1,
        author=by.user_id,
        at=now,
        facts=rendered.facts,
        planned=rendered.planned,
        digest="",
        quoted=quoted,
        borrowed=lenders(incident, update.id, rendered.facts, by.user_id, rendered.given),
    )
    revision = replace(revision, digest=digest_now(incident, update, revision))
    found, still = rendered.found, rendered.still_kept
    kept = kept_with(update, revision, found, rendered.keep, by.user_id, now, all_of=still)
    return replace(update, revisions=(*update.revisions, revision), kept=(*update.kept, *kept))


def _submit(
    incident: Incident, update: Update, blobs: tuple[Blob, ...], by: Person, now: datetime, policy: Policy
) -> Change:
    if update.latest.facts.next_update_by is not None:
        check_promise(update.latest.facts.next_update_by, now)
    rule = policy.at(incident.severity)
    submission = Submission(by=by.user_id, at=now, revision=update.latest.number, lapses_at=now + rule.submission_ttl)
    submitted = replace(update, state=UPDATES.to(update.state, UpdateState.SUBMITTED), submission=submission)
    entry = Entry(
        at=now,
        kind=EntryKind.DRAFT,
        actor=by.user_id,
        text=f"Update #{update.number} ({update.stage}), revision {update.latest.number}, submitted for approval",
    )
    return Change(
        incident.with_update(submitted),
        (*(kept_entry(update, one) for one in given_at(update, now)), entry),
        (*_asks(incident.id, submitted, rule), redraw(incident.id, now)),
        blobs,
    )


def keep(
    incident: Incident, update_id: str, digest: str, found: tuple[Finding, ...], reason: str, by: Person, now: datetime
) -> Change:
    """Return the incident with it on record why words of a revision stay, although they were found fault with.

    Raises `Refusal`: another revision is the newest, the update is decided, or no reason is given.
    """
    require_here(Act.DRAFT, by)
    require_public(incident)
    update = incident.update(update_id)
    require_editable(update)
    if update.latest.digest != digest:
        raise Refusal(
            "stale_digest",
            "This update was edited since, so what was said of its words may no longer hold. Look at the newest text.",
            way=Way(Offer.SHOW_UPDATE, incident.id, update.id),
        )
    one = Kept(by=by.user_id, at=now, digest=digest, reason=require_reason(reason), findings=summary(found))
    changed = replace(update, kept=(*update.kept, one))
    return Change(incident.with_update(changed), (kept_entry(update, one),), (redraw(incident.id, now),))


def kept_entry(update: Update, kept: Kept) -> Entry:
    """Return what the timeline says of words that somebody keeps."""
    more = len(kept.findings) - MOST_NAMED
    what = ", ".join((*kept.findings[:MOST_NAMED], *((f"and {more} more",) if more > 0 else ())))
    text = f"Update #{update.number}: words kept ({kept.digest[:12]}): {what}. Because: {kept.reason}"
    return Entry(at=kept.at, kind=EntryKind.DRAFT, actor=kept.by, text=text)


def _asks(incident_id: str, update: Update, policy: Policy) -> tuple[Job, ...]:
    """Ask at once, again after each reminder, then the commander (issue 2, item 10); and look when it has run out.

    Judged again each time.
    """
    submission = update.submission
    if submission is None:
        return ()
    key = f"{update.id}:{submission.revision}:{int(submission.at.timestamp())}"
    waits = (None, *policy.reminders, policy.escalation)
    about = {"update": update.id, "revision": str(submission.revision), "submitted": submission.at.isoformat()}
    asks = tuple(
        Job(
            id=f"ask:{key}:{turn}",
            kind=JobKind.ASK_APPROVAL,
            incident_id=incident_id,
            args={**about, "turn": str(turn), "escalate": "yes" if turn == len(waits) - 1 else ""},
            due=submission.at + wait if wait else None,
        )
        for turn, wait in enumerate(waits)
    )
    ends = {**about, "lapsed": "yes"}
    over = Job(
        id=f"lapse:{key}",
        kind=JobKind.ASK_APPROVAL,
        incident_id=incident_id,
        args=ends,
        due=submission.lapses_at,
    )
    return (*asks, over)
