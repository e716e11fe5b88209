"""What people do on the page, and what the app hears of it."""

from __future__ import annotations

from typing import Any

from bot.practice.page.shell.acts import SLACK_IS_DOWN
from bot.practice.page.shell.versions import of_window
from bot.practice.slack_standin import Message
from bot.practice.slack_standin.methods.views import judged, show
from tests.practice.page.browser import Browser

BUTTON = {"type": "button", "text": {"type": "plain_text", "text": "Press"}, "action_id": "press", "value": "7"}
SURE = {
    "title": {"type": "plain_text", "text": "Sure?"},
    "text": {"type": "plain_text", "text": "It cannot be undone."},
    "confirm": {"type": "plain_text", "text": "Yes"},
    "deny": {"type": "plain_text", "text": "No"},
}
MENU = {
    "type": "static_select",
    "action_id": "pick",
    "options": [{"text": {"type": "plain_text", "text": name}, "value": name} for name in ("one", "two")],
}


def words(label: str, block_id: str) -> dict[str, Any]:
    return {
        "type": "input",
        "block_id": block_id,
        "label": {"type": "plain_text", "text": label},
        "element": {"type": "plain_text_input", "action_id": "text"},
    }


def modal(title: str = "A form", *blocks: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "modal",
        "title": {"type": "plain_text", "text": title},
        "submit": {"type": "plain_text", "text": "Save"},
        "blocks": list(blocks) or [words("What is wrong", "what")],
    }


def said_by_app(browser: Browser, channel: str, *blocks: dict[str, Any], text: str = "words") -> Message:
    workspace = browser.slack.workspace
    place = workspace.channel(channel)
    return workspace.post(
        Message(place.id, workspace.next_ts(), workspace.bot.id, text, blocks=list(blocks), bot_id=workspace.bot_id)
    )


async def in_front_of(browser: Browser, name: str, view: dict[str, Any]) -> str:
    """Open a modal through the Web API, as the app would while it answers."""
    stage = browser.slack.stage
    return show(stage, browser.slack.person(name).id, judged(stage, view), on_top_of=None).id


# ---------------------------------------------------------------- typing


async def test_a_command_reaches_the_app_with_people_as_ids(browser: Browser) -> None:
    ben = browser.slack.person("ben")
    answer = await browser.window("ada").does(
        "enter", channel=browser.id("general"), text="/incident Logins & more fail @ben, @nobody sev1"
    )
    assert answer == {"ok": True}
    heard = browser.bot.heard[-1]
    assert (heard["command"], heard["user_name"]) == ("/incident", "ada")
    assert heard["text"] == f"Logins & more fail <@{ben.id}|ben>, @nobody sev1"


async def test_who_mentions_the_app_where_it_is_not_is_told_so_and_how_to_add_it(browser: Browser) -> None:
    said = f"@{browser.slack.workspace.bot.name} list"
    for name in ("general", "incidents"):
        await browser.window("ada").does("enter", channel=browser.id(name), text=said)
    assert "has not heard you. To add it" in await browser.window("ada").part("messages", browser.id("general"))
    assert "has not heard you" not in await browser.window("ada").part("messages", browser.id("incidents"))
    assert "has not heard you" not in await browser.window("ben").part("messages", browser.id("general"))


async def test_words_are_said_to_everybody_with_mentions_that_notify(browser: Browser) -> None:
    await browser.window("ada").does(
        "enter", channel=browser.id("incidents"), text="@Ben look <b>here</b>"
    )  # as he is shown
    ben = browser.slack.person("ben")
    assert browser.slack.messages("incidents")[-1].text == f"<@{ben.id}> look &lt;b&gt;here&lt;/b&gt;"
    assert [one.reason for one in browser.slack.notifications("ben")] == ["mention"]
    shown = await browser.window("ben").part("messages", browser.id("incidents"))
    assert "look &lt;b&gt;here&lt;/b&gt;" in shown


