"""Drafting in conversation: the form opens filled in, keeps what is typed, and asks for approval."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain import lifecycle
from bot.domain.facts import Confidence, EstimateKind, Stage
from bot.domain.incident import EndKind
from bot.domain.maintenance import PlannedStage
from bot.domain.people import Caller
from bot.domain.refusals import Refusal
from bot.domain.update import UpdateState
from bot.ports import View
from bot.usecases.scenarios import fitting
from handlers.answer import Done, Open, Replace
from handlers.said import Said
from handlers.update_draft import open_draft
from tests.builders import ANA, BO, CY, DEE, NOON, WORKSPACE, person
from tests.handlers.update_world import (
    World,
    buttons,
    card,
    draft_by,
    filled,
    modal_of,
    shown_text,
    world,
)

DRAFT = {"action_id": "update_draft", "value": '{"incident":"inc0001"}'}


def initial(view: View, name: str) -> object:
    """What a field of a form shows."""
    block = next(b for b in view.payload["blocks"] if b.get("block_id") == name)
    element = block.get("element") or block["accessory"]
    found = element.get("initial_option", {}).get("value")
    return found or element.get("initial_value") or element.get("initial_date_time")


def said(by: str = BO) -> Said:
    return Said(by=Caller(by, WORKSPACE), operation="op", name="/incident")


async def test_the_form_opens_filled_in_from_the_declaration() -> None:
    answer = await world().press(BO, DRAFT)
    assert isinstance(answer, Open)
    view = answer.view
    assert initial(view, "choose_template") == "outage/investigating"
    assert initial(view, "headline") == "Checkout fails for EU cards"
    assert initial(view, "impact") == "Paying by card fails for customers in the EU."
    assert initial(view, "estimate") == "unknown"
    assert initial(view, "next_update_by") == int((NOON + timedelta(minutes=30)).timestamp())
    assert initial(view, "zone") == "Europe/Berlin"


async def test_submitting_asks_for_approval_once() -> None:
    night = world()
    view = modal_of(await night.press(BO, DRAFT))
    assert await night.submit(BO, view, {"impact": "Cards fail."}) == Done()
    assert night.update.state is UpdateState.SUBMITTED
    assert night.update.latest.facts.impact == "Cards fail."
    assert {p.outlet for p in night.update.latest.planned} == {"status", "email", "slack", "webhook"}


async def test_a_range_with_times_and_confidence_is_read() -> None:
    night = world()
    earliest, latest = NOON + timedelta(hours=1), NOON + timedelta(hours=2)
    update = await draft_by(
        night,
        BO,
        estimate="range",
        estimate_earliest=earliest,
        estimate_latest=latest,
        estimate_confidence="high",
        zone="Asia/Tokyo",
    )
    estimate = update.latest.facts.estimate
    assert (estimate.kind, estimate.earliest, estimate.latest) == (EstimateKind.RANGE, earliest, latest)
    assert estimate.confidence is Confidence.HIGH
    assert update.latest.facts.zone == "Asia/Tokyo"


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"next_update_by": NOON + timedelta(minutes=9)}, "next_update_by"),
        ({"next_update_by": None}, "next_update_by"),
        ({"headline": "x" * 121}, "headline"),
        ({"impact": " \n "}, "impact"),
        ({"meanwhile": "x" * 2_001}, "meanwhile"),
        ({"estimate": "range"}, "estimate_latest"),
        ({"zone": None}, "zone"),
    ],
)
async def test_what_is_wrong_is_said_beside_its_field(typed: dict[str, object], field: str) -> None:
    night = world()
    view = modal_of(await night.press(BO, DRAFT))
    with pytest.raises(Refusal) as refused:
        await night.submit(BO, view, typed)
    assert refused.value.field == field
    inputs = {b["block_id"] for b in view.payload["blocks"] if b["type"] == "input"}
    assert field in inputs
    assert not night.incident.updates


async def test_another_template_shows_its_fields_and_keeps_what_was_typed() -> None:
    night = world()
    view = modal_of(await night.press(BO, DRAFT))
    typed = filled(view, {"headline": "Cards fail again", "zone": "UTC"})
    answer = await night.choose(BO, "draft_template", "outage/identified", typed)
    assert isinstance(answer, Replace)
    chosen = answer.view
    assert initial(chosen, "choose_template") == "outage/identified"
    assert initial(chosen, "headline") == "Cards fail again"
    assert initial(chosen, "zone") == "UTC"
    assert any(b.get("block_id") == "cause" for b in chosen.payload["blocks"])
    await night.submit(BO, chosen, {"cause": "A broken part."})
    assert night.update.stage is Stage.IDENTIFIED
    assert dict(night.update.latest.facts.fields) == {"cause": "A broken part.", "workaround": ""}


async def test_resolved_has_no_next_time_and_only_restored() -> None:
    night = world()
    view = modal_of(await night.press(BO, DRAFT))
    resolved = modal_of(await night.choose(BO, "draft_template", "outage/resolved", filled(view)))
    assert not any(b.get("block_id") == "next_update_by" for b in resolved.payload["blocks"])
    assert initial(resolved, "estimate") == "restored"
    back = modal_of(await night.choose(BO, "draft_template", "outage/monitoring", filled(resolved)))
    assert initial(back, "estimate") == "unknown"
    assert initial(back, "next_update_by")


@pytest.mark.parametrize(
    ("asked", "template"),
    [
        (None, "outage/investigating"),
        ("identified", "outage/identified"),
        ("Resolved", "outage/resolved"),
        ("outage/monitoring", "outage/monitoring"),
    ],
)
async def test_a_stage_or_a_template_may_be_named(asked: str | None, template: str) -> None:
    night = world()
    view = modal_of(await open_draft(night.services, said(), night.incident, asked))
    assert initial(view, "choose_template") == template


async def test_an_incident_keeps_to_the_scenario_that_was_written_last() -> None:
    night = world()
    view = modal_of(await night.press(BO, DRAFT))
    chosen = modal_of(await night.choose(BO, "draft_template", "degraded/investigating", filled(view)))
    await night.submit(BO, chosen)
    for asked, template in [("identified", "degraded/identified"), ("resolved", "degraded/resolved")]:
        named = modal_of(await open_draft(night.services, said(), night.incident, asked))
        assert initial(named, "choose_template") == template
        assert menu_groups(named)[0] == "Degraded"
    assert fitting(night.services, night.incident, Stage.MONITORING) == "degraded/monitoring"


async def test_a_scenario_without_words_for_a_stage_falls_back_to_the_first_that_has_some() -> None:
    night = world()
    first = replace(await draft_by(night, BO), template="gone/investigating")
    assert fitting(night.services, replace(night.incident, updates=(first,)), Stage.RESOLVED) == "outage/resolved"


async def test_the_menu_has_every_scenario_of_an_incident_and_no_planned_work() -> None:
    view = modal_of(await world().press(BO, DRAFT))
    assert menu_groups(view) == [
        "Outage",
        "Degraded",
        "Partial",
        "Security",
        "Data",
        "Third party",
        "Maintenance",
        "Disaster recovery",
    ]
    values = [option["value"] for group in menu(view)["option_groups"] for option in group["options"]]
    assert len(values) == 32
    assert not set(values) & {f"maintenance/{stage}" for stage in PlannedStage}


async def test_words_for_planned_work_are_refused_by_name() -> None:
    night = world()
    with pytest.raises(Refusal) as refused:
        await open_draft(night.services, said(), night.incident, "maintenance/scheduled")
    assert refused.value.code == "planned_template"


def menu(view: View) -> Any:
    """The menu of templates."""
    return next(b for b in view.payload["blocks"] if b.get("block_id") == "choose_template")["accessory"]


def menu_groups(view: View) -> list[str]:
    """The labels of its groups."""
    return [group["label"]["text"] for group in menu(view)["option_groups"]]


async def test_an_unknown_template_is_refused() -> None:
    night = world()
    with pytest.raises(Refusal) as refused:
        await open_draft(night.services, said(), night.incident, "nonsense")
    assert refused.value.code == "no_such_template"


async def test_nothing_is_there_to_correct_before_anything_was_published() -> None:
    night = world()
    with pytest.raises(Refusal) as refused:
        await open_draft(night.services, said(), night.incident, "correction")
    assert refused.value.code == "nothing_to_correct"


async def test_a_correction_keeps_the_stage_and_goes_through_the_same_approval() -> None:
    night = world()
    await draft_by(night, BO)
    await night.press(DEE, buttons(await card(night))["update_approve"])
    first = night.update
    answer = await night.press(ANA, {"action_id": "update_correct", "value": json.dumps(aim(night))})
    view = modal_of(answer)
    assert view.payload["title"]["text"] == "Correct update #1"
    await night.submit(ANA, view, {"correction": "We wrote cards. It is all payments."})
    assert night.update.corrects == first.id
    assert (night.update.state, night.update.stage) == (UpdateState.SUBMITTED, first.stage)
    named = modal_of(await open_draft(night.services, said(), night.incident, "correction"))
    assert named.payload["title"]["text"] == "Correct update #1"


async def test_a_correction_of_an_older_update_takes_customers_back_to_no_earlier_stage() -> None:
    night = world()
    await draft_by(night, BO)
    await night.press(DEE, buttons(await card(night))["update_approve"])
    old = json.dumps(aim(night))
    night.watch.on(minutes=5)
    night.memory.put(lifecycle.set_stage(night.incident, Stage.MONITORING, person(ANA), night.watch.at).incident)
    await draft_by(night, BO, impact="It is better.")
    await night.press(DEE, buttons(await card(night))["update_approve"])
    night.watch.on(minutes=5)
    view = modal_of(await night.press(ANA, {"action_id": "update_correct", "value": old}))
    await night.submit(ANA, view, {"correction": "We wrote cards. It is all payments."})
    assert (night.update.corrects, night.update.stage) == (night.incident.updates[0].id, Stage.MONITORING)
    await night.press(DEE, buttons(await card(night))["update_approve"])
    assert night.incident.stage is Stage.MONITORING


async def test_a_form_that_comes_again_with_other_words_is_not_said_to_be_taken() -> None:
    """Slack never heard that it was taken, and its modal, with its id and hash, is still open."""
    night = world()
    view = modal_of(await night.press(BO, DRAFT))
    assert await night.submit(BO, view, {"impact": "Cards fail."}) == Done()
    night.acts -= 1
    assert await night.submit(BO, view, {"impact": "Cards fail."}) == Done()
    night.acts -= 1
    with pytest.raises(Refusal, match="press Edit") as refused:
        await night.submit(BO, view, {"impact": "All payments fail."})
    assert refused.value.code == "sent_before"
    assert [update.latest.facts.impact for update in night.incident.updates] == ["Cards fail."]
    edit = modal_of(await night.press(BO, buttons(await card(night))["update_edit"]))
    assert await night.submit(BO, edit, {"impact": "All payments fail."}) == Done()
    night.acts -= 1
    with pytest.raises(Refusal, match="press Edit"):
        await night.submit(BO, edit, {"impact": "Nothing fails."})
    assert night.update.latest.facts.impact == "All payments fail."


async def test_editing_makes_a_new_revision_that_starts_from_the_newest_words() -> None:
    night = world()
    await draft_by(night, BO, impact="Cards fail.")
    view = modal_of(await night.press(ANA, buttons(await card(night))["update_edit"]))
    assert initial(view, "impact") == "Cards fail."
    assert "somebody else must approve" in shown_text(view)
    await night.submit(ANA, view, {"impact": "All payments fail."})
    assert night.update.latest.number == 2
    assert night.update.authors == {ANA, BO}
    with pytest.raises(Refusal) as refused:
        await night.submit(CY, view, {"impact": "Something else"})
    assert refused.value.code == "stale_digest"


async def test_when_nobody_can_approve_the_author_hears_it_at_once() -> None:
    night = world()
    await draft_by(night, ANA)
    view = modal_of(await night.press(BO, buttons(await card(night))["update_edit"]))
    assert await night.submit(BO, view) == Done()
    view = modal_of(await night.press(DEE, buttons(await card(night))["update_edit"]))
    answer = await night.submit(DEE, view)
    assert isinstance(answer, Replace)
    assert "nobody can give it" in shown_text(answer.view)


async def test_drafting_again_with_new_times_edits_while_it_waits() -> None:
    night = world()
    update = await draft_by(night, BO, impact="Cards fail.")
    night.watch.on(minutes=25)
    view = modal_of(await night.press(ANA, {"action_id": "offer:redraft", "value": json.dumps(aim(night))}))
    assert view.payload["title"]["text"] == "Edit update #1"
    due = initial(view, "next_update_by")
    assert isinstance(due, int)
    assert due > (night.watch.at + timedelta(minutes=20)).timestamp()
    await night.submit(ANA, view)
    assert (night.update.id, night.update.latest.number) == (update.id, 2)


async def test_drafting_again_what_was_approved_makes_a_new_update_with_its_own_words() -> None:
    night = world()
    first = await draft_by(night, BO, impact="The first words.")
    await night.press(DEE, buttons(await card(night))["update_approve"])
    value = json.dumps(aim(night))
    await draft_by(night, BO, impact="Later words.")
    view = modal_of(await night.press(BO, {"action_id": "offer:redraft", "value": value}))
    assert view.payload["title"]["text"] == "Draft an update"
    assert initial(view, "impact") == "The first words."
    await night.submit(BO, view)
    assert night.update.number == 3
    assert night.update.template == first.template


async def test_a_finished_incident_takes_no_new_draft() -> None:
    night = world()
    night.memory.put(lifecycle.end(night.incident, EndKind.QUIET, person(), NOON).incident)
    with pytest.raises(Refusal) as refused:
        await night.press(BO, DRAFT)
    assert refused.value.code == "ended"


async def test_a_button_of_rubbish_is_refused() -> None:
    with pytest.raises(Refusal) as refused:
        await world().press(BO, {"action_id": "update_draft", "value": "rubbish"})
    assert refused.value.code == "no_such_incident"


def aim(night: World) -> dict[str, str]:
    """What a button on the newest update carries."""
    return {"incident": night.incident.id, "update": night.update.id}
