"""Who the bot may see and touch: the checks that nearly every conversation method starts with."""

from __future__ import annotations

from bot.practice.slack_standin.arguments import Arguments
from bot.practice.slack_standin.records import Channel, Json, User
from bot.practice.slack_standin.refusal import SlackRefusal
from bot.practice.slack_standin.stage import Stage


def seen_channel(stage: Stage, args: Arguments, name: str = "channel") -> Channel:
    """A channel the bot can see. A private one it is not in does not exist for it (Slack docs)."""
    channel = stage.workspace.channels.get(args.required(name))
    if channel is None or (_hidden(channel) and stage.workspace.bot.id not in channel.members):
        raise SlackRefusal("channel_not_found")
    return channel


def proper_channel(stage: Stage, args: Arguments) -> Channel:
    """A channel the bot can see, and no direct message: most conversations.* methods refuse those (Slack docs)."""
    channel = seen_channel(stage, args)
    if channel.is_im:
        raise SlackRefusal("method_not_supported_for_channel_type")
    return channel


def joined_channel(stage: Stage, args: Arguments, *, direct: bool = False) -> Channel:
    """A live channel the bot is a member of; with `direct`, a direct message too."""
    channel = seen_channel(stage, args) if direct else proper_channel(stage, args)
    if channel.is_archived:
        raise SlackRefusal("is_archived")
    if stage.workspace.bot.id not in channel.members:
        raise SlackRefusal("not_in_channel")
    return channel


def known_user(stage: Stage, user_id: str) -> User:
    user = stage.workspace.users.get(user_id)
    if user is None:
        raise SlackRefusal("user_not_found")
    return user


def needs_scope(stage: Stage, *scopes: str) -> None:
    if not stage.scopes.intersection(scopes):
        raise SlackRefusal("missing_scope", needed=",".join(scopes), provided=",".join(sorted(stage.scopes)))


def _hidden(channel: Channel) -> bool:
    return channel.is_private or channel.is_im


def cursor_page(items: list[Json], args: Arguments, *, default: int, most: int = 1000) -> tuple[list[Json], str]:
    """One page and the cursor of the next. The cursor is the offset, in the clear: nobody may rely on its form."""
    limit = args.number("limit", default) or default
    if not 0 < limit <= most:
        raise SlackRefusal("invalid_limit")
    start_text = args.text("cursor").removeprefix("from:") or "0"
    if not start_text.isdecimal():
        raise SlackRefusal("invalid_cursor")
    start = int(start_text)
    more = start + limit < len(items)
    return items[start : start + limit], f"from:{start + limit}" if more else ""
