"""People act as Slack's clients do, and the bot is told in Slack's shapes."""

from __future__ import annotations

import hashlib
import hmac

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient  # noqa: TID251 - the stand-in is proved against the real client

from bot.practice.slack_standin import NotOnScreen, Person, RefusedByClient, SlackStandIn
from tests.practice.conftest import FakeClock
from tests.practice.scripted_bot import Json, ScriptedBot


def _card() -> list[Json]:
    def button(text: str, value: str) -> Json:
        return {
            "type": "button",
            "text": {"type": "plain_text", "text": text},
            "action_id": text.lower(),
            "value": value,
        }

    options = [{"text": {"type": "plain_text", "text": name}, "value": name} for name in ("SEV1", "SEV2")]
    menu = {"type": "static_select", "action_id": "severity", "options": options, "initial_option": options[1]}
    menu["placeholder"] = {"type": "plain_text", "text": "Severity"}
    return [
        {"type": "section", "text": {"type": "mrkdwn", "text": "Update 1"}, "accessory": menu, "block_id": "s"},
        {"type": "actions", "elements": [button("Approve", "u1"), button("Reject", "u1")], "block_id": "a"},
    ]


async def test_a_command_is_signed_and_has_slacks_fields(slack: SlackStandIn, ada: Person, bot: ScriptedBot) -> None:
    answer = await ada.command("/incident", "declare <x> & y")
    sent = bot.heard[0]
    assert (sent["command"], sent["text"], sent["user_id"]) == ("/incident", "declare <x> & y", ada.id)
    assert (sent["channel_name"], sent["is_enterprise_install"]) == ("general", "false")
    body, headers = bot.requests[0]
    base = b"v0:" + headers["x-slack-request-timestamp"].encode() + b":" + body
    expected = hmac.new(slack.stage.signing_secret.encode(), base, hashlib.sha256).hexdigest()
    assert headers["x-slack-signature"] == f"v0={expected}"
    assert (answer.status, answer.accepted) == (200, True)


async def test_a_commands_answer_is_shown_to_that_person_only(
    slack: SlackStandIn, ada: Person, ben: Person, bot: ScriptedBot
) -> None:
    bot.next_body = {"text": "saved", "response_type": "ephemeral"}
    answer = await ada.command("/incident")
    bot.next_body = "plain words"
    await ada.command("/incident")
    assert answer.text == "saved"
    assert [m.text for m in slack.ephemerals(ada)] == ["saved", "plain words"]
    assert slack.ephemerals(ben) == []


async def test_a_command_cannot_be_used_in_a_thread(ada: Person, bot: ScriptedBot) -> None:
    with pytest.raises(RefusedByClient, match="/incident is not supported in threads"):
        await ada.command("/incident", "status", thread_ts="1800000000.000001")
    assert bot.heard == []


async def test_a_failing_bot_leaves_the_person_with_slacks_own_words(
    slack: SlackStandIn, ada: Person, bot: ScriptedBot
) -> None:
    bot.status = 500
    answer = await ada.command("/incident")
    assert not answer.accepted
    assert slack.ephemerals(ada)[-1].text == '/incident failed with the error "dispatch_failed"'


async def test_a_response_url_works_five_times_within_half_an_hour(
    slack: SlackStandIn, ada: Person, bot: ScriptedBot, clock: FakeClock
) -> None:
    await ada.command("/incident")
    await ada.command("/incident")
    first, second = (payload["response_url"] for payload in bot.heard)
    async with aiohttp.ClientSession() as session:
        statuses = [(await session.post(first, json={"text": str(n)})).status for n in range(6)]
        clock.advance(30 * 60 + 1)
        late = await session.post(second, json={"text": "late"})
        assert (await late.json())["error"] == "expired_url"
    assert statuses == [200] * 5 + [404]
    assert [m.text for m in slack.ephemerals(ada)] == ["0", "1", "2", "3", "4"]


async def test_a_trigger_opens_one_view_and_only_for_three_seconds(
    client: AsyncWebClient, slack: SlackStandIn, ada: Person, bot: ScriptedBot, clock: FakeClock
) -> None:
    view = {"type": "modal", "title": {"type": "plain_text", "text": "Hi"}, "blocks": []}
    await ada.command("/incident")
    await ada.command("/incident")
    used, late = (payload["trigger_id"] for payload in bot.heard)
    await client.views_open(trigger_id=used, view=view)
    shown = slack.open_view("ada")
    assert shown is not None
    assert shown.title == "Hi"
    with pytest.raises(SlackApiError, match="exchanged_trigger_id"):
        await client.views_open(trigger_id=used, view=view)
    clock.advance(3.1)
    with pytest.raises(SlackApiError, match="expired_trigger_id"):
        await client.views_open(trigger_id=late, view=view)


