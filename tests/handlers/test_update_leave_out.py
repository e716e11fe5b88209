"""A language in which customers heard, and in which nobody can be told any more: said on the card, left out there."""

from dataclasses import replace

import pytest

from bot.domain import delivery
from bot.domain.people import Caller
from bot.domain.refusals import Offer, Refusal
from bot.domain.update import Outcome, Update, UpdateState
from bot.plan.loading import load_text
from bot.ports import Message, Outlet, Speaks, View
from bot.rendering.tongues import Tongues
from bot.slack.views import incident_change, notice
from bot.usecases import updates
from handlers.answer import Say
from tests import abroad, gallery_check
from tests.builders import BO, CY, DEE, WORKSPACE, restored
from tests.handlers.update_world import Shop, World, buttons, card, modal_of, shown_text, world
from tests.slack.test_views_languages import FRENCH, drafted, french_form
from tests.view_text import describe


def night_abroad() -> World:
    """INC-1 with a status page in English, and a partner's webhook in English and French."""
    page, hook = (
        Shop("status", 1, "status:https://status.example.com"),
        Shop("webhook", 1, "https://p.example.com/hook"),
    )
    page.speaks, hook.speaks = Speaks.BASE, Speaks.EACH
    outlets: dict[str, Outlet] = {"status": page, "webhook": hook}
    night = world(**outlets)
    plan = load_text(abroad.plan("en", "fr")).plan
    return replace(night, services=replace(night.services, words=Tongues(locales=("en", "fr")), plan=plan))


def arrived(night: World, update: Update, outlet: str, *heard: str, outcome: Outcome = Outcome.DELIVERED) -> None:
    """The share of one outlet, settled."""
    now = night.watch.at
    begun = delivery.begin(night.incident, update.id, outlet, now).incident
    night.memory.put(delivery.settle(begun, update.id, outlet, {outcome: 1}, "", now, heard).incident)


async def told(night: World) -> World:
    """Customers have read the beginning, in French through the webhook alone."""
    await drafted(night)
    await night.submit(CY, await french_form(night, CY), dict(FRENCH))
    await night.press(DEE, buttons(await card(night))["update_approve"])
    arrived(night, night.update, "status", "en")
    arrived(night, night.update, "webhook", "en", "fr")
    night.watch.on(minutes=5)
    return night


def without(night: World, outlet: str = "webhook") -> World:
    """The same memory, after a restart without an outlet."""
    left = {name: one for name, one in night.services.outlets.items() if name != outlet}
    return replace(night, services=replace(night.services, outlets=left))


async def over(night: World) -> Message:
    """The request to approve the restored notice."""
    now, who = night.watch.at, Caller(BO, WORKSPACE)
    facts = replace(restored(now), headline="Card payments work again", fields=(("summary", "A fault in one part."),))
    await updates.draft(night.services, "inc0001", "outage/resolved", facts, who, f"over{now}")
    return await card(night)


async def leave_form(night: World, button: str = "language_leave") -> View:
    """The form that asks why it is left out, from the request."""
    return modal_of(await night.press(CY, buttons(await card(night))[button]))


async def test_the_request_says_which_language_and_outlet_and_offers_to_leave_it_out() -> None:
    night = without(await told(night_abroad()))
    request = await over(night)
    assert "update_approve" not in buttons(request)
    assert "Customers read of this incident in French (Webhook)" in shown_text(request)
    form = await leave_form(night)
    with pytest.raises(Refusal) as caught:
        await updates.approve(
            night.services, "inc0001", night.update.id, night.update.latest.digest, Caller(DEE, WORKSPACE), "early"
        )
    assert caught.value.code == "language_missing"
    assert caught.value.way is not None
    assert caught.value.way.offer is Offer.LEAVE_OUT
    refusal = notice.said(caught.value.sentence, caught.value.way)
    answer = await night.submit(CY, form, {"reason": "The partner ended the contract."})
    assert isinstance(answer, Say)
    after = await card(night)
    shown = (request, form, refusal, answer.message, after)
    gallery_check.check("views/language_left_out.txt", "\n\n".join(describe(one) for one in shown))


