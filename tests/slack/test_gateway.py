"""The gateway against the stand-in for Slack: what it does, and what each kind of trouble comes back as."""

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.update import MessageRef
from bot.ports import ChatRefused, ChatUnavailable, ChatUnknown, Mark, Message, View
from bot.practice.slack_standin import OUTSIDE_TEAM_ID, TEAM_ID, Person, SlackStandIn
from bot.slack import gateway, lookup
from bot.slack.gateway import SlackChat
from bot.slack.methods import METHODS

SECONDS = 1_800_000_000.0
NOW = datetime.fromtimestamp(SECONDS, tz=UTC)
TOKEN = "xoxb-canary-token"
WORDS = Message("words", ({"type": "section", "text": {"type": "plain_text", "text": "words"}},))
HOME = View({"type": "home", "blocks": [{"type": "divider"}]})
MODAL = View(
    {
        "type": "modal",
        "title": {"type": "plain_text", "text": "Modal"},
        "callback_id": "m",
        "blocks": list(WORDS.blocks),
    }
)
MARK = Mark("clarion_card", "inc1")


@pytest.fixture
async def slack() -> AsyncIterator[SlackStandIn]:
    standin = SlackStandIn(people=("ada", "ben"), token=TOKEN, now=lambda: SECONDS)
    async with standin.serve():
        yield standin


@pytest.fixture
async def chat(slack: SlackStandIn) -> AsyncIterator[SlackChat]:
    chat = SlackChat(token=TOKEN, base_url=slack.base_url, now=lambda: NOW)
    yield chat
    await chat.aclose()


@pytest.fixture
def ada(slack: SlackStandIn) -> Person:
    return slack.person("ada")


@pytest.fixture
async def room(chat: SlackChat) -> str:
    return await chat.create_channel("inc-1")


# ---------------------------------------------------------------- channels


async def test_a_channel_is_created_and_found_again(chat: SlackChat, slack: SlackStandIn) -> None:
    created = await chat.create_channel("inc-1-checkout")
    found = await chat.find_own_channel("inc-1-checkout", NOW - timedelta(minutes=1))
    assert found is not None
    assert (found.id, found.name, found.created) == (created, "inc-1-checkout", NOW)
    assert await chat.find_own_channel("inc-1-checkout", NOW + timedelta(minutes=1)) is None
    assert await chat.find_own_channel("inc-2", NOW - timedelta(minutes=1)) is None


async def test_a_channel_of_somebody_else_is_not_ours(chat: SlackChat, slack: SlackStandIn, ada: Person) -> None:
    slack.add_channel("inc-1", members=(ada,))
    with pytest.raises(ChatRefused) as refused:
        await chat.create_channel("inc-1")
    assert refused.value.code == "name_taken"
    assert await chat.find_own_channel("inc-1", NOW - timedelta(days=1)) is None


async def test_our_channel_is_found_on_a_later_page(
    chat: SlackChat, slack: SlackStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lookup, "_PAGE", 2)
    for number in range(7):
        slack.add_channel(f"other-{number}")
    created = await chat.create_channel("inc-1")
    found = await chat.find_own_channel("inc-1", NOW)
    assert found is not None
    assert found.id == created
    assert len(slack.calls_of("conversations.list")) > 3


async def test_a_private_channel_is_found_by_its_kind_and_its_members_page_by_page(
    chat: SlackChat, slack: SlackStandIn, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lookup, "_PAGE", 1)
    created = await chat.create_channel("inc-1", private=True)
    assert slack.workspace.channel(created).is_private
    await chat.invite(created, [ada.id])
    found = await chat.find_own_channel("inc-1", NOW, private=True)
    assert found is not None
    assert found.id == created
    assert await chat.find_own_channel("inc-1", NOW) is None
    assert await chat.members(created) == {ada.id, slack.workspace.bot.id}


async def test_one_who_cannot_be_invited_keeps_nobody_out(chat: SlackChat, slack: SlackStandIn, room: str) -> None:
    ada, ben = slack.person("ada"), slack.person("ben")
    guest = slack.add_person("guest", is_restricted=True)
    _, own = await chat.identity()
    await chat.invite(room, [ada.id])
    failed = await chat.invite(room, [ada.id, guest.id, ben.id, "U0NOBODY", own])
    assert failed == {guest.id: "user_is_restricted", "U0NOBODY": "user_not_found"}
    assert {ada.id, ben.id} <= set(slack.workspace.channel(room).members)


