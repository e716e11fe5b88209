"""Asks Slack where to open a Socket Mode connection. The address holds a ticket, so nothing here logs it.

It stands beside the gateway because it uses the app-level token, which the gateway never sees.
"""

import aiohttp

from bot.ports import ChatRefused, ChatUnavailable

_WITHIN = aiohttp.ClientTimeout(total=10)


async def open_connection(session: aiohttp.ClientSession, base_url: str, app_token: str) -> str:
    """Return the address of a fresh connection. Raises ChatRefused, ChatUnavailable."""
    headers = {"Authorization": f"Bearer {app_token}"}
    try:
        async with session.post(f"{base_url}apps.connections.open", headers=headers, timeout=_WITHIN) as reply:
            status, retry = reply.status, reply.headers.get("Retry-After", "")
            answer = await reply.json(content_type=None) if status == 200 else None
    except (aiohttp.ClientError, TimeoutError, ValueError, OSError):
        raise ChatUnavailable(None) from None
    if status != 200:
        raise ChatUnavailable(float(retry) if retry.isdecimal() else None)
    if not isinstance(answer, dict) or not answer.get("ok") or not isinstance(answer.get("url"), str):
        raise ChatRefused(str(answer.get("error", "no_url")) if isinstance(answer, dict) else "no_url")
    return str(answer["url"])
