"""Roles, stage, severity, timeline, list, help and the end: said in words, pressed on the card, inside and outside."""

from dataclasses import replace

import pytest

from bot.domain.facts import Stage
from bot.domain.incident import EndKind, Role, Severity
from bot.domain.refusals import Refusal
from handlers.answer import Done, Open, Replace, Say
from tests.builders import ANA, BO, CY, approved, incident
from tests.handlers.incident_world import OPENED, empty_room, room, words

HERE = "C0INC1"
SECOND = replace(incident(title="Emails arrive late"), id="inc0002", number=2)


async def test_help_and_list() -> None:
    assert "opens a form" in words(await room().say("help"))
    assert "INC-1 · SEV1" in words(await room().say("list"))
    assert "No incident is open" in words(await empty_room().say("list"))
    assert "INC-1 · SEV1" in words(await room().click("offer:pick_incident"))


# ---------------------------------------------------------------- which incident


async def test_inside_its_channel_the_incident_is_known() -> None:
    here = room(incident(channel=OPENED), SECOND)
    await here.say("stage identified", channel=HERE)
    assert here.incident(1).stage is Stage.IDENTIFIED


async def test_outside_the_number_names_it() -> None:
    here = room(incident(channel=OPENED), SECOND)
    await here.say("severity sev4 INC-2")
    assert here.incident(2).severity is Severity.SEV4


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("stage identified", "change the stage"),
        ("severity sev2", "change the severity"),
        (f"role scribe <@{CY}>", "give a role"),
        ("update", "write to customers"),
        ("resolve", "resolve it"),
    ],
)
async def test_outside_without_a_number_it_asks_even_if_only_one_is_open(text: str, asks: str) -> None:
    here = room()
    answer = await here.say(text)
    assert f"Then you can {asks}" in words(answer)
    assert not here.archive.changes
    again = await here.press(answer, "This one")
    assert "Then you can" not in words(again)


async def test_the_one_picked_is_changed() -> None:
    here = room(incident(channel=OPENED), SECOND)
    picked = await here.say(f"role scribe <@{CY}>")
    await here.press(picked, "This one")
    assert here.incident(2).roles[Role.SCRIBE] == CY


async def test_there_is_nothing_to_pick_when_nothing_is_open() -> None:
    assert "No incident is open" in words(await empty_room().say("resolve"))


@pytest.mark.parametrize("text", ["stage INC-9", "role INC-9", "severity INC-9", "timeline INC-9", "resolve INC-9"])
async def test_an_unknown_number_is_refused(text: str) -> None:
    with pytest.raises(Refusal, match="There is no INC-9"):
        await room().say(text)


@pytest.mark.parametrize("action", ["incident_stage", "incident_timeline", "resolve_now", "role_take:scribe"])
async def test_a_button_of_an_incident_that_is_gone_is_refused(action: str) -> None:
    with pytest.raises(Refusal, match="no such incident"):
        await room().click(action, "inc9999")


@pytest.mark.parametrize("text", ["stage", "stage identified", "severity sev2", "role", "update", "resolve"])
async def test_an_incident_that_is_over_is_not_changed(text: str) -> None:
    here = room()
    await here.click("resolve_now")
    with pytest.raises(Refusal, match="INC-1 is over"):
        await here.say(text, channel=HERE)


# ---------------------------------------------------------------- roles


async def test_a_role_is_given_in_words() -> None:
    here = room()
    answer = await here.say(f"role support <@{CY}>", channel=HERE)
    assert here.incident().roles[Role.SUPPORT] == CY
    assert f"@{CY} is now the **support lead** of INC-1" in words(answer)


async def test_a_role_is_taken_in_words_and_with_one_click() -> None:
    here = room()
    await here.say("role scribe me", channel=HERE, by=CY)
    await here.click("role_take:commander", by=CY)
    assert (here.incident().roles[Role.SCRIBE], here.incident().roles[Role.COMMANDER]) == (CY, CY)


async def test_a_role_is_given_from_the_form() -> None:
    here = room()
    form = await here.say("role scribe", channel=HERE)
    assert "(•) Scribe" in words(form)
    assert await here.submit(form, user=CY) == Done()
    assert here.incident().roles[Role.SCRIBE] == CY
    await here.submit(await here.click("incident_roles"), role="support", user=BO)
    assert here.incident().roles[Role.SUPPORT] == BO


