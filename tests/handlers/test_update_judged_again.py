"""Words are judged again when somebody approves: by the plan of today, in every language, whatever the card shows."""

from dataclasses import replace

import pytest

from bot.domain.people import Caller
from bot.domain.refusals import Offer, Refusal
from bot.domain.update import UpdateState
from bot.domain.wording import Kind, WordingPolicy
from bot.ports import View
from bot.slack.views import notice
from bot.usecases import updates
from handlers.answer import Say
from tests import gallery_check
from tests.builders import ANA, BO, CY, DEE, WORKSPACE
from tests.handlers.update_world import World, buttons, card, draft_by, filled, modal_of, shown_text, world
from tests.slack.test_views_languages import FRENCH, abroad_world, drafted, french_form
from tests.view_text import describe

NAMED = "Bluebird does not answer."


def restarted(night: World, *code_names: str) -> World:
    """The same memory, read by a process that was started with a newer plan."""
    return replace(
        night,
        services=replace(night.services, plan=replace(night.services.plan, code_names=code_names or ("Bluebird",))),
    )


async def read_to_the_end(night: World) -> View:
    """The last page of everything, as Dee reads it on the newest card."""
    view = modal_of(await night.press(DEE, buttons(await card(night))["update_read"]))
    while "reading_next" in buttons(view):
        view = modal_of(await night.press(DEE, buttons(view)["reading_next"], filled(view)))
    return view


async def refused(night: World, digest: str, by: str = DEE, alone: bool = False) -> Refusal:
    """What somebody reads who approves this digest, after which nothing has changed."""
    before, changes = night.incident, len(night.memory.changes)
    services, update_id, who = night.services, night.update.id, Caller(by, WORKSPACE)
    if alone:
        deciding = updates.break_glass(services, "inc0001", update_id, digest, "All asleep", who, "alone")
    else:
        deciding = updates.approve(services, "inc0001", update_id, digest, who, "yes")
    with pytest.raises(Refusal) as caught:
        await deciding
    assert (night.incident, len(night.memory.changes)) == (before, changes)
    return caught.value


async def test_a_code_name_that_came_into_the_plan_since_stops_the_button_of_the_old_card() -> None:
    night = world()
    update = await draft_by(night, BO, impact=NAMED)
    old = buttons(await card(night))["update_approve"]
    later = restarted(night)
    with pytest.raises(Refusal) as caught:
        await later.press(DEE, old)
    assert caught.value.code == "words_stop"
    assert "“Bluebird” is a name that only we use." in caught.value.sentence
    assert caught.value.way is not None
    assert (caught.value.way.offer, caught.value.way.update_id) == (Offer.WORDS, update.id)
    assert later.update.state is UpdateState.SUBMITTED


async def test_nor_is_it_approved_alone_or_by_who_has_the_digest_in_hand() -> None:
    night = world()
    update = await draft_by(night, BO, impact=NAMED)
    later = restarted(night)
    for alone in (False, True):
        assert (await refused(later, update.latest.digest, alone=alone)).code == "words_stop"


async def test_a_code_name_in_a_translation_stops_it_as_well() -> None:
    night = abroad_world()
    await drafted(night)
    await night.submit(CY, await french_form(night, CY), FRENCH | {"impact": "Bluebird ne répond plus à nos clients."})
    later = restarted(night)
    refusal = await refused(later, later.update.latest.digest)
    assert refusal.sentence.startswith("It cannot be approved with these words. French: “Bluebird” is a name")


async def test_the_request_and_the_last_page_have_no_approve_then_and_say_what_to_do() -> None:
    night = world()
    await draft_by(night, BO, impact=NAMED)
    old = buttons(await card(night))["update_approve"]
    later = restarted(night)
    request = await card(later)
    assert "update_approve" not in buttons(request)
    words = shown_text(request)
    assert "It can be approved once the words are changed (*Edit*), or somebody says why they stay" in words
    page = await read_to_the_end(later)
    assert "submit" not in page.payload
    with pytest.raises(Refusal) as caught:
        await later.press(DEE, old)
    told = notice.said(caught.value.sentence, caught.value.way)
    gallery_check.check("views/update_words_stop.txt", "\n\n".join((describe(request), describe(page), describe(told))))
    assert "somebody says why they stay" in shown_text(page)


async def test_the_way_out_of_the_refusal_keeps_the_words_with_a_reason_and_then_it_leaves() -> None:
    night = world()
    update = await draft_by(night, BO, impact=NAMED)
    old = buttons(await card(night))["update_approve"]
    later = restarted(night)
    offered = {"action_id": "offer:words", "value": f'{{"incident":"inc0001","update":"{update.id}"}}'}
    form = modal_of(await later.press(DEE, offered))
    assert "“Bluebird” is a name that only we use." in shown_text(form)
    assert "update_edit" in buttons(form)
    await later.submit(DEE, form, {"keep_because": "It is public by now."})
    assert later.update.kept[-1].digest == update.latest.digest
    assert isinstance(await later.press(DEE, old), Say)
    assert later.update.state is UpdateState.PUBLISHING


async def test_the_reason_covers_what_it_was_given_for_and_no_name_that_came_later() -> None:
    night = restarted(world())
    await draft_by(night, BO, impact="Bluebird and Kestrel do not answer.", keep_because="It is public by now.")
    digest = night.update.latest.digest
    assert "“Kestrel”" in (await refused(restarted(night, "Bluebird", "Kestrel"), digest)).sentence


async def test_the_second_of_two_approvers_is_judged_by_the_newer_plan() -> None:
    night = world()
    night = replace(night, services=replace(night.services, policy=replace(night.services.policy, quorum=2)))
    update = await draft_by(night, BO, impact=NAMED)
    await night.press(DEE, buttons(await card(night))["update_approve"])
    assert (await refused(restarted(night), update.latest.digest, by=ANA)).code == "words_stop"


async def test_what_the_plan_only_tells_of_needs_no_reason() -> None:
    night = world()
    await draft_by(night, BO, impact=NAMED)
    wording = WordingPolicy(blocks=(), advises=(Kind.CODE_NAME,))
    later = restarted(night)
    later = replace(later, services=replace(later.services, plan=replace(later.services.plan, wording=wording)))
    await later.press(DEE, buttons(await card(later))["update_approve"])
    assert later.update.state is UpdateState.PUBLISHING


async def test_a_text_that_is_lost_is_not_judged_and_so_not_approved() -> None:
    night = world()
    update = await draft_by(night, BO)
    del night.memory.blobs[update.latest.planned[0].rendition]
    assert (await refused(night, update.latest.digest)).code == "damaged"
