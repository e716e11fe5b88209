"""Every screen of an update, as text that people have reviewed."""

import json
from dataclasses import replace
from datetime import timedelta

from bot.domain.delivery import begin, cancel_rest, postpone, progress, settle
from bot.domain.update import Outcome, Update, UpdateState
from bot.ports import Message, View
from bot.practice.slack_standin.blocks import check_message_blocks, check_view
from bot.slack.views.approval import approval_notice, approval_silence, glass_notice
from bot.slack.views.promise import promise_reminder
from tests import gallery_check
from tests.builders import ANA, BO, CY, DEE, NOON
from tests.handlers.update_world import Shop, World, buttons, card, draft_by, filled, modal_of, world
from tests.standing_alone import faults
from tests.view_text import describe

LINK = "https://clarion.slack.com/archives/C1/p1"
LONG = "Cards fail for everyone in the EU.\n" * 55


def check(name: str, *drawn: Message | View) -> None:
    for screen in drawn:  # an independent judge: the stand-in for Slack
        if isinstance(screen, View):
            check_view(json.loads(json.dumps(screen.payload)))
        else:
            check_message_blocks(json.loads(json.dumps(screen.blocks)))
            assert not faults(screen.text, screen.blocks)
    gallery_check.check(f"views/update_{name}.txt", "\n\n".join(map(describe, drawn)))


async def waiting(**typed: object) -> World:
    night = world()
    await draft_by(night, BO, **typed)
    return night


async def on_its_way() -> World:
    night = await waiting()
    await night.press(DEE, buttons(await card(night))["update_approve"])
    return night


def keep(night: World, update: Update) -> None:
    night.memory.put(night.incident.with_update(update))


def ends(night: World, outlet: str, tally: dict[Outcome, int], reason: str = "") -> None:
    left = begin(night.incident, night.update.id, outlet, NOON).incident
    night.memory.put(settle(left, night.update.id, outlet, tally, reason, NOON).incident)


async def test_draft_form_with_sentences_of_somebody_else() -> None:
    night = await waiting(impact="Nobody can pay.")
    aimed = {"action_id": "update_draft", "value": '{"incident":"inc0001"}'}
    check("draft_with_others_sentences", modal_of(await night.press(CY, aimed)))


async def test_draft_form() -> None:
    night = world()
    view = modal_of(await night.press(BO, {"action_id": "update_draft", "value": '{"incident":"inc0001"}'}))
    resolved = modal_of(await night.choose(BO, "draft_template", "outage/resolved", filled(view)))
    check("draft", view, resolved)


async def test_edit_form() -> None:
    night = await waiting()
    check("edit", modal_of(await night.press(ANA, buttons(await card(night))["update_edit"])))


async def test_correction_form() -> None:
    night = await on_its_way()
    value = json.dumps({"incident": night.incident.id, "update": night.update.id})
    check("correct", modal_of(await night.press(BO, {"action_id": "update_correct", "value": value})))


async def test_card_that_waits() -> None:
    night = await waiting()
    check("card_waiting", await card(night, (ANA, DEE)))


async def test_card_with_findings_and_with_a_reason_to_keep_them() -> None:
    words = "Some users may experience timeouts <!channel>. An engineer pulled a cable on db-prod-03."
    night = await waiting(impact=words, keep_because="Partners know db-prod-03.")
    kept = await card(night)
    night = await waiting(impact="Some users may experience timeouts <!channel>. An engineer pulled a cable.")
    told = await card(night)
    form = modal_of(await night.press(DEE, buttons(told)["update_keep"]))
    check("card_findings", told, form, kept)


async def test_card_of_a_long_text() -> None:
    check("card_clipped", await card(await waiting(impact=LONG)))


async def test_card_of_a_drill() -> None:
    rehearsal = Shop("email", 1, "rehearsal:email")
    rehearsal.rehearsal = True
    night = world(email=rehearsal)
    night.memory.put(replace(night.incident, drill=True))
    await draft_by(night, BO)
    check("card_drill", await card(night))


