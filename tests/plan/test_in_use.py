"""A plan of one's own decides: who may approve, when it is asked again, when the next update comes, and the words."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain import approval, drafting
from bot.domain.approvers import approvers, askable, standby, standby_wait
from bot.domain.facts import Stage
from bot.domain.incident import Incident, Role, Severity
from bot.domain.job import JobKind
from bot.domain.plan import ApprovalRule, Audience, Plan
from bot.domain.policy import policy_of
from bot.domain.refusals import Refusal
from bot.domain.translation import Untranslated
from bot.domain.update import UpdateState
from bot.slack.views.screens import SlackScreens
from tests.builders import ANA, BO, CY, DEE, NOON, PLAN, incident, person, rendered
from tests.view_text import describe

STRICT = ApprovalRule(
    severities=(Severity.SEV1,),
    approvers=(DEE, CY),
    roles=(),
    standby=("U0EVE",),
    quorum=2,
    valid_for=timedelta(minutes=20),
    break_glass_delay=timedelta(minutes=2),
    reminders=(timedelta(minutes=1),),
    escalate_after=timedelta(minutes=2),
)


def planned(*rules: ApprovalRule) -> Plan:
    return replace(PLAN, approval=rules)


def waiting(plan: Plan, severity: Severity = Severity.SEV1) -> Incident:
    content = rendered()
    return drafting.draft(
        incident(severity=severity), "upd1", "outage/x", Stage.INVESTIGATING, content, person(BO), NOON, policy_of(plan)
    ).incident


def test_the_rule_of_the_severity_says_who_and_how_many() -> None:
    plan = planned(STRICT, ApprovalRule())
    policy, worst, milder = policy_of(plan), waiting(plan), waiting(plan, Severity.SEV2)
    assert approvers(worst, policy) == {DEE, CY, "U0EVE"}
    assert approvers(milder, policy) == {ANA, BO}
    digest = worst.update("upd1").latest.digest
    once = approval.approve(worst, "upd1", digest, person(DEE), NOON, policy).incident
    assert once.update("upd1").state is UpdateState.SUBMITTED
    both = approval.approve(once, "upd1", digest, person(CY), NOON, policy).incident
    assert both.update("upd1").state is UpdateState.PUBLISHING
    with pytest.raises(Refusal):
        approval.approve(worst, "upd1", digest, person(ANA), NOON, policy)


def test_no_plan_lets_an_author_approve() -> None:
    plan = planned(replace(STRICT, approvers=(BO, DEE), quorum=1))
    worst = waiting(plan)
    with pytest.raises(Refusal) as refused:
        approval.approve(worst, "upd1", worst.update("upd1").latest.digest, person(BO), NOON, policy_of(plan))
    assert refused.value.code == "own_words"


def test_the_standby_is_asked_when_nobody_has_answered_and_not_before() -> None:
    plan = planned(STRICT)
    worst = waiting(plan)
    update = worst.update("upd1")
    assert askable(worst, update, policy_of(plan)) == (CY, DEE)
    assert standby(worst, update, policy_of(plan)) == ("U0EVE",)


def test_the_standby_are_asked_in_order_but_not_for_their_own_words_nor_twice() -> None:
    plan = planned(replace(STRICT, standby=("U0EVE", BO, "U0FAY", ANA, DEE)))
    worst, policy = waiting(plan), policy_of(plan)
    update = worst.update("upd1")
    assert standby(worst, update, policy) == ("U0EVE", "U0FAY"), "Bo wrote it, Ana commands, and Dee is asked anyhow"
    assert standby(worst, update, policy, ("U0EVE",)) == ("U0FAY",)
    secret = replace(worst, private=True)
    assert standby(secret, update, policy) == ()


def test_as_long_as_after_the_last_reminder_each_of_the_standby_may_take() -> None:
    assert standby_wait(policy_of(planned(STRICT)).at(Severity.SEV1)) == timedelta(minutes=1)
    assert standby_wait(policy_of(planned(ApprovalRule()))) == timedelta(minutes=3)
    assert standby_wait(policy_of(planned(replace(STRICT, reminders=())))) == timedelta(minutes=2)


def test_reminders_lapse_and_delay_are_the_plans() -> None:
    plan = planned(STRICT, ApprovalRule())
    policy = policy_of(plan)
    change = drafting.draft(incident(), "upd1", "outage/x", Stage.INVESTIGATING, rendered(), person(BO), NOON, policy)
    asks = [job.due - NOON if job.due else None for job in change.jobs if job.kind is JobKind.ASK_APPROVAL]
    assert asks == [None, timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=20)]
    update = change.incident.update("upd1")
    assert update.submission
    assert update.submission.lapses_at == NOON + timedelta(minutes=20)
    held = approval.break_glass(change.incident, "upd1", update.latest.digest, "All asleep", person(DEE), NOON, policy)
    assert held.incident.update("upd1").release_at == NOON + timedelta(minutes=2)


def test_one_update_keeps_the_strictest_rule_of_everybody_outside() -> None:
    plan = planned(
        replace(STRICT, audiences=("partners",), severities=tuple(Severity)), ApprovalRule(approvers=(DEE,), roles=())
    )
    found = policy_of(plan).at(Severity.SEV3)
    assert (found.quorum, set(found.approvers), len(found.roles)) == (2, {DEE}, 0)
    assert (found.submission_ttl, found.break_glass_delay) == (timedelta(minutes=20), timedelta(minutes=2))


@pytest.mark.parametrize("turned", [False, True])
def test_the_strictest_rule_is_kept_in_whatever_order_the_audiences_stand(turned: bool) -> None:
    partners = replace(
        STRICT,
        audiences=("partners",),
        severities=tuple(Severity),
        roles=(Role.COMMANDER,),
        leaves_within=timedelta(minutes=30),
    )
    others = ApprovalRule(
        approvers=(DEE,), roles=(Role.COMMUNICATIONS, Role.COMMANDER), standby=(), untranslated=Untranslated.WARN
    )
    inside = replace(others, audiences=("staff",), quorum=5, leaves_within=timedelta(minutes=1))
    audiences = [
        Audience(name="partners", who="Partners", outside=True),
        Audience(name="customers", who="Customers", outside=True),
        Audience(name="staff", who="Our own people"),
    ]
    plan = replace(planned(partners, inside, others), audiences=tuple(audiences[::-1] if turned else audiences))
    found = policy_of(plan).at(Severity.SEV3)
    assert (found.roles, found.standby, found.quorum) == ((Role.COMMANDER,), (), 2), "nobody counts for everybody"
    assert found.delivery_ttl == timedelta(minutes=30)
    assert found.untranslated is Untranslated.BLOCK


def test_the_settings_approvers_are_added_everywhere() -> None:
    policy = policy_of(planned(STRICT, ApprovalRule()), [BO])
    assert all(BO in policy.at(severity).approvers for severity in Severity)


def test_screens_say_what_the_plan_says() -> None:
    screens = SlackScreens(lambda _: "", {s: f"Means {s}" for s in Severity}, dict.fromkeys(Role, ("Keep calm.",)))
    here = incident()
    assert "Means SEV1" in describe(screens.card(here, NOON))
    assert "Means SEV1" in describe(screens.announcement(here, NOON))
    assert "Keep calm." in describe(screens.role_duties(here, Role.SCRIBE))
