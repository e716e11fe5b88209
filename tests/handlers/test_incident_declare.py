"""Declaring: from the form, in one line, after a question; never twice, and never by a slip."""

from dataclasses import replace

import pytest

from bot.domain.incident import Role, Severity
from bot.domain.job import JobKind
from bot.domain.refusals import Refusal
from handlers.answer import Open, Say
from tests.builders import ANA, BO, CY, DEE, NOON, incident, person
from tests.handlers.incident_world import empty_room, room, words


async def test_one_line_declares_at_once_and_the_person_named_commands() -> None:
    here = empty_room()
    answer = await here.say(f"Checkout fails for EU cards sev1 <@{BO}>")
    made = here.incident()
    assert (made.title, made.severity) == ("Checkout fails for EU cards", Severity.SEV1)
    assert (made.roles[Role.COMMANDER], made.declared_by, made.declared_in) == (BO, ANA, "C0GENERAL")
    assert "INC-1 declared: SEV1" in words(answer)
    assert f"Incident commander: @{BO}" in words(answer)


async def test_more_people_named_get_the_other_roles_in_order() -> None:
    here = empty_room()
    answer = await here.say(f"Checkout fails sev1 <@{BO}> <@{CY}> <@{DEE}> <@{ANA}> <@U0EVE>")
    assert list(here.incident().roles.values()) == [BO, CY, DEE, ANA]
    assert "Without a role: @U0EVE" in words(answer)


async def test_without_a_severity_it_asks_and_two_clicks_declare_once() -> None:
    here = empty_room()
    question = await here.say(f"Checkout fails <@{BO}>")
    assert not here.archive.found
    first = await here.press(question, "Declare SEV2")
    second = await here.press(question, "Declare SEV1")
    assert len(here.archive.found) == 1
    assert here.incident().severity is Severity.SEV2
    assert here.incident().roles[Role.COMMANDER] == BO
    assert "INC-1 declared: SEV2" in words(first)
    assert "INC-1 declared: SEV2" in words(second)
    assert isinstance(first, Say)
    assert first.replace


async def test_the_answer_is_completed_where_it_was_asked() -> None:
    here = empty_room()
    await here.say("Checkout fails sev1")
    opening = next(j for j in here.archive.changes[0].jobs if j.kind is JobKind.OPEN_CHANNEL)
    assert opening.args == {"response_url": "https://r", "declarer": ANA}


@pytest.mark.parametrize("text", ["checkout", "lst", "rolle comms <@U0BO>", "update the cart page", "help me"])
async def test_what_may_have_been_a_slip_asks_first(text: str) -> None:
    here = room()
    before = dict(here.archive.found)
    answer = await here.say(text)
    assert "Nothing has been declared or changed yet" in words(answer)
    assert here.archive.found == before


async def test_a_slip_is_put_right_with_one_click() -> None:
    here = room()
    answer = await here.press(await here.say("lst"), "/incident list")
    assert "1 open incident" in words(answer)


async def test_a_slip_with_a_person_is_put_right_with_one_click() -> None:
    here = room()
    asked = await here.say(f"rolle support <@{CY}>", channel="C0INC1")
    await here.press(asked, "/incident role support", channel="C0INC1")
    assert here.incident().roles[Role.SUPPORT] == CY


async def test_one_word_can_be_declared_after_all() -> None:
    here = empty_room()
    asked = await here.say("checkout")
    severity = await here.press(asked, "Declare an incident called “checkout”")
    await here.press(severity, "Declare SEV3")
    await here.press(severity, "Declare SEV3")
    assert [i.title for i in here.archive.found.values()] == ["checkout"]


async def test_a_question_that_knows_the_severity_declares_with_one_click() -> None:
    here = empty_room()
    asked = await here.say("update fails for all sev1")
    await here.press(asked, "Declare an incident called “update fails for all”")
    assert here.incident().severity is Severity.SEV1


async def test_the_form_declares() -> None:
    here = empty_room()
    form = await here.say("sev2")
    assert isinstance(form, Open)
    answer = await here.submit(
        form, title="Checkout fails", impact="No cards", components="Checkout, , Cards\nWallet", role_support=CY
    )
    made = here.incident()
    assert (made.severity, made.impact, made.components) == (Severity.SEV2, "No cards", ("Checkout", "Cards", "Wallet"))
    assert made.roles == {Role.COMMANDER: ANA, Role.SUPPORT: CY}
    assert made.declared_in == "C0GENERAL"
    assert "INC-1 declared" in words(answer)


@pytest.mark.parametrize(
    ("typed", "field"),
    [({"title": " "}, "title"), ({"impact": "x" * 2_001}, "impact"), ({"severity": "?"}, "severity")],
)
async def test_the_form_says_which_field_is_wrong(typed: dict[str, str], field: str) -> None:
    here = empty_room()
    form = await here.say("sev2" if field != "severity" else "")
    with pytest.raises(Refusal) as refused:
        await here.submit(form, **{"title": "Checkout fails", **typed})
    assert refused.value.field == field
    assert not here.archive.found


async def test_a_guest_fills_in_no_form_in_vain() -> None:
    here = empty_room()
    await here.services.people.put([replace(person(BO), guest=True)])
    with pytest.raises(Refusal, match="Guests can read along"):
        await here.say("", by=BO)


async def test_a_title_that_is_too_long_is_refused_before_anything_is_asked() -> None:
    with pytest.raises(Refusal, match="at most 120"):
        await empty_room().say("x " * 100)


async def test_open_incidents_of_the_last_hour_can_be_joined_instead() -> None:
    for text in ("", "checkout", "Checkout fails again", "Checkout fails again sev1"):
        here = room()
        answer = await here.press(await here.say(text, by=CY), "Join instead", by=CY)
        assert "You are being brought into #C0INC1" in words(answer)
        invite = here.archive.changes[-1].jobs[0]
        assert (invite.kind, invite.args) == (JobKind.INVITE, {"user": CY})


async def test_older_incidents_are_not_offered() -> None:
    old = replace(incident(), declared_at=NOON.replace(hour=1))
    assert "Join instead" not in words(await room(old).say(""))
