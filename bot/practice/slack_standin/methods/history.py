"""Web API: reading messages back. Source: Slack docs, conversations.history and conversations.replies."""

from __future__ import annotations

from bot.practice.slack_standin.arguments import Arguments
from bot.practice.slack_standin.methods.access import cursor_page, needs_scope, seen_channel
from bot.practice.slack_standin.records import Channel, Json, Message
from bot.practice.slack_standin.refusal import SlackRefusal
from bot.practice.slack_standin.stage import Stage


def _readable(stage: Stage, args: Arguments) -> Channel:
    channel = seen_channel(stage, args)
    kind = "im" if channel.is_im else "groups" if channel.is_private else "channels"
    needs_scope(stage, f"{kind}:history")
    if stage.workspace.bot.id not in channel.members:
        raise SlackRefusal("not_in_channel")
    return channel


def _within(args: Arguments, message: Message) -> bool:
    inclusive = args.flag("inclusive")
    ts = float(message.ts)
    oldest = float(args.text("oldest") or 0)
    latest = float(args.text("latest") or "inf")
    return oldest < ts < latest or (inclusive and ts in (oldest, latest))


def _with_replies(stage: Stage, message: Message, args: Arguments) -> Json:
    body = message.as_slack(with_metadata=args.flag("include_all_metadata"))
    replies = [m for m in stage.workspace.thread(message.channel, message.ts) if m.ts != message.ts]
    if replies:
        body |= {
            "thread_ts": message.ts,
            "reply_count": len(replies),
            "reply_users": sorted({m.user for m in replies}),
            "latest_reply": replies[-1].ts,
        }
    return body


def _answer(stage: Stage, args: Arguments, messages: list[Message]) -> Json:
    shown = [_with_replies(stage, message, args) for message in messages if _within(args, message)]
    page, cursor = cursor_page(shown, args, default=100, most=999)
    answer: Json = {"messages": page, "has_more": bool(cursor)}
    return answer | ({"response_metadata": {"next_cursor": cursor}} if cursor else {})


def history(stage: Stage, args: Arguments) -> Json:
    channel = _readable(stage, args)
    top_level = [m for m in stage.workspace.posts[channel.id] if m.thread_ts in (None, m.ts) or m.reply_broadcast]
    # Newest first, unlike replies.
    return _answer(stage, args, top_level[::-1]) | {"pin_count": len(channel.pins)}


def replies(stage: Stage, args: Arguments) -> Json:
    channel = _readable(stage, args)
    thread = stage.workspace.thread(channel, args.required("ts"))
    if not thread:
        raise SlackRefusal("thread_not_found")
    return _answer(stage, args, thread)
