"""What is said of words in another language, and what becomes of a reason when somebody translates."""

import pytest

from bot.domain.refusals import Refusal
from handlers.answer import Done
from tests.builders import BO, CY, DEE
from tests.handlers.update_world import World, buttons, card, modal_of, shown_text
from tests.slack.test_views_languages import FRENCH, abroad_world, drafted, french_form

HOST = "La panne vient de db-prod-03."
KEY = "La clé AKIAIOSFODNN7EXAMPLE est en ligne."


async def stopped(night: World, **typed: object) -> Refusal:
    with pytest.raises(Refusal) as caught:
        await night.submit(CY, await french_form(night, CY), {**FRENCH, **typed})
    return caught.value


async def test_a_french_text_stops_as_an_english_one_does_and_says_that_it_is_the_french() -> None:
    night = abroad_world()
    await drafted(night)
    refusal = await stopped(night, impact=HOST)
    assert refusal.others.keys() == {"impact"}
    assert refusal.sentence.startswith("French: “db-prod-03” names one of our machines.")
    assert len(night.update.revisions) == 1


async def test_whoever_translates_can_say_why_words_stay() -> None:
    night = abroad_world()
    await drafted(night)
    form = await french_form(night, CY)
    typed = {**FRENCH, "impact": HOST, "keep_because": "Our partners in France know it."}
    assert not isinstance(await night.submit(CY, form, typed), Done)
    assert [(one.by, one.reason) for one in night.update.kept] == [(CY, "Our partners in France know it.")]
    assert "Our partners in France know it." in shown_text(await card(night))


async def test_a_reason_given_for_the_english_covers_nothing_new_in_the_french() -> None:
    night = abroad_world()
    opened = await night.press(BO, {"action_id": "update_draft", "value": '{"incident":"inc0001"}'})
    said = {"impact": "Paying fails on db-prod-03.", "keep_because": "Partners know this name."}
    await night.submit(BO, modal_of(opened), said)
    assert (await stopped(night, impact=KEY)).code == "wording"
    await night.submit(CY, await french_form(night, CY), {**FRENCH, "impact": HOST})
    newest = [one for one in night.update.kept if one.digest == night.update.latest.digest]
    assert [(one.by, one.reason) for one in newest] == [(BO, "Partners know this name.")], "the same words, in French"


async def test_what_an_approver_keeps_as_it_is_lets_no_key_through_in_french() -> None:
    night = abroad_world()
    opened = await night.press(BO, {"action_id": "update_draft", "value": '{"incident":"inc0001"}'})
    await night.submit(BO, modal_of(opened), {"impact": "Paying fails intermittently."})
    asked = modal_of(await night.press(DEE, buttons(await card(night))["update_keep"]))
    await night.submit(DEE, asked, {"keep_because": "It is so."})
    assert (await stopped(night, impact=KEY)).sentence.startswith("French: “AKIA…” looks like a key")