async def test_a_command_in_a_thread_is_answered_as_slack_does_and_reaches_nobody(browser: Browser) -> None:
    first, channel = said_by_app(browser, "incidents"), browser.id("incidents")
    await browser.window("ada").does("enter", channel=channel, text="/incident list", thread=first.ts)
    assert browser.bot.heard == []
    thread = await browser.window("ada").part("thread", channel, thread=first.ts)
    assert "/incident is not supported in threads. Sorry!" in thread
    assert "Only visible to you" in thread
    assert "Sorry!" not in await browser.window("ben").part("thread", channel, thread=first.ts)


async def test_a_command_that_nobody_has_never_leaves_the_client(browser: Browser) -> None:
    channel = browser.id("shared")
    await browser.window("ada").does("enter", channel=channel, text="/incidnet sev1")
    # An app is installed in a workspace: people of another company do not have its commands.
    await browser.window("olga").does("enter", channel=channel, text="/incident sev1")
    assert "/incidnet is not a valid command" in await browser.window("ada").part("messages", channel)
    assert "/incident is not a valid command" in await browser.window("olga").part("messages", channel)
    assert browser.bot.heard == []


async def test_a_command_that_fails_is_told_by_slack(browser: Browser) -> None:
    browser.bot.status = 500
    await browser.window("ada").does("enter", channel=browser.id("general"), text="/incident sev1")
    shown = await browser.window("ada").part("messages", browser.id("general"))
    assert "/incident failed with the error &#34;dispatch_failed&#34;" in shown


async def test_a_form_that_was_filled_in_for_somebody_is_drawn_again(browser: Browser) -> None:
    await in_front_of(browser, "ada", modal())
    ada, view = browser.slack.person("ada"), browser.slack.open_view("ada")
    assert view is not None
    before = of_window(browser.page.desk, ada, None, "")["view"]
    await ada.choose(view, "text", "Logins fail")
    assert of_window(browser.page.desk, ada, None, "")["view"] != before


async def test_with_slack_down_nothing_is_sent_and_the_page_says_why(browser: Browser) -> None:
    view, channel, ada = await in_front_of(browser, "ada", modal()), browser.id("general"), browser.window("ada")
    browser.slack.trouble.take_down()
    for act, given in (("enter", {"text": "/incident sev1"}), ("submit", {"view": view}), ("archive", {})):
        answer = await ada.does(act, channel=channel, **given)
        assert (answer["ok"], answer["says"]) == (False, SLACK_IS_DOWN)
    assert browser.bot.heard == []
    assert (await ada.does("close", view=view))["ok"], "else nobody could reach the switches behind the form"
    browser.slack.trouble.bring_back()
    assert (await ada.does("enter", channel=channel, text="/incident sev1"))["ok"]


async def test_nobody_writes_where_they_are_not(browser: Browser) -> None:
    gus = await browser.window("gus").does("enter", channel=browser.id("incidents"), text="hello")
    assert (gus["ok"], gus["says"]) == (False, "Gus sees no such channel.")
    await browser.window("ben").does("archive", channel=browser.id("incidents"))
    late = await browser.window("ada").does("enter", channel=browser.id("incidents"), text="hello")
    assert late["says"] == "#incidents is archived: nobody can write there."
    assert "an archived channel" in await browser.window("ada").part("composer", browser.id("incidents"))
    assert browser.slack.messages("incidents") == []


# ---------------------------------------------------------------- blocks


async def test_a_button_is_pressed_by_its_exact_address(browser: Browser) -> None:
    rows = [{"type": "actions", "block_id": row, "elements": [BUTTON | {"value": row}]} for row in ("first", "second")]
    message = said_by_app(browser, "general", *rows)
    where = f"message:{message.channel}:{message.ts}"
    await browser.window("ben").does("block", where=where, block_id="second", action_id="press", kind="button")
    heard = browser.bot.heard[-1]
    assert (heard["actions"][0]["value"], heard["user"]["name"]) == ("second", "ben")
    gone = await browser.window("ben").does("block", where=where, block_id="third", action_id="press", kind="button")
    assert gone["says"] == "This is not on the screen any more."
    assert len(browser.bot.heard) == 1


