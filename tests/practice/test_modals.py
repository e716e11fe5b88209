"""Forms are filled in, refused, updated, pushed and closed as in Slack's client."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient  # noqa: TID251 - the stand-in is proved against the real client

from bot.practice.slack_standin import NotOnScreen, OpenView, Person, RefusedByClient, SlackStandIn
from tests.practice.scripted_bot import Json, ScriptedBot

Opens = Callable[[Json], Awaitable[OpenView]]


def _plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def _input(label: str, element: Json, **more: object) -> Json:
    return {"type": "input", "block_id": label.lower(), "label": _plain(label), "element": element, **more}


def _form(*blocks: Json, **more: object) -> Json:
    return {
        "type": "modal",
        "callback_id": "declare",
        "private_metadata": "m",
        "title": _plain("Declare"),
        "submit": _plain("Declare"),
        "blocks": list(blocks),
        **more,
    }


OPTIONS = [{"text": _plain(name), "value": name.lower()} for name in ("SEV1", "SEV2")]
TITLE = _input("Title", {"type": "plain_text_input", "action_id": "title", "max_length": 10})
SEVERITY = _input(
    "Severity",
    {"type": "static_select", "action_id": "severity", "options": OPTIONS, "initial_option": OPTIONS[1]},
)
LEAD = _input("Lead", {"type": "users_select", "action_id": "lead"}, optional=True)


@pytest.fixture
def opens(client: AsyncWebClient, slack: SlackStandIn, ada: Person, bot: ScriptedBot) -> Opens:
    async def _opens(view: Json) -> OpenView:
        await ada.command("/incident")
        await client.views_open(trigger_id=bot.heard[-1]["trigger_id"], view=view)
        shown = slack.open_view("ada")
        assert shown is not None
        return shown

    return _opens


async def test_a_filled_form_arrives_with_typed_and_initial_values(
    opens: Opens, ada: Person, ben: Person, bot: ScriptedBot
) -> None:
    view = await opens(_form(TITLE, SEVERITY, LEAD))
    await ada.fill(view, {"Title": "Checkout", "lead": ben})
    answer = await ada.submit(view)
    sent = bot.heard[-1]["view"]
    assert bot.heard[-1]["type"] == "view_submission"
    assert (sent["callback_id"], sent["private_metadata"], sent["hash"]) == ("declare", "m", view.hash)
    assert sent["state"]["values"] == {
        "title": {"title": {"type": "plain_text_input", "value": "Checkout"}},
        "severity": {"severity": {"type": "static_select", "selected_option": OPTIONS[1]}},
        "lead": {"lead": {"type": "users_select", "selected_user": ben.id}},
    }
    assert answer.closed
    assert answer.view is None


async def test_the_client_keeps_a_form_that_is_empty_or_too_long(opens: Opens, ada: Person, bot: ScriptedBot) -> None:
    view = await opens(_form(TITLE))
    with pytest.raises(RefusedByClient) as empty:
        await ada.submit(view)
    assert empty.value.errors == {"title": "Please complete this required field."}
    await ada.fill(view, {"Title": "far too long for it"})
    with pytest.raises(RefusedByClient):
        await ada.submit(view)
    assert all(payload.get("type") != "view_submission" for payload in bot.heard)


async def test_an_option_that_is_not_offered_cannot_be_chosen(opens: Opens, ada: Person) -> None:
    view = await opens(_form(SEVERITY))
    with pytest.raises(NotOnScreen, match="SEV9"):
        await ada.fill(view, {"Severity": "SEV9"})


async def test_errors_keep_the_form_open_and_say_where(opens: Opens, ada: Person, bot: ScriptedBot) -> None:
    view = await opens(_form(TITLE))
    await ada.fill(view, {"Title": "x"})
    bot.next_body = {"response_action": "errors", "errors": {"title": "Say more."}}
    answer = await ada.submit(view)
    assert answer.errors == {"title": "Say more."}
    assert answer.view is not None
    assert answer.view.id == view.id


async def test_an_error_for_a_block_that_is_not_there_is_trouble_to_slack(
    opens: Opens, ada: Person, bot: ScriptedBot
) -> None:
    view = await opens(_form(TITLE))
    await ada.fill(view, {"Title": "x"})
    bot.next_body = {"response_action": "errors", "errors": {"nowhere": "x"}}
    answer = await ada.submit(view)
    assert answer.errors == {}
    assert "trouble connecting" in answer.slack_says


async def test_an_update_replaces_the_view_and_a_push_stacks_up_to_three(
    opens: Opens, slack: SlackStandIn, ada: Person, bot: ScriptedBot
) -> None:
    await opens(_form())
    bot.next_body = {"response_action": "update", "view": _form(title=_plain("Second"))}
    assert (updated := (await ada.submit()).view) is not None
    assert updated.title == "Second"
    bot.next_body = {"response_action": "push", "view": _form(title=_plain("On top"))}
    await ada.submit()
    await ada.submit()
    assert [v.title for v in slack.workspace.views("ada")] == ["Second", "On top", "On top"]
    assert "push_limit_reached" in (await ada.submit()).slack_says
    bot.next_body = {"response_action": "clear"}
    assert (await ada.submit()).cleared
    assert slack.open_view("ada") is None


async def test_an_invalid_view_in_an_acknowledgement_leaves_the_old_one(
    opens: Opens, ada: Person, bot: ScriptedBot
) -> None:
    await opens(_form())
    bot.next_body = {"response_action": "update", "view": _form(title=_plain("x" * 25))}
    answer = await ada.submit()
    assert "/view/title" in answer.slack_says
    assert answer.view is not None
    assert answer.view.title == "Declare"


async def test_what_was_typed_survives_an_update_that_keeps_the_ids(
    client: AsyncWebClient, slack: SlackStandIn, opens: Opens, ada: Person
) -> None:
    view = await opens(_form(TITLE))
    await ada.fill(view, {"Title": "Checkout"})
    old_hash = view.hash
    await client.views_update(view_id=view.id, hash=old_hash, view=_form(TITLE, SEVERITY))
    assert slack.workspace.views("ada")[0].values["title"]["title"]["value"] == "Checkout"
    with pytest.raises(SlackApiError, match="hash_conflict"):
        await client.views_update(view_id=view.id, hash=old_hash, view=_form(TITLE))


async def test_a_field_that_dispatches_tells_the_bot_at_once(opens: Opens, ada: Person, bot: ScriptedBot) -> None:
    view = await opens(_form({**SEVERITY, "dispatch_action": True}))
    answers = await ada.fill(view, {"Severity": "SEV1"})
    assert len(answers) == 1
    sent = bot.heard[-1]
    assert (sent["container"]["type"], sent["actions"][0]["selected_option"]["value"]) == ("view", "sev1")
    assert sent["view"]["state"]["values"]["severity"]["severity"]["selected_option"]["value"] == "sev1"


async def test_closing_is_told_only_when_it_was_asked_for(opens: Opens, ada: Person, bot: ScriptedBot) -> None:
    await opens(_form())
    assert await ada.close() is None
    await opens(_form(notify_on_close=True))
    assert await ada.close() is not None
    assert (bot.heard[-1]["type"], bot.heard[-1]["is_cleared"]) == ("view_closed", False)


async def test_a_push_needs_a_trigger_from_inside_a_modal(
    client: AsyncWebClient, slack: SlackStandIn, opens: Opens, ada: Person, bot: ScriptedBot
) -> None:
    button = {"type": "button", "text": _plain("More"), "action_id": "more"}
    view = await opens(_form({"type": "actions", "elements": [button]}))
    await ada.click(view, "More")
    await client.views_push(trigger_id=bot.heard[-1]["trigger_id"], view=_form(title=_plain("Deeper")))
    assert [v.title for v in slack.workspace.views("ada")] == ["Declare", "Deeper"]
    with pytest.raises(NotOnScreen, match="Deeper"):
        await ada.click(view, "More")