async def test_card_that_was_edited() -> None:
    night = await waiting(impact="Cards fail.")
    asked = night.update
    edit = modal_of(await night.press(CY, buttons(await card(night))["update_edit"]))
    await night.submit(CY, edit, {"impact": "All payments fail.", "zone": "UTC"})
    old = night.services.screens.approval(night.incident, asked, {}, ())
    check("card_edited", old, await card(night))


async def test_card_that_was_rejected_or_withdrawn() -> None:
    night = await waiting()
    view = modal_of(await night.press(DEE, buttons(await card(night))["update_reject"]))
    await night.submit(DEE, view, {"reason": "Say which cards <!channel>."})
    rejected = await card(night)
    await night.press(BO, buttons(rejected)["update_withdraw"])
    check("card_rejected", view, rejected, await card(night))


async def test_card_of_a_lone_approval() -> None:
    night = await waiting()
    form = modal_of(await night.press(BO, buttons(await card(night))["update_glass"]))
    answer = await night.submit(BO, form, {"reason": "All others are asleep."})
    told = answer.message  # type: ignore[union-attr]
    notice = glass_notice(night.incident, night.update, LINK)
    held = await card(night)
    await night.press(DEE, buttons(held)["update_stop"])
    late = glass_notice(night.incident, night.update, "")
    check("card_alone", form, told, notice, held, await card(night), late)


async def test_card_while_it_goes_out() -> None:
    night = await on_its_way()
    start = await card(night)
    ends(night, "status", {Outcome.DELIVERED: 1})
    incident = begin(night.incident, night.update.id, "email", NOON).incident
    incident = progress(incident, night.update.id, "email", {Outcome.DELIVERED: 400, Outcome.REFUSED: 2}, NOON).incident
    again, late = NOON + timedelta(seconds=30), "busy, said 503 <!channel>"
    incident = postpone(incident, night.update.id, "webhook", {}, late, again, NOON).incident
    night.memory.put(incident)
    check("card_going_out", start, await card(night))


async def test_card_with_every_outcome() -> None:
    night = await on_its_way()
    ends(night, "status", {Outcome.DELIVERED: 1})
    ends(night, "email", {Outcome.DELIVERED: 1_200, Outcome.REFUSED: 3, Outcome.UNKNOWN: 1}, "no answer after DATA")
    ends(night, "slack", {Outcome.REFUSED: 1}, "channel_not_found")
    ends(night, "webhook", {Outcome.EXPIRED: 1}, "too late: the outlet did not take it in time")
    decided = await card(night)
    await night.press(ANA, buttons(decided)["unknown_arrived:email"])
    check("card_outcomes", decided, await card(night))


async def test_card_that_was_stopped_halfway() -> None:
    night = await on_its_way()
    ends(night, "status", {Outcome.DELIVERED: 1})
    answer = await night.press(CY, buttons(await card(night))["update_stop"])
    check("card_stopped", answer.message, await card(night))  # type: ignore[union-attr]


async def test_card_that_a_newer_one_overtook() -> None:
    night = await on_its_way()
    first = night.update
    gone = cancel_rest(replace(first, state=UpdateState.SUPERSEDED), "superseded by update #2")
    keep(night, gone)
    check("card_overtaken", await card(night))


async def test_reading_everything() -> None:
    night = await waiting()
    view = modal_of(await night.press(DEE, buttons(await card(night))["update_read"]))
    pages = [view]
    while "reading_next" in buttons(view):
        view = modal_of(await night.press(DEE, buttons(view)["reading_next"], view.payload))
        pages.append(view)
    author = await night.press(BO, buttons(pages[-2])["reading_next"], pages[-2].payload)
    check("reading", *pages, modal_of(author))


async def test_direct_messages() -> None:
    night = await waiting()
    incident, update = night.incident, night.update
    check(
        "asking",
        approval_notice(incident, update, 0, LINK),
        approval_notice(incident, update, 2, ""),
        approval_silence(incident, update, LINK),
    )


async def test_promise() -> None:
    night = await on_its_way()
    sooner, missed = promise_reminder(night.incident, False), promise_reminder(night.incident, True)
    await draft_by(night, BO)
    check("promise", sooner, missed, promise_reminder(night.incident, True))
