"""The shipped plan is what the program does: these numbers are those of the failure model and of issue 2."""

import re
from datetime import timedelta

from bot.domain.incident import Role, Severity
from bot.domain.policy import Policy, policy_of
from bot.plan import shipped
from bot.plan.lint import CATALOGUE, judge
from bot.slack.views.words import DUTIES, SEVERITY_MEANS
from tests.architecture.sources import ROOT
from tests.plan.surroundings import around

PARTIES = (
    "customers, partners, launch team, support, network, security, marketing, social media, sales, customer success"
)


def test_the_shipped_plan_binds_approvals_as_the_program_does_without_a_plan() -> None:
    found = policy_of(shipped().plan, ["U0DEE"])
    for severity in Severity:
        assert found.at(severity) == Policy(approvers=frozenset({"U0DEE"}))
    assert found.approvers == frozenset({"U0DEE"})


def test_the_shipped_plan_promises_the_next_update_by_severity() -> None:
    minutes = [shipped().plan.cadence(severity) // timedelta(minutes=1) for severity in Severity]
    assert minutes == [30, 60, 120, 240]


def test_the_shipped_plan_has_the_words_that_screens_use() -> None:
    assert shipped().plan.means() == SEVERITY_MEANS
    assert shipped().plan.duties() == DUTIES


def test_the_shipped_plan_has_every_party_and_asks_nobody_by_name() -> None:
    plan = shipped().plan
    assert [one.name for one in plan.audiences] == PARTIES.split(", ")
    assert not any((*one.contacts, *one.standby) for one in plan.roles.values())
    assert set(plan.severities[Severity.SEV1].roles) == set(Role)


def test_the_shipped_plan_has_no_findings() -> None:
    assert judge(shipped(), around()) == ()


def test_every_finding_is_in_the_guide() -> None:
    guide = (ROOT / "bot" / "plan" / "README.md").read_text()
    rows = re.findall(r"^\| (P\d{3}) \| (\w+) \| (.+) \|$", guide, re.MULTILINE)
    assert rows == [(one, gravity.value, words) for one, (gravity, words) in CATALOGUE.items()]
