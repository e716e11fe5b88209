"""Posting, editing and reading back, seen through the real Slack client."""

from __future__ import annotations

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.models.blocks import ButtonElement, HeaderBlock, SectionBlock
from slack_sdk.web.async_client import AsyncWebClient  # noqa: TID251 - the stand-in is proved against the real client

from bot.practice.slack_standin import Person, SlackStandIn


@pytest.fixture
async def channel(client: AsyncWebClient, ada: Person) -> str:
    channel_id = str((await client.conversations_create(name="inc-1"))["channel"]["id"])
    await client.conversations_invite(channel=channel_id, users=ada.id)
    return channel_id


async def _refused(call: object) -> str:
    with pytest.raises(SlackApiError) as caught:
        await call  # type: ignore[misc]
    return str(caught.value.response["error"])


async def test_blocks_made_with_the_sdks_models_are_accepted(
    client: AsyncWebClient, slack: SlackStandIn, channel: str
) -> None:
    button = ButtonElement(text="Approve", action_id="approve", value="u1", style="primary")
    blocks = [HeaderBlock(text="SEV1"), SectionBlock(text="*Checkout* is down", accessory=button)]
    await client.chat_postMessage(channel=channel, text="SEV1", blocks=blocks)
    assert slack.messages("inc-1")[0].blocks[1]["accessory"]["action_id"] == "approve"


async def test_timestamps_are_unique_even_when_the_clock_stands_still(client: AsyncWebClient, channel: str) -> None:
    posted = [(await client.chat_postMessage(channel=channel, text=str(n)))["ts"] for n in range(5)]
    assert posted == sorted(set(posted))


async def test_metadata_comes_back_only_when_it_is_asked_for(client: AsyncWebClient, channel: str) -> None:
    metadata = {"event_type": "clarion_update", "event_payload": {"id": "u1"}}
    await client.chat_postMessage(channel=channel, text="x", metadata=metadata)
    plain = await client.conversations_history(channel=channel, limit=1)
    full = await client.conversations_history(channel=channel, limit=1, include_all_metadata=True)
    assert "metadata" not in plain["messages"][0]
    assert full["messages"][0]["metadata"] == metadata


async def test_metadata_of_another_shape_is_refused(client: AsyncWebClient, channel: str) -> None:
    bad = {"event_type": "clarion_update", "payload": {}}
    assert await _refused(client.chat_postMessage(channel=channel, text="x", metadata=bad)) == "invalid_metadata_format"


async def test_an_edit_over_4000_characters_is_refused_where_a_post_is_not(
    client: AsyncWebClient, slack: SlackStandIn, channel: str
) -> None:
    ts = (await client.chat_postMessage(channel=channel, text="x" * 40_001))["ts"]
    assert len(slack.messages("inc-1")[0].text) == 40_000
    assert await _refused(client.chat_update(channel=channel, ts=ts, text="x" * 4_001)) == "msg_too_long"
    await client.chat_update(channel=channel, ts=ts, text="short")
    assert slack.messages("inc-1")[0].text == "short"


async def test_only_the_bots_own_messages_can_be_edited(client: AsyncWebClient, channel: str, ada: Person) -> None:
    said = await ada.say("inc-1", "mine")
    assert await _refused(client.chat_update(channel=channel, ts=said.ts, text="x")) == "cant_update_message"
    assert await _refused(client.chat_update(channel=channel, ts="1.000001", text="x")) == "message_not_found"


async def test_an_empty_message_has_no_text(client: AsyncWebClient, channel: str) -> None:
    assert await _refused(client.chat_postMessage(channel=channel, text=" ")) == "no_text"


async def test_the_bot_cannot_post_where_it_is_not(client: AsyncWebClient, slack: SlackStandIn) -> None:
    assert await _refused(client.chat_postMessage(channel=slack.workspace.general.id, text="x")) == "not_in_channel"


async def test_an_ephemeral_needs_membership_and_is_for_one_person(
    client: AsyncWebClient, slack: SlackStandIn, channel: str, ada: Person, ben: Person
) -> None:
    await client.chat_postEphemeral(channel=channel, user=ada.id, text="only you")
    assert [m.text for m in slack.ephemerals(ada, "inc-1")] == ["only you"]
    outsider = client.chat_postEphemeral(channel=channel, user=ben.id, text="x")
    assert await _refused(outsider) == "user_not_in_channel"
    assert slack.messages("inc-1") == []


async def test_replies_stay_out_of_the_history_and_in_their_thread(client: AsyncWebClient, channel: str) -> None:
    ts = (await client.chat_postMessage(channel=channel, text="card"))["ts"]
    await client.chat_postMessage(channel=channel, text="reply", thread_ts=ts)
    history = await client.conversations_history(channel=channel, oldest=str(float(ts) - 1), limit=1)
    replies = await client.conversations_replies(channel=channel, ts=ts)
    assert history["messages"][0]["reply_count"] == 1
    assert [m["text"] for m in replies["messages"]] == ["card", "reply"]


async def test_a_mention_notifies_members_only_and_an_edit_notifies_nobody(
    client: AsyncWebClient, slack: SlackStandIn, channel: str, ada: Person, ben: Person
) -> None:
    ts = (await client.chat_postMessage(channel=channel, text=f"{ada.mention} {ben.mention} look"))["ts"]
    await client.chat_update(channel=channel, ts=ts, text=f"{ada.mention} look again")
    assert [n.reason for n in slack.notifications(ada)] == ["mention"]
    assert slack.notifications(ben) == []


async def test_a_dm_notifies_with_the_top_level_text(client: AsyncWebClient, slack: SlackStandIn, ada: Person) -> None:
    await client.chat_postMessage(channel=ada.id, text="SEV1 needs you", blocks=[SectionBlock(text="long story")])
    await client.chat_postMessage(channel=ada.id, blocks=[SectionBlock(text="no fallback")])
    assert [n.text for n in slack.notifications(ada)] == ["SEV1 needs you", "This content can't be displayed."]


async def test_channel_wide_mentions_in_user_text_would_be_seen(
    client: AsyncWebClient, slack: SlackStandIn, channel: str, ada: Person
) -> None:
    await client.chat_postMessage(channel=channel, text="x", blocks=[SectionBlock(text="<!channel> wake up")])
    assert [n.reason for n in slack.notifications(ada)] == ["mention"]


async def test_the_transcript_reads_as_a_story(client: AsyncWebClient, slack: SlackStandIn, channel: str) -> None:
    await client.chat_postMessage(channel=channel, text="SEV1 declared")
    assert "[#inc-1] @clarion: SEV1 declared" in slack.transcript()
