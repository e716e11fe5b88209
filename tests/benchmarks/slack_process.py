"""The stand-in for Slack as a process of its own, made ready for load: `python -m tests.benchmarks.slack_process`.

Requests that were signed in advance carry triggers and response_urls that no person's click gave out; here both are
good. A response_url takes as long as every other call.
"""

import argparse
import asyncio
from collections.abc import Callable
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.event_loop import run
from bot.practice.slack_standin.control import Control
from bot.practice.slack_standin.grants import Grants, Trigger
from bot.practice.slack_standin.records import ApiCall
from bot.practice.slack_standin.standin import WALL_CLOCK, SlackStandIn


class OpenGrants(Grants):
    """Grants that also take triggers made elsewhere: "number.user.run"."""

    def __init__(self, now: Callable[[], float], mint: Callable[[str], str]) -> None:
        super().__init__(now, mint)
        self._clock = now

    def look_at(self, trigger_id: str) -> Trigger:
        if trigger_id in self._triggers:
            return super().look_at(trigger_id)
        return Trigger(trigger_id.split(".")[1], self._clock(), None)


def build(people: int) -> tuple[SlackStandIn, Starlette]:
    """Return the stand-in, and its application with what the benchmarks ask it."""
    standin = SlackStandIn(people=tuple(f"person{number}" for number in range(people)), now=WALL_CLOCK)
    standin.stage.grants = OpenGrants(WALL_CLOCK, standin.workspace.token_like)

    async def answer(request: Request) -> Response:
        await request.body()
        await asyncio.sleep(standin.trouble.delay("response_url"))
        return PlainTextResponse("ok")

    async def calls(request: Request) -> Response:
        start = int(request.query_params.get("since", "0"))
        return JSONResponse([_short(call) for call in standin.calls[start:]])

    extra = [Route("/answers/{name}", answer, methods=["POST"]), Route("/benchmark/calls", calls)]
    return standin, Starlette(routes=[*standin.routes(), *Control(standin).routes(), *extra])


def _short(call: ApiCall) -> dict[str, Any]:
    created = call.response.get("channel")
    channel = created.get("id") if isinstance(created, dict) else call.arguments.get("channel")
    name = created.get("name") if isinstance(created, dict) else ""
    return {"method": call.method, "at": call.at, "ok": call.ok, "channel": channel, "name": name}


async def serve(port: int, people: int) -> None:
    standin, app = build(people)
    async with standin.serve(port, app=app):
        await asyncio.Event().wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--people", type=int, required=True)
    options = parser.parse_args()
    run(serve(options.port, options.people))
