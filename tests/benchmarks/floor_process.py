"""The floors of the throughput benchmark as a process: `python -m tests.benchmarks.floor_process bolt|bare PORT`.

`bolt`: async Bolt with one empty listener and its own check of signatures. `bare`: an ASGI application that says ok.
Both are served exactly as Clarion's web process is.
"""

import sys

import uvicorn
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.ack.async_ack import AsyncAck
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.event_loop import run
from bot.web.serving import config
from tests.benchmarks.slack_requests import SECRET


def bolt() -> ASGIApp:
    """Return Bolt behind Starlette, as its documentation shows, without a call to Slack for each request."""

    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id=None, bot_user_id="U0BOT", bot_id="B0BOT")

    async def listen(ack: AsyncAck) -> None:
        await ack()

    app = AsyncApp(signing_secret=SECRET, process_before_response=True, authorize=authorize)
    app.command("/incident")(listen)
    handler = AsyncSlackRequestHandler(app)

    async def endpoint(request: Request) -> Response:
        return await handler.handle(request)

    return Starlette(routes=[Route("/slack/events", endpoint, methods=["POST"])])


async def bare(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer everything with two bytes."""
    if scope["type"] != "http":
        return
    while (await receive()).get("more_body"):
        pass
    headers = [(b"content-type", b"text/plain"), (b"content-length", b"2")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"ok"})


if __name__ == "__main__":
    app = bolt() if sys.argv[1] == "bolt" else bare
    run(uvicorn.Server(config(app, host="127.0.0.1", port=int(sys.argv[2]))).serve())