async def test_a_slack_that_knows_no_force_is_asked_one_by_one(
    chat: SlackChat, slack: SlackStandIn, room: str, ada: Person
) -> None:
    slack.trouble.fail("conversations.invite", "cant_invite", times=1)
    assert await chat.invite(room, [ada.id, "U0NOBODY"]) == {"U0NOBODY": "user_not_found"}
    assert ada.id in slack.workspace.channel(room).members


async def test_inviting_nobody_asks_nothing(chat: SlackChat, slack: SlackStandIn, room: str) -> None:
    assert await chat.invite(room, []) == {}
    assert not slack.calls_of("conversations.invite")


async def test_a_channel_that_is_gone_is_one_error_and_not_one_for_each(
    chat: SlackChat, slack: SlackStandIn, ada: Person
) -> None:
    with pytest.raises(ChatRefused) as refused:
        await chat.invite("C0GONE", [ada.id, "U0NOBODY"])
    assert refused.value.code == "channel_not_found"
    assert len(slack.calls_of("conversations.invite")) == 1


async def test_topic_bookmark_and_pin(chat: SlackChat, slack: SlackStandIn, room: str) -> None:
    await chat.set_topic(room, "SEV1")
    with pytest.raises(ChatRefused, match="too_long"):
        await chat.set_topic(room, "x" * 251)
    for _ in range(2):
        await chat.add_bookmark(room, "Status page", "https://status.example.com")
    ref = await chat.post(room, WORDS)
    for _ in range(2):
        await chat.pin(ref)
    channel = slack.workspace.channel(room)
    assert channel.topic == "SEV1"
    assert [bookmark.title for bookmark in channel.bookmarks] == ["Status page"]
    assert [pin["ts"] for pin in channel.pins] == [ref.ts]


# ---------------------------------------------------------------- messages


async def test_a_post_is_found_by_its_mark(chat: SlackChat, slack: SlackStandIn, room: str) -> None:
    for number in range(5):
        await chat.post(room, WORDS, mark=Mark("clarion_note", str(number)))
    ref = await chat.post(room, WORDS, mark=MARK)
    await chat.post(room, WORDS, mark=Mark("clarion_card", "other"))
    assert await chat.find_post(room, MARK) == ref
    assert await chat.find_post(room, Mark("clarion_card", "none")) is None
    assert await chat.find_post(room, Mark("clarion_other", "inc1")) is None


async def test_a_post_is_found_behind_a_busy_day_of_others(chat: SlackChat, slack: SlackStandIn, room: str) -> None:
    ref = await chat.post(room, WORDS, mark=MARK)
    for _ in range(450):
        slack.workspace.post_system(slack.workspace.channel(room), slack.workspace.bot.id, "channel_topic", "other")
    assert await chat.find_post(room, MARK) == ref


async def test_too_much_to_look_through_is_not_called_absent(
    chat: SlackChat, room: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lookup, "_MESSAGES_PAGE", 2)
    monkeypatch.setattr(lookup, "_MOST_LOOKED_AT", 4)
    for _ in range(5):
        await chat.post(room, WORDS)
    with pytest.raises(ChatUnavailable):
        await chat.find_post(room, MARK)


async def test_a_reply_in_a_thread_and_a_direct_message_are_found_too(
    chat: SlackChat, slack: SlackStandIn, room: str, ada: Person
) -> None:
    top = await chat.post(room, WORDS)
    reply = await chat.post(room, WORDS, thread=top.ts, mark=MARK)
    assert await chat.find_post(room, MARK, thread=top.ts) == reply
    sent = await chat.direct(ada.id, WORDS, mark=MARK)
    assert await chat.find_post(ada.id, MARK) == sent
    assert [message.text for message in slack.dms(ada)] == ["words"]


async def test_a_direct_channel_is_opened_once(chat: SlackChat, slack: SlackStandIn, ada: Person) -> None:
    for _ in range(3):
        await chat.direct(ada.id, WORDS)
    assert len(slack.calls_of("conversations.open")) == 1


