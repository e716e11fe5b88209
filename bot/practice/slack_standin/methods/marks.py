"""Web API: bookmarks, pins and reactions. Source: Slack docs, bookmarks.*, pins.*, reactions.* methods."""

from __future__ import annotations

import re

from bot.practice.slack_standin.arguments import Arguments
from bot.practice.slack_standin.methods.access import joined_channel, seen_channel
from bot.practice.slack_standin.records import Bookmark, Channel, Json, Message, Reaction
from bot.practice.slack_standin.refusal import SlackRefusal
from bot.practice.slack_standin.stage import Stage

BOOKMARKS = 100


def _bookmark_channel(stage: Stage, args: Arguments, *, reading: bool = False) -> Channel:
    # bookmarks.* spell it channel_id, unlike everything else.
    channel = seen_channel(stage, args, "channel_id")
    if channel.is_archived and not reading:
        raise SlackRefusal("is_archived")
    if stage.workspace.bot.id not in channel.members:
        raise SlackRefusal("not_in_channel")
    return channel


def _checked_link(link: str) -> str:
    if not link.startswith(("http://", "https://")):
        raise SlackRefusal("invalid_link")
    return link


def add_bookmark(stage: Stage, args: Arguments) -> Json:
    channel = _bookmark_channel(stage, args)
    title = args.required("title")
    if args.required("type") != "link":
        raise SlackRefusal("invalid_bookmark_type")
    if len(channel.bookmarks) >= BOOKMARKS:
        raise SlackRefusal("too_many_bookmarks")
    bookmark = Bookmark(
        id=stage.workspace.mint("Bk"),
        channel=channel.id,
        title=title,
        type="link",
        link=_checked_link(args.text("link")),
        emoji=args.text("emoji"),
        date_created=int(stage.now()),
    )
    channel.bookmarks.append(bookmark)
    return {"bookmark": bookmark.as_slack()}


def list_bookmarks(stage: Stage, args: Arguments) -> Json:
    return {"bookmarks": [b.as_slack() for b in _bookmark_channel(stage, args, reading=True).bookmarks]}


def _bookmark(channel: Channel, args: Arguments) -> Bookmark:
    wanted = args.required("bookmark_id")
    found = [b for b in channel.bookmarks if b.id == wanted]
    if not found:
        raise SlackRefusal("not_found")
    return found[0]


def edit_bookmark(stage: Stage, args: Arguments) -> Json:
    bookmark = _bookmark(_bookmark_channel(stage, args), args)
    bookmark.title = args.text("title") or bookmark.title
    bookmark.emoji = args.text("emoji") or bookmark.emoji
    if args.has("link"):
        bookmark.link = _checked_link(args.text("link"))
    return {"bookmark": bookmark.as_slack()}


def remove_bookmark(stage: Stage, args: Arguments) -> Json:
    channel = _bookmark_channel(stage, args)
    channel.bookmarks.remove(_bookmark(channel, args))
    return {}


def _marked_message(stage: Stage, args: Arguments, channel: Channel) -> Message:
    # Slack docs, pins.add and reactions.add: no_item_specified and bad_timestamp.
    timestamp = args.text("timestamp")
    if not timestamp:
        raise SlackRefusal("no_item_specified")
    if not re.fullmatch(r"\d+\.\d+", timestamp):
        raise SlackRefusal("bad_timestamp")
    message = stage.workspace.message(channel, timestamp)
    if message is None:
        raise SlackRefusal("message_not_found")
    return message


def add_pin(stage: Stage, args: Arguments) -> Json:
    channel = joined_channel(stage, args, direct=True)
    message = _marked_message(stage, args, channel)
    if any(pin["ts"] == message.ts for pin in channel.pins):
        raise SlackRefusal("already_pinned")
    channel.pins.append({"ts": message.ts, "created": int(stage.now()), "created_by": stage.workspace.bot.id})
    return {}


def list_pins(stage: Stage, args: Arguments) -> Json:
    # An archived channel can still be read.
    channel = seen_channel(stage, args)
    if stage.workspace.bot.id not in channel.members:
        raise SlackRefusal("not_in_channel")
    items: list[Json] = []
    for pin in channel.pins:
        message = stage.workspace.message(channel, pin["ts"])
        if message is not None:
            body = message.as_slack(with_metadata=True)
            items.append({"type": "message", "channel": channel.id, "message": body, "created": pin["created"]})
    return {"items": items}


def remove_pin(stage: Stage, args: Arguments) -> Json:
    channel = joined_channel(stage, args, direct=True)
    message = _marked_message(stage, args, channel)
    kept = [pin for pin in channel.pins if pin["ts"] != message.ts]
    if len(kept) == len(channel.pins):
        raise SlackRefusal("no_pin")
    channel.pins = kept
    return {}


def add_reaction(stage: Stage, args: Arguments) -> Json:
    channel = joined_channel(stage, args, direct=True)
    name, bot = args.text("name").strip(":"), stage.workspace.bot.id
    if not name:
        raise SlackRefusal("invalid_name")
    message = _marked_message(stage, args, channel)
    reaction = next((r for r in message.reactions if r.name == name), None)
    if reaction is None:
        message.reactions.append(Reaction(name, [bot]))
    elif bot in reaction.users:
        raise SlackRefusal("already_reacted")
    else:
        reaction.users.append(bot)
    return {}
