"""What a decision counts for, and for how long: of these words, in this request, at this outlet, and no other."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain import approval, approvers, delivery, drafting, lifecycle
from bot.domain.delivery import Verdict, key_of
from bot.domain.incident import Incident, Role, Severity
from bot.domain.job import JobKind
from bot.domain.refusals import Refusal
from bot.domain.update import Outcome, Recipient, UpdateState
from tests.builders import ANA, BO, CY, DEE, NOON, POLICY, approved, facts, incident, person, rendered, submitted

MINUTE = timedelta(minutes=1)
TWO = replace(POLICY, quorum=2)
EVE = "U0EVE"


def digest_of(found: Incident) -> str:
    return found.update("upd1").latest.digest


def yes(found: Incident, who: str, at: int = 0, policy: object = TWO) -> Incident:
    moment = NOON + at * MINUTE
    return approval.approve(found, "upd1", digest_of(found), person(who), moment, policy).incident  # type: ignore[arg-type]


def code(refused: "pytest.ExceptionInfo[Refusal]") -> str:
    return refused.value.code


class TestOfAQuorum:
    def test_an_approval_of_words_that_were_edited_since_counts_for_nothing(self) -> None:
        one = yes(submitted(by=CY), ANA)
        edited = drafting.revise(
            one, "upd1", digest_of(one), rendered(facts(headline="Other words")), person(BO), NOON, TWO
        ).incident
        other = yes(edited, DEE)
        assert other.update("upd1").state is UpdateState.SUBMITTED
        assert [(one.by, one.digest) for one in other.update("upd1").approvals] == [(DEE, digest_of(other))]

    def test_an_approval_counts_no_longer_than_the_severity_of_now_says(self) -> None:
        worst = replace(TWO, submission_ttl=timedelta(minutes=10))
        policy = replace(TWO, by_severity={Severity.SEV1: worst})
        one = yes(submitted(incident(severity=Severity.SEV2), by=CY), ANA, 0, policy)
        raised = lifecycle.set_severity(one, Severity.SEV1, person(CY), NOON).incident
        assert yes(raised, DEE, 9, policy).update("upd1").state is UpdateState.PUBLISHING
        assert yes(raised, DEE, 10, policy).update("upd1").state is UpdateState.SUBMITTED

    def test_one_of_the_standby_who_has_given_one_of_two_is_not_asked_for_the_other(self) -> None:
        policy = replace(TWO, approvers=frozenset({DEE}), roles=(), standby=(EVE, BO))
        one = yes(submitted(by=CY), EVE, 0, policy)
        assert [approval.by for approval in one.update("upd1").approvals] == [EVE]
        assert approvers.standby(one, one.update("upd1"), policy) == (BO,)


class TestOfTheWordsThatWereSeen:
    def test_a_rejection_of_words_that_were_edited_since_is_refused(self) -> None:
        waiting = submitted(by=CY)
        old = digest_of(waiting)
        edited = drafting.revise(
            waiting, "upd1", old, rendered(facts(headline="Other words")), person(CY), NOON, POLICY
        ).incident
        with pytest.raises(Refusal) as refused:
            approval.reject(edited, "upd1", old, "wrong", person(DEE), NOON, POLICY)
        assert code(refused) == "stale_digest"

    def test_only_what_was_approved_is_corrected_and_only_what_was_not_is_edited_or_taken_back(self) -> None:
        waiting, gone = submitted(), approved()
        with pytest.raises(Refusal) as refused:
            drafting.draft(waiting, "upd2", "x", gone.stage, rendered(), person(CY), NOON, POLICY, corrects="upd1")
        assert code(refused) == "not_published"
        with pytest.raises(Refusal) as refused:
            drafting.withdraw(gone, "upd1", person(CY), NOON)
        assert code(refused) == "already_approved"
        back = drafting.withdraw(waiting, "upd1", person(CY), NOON).incident
        with pytest.raises(Refusal) as refused:
            drafting.revise(back, "upd1", digest_of(back), rendered(), person(CY), NOON, POLICY)
        assert code(refused) == "withdrawn"


class TestByWhomThePlanSays:
    def test_where_the_plan_gives_it_to_one_role_no_other_rejects_or_approves_alone(self) -> None:
        policy = replace(POLICY, approvers=frozenset(), roles=(Role.COMMUNICATIONS,))
        waiting = submitted(by=CY)
        for decide in (approval.reject, approval.break_glass):
            with pytest.raises(Refusal) as refused:
                decide(waiting, "upd1", digest_of(waiting), "nobody else is awake", person(ANA), NOON, policy)
            assert code(refused) == "not_an_approver"
            assert decide(waiting, "upd1", digest_of(waiting), "nobody else is awake", person(BO), NOON, policy)

    def test_a_standing_approver_who_is_not_in_a_private_incident_decides_nothing_there(self) -> None:
        hidden = replace(submitted(by=CY), private=True)
        policy = replace(POLICY, standby=(EVE,))
        for who in (DEE, EVE):
            with pytest.raises(Refusal) as refused:
                approval.reject(hidden, "upd1", digest_of(hidden), "wrong", person(who), NOON, policy)
            assert code(refused) == "not_an_approver"


class TestOfOneDelivery:
    def test_its_key_is_its_own_in_each_part_and_the_same_on_every_try(self) -> None:
        here, to = incident(), Recipient(id="r1", address="a@example.com")
        same = key_of(here, "upd1", "email", to)
        assert key_of(replace(here, version=9, title="Renamed"), "upd1", "email", replace(to, address="b@x.io")) == same
        others = {
            key_of(replace(here, workspace="T0OTHER"), "upd1", "email", to),
            key_of(replace(here, id="inc0002"), "upd1", "email", to),
            key_of(here, "upd2", "email", to),
            key_of(here, "upd1", "webhook", to),
            key_of(here, "upd1", "email", replace(to, id="r2")),
        }
        assert len(others - {same}) == 5

    def test_a_rehearsal_in_the_place_of_the_real_outlet_gets_nothing_nor_the_other_way_round(self) -> None:
        judged = delivery.judge(approved(), "upd1", "email", "email:here", True, NOON)
        assert (judged.verdict, judged.outcome) == (Verdict.CLOSE, Outcome.REFUSED)

    def test_what_was_cancelled_between_two_tries_is_not_begun_again(self) -> None:
        tried = delivery.begin(approved(), "upd1", "email", NOON).incident
        tried = delivery.postpone(tried, "upd1", "email", {}, "down", NOON + MINUTE, NOON).incident
        stopped = approval.stop(tried, "upd1", person(CY), NOON).incident
        assert delivery.begin(stopped, "upd1", "email", NOON).incident is stopped

    def test_the_first_end_of_a_delivery_stands(self) -> None:
        ended = delivery.settle(approved(), "upd1", "email", {Outcome.DELIVERED: 1}, "", NOON).incident
        late = delivery.settle(ended, "upd1", "email", {Outcome.EXPIRED: 1}, "late", NOON)
        assert late.incident is ended
        assert late.entries == ()

    def test_nobody_from_outside_decides_about_the_unknown_and_nobody_sends_again_what_is_too_late(self) -> None:
        found = approved()
        for name in ("status", "email"):
            found = delivery.settle(found, "upd1", name, {Outcome.UNKNOWN: 1}, "", NOON).incident
        for arrived in (True, False):
            with pytest.raises(Refusal) as refused:
                delivery.decide_unknown(found, "upd1", "email", arrived, person(guest=True), NOON)
            assert code(refused) == "not_an_insider"
        with pytest.raises(Refusal) as refused:
            delivery.decide_unknown(found, "upd1", "email", False, person(CY), NOON + 36 * MINUTE)
        assert code(refused) == "stale_time"
        assert delivery.decide_unknown(found, "upd1", "email", True, person(CY), NOON + 36 * MINUTE).entries


def test_after_a_stop_the_promise_of_before_is_watched_again() -> None:
    first = approved()
    for name in ("status", "email"):
        first = delivery.settle(first, "upd1", name, {Outcome.DELIVERED: 1}, "", NOON).incident
    second = approved(first, "upd2", now=NOON + MINUTE)
    watching = [job.id for job in approval.stop(second, "upd2", person(CY), NOON + MINUTE).jobs]
    assert {"remind:upd1", "miss:upd1"} <= set(watching)
    assert JobKind.DELIVER not in watching
