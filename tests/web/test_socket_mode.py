"""Socket Mode against the stand-in: the same conversations, answers in the acknowledgement, repeats answered once."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.ports import Message
from bot.practice.slack_standin import SlackStandIn
from bot.web.socket_mode import SocketMode
from handlers.answer import Done, Say
from tests.listening import Bot


@pytest.fixture
async def slack() -> AsyncIterator[SlackStandIn]:
    standin = SlackStandIn(people=("ada",), app_token="xapp-canary")
    standin.deliver_by_socket()
    async with standin.serve():
        yield standin


@pytest.fixture
async def bot(slack: SlackStandIn) -> AsyncIterator[Bot]:
    bot = Bot()
    socket = SocketMode(bot.ear, bot.background, app_token="xapp-canary", base_url=slack.base_url)
    running = asyncio.create_task(socket.run())
    await asyncio.wait_for(slack.sockets.connected.wait(), 5)
    yield bot
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await bot.settle()


async def test_a_command_is_answered_in_the_acknowledgement(bot: Bot, slack: SlackStandIn) -> None:
    bot.answers(Say(Message("hello")))
    answered = await slack.person("ada").command("/incident", "help")
    assert answered.text == "hello"
    assert [said.text for said in bot.heard] == ["help"]


async def test_repeats_get_the_first_answer(bot: Bot, slack: SlackStandIn) -> None:
    bot.answers(Say(Message("once")), after=0.02)
    slack.trouble.duplicate("command", extra=3, concurrently=True)
    answered = await slack.person("ada").command("/incident", "help")
    assert [again.body for again in answered.duplicates] == [answered.body] * 3
    assert len(bot.heard) == 1


async def test_one_slow_answer_holds_up_no_other(bot: Bot, slack: SlackStandIn) -> None:
    bot.answers(Done(), after=0.3)
    slow = asyncio.create_task(slack.person("ada").command("/incident", "slow"))
    await asyncio.sleep(0.05)
    bot.answers(Say(Message("quick")))
    quick = await asyncio.wait_for(slack.person("ada").command("/incident", "quick"), 0.2)
    assert quick.text == "quick"
    await slow


async def test_a_connection_that_slack_ends_is_opened_again(bot: Bot, slack: SlackStandIn) -> None:
    await slack.sockets.disconnect()
    await asyncio.wait_for(slack.sockets.connected.wait(), 5)
    bot.answers(Say(Message("back")))
    assert (await slack.person("ada").command("/incident", "help")).text == "back"


async def test_a_wrong_token_is_said_and_tried_again(slack: SlackStandIn, capfd: pytest.CaptureFixture[str]) -> None:
    bot = Bot()
    socket = SocketMode(bot.ear, bot.background, app_token="xapp-wrong-canary", base_url=slack.base_url)
    running = asyncio.create_task(socket.run())
    await asyncio.sleep(0.2)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    written = "".join(capfd.readouterr())
    assert "invalid_auth" in written
    assert "canary" not in written
