"""What an app says through a response_url, and through the body of an acknowledgement.

Source: Slack docs, "Handling user interaction": ephemeral unless `response_type` is in_channel; `replace_original` and
`delete_original` are about the message that was clicked. A spent or old url is refused.
"""

from __future__ import annotations

from bot.practice.slack_standin.arguments import Arguments
from bot.practice.slack_standin.methods.chat import content, show_ephemeral
from bot.practice.slack_standin.records import Channel, Json, Message
from bot.practice.slack_standin.refusal import SlackRefusal
from bot.practice.slack_standin.stage import Stage


def respond(stage: Stage, name: str, values: Json) -> None:
    grant = stage.grants.use_response_url(name)
    args = Arguments(values)
    channel = stage.workspace.channels[grant.channel]
    original = _original(stage, channel, grant.message_ts, grant.user, ephemeral=grant.ephemeral)
    if args.flag("delete_original"):
        if original is None:
            raise SlackRefusal("message_not_found")
        pile = stage.workspace.ephemeral_posts if grant.ephemeral else stage.workspace.posts[channel.id]
        pile.remove(original)
        return
    if args.flag("replace_original") and original is not None:
        original.text, original.blocks, original.attachments = content(stage, args)
        original.edited = {"user": stage.workspace.bot.id, "ts": stage.workspace.next_ts()}
        return
    say(stage, channel, grant.user, values)


def say(stage: Stage, channel: Channel, user: str, values: Json) -> Message:
    """Shows a message that came outside the Web API: it needs no membership of the bot."""
    args = Arguments(values)
    text, blocks, attachments = content(stage, args)
    if args.text("response_type") != "in_channel":
        return show_ephemeral(stage, channel, user, text, blocks, attachments)
    return stage.workspace.post(
        Message(
            channel=channel.id,
            ts=stage.workspace.next_ts(),
            user=stage.workspace.bot.id,
            text=text,
            blocks=blocks,
            attachments=attachments,
            thread_ts=args.text("thread_ts") or None,
            bot_id=stage.workspace.bot_id,
            app_id=stage.app_id,
        )
    )


def _original(stage: Stage, channel: Channel, ts: str | None, user: str, *, ephemeral: bool) -> Message | None:
    if ts is None:
        return None
    if ephemeral:
        return next((m for m in stage.workspace.ephemerals(user, channel) if m.ts == ts), None)
    return stage.workspace.message(channel, ts)
