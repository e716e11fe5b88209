"""Changing an incident: the forms for stage and severity, and the ways to end it.

Draw and parse share this file. It refuses to let an end be quiet where customers were told of the beginning:
then the form leads to the restored notice first, and to a reason second.
"""

from collections.abc import Mapping
from typing import Any

from slack_sdk.models.blocks import Block, ButtonElement

from bot.domain.facts import Stage
from bot.domain.incident import Incident, Severity
from bot.domain.lifecycle import LONGEST_REASON
from bot.domain.refusals import Refusal
from bot.domain.update import UpdateState
from bot.ports import Message, View
from bot.slack.mrkdwn import escape
from bot.slack.views.blocks import (
    PRIMARY,
    Part,
    actions,
    bold,
    button,
    confirm,
    field,
    message,
    modal,
    option,
    radio,
    rich,
    said,
    section,
    stacked,
    text_input,
)
from bot.slack.views.forms import chosen, pack, written
from bot.slack.views.leaving_out import behind
from bot.slack.views.words import SEVERITY_MEANS, STAGE_MEANS, how_ended, title_of

STAGE_CALLBACK = "stage_set"
SEVERITY_CALLBACK = "severity_set"
WAIVE_CALLBACK = "resolve_waive"
STILL_CURRENT = "The status page still shows it as current. Only an approved update changes that."
# Resolved is no choice here: ending asks whether customers have been told.
_CHOICES = (Stage.INVESTIGATING, Stage.IDENTIFIED, Stage.MONITORING)


# ---------------------------------------------------------------- stage


def stage_form(incident: Incident) -> View:
    """Draw the form for the stage."""
    options = [option(stage.capitalize(), stage.value, STAGE_MEANS[stage]) for stage in _CHOICES]
    blocks: list[Block] = [
        said(title_of(incident)),
        field("stage", "Where does it stand?", radio("stage", options, initial=incident.stage.value)),
        section("Customers learn of it only through an update. Is it over? Then resolve it instead."),
        actions(button("Resolve", "incident_resolve", pack(incident=incident.id))),
    ]
    carries = pack(incident=incident.id)
    return modal("Change the stage", blocks, callback_id=STAGE_CALLBACK, submit="Change", carries=carries)


def parse_stage(view: Mapping[str, Any]) -> Stage:
    """Read the form. Raises Refusal where nothing was chosen."""
    value = chosen(view, "stage")
    if value not in _CHOICES:
        raise Refusal("no_stage", "Choose a stage.", field="stage")
    return Stage(value)


def stage_changed(incident: Incident) -> Message:
    """Answer a change of stage, with a draft one click away; of a private incident nothing can be drafted."""
    now: list[Part] = [bold(f"{incident.called} is now {incident.stage}."), f" {STAGE_MEANS[incident.stage]}."]
    if incident.private:
        text = f"{incident.called} is now {incident.stage}. Customers are told nothing."
        return message(text, [rich(stacked(now, ["It is private, so customers are told nothing."]))])
    rows: list[list[Part]] = [now, ["Customers do not know yet. Do you want to tell them?"]]
    draft = button("Draft an update", "update_draft", pack(incident=incident.id), style=PRIMARY)
    text = f"{incident.called} is now {incident.stage}. Customers do not know yet: draft an update."
    return message(text, [rich(stacked(*rows)), actions(draft)])


# ---------------------------------------------------------------- severity


def severity_form(incident: Incident, means: Mapping[Severity, str] = SEVERITY_MEANS) -> View:
    """Draw the form for the severity."""
    options = [option(f"{s} – {means[s]}", s.value) for s in Severity]
    blocks: list[Block] = [
        said(title_of(incident)),
        field("severity", "How bad is it?", radio("severity", options, initial=incident.severity.value)),
    ]
    carries = pack(incident=incident.id)
    return modal("Change the severity", blocks, callback_id=SEVERITY_CALLBACK, submit="Change", carries=carries)


