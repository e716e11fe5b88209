"""A language in which nobody can be told any more: on the request, in the form that asks why, and what came of it.

It refuses to name anybody who reads: only languages, and the outlets through which customers read of the incident.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from slack_sdk.models.blocks import Block, ButtonElement

from bot.domain.coverage import left_behind, missing, where_heard
from bot.domain.facts import Stage
from bot.domain.incident import Incident
from bot.domain.languages import name_of, names_of
from bot.domain.lifecycle import LONGEST_REASON
from bot.domain.update import Update, UpdateState
from bot.ports import Message, View
from bot.slack.views.blocks import (
    actions,
    bold,
    button,
    clip,
    field,
    line,
    message,
    modal,
    quote,
    rich,
    said,
    text_input,
)
from bot.slack.views.body import named
from bot.slack.views.forms import carried, pack, written
from bot.slack.views.words import how_ended, title_of

LEAVE, CALLBACK, REASON = "language_leave", "language_leave_form", "reason"


def remarks(incident: Incident, update: Update, names: Mapping[str, str]) -> list[Block]:
    """Return what the approver of a notice or a correction reads of languages that it is not told in."""
    gone = missing(incident, update)
    blocks: list[Block] = []
    if gone:
        first = f"Customers read of this incident in {where_heard(incident, gone)}, and would not hear this. "
        todo = "Press Edit: that brings the language in, if it can be told again. If it cannot, leave it out."
        blocks += [said(bold(first), todo), actions(leave_button(incident, gone))]
    if update.stage is Stage.RESOLVED or update.corrects:
        for one in incident.left_out:
            who = named((one.by,), names)
            blocks.append(
                rich(line(bold(f"{name_of(one.locale)} is left out "), "by ", *who, ", because:"), quote(one.reason))
            )
    return blocks


def behind(incident: Incident) -> list[Block]:
    """Return what the form for the end says of a restored notice that has arrived, but not in every language."""
    told = incident.standing
    if told is None or told.stage is not Stage.RESOLVED or told.state is not UpdateState.PUBLISHED:
        return []
    gone = left_behind(incident, told)
    if not gone:
        return []
    sentence = f"The restored notice reached nobody in {where_heard(incident, gone)}. Draft it again, or leave it out."
    return [said(sentence), actions(leave_button(incident, gone))]


def leave_button(incident: Incident, gone: Sequence[str]) -> ButtonElement:
    """Return the button that opens the form."""
    return button(clip(f"Leave {names_of(gone)} out", 70), LEAVE, pack(incident=incident.id))


def form(incident: Incident, gone: Sequence[str]) -> View:
    """Ask why languages are left out."""
    heard = f"Customers read of this incident in {where_heard(incident, gone)}. Nobody can be told in it any more."
    return modal(
        "Leave a language out",
        [
            rich(line(bold(title_of(incident)))),
            said(heard),
            said("If that is a mistake, have an operator run `clarion check`, and draft again when it is mended."),
            field(
                REASON,
                f"Why is {names_of(gone)} left out?",
                text_input(
                    REASON, longest=LONGEST_REASON, placeholder="The partner ended the contract; account team called"
                ),
                hint="It stays in the timeline, and the approver reads it.",
            ),
        ],
        callback_id=CALLBACK,
        submit="Leave it out",
        carries=pack(incident=incident.id),
    )


def parse(view: Mapping[str, Any]) -> tuple[str, str]:
    """Read the form as (incident id, reason)."""
    return carried(view).get("incident", ""), written(view, REASON)


def left(incident: Incident) -> Message:
    """Answer whoever left languages out."""
    last = [one for one in incident.left_out if one.at == incident.left_out[-1].at]
    text = f"{names_of(one.locale for one in last)} is left out of what is still told of {incident.called}."
    over = f" {how_ended(incident)}" if incident.ended else " What waits for approval can now be approved without it."
    return message(text + over, [said(bold(text), over)])
