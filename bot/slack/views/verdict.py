"""Where an update stands, in words: who decided what, when and why.

It refuses to hide a lone approval: that mark stays on the card for good.
"""

from datetime import datetime

from slack_sdk.models.blocks import Block

from bot.domain.facts import SHORTEST_PROMISE
from bot.domain.incident import Incident
from bot.domain.update import Approval, Update, UpdateState
from bot.slack.views.blocks import Part, line, moment, quote, rich, said, user

# One word for one thing, on the request and on the incident's card alike.
_STATES = {
    UpdateState.DRAFT: "draft",
    UpdateState.SUBMITTED: "waits for approval",
    UpdateState.REJECTED: "rejected",
    UpdateState.WITHDRAWN: "withdrawn",
    UpdateState.APPROVED: "approved, held back",
    UpdateState.PUBLISHING: "approved, going out",
    UpdateState.PUBLISHED: "published",
    UpdateState.SUPERSEDED: "overtaken by a newer one",
}
_OVERTAKEN = "A newer update took its place before this one had left."


def state_of(update: Update) -> str:
    """Return where an update stands, in a few words that follow its name."""
    if update.state is UpdateState.WITHDRAWN and update.approved:
        return "stopped" if update.stopped_by else "not sent"
    return _STATES[update.state]


def verdict(incident: Incident, update: Update) -> list[Block]:
    """Return one or two lines on the update's state, or nothing for a draft."""
    blocks: list[Block] = [_approved(a) for a in update.approvals]
    if update.state is UpdateState.SUBMITTED and (until := decide_by(update)):
        blocks.append(said("Decide by ", moment(until), ". After that it needs new times."))
    if update.rejection and update.state is UpdateState.REJECTED:
        no = update.rejection
        blocks.append(rich(line("Rejected by ", user(no.by), " at ", moment(no.at), ":"), quote(no.reason)))
    if last := _last(incident, update):
        blocks.append(said(*last))
    return blocks


def decide_by(update: Update) -> datetime | None:
    """Return until when an approval counts (UTC): the request lapses, the promise comes too near, or a time is past."""
    if update.submission is None:
        return None
    due, back = update.latest.facts.next_update_by, update.latest.facts.estimate.latest
    times = (update.submission.lapses_at, due - SHORTEST_PROMISE if due else None, back)
    return min(time for time in times if time)


def _approved(approval: Approval) -> Block:
    if approval.break_glass:
        first = line(
            "⚠️ Approved alone by ", user(approval.by), " at ", moment(approval.at), ", without a second person:"
        )
        return rich(first, quote(approval.reason))
    return said("Approved by ", user(approval.by), " at ", moment(approval.at), ".")


def _last(incident: Incident, update: Update) -> tuple[Part, ...]:
    if update.stopped_by:
        if not update.approved:
            return ("Withdrawn by ", user(update.stopped_by), ".")
        left = "What had left by then is listed below." if update.reached else "Nobody was reached."
        return ("Stopped by ", user(update.stopped_by), f". {left}")
    if update.state is UpdateState.SUPERSEDED:
        return (_OVERTAKEN,)
    if update.state is UpdateState.WITHDRAWN:
        if update.approved:
            return ("Nobody was reached.",)
        return ("Withdrawn.",) if incident.open else ("Withdrawn: the incident is over.",)
    return ()
