"""What people do in channels, and the events Slack tells the bot about it.

Source: Slack docs, Events API. Slack sends a channel's events only to members of it, so the bot hears nothing from
channels it is not in.
"""

from __future__ import annotations

from bot.practice.slack_standin import payloads
from bot.practice.slack_standin.answer import Answer
from bot.practice.slack_standin.courier import Courier
from bot.practice.slack_standin.records import Channel, Json, Message, Reaction, User
from bot.practice.slack_standin.screen import NotOnScreen
from bot.practice.slack_standin.stage import Stage
from bot.practice.slack_standin.workspace import TEAM_ID


async def send_event(stage: Stage, courier: Courier, event: Json) -> Answer:
    return await courier.deliver("event", payloads.event_callback(stage, event))


async def _told(stage: Stage, courier: Courier, channel: Channel, event: Json) -> Answer | None:
    if stage.workspace.bot.id not in channel.members or not courier.reaches_someone:
        return None
    return await send_event(stage, courier, event)


async def say(
    stage: Stage, courier: Courier, user: User, channel: Channel, text: str, thread_ts: str | None
) -> Message:
    if user.id not in channel.members:
        raise NotOnScreen(f"{user.name} is not in {channel.name or 'this conversation'}")
    if channel.is_archived:
        raise NotOnScreen(f"#{channel.name} is archived: nobody can write there")
    message = Message(channel.id, stage.workspace.next_ts(), user.id, text, thread_ts=thread_ts)
    stage.workspace.post(message)
    kind = "im" if channel.is_im else "group" if channel.is_private else "channel"
    common: Json = {"channel": channel.id, "event_ts": message.ts, "team": TEAM_ID}
    await _told(stage, courier, channel, message.as_slack() | common | {"channel_type": kind})
    if f"<@{stage.workspace.bot.id}" in text and not channel.is_im:
        await _told(stage, courier, channel, message.as_slack() | common | {"type": "app_mention"})
    return message


async def join(stage: Stage, courier: Courier, user: User, channel: Channel, by: User | None = None) -> Answer | None:
    """Somebody comes in, by themselves or invited `by` a member; into a private channel only so (Slack help)."""
    if user.id in channel.members:
        return None
    if channel.is_private and by is None:
        raise NotOnScreen(f"{user.name} does not see #{channel.name}: somebody in it has to invite them")
    if channel.is_private and by is not None and by.id not in channel.members:
        raise NotOnScreen(f"{by.name} is not in #{channel.name}, and nobody else invites to it")
    channel.members.append(user.id)
    stage.workspace.post_system(channel, user.id, "channel_join", f"<@{user.id}> has joined the channel")
    return await _told(stage, courier, channel, _membership(stage, user, channel, "member_joined_channel"))


async def leave(
    stage: Stage, courier: Courier, user: User, channel: Channel, *, by: User | None = None
) -> Answer | None:
    if user.id not in channel.members:
        return None
    channel.members.remove(user.id)
    if user.id == stage.workspace.bot.id:
        # Slack docs: the app itself hears channel_left (or group_left) about its own removal.
        kind = "group_left" if channel.is_private else "channel_left"
        actor = (by or user).id
        event: Json = {"type": kind, "channel": channel.id, "actor_id": actor, "event_ts": stage.workspace.next_ts()}
        return await send_event(stage, courier, event) if courier.reaches_someone else None
    return await _told(stage, courier, channel, _membership(stage, user, channel, "member_left_channel"))


async def set_archived(
    stage: Stage, courier: Courier, user: User, channel: Channel, *, archived: bool
) -> Answer | None:
    channel.is_archived = archived
    kind = f"{'group' if channel.is_private else 'channel'}_{'archive' if archived else 'unarchive'}"
    # npm @slack/types, GroupUnarchiveEvent: here alone the person is called actor_id.
    event: Json = {"type": kind, "channel": channel.id, "event_ts": stage.workspace.next_ts()}
    event |= {"actor_id" if kind == "group_unarchive" else "user": user.id}
    event |= {"is_moved": 0} if archived else {}
    return await _told(stage, courier, channel, event)


async def rename(stage: Stage, courier: Courier, channel: Channel, name: str) -> Answer | None:
    channel.name = name
    about: Json = {"id": channel.id, "name": name, "name_normalized": name, "created": channel.created}
    about |= {"is_channel": not channel.is_private, "is_mpim": False}
    kind = "group_rename" if channel.is_private else "channel_rename"
    event: Json = {"type": kind, "channel": about, "event_ts": stage.workspace.next_ts()}
    return await _told(stage, courier, channel, event)


async def open_home(stage: Stage, courier: Courier, user: User) -> Answer:
    event: Json = {
        "type": "app_home_opened",
        "user": user.id,
        "channel": stage.workspace.open_dm(user.id).id,
        "tab": "home",
        "event_ts": stage.workspace.next_ts(),
    }
    return await send_event(stage, courier, event)


async def deactivate(stage: Stage, courier: Courier, user: User) -> Answer:
    user.deleted = True
    return await change(stage, courier, user)


async def change(stage: Stage, courier: Courier, user: User) -> Answer:
    """Slack tells that something about a person is different now."""
    now = stage.workspace.next_ts()
    event: Json = {"type": "user_change", "user": user.as_changed(int(stage.now())), "event_ts": now}
    return await send_event(stage, courier, event | {"cache_ts": int(stage.now())})


def _membership(stage: Stage, user: User, channel: Channel, kind: str) -> Json:
    return {
        "type": kind,
        "user": user.id,
        "channel": channel.id,
        "channel_type": "G" if channel.is_private else "C",
        "team": TEAM_ID,
        "event_ts": stage.workspace.next_ts(),
    }


async def react(stage: Stage, courier: Courier, user: User, message: Message, name: str) -> Answer | None:
    reaction = next((r for r in message.reactions if r.name == name), None)
    if reaction is None:
        reaction = Reaction(name, [])
        message.reactions.append(reaction)
    if user.id in reaction.users:
        return None
    reaction.users.append(user.id)
    event: Json = {
        "type": "reaction_added",
        "user": user.id,
        "reaction": name,
        "item_user": message.user,
        "item": {"type": "message", "channel": message.channel, "ts": message.ts},
        "event_ts": stage.workspace.next_ts(),
    }
    return await _told(stage, courier, stage.workspace.channels[message.channel], event)