async def test_without_the_scope_a_direct_message_goes_by_user_id(
    chat: SlackChat, slack: SlackStandIn, ada: Person
) -> None:
    slack.trouble.fail("conversations.open", "missing_scope")
    await chat.direct(ada.id, WORDS)
    assert slack.calls_of("chat.postMessage")[0].arguments["channel"] == ada.id


async def test_customers_get_no_markup_and_nobody_gets_previews(
    chat: SlackChat, slack: SlackStandIn, room: str
) -> None:
    await chat.post(room, WORDS, customer_facing=True)
    await chat.post(room, WORDS)
    public, internal = (call.arguments for call in slack.calls_of("chat.postMessage"))
    assert (public["mrkdwn"], public["parse"], public["link_names"]) == (False, "none", False)
    for arguments in (public, internal):
        assert (arguments["unfurl_links"], arguments["unfurl_media"]) == (False, False)
    assert "mrkdwn" not in internal


async def test_amending_and_its_limit(chat: SlackChat, slack: SlackStandIn, room: str) -> None:
    ref = await chat.post(room, WORDS)
    await chat.amend(ref, Message("new words"))
    (message,) = slack.messages(room)
    assert message.text == "new words"
    calls = len(slack.calls)
    with pytest.raises(ChatRefused, match="msg_too_long"):
        await chat.amend(ref, Message("x" * 4_001))
    with pytest.raises(ChatRefused, match="msg_too_long"):
        await chat.post(room, Message("x" * 40_001))
    assert len(slack.calls) == calls
    assert (await chat.permalink(ref)).startswith("http")


async def test_answering_through_a_response_url(chat: SlackChat, slack: SlackStandIn, ada: Person) -> None:
    channel = slack.workspace.channel("general")
    url = slack.stage.response_url(ada.user, channel)
    for _ in range(5):
        await chat.respond(url, WORDS)
    assert [message.text for message in slack.ephemerals(ada)] == ["words"] * 5
    with pytest.raises(ChatRefused):
        await chat.respond(url, WORDS)


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/hook",
        "http://hooks.slack.com/x",
        "https://hooks.slack.com.evil.example/x",
        "https://hooks.slack.com@evil.example/x",
        "https://evil.example#@hooks.slack.com/",
        "https://user:pw@hooks.slack.com/x",
        "https://hooks.slack.com:8443/x",
        "http://127.0.0.1:1/response/x",
        "http://169.254.169.254/latest",
        "file:///etc/passwd",
        "http://[::1",
        "",
    ],
)
async def test_a_response_url_elsewhere_is_refused(chat: SlackChat, url: str) -> None:
    with pytest.raises(ChatRefused, match="foreign_response_url"):
        await chat.respond(url, WORDS)


# ---------------------------------------------------------------- modals and people


async def test_modals(chat: SlackChat, slack: SlackStandIn, ada: Person) -> None:
    opened = await chat.open_view(slack.stage.grants.trigger(ada.id), MODAL)
    await chat.update_view(opened, MODAL)
    await chat.push_view(slack.stage.grants.trigger(ada.id, opened), MODAL)
    assert len(slack.workspace.views(ada.user)) == 2
    with pytest.raises(ChatRefused, match="invalid_trigger_id"):
        await chat.open_view("gone", MODAL)


async def test_a_modal_that_is_not_open_in_two_seconds(
    chat: SlackChat, slack: SlackStandIn, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gateway, "_VIEW_WITHIN", 0.05)
    slack.trouble.hang("views.open")
    with pytest.raises(ChatUnknown):
        await chat.open_view(slack.stage.grants.trigger(ada.id), MODAL)


async def test_who_somebody_is(chat: SlackChat, slack: SlackStandIn, ada: Person) -> None:
    found = await chat.person(ada.id, 1.0)
    assert found is not None
    assert (found.user_id, found.workspace, found.checked_at) == (ada.id, TEAM_ID, NOW)
    assert (found.guest, found.outside, found.bot, found.deactivated) == (False,) * 4
    guest = await chat.person(slack.add_person("guest", is_restricted=True).id, 1.0)
    outsider = await chat.person(slack.add_person("other", team_id=OUTSIDE_TEAM_ID).id, 1.0)
    gone = await chat.person(slack.add_person("gone", deleted=True).id, 1.0)
    _, own = await chat.identity()
    itself = await chat.person(own, 1.0)
    assert guest is not None
    assert outsider is not None
    assert gone is not None
    assert itself is not None
    assert (guest.guest, outsider.outside, gone.deactivated, itself.bot) == (True, True, True, True)
    assert await chat.person("U0NOBODY", 1.0) is None


