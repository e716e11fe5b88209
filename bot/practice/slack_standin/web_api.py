"""The HTTP face of Slack's Web API: `/api/<method>`, and `/response/<name>` for response urls.

It judges a call in Slack's order (known method, token, scope, arguments), plays the planned trouble, and writes down
every call. The token itself is never written down.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from bot.practice.slack_standin.arguments import Arguments, parse_arguments
from bot.practice.slack_standin.methods.table import METHODS
from bot.practice.slack_standin.rates import RateLimits
from bot.practice.slack_standin.records import ApiCall, Json
from bot.practice.slack_standin.refusal import SlackRefusal
from bot.practice.slack_standin.response_urls import respond
from bot.practice.slack_standin.stage import Stage
from bot.practice.slack_standin.trouble import Fault, Trouble


class ConnectionDropped(ConnectionResetError):
    """Raised towards an in-process caller, which has no socket to lose."""


@dataclass
class WebApi:
    stage: Stage
    trouble: Trouble
    drop: Callable[[Request], bool]
    rates: RateLimits = field(init=False)

    def __post_init__(self) -> None:
        self.rates = RateLimits(self.stage.now)

    async def call(self, request: Request) -> Response:
        method = request.path_params["method"]
        if response := await self._down(request):
            return response
        try:
            values = parse_arguments(
                request.scope["query_string"], request.headers.get("content-type", ""), await request.body()
            )
        except SlackRefusal as refusal:
            return self._answer(method, {}, refusal.as_slack())
        token = _token(request, values)
        if delay := self.trouble.delay(method):
            await asyncio.sleep(delay)
        fault = self.trouble.next_fault(method, str(values.get("channel", "")))
        if fault is not None and fault.kind != "lost_reply":
            return await self._play(request, method, values, fault)
        if self.trouble.enforce_rate_limits:
            wait = self.rates.wait_for(method, str(values.get("channel", "")))
            if wait:
                return self._limited(method, values, wait)
        arguments = deepcopy(values)
        body = self._run(method, token, values)
        if fault is not None:
            self._record(method, arguments, body, 200, reply_lost=True)
            return await self._hang_up(request)
        return self._answer(method, arguments, body)

    async def response_url(self, request: Request) -> Response:
        if response := await self._down(request):
            return response
        name = request.path_params["name"]
        fault = self.trouble.next_fault("response_url")
        try:
            values = parse_arguments(b"", request.headers.get("content-type", ""), await request.body())
            if fault is not None and fault.kind != "lost_reply":
                return await self._play(request, "response_url", values, fault)
            self._record("response_url", values, {"ok": True}, 200, reply_lost=fault is not None)
            respond(self.stage, name, values)
        except SlackRefusal as refusal:
            status = 404 if refusal.error in ("used_url", "expired_url", "invalid_url") else 400
            return JSONResponse(refusal.as_slack(), status)
        if fault is not None:
            return await self._hang_up(request)
        return PlainTextResponse("ok")

    def _run(self, method: str, token: str, values: Json) -> Json:
        try:
            known = METHODS.get(method)
            if known is None:
                raise SlackRefusal("unknown_method", req_method=method)
            self._authorise(token, app_token=known.app_token, public=method == "api.test")
            if known.scopes and not self.stage.scopes.intersection(known.scopes):
                raise SlackRefusal("missing_scope", **self._scope_answer(known.scopes))
            return {"ok": True, **known.run(self.stage, Arguments(values))}
        except SlackRefusal as refusal:
            return refusal.as_slack()

    def _authorise(self, token: str, *, app_token: bool, public: bool) -> None:
        if public:
            return
        if not token:
            raise SlackRefusal("not_authed")
        if token not in (self.stage.token, self.stage.app_token):
            raise SlackRefusal("invalid_auth")
        if app_token != (token == self.stage.app_token):
            raise SlackRefusal("not_allowed_token_type")

    def _scope_answer(self, needed: tuple[str, ...]) -> Json:
        return {"needed": ",".join(needed), "provided": ",".join(sorted(self.stage.scopes))}

    async def _down(self, request: Request) -> Response | None:
        if self.trouble.down == "503":
            return PlainTextResponse("upstream connect error", 503)
        if self.trouble.down == "dropped":
            return await self._hang_up(request)
        return None

    async def _hang_up(self, request: Request) -> Response:
        if not self.drop(request) and not await request.is_disconnected():  # else the caller gave up first
            raise ConnectionDropped("the stand-in dropped this connection, as it was told to")
        # The loop must see the connection end, so that the server throws this response away.
        await asyncio.sleep(0.001)
        return Response(status_code=500)

    async def _play(self, request: Request, method: str, values: Json, fault: Fault) -> Response:
        if fault.kind == "rate_limit":
            return self._limited(method, values, fault.retry_after)
        if fault.kind == "status":
            self._record(method, values, {"ok": False, "error": f"http_{fault.status}"}, fault.status)
            return PlainTextResponse("server error", fault.status)
        if fault.kind == "error":
            extra = dict(fault.extra)
            if fault.error == "missing_scope" and method in METHODS:
                extra = self._scope_answer(METHODS[method].scopes) | extra
            return self._answer(method, values, {"ok": False, "error": fault.error, **extra})
        self._record(method, values, {"ok": False, "error": "hung"}, 0, reply_lost=True)
        await self.trouble.until_released()
        return await self._hang_up(request)

    def _limited(self, method: str, values: Json, wait: int) -> Response:
        body = {"ok": False, "error": "ratelimited"}
        self._record(method, values, body, 429)
        return JSONResponse(body, 429, headers={"Retry-After": str(wait)})

    def _answer(self, method: str, values: Json, body: Json) -> Response:
        self._record(method, values, body, 200)
        headers = {
            "x-oauth-scopes": ",".join(sorted(self.stage.scopes)),
            "x-slack-req-id": self.stage.workspace.token_like("request"),
        }
        return JSONResponse(body, headers=headers)

    def _record(self, method: str, values: Json, body: Json, status: int, *, reply_lost: bool = False) -> None:
        arguments = {name: value for name, value in values.items() if name != "token"}
        call = ApiCall(method, arguments, self.stage.now(), deepcopy(body), status, reply_lost)
        self.stage.workspace.calls.append(call)


def _token(request: Request, values: Json) -> str:
    header = request.headers.get("authorization", "")
    scheme, _, token = header.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else str(values.get("token", ""))
