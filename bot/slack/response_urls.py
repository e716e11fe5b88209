"""Answering later through the response_url that came with a command or click (5 uses, 30 min: Slack docs).

The address comes from outside, so it refuses every host but Slack's own and the one the API is configured to be at,
and follows no redirect.
"""

from collections.abc import Mapping
from urllib.parse import urlsplit

import aiohttp

from bot.metrics.instruments import slack_call
from bot.ports import ChatRefused, ChatUnavailable, ChatUnknown, Message

_HOOKS = ("https", "hooks.slack.com", 443)
_PORTS = {"https": 443, "http": 80}
_WITHIN = 5.0


def require_known_host(url: str, base_url: str) -> None:
    """Raise ChatRefused ``foreign_response_url`` unless `url` is at Slack's hooks or at the host of the API."""
    try:
        known = (_HOOKS, _origin(base_url))
        there = _origin(url)
    except ValueError:
        raise ChatRefused("foreign_response_url") from None
    if there not in known or "@" in urlsplit(url).netloc:
        raise ChatRefused("foreign_response_url")


async def respond(
    session: aiohttp.ClientSession, url: str, message: Message, *, replace: bool, proxy: str | None = None
) -> None:
    """Post the answer. Raises ChatRefused, ChatUnavailable, ChatUnknown."""
    body: dict[str, object] = {
        "response_type": "ephemeral",
        "replace_original": replace,
        "text": message.text,
        "unfurl_links": False,
        "unfurl_media": False,
    }
    if message.blocks:
        body["blocks"] = list(message.blocks)
    with slack_call("response_url"):
        await _post(session, url, body, proxy)


async def _post(session: aiohttp.ClientSession, url: str, body: Mapping[str, object], proxy: str | None) -> None:
    timeout = aiohttp.ClientTimeout(total=_WITHIN)
    try:
        async with session.post(url, json=body, allow_redirects=False, timeout=timeout, proxy=proxy) as reply:
            status = reply.status
            retry = reply.headers.get("Retry-After", "")
    except aiohttp.ClientConnectorError:
        raise ChatUnavailable(None) from None
    except (aiohttp.ClientError, TimeoutError, OSError):
        raise ChatUnknown from None
    if status == 429:
        raise ChatUnavailable(float(retry) if retry.isdecimal() else 1.0)
    if status >= 500:
        raise ChatUnavailable(None)
    if status != 200:
        raise ChatRefused(f"response_url_{status}")


def _origin(url: str) -> tuple[str, str, int]:
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or not parts.hostname:
        raise ValueError("no web address")
    return parts.scheme, parts.hostname.lower(), parts.port or _PORTS[parts.scheme]
