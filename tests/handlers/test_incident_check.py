"""Is it an incident? Asked in one modal, which ends as the form that declares; nothing is kept before."""

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.incident import Role, Severity
from bot.ports import View
from handlers.answer import Answer, Open, Replace
from tests.builders import ANA, BO
from tests.handlers.incident_world import Room, empty_room, screen, words


async def answered(here: Room, opened: Answer, *labels: str) -> Answer:
    """Press one button after another."""
    for label in labels:
        opened = await here.press(opened, label)
        assert isinstance(opened, Replace)
    return opened


def payload(answer: Answer) -> Any:
    drawn = screen(answer)
    assert isinstance(drawn, View)
    return drawn.payload


async def test_it_asks_one_question_at_a_time_and_ends_with_the_form() -> None:
    here = empty_room()
    opened = await here.say("check Checkout is slow")
    assert isinstance(opened, Open)
    assert "Question 1 of 5" in words(opened)
    assert "submit" not in payload(opened)
    form = await answered(here, opened, "No", "No", "Yes")
    assert "It is an incident: SEV2." in words(form)
    assert "Somebody writes to customers within half an hour." in words(form)
    assert not here.archive.found
    await here.submit(form)
    made = here.incident()
    assert (made.title, made.severity) == ("Checkout is slow", Severity.SEV2)
    said = [entry.text for entry in here.archive.entries[made.id]]
    assert "Is it an incident? Yes, SEV2: Many customers are hit, or something important is broken." in said


async def test_no_to_everything_says_that_it_is_none_and_lets_people_know_better() -> None:
    here = empty_room()
    ended = await answered(here, await here.say("check"), *["No"] * 5)
    assert "It is not an incident." in words(ended)
    assert "Write a ticket" in words(ended)
    form = await here.press(ended, "Declare one all the same")
    await here.submit(form, title="It smells of smoke", severity="SEV3")
    said = [entry.text for entry in here.archive.entries[here.incident().id]]
    assert "Is it an incident? By the plan's questions it is not. It was declared all the same, as SEV3." in said


async def test_one_can_go_back_and_begin_again() -> None:
    here = empty_room()
    second = await answered(here, await here.say("check"), "No")
    assert "Question 2 of 5" in words(second)
    assert "Question 1 of 5" in words(await here.press(second, "Back"))
    form = await here.press(second, "Yes")
    assert "Question 2 of 5" in words(await here.press(form, "Back"))
    assert "Question 1 of 5" in words(await here.press(form, "Ask me again"))


async def test_two_clicks_on_one_button_are_one_answer() -> None:
    here = empty_room()
    first = await here.say("check")
    once, twice = await here.press(first, "No"), await here.press(first, "No")
    assert words(once) == words(twice)


async def test_a_button_of_an_earlier_plan_begins_again_and_says_so() -> None:
    here = empty_room()
    second = await answered(here, await here.say("check"), "No")
    plan = here.services.plan
    fewer = replace(plan.criteria, questions=plan.criteria.questions[2:])
    here.services = replace(here.services, plan=replace(plan, criteria=fewer))
    again = await here.press(second, "Yes")
    assert "The plan's questions have changed, so they begin again." in words(again)
    assert "Question 1 of 3" in words(again)


async def test_declaring_all_the_same_by_an_earlier_plan_says_that_the_questions_have_changed() -> None:
    here = empty_room()
    ended = await answered(here, await here.say("check"), *["No"] * 5)
    plan = here.services.plan
    fewer = replace(plan.criteria, questions=plan.criteria.questions[2:])
    here.services = replace(here.services, plan=replace(plan, criteria=fewer))
    form = await here.press(ended, "Declare one all the same")
    assert "The plan's questions have changed, so they begin again." in words(form)
    assert payload(form)["submit"]["text"] == "Declare"


async def test_answers_to_an_earlier_plan_declare_and_are_not_passed_off_as_the_new_ones() -> None:
    here = empty_room()
    form = await answered(here, await here.say("check Checkout is slow"), "Yes")
    plan = here.services.plan
    changed = replace(plan.criteria, questions=plan.criteria.questions[1:])
    here.services = replace(here.services, plan=replace(plan, criteria=changed))
    await here.submit(form)
    said = [entry.text for entry in here.archive.entries[here.incident().id]]
    assert "Is it an incident? The questions were answered, but the plan's have changed since." in said


async def test_the_form_offers_it_and_keeps_what_was_typed() -> None:
    here = empty_room()
    form = await here.say("")
    typed: dict[str, Any] = {
        "title": {"title": {"type": "plain_text_input", "value": "Sign-in is slow"}},
        "impact": {"impact": {"type": "plain_text_input", "value": "People wait"}},
        "components": {"components": {"type": "plain_text_input", "value": "Sign-in"}},
        "role_support": {"role_support": {"type": "users_select", "selected_user": BO}},
    }
    for label in ("Not sure? Is it an incident?", "No", "I don't know", "Yes"):
        view = {**payload(form), "state": {"values": typed}}
        name, value = pressed(form, label)
        form = await here._act("ACTIONS", name, ANA, value=value, view=view)
    assert "It is an incident: SEV2." in words(form)
    assert "Find out first, because it may be worse:" in words(form)
    await here.submit(form)
    made = here.incident()
    assert (made.title, made.impact, made.components) == ("Sign-in is slow", "People wait", ("Sign-in",))
    assert (made.severity, made.roles[Role.SUPPORT]) == (Severity.SEV2, BO)


def pressed(answer: Answer, label: str) -> tuple[str, str]:
    """The name and the value of a button."""
    for block in payload(answer)["blocks"]:
        for element in block.get("elements", ()):
            if element.get("text", {}).get("text") == label:
                return element["action_id"], element.get("value", "")
    raise AssertionError(label)


async def test_people_and_private_of_the_command_reach_the_form() -> None:
    here = empty_room()
    form = await answered(here, await here.say(f"check --private Keys leaked <@{BO}>"), "Yes")
    await here.submit(form)
    made = here.incident()
    assert (made.title, made.private, made.roles[Role.COMMANDER]) == ("Keys leaked", True, BO)


async def test_another_severity_than_the_answers_gave_is_written_down() -> None:
    here = empty_room()
    form = await answered(here, await here.say("check Checkout is slow"), "Yes")
    await here.submit(form, severity="SEV3")
    said = " ".join(entry.text for entry in here.archive.entries[here.incident().id])
    assert here.incident().severity is Severity.SEV3
    assert "It was declared as SEV3 instead." in said


async def test_the_question_for_a_severity_offers_it_with_the_same_title() -> None:
    here = empty_room()
    asked = await here.press(await here.say(f"Checkout is slow <@{BO}>"), "Not sure? Is it an incident?")
    form = await answered(here, asked, "Yes")
    await here.submit(form)
    assert (here.incident().title, here.incident().roles[Role.COMMANDER]) == ("Checkout is slow", BO)


@pytest.mark.parametrize("text", ["check out is down sev1", "Checks fail"])
async def test_a_title_that_begins_like_the_command_is_asked_about(text: str) -> None:
    here = empty_room()
    assert "Nothing has been declared or changed yet" in words(await here.say(text))


async def test_a_declaration_that_begins_like_the_command_and_says_how_bad_it_is_declares() -> None:
    here = empty_room()
    await here.say("Checks of new cards fail in the EU sev2")
    assert here.incident().severity is Severity.SEV2
