"""Ticking off the steps of a runbook: by hand, by Clarion when it sees that it happened, or behind an approval.

Each step is ticked once, whoever presses how often; what was ticked by mistake is taken back with a reason, by whoever
did it or by the commander. It refuses to let anybody approve a step that they asked for, and to tick or take back what
Clarion sees for itself.
"""

from dataclasses import replace
from datetime import datetime

from bot.domain.approvers import askable_for_step
from bot.domain.change import Change
from bot.domain.checklist import StepRequest, Tick, request_of, tick_of
from bot.domain.facts import Stage
from bot.domain.incident import Incident, Role, Step
from bot.domain.lifecycle import LONGEST_REASON, note, redraw
from bot.domain.people import Person
from bot.domain.permissions import Act, holders, require_here
from bot.domain.plan import Plan
from bot.domain.policy import Policy
from bot.domain.refusals import Refusal
from bot.domain.runbook import How, Milestone, Runbook, RunbookStep, asked_for
from bot.domain.telling import TellingKind
from bot.domain.text import require_reason
from bot.domain.timeline import Entry, EntryKind
from bot.domain.update import Update, UpdateState

_OTHER_WORDS = (
    "The plan was changed since this step was asked for, so nothing was approved. It says now: “{do}”. If that is to "
    "be done, ask for its approval: `/incident runbook`."
)


def books_of(incident: Incident, plan: Plan) -> tuple[Runbook, ...]:
    """Return the runbooks that fit now, and those of which a step is done: after a change they stay on the screen."""
    fitting = plan.runbooks_for(incident.severity, _scenario(incident), incident.components)
    begun = {tick.book for tick in incident.ticks}
    return tuple(book for book in plan.runbooks if book in fitting or book.name in begun)


def tick(incident: Incident, plan: Plan, book: str, step_id: str, by: Person, now: datetime) -> Change:
    """Return the incident with a step done by hand; unchanged if the same person did it already."""
    require_here(Act.TICK, by)
    step = step_of(plan, book, step_id)
    if _settled(incident, book, step_id, by):
        return Change(incident)
    if step.watched:
        raise Refusal("watched", "Clarion ticks this step off by itself, as soon as it has happened.")
    if step.how is How.APPROVAL:
        raise Refusal("needs_approval", "This step needs an approval: press Ask for approval.")
    return _ticked(incident, Tick(book=book, step=step_id, by=by.user_id, at=now), f"Step done: {step.do}")


def ask(incident: Incident, plan: Plan, book: str, step_id: str, by: Person, now: datetime, policy: Policy) -> Change:
    """Return the incident with a step that waits for somebody else's approval; who may give it is mentioned."""
    require_here(Act.TICK, by)
    step = _approvable(plan, book, step_id)
    if _settled(incident, book, step_id, by):
        return Change(incident)
    asked = asked_for(incident.requests, book, step)
    if asked is not None and asked.by == by.user_id:
        return Change(incident)
    if asked is not None:
        raise Refusal("already", f"<@{asked.by}> has asked for it already: press Approve. Nothing was changed.")
    request = StepRequest(book=book, step=step_id, by=by.user_id, at=now, digest=step.digest)
    others = tuple(one for one in incident.requests if (one.book, one.step) != (book, step_id))
    said = _entry(incident, f"Asks somebody else to approve the step: {step.do}", by, now)
    changed = replace(incident, requests=(*others, request))
    told = note(incident.id, said, " ".join(askable_for_step(incident, by.user_id, policy)), asks=True)
    return Change(changed, (said,), (told, redraw(incident.id, now)))


def approve(
    incident: Incident, plan: Plan, book: str, step_id: str, by: Person, now: datetime, policy: Policy, seen: str = ""
) -> Change:
    """Return the incident with a step done that somebody else had asked for, in the words that it has in the plan now.

    `seen`: the digest of the words beside the button, "" for a button that carries none.
    """
    require_here(Act.APPROVE_STEP, by)
    step = _approvable(plan, book, step_id)
    if _settled(incident, book, step_id, by):
        return Change(incident)
    asked = request_of(incident.requests, book, step_id)
    if asked is None:
        raise Refusal("not_asked", "Nobody has asked for this step: press Ask for approval first.")
    if by.user_id not in holders(Act.APPROVE_STEP, incident, policy):
        raise Refusal(
            "not_an_approver",
            "Who holds a role in this incident, declared it, or may approve updates, approves a step. Ask one of them, "
            "or take over a role.",
        )
    if asked.by == by.user_id:
        raise Refusal("own_step", "You have asked for this step, so somebody else approves it. Nothing was changed.")
    if not asked.digest == step.digest == (seen or step.digest):
        raise Refusal("other_words", _OTHER_WORDS.format(do=step.do))
    done = Tick(book=book, step=step_id, by=by.user_id, at=now, asked_by=asked.by)
    left = tuple(one for one in incident.requests if one is not asked)
    said = _entry(incident, f"Step approved: {step.do}", by, now)
    changed = replace(incident, requests=left, ticks=(*incident.ticks, done))
    # Whoever asked waits for it: they are told.
    return Change(changed, (said,), (note(incident.id, said, asked.by), redraw(incident.id, now)))