async def test_looking_somebody_up_ends_in_time(chat: SlackChat, slack: SlackStandIn, ada: Person) -> None:
    await chat.identity()
    slack.trouble.slow(1.0, "users.info")
    started = asyncio.get_running_loop().time()
    with pytest.raises(ChatUnavailable):
        await chat.person(ada.id, 0.05)
    assert asyncio.get_running_loop().time() - started < 0.5


async def test_everybody_page_by_page(chat: SlackChat, slack: SlackStandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateway, "_PEOPLE_PAGE", 2)
    for number in range(5):
        slack.add_person(f"person{number}")
    everybody = await chat.everybody()
    assert {"ada", "ben", "person4"} <= {person.name for person in everybody}
    assert len({person.user_id for person in everybody}) == len(everybody)


# ---------------------------------------------------------------- trouble


async def test_429_is_not_done_and_says_when(chat: SlackChat, slack: SlackStandIn, room: str) -> None:
    slack.trouble.rate_limit("chat.postMessage", retry_after=7)
    with pytest.raises(ChatUnavailable) as fault:
        await chat.post(room, WORDS)
    assert fault.value.retry_after == 7
    assert not slack.messages(room)


async def test_a_limit_without_a_429(chat: SlackChat, slack: SlackStandIn, room: str) -> None:
    slack.trouble.fail("conversations.setTopic", "ratelimited", times=1)
    with pytest.raises(ChatUnavailable):
        await chat.set_topic(room, "x")


async def test_a_lost_reply_to_a_post_is_unknown_and_the_post_is_found(
    chat: SlackChat, slack: SlackStandIn, room: str
) -> None:
    slack.trouble.lose_reply("chat.postMessage")
    with pytest.raises(ChatUnknown):
        await chat.post(room, WORDS, mark=MARK)
    assert len(slack.messages(room)) == 1
    assert await chat.find_post(room, MARK) is not None


async def test_a_lost_reply_to_a_create_is_unknown(chat: SlackChat, slack: SlackStandIn) -> None:
    slack.trouble.lose_reply("conversations.create")
    with pytest.raises(ChatUnknown):
        await chat.create_channel("inc-9")
    assert await chat.find_own_channel("inc-9", NOW) is not None


async def test_a_lost_reply_to_what_may_be_repeated_is_not_done(
    chat: SlackChat, slack: SlackStandIn, room: str
) -> None:
    slack.trouble.lose_reply("conversations.setTopic")
    with pytest.raises(ChatUnavailable):
        await chat.set_topic(room, "x")


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_a_server_error(chat: SlackChat, slack: SlackStandIn, room: str, status: int) -> None:
    """Slack may have posted before it failed, so a post is unknown; the rest may simply be tried again."""
    slack.trouble.server_error("*", times=2, status=status)
    with pytest.raises(ChatUnknown):
        await chat.post(room, WORDS)
    with pytest.raises(ChatUnavailable):
        await chat.set_topic(room, "x")


@pytest.mark.parametrize("code", ["fatal_error", "internal_error"])
async def test_errors_that_slack_calls_half_done(chat: SlackChat, slack: SlackStandIn, room: str, code: str) -> None:
    slack.trouble.fail("chat.postMessage", code, times=1)
    with pytest.raises(ChatUnknown):
        await chat.post(room, WORDS)


async def test_nobody_at_the_door_means_nothing_was_sent(slack: SlackStandIn) -> None:
    chat = SlackChat(token=TOKEN, base_url="http://127.0.0.1:1/api/", now=lambda: NOW)
    with pytest.raises(ChatUnavailable):
        await chat.post("C1", WORDS)
    await chat.aclose()


async def test_a_dropped_connection_after_asking_is_unknown(chat: SlackChat, slack: SlackStandIn, room: str) -> None:
    slack.trouble.take_down("dropped")
    with pytest.raises(ChatUnknown):
        await chat.post(room, WORDS)


