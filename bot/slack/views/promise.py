"""The reminder of a promise: when customers expect to hear more, with a draft one click away.

It refuses to nag: one before the time, one after it, and no more.
"""

from slack_sdk.models.blocks import Block

from bot.domain.incident import Incident
from bot.ports import Message
from bot.slack.mrkdwn import clock, escape
from bot.slack.views.blocks import PRIMARY, actions, bold, button, message, moment, rich, stacked
from bot.slack.views.choices import read
from bot.slack.views.forms import pack


def promise_reminder(incident: Incident, missed: bool) -> Message:
    """Draw the reminder; `missed` once the promised time has passed."""
    promise = incident.promise
    name = f"{incident.called} ({incident.severity} {incident.title})"
    when = clock(promise.due) if promise else "now"
    at = moment(promise.due) if promise else "now"
    waiting = incident.waiting()
    if missed:
        text = f"Promise missed: customers of {escape(name)} were told to expect an update by {when}"
        first = ("Customers were promised an update by ", at, ", and none has been published since.")
    else:
        text = f"Customers expect the next update on {escape(name)} by {when}"
        first = ("Customers were promised the next update by ", at, ".")
    todo = (
        f"Update #{waiting[-1].number} waits for approval: read it, or get somebody to."
        if waiting
        else "Even “no change yet, next update by …” keeps the promise."
    )
    draft = button("Draft an update", "update_draft", pack(incident=incident.id), style=PRIMARY)
    buttons = [read(incident, waiting[-1]), draft] if waiting else [draft]
    blocks: list[Block] = [rich(stacked((bold(name),), first, (todo,))), actions(*buttons)]
    return message(text, blocks)
