"""A served workspace with two people, the real Slack client pointed at it, and a scripted bot."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from slack_sdk.web.async_client import AsyncWebClient  # noqa: TID251 - the stand-in is proved against the real client

from bot.practice.slack_standin import Person, SlackStandIn
from tests.practice.scripted_bot import ScriptedBot


class FakeClock:
    def __init__(self) -> None:
        self.seconds = 1_800_000_000.0

    def __call__(self) -> float:
        return self.seconds

    def advance(self, seconds: float) -> None:
        self.seconds += seconds


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def bot() -> ScriptedBot:
    return ScriptedBot()


@pytest.fixture
async def slack(clock: FakeClock, bot: ScriptedBot) -> AsyncIterator[SlackStandIn]:
    standin = SlackStandIn(people=("ada", "ben"), now=clock)
    standin.deliver_to(bot)
    async with standin.serve():
        yield standin


@pytest.fixture
def client(slack: SlackStandIn) -> AsyncWebClient:
    return AsyncWebClient(token="xoxb-practice", base_url=slack.base_url, retry_handlers=[], timeout=5)


@pytest.fixture
def ada(slack: SlackStandIn) -> Person:
    return slack.person("ada")


@pytest.fixture
def ben(slack: SlackStandIn) -> Person:
    return slack.person("ben")
