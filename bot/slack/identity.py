"""Who a bot token belongs to and what it may do, asked once: at the start and by `clarion check`.

It stands beside the gateway because it is asked before there is one, and because the scopes come in a header
that the client library drops. It refuses to repeat itself, and never shows the token.
"""

import asyncio
from dataclasses import dataclass

import aiohttp

_ANSWER_SECONDS = 10.0
_SENTENCES = {
    "invalid_auth": "Slack does not know this token. Copy it again from OAuth & Permissions.",
    "not_authed": "Slack got no token. Set SLACK_BOT_TOKEN.",
    "token_revoked": "This token was revoked. Install the app again and copy the new token.",
    "token_expired": "This token has expired. Install the app again and copy the new token.",
    "account_inactive": "The app was removed from the workspace. Install it again and copy the new token.",
}


class NotIdentified(Exception):
    """Slack did not say who we are. `code` is Slack's error, or "" where it could not be reached."""

    def __init__(self, sentence: str, code: str = "") -> None:
        super().__init__(sentence)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """The bot as Slack knows it. `scopes` is what the token was granted."""

    workspace: str
    workspace_name: str
    bot_user: str
    bot_name: str
    url: str
    scopes: frozenset[str]


async def identify(token: str, api_url: str) -> Identity:
    """Ask `auth.test`. Raises NotIdentified with a sentence."""
    try:
        async with (
            asyncio.timeout(_ANSWER_SECONDS),
            aiohttp.ClientSession() as session,
            session.post(f"{api_url}auth.test", headers={"Authorization": f"Bearer {token}"}) as response,
        ):
            answer = await response.json(content_type=None)
            granted = response.headers.get("x-oauth-scopes", "")
    except (aiohttp.ClientError, TimeoutError, ValueError) as fault:
        raise NotIdentified(f"Slack does not answer at {api_url} ({type(fault).__name__}).") from None
    if not isinstance(answer, dict) or not answer.get("ok"):
        code = str(answer.get("error", "")) if isinstance(answer, dict) else ""
        raise NotIdentified(_SENTENCES.get(code, f"Slack says {code or 'nothing that can be understood'}."), code)
    return Identity(
        workspace=str(answer.get("team_id", "")),
        workspace_name=str(answer.get("team", "")),
        bot_user=str(answer.get("user_id", "")),
        bot_name=str(answer.get("user", "")),
        url=str(answer.get("url", "")),
        scopes=frozenset(one.strip() for one in granted.split(",") if one.strip()),
    )
