"""Words that a reader would stumble over: what stops a draft, what is only told, and how somebody keeps them."""

from dataclasses import replace

import pytest

from bot.domain.refusals import Refusal
from bot.domain.timeline import EntryKind
from bot.domain.update import UpdateState
from bot.domain.wording import Kind, WordingPolicy
from bot.ports import View
from handlers.answer import Done, Replace, Say
from tests.builders import ANA, BO, CY, DEE
from tests.handlers.update_world import World, buttons, card, draft_by, filled, modal_of, shown_text, world

HOST = "Paying fails. We restart db-prod-03 at 10.0.0.4."
DRAFT = {"action_id": "update_draft", "value": '{"incident":"inc0001"}'}


async def form_of(night: World) -> View:
    return modal_of(await night.press(BO, DRAFT))


async def refused(night: World, **typed: object) -> Refusal:
    with pytest.raises(Refusal) as caught:
        await night.submit(BO, await form_of(night), typed)
    return caught.value


def entries(night: World) -> list[str]:
    return [e.text for change in night.memory.changes for e in change.entries if e.kind is EntryKind.DRAFT]


async def test_what_is_inside_stops_the_draft_beside_its_field_with_other_words() -> None:
    night = world()
    refusal = await refused(night, impact=HOST, headline="AKIAIOSFODNN7EXAMPLE leaked")
    assert refusal.code == "wording"
    assert refusal.others == {
        "headline": "“AKIA…” looks like a key or a token. Instead: take it out, and have it changed.",
        "impact": "“db-prod-03” names one of our machines. Instead: say what does not work for customers. "
        "(and 1 more here)",
    }
    assert not night.incident.updates
    assert not night.memory.changes


async def test_a_reason_lets_it_through_and_stays_with_the_digest_on_timeline_and_card() -> None:
    night = world()
    update = await draft_by(night, BO, impact=HOST, keep_because="Partners know this name.")
    assert update.state is UpdateState.SUBMITTED
    (kept,) = update.kept
    assert (kept.by, kept.digest, kept.reason) == (BO, update.latest.digest, "Partners know this name.")
    said = entries(night)[0]
    assert said == (
        f"Update #1: words kept ({update.latest.digest[:12]}): "
        "internal host “db-prod-03”, internal address “10.0.0.4”. "
        "Because: Partners know this name."
    )
    assert "Partners know this name." in shown_text(await card(night))
    assert "update_keep" not in buttons(await card(night))


async def test_a_secret_is_not_repeated_anywhere_but_in_the_text_itself() -> None:
    night = world()
    update = await draft_by(night, BO, impact="Use AKIAIOSFODNN7EXAMPLE.", keep_because="It is the public example.")
    assert "AKIAIOSFODNN7" not in " ".join((*entries(night), *update.kept[0].findings))


async def test_a_reason_without_words_is_refused_at_its_field() -> None:
    night = world()
    assert (await refused(night, impact=HOST, keep_because="...")).field == "keep_because"


async def test_a_reason_for_clean_words_is_not_recorded() -> None:
    night = world()
    assert (await draft_by(night, BO, keep_because="Just in case.")).kept == ()


async def test_what_is_only_told_asks_for_approval_and_tells_the_author() -> None:
    night = world()
    answer = await night.submit(BO, await form_of(night), {"impact": "Some users may experience timeouts."})
    assert isinstance(answer, Replace)
    assert night.update.state is UpdateState.SUBMITTED
    told = shown_text(answer.view)
    assert "“Some users may” says nothing exact. Instead: say who, and how many." in told
    assert "“timeouts” is our jargon. Instead: no answer in time." in told
    assert told.count("Jargon") == 1


async def test_clean_words_only_close_the_form() -> None:
    night = world()
    assert isinstance(await night.submit(BO, await form_of(night), {}), Done)


async def test_the_approver_sees_it_and_keeping_it_there_is_recorded_under_the_digest() -> None:
    night = world()
    update = await draft_by(night, BO, impact="Paying fails intermittently.")
    before = await card(night)
    assert "“intermittently” says nothing exact." in shown_text(before)
    asked = modal_of(await night.press(DEE, buttons(before)["update_keep"]))
    await night.submit(DEE, asked, {"keep_because": "Nobody knows how often."})
    assert night.update.kept[0].digest == update.latest.digest
    assert night.update.latest.digest == update.latest.digest
    assert "Nobody knows how often." in shown_text(await card(night))
    await night.press(DEE, buttons(await card(night))["update_approve"])
    assert night.update.state is UpdateState.PUBLISHING


async def test_who_keeps_words_is_no_author_of_them() -> None:
    night = world()
    await draft_by(night, BO, impact="Paying fails intermittently.")
    asked = modal_of(await night.press(DEE, buttons(await card(night))["update_keep"]))
    await night.submit(DEE, asked, {"keep_because": "It is so."})
    assert DEE not in night.update.authors


