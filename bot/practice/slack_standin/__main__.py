"""Runs the stand-in as a process of its own: `python -m bot.practice.slack_standin --port 8900 --bot-url http://...`.

It prints the base URL for the bot's Slack client and refuses to listen anywhere but on 127.0.0.1.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib

from starlette.applications import Starlette

from bot.practice.slack_standin.control import Control
from bot.practice.slack_standin.standin import SlackStandIn

PEOPLE = "ada,ben,cleo,dan"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bot.practice.slack_standin", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--signing-secret", default="practice-signing-secret")
    parser.add_argument(
        "--bot-url",
        help="the bot's own address, such as http://127.0.0.1:3000, without a path; without it, Socket Mode",
    )
    parser.add_argument("--people", default=PEOPLE, help="names, separated by commas")
    parser.add_argument("--enforce-rate-limits", action="store_true")
    return parser.parse_args()


async def run(options: argparse.Namespace) -> None:
    standin = SlackStandIn(
        signing_secret=options.signing_secret,
        people=tuple(name.strip() for name in options.people.split(",") if name.strip()),
        enforce_rate_limits=options.enforce_rate_limits,
    )
    if options.bot_url:
        standin.deliver_to(options.bot_url)
    else:
        standin.deliver_by_socket()
    app = Starlette(routes=[*standin.routes(), *Control(standin).routes()])
    async with standin.serve(options.port, app=app):
        print(standin.base_url, flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(run(_options()))
