"""What is told, when, and what overtakes it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain import approval, delivery, lifecycle, spreading, subscription, tickets
from bot.domain.facts import Stage
from bot.domain.incident import EndKind, Incident, Severity
from bot.domain.job import JobKind
from bot.domain.refusals import Refusal
from bot.domain.spreading import Turn
from bot.domain.subscription import Following
from bot.domain.telling import TellingKind
from bot.domain.update import MessageRef, Outcome
from tests.builders import ANA, BO, CY, NOON, approved, incident, person, rendered

LATER = NOON + timedelta(minutes=1)


def settled(base: Incident, outlet: str, outcome: Outcome, update_id: str = "upd1") -> Incident:
    return delivery.settle(base, update_id, outlet, {outcome: 1}, "", LATER).incident


def staged(base: Incident, stage: Stage = Stage.IDENTIFIED) -> Incident:
    return lifecycle.set_stage(base, stage, person(ANA), LATER).incident


def test_an_update_is_told_once_with_the_first_outlet_that_delivers_it() -> None:
    refused = settled(approved(), "email", Outcome.REFUSED)
    assert refused.tellings == ()
    change = delivery.settle(refused, "upd1", "status", {Outcome.DELIVERED: 1}, "", LATER)
    assert [t.kind for t in change.incident.tellings] == [TellingKind.UPDATE]
    assert "tell_followers:inc0001-t1" in [job.id for job in change.jobs]
    both = settled(settled(approved(), "status", Outcome.DELIVERED), "email", Outcome.DELIVERED)
    assert len(both.tellings) == 1


@pytest.mark.parametrize("outcome", [Outcome.EXPIRED, Outcome.REFUSED, Outcome.UNKNOWN])
def test_what_was_stopped_or_refused_before_it_reached_anybody_is_never_told(outcome: Outcome) -> None:
    base = settled(settled(approved(), "status", outcome), "email", outcome)
    assert base.tellings == ()


def begun(base: Incident, *outlets: str) -> Incident:
    for outlet in outlets:
        base = delivery.begin(base, "upd1", outlet, NOON).incident
    return base


def kinds(base: Incident) -> list[TellingKind]:
    return [telling.kind for telling in base.tellings]


def test_whoever_heard_of_an_update_hears_at_once_that_it_was_stopped() -> None:
    heard = settled(begun(approved(), "email"), "status", Outcome.DELIVERED)
    change = approval.stop(heard, "upd1", person(CY), LATER)
    assert kinds(change.incident) == [TellingKind.UPDATE, TellingKind.STOPPED]
    assert {"tell_followers:inc0001-t2", "tell_support:inc0001-t2"} <= {job.id for job in change.jobs}
    assert spreading.turn(settle_telling(change.incident), "inc0001-t2") is Turn.NOW
    ended = settled(change.incident, "email", Outcome.DELIVERED)
    assert kinds(ended) == [TellingKind.UPDATE, TellingKind.STOPPED], "once"


def settle_telling(base: Incident) -> Incident:
    return spreading.settle(base, "inc0001-t1", {}, LATER).incident


def test_what_customers_got_while_it_was_being_stopped_is_told_as_stopped_and_never_as_published() -> None:
    stopped = approval.stop(begun(approved(), "status", "email"), "upd1", person(CY), LATER).incident
    assert kinds(stopped) == []
    late = settled(settled(stopped, "status", Outcome.DELIVERED), "email", Outcome.EXPIRED)
    assert kinds(late) == [TellingKind.STOPPED]
    assert late.tellings[0].update_id == "upd1"


def test_of_what_reached_nobody_and_of_a_private_incident_no_stop_is_told() -> None:
    never = approval.stop(begun(approved(), "status", "email"), "upd1", person(CY), LATER).incident
    assert kinds(settled(settled(never, "status", Outcome.EXPIRED), "email", Outcome.REFUSED)) == []
    hidden = replace(begun(approved(), "status", "email"), private=True)
    late = settled(approval.stop(hidden, "upd1", person(CY), LATER).incident, "status", Outcome.DELIVERED)
    assert kinds(late) == []


def test_a_stop_of_an_older_update_is_not_told_after_a_newer_one() -> None:
    one = begun(approved(content=rendered(outlets=("status",))), "status")
    two = approved(one, "upd2", now=LATER, content=rendered(outlets=("email",)))
    told = settled(two, "email", Outcome.DELIVERED, "upd2")
    stopped = approval.stop(told, "upd1", person(CY), LATER).incident
    assert kinds(settled(stopped, "status", Outcome.DELIVERED)) == [TellingKind.UPDATE]


def test_an_unknown_that_somebody_says_arrived_is_told() -> None:
    base = settled(settled(approved(), "status", Outcome.REFUSED), "email", Outcome.UNKNOWN)
    change = delivery.decide_unknown(base, "upd1", "email", True, person(BO), LATER)
    assert [t.update_id for t in change.incident.tellings] == ["upd1"]


def test_an_older_update_is_not_told_after_a_newer_one() -> None:
    two = approved(
        approved(content=rendered(outlets=("status",))), "upd2", now=LATER, content=rendered(outlets=("email",))
    )
    told = settled(two, "email", Outcome.DELIVERED, "upd2")
    assert [t.update_id for t in settled(told, "status", Outcome.DELIVERED).tellings] == ["upd2"]


def test_stage_and_end_are_told_with_the_last_wording() -> None:
    base = staged(settled(approved(content=rendered(outlets=("status",))), "status", Outcome.DELIVERED))
    over = lifecycle.end(base, EndKind.WAIVED, person(ANA), LATER, "Nobody was left.").incident
    assert [t.kind for t in over.tellings] == [TellingKind.UPDATE, TellingKind.STAGE, TellingKind.END]
    assert {t.update_id for t in over.tellings} == {"upd1"}


def test_tellings_go_one_after_the_other_and_only_the_newest_of_those_that_wait_is_heard() -> None:
    base = staged(staged(incident()), Stage.MONITORING)
    first, second = (t.id for t in base.tellings)
    assert (spreading.turn(base, first), spreading.turn(base, second)) == (Turn.OVERTAKEN, Turn.WAIT)
    change = spreading.settle(base, first, {}, LATER)
    assert change.hurry == (f"tell_followers:{second}",)
    assert spreading.turn(change.incident, second) is Turn.NOW
    assert spreading.turn(change.incident, first) is Turn.OVER


def test_the_first_list_of_followers_stays() -> None:
    base = staged(incident())
    frozen = spreading.freeze(base, base.tellings[0].id, (ANA, BO), LATER).incident
    assert spreading.freeze(frozen, base.tellings[0].id, (CY,), LATER).incident == frozen
    assert frozen.tellings[0].count == 2


def test_one_incident_can_be_left_although_its_severity_is_followed() -> None:
    base = incident()
    all_sev1 = subscription.follow_severity(Severity.SEV1)(Following(user=ANA))
    assert all_sev1.covers(base)
    left = subscription.unfollow(base.id)(all_sev1)
    assert not left.covers(base)
    lowered = replace(base, severity=Severity.SEV3)
    assert not all_sev1.covers(lowered)
    assert all_sev1.covers(lowered, heard={Severity.SEV1}), "who heard that it began hears how it ends"
    assert not left.covers(lowered, heard={Severity.SEV1})
    assert not Following(user=BO).covers(lowered, heard={Severity.SEV1})
    left_by_name = subscription.unfollow(base.id)(subscription.follow(base.id)(Following(user=BO)))
    all_sev3 = subscription.follow_severity(Severity.SEV3)(left_by_name)
    assert not all_sev3.covers(base, heard={Severity.SEV1}), "another severity brings back nothing that was left"
    assert left.covers(replace(base, id="inc0002"))
    assert subscription.follow(base.id)(left).covers(base)
    assert subscription.unfollow_severity(Severity.SEV1)(left).nothing
    everybody = (
        left,
        subscription.follow_everything(Following(user=BO)),
        subscription.follow(base.id)(Following(user=CY)),
    )
    assert subscription.followers(base, everybody) == (BO, CY)


@pytest.mark.parametrize("what", ["guest", "outside", "bot", "deactivated"])
def test_nobody_but_a_colleague_follows(what: str) -> None:
    with pytest.raises(Refusal, match="cannot follow"):
        subscription.require_follower(person(ANA, **{what: True}))


def test_tickets_are_connected_once_and_up_to_a_number_that_can_be_answered() -> None:
    base = tickets.connect(incident(), ("zd-1", "ZD-1", "https://help.example.com/1/"), person(ANA), NOON).incident
    assert base.tickets == ("ZD-1", "https://help.example.com/1")
    assert tickets.connect(base, ("ZD-1",), person(ANA), NOON).entries == ()
    with pytest.raises(Refusal, match="At most 200"):
        tickets.connect(base, tuple(f"ZD-{n}" for n in range(2, 202)), person(ANA), NOON)


def test_a_wrong_ticket_is_removed_and_one_that_is_not_there_removes_nothing() -> None:
    base = tickets.connect(incident(), ("ZD-1", "ZD-2", "https://help.example.com/1/"), person(ANA), NOON).incident
    done = tickets.disconnect(base, ("zd-1", "https://help.example.com/1/"), person(ANA), NOON)
    assert done.incident.tickets == ("ZD-2",)
    assert [entry.text for entry in done.entries] == ["Tickets removed: ZD-1, https://help.example.com/1"]
    with pytest.raises(Refusal, match=r"ZD-9 is not connected to INC-1\. Nothing was removed\."):
        tickets.disconnect(base, ("ZD-2", "ZD-9"), person(ANA), NOON)
    with pytest.raises(Refusal):
        tickets.disconnect(base, ("ZD-1",), person(ANA, guest=True), NOON)


@pytest.mark.parametrize(
    "raw", ["4711", "#4711", "javascript:alert(1)", "https://a.example/<b>", "https://", "ZD-", "x" * 300]
)
def test_what_is_no_ticket_is_refused_by_name(raw: str) -> None:
    with pytest.raises(Refusal, match="is no ticket"):
        tickets.connect(incident(), (raw,), person(ANA), NOON)


def test_a_guest_connects_nothing() -> None:
    with pytest.raises(Refusal):
        tickets.connect(incident(), ("ZD-1",), person(ANA, guest=True), NOON)


def test_what_was_posted_in_the_thread_while_the_incident_became_private_is_veiled() -> None:
    told = lifecycle.set_stage(incident(), Stage.IDENTIFIED, person(ANA), NOON).incident
    posted = MessageRef(channel="C1", ts="2.0")
    assert spreading.in_thread(told, told.tellings[0].id, posted, NOON).incident.channel.veiled == ()
    hidden = spreading.in_thread(replace(told, private=True), told.tellings[0].id, posted, NOON)
    assert hidden.incident.channel.veiled == (posted,)
    assert [job.kind for job in hidden.jobs] == [JobKind.REDRAW]
