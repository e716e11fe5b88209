"""Web API: posting, editing and deleting. Source: Slack docs, chat.* methods.

It refuses what Slack refuses: no text, too much text in an edit, other people's messages, channels the bot is not in.
"""

from __future__ import annotations

from bot.practice.slack_standin.arguments import Arguments
from bot.practice.slack_standin.blocks import check_message_blocks, check_metadata, interactive
from bot.practice.slack_standin.methods.access import known_user, seen_channel
from bot.practice.slack_standin.records import Channel, Json, Message
from bot.practice.slack_standin.refusal import SlackRefusal
from bot.practice.slack_standin.stage import Stage

# Slack docs, chat.postMessage: "Slack will truncate messages containing more than 40,000 characters".
POSTED_TEXT = 40_000
# Slack docs, chat.update: msg_too_long over 4,000 characters.
UPDATED_TEXT = 4_000


def with_ids(stage: Stage, blocks: list[Json]) -> list[Json]:
    """Slack names every block and element that the app left unnamed."""
    for block in blocks:
        block.setdefault("block_id", stage.workspace.token_like("block")[:5])
        for element in interactive(block):
            element.setdefault("action_id", stage.workspace.token_like("action")[:5])
    return blocks


def content(stage: Stage, args: Arguments) -> tuple[str, list[Json], list[Json]]:
    blocks_given = args.structure("blocks", "invalid_blocks_format")
    blocks = with_ids(stage, check_message_blocks(blocks_given)) if blocks_given is not None else []
    attachments = args.structure("attachments", "invalid_attachments") or []
    text = args.text("text")
    if not text.strip() and not blocks and not attachments:
        raise SlackRefusal("no_text")
    return text[:POSTED_TEXT], blocks, attachments


def _destination(stage: Stage, args: Arguments) -> Channel:
    named = args.required("channel")
    if named in stage.workspace.users:
        user = known_user(stage, named)
        if user.deleted:
            raise SlackRefusal("user_disabled")
        return stage.workspace.open_dm(named)
    found = stage.workspace.find_channel(named.removeprefix("#"))
    bot = stage.workspace.bot.id
    if found is None or (bot not in found.members and (found.is_private or found.is_im)):
        raise SlackRefusal("channel_not_found")
    if found.is_archived:
        raise SlackRefusal("is_archived")
    if bot not in found.members and "chat:write.public" not in stage.scopes:
        raise SlackRefusal("not_in_channel")
    return found


def post(stage: Stage, args: Arguments) -> Json:
    channel = _destination(stage, args)
    text, blocks, attachments = content(stage, args)
    metadata = args.structure("metadata", "invalid_metadata_format")
    thread_ts = args.text("thread_ts") or None
    if thread_ts and not stage.workspace.thread(channel, thread_ts):
        raise SlackRefusal("thread_not_found")
    message = stage.workspace.post(
        Message(
            channel=channel.id,
            ts=stage.workspace.next_ts(),
            user=stage.workspace.bot.id,
            text=text,
            blocks=blocks,
            attachments=attachments,
            thread_ts=thread_ts,
            reply_broadcast=args.flag("reply_broadcast"),
            metadata=None if metadata is None else check_metadata(metadata),
            bot_id=stage.workspace.bot_id,
            app_id=stage.app_id,
            unfurl_links=args.flag("unfurl_links"),
            unfurl_media=args.flag("unfurl_media", default=True),
        )
    )
    return {"channel": channel.id, "ts": message.ts, "message": message.as_slack(with_metadata=True)}


def _own_message(stage: Stage, args: Arguments, forbidden: str) -> Message:
    channel = seen_channel(stage, args)
    message = stage.workspace.message(channel, args.required("ts"))
    if message is None:
        raise SlackRefusal("message_not_found")
    if message.bot_id != stage.workspace.bot_id:
        raise SlackRefusal(forbidden)
    return message


def update(stage: Stage, args: Arguments) -> Json:
    message = _own_message(stage, args, "cant_update_message")
    if stage.workspace.channels[message.channel].is_archived:
        # Slack docs, chat.update: "cannot be edited within a frozen, archived or deleted channel". Only posts say
        # is_archived.
        raise SlackRefusal("is_inactive")
    if len(args.text("text")) > UPDATED_TEXT:
        raise SlackRefusal("msg_too_long")
    text, blocks, attachments = content(stage, args)
    metadata = args.structure("metadata", "invalid_metadata_format")
    if metadata is not None:
        message.metadata = check_metadata(metadata)
    message.text, message.attachments = text, attachments
    # Slack docs, chat.update: blocks are replaced; text alone removes them.
    message.blocks = blocks
    message.edited = {"user": stage.workspace.bot.id, "ts": stage.workspace.next_ts()}
    # Neither its time nor its thread is in the message (npm @slack/web-api, ChatUpdateResponse).
    told = message.as_slack(with_metadata=True)
    shown = {name: value for name, value in told.items() if name not in ("ts", "thread_ts")}
    return {"channel": message.channel, "ts": message.ts, "text": message.text, "message": shown}


def delete(stage: Stage, args: Arguments) -> Json:
    message = _own_message(stage, args, "cant_delete_message")
    stage.workspace.posts[message.channel].remove(message)
    return {"channel": message.channel, "ts": message.ts}


def post_ephemeral(stage: Stage, args: Arguments) -> Json:
    channel = _destination(stage, args)
    user = known_user(stage, args.required("user"))
    text, blocks, attachments = content(stage, args)
    if user.id not in channel.members:
        raise SlackRefusal("user_not_in_channel")
    message = show_ephemeral(stage, channel, user.id, text, blocks, attachments)
    message.thread_ts = args.text("thread_ts") or None
    return {"message_ts": message.ts}


def show_ephemeral(
    stage: Stage, channel: Channel, user: str, text: str, blocks: list[Json], attachments: list[Json]
) -> Message:
    message = Message(
        channel=channel.id,
        ts=stage.workspace.next_ts(),
        user=stage.workspace.bot.id,
        text=text,
        blocks=blocks,
        attachments=attachments,
        bot_id=stage.workspace.bot_id,
        app_id=stage.app_id,
        ephemeral_for=user,
    )
    stage.workspace.ephemeral_posts.append(message)
    return message


def permalink(stage: Stage, args: Arguments) -> Json:
    channel = seen_channel(stage, args)
    message = stage.workspace.message(channel, args.required("message_ts"))
    if message is None:
        raise SlackRefusal("message_not_found")
    link = f"https://practice.slack.com/archives/{channel.id}/p{message.ts.replace('.', '')}"
    return {"channel": channel.id, "permalink": link}
