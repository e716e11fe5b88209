"""Steps of a runbook: each ticked once, by whom it may be, and taken back with a reason."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain import ticking
from bot.domain.change import Change
from bot.domain.checklist import request_of, tick_of
from bot.domain.incident import Channel, Incident, Role, Severity
from bot.domain.job import JobKind
from bot.domain.plan import Plan
from bot.domain.refusals import Refusal
from bot.domain.runbook import How, Milestone, Runbook, RunbookStep
from bot.domain.update import UpdateState
from tests.builders import ANA, BO, CY, DEE, NOON, PLAN, POLICY, approved, incident, person

LATER = NOON + timedelta(minutes=5)
HAND = RunbookStep(id="watch", do="Watch it", how=How.HAND, role=Role.COMMANDER)
OVER = RunbookStep(id="over", do="Fail over to the second region", how=How.APPROVAL)
FIRST = RunbookStep(id="first", do="Publish it", how=How.APPROVAL, template="outage/investigating")
OPEN = RunbookStep(id="open", do="Open it", how=How.AUTOMATIC, done_when=Milestone.OPENED)
BOOK = Runbook(name="All", steps=(OPEN, HAND, OVER, FIRST))
WITH = replace(PLAN, runbooks=(BOOK,))


def planned(*steps: RunbookStep) -> Plan:
    return replace(PLAN, runbooks=(Runbook(name="All", steps=steps),))


def asked(by: str = ANA) -> Incident:
    return ticking.ask(incident(), WITH, "All", "over", person(by), NOON, POLICY).incident


def refused(act: object, *args: object) -> str:
    with pytest.raises(Refusal) as told:
        act(*args)  # type: ignore[operator]  # any of the verbs
    return told.value.code


class TestByHand:
    def test_a_tick_says_who_and_when_and_stands_in_the_timeline(self) -> None:
        done = ticking.tick(incident(), WITH, "All", "watch", person(CY), LATER)
        tick = tick_of(done.incident.ticks, "All", "watch")
        assert tick is not None
        assert (tick.by, tick.at) == (CY, LATER)
        assert [(e.actor, e.text) for e in done.entries] == [(CY, "Step done: Watch it")]

    def test_a_second_click_changes_nothing_and_somebody_else_reads_who_was_first(self) -> None:
        once = ticking.tick(incident(), WITH, "All", "watch", person(CY), NOON).incident
        again = ticking.tick(once, WITH, "All", "watch", person(CY), LATER)
        assert again.incident is once
        assert again.entries == ()
        assert refused(ticking.tick, once, WITH, "All", "watch", person(BO), LATER) == "already"

    def test_a_step_that_the_plan_has_no_more_is_refused(self) -> None:
        assert refused(ticking.tick, incident(), WITH, "All", "gone", person(), NOON) == "no_such_step"
        assert refused(ticking.tick, incident(), WITH, "Gone", "watch", person(), NOON) == "no_such_step"

    def test_what_clarion_watches_and_what_needs_an_approval_is_not_ticked_by_hand(self) -> None:
        assert refused(ticking.tick, incident(), WITH, "All", "open", person(), NOON) == "watched"
        assert refused(ticking.tick, incident(), WITH, "All", "first", person(), NOON) == "watched"
        assert refused(ticking.tick, incident(), WITH, "All", "over", person(), NOON) == "needs_approval"

    def test_an_automatic_step_that_names_nothing_is_ticked_by_hand(self) -> None:
        plan = planned(RunbookStep(id="mute", do="Mute it", how=How.AUTOMATIC))
        assert ticking.tick(incident(), plan, "All", "mute", person(), NOON).incident.ticks

    def test_a_guest_ticks_nothing(self) -> None:
        assert refused(ticking.tick, incident(), WITH, "All", "watch", person(guest=True), NOON) == "not_an_insider"


class TestBehindAnApproval:
    def test_who_asked_does_not_approve_and_somebody_else_with_a_role_does(self) -> None:
        waiting = asked(by=ANA)
        assert refused(ticking.approve, waiting, WITH, "All", "over", person(ANA), NOON, POLICY) == "own_step"
        done = ticking.approve(waiting, WITH, "All", "over", person(BO), LATER, POLICY)
        tick = tick_of(done.incident.ticks, "All", "over")
        assert tick is not None
        assert (tick.by, tick.asked_by) == (BO, ANA)
        assert done.incident.requests == ()
        assert done.entries[0].text == "Step approved: Fail over to the second region"

    def test_an_approver_by_setting_may_and_a_colleague_without_a_role_may_not(self) -> None:
        waiting = asked()
        assert refused(ticking.approve, waiting, WITH, "All", "over", person(CY), NOON, POLICY) == "not_an_approver"
        assert ticking.approve(waiting, WITH, "All", "over", person(DEE), NOON, POLICY).incident.ticks

    def test_nothing_is_approved_that_nobody_asked_for(self) -> None:
        assert refused(ticking.approve, incident(), WITH, "All", "over", person(BO), NOON, POLICY) == "not_asked"

    def test_asking_twice_is_one_request_and_a_second_person_is_told_to_approve(self) -> None:
        waiting = asked(by=ANA)
        assert ticking.ask(waiting, WITH, "All", "over", person(ANA), LATER, POLICY).incident is waiting
        assert refused(ticking.ask, waiting, WITH, "All", "over", person(BO), LATER, POLICY) == "already"

    def test_a_second_approval_changes_nothing_and_a_third_person_reads_who_was_first(self) -> None:
        done = ticking.approve(asked(), WITH, "All", "over", person(BO), NOON, POLICY).incident
        assert ticking.approve(done, WITH, "All", "over", person(BO), LATER, POLICY).incident is done
        assert refused(ticking.approve, done, WITH, "All", "over", person(DEE), LATER, POLICY) == "already"
        assert refused(ticking.ask, done, WITH, "All", "over", person(DEE), LATER, POLICY) == "already"

    def test_what_was_asked_for_in_other_words_is_not_approved_and_is_asked_for_anew(self) -> None:
        """A plan that came in between says something else under the same id."""
        waiting = asked(by=ANA)
        other = planned(replace(OVER, do="Delete the first region"))
        assert refused(ticking.approve, waiting, other, "All", "over", person(BO), LATER, POLICY) == "other_words"
        again = ticking.ask(waiting, other, "All", "over", person(BO), LATER, POLICY)
        assert [(one.by, one.at) for one in again.incident.requests] == [(BO, LATER)]
        assert "Delete the first region" in again.entries[0].text
        assert refused(ticking.approve, again.incident, other, "All", "over", person(BO), LATER, POLICY) == "own_step"
        assert ticking.approve(again.incident, other, "All", "over", person(ANA), LATER, POLICY).incident.ticks
        assert (
            refused(ticking.approve, again.incident, WITH, "All", "over", person(ANA), LATER, POLICY) == "other_words"
        )

    def test_a_button_that_was_drawn_with_other_words_approves_nothing(self) -> None:
        waiting, seen = asked(by=ANA), replace(OVER, do="Fail over").digest
        assert refused(ticking.approve, waiting, WITH, "All", "over", person(BO), LATER, POLICY, seen) == "other_words"
        assert ticking.approve(waiting, WITH, "All", "over", person(BO), LATER, POLICY, OVER.digest).incident.ticks

    def test_a_request_from_before_words_were_remembered_is_asked_for_anew(self) -> None:
        old = replace(asked(by=ANA), requests=tuple(replace(one, digest="") for one in asked(by=ANA).requests))
        assert refused(ticking.approve, old, WITH, "All", "over", person(BO), LATER, POLICY) == "other_words"
        again = ticking.ask(old, WITH, "All", "over", person(ANA), LATER, POLICY).incident
        assert ticking.approve(again, WITH, "All", "over", person(BO), LATER, POLICY).incident.ticks

    def test_an_update_is_drafted_and_not_asked_for(self) -> None:
        assert refused(ticking.ask, incident(), WITH, "All", "first", person(), NOON, POLICY) == "watched"
        assert refused(ticking.ask, incident(), WITH, "All", "watch", person(), NOON, POLICY) == "no_approval"


class TestTakenBack:
    def test_by_who_did_it_with_a_reason_that_others_read(self) -> None:
        done = ticking.tick(incident(), WITH, "All", "watch", person(CY), NOON).incident
        back = ticking.untick(done, WITH, "All", "watch", person(CY), LATER, "It fails again")
        assert back.incident.ticks == ()
        assert back.entries[0].text == "Step taken back: Watch it. Reason: It fails again"

    def test_by_the_commander_and_by_nobody_else(self) -> None:
        done = ticking.tick(incident(), WITH, "All", "watch", person(CY), NOON).incident
        assert refused(ticking.untick, done, WITH, "All", "watch", person(BO), LATER, "Because") == "not_yours"
        assert ticking.untick(done, WITH, "All", "watch", person(ANA), LATER, "Because").incident.ticks == ()

    def test_not_without_a_reason_in_words(self) -> None:
        done = ticking.tick(incident(), WITH, "All", "watch", person(CY), NOON).incident
        assert refused(ticking.untick, done, WITH, "All", "watch", person(CY), LATER, " ") == "empty"
        assert refused(ticking.untick, done, WITH, "All", "watch", person(CY), LATER, "...") == "no_words"

    def test_what_clarion_saw_stays(self) -> None:
        seen = ticking.notice(incident(channel=Channel(id="C1")), WITH, NOON).incident
        assert refused(ticking.untick, seen, WITH, "All", "open", person(ANA), LATER, "Because") == "watched"

    def test_what_is_not_done_is_left_as_it_is(self) -> None:
        here = incident()
        assert ticking.untick(here, WITH, "All", "watch", person(ANA), NOON, "Because").incident is here


class TestWhatClarionSees:
    def test_nothing_is_ticked_before_it_happened(self) -> None:
        every = planned(*(RunbookStep(id=m.name.lower(), do=m, how=How.AUTOMATIC, done_when=m) for m in Milestone))
        here = incident()
        assert ticking.notice(here, every, NOON).incident is here

    def test_an_open_channel_is_ticked_once_and_says_nothing_twice(self) -> None:
        seen = ticking.notice(incident(channel=Channel(id="C1")), WITH, NOON)
        assert [(tick.step, tick.by, tick.at) for tick in seen.incident.ticks] == [("open", "", NOON)]
        assert seen.entries == ()
        assert ticking.notice(seen.incident, WITH, LATER).incident is seen.incident

    def test_the_roles_that_the_severity_asks_for(self) -> None:
        plan = planned(RunbookStep(id="roles", do="Give", how=How.AUTOMATIC, done_when=Milestone.ROLES))
        some, every = incident(), incident(roles=dict.fromkeys(Role, ANA))
        assert ticking.notice(some, plan, NOON).incident is some
        assert ticking.notice(every, plan, NOON).incident.ticks
        assert ticking.notice(replace(some, severity=Severity.SEV3), plan, NOON).incident.ticks

    def test_an_update_that_waits_ticks_nothing_and_a_published_one_ticks_its_step_with_who_approved_it(self) -> None:
        on_way = approved()
        assert "first" not in {tick.step for tick in ticking.notice(on_way, WITH, NOON).incident.ticks}
        out = on_way.with_update(replace(on_way.updates[0], state=UpdateState.PUBLISHED))
        tick = tick_of(ticking.notice(out, WITH, LATER).incident.ticks, "All", "first")
        assert tick is not None
        assert (tick.by, tick.asked_by, tick.at) == (DEE, BO, NOON)


def test_runbooks_fit_by_severity_and_component_and_stay_once_begun() -> None:
    minor = Runbook(name="Minor", steps=(HAND,), severities=(Severity.SEV4,))
    checkout = Runbook(name="Checkout", steps=(HAND,), components=("Checkout",))
    plan = replace(PLAN, runbooks=(BOOK, minor, checkout))
    here = incident()
    assert [book.name for book in ticking.books_of(here, plan)] == ["All", "Checkout"]
    begun = ticking.tick(here, plan, "Checkout", "watch", person(), NOON).incident
    moved = replace(begun, components=(), severity=Severity.SEV4)
    assert [book.name for book in ticking.books_of(moved, plan)] == ["All", "Minor", "Checkout"]


ACTS = st.tuples(
    st.sampled_from(("tick", "ask", "approve", "untick")),
    st.sampled_from((ANA, BO, CY, DEE)),
    st.sampled_from(("open", "watch", "over", "first")),
)


@settings(deadline=None)
@given(st.lists(ACTS, max_size=25))
def test_whatever_people_press_a_step_is_done_once_and_never_approved_by_who_asked(
    pressed: list[tuple[str, str, str]],
) -> None:
    now = incident(channel=Channel(id="C1"))
    for verb, who, step in pressed:
        try:
            if verb in ("approve", "ask"):
                now = getattr(ticking, verb)(now, WITH, "All", step, person(who), NOON, POLICY).incident
            elif verb == "untick":
                now = ticking.untick(now, WITH, "All", step, person(who), NOON, "Because").incident
            else:
                now = getattr(ticking, verb)(now, WITH, "All", step, person(who), NOON).incident
        except Refusal:
            pass
        now = ticking.notice(now, WITH, NOON).incident
        keys = [tick.step for tick in now.ticks]
        assert len(keys) == len(set(keys))
        assert "first" not in keys
        for tick in now.ticks:
            assert tick.by != tick.asked_by or not tick.by
            assert (tick.step == "over") == bool(tick.asked_by)
            assert request_of(now.requests, "All", tick.step) is None


def mentioned(change: Change) -> list[str]:
    """Whom the line in the channel asks."""
    (told,) = [job for job in change.jobs if job.kind is JobKind.NOTE]
    assert told.args["asks"]
    return told.args["mention"].split()


def test_who_may_approve_updates_is_asked_for_a_step_but_neither_who_asks_nor_the_standby() -> None:
    policy = replace(POLICY, approvers=frozenset({DEE}), standby=(CY,))
    asks = [ticking.ask(incident(), WITH, "All", "over", person(who), NOON, policy) for who in (ANA, DEE)]
    assert [mentioned(one) for one in asks] == [[BO, DEE], [ANA, BO]]


def test_where_only_the_asker_may_approve_updates_whoever_else_may_approve_a_step_is_asked() -> None:
    alone = replace(incident(), roles={Role.COMMANDER: ANA, Role.SCRIBE: CY}, declared_by=ANA)
    policy = replace(POLICY, approvers=frozenset())
    assert mentioned(ticking.ask(alone, WITH, "All", "over", person(ANA), NOON, policy)) == [CY]
