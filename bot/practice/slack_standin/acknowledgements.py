"""What Slack does with the body of an acknowledgement.

Sources: Slack docs, "Slash commands" (text or JSON becomes a message) and "Modals" (`response_action` errors, update,
push, clear; an empty body closes the view). An answer that is late, not 200, or wrong leaves the person with an error
of Slack's own, and never changes what they see otherwise.
"""

from __future__ import annotations

from bot.practice.slack_standin.answer import Answer
from bot.practice.slack_standin.methods.chat import show_ephemeral
from bot.practice.slack_standin.methods.views import STACK, judged, replace_content, show
from bot.practice.slack_standin.records import Channel, OpenView, User
from bot.practice.slack_standin.refusal import SlackRefusal
from bot.practice.slack_standin.response_urls import say
from bot.practice.slack_standin.stage import Stage

TROUBLE = "We had some trouble connecting. Try again?"


def after_command(stage: Stage, user: User, channel: Channel, answer: Answer) -> None:
    command = answer.payload["command"]
    if not answer.accepted:
        reason = "operation_timeout" if answer.late or answer.status == 0 else "dispatch_failed"
        answer.slack_says = f'{command} failed with the error "{reason}"'
        from_slack = show_ephemeral(stage, channel, user.id, answer.slack_says, [], [])
        from_slack.user, from_slack.bot_id = stage.workspace.slackbot.id, None
        return
    values = answer.json or {"text": answer.text}
    if not values.get("text") and not values.get("blocks"):
        return
    try:
        answer.shown = say(stage, channel, user.id, values)
    except SlackRefusal as refusal:
        answer.slack_says = f'{command} failed with the error "{refusal.error}": {refusal.extra}'


def after_submission(stage: Stage, view: OpenView, answer: Answer) -> None:
    try:
        if not answer.accepted:
            raise SlackRefusal("connection")
        _respond(stage, view, answer)
    except SlackRefusal as refusal:
        answer.slack_says = TROUBLE if refusal.error == "connection" else f"{TROUBLE} ({refusal.error} {refusal.extra})"
    answer.view = stage.workspace.open_view(view.user)


def _respond(stage: Stage, view: OpenView, answer: Answer) -> None:
    body = answer.json
    action = body.get("response_action")
    if answer.body.strip() not in (b"", b"{}") and action is None:
        raise SlackRefusal("connection", body=answer.text)
    if action is None:
        close(stage, view)
        answer.closed = True
    elif action == "clear":
        for shown in stage.workspace.views(view.user):
            close(stage, shown)
        answer.closed = answer.cleared = True
    elif action == "errors":
        _show_errors(view, answer)
    elif action == "update":
        replace_content(stage, view, judged(stage, body.get("view")))
    elif action == "push":
        if len(stage.workspace.views(view.user)) >= STACK:
            raise SlackRefusal("push_limit_reached")
        show(stage, view.user, judged(stage, body.get("view")), on_top_of=view)
    else:
        raise SlackRefusal("unknown_response_action", action=action)


def _show_errors(view: OpenView, answer: Answer) -> None:
    errors = answer.json.get("errors")
    inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
    # Slack docs, "Modals": the keys must be block_ids of inputs in this view.
    if not isinstance(errors, dict) or not errors or set(errors) - inputs:
        raise SlackRefusal("errors_name_no_input", errors=errors, inputs=sorted(inputs))
    answer.errors = {str(block_id): str(text) for block_id, text in errors.items()}
    view.client_errors = dict(answer.errors)


def close(stage: Stage, view: OpenView) -> None:
    stack = stage.workspace.view_stacks.get(view.user, [])
    view.closed = True
    if view in stack:
        stack.remove(view)
