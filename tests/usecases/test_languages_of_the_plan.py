"""A plan that changes between draft, approval and delivery: what languages it adds, takes out, or makes the base."""

from dataclasses import replace

import pytest

from bot.domain.people import Caller
from bot.domain.refusals import Refusal
from bot.plan.loading import load_text
from bot.rendering.tongues import Tongues
from bot.usecases import prefilling
from tests import abroad
from tests.builders import BO, CY, DEE, WORKSPACE
from tests.handlers.update_world import World, buttons, card
from tests.slack.test_views_languages import FRENCH, abroad_world, drafted, french_form


def with_plan(night: World, *locales: str) -> World:
    """The same memory after a restart with a plan for these languages."""
    plan = load_text(abroad.plan(*locales)).plan
    return replace(night, services=replace(night.services, words=Tongues(locales=locales), plan=plan))


async def translated(night: World) -> None:
    await night.submit(CY, await french_form(night, CY), dict(FRENCH))


async def test_a_language_that_the_plan_gets_after_the_draft_changes_no_approval() -> None:
    night = abroad_world()
    await drafted(night)
    await translated(night)
    later = with_plan(night, "en", "fr", "it")
    await later.press(DEE, buttons(await card(later))["update_approve"])
    assert {p.locale for p in later.update.latest.planned} == {"en", "fr"}
    assert later.update.approved is not None


async def test_a_language_that_the_plan_loses_leaves_as_it_was_approved() -> None:
    night = abroad_world()
    await drafted(night)
    await translated(night)
    later = with_plan(night, "en")
    await later.press(DEE, buttons(await card(later))["update_approve"])
    assert {p.locale for p in later.update.latest.planned} == {"en", "fr"}


async def test_translating_into_a_language_that_the_plan_has_lost_is_refused_and_not_dropped() -> None:
    night = abroad_world()
    await drafted(night)
    form = await french_form(night, CY)
    later = with_plan(night, "en")
    with pytest.raises(Refusal) as told:
        await later.submit(CY, form, dict(FRENCH))
    assert told.value.code == "no_such_language"
    assert "The plan no longer has French" in told.value.sentence
    assert len(later.update.revisions) == 1


async def test_with_another_base_language_a_draft_starts_from_that_languages_own_words() -> None:
    night = abroad_world()
    await drafted(night)
    await translated(night)
    later = with_plan(night, "fr", "en")
    start = await prefilling.prefill_edit(later.services, later.incident, later.update.id)
    assert (start.facts.locale, start.facts.headline) == ("fr", FRENCH["headline"])
    anew = await prefilling.prefill(later.services, later.incident, "outage/investigating", Caller(BO, WORKSPACE))
    assert anew.facts.impact == FRENCH["impact"]
