"""What a Stop and an end mean for what is on its way: nobody reads that it is over, or goes on, when it is not so."""

from datetime import timedelta

import pytest

from bot.domain import approval, delivery, drafting, lifecycle
from bot.domain.delivery import Verdict
from bot.domain.facts import Stage
from bot.domain.incident import EndKind, Incident
from bot.domain.refusals import Refusal
from bot.domain.telling import TellingKind
from bot.domain.update import Outcome, UpdateState
from tests.builders import ANA, BO, CY, DEE, NOON, POLICY, approved, facts, person, rendered, restored, submitted

LATER = NOON + timedelta(minutes=1)


def told(outcome: Outcome = Outcome.DELIVERED) -> Incident:
    """An incident whose first update has reached everybody, or nobody knows whether."""
    found = approved()
    for outlet in ("status", "email"):
        found = delivery.settle(found, "upd1", outlet, {outcome: 1}, "", NOON, ("en",)).incident
    return found


def over(found: Incident) -> Incident:
    """It ended, and the restored notice was waived."""
    return lifecycle.end(found, EndKind.WAIVED, person(ANA), LATER, "each of them was called").incident


def yes(found: Incident, update_id: str) -> Incident:
    digest = found.update(update_id).latest.digest
    return approval.approve(found, update_id, digest, person(DEE), LATER, POLICY).incident


def verdict(found: Incident, update_id: str) -> Verdict:
    return delivery.judge(found, update_id, "email", "email:here", False, LATER).verdict


@pytest.mark.parametrize("arrived", [Outcome.DELIVERED, Outcome.UNKNOWN])
def test_a_restored_notice_that_was_stopped_on_its_way_ends_nothing(arrived: Outcome) -> None:
    found = approved(told(), "over", content=rendered(restored(), count=2), stage=Stage.RESOLVED)
    for outlet in ("status", "email"):
        found = delivery.begin(found, "over", outlet, NOON).incident
    found = approval.stop(found, "over", person(CY), LATER).incident
    assert found.stage is Stage.INVESTIGATING, "as customers were told before"
    for outlet in ("status", "email"):
        tally = {arrived: 1, Outcome.EXPIRED: 1}
        found = delivery.settle(found, "over", outlet, tally, "stopped", LATER, ("en",)).incident
    if arrived is Outcome.UNKNOWN:
        found = delivery.decide_unknown(found, "over", "email", True, person(CY), LATER).incident
    assert found.update("over").state is UpdateState.PUBLISHED
    assert found.open
    told_of_it = [telling.kind for telling in found.tellings if telling.update_id == "over"]
    assert told_of_it == [TellingKind.STOPPED], "nobody gets its wording for tickets"
    assert found.told_stage is Stage.INVESTIGATING, "a correction of it does not say once more that it is over"
    again = approved(found, "really", now=LATER, content=rendered(restored()), stage=Stage.RESOLVED)
    for outlet in ("status", "email"):
        again = delivery.settle(again, "really", outlet, {Outcome.DELIVERED: 1}, "", LATER, ("en",)).incident
    assert again.ended is not None
    assert again.ended.kind is EndKind.RESTORED


def test_what_says_that_it_goes_on_stays_here_once_it_is_over() -> None:
    going = approved()
    assert verdict(going, "upd1") is Verdict.PROCEED
    judgement = delivery.judge(over(going), "upd1", "email", "email:here", False, LATER)
    assert (judgement.verdict, judgement.reason) == (Verdict.CLOSE, "the incident ended before it left")
    assert judgement.outcome is Outcome.EXPIRED


def test_nobody_sends_again_what_says_that_it_goes_on_once_it_is_over() -> None:
    unknown = told(Outcome.UNKNOWN)
    delivery.decide_unknown(unknown, "upd1", "email", False, person(CY), LATER)
    with pytest.raises(Refusal, match="INC-1 is over") as refused:
        delivery.decide_unknown(over(unknown), "upd1", "email", False, person(CY), LATER)
    assert refused.value.code == "ended"
    delivery.decide_unknown(over(unknown), "upd1", "email", True, person(CY), LATER)


def test_a_correction_and_the_notice_leave_after_the_end_too() -> None:
    found = over(told())
    content = rendered(facts(LATER))
    draft = drafting.draft(
        found, "fix", "outage/correction", Stage.INVESTIGATING, content, person(BO), LATER, POLICY, corrects="upd1"
    ).incident
    assert verdict(yes(draft, "fix"), "fix") is Verdict.PROCEED
    notice = submitted(found, "end", content=rendered(restored()), now=LATER, stage=Stage.RESOLVED)
    assert verdict(yes(notice, "end"), "end") is Verdict.PROCEED
