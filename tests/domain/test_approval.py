"""Who may let exactly these words leave: the rules of N1 and of failure model 2 to 5b."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain import approval, approvers, delivery, drafting, lifecycle, reading
from bot.domain.facts import Confidence, Estimate, EstimateKind, Stage
from bot.domain.incident import Incident, Role, Severity
from bot.domain.job import JobKind
from bot.domain.refusals import Offer, Refusal, Way
from bot.domain.update import Delivery, DeliveryState, Outcome, UpdateState
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


def digest_of(found: Incident, update_id: str = "upd1") -> str:
    return found.update(update_id).latest.digest


def refused(code: str) -> "pytest.RaisesExc[Refusal]":
    return pytest.RaisesExc(Refusal, check=lambda refusal: refusal.code == code)


class TestWhoMayApprove:
    @pytest.mark.parametrize("who", [ANA, DEE], ids=["the commander", "a standing approver"])
    def test_an_approver_who_wrote_none_of_it_may(self, who: str) -> None:
        waiting = submitted(by=CY)
        change = approval.approve(waiting, "upd1", digest_of(waiting), person(who), NOON, POLICY)
        assert change.incident.update("upd1").state is UpdateState.PUBLISHING
        assert {job.args["outlet"] for job in change.jobs if job.kind is JobKind.DELIVER} == {"status", "email"}

    def test_the_communications_lead_may_approve_what_somebody_else_wrote(self) -> None:
        waiting = submitted(by=CY)
        change = approval.approve(waiting, "upd1", digest_of(waiting), person(BO), NOON, POLICY)
        assert change.incident.update("upd1").approved is not None

    def test_a_colleague_without_the_right_may_not_and_reads_who_can(self) -> None:
        waiting = submitted()
        with refused("not_an_approver") as told:
            approval.approve(waiting, "upd1", digest_of(waiting), person(CY), NOON, POLICY)
        assert f"<@{DEE}>" in told.value.sentence

    def test_the_author_may_not_and_is_offered_to_break_the_glass(self) -> None:
        waiting = submitted(by=BO)
        with refused("own_words") as told:
            approval.approve(waiting, "upd1", digest_of(waiting), person(BO), NOON, POLICY)
        assert told.value.way is not None
        assert told.value.way.offer is Offer.BREAK_GLASS

    def test_the_author_of_an_earlier_revision_may_not(self) -> None:
        waiting = submitted(by=DEE)
        revised = drafting.revise(
            waiting, "upd1", digest_of(waiting), rendered(facts(headline="Other words")), person(BO), NOON, POLICY
        ).incident
        with refused("own_words"):
            approval.approve(revised, "upd1", digest_of(revised), person(DEE), NOON, POLICY)

    @pytest.mark.parametrize("trait", ["guest", "outside", "bot"])
    def test_guests_outsiders_and_bots_may_not_even_when_listed(self, trait: str) -> None:
        waiting = submitted()
        with refused("not_an_insider"):
            approval.approve(waiting, "upd1", digest_of(waiting), person(DEE, **{trait: True}), NOON, POLICY)

    def test_a_deactivated_approver_may_not(self) -> None:
        waiting = submitted()
        with refused("deactivated"):
            approval.approve(waiting, "upd1", digest_of(waiting), person(DEE, deactivated=True), NOON, POLICY)

    def test_a_lead_who_was_replaced_before_the_click_may_not(self) -> None:
        waiting = submitted(by=CY)
        moved = replace(waiting, roles={**waiting.roles, Role.COMMUNICATIONS: CY})
        with refused("not_an_approver"):
            approval.approve(moved, "upd1", digest_of(moved), person(BO), NOON, POLICY)


class TestWhatIsApproved:
    def test_a_digest_of_an_older_revision_is_refused_with_what_changed(self) -> None:
        waiting = submitted()
        old = digest_of(waiting)
        content = rendered(facts(headline="All payments fail"))
        edited = drafting.revise(waiting, "upd1", old, content, person(CY), NOON, POLICY).incident
        with refused("stale_digest") as told:
            approval.approve(edited, "upd1", old, person(DEE), NOON, POLICY)
        assert "“Card payments fail in the EU” → “All payments fail”" in told.value.sentence

    @pytest.mark.parametrize("made_up", ["", "0" * 64, "not a digest"])
    def test_a_made_up_digest_is_refused(self, made_up: str) -> None:
        with refused("stale_digest"):
            approval.approve(submitted(), "upd1", made_up, person(DEE), NOON, POLICY)

    def test_a_text_that_the_card_could_not_show_must_be_read_first(self) -> None:
        waiting = submitted(content=rendered(text="long " * 1_000))
        with refused("unread"):
            approval.approve(waiting, "upd1", digest_of(waiting), person(DEE), NOON, POLICY)
        for planned in waiting.update("upd1").latest.planned:
            waiting = reading.record_reading(waiting, "upd1", planned.rendition, person(DEE), NOON).incident
        assert approval.approve(waiting, "upd1", digest_of(waiting), person(DEE), NOON, POLICY)

    def test_what_one_person_read_does_not_count_for_another(self) -> None:
        waiting = submitted(content=rendered(text="long " * 1_000))
        for planned in waiting.update("upd1").latest.planned:
            waiting = reading.record_reading(waiting, "upd1", planned.rendition, person(ANA), NOON).incident
        with refused("unread"):
            approval.approve(waiting, "upd1", digest_of(waiting), person(DEE), NOON, POLICY)


class TestWhenItIsApproved:
    @pytest.mark.parametrize("minutes", [36, 45, 60])
    def test_a_promised_time_past_or_under_ten_minutes_away_is_refused_with_a_new_draft(self, minutes: int) -> None:
        waiting = submitted()
        policy = replace(POLICY, submission_ttl=timedelta(hours=2))
        late = replace(
            waiting.update("upd1"),
            submission=replace(waiting.update("upd1").submission, lapses_at=NOON + timedelta(hours=2)),  # type: ignore[type-var]  # it is there
        )
        with refused("stale_time") as told:
            approval.approve(
                waiting.with_update(late), "upd1", digest_of(waiting), person(DEE), NOON + minutes * MINUTE, policy
            )
        assert told.value.way is not None
        assert told.value.way.offer is Offer.REDRAFT

    def test_a_request_lapses_after_thirty_minutes(self) -> None:
        waiting = submitted(content=rendered(facts(next_update_by=NOON + timedelta(hours=3))))
        assert approval.approve(waiting, "upd1", digest_of(waiting), person(DEE), NOON + 29 * MINUTE, POLICY)
        with refused("lapsed"):
            approval.approve(waiting, "upd1", digest_of(waiting), person(DEE), NOON + 30 * MINUTE, POLICY)

    def test_the_second_of_two_approvers_reads_who_was_first(self) -> None:
        done = approved(by=DEE)
        with refused("already_approved") as told:
            approval.approve(done, "upd1", digest_of(done), person(ANA), NOON + MINUTE, POLICY)
        assert f"Approved by <@{DEE}>" in told.value.sentence

    def test_a_rejected_update_is_not_approved(self) -> None:
        waiting = submitted()
        no = approval.reject(waiting, "upd1", digest_of(waiting), "Too vague", person(DEE), NOON, POLICY).incident
        with refused("already_rejected"):
            approval.approve(no, "upd1", digest_of(no), person(ANA), NOON, POLICY)

    def test_a_rejection_needs_a_reason(self) -> None:
        waiting = submitted()
        with refused("empty"):
            approval.reject(waiting, "upd1", digest_of(waiting), "  ", person(DEE), NOON, POLICY)

    def test_a_quorum_of_two_needs_two_different_people(self) -> None:
        policy = replace(POLICY, quorum=2)
        waiting = submitted(by=CY)
        one = approval.approve(waiting, "upd1", digest_of(waiting), person(DEE), NOON, policy).incident
        again = approval.approve(one, "upd1", digest_of(one), person(DEE), NOON, policy).incident
        assert again.update("upd1").state is UpdateState.SUBMITTED
        for user, waits in ((DEE, False), (ANA, True), (CY, False)):  # approved, may approve, wrote it
            assert approvers.awaited(one, one.update("upd1"), user, policy) is waits
            assert (user in approvers.askable(one, one.update("upd1"), policy)) is waits
        two = approval.approve(again, "upd1", digest_of(again), person(ANA), NOON, policy).incident
        assert two.update("upd1").state is UpdateState.PUBLISHING

    def test_whoever_may_not_approve_any_more_counts_for_no_quorum(self) -> None:
        """Another severity has other approvers, and a role is passed on: the first of two is judged again, too."""
        worst = replace(POLICY, quorum=2, roles=())
        policy = replace(POLICY, quorum=2, by_severity={Severity.SEV1: worst})
        waiting = submitted(incident(severity=Severity.SEV2), by=CY)
        one = approval.approve(waiting, "upd1", digest_of(waiting), person(ANA), NOON, policy).incident
        raised = lifecycle.set_severity(one, Severity.SEV1, person(CY), NOON).incident
        given = lifecycle.assign(one, Role.COMMANDER, person(CY), person(CY), NOON).incident
        for found in (raised, given):
            two = approval.approve(found, "upd1", digest_of(found), person(DEE), NOON, policy).incident
            assert two.update("upd1").state is UpdateState.SUBMITTED
            assert [one.by for one in two.update("upd1").approvals] == [DEE]

    def test_service_that_was_to_be_back_by_now_is_no_news(self) -> None:
        soon = Estimate(
            kind=EstimateKind.RANGE,
            earliest=NOON + timedelta(minutes=1),
            latest=NOON + timedelta(minutes=10),
            confidence=Confidence.LOW,
        )
        waiting = submitted(content=rendered(facts(estimate=soon)))
        digest, shortly = digest_of(waiting), NOON + timedelta(minutes=9.5)
        with refused("stale_time") as told:
            approval.approve(waiting, "upd1", digest, person(DEE), NOON + timedelta(minutes=10), POLICY)
        assert told.value.way == Way(Offer.REDRAFT, "inc0001", "upd1")
        with refused("stale_time"):  # it would leave a minute later
            approval.break_glass(waiting, "upd1", digest, "nobody else is awake", person(ANA), shortly, POLICY)
        approval.approve(waiting, "upd1", digest, person(DEE), shortly, POLICY)


class TestOldNews:
    def test_a_text_written_before_one_that_was_approved_since_is_refused_until_it_is_drafted_again(self) -> None:
        waiting = submitted(submitted(now=NOON), "upd2", now=NOON + MINUTE)
        newer = approval.approve(waiting, "upd2", digest_of(waiting, "upd2"), person(DEE), NOON + MINUTE, POLICY)
        found = newer.incident
        with refused("overtaken") as told:
            approval.approve(found, "upd1", digest_of(found), person(DEE), NOON + 2 * MINUTE, POLICY)
        assert told.value.way is not None
        assert told.value.way.offer is Offer.REDRAFT
        content = rendered(facts(headline="Still so"))
        again = drafting.revise(found, "upd1", digest_of(found), content, person(BO), NOON + 3 * MINUTE, POLICY)
        assert approval.approve(
            again.incident, "upd1", digest_of(again.incident), person(DEE), NOON + 4 * MINUTE, POLICY
        )


class TestBreakingTheGlass:
    def test_an_author_who_approves_alone_waits_sixty_seconds_and_everybody_is_told(self) -> None:
        waiting = submitted(by=BO)
        change = approval.break_glass(waiting, "upd1", digest_of(waiting), "All asleep", person(BO), NOON, POLICY)
        held = change.incident.update("upd1")
        assert held.state is UpdateState.APPROVED
        assert held.release_at == NOON + 60 * timedelta(seconds=1)
        assert not held.deliveries
        assert not [job for job in change.jobs if job.kind is JobKind.DELIVER]
        assert [job for job in change.jobs if job.args.get("glass")]
        assert held.approved is not None
        assert held.approved.break_glass

    def test_it_leaves_when_the_delay_is_over_and_not_before(self) -> None:
        waiting = submitted(by=BO)
        held = approval.break_glass(waiting, "upd1", digest_of(waiting), "Asleep", person(BO), NOON, POLICY).incident
        assert approval.release(held, "upd1", NOON + timedelta(seconds=59), POLICY) is None
        gone = approval.release(held, "upd1", NOON + timedelta(seconds=60), POLICY)
        assert gone is not None
        assert gone.incident.update("upd1").state is UpdateState.PUBLISHING

    def test_stop_within_the_delay_means_nothing_ever_leaves(self) -> None:
        waiting = submitted(by=BO)
        held = approval.break_glass(waiting, "upd1", digest_of(waiting), "Asleep", person(BO), NOON, POLICY).incident
        stopped = approval.stop(held, "upd1", person(CY), NOON).incident
        assert stopped.update("upd1").state is UpdateState.WITHDRAWN
        assert approval.release(stopped, "upd1", NOON + MINUTE, POLICY) is None

    def test_only_approvers_may_and_only_with_a_reason(self) -> None:
        waiting = submitted(by=CY)
        with refused("not_an_approver"):
            approval.break_glass(waiting, "upd1", digest_of(waiting), "Please", person(CY), NOON, POLICY)
        with refused("empty"):
            approval.break_glass(waiting, "upd1", digest_of(waiting), "", person(DEE), NOON, POLICY)


class TestStopping:
    def test_what_has_not_begun_ends_at_once_and_the_update_is_withdrawn(self) -> None:
        stopped = approval.stop(approved(), "upd1", person(CY), NOON).incident.update("upd1")
        assert stopped.state is UpdateState.WITHDRAWN
        assert all(d.settled and d.tally == {Outcome.EXPIRED: 1} for d in stopped.deliveries)

    def test_what_is_being_sent_is_left_to_the_worker_which_is_hurried(self) -> None:
        sending = delivery.begin(approved(), "upd1", "email", NOON).incident
        change = approval.stop(sending, "upd1", person(CY), NOON)
        assert change.hurry == ("deliver:upd1:email",)
        judged = delivery.judge(change.incident, "upd1", "email", "email:here", False, NOON)
        assert judged.verdict is delivery.Verdict.CLOSE
        assert judged.reason == f"stopped by <@{CY}>"

    def test_what_is_published_cannot_be_stopped_only_corrected(self) -> None:
        done = approved()
        for name in ("status", "email"):
            done = delivery.settle(done, "upd1", name, {Outcome.DELIVERED: 1}, "", NOON).incident
        with refused("nothing_to_stop") as told:
            approval.stop(done, "upd1", person(CY), NOON)
        assert "Correct" in told.value.sentence

    def test_after_a_stop_the_promise_of_the_update_before_stands_again(self) -> None:
        first = approved()
        for name in ("status", "email"):
            first = delivery.settle(first, "upd1", name, {Outcome.DELIVERED: 1}, "", NOON).incident
        second = approved(first, "upd2", now=NOON + MINUTE)
        assert second.promise is not None
        assert second.promise.update_id == "upd2"
        stopped = approval.stop(second, "upd2", person(CY), NOON + MINUTE).incident
        assert stopped.promise is not None
        assert stopped.promise.update_id == "upd1"


class TestOvertaking:
    def test_a_later_update_cancels_what_the_earlier_has_not_sent(self) -> None:
        first = delivery.begin(approved(), "upd1", "email", NOON).incident
        both = approved(first, "upd2", now=NOON + MINUTE)
        status, email = both.update("upd1").delivery("status"), both.update("upd1").delivery("email")
        assert status.settled
        assert status.tally == {Outcome.EXPIRED: 1}
        assert email.state is DeliveryState.SENDING
        assert email.cancelled == "superseded by update #2"

    def test_the_later_waits_until_the_earlier_has_ended_at_that_outlet(self) -> None:
        first = delivery.begin(approved(), "upd1", "email", NOON).incident
        both = approved(first, "upd2", now=NOON + MINUTE)

        def judge(found: Incident, outlet: str) -> delivery.Verdict:
            return delivery.judge(found, "upd2", outlet, f"{outlet}:here", False, NOON + MINUTE).verdict

        assert judge(both, "email") is delivery.Verdict.WAIT
        assert judge(both, "status") is delivery.Verdict.PROCEED
        settled = delivery.settle(both, "upd1", "email", {Outcome.DELIVERED: 1}, "", NOON + MINUTE)
        assert settled.hurry == ("deliver:upd2:email",)
        assert judge(settled.incident, "email") is delivery.Verdict.PROCEED


class TestTheWorkerJudgesAgain:
    def judge(self, found: Incident, **changes: object) -> delivery.Judgement:
        given: dict[str, object] = {"destination": "email:here", "rehearsal": False, "now": NOON, **changes}
        return delivery.judge(found, "upd1", "email", **given)  # type: ignore[arg-type]  # a table of cases

    def test_an_approved_delivery_leaves(self) -> None:
        assert self.judge(approved()).verdict is delivery.Verdict.PROCEED

    @pytest.mark.parametrize("destination", [None, "email:elsewhere"])
    def test_an_outlet_that_is_gone_or_points_elsewhere_is_refused(self, destination: str | None) -> None:
        judged = self.judge(approved(), destination=destination)
        assert (judged.verdict, judged.outcome) == (delivery.Verdict.CLOSE, Outcome.REFUSED)

    def test_a_draft_that_nobody_approved_does_not_leave(self) -> None:
        waiting = submitted()
        update = replace(
            waiting.update("upd1"),
            state=UpdateState.PUBLISHING,
            deliveries=(Delivery(outlet="email", expires_at=NOON + timedelta(hours=1)),),
        )
        assert self.judge(waiting.with_update(update)).verdict is delivery.Verdict.CLOSE

    @pytest.mark.parametrize(
        "tampered",
        [
            {"facts": facts(headline="Something else")},
            {"planned": rendered(text="Other words").planned},
            {"planned": rendered(count=2).planned},
            {"number": 7},
        ],
        ids=["facts", "text", "recipients", "revision"],
    )
    def test_content_that_is_not_what_was_approved_does_not_leave(self, tampered: dict[str, object]) -> None:
        found = approved()
        update = found.update("upd1")
        changed = replace(update, revisions=(replace(update.latest, **tampered),))  # type: ignore[arg-type]  # a table
        judged = self.judge(found.with_update(changed))
        assert (judged.verdict, judged.outcome) == (delivery.Verdict.CLOSE, Outcome.REFUSED)

    def test_a_drill_never_reaches_a_real_outlet(self) -> None:
        found = approved(submitted_drill())
        assert self.judge(found).verdict is delivery.Verdict.CLOSE

    def test_nothing_leaves_once_its_promise_is_nearly_past(self) -> None:
        assert self.judge(approved(), now=NOON + 34 * MINUTE).verdict is delivery.Verdict.PROCEED
        assert self.judge(approved(), now=NOON + 36 * MINUTE).verdict is delivery.Verdict.CLOSE

    def test_nothing_leaves_after_an_hour(self) -> None:
        found = approved(content=rendered(facts(next_update_by=NOON + timedelta(hours=5))))
        assert self.judge(found, now=NOON + 59 * MINUTE).verdict is delivery.Verdict.PROCEED
        assert self.judge(found, now=NOON + 60 * MINUTE).verdict is delivery.Verdict.CLOSE


def submitted_drill() -> Incident:
    return incident(drill=True)


class TestTheEnd:
    def test_a_delivered_restored_notice_ends_the_incident(self) -> None:
        found = approved(content=rendered(restored()), stage=Stage.RESOLVED)
        found = delivery.settle(found, "upd1", "status", {Outcome.DELIVERED: 1}, "", NOON).incident
        assert found.open
        found = delivery.settle(found, "upd1", "email", {Outcome.REFUSED: 1}, "", NOON).incident
        assert not found.open
        assert found.promise is None

    def test_a_restored_notice_that_reached_nobody_does_not(self) -> None:
        found = approved(content=rendered(restored()), stage=Stage.RESOLVED)
        for name in ("status", "email"):
            found = delivery.settle(found, "upd1", name, {Outcome.REFUSED: 1}, "", NOON).incident
        assert found.open

    def test_unknown_can_be_sent_again_by_a_person_but_not_after_a_newer_update(self) -> None:
        found = approved()
        found = delivery.settle(found, "upd1", "status", {Outcome.DELIVERED: 1}, "", NOON).incident
        found = delivery.settle(found, "upd1", "email", {Outcome.UNKNOWN: 1}, "", NOON).incident
        again = delivery.decide_unknown(found, "upd1", "email", False, person(CY), NOON)
        assert [job.id for job in again.jobs if job.kind is JobKind.DELIVER] == ["deliver:upd1:email:1"]
        assert again.incident.update("upd1").delivery("email").round == 1
        newer = approved(found, "upd2", now=NOON + MINUTE)
        with refused("overtaken"):
            delivery.decide_unknown(newer, "upd1", "email", False, person(CY), NOON + MINUTE)
        arrived = delivery.decide_unknown(found, "upd1", "email", True, person(CY), NOON).incident
        assert arrived.update("upd1").delivery("email").tally == {Outcome.UNKNOWN: 0, Outcome.DELIVERED: 1}