async def test_keeping_words_that_were_edited_since_is_refused() -> None:
    night = world()
    await draft_by(night, BO, impact="Paying fails intermittently.")
    button = buttons(await card(night))["update_keep"]
    asked = modal_of(await night.press(DEE, button))
    edit = modal_of(await night.press(CY, buttons(await card(night))["update_edit"]))
    await night.submit(CY, edit, {"impact": "Paying fails soon."})
    with pytest.raises(Refusal) as caught:
        await night.submit(DEE, asked, {"keep_because": "It is so."})
    assert caught.value.code == "stale_digest"
    assert not night.update.kept
    assert isinstance(await night.press(DEE, button), Say)


async def test_an_edit_begins_with_the_reason_given_before_and_names_its_own_digest() -> None:
    night = world()
    await draft_by(night, BO, impact=HOST, keep_because="Partners know this name.")
    edit = modal_of(await night.press(CY, buttons(await card(night))["update_edit"]))
    await night.submit(CY, edit, {"headline": "Paying fails in the EU"})
    assert [one.by for one in night.update.kept] == [BO, BO], "who gave the reason, not who edited something else"
    assert len([text for text in entries(night) if "words kept" in text]) == 1
    assert night.update.kept[-1].digest == night.update.latest.digest != night.update.kept[0].digest


async def test_the_reason_given_before_covers_no_words_that_were_written_since() -> None:
    night = world()
    await draft_by(night, BO, impact=HOST, keep_because="Partners know this name.")
    edit = modal_of(await night.press(CY, buttons(await card(night))["update_edit"]))
    for worse in ("AKIAIOSFODNN7EXAMPLE leaked", "Paying fails on db-prod-04"):
        with pytest.raises(Refusal) as caught:
            await night.submit(CY, edit, {"headline": worse})
        assert caught.value.others.keys() == {"headline", "keep_because"}
    assert len(night.update.revisions) == 1
    await night.submit(CY, edit, {"headline": "Paying fails on db-prod-04", "keep_because": "Partners know both."})
    assert [(one.by, one.reason) for one in night.update.kept][-1] == (CY, "Partners know both.")


async def test_a_reason_for_what_was_only_told_does_not_let_a_secret_through() -> None:
    night = world()
    await draft_by(night, BO, impact="Paying fails intermittently.")
    asked = modal_of(await night.press(DEE, buttons(await card(night))["update_keep"]))
    await night.submit(DEE, asked, {"keep_because": "It is so."})
    edit = modal_of(await night.press(CY, buttons(await card(night))["update_edit"]))
    with pytest.raises(Refusal) as caught:
        await night.submit(CY, edit, {"headline": "AKIAIOSFODNN7EXAMPLE leaked"})
    assert caught.value.code == "wording"


async def test_a_secret_that_takes_the_place_of_a_kept_one_is_stopped_although_it_begins_alike() -> None:
    night = world()
    await draft_by(night, BO, impact="Use AKIAIOSFODNN7EXAMPLE.", keep_because="It is the public example.")
    edit = modal_of(await night.press(CY, buttons(await card(night))["update_edit"]))
    with pytest.raises(Refusal) as caught:
        await night.submit(CY, edit, {"impact": "Use AKIAQQSFODNN7REALONE."})
    assert caught.value.code == "wording"
    await night.submit(CY, edit, {"headline": "Paying fails in the EU"})
    assert night.update.kept[-1].by == BO


async def test_what_was_found_only_after_a_reason_was_given_can_still_be_answered() -> None:
    night = world()
    await draft_by(night, BO, impact=HOST, keep_because="Partners know this name.")
    edit = modal_of(await night.press(CY, buttons(await card(night))["update_edit"]))
    await night.submit(CY, edit, {"headline": "Paying fails intermittently"})
    assert "update_keep" in buttons(await card(night))


async def test_the_plan_says_what_stops_a_draft_and_what_is_told() -> None:
    night = world()
    plan = replace(night.services.plan, wording=WordingPolicy(blocks=(Kind.VAGUE,), advises=(Kind.HOST,)))
    night.services = replace(night.services, plan=plan)
    assert (await refused(night, impact="It works again soon.")).others.keys() == {"impact"}
    answer = await night.submit(BO, await form_of(night), {"impact": "A rollback of db-prod-03."})
    told = shown_text(modal_of(answer))
    assert "db-prod-03" in told
    assert "rollback" not in told


async def test_a_code_name_of_the_plan_stops_a_draft() -> None:
    night = world()
    night.services = replace(night.services, plan=replace(night.services.plan, code_names=("Bluebird",)))
    assert "is a name that only we use" in (await refused(night, impact="bluebird does not answer.")).sentence


async def test_forty_findings_and_the_longest_reason_fit_the_card_and_the_form() -> None:
    night = world()
    long = " ".join(f"Rollback {n} soon." for n in range(60))
    await draft_by(night, BO, impact=long, keep_because="Because it must. " * 29)
    assert len(shown_text(await card(night))) < 13_000
    assert filled(await form_of(night))


async def test_a_guest_keeps_nothing() -> None:
    night = world()
    await draft_by(night, BO, impact="Paying fails intermittently.")
    asked = modal_of(await night.press(ANA, buttons(await card(night))["update_keep"]))
    known = night.services.people.known  # type: ignore[attr-defined]  # the world's own people
    known[CY] = replace(known[CY], guest=True)
    with pytest.raises(Refusal):
        await night.submit(CY, asked, {"keep_because": "It is so."})
    assert not night.update.kept