async def test_a_click_carries_the_message_its_channel_and_what_was_chosen(
    client: AsyncWebClient, slack: SlackStandIn, ada: Person, bot: ScriptedBot
) -> None:
    channel = slack.add_channel("inc-1", members=(ada,), with_bot=True)
    await client.chat_postMessage(channel=channel.id, text="card", blocks=_card())
    message = slack.messages("inc-1")[0]
    await ada.choose(message, "Severity", "SEV1")
    await ada.click(message, "Approve")
    chosen, clicked = bot.heard
    assert chosen["actions"][0]["selected_option"]["value"] == "SEV1"
    assert clicked["actions"][0] | {"action_ts": ""} == {
        "type": "button",
        "action_id": "approve",
        "block_id": "a",
        "text": {"type": "plain_text", "text": "Approve"},
        "value": "u1",
        "action_ts": "",
    }
    assert clicked["container"]["message_ts"] == message.ts
    assert clicked["channel"] == {"id": channel.id, "name": "inc-1"}
    assert clicked["state"]["values"]["s"]["severity"]["selected_option"]["value"] == "SEV1"
    assert clicked["user"] == {"id": ada.id, "username": "ada", "name": "ada", "team_id": "T0PRACTICE"}
    assert clicked["message"]["text"] == "card"
    assert (clicked["enterprise"], clicked["is_enterprise_install"]) == (None, False)


async def test_a_button_nobody_can_see_cannot_be_clicked(
    client: AsyncWebClient, slack: SlackStandIn, ada: Person, ben: Person
) -> None:
    slack.add_channel("quiet", members=(ada,), is_private=True, with_bot=True)
    await client.chat_postMessage(channel="quiet", text="card", blocks=_card())
    message = slack.messages("quiet")[0]
    with pytest.raises(NotOnScreen, match="Publish"):
        await ada.click(message, "Publish")
    with pytest.raises(NotOnScreen, match="ben cannot see"):
        await ben.click(message, "Approve")


async def test_a_stale_screen_can_still_be_clicked(
    client: AsyncWebClient, slack: SlackStandIn, ada: Person, bot: ScriptedBot
) -> None:
    slack.add_channel("inc-1", members=(ada,), with_bot=True)
    posted = await client.chat_postMessage(channel="inc-1", text="card", blocks=_card())
    seen = slack.messages("inc-1")[0].snapshot()
    await client.chat_update(channel=posted["channel"], ts=posted["ts"], text="approved")
    await ada.click(seen, "Approve")
    assert bot.heard[0]["actions"][0]["value"] == "u1"


async def test_a_replay_is_byte_identical(slack: SlackStandIn, ada: Person, bot: ScriptedBot, clock: FakeClock) -> None:
    answer = await ada.command("/incident", "x")
    clock.advance(400)
    await ada.replay(answer, retry_num=1)
    first, second = bot.requests
    assert first[0] == second[0]
    assert second[1]["x-slack-retry-num"] == "1"
    assert first[1]["x-slack-signature"] == second[1]["x-slack-signature"]


async def test_a_request_can_be_forged_and_aged(slack: SlackStandIn, bot: ScriptedBot) -> None:
    forged = slack.signed("payload={}", timestamp=1, secret="not the secret")
    honest = slack.signed("payload={}", timestamp=1)
    assert forged.headers["x-slack-signature"] != honest.headers["x-slack-signature"]
    assert (await slack.send(forged)).status == 200


async def test_the_bot_hears_of_channels_it_is_in_and_of_no_others(
    slack: SlackStandIn, ada: Person, ben: Person, bot: ScriptedBot
) -> None:
    slack.add_channel("inc-1", members=(ada,), with_bot=True)
    slack.add_channel("other", members=(ada,))
    await ada.say("other", "unheard")
    said = await ada.say("inc-1", f"<@{slack.workspace.bot.id}> hello")
    await ben.join("inc-1")
    await ben.react(said, "eyes")
    assert [p["event"]["type"] for p in bot.heard] == [
        "message",
        "app_mention",
        "member_joined_channel",
        "reaction_added",
    ]
    assert len({p["event_id"] for p in bot.heard}) == 4


async def test_shortcuts_carry_their_callback_and_message(slack: SlackStandIn, ada: Person, bot: ScriptedBot) -> None:
    slack.add_channel("inc-1", members=(ada,), with_bot=True)
    said = await ada.say("inc-1", "add this")
    await ada.shortcut("declare")
    await ada.message_shortcut("add_to_timeline", said)
    _, everywhere, on_message = bot.heard
    assert (everywhere["type"], everywhere["callback_id"]) == ("shortcut", "declare")
    assert (on_message["type"], on_message["message"]["text"]) == ("message_action", "add this")


async def test_people_archive_and_remove_and_the_bot_is_told(
    slack: SlackStandIn, ada: Person, bot: ScriptedBot
) -> None:
    slack.add_channel("inc-1", members=(ada,), with_bot=True)
    await ada.archive("inc-1")
    await ada.unarchive("inc-1")
    await ada.remove("inc-1", slack.workspace.bot)
    await ada.dm("where did you go?")
    assert [p["event"]["type"] for p in bot.heard] == [
        "channel_archive",
        "channel_unarchive",
        "channel_left",
        "message",
    ]
    assert slack.workspace.bot.id not in slack.workspace.channel("inc-1").members
