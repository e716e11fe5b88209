"""An update in several languages, as people see it in Slack: reviewed as text, and what is pressed on the way."""

import json
from dataclasses import replace
from functools import cache

import pytest

from bot.domain.facts import LABELS
from bot.domain.plan import Untranslated
from bot.domain.refusals import Refusal
from bot.domain.update import OutletKind
from bot.plan.loading import load_text
from bot.ports import Message, Outlet, Speaks, View
from bot.practice.slack_standin.blocks import check_message_blocks, check_view
from bot.rendering.tongues import Tongues
from bot.slack.views import languages
from handlers.answer import Answer, Done
from tests import abroad, gallery_check
from tests.builders import BO, CY, DEE
from tests.handlers.update_world import Shop, World, buttons, card, draft_by, filled, modal_of, world
from tests.view_text import describe

FRENCH = {
    "headline": "Le paiement par carte échoue dans l’UE",
    "impact": "Le paiement par carte échoue pour nos clients dans l’UE.",
    "meanwhile": "Payez par virement, ou réessayez plus tard.",
}
_tongues = cache(lambda locales: Tongues(locales=locales))


def check(name: str, *drawn: Message | View) -> None:
    for screen in drawn:  # an independent judge: the stand-in for Slack
        if isinstance(screen, View):
            check_view(json.loads(json.dumps(screen.payload)))
        else:
            check_message_blocks(json.loads(json.dumps(screen.blocks)))
    gallery_check.check(f"views/language_{name}.txt", "\n\n".join(map(describe, drawn)))


def abroad_world(untranslated: str = "block", locales: tuple[str, ...] = ("en", "fr")) -> World:
    """INC-1 with a status page and an e-mail outlet whose readers read English and French, or `locales`."""
    page, mail = Shop("status", 1, "status:https://status.example.com"), Shop("email", 3, "smtp", OutletKind.BLIND)
    page.speaks, mail.speaks = Speaks.EACH, Speaks.EACH
    outlets: dict[str, Outlet] = {"status": page, "email": mail}
    night = world(**outlets)
    plan = load_text(abroad.plan(*locales, untranslated=untranslated)).plan
    return replace(night, services=replace(night.services, words=_tongues(locales), plan=plan))


async def drafted(night: World) -> Answer:
    """What Bo reads after asking for approval."""
    opened = await night.press(BO, {"action_id": "update_draft", "value": '{"incident":"inc0001"}'})
    return await night.submit(BO, modal_of(opened))


async def overview(night: World, by: str = BO) -> View:
    """The list of languages, from the request."""
    return modal_of(await night.press(by, buttons(await card(night))["update_languages"]))


async def french_form(night: World, by: str = BO) -> View:
    """The form for French, from the list."""
    return modal_of(
        await night.press(by, buttons(await overview(night, by))["language_open:fr"], filled(await overview(night)))
    )


async def test_what_is_not_translated_is_said_wherever_the_update_is() -> None:
    night = abroad_world()
    shown = modal_of(await drafted(night))
    request = await card(night)
    assert "update_approve" not in buttons(request)
    check("untranslated", shown, request)


async def test_the_form_for_one_language() -> None:
    night = abroad_world()
    await draft_by(night, BO)
    form = await french_form(night)
    after = modal_of(await night.submit(BO, form, {"impact": FRENCH["impact"]}))
    check("form", form, after)


async def test_all_done_it_can_be_read_in_each_language_and_approved() -> None:
    night = abroad_world()
    await draft_by(night, BO)
    done = modal_of(await night.submit(BO, await french_form(night), FRENCH))
    request = await card(night)
    assert "update_approve" in buttons(request)
    pages = [modal_of(await night.press(DEE, buttons(request)["update_read"]))]
    while "reading_next" in buttons(pages[-1]):
        pages.append(modal_of(await night.press(DEE, buttons(pages[-1])["reading_next"], filled(pages[-1]))))
    check("done", done, request, *pages)
    await night.press(DEE, buttons(request)["update_approve"])
    assert night.update.approved


async def test_english_that_changed_after_it_was_translated_is_marked() -> None:
    night = abroad_world()
    await draft_by(night, BO)
    await night.submit(BO, await french_form(night), FRENCH)
    edit = modal_of(await night.press(CY, buttons(await card(night))["update_edit"]))
    shown = modal_of(await night.submit(CY, edit, {"impact": "Paying by card fails everywhere."}))
    check("older", shown, await french_form(night))
    view = filled(await french_form(night))
    state = {**view["state"]["values"], languages._RIGHT: {"right@fr": {"selected_options": [{"value": "right"}]}}}
    answer = await night._say("SUBMISSIONS", languages.CALLBACK, CY, view={**view, "state": {"values": state}})
    assert "French: done." in describe(modal_of(answer))


async def test_a_warning_plan_lets_it_be_approved_and_says_what_leaves() -> None:
    night = _warning(abroad_world("warn"))
    await draft_by(night, BO)
    request = await card(night)
    check("warned", await overview(night), request)
    await night.press(DEE, buttons(request)["update_approve"])
    assert night.update.approved


async def test_with_three_languages_the_request_shows_the_first_and_approve_is_where_all_were_read() -> None:
    night = _warning(abroad_world("warn", ("en", "fr", "pl")))
    await draft_by(night, BO)
    request = await card(night)
    assert "update_approve" not in buttons(request)
    pages = [modal_of(await night.press(DEE, buttons(request)["update_read"]))]
    while "reading_next" in buttons(pages[-1]):
        assert "submit" not in pages[-1].payload
        pages.append(modal_of(await night.press(DEE, buttons(pages[-1])["reading_next"], filled(pages[-1]))))
    check("three", request, *pages)
    assert len(pages) == 3, "a page for each language"
    await night.submit(DEE, pages[-1])
    assert night.update.approved


def _warning(night: World) -> World:
    policy = replace(night.services.policy, untranslated=Untranslated.WARN)
    screens = replace(night.services.screens, policy=policy)  # type: ignore[type-var]
    return replace(night, services=replace(night.services, policy=policy, screens=screens))


async def test_two_translators_at_once_do_not_lose_each_others_words() -> None:
    night = abroad_world()
    await draft_by(night, BO)
    one, two = await french_form(night), await french_form(night, CY)
    await night.submit(BO, one, FRENCH)
    with pytest.raises(Refusal, match="French was changed by somebody else"):
        await night.submit(CY, two, {"headline": "Incident"})


async def test_nothing_new_is_no_new_revision() -> None:
    night = abroad_world()
    await draft_by(night, BO)
    await night.submit(BO, await french_form(night))
    assert len(night.update.revisions) == 1


async def test_with_one_language_nothing_of_it_is_to_be_seen() -> None:
    night = world()
    assert isinstance(await drafted(night), Done)
    assert "update_languages" not in buttons(await card(night))


async def test_a_text_of_a_language_cannot_be_handed_in_empty_and_what_may_stay_empty_is_marked_so() -> None:
    night = abroad_world()
    await draft_by(night, BO)
    inputs = [block for block in (await french_form(night)).payload["blocks"] if block["type"] == "input"]
    assert {one["block_id"]: one["optional"] for one in inputs} == {
        **dict.fromkeys(("headline", "impact", "meanwhile"), False),
        **dict.fromkeys(("right", "keep_because"), True),
    }
    assert {one["block_id"]: one["label"]["text"] for one in inputs if one["block_id"] in LABELS} == LABELS
