"""The stand-in's channels behave like Slack's, seen through the real Slack client."""

from __future__ import annotations

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient  # noqa: TID251 - the stand-in is proved against the real client

from bot.practice.slack_standin import OUTSIDE_TEAM_ID, TEAM_ID, Person, SlackStandIn


async def _refused(call: object) -> str:
    with pytest.raises(SlackApiError) as caught:
        await call  # type: ignore[misc]
    return str(caught.value.response["error"])


async def test_auth_test_says_who_the_bot_is_and_which_scopes_it_has(
    client: AsyncWebClient, slack: SlackStandIn
) -> None:
    answer = await client.auth_test()
    assert (answer["team_id"], answer["user_id"]) == (TEAM_ID, slack.workspace.bot.id)
    assert "chat:write" in answer.headers["x-oauth-scopes"]


async def test_a_missing_or_wrong_token_is_told_apart(slack: SlackStandIn) -> None:
    assert await _refused(AsyncWebClient(base_url=slack.base_url).auth_test()) == "not_authed"
    assert await _refused(AsyncWebClient(token="xoxb-other", base_url=slack.base_url).auth_test()) == "invalid_auth"


async def test_a_missing_scope_is_named(client: AsyncWebClient, slack: SlackStandIn) -> None:
    slack.stage.scopes.remove("pins:write")
    with pytest.raises(SlackApiError) as caught:
        await client.pins_add(channel="C1", timestamp="1.1")
    assert caught.value.response["error"] == "missing_scope"
    assert caught.value.response["needed"] == "pins:write"
    assert "chat:write" in caught.value.response["provided"]


async def test_a_name_is_taken_even_by_an_archived_channel(client: AsyncWebClient, slack: SlackStandIn) -> None:
    created = await client.conversations_create(name="inc-1")
    await client.conversations_archive(channel=created["channel"]["id"])
    assert await _refused(client.conversations_create(name="inc-1")) == "name_taken"
    assert slack.workspace.channel("inc-1").is_archived


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("", "invalid_name_required"),
        ("x" * 81, "invalid_name_maxlength"),
        ("---", "invalid_name_punctuation"),
        ("Inc 1", "invalid_name_specials"),
        ("INC", "invalid_name_specials"),
    ],
)
async def test_a_bad_channel_name_is_refused_with_its_reason(client: AsyncWebClient, name: str, error: str) -> None:
    assert await _refused(client.conversations_create(name=name)) == error


async def test_a_private_channel_without_the_bot_does_not_exist_for_it(
    client: AsyncWebClient, slack: SlackStandIn, ada: Person
) -> None:
    secret = slack.add_channel("secret", members=(ada,), is_private=True)
    assert await _refused(client.conversations_info(channel=secret.id)) == "channel_not_found"
    assert await _refused(client.chat_postMessage(channel=secret.id, text="x")) == "channel_not_found"


async def test_one_bad_invitation_stops_all_unless_forced(
    client: AsyncWebClient, slack: SlackStandIn, ada: Person, ben: Person
) -> None:
    channel = (await client.conversations_create(name="inc-2"))["channel"]["id"]
    with pytest.raises(SlackApiError) as caught:
        await client.conversations_invite(channel=channel, users=[ada.id, "U0NOBODY"])
    assert caught.value.response["errors"] == [{"user": "U0NOBODY", "ok": False, "error": "user_not_found"}]
    assert ada.id not in slack.workspace.channel("inc-2").members
    forced = await client.conversations_invite(channel=channel, users=[ada.id, "U0NOBODY", ben.id], force=True)
    assert [entry["user"] for entry in forced["errors"]] == ["U0NOBODY"]
    assert {ada.id, ben.id} <= set(slack.workspace.channel("inc-2").members)


