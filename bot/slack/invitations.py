"""Inviting people so that one who cannot be invited does not keep the others out.

All at once first; if Slack refuses because of somebody, one by one. It refuses to call "already there" an error.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from bot.ports import ChatRefused

Call = Callable[..., Awaitable[Mapping[str, Any]]]

_FINE = frozenset({"already_in_channel", "cant_invite_self"})
# Errors that are about the channel or about us: asking for each person would only repeat them
# (Slack docs, conversations.invite).
_ABOUT_THE_CHANNEL = frozenset(
    {
        "account_inactive",
        "channel_not_found",
        "ekm_access_denied",
        "invalid_auth",
        "is_archived",
        "method_not_supported_for_channel_type",
        "missing_scope",
        "not_authed",
        "not_in_channel",
        "token_expired",
        "token_revoked",
    }
)
# Slack docs: up to 1,000 users in one call. Side by side one by one: tier 3, 50 a minute.
_AT_ONCE = 1_000
_SIDE_BY_SIDE = 5


async def invite(call: Call, channel: str, users: Sequence[str]) -> Mapping[str, str]:
    """Return the error code of each user that could not be invited. Raises the Chat errors."""
    wanted = list(dict.fromkeys(users))
    failed: dict[str, str] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        failed |= await _batch(call, channel, wanted[start : start + _AT_ONCE])
    return {user: code for user, code in failed.items() if code not in _FINE}


async def _batch(call: Call, channel: str, users: Sequence[str]) -> Mapping[str, str]:
    try:
        # `force`: the good ones are invited although some are not (Slack docs); not every Slack knows it.
        reply = await call("conversations.invite", channel=channel, users=",".join(users), force=True)
    except ChatRefused as refused:
        if refused.code in _ABOUT_THE_CHANNEL:
            raise
        if len(users) == 1:
            return {users[0]: refused.code}
        return await _one_by_one(call, channel, users)
    errors = reply.get("errors")
    told = [entry for entry in errors if isinstance(entry, Mapping)] if isinstance(errors, list) else []
    return {str(entry["user"]): str(entry.get("error", "")) for entry in told if entry.get("user")}


async def _one_by_one(call: Call, channel: str, users: Sequence[str]) -> Mapping[str, str]:
    turns = asyncio.Semaphore(_SIDE_BY_SIDE)

    async def one(user: str) -> Mapping[str, str]:
        async with turns:
            return await _batch(call, channel, [user])

    failed: dict[str, str] = {}
    for outcome in await asyncio.gather(*(one(user) for user in users)):
        failed |= outcome
    return failed
