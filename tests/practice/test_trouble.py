"""Every switch for trouble does what it says, and the bot can be reached over HTTP too."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient  # noqa: TID251 - the stand-in is proved against the real client

from bot.practice.slack_standin import NobodyListens, Person, SlackStandIn
from bot.practice.slack_standin.serving import Listener
from tests.practice.conftest import FakeClock
from tests.practice.scripted_bot import ScriptedBot


async def test_a_rate_limit_names_the_seconds_and_passes(client: AsyncWebClient, slack: SlackStandIn) -> None:
    slack.trouble.rate_limit("auth.test", times=1, retry_after=7)
    with pytest.raises(SlackApiError) as caught:
        await client.auth_test()
    assert (caught.value.response.status_code, caught.value.response.headers["Retry-After"]) == (429, "7")
    assert (await client.auth_test())["ok"]


async def test_a_lost_reply_leaves_the_effect_and_no_answer(
    client: AsyncWebClient, slack: SlackStandIn, ada: Person
) -> None:
    slack.trouble.lose_reply("chat.postMessage")
    with pytest.raises(aiohttp.ClientConnectionError):
        await client.chat_postMessage(channel=ada.id, text="once")
    assert [m.text for m in slack.dms("ada")] == ["once"]
    assert slack.calls[-1].reply_lost
    await client.chat_postMessage(channel=ada.id, text="twice")


async def test_a_planned_error_holds_until_cleared(client: AsyncWebClient, slack: SlackStandIn) -> None:
    channel = (await client.conversations_create(name="inc-1"))["channel"]["id"]
    slack.trouble.fail("conversations.setTopic", "missing_scope")
    for _ in range(3):
        with pytest.raises(SlackApiError, match="missing_scope") as caught:
            await client.conversations_setTopic(channel=channel, topic="x")
        assert "channels:manage" in caught.value.response["needed"]
    slack.trouble.clear()
    await client.conversations_setTopic(channel=channel, topic="x")


async def test_a_server_error_is_not_json_and_has_no_effect(
    client: AsyncWebClient, slack: SlackStandIn, ada: Person
) -> None:
    slack.trouble.server_error("chat.postMessage", status=503)
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel=ada.id, text="x")
    assert caught.value.response.status_code == 503
    assert slack.dms("ada") == []


async def test_a_hanging_call_hangs_until_released_without_effect(
    client: AsyncWebClient, slack: SlackStandIn, ada: Person
) -> None:
    slack.trouble.hang("chat.postMessage")
    call = asyncio.create_task(client.chat_postMessage(channel=ada.id, text="x"))
    async with asyncio.timeout(5):
        while not slack.calls_of("chat.postMessage"):
            await asyncio.sleep(0.01)
    assert not call.done()
    slack.trouble.release()
    with pytest.raises(aiohttp.ClientConnectionError):
        await call
    assert slack.dms("ada") == []


@pytest.mark.parametrize("how", ["dropped", "503"])
async def test_all_of_slack_can_be_down_and_come_back(client: AsyncWebClient, slack: SlackStandIn, how: str) -> None:
    slack.trouble.take_down("503" if how == "503" else "dropped")
    with pytest.raises((aiohttp.ClientError, SlackApiError)):
        await client.auth_test()
    slack.trouble.bring_back()
    assert (await client.auth_test())["ok"]


async def test_slowness_can_be_for_one_method(client: AsyncWebClient, slack: SlackStandIn) -> None:
    slack.trouble.slow(0.1, "auth.test")
    clock = asyncio.get_running_loop().time
    started = clock()
    await client.api_test()
    between = clock()
    await client.auth_test()
    assert between - started < 0.1 <= clock() - between


@pytest.mark.parametrize("concurrently", [True, False])
async def test_deliveries_can_be_duplicated(
    slack: SlackStandIn, ada: Person, bot: ScriptedBot, concurrently: bool
) -> None:
    slack.trouble.duplicate("command", extra=2, concurrently=concurrently)
    answer = await ada.command("/incident", "x")
    assert len(bot.heard) == 3
    assert len(answer.duplicates) == 2
    assert len({body for body, _ in bot.requests}) == 1
    assert len({p["trigger_id"] for p in bot.heard}) == 1


async def test_real_rate_limits_hold_posts_to_one_a_second_after_a_burst(
    client: AsyncWebClient, slack: SlackStandIn, ada: Person, clock: FakeClock
) -> None:
    slack.trouble.enforce_rate_limits = True
    for _ in range(5):
        await client.chat_postMessage(channel=ada.id, text="x")
    with pytest.raises(SlackApiError, match="ratelimited"):
        await client.chat_postMessage(channel=ada.id, text="x")
    clock.advance(1)
    await client.chat_postMessage(channel=ada.id, text="x")


async def test_real_rate_limits_hold_a_workspace_to_several_hundred_posts_a_minute(
    client: AsyncWebClient, slack: SlackStandIn, clock: FakeClock
) -> None:
    slack.trouble.enforce_rate_limits = True
    people = [slack.add_person(f"p{number}") for number in range(301)]
    for person in people[:300]:
        await client.chat_postMessage(channel=person.id, text="x")
    with pytest.raises(SlackApiError, match="ratelimited"):
        await client.chat_postMessage(channel=people[300].id, text="x")
    clock.advance(60)
    await client.chat_postMessage(channel=people[300].id, text="x")


async def test_real_rate_limits_hold_a_method_to_its_tier(
    client: AsyncWebClient, slack: SlackStandIn, clock: FakeClock
) -> None:
    slack.trouble.enforce_rate_limits = True
    for number in range(20):
        await client.conversations_create(name=f"inc-{number}")
    with pytest.raises(SlackApiError, match="ratelimited") as caught:
        await client.conversations_create(name="inc-21")
    clock.advance(float(caught.value.response.headers["Retry-After"]))
    await client.conversations_create(name="inc-21")


async def test_a_bot_behind_a_port_is_reached_over_http(slack: SlackStandIn, ada: Person, bot: ScriptedBot) -> None:
    listener = Listener(bot)
    port = await listener.open()
    slack.deliver_to(f"http://127.0.0.1:{port}")
    bot.next_body = "hello"
    assert (await ada.command("/incident")).text == "hello"
    await listener.close()
    refused = await ada.command("/incident")
    assert refused.status == 0
    assert "operation_timeout" in refused.slack_says


async def test_an_acknowledgement_after_three_seconds_is_too_late(
    slack: SlackStandIn, ada: Person, bot: ScriptedBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.practice.slack_standin.answer.ACK_SECONDS", 0.05)
    bot.delay, bot.next_body = 0.1, "too late to be shown"
    answer = await ada.command("/incident")
    assert (answer.late, answer.accepted) == (True, False)
    assert [m.text for m in slack.ephemerals("ada")] == ['/incident failed with the error "operation_timeout"']


async def test_a_bot_that_crashes_is_a_500_with_its_reason(slack: SlackStandIn, ada: Person) -> None:
    async def crashes(_scope: object, _receive: object, _send: object) -> None:
        raise ValueError("boom")

    slack.deliver_to(crashes)
    answer = await ada.command("/incident")
    assert (answer.status, str(answer.raw.crash)) == (500, "boom")


async def test_acting_before_there_is_a_bot_is_said_plainly() -> None:
    standin = SlackStandIn(people=("ada",))
    with pytest.raises(NobodyListens):
        await standin.person("ada").command("/incident")