async def test_who_cannot_be_invited_is_said_for_each_reason(
    client: AsyncWebClient, slack: SlackStandIn, ada: Person
) -> None:
    channel = (await client.conversations_create(name="inc-3"))["channel"]["id"]
    await client.conversations_invite(channel=channel, users=ada.id)
    guest = slack.add_person("guest", is_restricted=True)
    gone = slack.add_person("gone", deleted=True)
    outsider = slack.add_person("outsider", team_id=OUTSIDE_TEAM_ID)
    expected = {
        ada.id: "already_in_channel",
        guest.id: "user_is_restricted",
        gone.id: "cant_invite",
        outsider.id: "user_team_not_in_channel",
        slack.workspace.bot.id: "cant_invite_self",
    }
    for user, error in expected.items():
        assert await _refused(client.conversations_invite(channel=channel, users=user)) == error


async def test_a_topic_over_250_characters_is_too_long(client: AsyncWebClient, slack: SlackStandIn) -> None:
    channel = (await client.conversations_create(name="inc-4"))["channel"]["id"]
    assert await _refused(client.conversations_setTopic(channel=channel, topic="x" * 251)) == "too_long"
    await client.conversations_setTopic(channel=channel, topic="x" * 250)
    assert len(slack.workspace.channel("inc-4").topic) == 250


async def test_an_archived_channel_takes_nothing_and_a_bot_cannot_unarchive_it(client: AsyncWebClient) -> None:
    channel = (await client.conversations_create(name="inc-5"))["channel"]["id"]
    await client.conversations_archive(channel=channel)
    assert await _refused(client.chat_postMessage(channel=channel, text="x")) == "is_archived"
    assert await _refused(client.conversations_setTopic(channel=channel, topic="x")) == "is_archived"
    assert await _refused(client.conversations_archive(channel=channel)) == "already_archived"
    assert await _refused(client.conversations_unarchive(channel=channel)) == "not_in_channel"


async def test_lists_come_in_pages(client: AsyncWebClient) -> None:
    for number in range(5):
        await client.conversations_create(name=f"inc-{number}")
    first = await client.conversations_list(limit=4)
    second = await client.conversations_list(limit=4, cursor=first["response_metadata"]["next_cursor"])
    assert [len(first["channels"]), len(second["channels"])] == [4, 2]
    assert second["response_metadata"]["next_cursor"] == ""


async def test_bookmarks_pins_and_reactions_are_kept(client: AsyncWebClient, slack: SlackStandIn) -> None:
    channel = (await client.conversations_create(name="inc-6"))["channel"]["id"]
    ts = (await client.chat_postMessage(channel=channel, text="card"))["ts"]
    await client.bookmarks_add(channel_id=channel, title="Status page", type="link", link="https://status.example")
    await client.pins_add(channel=channel, timestamp=ts)
    await client.reactions_add(channel=channel, timestamp=ts, name="eyes")
    assert await _refused(client.pins_add(channel=channel, timestamp=ts)) == "already_pinned"
    assert await _refused(client.reactions_add(channel=channel, timestamp=ts, name="eyes")) == "already_reacted"
    assert [b["title"] for b in (await client.bookmarks_list(channel_id=channel))["bookmarks"]] == ["Status page"]
    assert slack.workspace.channel("inc-6").pins[0]["ts"] == ts


async def test_a_dm_is_opened_once_and_reopened_after(client: AsyncWebClient, slack: SlackStandIn, ada: Person) -> None:
    first = await client.conversations_open(users=ada.id)
    again = await client.conversations_open(users=ada.id)
    assert first["channel"]["id"] == again["channel"]["id"]
    assert again["already_open"] is True
    await client.chat_postMessage(channel=first["channel"]["id"], text="hello")
    assert [m.text for m in slack.dms(ada)] == ["hello"]


async def test_an_unknown_method_is_refused_and_the_token_is_never_in_the_log(
    client: AsyncWebClient, slack: SlackStandIn
) -> None:
    assert await _refused(client.api_call("no.such", params={"token": "xoxb-practice"})) == "unknown_method"
    assert "xoxb-practice" not in repr(slack.calls)
