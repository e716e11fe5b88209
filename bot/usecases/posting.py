"""Saying something in Slack once: a post whose reply was lost is looked for before it is made again.

Slack has no idempotency key for posts, so each carries a mark by which it is found (slack_facts). Of direct messages
those that ask somebody for a role are looked for; after a crash another nudge may come twice, which only nudges.
"""

from collections.abc import Sequence

from bot.domain.update import MessageRef
from bot.ports import NO_TOKEN, ChatRefused, ChatUnknown, Mark, Message, Services
from bot.usecases.people import present


async def post_once(
    services: Services, channel: str, message: Message, mark: Mark, *, retried: bool, thread: str = ""
) -> MessageRef:
    """Post under `mark`; `retried` says that an earlier try may have posted it. Raises the Chat errors."""
    if retried:
        found = await services.chat.find_post(channel, mark, thread=thread)
        if found is not None:
            return found
    try:
        return await services.chat.post(channel, message, mark=mark, thread=thread)
    except ChatUnknown:
        found = await services.chat.find_post(channel, mark, thread=thread)
        if found is None:
            raise
        return found


async def direct_once(services: Services, user: str, message: Message, mark: Mark, *, retried: bool) -> None:
    """Tell one person under `mark`; `retried` as for `post_once`. Raises the Chat errors."""
    if retried and await services.chat.find_post(user, mark) is not None:
        return
    try:
        await services.chat.direct(user, message, mark=mark)
    except ChatUnknown:
        if await services.chat.find_post(user, mark) is None:
            raise


async def direct_to_first(services: Services, users: Sequence[str], message: Message) -> None:
    """Tell the first of these people who can be told: not one whose account is closed, or who takes no messages.

    Raises ChatUnavailable, ChatUnknown, and ChatRefused while Slack takes no token.
    """
    for user in await present(services, users):
        try:
            await services.chat.direct(user, message)
        except ChatRefused as refused:
            if refused.code in NO_TOKEN:
                raise
            continue
        return
