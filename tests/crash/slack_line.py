"""The line to the stand-in for Slack without a network: the real gateway's calls go to its Web API in this process.

What a socket would do to a call (a 5xx, a lost reply) comes back as aiohttp would tell it.
"""

from typing import Any
from urllib.parse import urlencode, urlsplit

import aiohttp
import orjson
from starlette.requests import Request
from starlette.responses import Response

from bot.practice.slack_standin import SlackStandIn
from bot.practice.slack_standin.web_api import ConnectionDropped
from bot.slack.gateway import SlackChat

_FORM, _JSON = "application/x-www-form-urlencoded", "application/json;charset=utf-8"


class _Reply:
    def __init__(self, response: Response) -> None:
        self.status = self.status_code = response.status_code
        self.headers = dict(response.headers)
        try:
            self.data: Any = orjson.loads(response.body)
        except ValueError:
            self.data = None

    async def __aenter__(self) -> "_Reply":
        return self

    async def __aexit__(self, *_: object) -> None:
        return None


class Line:
    """Stands in for a session of aiohttp and for the client's calls."""

    closed = False

    def __init__(self, slack: SlackStandIn) -> None:
        self._slack = slack

    def chat(self, now: Any, workspace: str) -> SlackChat:
        """A gateway on this line."""
        session: Any = self
        chat = SlackChat(token=self._slack.stage.token, base_url=self._slack.base_url, now=now, session=session)
        setattr(chat._client, "api_call", self._call)  # noqa: B010 - a method's place
        chat.known_as(workspace, self._slack.workspace.bot.id)
        return chat

    def post(self, url: str, *, json: Any, **_: Any) -> Any:
        """What the gateway says through a response_url."""
        return _Later(self._posted(url, json))

    async def _posted(self, url: str, said: Any) -> _Reply:
        name = urlsplit(url).path.rpartition("/")[2]
        return await self._asked(self._slack._web_api.response_url, {"name": name}, _dumped(said), _JSON)

    async def _call(self, method: str, *, http_verb: str, data: Any = None, json: Any = None) -> _Reply:
        body, kind = (urlencode(data).encode(), _FORM) if data is not None else (_dumped(json), _JSON)
        return await self._asked(self._slack._web_api.call, {"method": method}, body, kind)

    async def _asked(self, endpoint: Any, path: dict[str, str], body: bytes, kind: str) -> _Reply:
        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        headers = [(b"content-type", kind.encode()), (b"authorization", f"Bearer {self._slack.stage.token}".encode())]
        scope = {"type": "http", "method": "POST", "query_string": b"", "headers": headers, "path_params": path}
        try:
            return _Reply(await endpoint(Request(scope, receive)))
        except ConnectionDropped:
            raise aiohttp.ServerDisconnectedError from None


def _dumped(value: Any) -> bytes:
    return orjson.dumps(value)


class _Later:
    def __init__(self, call: Any) -> None:
        self._call = call

    async def __aenter__(self) -> _Reply:
        reply: _Reply = await self._call
        return reply

    async def __aexit__(self, *_: object) -> None:
        return None