async def test_a_missing_scope_is_named(chat: SlackChat, slack: SlackStandIn, room: str) -> None:
    slack.stage.scopes.clear()
    with pytest.raises(ChatRefused) as refused:
        await chat.pin(MessageRef(channel=room, ts="1.1"))
    assert refused.value.code == "missing_scope"
    assert "pins:write" in refused.value.detail


async def test_a_wrong_token(slack: SlackStandIn) -> None:
    chat = SlackChat(token="xoxb-wrong", base_url=slack.base_url, now=lambda: NOW)
    with pytest.raises(ChatRefused, match="invalid_auth"):
        await chat.identity()
    await chat.aclose()


async def test_what_is_wrong_with_blocks_is_named_by_place_only(
    chat: SlackChat, slack: SlackStandIn, room: str
) -> None:
    block = {"type": "section", "text": {"type": "plain_text", "text": "canary" * 1_000}}
    with pytest.raises(ChatRefused) as refused:
        await chat.post(room, Message("x", (block,)))
    assert "/blocks/0" in refused.value.detail
    assert "canary" not in str(refused.value)


async def test_neither_token_nor_words_leave_by_errors_logs_or_repr(
    chat: SlackChat, slack: SlackStandIn, room: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    words = Message("canary-words")
    slack.trouble.lose_reply("chat.postMessage")
    slack.trouble.server_error("chat.postMessage")
    slack.trouble.fail("chat.postMessage", "invalid_blocks", times=1)
    for _ in range(4):
        try:
            await chat.post(room, words)
        except (ChatRefused, ChatUnavailable, ChatUnknown) as trouble:
            seen = [repr(trouble), str(trouble), repr(trouble.__context__), repr(trouble.__cause__)]
            assert "canary" not in " ".join(seen)
    ours = [record.getMessage() for record in caplog.records if "clarion" in record.name or "slack" in record.name]
    assert "canary" not in " ".join(ours) + repr(chat)


async def test_every_call_is_a_post_of_a_known_method(
    chat: SlackChat, slack: SlackStandIn, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    verbs: list[tuple[str, str]] = []
    call = chat._client.api_call

    async def noted(method: str, *, http_verb: str = "POST", **rest: object) -> object:
        verbs.append((method, http_verb))
        return await call(method, http_verb=http_verb, **rest)  # type: ignore[arg-type]

    monkeypatch.setattr(chat._client, "api_call", noted)
    room = await chat.create_channel("inc-1")
    ref = await chat.post(room, WORDS, mark=MARK)
    await chat.find_own_channel("inc-1", NOW)
    await chat.members(room)
    await chat.find_post(room, MARK)
    await chat.find_post(room, MARK, thread=ref.ts)
    await chat.invite(room, [ada.id])
    await chat.set_topic(room, "x")
    await chat.rename_channel(room, "inc-1-moved")
    await chat.add_bookmark(room, "t", "https://example.com")
    await chat.pin(ref)
    await chat.amend(ref, WORDS)
    await chat.join_channel(room)
    await chat.whisper(room, ada.id, WORDS)
    await chat.read(ref)
    await chat.show_home(ada.id, HOME)
    assert await chat.group(slack.add_usergroup("oncall", (ada,)), 1.0) == (ada.id,)
    await chat.direct(ada.id, WORDS)
    await chat.permalink(ref)
    opened = await chat.open_view(slack.stage.grants.trigger(ada.id), MODAL)
    await chat.push_view(slack.stage.grants.trigger(ada.id, opened), MODAL)
    await chat.update_view(opened, MODAL)
    await chat.person(ada.id, 1.0)
    await chat.everybody()
    assert {verb for _, verb in verbs} == {"POST"}
    assert {method for method, _ in verbs} == set(METHODS)


async def test_a_given_session_is_left_open(slack: SlackStandIn) -> None:
    import aiohttp

    async with aiohttp.ClientSession() as session:
        chat = SlackChat(token=TOKEN, base_url=slack.base_url, now=lambda: NOW, session=session)
        assert (await chat.identity())[0] == TEAM_ID
        await chat.aclose()
        assert not session.closed
