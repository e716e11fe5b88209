"""Deciding in conversation: approve what was seen, read what was clipped, reject, stop, approve alone."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.delivery import begin, settle
from bot.domain.refusals import Offer, Refusal
from bot.domain.update import Outcome, UpdateState
from bot.ports import Message, View
from handlers.answer import Answer, Done, Open, Replace, Say
from tests.builders import ANA, BO, CY, DEE, person
from tests.handlers.update_world import World, buttons, card, draft_by, modal_of, shown_text, world

LONG = "Cards fail for everyone in the EU.\n" * 55


async def waiting(**typed: object) -> tuple[World, Message]:
    """A world with an update by Bo that waits, and its card."""
    night = world()
    await draft_by(night, BO, **typed)
    return night, await card(night)


async def read_to_the_end(night: World, by: str, drawn: Message | View) -> View:
    """Open everything and press Next until there is no more."""
    view = modal_of(await night.press(by, buttons(drawn)["update_read"]))
    while "reading_next" in buttons(view):
        view = modal_of(await night.press(by, buttons(view)["reading_next"], view.payload))
    return view


def aim(night: World, **more: str) -> str:
    return json.dumps({"incident": night.incident.id, "update": night.update.id, **more})


def text_of(answer: Answer) -> str:
    assert isinstance(answer, Say), answer
    return answer.message.text


async def test_an_approver_approves_from_the_card() -> None:
    night, drawn = await waiting()
    answer = await night.press(DEE, buttons(drawn)["update_approve"])
    assert "on its way" in text_of(answer)
    assert night.update.state is UpdateState.PUBLISHING
    assert {d.outlet for d in night.update.deliveries} == {"status", "email", "slack", "webhook"}


async def test_the_author_is_refused_and_offered_the_glass() -> None:
    night, drawn = await waiting()
    with pytest.raises(Refusal) as refused:
        await night.press(BO, buttons(drawn)["update_approve"])
    assert refused.value.way is not None
    assert refused.value.way.offer is Offer.BREAK_GLASS


@pytest.mark.parametrize("name", ["update_edit", "update_reject", "update_glass"])
async def test_a_guest_fills_in_no_form_in_vain(name: str) -> None:
    night, drawn = await waiting()
    await night.services.people.put([replace(person(CY), guest=True)])
    with pytest.raises(Refusal, match="Guests can read along"):
        await night.press(CY, buttons(drawn)[name])


async def test_the_second_click_reads_who_was_first() -> None:
    night, drawn = await waiting()
    await night.press(DEE, buttons(drawn)["update_approve"])
    with pytest.raises(Refusal) as refused:
        await night.press(ANA, buttons(drawn)["update_approve"])
    assert refused.value.code == "already_approved"


async def test_an_old_button_is_refused_after_an_edit_and_the_old_card_loses_its_buttons() -> None:
    night, old = await waiting(impact="Cards fail.")
    asked = night.update
    view = modal_of(await night.press(CY, buttons(old)["update_edit"]))
    await night.submit(CY, view, {"impact": "All payments fail."})
    with pytest.raises(Refusal) as refused:
        await night.press(DEE, buttons(old)["update_approve"])
    assert refused.value.code == "stale_digest"
    redrawn = night.services.screens.approval(night.incident, asked, {}, ())
    assert set(buttons(redrawn)) == {"offer:show_update"}
    assert "“Cards fail.” → “All payments fail.”" in shown_text(redrawn)


async def test_clipped_text_has_no_approve_until_this_person_has_read_it() -> None:
    night, drawn = await waiting(impact=LONG)
    assert "update_approve" not in buttons(drawn)
    value = aim(night, digest=night.update.latest.digest)
    with pytest.raises(Refusal) as refused:
        await night.press(DEE, {"action_id": "update_approve", "value": value})
    assert refused.value.way is not None
    assert refused.value.way.offer is Offer.READ_EVERYTHING
    last = await read_to_the_end(night, DEE, drawn)
    assert last.payload["submit"]["text"] == "Approve and publish"
    assert "update_approve" not in buttons(await card(night))
    assert "on its way" in text_of(await night.submit(DEE, last))
    assert night.update.state is UpdateState.PUBLISHING


async def test_approve_is_on_the_last_page_and_on_no_other() -> None:
    night, drawn = await waiting(impact=LONG)
    view = modal_of(await night.press(DEE, buttons(drawn)["update_read"]))
    seen = 0
    while "reading_next" in buttons(view):
        assert "submit" not in view.payload
        view = modal_of(await night.press(DEE, buttons(view)["reading_next"], view.payload))
        seen += 1
    assert seen == 3
    assert "submit" in view.payload
    back = modal_of(await night.press(DEE, buttons(view)["reading_back"], view.payload))
    assert "submit" not in back.payload


@pytest.mark.parametrize(("reader", "words"), [(BO, "Your words"), (CY, "not an approver")])
async def test_who_may_not_approve_reads_why(reader: str, words: str) -> None:
    night, drawn = await waiting()
    last = await read_to_the_end(night, reader, drawn)
    assert "submit" not in last.payload
    assert words in shown_text(last)


async def test_an_edit_while_reading_starts_again_with_the_newest() -> None:
    night, drawn = await waiting()
    view = modal_of(await night.press(DEE, buttons(drawn)["update_read"]))
    edit = modal_of(await night.press(CY, buttons(drawn)["update_edit"]))
    await night.submit(CY, edit, {"impact": "All payments fail."})
    again = modal_of(await night.press(DEE, buttons(view)["reading_next"], view.payload))
    assert again.payload["title"]["text"] == "Page 1 of 4"
    assert "was edited while you read" in shown_text(again)
    assert "All payments fail." in shown_text(again)


async def test_what_was_read_before_an_edit_cannot_be_approved() -> None:
    night, drawn = await waiting()
    last = await read_to_the_end(night, DEE, drawn)
    edit = modal_of(await night.press(CY, buttons(drawn)["update_edit"]))
    await night.submit(CY, edit, {"impact": "All payments fail."})
    with pytest.raises(Refusal) as refused:
        await night.submit(DEE, last)
    assert refused.value.code == "stale_digest"


async def test_reject_asks_why_and_tells_the_author() -> None:
    night, drawn = await waiting()
    answer = await night.press(DEE, buttons(drawn)["update_reject"])
    assert isinstance(answer, Open)
    with pytest.raises(Refusal) as refused:
        await night.submit(DEE, answer.view, {"reason": "  "})
    assert refused.value.field == "reason"
    assert await night.submit(DEE, answer.view, {"reason": "Say which cards."}) == Done()
    assert night.update.state is UpdateState.REJECTED
    assert "Say which cards." in shown_text(await card(night))
    assert {"update_edit", "update_withdraw"} == set(buttons(await card(night)))


async def test_withdraw_takes_it_back() -> None:
    night, drawn = await waiting()
    assert await night.press(BO, buttons(drawn)["update_withdraw"]) == Done()
    assert night.update.state is UpdateState.WITHDRAWN


async def test_the_glass_needs_a_reason_and_holds_back_with_stop() -> None:
    night, drawn = await waiting()
    answer = await night.press(BO, buttons(drawn)["update_glass"])
    view = modal_of(answer)
    assert "waits 60 seconds" in shown_text(view)
    with pytest.raises(Refusal) as refused:
        await night.submit(BO, view, {"reason": ""})
    assert refused.value.field == "reason"
    done = await night.submit(BO, view, {"reason": "All others are asleep."})
    assert "by you alone" in text_of(done)
    assert night.update.state is UpdateState.APPROVED
    held = await card(night)
    assert "Approved alone" in shown_text(held)
    stopped = await night.press(ANA, buttons(held)["update_stop"])
    assert text_of(stopped) == "Update #1 of INC-1 is stopped. Nothing of it has left."


async def test_the_glass_waits_until_everything_was_read() -> None:
    night, drawn = await waiting(impact=LONG)
    with pytest.raises(Refusal) as refused:
        await night.press(BO, buttons(drawn)["update_glass"])
    assert refused.value.way is not None
    assert refused.value.way.offer is Offer.READ_EVERYTHING
    await read_to_the_end(night, BO, drawn)
    assert isinstance(await night.press(BO, buttons(drawn)["update_glass"]), Open)


async def test_the_offer_of_the_glass_takes_the_newest_text() -> None:
    night, _ = await waiting()
    view = modal_of(await night.press(BO, {"action_id": "offer:break_glass", "value": aim(night)}))
    assert night.update.latest.digest in str(view.payload["private_metadata"])
    assert night.update.latest.facts.impact in shown_text(view)


async def test_stop_lists_what_has_left() -> None:
    night, drawn = await waiting()
    await night.press(DEE, buttons(drawn)["update_approve"])
    sent = settle(
        begin(night.incident, night.update.id, "status", night.watch.at).incident,
        night.update.id,
        "status",
        {Outcome.DELIVERED: 1},
        "",
        night.watch.at,
    )
    night.memory.put(sent.incident)
    answer = await night.press(CY, buttons(await card(night))["update_stop"])
    assert isinstance(answer, Say)
    told = shown_text(answer.message)
    assert "1 delivered" in told
    assert "did not leave (1,204 recipients)" in told
    assert "update_correct" in buttons(answer.message)


@pytest.mark.parametrize("arrived", [True, False])
async def test_a_person_decides_about_the_unknown(arrived: bool) -> None:
    night, drawn = await waiting()
    await night.press(DEE, buttons(drawn)["update_approve"])
    for outlet, outcome in (("status", Outcome.DELIVERED), ("email", Outcome.UNKNOWN)):
        left = begin(night.incident, night.update.id, outlet, night.watch.at).incident
        tally = {outcome: night.update.plan_for(outlet).recipient_count}
        night.memory.put(settle(left, night.update.id, outlet, tally, "", night.watch.at).incident)
    pressed = buttons(await card(night))["unknown_arrived:email" if arrived else "unknown_again:email"]
    assert await night.press(ANA, pressed) == Done()
    delivery = night.update.delivery("email")
    assert delivery.tally.get(Outcome.DELIVERED, 0) == (1_204 if arrived else 0)
    assert delivery.round == (0 if arrived else 1)


@pytest.mark.parametrize("button", ["unknown_arrived:email", "unknown_again:email"])
async def test_what_somebody_decided_about_one_try_is_not_taken_for_a_decision_about_the_next(button: str) -> None:
    """A double click, or a second person at an old card: it was sent again, and nobody knows of that either."""
    night, drawn = await waiting()
    await night.press(DEE, buttons(drawn)["update_approve"])

    def ends(outlet: str, outcome: Outcome) -> None:
        left = begin(night.incident, night.update.id, outlet, night.watch.at).incident
        tally = {outcome: night.update.plan_for(outlet).recipient_count}
        night.memory.put(settle(left, night.update.id, outlet, tally, "", night.watch.at).incident)

    ends("status", Outcome.DELIVERED)
    ends("email", Outcome.UNKNOWN)
    seen = buttons(await card(night))
    await night.press(ANA, seen["unknown_again:email"])
    ends("email", Outcome.UNKNOWN)
    before = night.update.delivery("email")
    with pytest.raises(Refusal) as refused:
        await night.press(CY, seen[button])
    assert "was sent again since you looked" in refused.value.sentence
    assert night.update.delivery("email") == before
    await night.press(CY, buttons(await card(night))[button])
    assert night.update.delivery("email") != before


async def test_a_lapsed_request_offers_new_times() -> None:
    night, drawn = await waiting()
    night.watch.at += timedelta(minutes=31)
    with pytest.raises(Refusal) as refused:
        await night.press(DEE, buttons(drawn)["update_approve"])
    assert refused.value.way is not None
    assert refused.value.way.offer is Offer.REDRAFT


async def test_showing_the_update_shows_the_card_as_it_is_now() -> None:
    night, drawn = await waiting()
    edit = modal_of(await night.press(CY, buttons(drawn)["update_edit"]))
    await night.submit(CY, edit, {"impact": "All payments fail."})
    answer = await night.press(DEE, {"action_id": "offer:show_update", "value": aim(night)})
    assert isinstance(answer, Say)
    assert "All payments fail." in shown_text(answer.message)
    inside = await night.press(DEE, {"action_id": "offer:show_update", "value": aim(night)}, {"id": "V1"})
    assert isinstance(inside, Replace)


async def test_opening_a_link_needs_no_answer() -> None:
    night, _ = await waiting()
    assert await night.press(DEE, {"action_id": "update_open"}) == Done()


async def test_the_same_click_twice_is_one_approval() -> None:
    night, drawn = await waiting()
    await night.press(DEE, buttons(drawn)["update_approve"])
    night.acts -= 1
    assert "on its way" in text_of(await night.press(DEE, buttons(drawn)["update_approve"]))
    assert len(night.update.approvals) == 1
