"""Web API: who is in a channel (invite, kick, join, leave, open, members). Source: Slack docs, conversations.*."""

from __future__ import annotations

from bot.practice.slack_standin.arguments import Arguments
from bot.practice.slack_standin.methods.access import (
    cursor_page,
    joined_channel,
    known_user,
    proper_channel,
    seen_channel,
)
from bot.practice.slack_standin.records import Channel, Json
from bot.practice.slack_standin.refusal import SlackRefusal, invalid
from bot.practice.slack_standin.stage import Stage
from bot.practice.slack_standin.workspace import TEAM_ID

INVITES_AT_ONCE = 1000


def _why_not(stage: Stage, channel: Channel, user_id: str) -> str | None:
    user = stage.workspace.users.get(user_id)
    if user is None:
        return "user_not_found"
    if user_id == stage.workspace.bot.id:
        return "cant_invite_self"
    if user_id in channel.members:
        return "already_in_channel"
    if user.deleted:
        return "cant_invite"
    if user.team_id != TEAM_ID and not channel.is_ext_shared:
        return "user_team_not_in_channel"
    # A guest is added to channels by an admin, not by an app.
    return "user_is_restricted" if user.is_restricted else None


def invite(stage: Stage, args: Arguments) -> Json:
    channel = joined_channel(stage, args)
    wanted = args.ids("users")
    if not wanted:
        raise SlackRefusal("no_user")
    if len(wanted) > INVITES_AT_ONCE:
        raise invalid("invalid_arguments", ["[ERROR] no more than 1000 items allowed [json-pointer:/users]"])
    reasons = {user_id: _why_not(stage, channel, user_id) for user_id in dict.fromkeys(wanted)}
    errors = [{"user": user, "ok": False, "error": reason} for user, reason in reasons.items() if reason]
    good = [user for user, reason in reasons.items() if reason is None]
    # Slack docs: with `force` the valid ones are invited; without it one bad id stops all of them.
    if errors and not (args.flag("force") and good):
        raise SlackRefusal(str(errors[0]["error"]), errors=errors)
    for user_id in good:
        add_member(stage, channel, user_id)
    answer: Json = {"channel": channel.as_slack(stage.workspace.bot.id)}
    return answer | ({"errors": errors} if errors else {})


def add_member(stage: Stage, channel: Channel, user_id: str) -> None:
    channel.members.append(user_id)
    stage.workspace.post_system(channel, user_id, "channel_join", f"<@{user_id}> has joined the channel")


def kick(stage: Stage, args: Arguments) -> Json:
    channel = joined_channel(stage, args)
    user = known_user(stage, args.required("user"))
    if user.id == stage.workspace.bot.id:
        raise SlackRefusal("cant_kick_self")
    if channel.is_general:
        raise SlackRefusal("cant_kick_from_general")
    if user.id not in channel.members:
        raise SlackRefusal("not_in_channel")
    channel.members.remove(user.id)
    return {"errors": {}}


def join(stage: Stage, args: Arguments) -> Json:
    channel = proper_channel(stage, args)
    bot = stage.workspace.bot.id
    if channel.is_archived:
        raise SlackRefusal("is_archived")
    if channel.is_private:
        raise SlackRefusal("method_not_supported_for_channel_type")
    if bot in channel.members:
        return {"channel": channel.as_slack(bot), "warning": "already_in_channel"}
    add_member(stage, channel, bot)
    return {"channel": channel.as_slack(bot)}


def leave(stage: Stage, args: Arguments) -> Json:
    channel = proper_channel(stage, args)
    if channel.is_general:
        raise SlackRefusal("cant_leave_general")
    if stage.workspace.bot.id not in channel.members:
        # Slack docs, conversations.leave: not ok, and yet no error is named.
        return {"ok": False, "not_in_channel": True}
    if len(channel.members) == 1:
        raise SlackRefusal("last_member")
    channel.members.remove(stage.workspace.bot.id)
    return {}


def open_dm(stage: Stage, args: Arguments) -> Json:
    users = args.ids("users")
    if args.has("channel"):
        channel = seen_channel(stage, args)
        return {"channel": channel.as_slack(stage.workspace.bot.id)}
    if not users:
        raise SlackRefusal("users_list_not_supplied")
    if len(users) > 1:
        raise SlackRefusal("method_not_supported_for_channel_type")
    user = known_user(stage, users[0])
    if user.deleted:
        raise SlackRefusal("user_disabled")
    if user.is_bot:
        raise SlackRefusal("cannot_dm_bot")
    existed = {channel_id for channel_id, c in stage.workspace.channels.items() if c.is_im}
    dm = stage.workspace.open_dm(user.id)
    # npm @slack/web-api, ConversationsOpenResponse: whether the person is gone is told by conversations.info.
    whole = {name: value for name, value in dm.as_slack(stage.workspace.bot.id).items() if name != "is_user_deleted"}
    full = whole if args.flag("return_im") else {"id": dm.id}
    return {"channel": full, "already_open": dm.id in existed, "no_op": dm.id in existed}


def members(stage: Stage, args: Arguments) -> Json:
    channel = seen_channel(stage, args)
    page, cursor = cursor_page([{"id": member} for member in channel.members], args, default=100)
    return {"members": [entry["id"] for entry in page], "response_metadata": {"next_cursor": cursor}}
