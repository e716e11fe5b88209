"""Looking for what is in Slack: a channel of ours and its members, a post of ours by its mark, somebody's message.

It refuses to take a message for another one: what Slack returns is compared with what was asked for.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.update import MessageRef
from bot.ports import ChatRefused, ChatUnavailable, FoundChannel, Mark, Posted
from bot.slack.replies import record, records

Call = Callable[..., Awaitable[Mapping[str, Any]]]
Pages = Callable[..., AsyncIterator[Mapping[str, Any]]]
_PAGE = 1_000  # channels and members a page (Slack docs: under 1,000 is advised; fewer calls at 20 a minute)
_MESSAGES_PAGE, _MOST_LOOKED_AT = 200, 5_000  # Slack docs recommend pages of no more than 200
_LOOKED_BACK = timedelta(days=1)  # no update leaves later than an hour after its approval
_GONE = frozenset({"thread_not_found", "message_not_found"})


async def own_channel(pages: Pages, name: str, own: str, since: datetime, private: bool) -> FoundChannel | None:
    """Look for the unarchived channel with this name that the user `own` created after `since`.

    Only one kind is asked for: each needs a scope of its own, and an app installed long ago may lack one.
    """
    wanted = {"exclude_archived": True, "types": "private_channel" if private else "public_channel"}
    async for channel in pages("conversations.list", "channels", _PAGE, **wanted):
        if channel.get("name") != name or channel.get("creator") != own:
            continue
        created = datetime.fromtimestamp(int(channel.get("created", 0)), tz=UTC)
        # Slack gives whole seconds.
        if created >= since.replace(microsecond=0):
            return FoundChannel(str(channel["id"]), name, own, created)
    return None


async def members(call: Call, channel: str) -> frozenset[str]:
    """Return everybody who is in a channel."""
    found: set[str] = set()
    cursor = ""
    while True:
        page = {"cursor": cursor} if cursor else {}
        reply = await call("conversations.members", channel=channel, limit=_PAGE, **page)
        found.update(user for user in reply.get("members") or () if isinstance(user, str))
        following = str(record(reply, "response_metadata").get("next_cursor") or "")
        if not following or following == cursor:
            return frozenset(found)
        cursor = following


async def own_post(pages: Pages, place: str, mark: Mark, own: str, thread: str, now: datetime) -> MessageRef | None:
    """Look through a day of a channel or thread for a post of the user `own` with this mark.

    Raises ChatUnavailable where there is too much to look through: "not there" would be a guess.
    """
    oldest = f"{(now - _LOOKED_BACK).timestamp():.6f}"
    arguments: dict[str, Any] = {"channel": place, "include_all_metadata": True, "oldest": oldest}
    if thread:
        arguments["ts"] = thread
    method, seen = "conversations.replies" if thread else "conversations.history", 0
    async for message in pages(method, "messages", _MESSAGES_PAGE, **arguments):
        metadata, seen = record(message, "metadata"), seen + 1
        if seen > _MOST_LOOKED_AT:
            raise ChatUnavailable(None)
        if metadata.get("event_type") != mark.kind or record(metadata, "event_payload").get("key") != mark.key:
            continue
        if message.get("user", own) == own and message.get("ts"):
            return MessageRef(channel=place, ts=str(message["ts"]))
    return None


async def one_message(call: Call, ref: MessageRef) -> Posted | None:
    """Read one message: of the channel itself, else a reply in a thread."""
    window = {"channel": ref.channel, "latest": ref.ts, "oldest": ref.ts, "inclusive": True, "limit": 1}
    reply = await call("conversations.history", **window)
    found = _at(reply, ref.ts)
    if found is None:
        try:
            # The thread's first message comes along whatever the window (Slack docs, conversations.replies).
            reply = await call("conversations.replies", **{**window, "ts": ref.ts, "limit": 2})
        except ChatRefused as refused:
            if refused.code not in _GONE:
                raise
            return None
        found = _at(reply, ref.ts)
    return found


def _at(reply: Mapping[str, Any], ts: str) -> Posted | None:
    for message in records(reply, "messages"):
        if message.get("ts") == ts:
            return Posted(author=str(message.get("user") or ""), text=str(message.get("text") or ""))
    return None