async def test_what_asks_first_is_pressed_only_after_a_yes(browser: Browser) -> None:
    message = said_by_app(
        browser, "general", {"type": "actions", "block_id": "b", "elements": [BUTTON | {"confirm": SURE}]}
    )
    press: dict[str, Any] = {
        "where": f"message:{message.channel}:{message.ts}",
        "block_id": "b",
        "action_id": "press",
        "kind": "button",
    }
    assert (await browser.window("ada").does("block", **press))["confirm"] == SURE
    assert browser.bot.heard == []
    await browser.window("ada").does("block", **press, confirmed=True)
    assert len(browser.bot.heard) == 1


async def test_a_choice_on_a_message_is_told_and_stays_chosen_for_the_one_who_chose(browser: Browser) -> None:
    message = said_by_app(browser, "general", {"type": "actions", "block_id": "b", "elements": [MENU]})
    where = f"message:{message.channel}:{message.ts}"
    await browser.window("ada").does(
        "block", where=where, block_id="b", action_id="pick", kind="static_select", value="two"
    )
    assert browser.bot.heard[-1]["actions"][0]["selected_option"]["value"] == "two"
    assert browser.slack.person("ada").values_of(message)["b"]["pick"]["selected_option"]["value"] == "two"
    assert browser.slack.person("ben").values_of(message)["b"]["pick"]["selected_option"] is None
    odd = await browser.window("ada").does(
        "block", where=where, block_id="b", action_id="pick", kind="static_select", value="three"
    )
    assert odd["ok"] is False
    assert len(browser.bot.heard) == 1


async def test_nobody_presses_what_only_another_sees(browser: Browser) -> None:
    await browser.window("ada").does("enter", channel=browser.id("incidents"), text="/nothing")
    alone = browser.slack.ephemerals("ada")[-1]
    where = f"ephemeral:{alone.channel}:{alone.ts}"
    refused = await browser.window("ben").does("block", where=where, block_id="b", action_id="a", kind="button")
    assert refused["says"] == "This message is not there any more."


# ---------------------------------------------------------------- views


async def test_a_form_keeps_what_was_typed_and_says_what_is_wrong_with_it(browser: Browser) -> None:
    view = await in_front_of(browser, "ada", modal("A form", words("What is wrong", "what"), words("Since", "since")))
    window = browser.window("ada")
    values = {"what": {"text": "Logins fail"}, "since": {"text": ""}}
    kept = await window.does("submit", view=view, values=values)
    assert kept == {"ok": False, "errors": {"since": "Please complete this required field."}}
    assert browser.bot.heard == []
    drawn = await window.part("view")
    assert "Logins fail" in drawn
    assert "Please complete this required field." in drawn

    browser.bot.next_body = {"response_action": "errors", "errors": {"since": "That is in the future."}}
    values["since"]["text"] = "tomorrow"
    assert (await window.does("submit", view=view, values=values))["errors"] == {"since": "That is in the future."}
    assert browser.bot.heard[-1]["view"]["state"]["values"]["what"]["text"]["value"] == "Logins fail"
    assert "That is in the future." in await window.part("view")

    browser.bot.next_body = ""
    assert await window.does("submit", view=view, values=values) == {"ok": True}
    assert "<dialog" not in await window.part("view")
    late = await window.does("submit", view=view, values=values)
    assert late["says"] == "This form is closed."


async def test_a_second_step_lies_on_the_first_and_going_back_shows_it_again(browser: Browser) -> None:
    view = await in_front_of(browser, "ada", modal("Step one"))
    window = browser.window("ada")
    browser.bot.next_body = {"response_action": "push", "view": modal("Step two")}
    await window.does("submit", view=view, values={"what": {"text": "Logins fail"}})
    drawn = await window.part("view")
    assert "Step two" in drawn
    assert 'data-testid="back"' in drawn
    top = browser.slack.open_view("ada")
    assert top is not None
    await window.does("close", view=top.id)
    drawn = await window.part("view")
    assert "Step one" in drawn
    assert "Logins fail" in drawn