def parse_severity(view: Mapping[str, Any]) -> Severity:
    """Read the form. Raises Refusal where nothing was chosen."""
    value = chosen(view, "severity")
    if value not in tuple(Severity):
        raise Refusal("no_severity", "Choose how bad it is.", field="severity")
    return Severity(value)


def severity_changed(incident: Incident, means: Mapping[Severity, str] = SEVERITY_MEANS) -> Message:
    """Answer a change of severity."""
    text = f"{incident.called} is now {incident.severity}."
    return message(text, [rich(stacked([bold(text), f" {means[incident.severity]}."]))])


# ---------------------------------------------------------------- the end


def end_buttons(incident: Incident, *, sure: bool) -> list[ButtonElement]:
    """Return the ways to end it. `sure`: pressed from the answer to "resolve"; else the buttons ask once."""
    aim = pack(incident=incident.id)
    if incident.told_customers:
        return [button("Resolve", "incident_resolve", aim)]
    over = confirm("Is it over?", f"{incident.name} ends now. It cannot be opened again.", "Resolve")
    false = confirm("Was it a false alarm?", f"{incident.name} ends now. It cannot be opened again.", "False alarm")
    return [
        button("Resolve", "resolve_now", aim, style=PRIMARY if sure else "", confirm=None if sure else over),
        button("False alarm", "resolve_false_alarm", aim, confirm=None if sure else false),
    ]


def end_question(incident: Incident) -> Message:
    """Ask how it ended, where customers were told nothing: one click closes it."""
    rows: list[list[Part]] = [
        [bold(f"End {incident.called}? "), incident.title],
        ["Customers were told nothing, so one click closes it."],
    ]
    blocks: list[Block] = [rich(stacked(*rows)), actions(*end_buttons(incident, sure=True))]
    return message(f"End {incident.called} {escape(incident.title)}? Customers were told nothing.", blocks)


def end_form(incident: Incident) -> View:
    """Ask for the restored notice, or for the reason why there is none."""
    draft = button("Draft the restored notice", "resolve_draft", pack(incident=incident.id), style=PRIMARY)
    blocks: list[Block] = [
        rich(
            stacked(
                [bold(title_of(incident))],
                ["Customers were told that this began. Tell them that it is over."],
                [f"{incident.called} ends by itself once the restored notice has arrived."],
                *_notices_under_way(incident),
            )
        ),
        actions(draft),
        *behind(incident),
        field(
            "reason",
            "Or resolve without telling them. Why?",
            text_input("reason", longest=LONGEST_REASON, placeholder="Only one customer was hit; support called them"),
            hint="The reason is kept in the timeline. Until customers are told that it is over, the status page shows "
            "the incident as current.",
        ),
    ]
    return modal(
        "Resolve the incident",
        blocks,
        callback_id=WAIVE_CALLBACK,
        submit="Resolve without it",
        carries=pack(incident=incident.id),
    )


def parse_reason(view: Mapping[str, Any]) -> str:
    """Read the reason for waiving the restored notice."""
    return written(view, "reason")


def ended(incident: Incident) -> Message:
    """Answer whoever ended it."""
    how = how_ended(incident)
    first = [bold(f"{incident.called}: {how}")]
    if not incident.left_current:
        return message(f"{incident.called}: {how}", [rich(stacked(first))])
    blocks: list[Block] = [rich(stacked(first, [STILL_CURRENT])), actions(tell_over(incident))]
    return message(f"{incident.called}: {how} {STILL_CURRENT}", blocks)


def tell_over(incident: Incident) -> ButtonElement:
    """Return the button that drafts the update with which customers learn that it is over."""
    return button("Tell customers it is over", "resolve_draft", pack(incident=incident.id), style=PRIMARY)


def _notices_under_way(incident: Incident) -> list[list[Part]]:
    words = {
        UpdateState.SUBMITTED: "waits for approval",
        UpdateState.APPROVED: "is approved and about to leave",
        UpdateState.PUBLISHING: "is being published",
    }
    found = [u for u in incident.updates if u.stage is Stage.RESOLVED and u.state in words]
    return [[f"Update #{u.number}, the restored notice, {words[u.state]}."] for u in found]