async def test_left_out_with_a_reason_everybody_else_reads_that_it_is_over_and_the_incident_ends() -> None:
    night = without(await told(night_abroad()))
    await over(night)
    await night.submit(CY, await leave_form(night), {"reason": "The partner ended the contract."})
    request = await card(night)
    assert "The partner ended the contract." in shown_text(request)
    await night.press(DEE, buttons(request)["update_approve"])
    arrived(night, night.update, "status", "en")
    assert night.incident.ended is not None
    assert night.update.state is UpdateState.PUBLISHED
    (kept,) = night.incident.left_out
    assert (kept.locale, kept.by, kept.reason) == ("fr", CY, "The partner ended the contract.")


async def test_a_language_that_the_plan_has_lost_is_left_out_the_same_way() -> None:
    night = await told(night_abroad())
    plan = load_text(abroad.plan("en")).plan
    night = replace(night, services=replace(night.services, words=Tongues(locales=("en",)), plan=plan))
    await over(night)
    await night.submit(CY, await leave_form(night), {"reason": "French is no longer served."})
    await night.press(DEE, buttons(await card(night))["update_approve"])
    assert night.update.approved is not None


async def test_once_the_outlet_is_back_nothing_is_left_out_and_edit_brings_the_language_in() -> None:
    night = await told(night_abroad())
    await over(without(night))
    form = await leave_form(without(night))
    with pytest.raises(Refusal) as caught:
        await night.submit(CY, form, {"reason": "Nobody reads it."})
    assert caught.value.code == "can_be_told"
    assert not night.incident.left_out
    edit = modal_of(await night.press(BO, buttons(await card(night))["update_edit"]))
    await night.submit(BO, edit)
    assert {p.locale for p in night.update.latest.planned} == {"en", "fr"}


async def test_a_notice_that_could_not_arrive_in_it_ends_the_incident_once_it_is_left_out() -> None:
    night = await told(night_abroad())
    await over(night)
    await night.submit(CY, await french_form(night, CY), FRENCH | {"summary": "Un composant était en panne."})
    await night.press(DEE, buttons(await card(night))["update_approve"])
    arrived(night, night.update, "status", "en")
    arrived(night, night.update, "webhook", outcome=Outcome.REFUSED)
    assert night.incident.open
    later = without(night)
    resolve = incident_change.end_form(later.incident)
    assert "reached nobody in French (Webhook)" in shown_text(resolve)
    form = modal_of(await later.press(CY, buttons(resolve)["language_leave"], resolve.payload))
    gallery_check.check("views/language_left_behind.txt", f"{describe(resolve)}\n\n{describe(form)}")
    await later.submit(CY, form, {"reason": "The partner ended the contract."})
    assert later.incident.ended is not None


async def test_a_language_that_is_told_again_later_is_owed_the_end_again() -> None:
    night = await told(night_abroad())
    gone = without(night)
    await over(gone)
    await gone.submit(CY, await leave_form(gone), {"reason": "The partner is away."})
    night.watch.on(minutes=5)
    night.acts += 100  # clicks of its own, after those of the other process
    await told(night)
    assert "update_approve" not in buttons(await over(gone))


async def test_without_a_reason_nothing_is_left_out_and_twice_is_once() -> None:
    night = without(await told(night_abroad()))
    await over(night)
    form = await leave_form(night)
    with pytest.raises(Refusal) as caught:
        await night.submit(CY, form, {"reason": "..."})
    assert caught.value.field == "reason"
    await night.submit(CY, form, {"reason": "The partner is away."})
    with pytest.raises(Refusal):
        await night.submit(DEE, form, {"reason": "Me, too."})
    assert len(night.incident.left_out) == 1
