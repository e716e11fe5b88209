"""The payloads Slack sends to an app, field for field.

Source: Slack docs, "Slash commands", "Interaction payloads" and "Events API"; the types of npm @slack/bolt 5.
"""

from __future__ import annotations

from bot.practice.slack_standin.methods.views import view_as_slack
from bot.practice.slack_standin.records import Channel, Json, Message, OpenView, User
from bot.practice.slack_standin.stage import Stage
from bot.practice.slack_standin.workspace import TEAM_DOMAIN, TEAM_ID


def slash_command(stage: Stage, user: User, channel: Channel, command: str, text: str) -> Json:
    return {
        "token": stage.verification_token,
        "team_id": TEAM_ID,
        "team_domain": TEAM_DOMAIN,
        "channel_id": channel.id,
        "channel_name": stage.channel_payload(channel)["name"],
        "user_id": user.id,
        "user_name": user.name,
        "command": command,
        "text": text,
        "api_app_id": stage.app_id,
        "is_enterprise_install": "false",
        "response_url": stage.response_url(user, channel),
        "trigger_id": stage.grants.trigger(user.id),
    }


def _interaction(stage: Stage, user: User, kind: str) -> Json:
    return {
        "type": kind,
        "user": stage.user_payload(user),
        "api_app_id": stage.app_id,
        "token": stage.verification_token,
        "team": stage.team(),
        "enterprise": None,
        "is_enterprise_install": False,
    }


def action(stage: Stage, block: Json, element: Json, extra: Json) -> Json:
    """One entry of `actions`. `extra` is the value, in the element's own shape."""
    return {
        "action_id": element["action_id"],
        "block_id": block["block_id"],
        "type": element["type"],
        "action_ts": stage.workspace.next_ts(),
        **{name: element[name] for name in ("text", "value", "placeholder") if name in element},
        **extra,
    }


def message_action(stage: Stage, user: User, message: Message, actions: list[Json], values: Json) -> Json:
    channel = stage.workspace.channels[message.channel]
    ephemeral = message.ephemeral_for is not None
    container = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": ephemeral,
        **({"thread_ts": message.thread_ts} if message.thread_ts else {}),
    }
    body = _interaction(stage, user, "block_actions") | {
        "container": container,
        "trigger_id": stage.grants.trigger(user.id),
        "channel": stage.channel_payload(channel),
        "state": {"values": values},
        "response_url": stage.response_url(user, channel, ts=message.ts, ephemeral=ephemeral),
        "actions": actions,
    }
    # Slack sends no copy of an ephemeral message with its clicks.
    return body if ephemeral else body | {"message": message.as_slack(with_metadata=True)}


def view_action(stage: Stage, user: User, view: OpenView, actions: list[Json]) -> Json:
    return _interaction(stage, user, "block_actions") | {
        "container": {"type": "view", "view_id": view.id},
        "trigger_id": stage.grants.trigger(user.id, view.id),
        "view": view_as_slack(stage, view),
        "actions": actions,
    }


def view_submission(stage: Stage, user: User, view: OpenView) -> Json:
    return _interaction(stage, user, "view_submission") | {
        "trigger_id": stage.grants.trigger(user.id, view.id),
        "view": view_as_slack(stage, view),
        "response_urls": [],
    }


def view_closed(stage: Stage, user: User, view: OpenView, *, cleared: bool) -> Json:
    closed = {"view": view_as_slack(stage, view), "is_cleared": cleared}
    return _interaction(stage, user, "view_closed") | closed


def _shortcut(stage: Stage, user: User, kind: str) -> Json:
    # Slack docs, shortcut payloads; npm @slack/bolt, GlobalShortcut and MessageShortcut: no `api_app_id` in these.
    return {name: value for name, value in _interaction(stage, user, kind).items() if name != "api_app_id"}


def global_shortcut(stage: Stage, user: User, callback_id: str) -> Json:
    return _shortcut(stage, user, "shortcut") | {
        # Slack docs, shortcut payloads: a person has no `name` in a global shortcut.
        "user": {name: value for name, value in stage.user_payload(user).items() if name != "name"},
        "callback_id": callback_id,
        "action_ts": stage.workspace.next_ts(),
        "trigger_id": stage.grants.trigger(user.id),
    }


def message_shortcut(stage: Stage, user: User, callback_id: str, message: Message) -> Json:
    channel = stage.workspace.channels[message.channel]
    return _shortcut(stage, user, "message_action") | {
        "callback_id": callback_id,
        "action_ts": stage.workspace.next_ts(),
        "trigger_id": stage.grants.trigger(user.id),
        "response_url": stage.response_url(user, channel, ts=message.ts),
        "message_ts": message.ts,
        "channel": stage.channel_payload(channel),
        "message": message.as_slack(with_metadata=True),
    }


def event_callback(stage: Stage, event: Json) -> Json:
    authorization = {
        "enterprise_id": None,
        "team_id": TEAM_ID,
        "user_id": stage.workspace.bot.id,
        "is_bot": True,
        "is_enterprise_install": False,
    }
    return {
        "token": stage.verification_token,
        "team_id": TEAM_ID,
        "api_app_id": stage.app_id,
        "event": event,
        "type": "event_callback",
        "event_id": stage.workspace.mint("Ev"),
        "event_time": int(stage.now()),
        "authorizations": [authorization],
        "is_ext_shared_channel": False,
        "event_context": f"4-{stage.workspace.token_like('context')}",
    }
