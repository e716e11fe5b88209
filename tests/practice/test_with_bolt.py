"""Slack's own framework, Bolt, accepts what the stand-in sends: signatures, commands, clicks and submissions."""

from __future__ import annotations

from typing import Any

import pytest
from slack_bolt.adapter.asgi.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient  # noqa: TID251 - the stand-in is proved against the real client

from bot.practice.slack_standin import Person, SlackStandIn
from bot.practice.slack_standin.standin import WALL_CLOCK

Json = dict[str, Any]


def _modal() -> Json:
    element = {"type": "plain_text_input", "action_id": "title"}
    label = {"type": "plain_text", "text": "Title"}
    return {
        "type": "modal",
        "callback_id": "declare",
        "title": {"type": "plain_text", "text": "Declare"},
        "submit": {"type": "plain_text", "text": "Go"},
        "blocks": [{"type": "input", "block_id": "title", "label": label, "element": element}],
    }


@pytest.fixture
def bolt(slack: SlackStandIn, client: AsyncWebClient) -> AsyncApp:
    app = AsyncApp(client=client, signing_secret=slack.stage.signing_secret, process_before_response=True)

    @app.command("/incident")
    async def declare(ack: Any, body: Json, client: AsyncWebClient) -> None:
        await client.views_open(trigger_id=body["trigger_id"], view=_modal())
        await ack("one moment")

    @app.view("declare")
    async def submitted(ack: Any, view: Json, client: AsyncWebClient, body: Json) -> None:
        title = view["state"]["values"]["title"]["title"]["value"]
        button = {"type": "button", "action_id": "lead", "text": {"type": "plain_text", "text": "Take the lead"}}
        blocks = [{"type": "actions", "elements": [button]}]
        await client.chat_postMessage(channel=body["user"]["id"], text=title, blocks=blocks)
        await ack()

    @app.action("lead")
    async def lead(ack: Any, respond: Any) -> None:
        await ack()
        await respond(text="you lead", replace_original=True)

    slack.deliver_to(AsyncSlackRequestHandler(app))  # type: ignore[arg-type]
    return app


@pytest.fixture
def wall_clock(slack: SlackStandIn) -> None:
    # Bolt checks the age of a request by the wall clock, so requests must be signed by it here.
    slack.stage.now = WALL_CLOCK


@pytest.mark.usefixtures("bolt", "wall_clock")
async def test_a_whole_conversation_goes_through_bolt(slack: SlackStandIn, ada: Person) -> None:
    opened = await ada.command("/incident")
    assert (opened.status, opened.text) == (200, "one moment")
    assert opened.view is not None
    await ada.fill(opened.view, {"Title": "Checkout is down"})
    assert (await ada.submit()).closed
    card = slack.dms("ada")[0]
    assert (await ada.click(card, "Take the lead")).accepted
    assert card.text == "you lead"


@pytest.mark.usefixtures("bolt", "wall_clock")
async def test_bolt_refuses_a_forged_and_an_old_request(slack: SlackStandIn) -> None:
    forged = slack.signed("command=%2Fincident", secret="not the secret")
    old = slack.signed("command=%2Fincident", timestamp=int(slack.stage.now()) - 301)
    assert [(await slack.send(forged)).status, (await slack.send(old)).status] == [401, 401]
