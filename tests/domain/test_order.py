"""What comes after what: approvals, held updates, promises, and an incident that is over (failure model 5, 21, 26)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain import approval, delivery, drafting
from bot.domain.facts import Stage
from bot.domain.incident import Ending, EndKind, Incident
from bot.domain.job import JobKind
from bot.domain.refusals import Refusal
from bot.domain.retrying import retry_at
from bot.domain.update import Outcome, UpdateState
from tests.builders import ANA, BO, DEE, NOON, POLICY, approved, facts, person, rendered, restored, submitted

MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


def held(base: Incident | None, update_id: str, after: timedelta) -> Incident:
    """An update approved by Dee alone, held back for a minute."""
    waiting = submitted(base, update_id, now=NOON + after)
    digest = waiting.update(update_id).latest.digest
    return approval.break_glass(
        waiting, update_id, digest, "nobody answers", person(DEE), NOON + after, POLICY
    ).incident


class TestTheNewerApprovalStands:
    def test_an_older_one_that_was_held_back_does_not_cancel_a_newer_one_that_still_is(self) -> None:
        both = held(held(None, "upd1", 0 * SECOND), "upd2", 30 * SECOND)
        first = approval.release(both, "upd1", NOON + 60 * SECOND, POLICY)
        assert first is not None
        assert first.incident.update("upd2").state is UpdateState.APPROVED
        second = approval.release(first.incident, "upd2", NOON + 90 * SECOND, POLICY)
        assert second is not None
        assert second.incident.update("upd1").state is UpdateState.SUPERSEDED
        assert second.incident.update("upd2").state is UpdateState.PUBLISHING

    def test_a_newer_approval_cancels_what_is_held_back(self) -> None:
        found = approved(held(None, "upd1", 0 * SECOND), "upd2", now=NOON + 30 * SECOND)
        assert found.update("upd1").state is UpdateState.SUPERSEDED
        assert approval.release(found, "upd1", NOON + MINUTE, POLICY) is None

    def test_a_clock_that_was_set_back_does_not_turn_the_order_round(self) -> None:
        first = delivery.begin(approved(), "upd1", "email", NOON).incident
        both = approved(first, "upd2", now=NOON - 5 * MINUTE, content=rendered(facts(NOON)))
        assert both.standing == both.update("upd2")
        assert both.update("upd1").delivery("email").cancelled
        now = NOON - 5 * MINUTE
        assert delivery.judge(both, "upd2", "email", "email:here", False, now).verdict is delivery.Verdict.WAIT
        assert delivery.judge(both, "upd1", "email", "email:here", False, now).verdict is delivery.Verdict.CLOSE


class TestPromisesAreWatched:
    def test_the_promise_of_before_is_watched_again_when_the_newer_update_reached_nobody(self) -> None:
        found = approved()
        for name in ("status", "email"):
            found = delivery.settle(found, "upd1", name, {Outcome.DELIVERED: 1}, "", NOON).incident
        found = approved(found, "upd2", now=NOON + 10 * MINUTE)
        found = delivery.settle(found, "upd2", "status", {Outcome.REFUSED: 1}, "", NOON + 11 * MINUTE).incident
        ended = delivery.settle(found, "upd2", "email", {Outcome.REFUSED: 1}, "", NOON + 11 * MINUTE)
        assert ended.incident.promise is not None
        assert ended.incident.promise.update_id == "upd1"
        assert {job.id for job in ended.jobs} >= {"remind:upd1", "miss:upd1"}

    def test_an_older_update_that_ends_reminds_of_nothing_anew(self) -> None:
        begun = delivery.begin(approved(), "upd1", "email", NOON).incident
        both = approved(begun, "upd2", now=NOON + MINUTE)
        ended = delivery.settle(both, "upd1", "email", {Outcome.EXPIRED: 1}, "superseded", NOON + 2 * MINUTE)
        assert [job.kind for job in ended.jobs] == [JobKind.REDRAW]


class TestWhenItIsOver:
    def test_a_text_that_was_sent_back_is_not_asked_for_again(self) -> None:
        waiting = submitted()
        digest = waiting.update("upd1").latest.digest
        back = approval.reject(waiting, "upd1", digest, "no", person(DEE), NOON, POLICY).incident
        over = replace(back, ended=Ending(kind=EndKind.QUIET, by=ANA, at=NOON))
        with pytest.raises(Refusal) as told:
            drafting.revise(over, "upd1", digest, rendered(), person(BO), NOON, POLICY)
        assert told.value.code == "ended"

    def test_a_restored_notice_that_a_person_says_arrived_ends_the_incident(self) -> None:
        found = approved(content=rendered(restored(), outlets=("email",)), stage=Stage.RESOLVED)
        found = delivery.settle(found, "upd1", "email", {Outcome.UNKNOWN: 1}, "", NOON).incident
        assert found.open
        found = delivery.decide_unknown(found, "upd1", "email", True, person(ANA), NOON).incident
        assert found.ended is not None
        assert found.ended.kind is EndKind.RESTORED


@pytest.mark.parametrize(
    ("attempt", "asked", "seconds"),
    [
        (0, None, 1),
        (2, None, 4),
        (9, None, 60),
        (100_000, None, 60),
        (0, 7.5, 7.5),
        (5, 2.0, 2),
        (3, 0.0, 8),
        (0, -5.0, 1),
        (0, float("nan"), 1),
        (0, 999_999_999.0, 86_400),
        (0, float("inf"), 86_400),
    ],
)
def test_when_to_try_again(attempt: int, asked: float | None, seconds: float) -> None:
    assert retry_at(attempt, asked, NOON) == NOON + timedelta(seconds=seconds)


def test_a_retry_is_never_promised_for_a_time_at_which_nothing_leaves_any_more() -> None:
    found = delivery.postpone(approved(), "upd1", "email", {}, "later", NOON + timedelta(days=1), NOON).incident
    assert found.update("upd1").delivery("email").next_try == NOON + POLICY.delivery_ttl
