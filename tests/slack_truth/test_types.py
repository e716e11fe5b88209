"""What the stand-in sends, takes and answers fits Slack's published types, kind by kind; and a wrong thing is noticed.

That everything in every story fits too is checked after each test (`tests/conftest.py`).
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from bot.practice.slack_standin import Answer, ApiCall, Person, SlackStandIn
from bot.practice.slack_standin.methods.table import METHODS
from tests.practice.scripted_bot import ScriptedBot
from tests.slack_truth import node
from tests.slack_truth.differences import BY_TYPE, Difference
from tests.slack_truth.judge import decoded, delivery, judged, web_call
from tests.slack_truth.schemas import complaints, published

Json = dict[str, Any]
BUTTON = {"type": "button", "text": {"type": "plain_text", "text": "Go"}, "action_id": "go", "style": "primary"}
OPTION = {
    "text": {"type": "plain_text", "text": "One"},
    "value": "1",
    "description": {"type": "plain_text", "text": "The first"},
}
MENU = {"type": "static_select", "action_id": "menu", "options": [OPTION]}
VIEW = {
    "type": "modal",
    "title": {"type": "plain_text", "text": "Form"},
    "submit": {"type": "plain_text", "text": "Send"},
    "notify_on_close": True,
    "blocks": [
        {"type": "input", "block_id": "b", "label": {"type": "plain_text", "text": "Menu"}, "element": MENU},
        {"type": "actions", "block_id": "c", "elements": [BUTTON]},
    ],
}


@pytest.fixture
async def slack() -> AsyncIterator[SlackStandIn]:
    standin = SlackStandIn(people=("ada", "ben"))
    standin.deliver_to(ScriptedBot())
    async with standin.serve():
        yield standin


@pytest.fixture
def ada(slack: SlackStandIn) -> Person:
    return slack.person("ada")


async def call(slack: SlackStandIn, method: str, **arguments: object) -> Json:
    headers = {"authorization": f"Bearer {slack.stage.token}"}
    async with (
        aiohttp.ClientSession() as session,
        session.post(slack.base_url + method, json=arguments, headers=headers) as reply,
    ):
        answer: Json = await reply.json()
        return answer


async def opened(slack: SlackStandIn, person: Person) -> None:
    trigger = slack.stage.grants.trigger(person.id)
    assert (await call(slack, "views.open", trigger_id=trigger, view=VIEW))["ok"]


def test_the_schemas_are_what_the_types_of_the_lock_file_give() -> None:
    before = node.SCHEMAS.read_text()
    node.generate()
    assert node.SCHEMAS.read_text() == before, "run `make install`"


def test_every_method_of_the_stand_in_is_one_of_slacks_and_has_types() -> None:
    types = published()["types"]
    wanted = {f"{method} {part}" for method in METHODS for part in ("arguments", "response")}
    assert wanted == {name for name in types if " " in name}


@pytest.mark.parametrize("difference", BY_TYPE, ids=lambda each: f"{each.types}: {each.why[:40]}")
def test_every_listed_difference_is_still_needed(difference: Difference) -> None:
    name, value = difference.example
    assert complaints(name, value) == []
    assert complaints(name, value, without=difference) != []


async def test_every_kind_of_delivery_fits(slack: SlackStandIn, ada: Person) -> None:
    room = slack.add_channel("room", members=(ada,), with_bot=True)
    posted = await call(
        slack, "chat.postMessage", channel=room.id, text="x", blocks=[{"type": "actions", "elements": [BUTTON, MENU]}]
    )
    message = slack.workspace.message(room, posted["ts"])
    assert message is not None
    await ada.command("/incident", "help", channel=room)
    await ada.shortcut("anywhere")
    await ada.message_shortcut("on_message", message)
    await ada.click(message, "Go")
    await opened(slack, ada)
    await ada.click(slack.open_view("ada"), "Go")  # type: ignore[arg-type]
    await ada.fill(slack.open_view("ada"), {"Menu": "One"})  # type: ignore[arg-type]
    await ada.submit()
    await opened(slack, ada)
    await ada.close()
    kinds = {answer.payload.get("type", "command") for answer in slack.answers}
    assert kinds == {"command", "shortcut", "message_action", "block_actions", "view_submission", "view_closed"}
    assert judged(slack) == []


async def test_every_event_fits(slack: SlackStandIn, ada: Person) -> None:
    ben, bot = slack.person("ben"), slack.workspace.bot
    room = slack.add_channel("room", members=(ada,), with_bot=True)
    secret = slack.add_channel("secret", members=(ada,), with_bot=True, is_private=True)
    said = await ada.say(room, f"<@{bot.id}> hello")
    await ada.say(room, "in a thread", thread_ts=said.ts)
    await ada.dm("hello")
    await ada.say(secret, "quietly")
    await ada.react(said, "eyes")
    await ben.join(room)
    await ben.leave(room)
    await ada.open_home()
    await ada.changed()
    for place in (room, secret):
        await ada.rename(place, f"{place.name}-2")
        await ada.archive(place)
        await ada.unarchive(place)
        await ada.remove(place, bot)
    await ben.deactivated()
    kinds = {answer.payload["event"]["type"] for answer in slack.answers}
    assert kinds == {
        *("message", "app_mention", "reaction_added", "member_joined_channel", "member_left_channel"),
        *("app_home_opened", "user_change", "channel_rename", "group_rename", "channel_archive", "group_archive"),
        *("channel_unarchive", "group_unarchive", "channel_left", "group_left"),
    }
    assert judged(slack) == []


async def test_envelopes_of_socket_mode_hold_what_http_would(slack: SlackStandIn, ada: Person) -> None:
    slack.deliver_by_socket()
    seen: list[Json] = []
    async with aiohttp.ClientSession() as session, session.ws_connect(slack.sockets.new_url()) as socket:
        hello = await socket.receive_json(timeout=5)

        async def answered(doing: Any) -> None:
            task = asyncio.create_task(doing)
            seen.append(await socket.receive_json(timeout=5))
            await socket.send_json({"envelope_id": seen[-1]["envelope_id"]})
            await task

        await answered(ada.command("/incident", "x"))
        await answered(ada.shortcut("anywhere"))
        await answered(ada.open_home())
    # Slack docs, "Using Socket Mode": hello first, then envelopes; only events cannot be answered with a payload.
    assert (hello["type"], hello["connection_info"]["app_id"]) == ("hello", slack.stage.app_id)
    assert [envelope["type"] for envelope in seen] == ["slash_commands", "interactive", "events_api"]
    assert [envelope["accepts_response_payload"] for envelope in seen] == [True, True, False]
    kinds = ("SentCommand", "SentGlobalShortcut", "SentEvent")
    found = [complaints(name, each["payload"]) for name, each in zip(kinds, seen, strict=True)]
    assert found == [[], [], []]


async def test_a_delivery_that_slack_would_not_make_is_noticed(slack: SlackStandIn, ada: Person) -> None:
    answer = await ada.open_home()
    event = json.loads(answer.request.body)
    del event["event"]["channel"]
    broken = Answer("event", type(answer.request)(json.dumps(event).encode(), {}), answer.raw, event)
    assert list(delivery(broken)) == ['SentEvent app_home_opened: event: "channel" is a required property']


@pytest.mark.parametrize(
    ("method", "arguments", "where"),
    [
        ("chat.postMessage", {"channel": "C1", "text": "x", "chanel": "C2"}, "chanel"),
        ("chat.postMessage", {"channel": "C1", "blocks": [{"type": "sektion"}]}, "blocks"),
        ("chat.postMessage", {"channel": "C1", "blocks": [{"type": "section", "text": "plain"}]}, "blocks/0/text"),
        ("views.open", {"trigger_id": "1", "view": {**VIEW, "titel": "x"}}, "titel"),
        ("conversations.invite", {"channel": "C1", "users": ["U1"]}, "users"),
        ("conversations.setTopic", {"channel": "C1"}, "topic"),
    ],
)
def test_a_call_that_slack_would_not_understand_is_noticed(method: str, arguments: Json, where: str) -> None:
    found = list(web_call(ApiCall(method, arguments, 0.0, {"ok": True}, 200)))
    assert any(where in line for line in found), found


def test_an_answer_that_slack_would_not_give_is_noticed() -> None:
    answered = {"ok": True, "channel": {"id": "C1", "members_count": 3}}
    found = list(web_call(ApiCall("conversations.create", {"name": "x"}, 0.0, answered, 200)))
    assert found == [
        "conversations.create answered: channel: Additional properties are not allowed ('members_count' was unexpected)"
    ]


def test_a_form_is_read_as_its_author_meant_it() -> None:
    form = {
        "channel": "C1",
        "text": "1",
        "unfurl_links": "0",
        "blocks": '[{"type": "divider"}]',
        "metadata": '{"event_type": "x", "event_payload": {}}',
    }
    read = decoded("chat.postMessage", form)
    assert (read["text"], read["unfurl_links"], read["blocks"]) == ("1", False, [{"type": "divider"}])
    assert complaints("chat.postMessage arguments", read) == []
    assert decoded("conversations.list", {"limit": "200", "exclude_archived": "true"}) == {
        "limit": 200,
        "exclude_archived": True,
    }
