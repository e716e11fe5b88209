"""From declaration to the end of an incident, and the promises in between."""

from datetime import timedelta
from typing import Any

import pytest

from bot.domain import approval, delivery, drafting, lifecycle, promise
from bot.domain.facts import Confidence, Estimate, EstimateKind, Stage, accept, check_promise, differences
from bot.domain.incident import EndKind, Role, Severity
from bot.domain.job import JobKind
from bot.domain.lifecycle import Declaration
from bot.domain.refusals import Refusal
from bot.domain.update import Outcome, UpdateState
from tests.builders import (
    ANA,
    BO,
    CY,
    DEE,
    NOON,
    POLICY,
    approved,
    facts,
    incident,
    person,
    rendered,
    restored,
    submitted,
)

MINUTE = timedelta(minutes=1)


def refused(code: str) -> "pytest.RaisesExc[Refusal]":
    return pytest.RaisesExc(Refusal, check=lambda refusal: refusal.code == code)


class TestDeclaring:
    def test_who_declares_commands_and_everybody_with_a_role_is_told(self) -> None:
        said = Declaration(title="Checkout fails", severity=Severity.SEV1, roles={Role.SUPPORT: CY})
        change = lifecycle.declare(said, person(ANA), "inc1", NOON)
        assert change.incident.roles == {Role.COMMANDER: ANA, Role.SUPPORT: CY}
        told = {job.args["user"] for job in change.jobs if job.kind is JobKind.TELL_ROLE}
        assert told == {ANA, CY}

    def test_a_named_commander_commands_instead(self) -> None:
        said = Declaration(title="Checkout fails", severity=Severity.SEV1, roles={Role.COMMANDER: BO})
        assert lifecycle.declare(said, person(ANA), "inc1", NOON).incident.roles[Role.COMMANDER] == BO

    @pytest.mark.parametrize(("title", "code"), [("", "empty"), (" \u202e\x00 ", "empty"), ("x" * 121, "too_long")])
    def test_a_title_that_says_nothing_or_too_much_is_refused(self, title: str, code: str) -> None:
        with refused(code):
            lifecycle.declare(Declaration(title=title, severity=Severity.SEV1), person(), "inc1", NOON)

    def test_a_guest_may_not_declare(self) -> None:
        with refused("not_an_insider"):
            lifecycle.declare(Declaration(title="x y", severity=Severity.SEV1), person(guest=True), "i", NOON)


class TestRolesStageSeverity:
    def test_taking_a_role_over_names_both(self) -> None:
        change = lifecycle.assign(incident(), Role.COMMUNICATIONS, person(CY), person(CY), NOON)
        assert change.entries[0].text == f"Communications lead: <@{CY}> takes over from <@{BO}>"

    def test_a_guest_cannot_hold_a_role(self) -> None:
        with refused("not_an_insider"):
            lifecycle.assign(incident(), Role.SCRIBE, person(CY, guest=True), person(), NOON)

    def test_setting_what_is_already_so_changes_nothing_and_says_so(self) -> None:
        found = incident()
        assert lifecycle.assign(found, Role.COMMANDER, person(ANA), person(), NOON).jobs == ()
        with refused("already"):
            lifecycle.set_severity(found, Severity.SEV1, person(), NOON)
        with refused("already"):
            lifecycle.set_stage(found, Stage.INVESTIGATING, person(), NOON)

    @pytest.mark.parametrize("reason", [".", "...", "123", "👍", " - "])
    def test_a_reason_without_a_letter_is_none(self, reason: str) -> None:
        with refused("no_words"):
            lifecycle.end(incident(), EndKind.WAIVED, person(), NOON, reason)
        waiting = submitted()
        update = waiting.updates[-1]
        for decide in (approval.reject, approval.break_glass):
            with refused("no_words"):
                decide(waiting, update.id, update.latest.digest, reason, person(DEE), NOON, POLICY)

    def test_resolved_is_not_a_stage_that_one_sets(self) -> None:
        with refused("use_resolve"):
            lifecycle.set_stage(incident(), Stage.RESOLVED, person(), NOON)