@pytest.mark.parametrize(("typed", "field"), [({"user": CY}, "role"), ({"role": "scribe"}, "user")])
async def test_the_form_of_a_role_says_what_is_missing(typed: dict[str, str], field: str) -> None:
    here = room()
    with pytest.raises(Refusal) as refused:
        await here.submit(await here.click("incident_roles"), **typed)
    assert refused.value.field == field


async def test_a_role_that_does_not_exist_is_refused() -> None:
    with pytest.raises(Refusal, match="no such role"):
        await room().click("role_take:boss")


# ---------------------------------------------------------------- stage and severity


async def test_after_a_stage_a_draft_is_one_click_away() -> None:
    here = room()
    answer = await here.say("stage identified", channel=HERE)
    draft = await here.press(answer, "Draft an update")
    assert isinstance(draft, Open | Replace)
    assert "Draft an update" in words(draft)


async def test_the_stage_is_changed_from_the_form() -> None:
    here = room()
    answer = await here.submit(await here.click("incident_stage"), stage="monitoring")
    assert here.incident().stage is Stage.MONITORING
    assert "INC-1 is now monitoring" in words(answer)
    assert isinstance(await here.say("stage", channel=HERE), Open)


async def test_the_severity_is_changed_from_the_form() -> None:
    here = room()
    answer = await here.submit(await here.click("incident_severity"), severity="SEV3")
    assert here.incident().severity is Severity.SEV3
    assert "INC-1 is now SEV3" in words(answer)
    assert isinstance(await here.say("severity", channel=HERE), Open)


# ---------------------------------------------------------------- timeline


async def test_the_timeline_is_read_anywhere() -> None:
    here = room()
    await here.say("stage identified", channel=HERE)
    for answer in (await here.say("timeline"), await here.click("incident_timeline"), await here.say("timeline INC-1")):
        assert "Stage: investigating → identified" in words(answer)


async def test_the_timeline_turns_its_pages() -> None:
    here = room()
    for n in range(40):
        await here.say(f"severity sev{2 - n % 2}", channel=HERE)
    newest = await here.click("incident_timeline")
    older = await here.press(newest, "Older (15)")
    assert isinstance(older, Replace)
    assert "Newer (25)" in words(older)
    assert words(await here.press(older, "Newer (25)")) == words(newest)


async def test_the_timeline_asks_which_when_several_are_open() -> None:
    here = room(incident(channel=OPENED), SECOND)
    assert "Which incident is it" in words(await here.say("timeline"))


# ---------------------------------------------------------------- the end


async def test_one_click_ends_what_customers_never_heard_of() -> None:
    for label, kind in (("Resolve", EndKind.QUIET), ("False alarm", EndKind.FALSE_ALARM)):
        here = room()
        await here.press(await here.say("resolve", channel=HERE), label)
        ended = here.incident().ended
        assert ended is not None
        assert (ended.kind, ended.by) == (kind, ANA)


async def test_what_customers_heard_of_ends_with_the_restored_notice() -> None:
    here = room(approved(incident(channel=OPENED)))
    form = await here.say("stage resolved", channel=HERE)
    assert isinstance(form, Open)
    draft = await here.press(form, "Draft the restored notice")
    assert "Restored" in words(draft) or "restored" in words(draft)
    assert here.incident().open


async def test_or_with_a_reason() -> None:
    here = room(approved(incident(channel=OPENED)))
    form = await here.click("incident_resolve")
    with pytest.raises(Refusal) as refused:
        await here.submit(form, reason=" ")
    assert refused.value.field == "reason"
    answer = await here.submit(form, reason="Only one customer was hit")
    ended = here.incident().ended
    assert ended is not None
    assert (ended.kind, ended.reason) == (EndKind.WAIVED, "Only one customer was hit")
    assert "not told that it is over" in words(answer)


async def test_a_button_drawn_before_something_was_published_leads_to_the_notice() -> None:
    here = room(approved(incident(channel=OPENED)))
    for action in ("resolve_now", "resolve_false_alarm"):
        assert "Tell them that it is over" in words(await here.click(action))
    assert here.incident().open


async def test_the_card_asks_how_it_ended() -> None:
    answer = await room().click("incident_resolve")
    assert isinstance(answer, Say)
    assert "one click closes it" in words(answer)


async def test_an_update_is_drafted_at_the_stage_said() -> None:
    here = room()
    assert isinstance(await here.say("update identified", channel=HERE), Open | Replace)
    assert isinstance(await here.say("update", channel=HERE), Open | Replace)