def untick(incident: Incident, plan: Plan, book: str, step_id: str, by: Person, now: datetime, reason: str) -> Change:
    """Return the incident with a step that is to be done after all; the reason is in the timeline."""
    require_here(Act.UNTICK, by)
    reason = require_reason(reason, LONGEST_REASON)
    step, done = step_of(plan, book, step_id), tick_of(incident.ticks, book, step_id)
    if done is None:
        return Change(incident)
    if step.watched:
        raise Refusal("watched", "Clarion saw this happen, so it cannot be taken back. Write a correction instead.")
    if by.user_id != done.by and not incident.holds(by.user_id, Role.COMMANDER):
        raise Refusal("not_yours", f"<@{done.by}> ticked this step off. They, or the commander, can take it back.")
    said = _entry(incident, f"Step taken back: {step.do}. Reason: {reason}", by, now)
    changed = replace(incident, ticks=tuple(one for one in incident.ticks if one is not done))
    return Change(changed, (said,), (note(incident.id, said), redraw(incident.id, now)))


def notice(incident: Incident, plan: Plan, now: datetime) -> Change:
    """Return the incident with what Clarion has seen happen ticked off. What happened is in the timeline already."""
    fresh = tuple(
        seen
        for book in books_of(incident, plan)
        for step in book.steps
        if step.watched and tick_of(incident.ticks, book.name, step.id) is None
        for seen in (_seen(incident, plan, book.name, step, now),)
        if seen is not None
    )
    return Change(replace(incident, ticks=(*incident.ticks, *fresh)) if fresh else incident)


# ---------------------------------------------------------------- what happened


def _seen(incident: Incident, plan: Plan, book: str, step: RunbookStep, now: datetime) -> Tick | None:
    if step.how is How.APPROVAL:
        update = _published(incident, step.template.partition("/")[2])
        approval = update.approved if update else None
        if update is None or approval is None:
            return None
        return Tick(book=book, step=step.id, by=approval.by, at=approval.at, asked_by=update.latest.author)
    happened = step.done_when is not None and _happened(incident, plan, step.done_when)
    return Tick(book=book, step=step.id, by="", at=now) if happened else None


def _happened(incident: Incident, plan: Plan, what: Milestone) -> bool:
    channel = incident.channel
    if what is Milestone.OPENED:
        return bool(channel.id)
    if what is Milestone.ANNOUNCED:
        return channel.announcement is not None and Step.ANNOUNCE in channel.done
    if what is Milestone.ROLES:
        return all(role in incident.roles for role in plan.severities[incident.severity].roles)
    if what is Milestone.CUSTOMERS:
        return any(update.state is UpdateState.PUBLISHED for update in incident.updates)
    if what is Milestone.SUPPORT:
        return any(t.kind is TellingKind.UPDATE and (t.threaded or t.settled) for t in incident.tellings)
    if what is Milestone.RESTORED:
        return _published(incident, Stage.RESOLVED) is not None
    return incident.ended is not None


def _published(incident: Incident, stage: str) -> Update | None:
    """Return the first published update of a stage: whichever words it began with, its step is done."""
    of_stage = (u for u in incident.updates if u.stage == stage and not u.corrects)
    return next((u for u in of_stage if u.state is UpdateState.PUBLISHED), None)


def _scenario(incident: Incident) -> str:
    return incident.updates[-1].template.partition("/")[0] if incident.updates else ""


# ---------------------------------------------------------------- one step


def step_of(plan: Plan, book: str, step_id: str) -> RunbookStep:
    """Return a step as the plan has it today. Raises `Refusal` ``no_such_step``."""
    found = next((one.step(step_id) for one in plan.runbooks if one.name == book), None)
    if found is None:
        raise Refusal("no_such_step", "The plan has this step no more. Run `/incident runbook` to see today's steps.")
    return found


def _approvable(plan: Plan, book: str, step_id: str) -> RunbookStep:
    step = step_of(plan, book, step_id)
    if step.how is not How.APPROVAL:
        raise Refusal("no_approval", "This step needs no approval. Run `/incident runbook` to tick it off.")
    if step.watched:
        raise Refusal("watched", "This step is an update: draft it. Clarion ticks it off once it is published.")
    return step


def _settled(incident: Incident, book: str, step_id: str, by: Person) -> bool:
    """Say whether the same person did it already. Raises `Refusal` ``already`` if somebody else did."""
    done = tick_of(incident.ticks, book, step_id)
    if done is None or done.by == by.user_id:
        return done is not None
    who = f"<@{done.by}>" if done.by else "Clarion"
    raise Refusal("already", f"{who} has ticked this step off already. Nothing was changed.")


def _ticked(incident: Incident, done: Tick, text: str) -> Change:
    entry = Entry(at=done.at, kind=EntryKind.NOTE, actor=done.by, text=text)
    changed = replace(incident, ticks=(*incident.ticks, done))
    return Change(changed, (entry,), (redraw(incident.id, done.at),))


def _entry(incident: Incident, text: str, by: Person, now: datetime) -> Entry:
    return Entry(at=now, kind=EntryKind.NOTE, actor=by.user_id, text=text, key=f"runbook:{incident.version}")
