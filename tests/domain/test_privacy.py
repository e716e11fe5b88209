"""Private incidents: who knows of them, that nothing leaves, and that no approval outlives a change of visibility."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import approval, classifying, delivery, drafting, lifecycle, rooms
from bot.domain.approvers import approvers
from bot.domain.delivery import Verdict
from bot.domain.departures import whom_to_tell
from bot.domain.incident import Channel, EndKind, Incident, Loss, Role, Severity, Step
from bot.domain.job import JobKind
from bot.domain.lifecycle import Declaration
from bot.domain.manifest import digest_now
from bot.domain.naming import topic
from bot.domain.privacy import circle, seen_by, sees
from bot.domain.refusals import Refusal
from bot.domain.subscription import Following, followers
from bot.domain.update import Ask, MessageRef, Outcome, UpdateState
from tests.builders import ANA, BO, CY, DEE, NOON, POLICY, approved, facts, incident, person, rendered, submitted

LATER = NOON + timedelta(minutes=1)
CARD, POST, ASK = (MessageRef(channel="C1", ts=f"{n}.0") for n in (1, 2, 3))
OPEN = Channel(id="C1", name="inc-1-checkout", done=frozenset(Step), card=CARD, announcement=POST)


def private(base: Incident | None = None) -> Incident:
    return classifying.make_private(base or incident(channel=OPEN), person(ANA), LATER, POLICY).incident


def public(base: Incident) -> Incident:
    return classifying.make_public(base, person(ANA), LATER, POLICY).incident


def judged(found: Incident, update_id: str = "upd1") -> Verdict:
    return delivery.judge(found, update_id, "status", "status:here", False, LATER).verdict


def test_declared_private_it_is_known_to_its_roles_and_never_announced() -> None:
    said = Declaration(title="Keys leaked", severity=Severity.SEV1, roles={Role.COMMANDER: BO}, private=True)
    change = lifecycle.declare(said, person(ANA), "inc1", NOON)
    found = change.incident
    assert circle(found) == {ANA, BO}
    assert found.channel.private
    assert Step.ANNOUNCE in found.channel.done
    assert found.called.startswith("PRIVATE INC-")
    assert topic(found).startswith("PRIVATE INC-")
    assert not lifecycle.declare(replace(said, private=False), person(ANA), "inc1", NOON).incident.channel.private


def test_only_the_circle_sees_a_private_incident() -> None:
    found = private()
    assert [sees(found, who) for who in (ANA, BO, CY, DEE)] == [True, True, False, False]
    assert seen_by(found, (DEE, BO, CY, ANA)) == (BO, ANA)
    assert approvers(found, POLICY) == {ANA, BO}
    assert sees(incident(), CY)
    assert DEE not in whom_to_tell(found, BO, POLICY)
    assert rooms.leads(replace(found, roles={Role.COMMANDER: CY}, channel=Channel(private=True))) == (CY,)


def test_drafting_editing_and_approving_are_refused_with_what_to_do() -> None:
    waiting = submitted()
    hidden = replace(waiting, private=True)
    digest = waiting.update("upd1").latest.digest
    for refused in (
        lambda: submitted(private()),
        lambda: drafting.revise(hidden, "upd1", digest, rendered(facts()), person(BO), NOON, POLICY),
        lambda: approval.approve(hidden, "upd1", digest, person(ANA), NOON, POLICY),
        lambda: approval.break_glass(hidden, "upd1", digest, "nobody else", person(ANA), NOON, POLICY),
    ):
        with pytest.raises(Refusal, match="make it public first: `/incident public INC-1`") as caught:
            refused()
        assert caught.value.code == "private"


def test_made_private_everything_is_held_back() -> None:
    base = submitted(approved(incident(channel=OPEN)), "upd2")
    asked = replace(base.update("upd2"), asks=(Ask(message=ASK, revision=1),))
    change = classifying.make_private(base.with_update(asked), person(ANA), LATER, POLICY)
    found = change.incident
    assert found.update("upd2").state is UpdateState.WITHDRAWN
    assert found.update("upd1").state is UpdateState.WITHDRAWN
    assert all(d.settled and d.cancelled for d in found.update("upd1").deliveries)
    assert {"deliver:upd1:status", "deliver:upd1:email"} <= set(change.hurry)
    assert set(found.channel.veiled) == {CARD, POST, ASK}
    assert found.channel.announcement is None
    assert (found.channel.id, found.channel.former, found.channel.private) == ("", ("C1",), True)
    assert JobKind.OPEN_CHANNEL in {job.kind for job in change.jobs}
    (entry,) = change.entries
    assert entry.actor == ANA


def test_a_lone_approval_that_is_held_back_is_never_released() -> None:
    waiting = submitted(by=BO)
    digest = waiting.update("upd1").latest.digest
    held = approval.break_glass(waiting, "upd1", digest, "nobody else", person(ANA), NOON, POLICY).incident
    found = private(held)
    assert approval.release(found, "upd1", NOON + timedelta(hours=1), POLICY) is None


def test_sending_again_is_refused_in_a_sentence_while_private_and_after_it() -> None:
    """Not accepted and then closed by the worker: whoever presses it reads why, and what to do."""
    found = approved()
    for name in ("status", "email"):
        found = delivery.settle(found, "upd1", name, {Outcome.UNKNOWN: 1}, "", NOON).incident
    again = delivery.decide_unknown(found, "upd1", "email", False, person(ANA), LATER)
    assert again.incident.update("upd1").delivery("email").round == 1
    hidden = classifying.make_private(found, person(ANA), LATER, POLICY).incident
    with pytest.raises(Refusal, match="make it public first: `/incident public INC-1`"):
        delivery.decide_unknown(hidden, "upd1", "email", False, person(ANA), LATER)
    shown = classifying.make_public(hidden, person(ANA), LATER, POLICY).incident
    with pytest.raises(Refusal, match="was private since this was written"):
        delivery.decide_unknown(shown, "upd1", "email", False, person(ANA), LATER)
    arrived = delivery.decide_unknown(hidden, "upd1", "email", True, person(ANA), LATER)
    assert arrived.incident.update("upd1").delivery("email").tally[Outcome.DELIVERED] == 1


def test_the_worker_judges_what_is_private_although_it_was_approved() -> None:
    found = approved()
    assert judged(found) is Verdict.PROCEED
    judgement = delivery.judge(replace(found, private=True), "upd1", "status", "status:here", False, NOON)
    assert (judgement.verdict, judgement.reason) == (Verdict.CLOSE, "the incident is private")
    # Private and public again in between: the approval was of another time.
    assert judged(replace(found, reclassified=2)) is Verdict.CLOSE


def test_an_approval_covers_the_visibility_and_digests_of_before_stay_what_they_were() -> None:
    found = approved()
    update = found.update("upd1")
    assert digest_now(found, update, update.latest) == update.latest.digest
    others = {
        digest_now(replace(found, private=p, reclassified=n), update, update.latest) for p, n in ((True, 0), (False, 1))
    }
    assert len(others | {update.latest.digest}) == 3


def test_public_again_words_of_before_need_a_new_draft() -> None:
    waiting = submitted(incident(channel=OPEN))
    rejected = approval.reject(
        waiting, "upd1", waiting.update("upd1").latest.digest, "no", person(ANA), NOON, POLICY
    ).incident
    found = public(private(rejected))
    update = found.update("upd1")
    with pytest.raises(Refusal, match="a new draft and a new approval") as caught:
        drafting.require_as_written(found, update)
    assert caught.value.code == "reclassified"
    again = drafting.revise(found, "upd1", update.latest.digest, rendered(facts()), person(BO), LATER, POLICY).incident
    digest = again.update("upd1").latest.digest
    assert approval.approve(again, "upd1", digest, person(ANA), LATER, POLICY).incident.update("upd1").deliveries


def test_made_public_it_is_announced_and_its_channel_stays_private_and_closed() -> None:
    found = public(private())
    assert Step.ANNOUNCE not in found.channel.done
    assert found.channel.private
    with pytest.raises(Refusal, match="Ask <@U0ANA> to invite you"):
        classifying.require_joinable(found, CY)
    classifying.require_joinable(found, ANA)
    classifying.require_joinable(incident(), CY)


def test_made_public_after_its_end_it_is_not_announced_and_nobody_says_that_it_is() -> None:
    over = lifecycle.end(private(), EndKind.QUIET, person(ANA), NOON).incident
    (said,) = classifying.make_public(over, person(ANA), LATER, POLICY).entries
    assert "not announced" in said.text


def test_private_a_second_time_it_keeps_its_channel() -> None:
    first = private()
    opened = replace(first, channel=replace(first.channel, id="C2", card=CARD, announcement=POST))
    again = private(public(opened))
    assert (again.channel.id, again.channel.card, again.channel.announcement) == ("C2", CARD, None)
    assert again.reclassified == 3
    assert Step.ANNOUNCE in again.channel.done


def test_twice_is_once() -> None:
    found = private()
    assert classifying.make_private(found, person(ANA), LATER, POLICY).incident == found
    assert classifying.make_public(incident(), person(ANA), LATER, POLICY).incident == incident()


@pytest.mark.parametrize(
    ("who", "hide", "show"), [(ANA, True, True), (BO, True, True), (DEE, True, False), (CY, False, False)]
)
def test_who_may_change_it(who: str, hide: bool, show: bool) -> None:
    for allowed, act, base in (
        (hide, classifying.make_private, incident()),
        (show, classifying.make_public, private()),
    ):
        if allowed:
            assert act(base, person(who), NOON, POLICY).entries
        else:
            with pytest.raises(Refusal, match="Ask one of them"):
                act(base, person(who), NOON, POLICY)


def test_a_scribe_can_hide_it_and_not_show_it() -> None:
    roles = {Role.COMMANDER: BO, Role.SCRIBE: CY}
    assert classifying.make_private(incident(roles=roles), person(CY), NOON, POLICY).incident.private
    with pytest.raises(Refusal):
        classifying.make_public(private(incident(roles=roles)), person(CY), NOON, POLICY)


def test_one_that_is_over_becomes_private_without_a_new_channel() -> None:
    ended = lifecycle.end(incident(channel=OPEN), EndKind.QUIET, person(ANA), NOON).incident
    change = classifying.make_private(ended, person(ANA), LATER, POLICY)
    assert JobKind.OPEN_CHANNEL not in {job.kind for job in change.jobs}
    assert set(change.incident.channel.veiled) == {CARD, POST}


def test_members_come_and_go_and_followers_with_them() -> None:
    found = private()
    everything = [Following(user=who, everything=True) for who in (ANA, CY, DEE)]
    assert followers(found, everything) == (ANA,)
    with_cy = classifying.joined(found, CY, NOON).incident
    assert followers(with_cy, everything) == (ANA, CY)
    assert classifying.left(with_cy, CY, NOON).incident == found
    assert followers(public(found), everything) == (ANA, CY, DEE)
    assert classifying.joined(incident(), CY, NOON).incident == incident()


def test_a_new_channel_in_place_of_a_lost_private_one_is_private_and_not_announced() -> None:
    first = private()
    lost = replace(first, channel=replace(first.channel, id="C2", lost=Loss.ARCHIVED))
    fresh = rooms.reopen(lost, person(ANA), NOON).incident.channel
    assert fresh.private
    assert Step.ANNOUNCE in fresh.done
    assert fresh.members == first.channel.members
    assert fresh.veiled == first.channel.veiled


ACTS = st.lists(st.sampled_from(["private", "public", "draft", "approve", "again"]), max_size=12)


@given(ACTS)
def test_whatever_happens_nothing_leaves_while_private_nor_on_an_approval_of_before(acts: list[str]) -> None:
    found = incident(channel=OPEN)
    turn: dict[str, int] = {}
    for number, act in enumerate(acts):
        found = _after(found, act, f"upd{number}", turn)
        for update in found.updates:
            may_leave = judged(found, update.id) is Verdict.PROCEED
            assert not (may_leave and found.private)
            assert not (may_leave and turn.get(update.id) != found.reclassified)


def _after(found: Incident, act: str, update_id: str, turn: dict[str, int]) -> Incident:
    """Return the incident after an act, or as it was if that is refused; `turn`: approved at which visibility."""
    waiting = found.waiting()
    try:
        if act == "private":
            return private(found)
        if act == "public":
            return public(found)
        if act == "draft":
            return submitted(found, update_id)
        if act == "approve" and waiting:
            update = waiting[-1]
            done = approval.approve(found, update.id, update.latest.digest, person(ANA), NOON, POLICY).incident
            turn[update.id] = done.reclassified
            return done
        if act == "again" and found.updates:
            last = found.updates[-1]
            return drafting.revise(
                found, last.id, last.latest.digest, rendered(facts()), person(BO), NOON, POLICY
            ).incident
    except Refusal:
        pass
    return found