async def test_typed_words_go_with_a_press_inside_a_form(browser: Browser) -> None:
    more = {"type": "actions", "block_id": "more", "elements": [BUTTON]}
    view = await in_front_of(browser, "ada", modal("A form", words("What is wrong", "what"), more))
    values = {"what": {"text": "half a sent"}}
    await browser.window("ada").does(
        "block", where=f"view:{view}", block_id="more", action_id="press", kind="button", values=values
    )
    assert browser.bot.heard[-1]["view"]["state"]["values"]["what"]["text"]["value"] == "half a sent"


async def test_an_app_that_does_not_answer_leaves_the_form_and_slacks_own_words(browser: Browser) -> None:
    view = await in_front_of(browser, "ada", modal())
    browser.bot.status = 500
    said = await browser.window("ada").does("submit", view=view, values={"what": {"text": "x"}})
    assert said["says"] == "We had some trouble connecting. Try again?"
    assert "A form" in await browser.window("ada").part("view")


# ---------------------------------------------------------------- shortcuts, reactions, members


async def test_shortcuts_are_those_of_the_manifest(browser: Browser) -> None:
    message = said_by_app(browser, "shared")
    shown = await browser.window("ada").part("messages", message.channel)
    assert "Add to timeline" in shown
    assert "Add to timeline" not in await browser.window("olga").part("messages", message.channel)
    window = browser.window("ada")
    await window.does("shortcut", callback_id="note", channel=message.channel, ts=message.ts)
    assert browser.bot.heard[-1]["message_ts"] == message.ts
    await window.does("shortcut", callback_id="declare")
    assert browser.bot.heard[-1]["type"] == "shortcut"
    assert (await window.does("shortcut", callback_id="other"))["says"] == "There is no such shortcut."
    assert (await browser.window("olga").does("shortcut", callback_id="declare"))["ok"] is False


async def test_a_reaction_is_put_on_and_taken_back(browser: Browser) -> None:
    message, window = said_by_app(browser, "incidents"), browser.window("ada")
    await window.does("react", channel=message.channel, ts=message.ts, name="pushpin")
    assert browser.bot.heard[-1]["event"]["reaction"] == "pushpin"
    assert 'aria-pressed="true"' in await window.part("messages", message.channel)
    assert 'aria-pressed="false"' in await browser.window("ben").part("messages", message.channel)
    await window.does("react", channel=message.channel, ts=message.ts, name="pushpin")
    assert "aria-pressed" not in await window.part("messages", message.channel)
    assert (await window.does("react", channel=message.channel, ts=message.ts, name='"><b>'))["ok"] is False


async def test_people_are_added_and_whoever_comes_from_elsewhere_makes_the_channel_shared(browser: Browser) -> None:
    channel = browser.slack.workspace.channel("incidents")
    window = browser.window("ada")
    await window.does("membership", channel=channel.id, do="join", who="gus")
    await window.does("membership", channel=channel.id, do="join", who="olga")
    assert channel.is_ext_shared
    assert "shared with another company" in await window.part("head", channel.id)
    assert {heard["event"]["type"] for heard in browser.bot.heard} == {"member_joined_channel"}
    await window.does("membership", channel=channel.id, do="leave", who="clarion")
    assert browser.slack.workspace.bot.id not in channel.members
    gone = await browser.window("ben").does("membership", channel=channel.id, do="leave")
    assert gone["go"] == "/"
    assert "Join the channel" in await browser.window("ben").part("composer", channel.id)


async def test_opening_the_home_tab_tells_the_app(browser: Browser) -> None:
    html = await browser.window("ada").get("app")
    assert browser.bot.heard[-1]["event"]["type"] == "app_home_opened"
    assert "is drawing this page" in html
