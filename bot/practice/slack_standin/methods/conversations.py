"""Web API: channels themselves (create, name, topic, archive, list). Source: Slack docs, conversations.* methods."""

from __future__ import annotations

import re

from bot.practice.slack_standin.arguments import Arguments
from bot.practice.slack_standin.methods.access import (
    cursor_page,
    joined_channel,
    needs_scope,
    proper_channel,
    seen_channel,
)
from bot.practice.slack_standin.records import Channel, Json
from bot.practice.slack_standin.refusal import SlackRefusal
from bot.practice.slack_standin.stage import Stage

NAME_LENGTH = 80
TOPIC_LENGTH = 250


def _checked_name(stage: Stage, name: str, *, besides: Channel | None = None) -> str:
    name = name.removeprefix("#")
    if not name.strip():
        raise SlackRefusal("invalid_name_required")
    if len(name) > NAME_LENGTH:
        raise SlackRefusal("invalid_name_maxlength")
    if re.fullmatch(r"[-_]+", name):
        raise SlackRefusal("invalid_name_punctuation")
    # Letters of any script are fine; Slack docs: "unallowed special characters or upper case characters".
    if name != name.lower() or not re.fullmatch(r"[\w-]+", name):
        raise SlackRefusal("invalid_name_specials")
    # Archived channels keep their names.
    if any(c.name == name and c is not besides for c in stage.workspace.channels.values()):
        raise SlackRefusal("name_taken")
    return name


def create(stage: Stage, args: Arguments) -> Json:
    private = args.flag("is_private")
    needs_scope(stage, "groups:write" if private else "channels:manage")
    name = _checked_name(stage, args.text("name"))
    bot = stage.workspace.bot
    channel = stage.workspace.add_channel(name, creator=bot.id, members=(bot.id,), is_private=private)
    return {"channel": channel.as_slack(bot.id)}


def rename(stage: Stage, args: Arguments) -> Json:
    channel = joined_channel(stage, args)
    if channel.creator != stage.workspace.bot.id:
        raise SlackRefusal("not_authorized")
    channel.name = _checked_name(stage, args.text("name"), besides=channel)
    return {"channel": channel.as_slack(stage.workspace.bot.id)}


def info(stage: Stage, args: Arguments) -> Json:
    channel = seen_channel(stage, args)
    shown = channel.as_slack(stage.workspace.bot.id)
    # Slack docs, conversations.info: the number of members comes only when it is asked for.
    more = {"num_members": len(channel.members)} if args.flag("include_num_members") else {}
    return {"channel": shown | more}


def _wanted(channel: Channel, types: list[str]) -> bool:
    kind = "im" if channel.is_im else "private_channel" if channel.is_private else "public_channel"
    return kind in types


def _listed(stage: Stage, args: Arguments, member: str | None) -> Json:
    bot = stage.workspace.bot.id
    types = args.ids("types") or ["public_channel"]
    if set(types) - {"public_channel", "private_channel", "mpim", "im"}:
        raise SlackRefusal("invalid_types")
    found = [
        channel.as_slack(bot) | ({} if channel.is_im or member else {"num_members": len(channel.members)})
        for channel in stage.workspace.channels.values()
        if _wanted(channel, types)
        and not (args.flag("exclude_archived") and channel.is_archived)
        and (bot in channel.members or not (channel.is_private or channel.is_im))
        and (member is None or member in channel.members)
    ]
    channels, cursor = cursor_page(found, args, default=100)
    return {"channels": channels, "response_metadata": {"next_cursor": cursor}}


def listed(stage: Stage, args: Arguments) -> Json:
    return _listed(stage, args, None)


def of_user(stage: Stage, args: Arguments) -> Json:
    return _listed(stage, args, args.text("user") or stage.workspace.bot.id)


def set_topic(stage: Stage, args: Arguments) -> Json:
    channel = joined_channel(stage, args)
    topic = args.text("topic")
    if len(topic) > TOPIC_LENGTH:
        raise SlackRefusal("too_long")
    channel.topic, channel.topic_by = topic, stage.workspace.bot.id
    stage.workspace.post_system(channel, stage.workspace.bot.id, "channel_topic", f"set the channel topic: {topic}")
    return {"channel": channel.as_slack(stage.workspace.bot.id)}


def set_purpose(stage: Stage, args: Arguments) -> Json:
    channel = joined_channel(stage, args)
    purpose = args.text("purpose")
    if len(purpose) > TOPIC_LENGTH:
        raise SlackRefusal("too_long")
    channel.purpose, channel.purpose_by = purpose, stage.workspace.bot.id
    text = f"set the channel description: {purpose}"
    stage.workspace.post_system(channel, stage.workspace.bot.id, "channel_purpose", text)
    return {"channel": channel.as_slack(stage.workspace.bot.id)}


def archive(stage: Stage, args: Arguments) -> Json:
    channel = proper_channel(stage, args)
    if channel.is_archived:
        raise SlackRefusal("already_archived")
    if channel.is_general:
        raise SlackRefusal("cant_archive_general")
    if stage.workspace.bot.id not in channel.members:
        raise SlackRefusal("not_in_channel")
    stage.workspace.post_system(channel, stage.workspace.bot.id, "channel_archive", "archived the channel")
    channel.is_archived = True
    return {}


def unarchive(stage: Stage, args: Arguments) -> Json:
    channel = proper_channel(stage, args)
    if not channel.is_archived:
        raise SlackRefusal("not_archived")
    # A bot token cannot undo this (slack-go #1066; Slack docs, conversations.unarchive): only a person can.
    raise SlackRefusal("not_in_channel")
