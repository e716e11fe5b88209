"""What a call to Slack came to: said no, did nothing, or nobody knows. The three are never mixed up.

A lost reply to something that must not happen twice is *unknown*; so is a 5xx, because Slack says of its own
`fatal_error` that part of it may have been done. It refuses to carry tokens or what was said into its errors: only
codes, scopes and the places of mistakes.
"""

import re
from collections.abc import Mapping
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.ports import ChatRefused, ChatUnavailable, ChatUnknown
from bot.slack.methods import Method

ChatTrouble = ChatRefused | ChatUnavailable | ChatUnknown

_LIMITED = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
# Slack docs, errors of every method: "it's possible some aspect of the operation succeeded".
_HALF_DONE = frozenset({"fatal_error", "internal_error"})
_NOT_DONE = frozenset({"service_unavailable", "request_timeout", "team_added_to_org"})
_POINTER = re.compile(r"\[json-pointer:([^\]]{1,120})\]")
_CODE = re.compile(r"[a-z0-9_\-]{1,80}")
# When Slack limits without saying for how long.
_SOME_SECONDS = 1.0


def of_reply(method: Method, status: int, headers: Mapping[str, str], data: object) -> ChatTrouble:
    """Return what a reply means that is not `ok`."""
    code = str(data.get("error", "")) if isinstance(data, Mapping) else ""
    if status == 429 or code in _LIMITED:
        return ChatUnavailable(_seconds(headers))
    if code in _HALF_DONE or (status >= 500 and code not in _NOT_DONE):
        return lost(method)
    if status >= 500 or code in _NOT_DONE:
        return ChatUnavailable(None)
    if not _CODE.fullmatch(code):
        # 200 without "ok" or an error is no answer of Slack's: a proxy, or half a reply.
        return lost(method) if status < 400 else ChatRefused(f"http_{status}")
    return ChatRefused(code, _detail(data) if isinstance(data, Mapping) else "")


def of_error(method: Method, error: BaseException) -> ChatTrouble:
    """Return what an exception of the client means."""
    if isinstance(error, SlackApiError):
        reply = error.response
        if isinstance(reply, aiohttp.ClientResponse):  # a body that is not JSON
            return of_reply(method, reply.status, reply.headers, None)
        return of_reply(method, reply.status_code, reply.headers, reply.data)
    # Neither of these has sent anything yet.
    if isinstance(error, (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL)):
        return ChatUnavailable(None)
    return lost(method)


def lost(method: Method) -> ChatTrouble:
    """Return what a lost reply means: unknown if it must not happen twice, else nothing to worry about."""
    return ChatUnknown() if method.once else ChatUnavailable(None)


def _seconds(headers: Mapping[str, str]) -> float:
    said = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    try:
        seconds = float(said)
    except ValueError:
        return _SOME_SECONDS
    return min(max(seconds, 0.0), 3_600.0) if seconds == seconds else _SOME_SECONDS


def _detail(data: Mapping[str, Any]) -> str:
    needed = data.get("needed")
    if isinstance(needed, str) and needed:
        return f"needed: {needed[:200]}"
    said = data.get("response_metadata")
    messages = said.get("messages") if isinstance(said, Mapping) else None
    places = [place for text in messages or () for place in _POINTER.findall(str(text))]
    return f"at {', '.join(places[:3])}" if places else ""