class TestEnding:
    def test_an_incident_of_which_nothing_was_published_closes_with_one_click(self) -> None:
        ended = lifecycle.end(incident(), EndKind.FALSE_ALARM, person(), NOON).incident
        assert not ended.open

    def test_one_of_which_customers_were_told_does_not_until_they_are_told_the_end(self) -> None:
        with refused("not_told"):
            lifecycle.end(approved(), EndKind.QUIET, person(), NOON)

    def test_unless_the_notice_is_waived_with_a_reason(self) -> None:
        with refused("empty"):
            lifecycle.end(approved(), EndKind.WAIVED, person(), NOON, " ")
        ended = lifecycle.end(approved(), EndKind.WAIVED, person(), NOON, "Customers were called").incident
        assert ended.ended is not None
        assert ended.ended.reason == "Customers were called"

    def test_an_update_that_waits_is_withdrawn_by_the_end(self) -> None:
        ended = lifecycle.end(submitted(), EndKind.QUIET, person(), NOON).incident
        assert ended.update("upd1").state is UpdateState.WITHDRAWN

    def test_what_was_approved_alone_and_is_held_back_never_leaves_after_the_end(self) -> None:
        waiting = submitted(by=BO)
        held = approval.break_glass(
            waiting, "upd1", waiting.update("upd1").latest.digest, "Asleep", person(BO), NOON, POLICY
        ).incident
        change = lifecycle.end(held, EndKind.WAIVED, person(), NOON + MINUTE / 2, "Customers were called")
        update = change.incident.update("upd1")
        assert (update.state, update.release_at) == (UpdateState.WITHDRAWN, None)
        assert approval.release(change.incident, "upd1", NOON + 2 * MINUTE, POLICY) is None
        assert not change.incident.told_customers
        assert "Update #1, approved alone, stays here" in change.entries[-1].text

    def test_a_restored_notice_that_is_approved_alone_after_the_end_still_leaves(self) -> None:
        over = lifecycle.end(approved(), EndKind.WAIVED, person(), NOON, "Customers were called").incident
        waiting = submitted(over, "upd2", by=BO, content=rendered(restored()), stage=Stage.RESOLVED)
        digest = waiting.update("upd2").latest.digest
        held = approval.break_glass(waiting, "upd2", digest, "Asleep", person(BO), NOON, POLICY).incident
        gone = approval.release(held, "upd2", NOON + MINUTE, POLICY)
        assert gone is not None
        assert gone.incident.update("upd2").state is UpdateState.PUBLISHING

    def test_what_is_over_takes_no_more_drafts_but_corrections(self) -> None:
        found = approved(content=rendered(restored()), stage=Stage.RESOLVED)
        for name in ("status", "email"):
            found = delivery.settle(found, "upd1", name, {Outcome.DELIVERED: 1}, "", NOON).incident
        with refused("ended"):
            drafting.draft(found, "upd2", "outage/monitoring", Stage.MONITORING, rendered(), person(BO), NOON, POLICY)
        content = rendered(restored())
        corrected = drafting.draft(
            found, "upd2", "outage/correction", Stage.RESOLVED, content, person(BO), NOON, POLICY, "upd1"
        ).incident
        assert corrected.update("upd2").state is UpdateState.SUBMITTED


class TestDrafting:
    def test_a_request_is_made_at_once_after_three_and_six_minutes_and_then_to_the_commander(self) -> None:
        change = drafting.draft(
            incident(), "upd1", "outage/investigating", Stage.INVESTIGATING, rendered(), person(BO), NOON, POLICY
        )
        *asks, over = [job for job in change.jobs if job.kind is JobKind.ASK_APPROVAL]
        assert (over.due, over.args["lapsed"]) == (NOON + 30 * MINUTE, "yes")
        assert [job.due for job in asks] == [None, NOON + 3 * MINUTE, NOON + 6 * MINUTE, NOON + 9 * MINUTE]
        assert [bool(job.args["escalate"]) for job in asks] == [False, False, False, True]

    def test_the_author_hears_once_that_a_request_ran_out_and_not_of_one_that_was_decided_or_made_anew(self) -> None:
        waiting = submitted()
        asked = NOON.isoformat()
        assert drafting.lapse(waiting, "upd1", asked, NOON + 29 * MINUTE).jobs == ()
        told = drafting.lapse(waiting, "upd1", asked, NOON + 30 * MINUTE)
        assert "was not decided in time" in told.entries[0].text
        assert [job.args["mention"] for job in told.jobs if job.kind is JobKind.NOTE] == [BO]
        again = drafting.revise(
            waiting, "upd1", waiting.update("upd1").latest.digest, rendered(), person(BO), NOON + 30 * MINUTE, POLICY
        ).incident
        for found in (again, approved()):
            assert drafting.lapse(found, "upd1", asked, NOON + 31 * MINUTE).entries == ()

    def test_two_people_editing_do_not_overwrite_each_other(self) -> None:
        waiting = submitted()
        base = waiting.update("upd1").latest.digest
        edited = drafting.revise(waiting, "upd1", base, rendered(facts(headline="A")), person(CY), NOON, POLICY)
        with refused("stale_digest"):
            drafting.revise(edited.incident, "upd1", base, rendered(facts(headline="B")), person(ANA), NOON, POLICY)

    def test_an_approved_text_is_fixed(self) -> None:
        found = approved()
        with refused("already_approved"):
            drafting.revise(found, "upd1", found.update("upd1").latest.digest, rendered(), person(CY), NOON, POLICY)

    def test_without_any_outlet_nothing_can_be_drafted(self) -> None:
        with refused("no_outlet"):
            submitted(content=rendered(outlets=()))

    def test_the_same_words_to_other_recipients_are_another_digest(self) -> None:
        one, two = submitted(content=rendered(count=1)), submitted(content=rendered(count=2))
        assert one.update("upd1").latest.digest != two.update("upd1").latest.digest


class TestFacts:
    def test_sensible_facts_are_accepted(self) -> None:
        assert accept(facts(), Stage.INVESTIGATING, NOON) == facts()

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"headline": " "}, "headline"),
            ({"headline": "x" * 121}, "headline"),
            ({"impact": ""}, "impact"),
            ({"meanwhile": "\u200e"}, "meanwhile"),
            ({"meanwhile": "x" * 2_001}, "meanwhile"),
            ({"next_update_by": None}, "next_update_by"),
            ({"next_update_by": NOON - MINUTE}, "next_update_by"),
            ({"next_update_by": NOON + 9 * MINUTE}, "next_update_by"),
            ({"estimate": Estimate(kind=EstimateKind.RESTORED)}, "estimate"),
            ({"estimate": Estimate(kind=EstimateKind.RANGE)}, "estimate_latest"),
            (
                {
                    "estimate": Estimate(
                        kind=EstimateKind.RANGE,
                        earliest=NOON + MINUTE,
                        latest=NOON,
                        confidence=Confidence.LOW,
                    )
                },
                "estimate_latest",
            ),
            ({"fields": (("cause", "x" * 2_001),)}, "cause"),
        ],
    )
    def test_what_is_missing_or_impossible_is_refused_by_field(self, changes: dict[str, Any], field: str) -> None:
        with pytest.raises(Refusal) as told:
            accept(facts(**changes), Stage.INVESTIGATING, NOON)
        assert told.value.field == field

    def test_a_restored_notice_promises_nothing_more(self) -> None:
        about = facts(estimate=Estimate(kind=EstimateKind.RESTORED))
        assert accept(about, Stage.RESOLVED, NOON).next_update_by is None

    def test_differences_name_what_changed_and_nothing_else(self) -> None:
        assert differences(facts(), facts(zone="UTC")) == (("Time zone", "Europe/Berlin", "UTC"),)
        assert differences(facts(), facts()) == ()


class TestPromises:
    def test_the_reminder_comes_a_quarter_of_an_hour_before(self) -> None:
        found = approved()
        assert found.promise is not None
        assert promise.remind_at(found.promise) == NOON + 30 * MINUTE

    def test_or_half_way_when_the_promise_is_short(self) -> None:
        found = approved(content=rendered(facts(next_update_by=NOON + 20 * MINUTE)))
        assert found.promise is not None
        assert promise.remind_at(found.promise) == NOON + 10 * MINUTE

    def test_a_newer_update_pays_the_debt_of_the_older(self) -> None:
        found = approved(approved(), "upd2", now=NOON + 40 * MINUTE)
        assert not promise.is_missed(found.promise, "upd1", NOON + 50 * MINUTE)
        assert promise.is_missed(found.promise, "upd2", NOON + 120 * MINUTE)

    def test_nothing_is_owed_once_it_is_over(self) -> None:
        assert approved(content=rendered(restored()), stage=Stage.RESOLVED).promise is None


@pytest.mark.parametrize(("hours", "fits"), [(1, True), (72, True), (73, False), (24 * 365, False)])
def test_a_promise_over_three_days_away_is_refused_as_a_slip(hours: int, fits: bool) -> None:
    due = NOON + timedelta(hours=hours)
    if fits:
        check_promise(due, NOON)
    else:
        with refused("far_promise"):
            check_promise(due, NOON)
