"""The catalogue is whole, the runner tells a killed mutant from every other kind, and a quick sample is killed."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.mutants.catalogue import MUTANTS
from tests.mutants.mutant import ROOT, Mutant, bare, node
from tests.mutants.run import Verdict, judged, run_all, trees

LEAST = 30
NAMES = {mutant.name: mutant for mutant in MUTANTS}
# Quick ones, from rules that a customer would feel; `make mutants` runs all.
SAMPLE = (
    "author-approves",
    "digest-not-compared",
    "digest-without-recipients",
    "stop-ignored",
    "drill-reaches-customers",
    "private-delivered",
)
ONE = NAMES["quorum-ignored"]
TREE = Path("/somewhere/quorum-ignored")
TEST = node(ONE.killers[0])


def seen(**changes: Any) -> dict[str, Any]:
    """What a witness writes of a mutant that was seen."""
    from_there = str(TREE / ONE.path)
    return {"failed": {TEST: ["call", "AssertionError"]}, "passed": [], "from": from_there, "broken": "", **changes}


def test_there_are_enough_and_each_has_a_name_and_a_rule_of_its_own() -> None:
    assert len(MUTANTS) >= LEAST
    assert len(NAMES) == len(MUTANTS)
    assert all(mutant.rule and mutant.killers for mutant in MUTANTS)


@pytest.mark.parametrize("mutant", MUTANTS, ids=list(NAMES))
def test_its_text_is_there_and_its_tests_exist(mutant: Mutant) -> None:
    """A mutant whose text has changed would break nothing and prove nothing: it is written anew."""
    changed = mutant.applied((ROOT / mutant.path).read_text())
    if mutant.module:
        compile(changed, mutant.path, "exec")
    for killer in mutant.killers:
        assert bare(node(killer)) == bare(killer)


def test_a_text_that_is_not_there_once_fails_it() -> None:
    for text in ("", ONE.before * 2):
        with pytest.raises(LookupError, match="not once"):
            ONE.applied(text)
    with pytest.raises(LookupError, match="changes nothing"):
        replace(ONE, after=ONE.before).applied(ONE.before)
    with pytest.raises(LookupError, match="no test"):
        node("domain/test_approval.py::test_that_nobody_wrote")


@pytest.mark.parametrize(
    ("what", "says"),
    [
        (seen(), ""),
        (seen(failed={TEST: ["call", "Failed"]}), ""),
        (seen(failed={}), "not seen by"),
        (seen(failed={TEST: ["call", "NameError"]}), "that is not seeing it"),
        (seen(failed={TEST: ["setup", "AssertionError"]}), "failed in setup"),
        (seen(failed={TEST: ["call", "AssertionError", "ImportError"]}), "that is not seeing it"),
        (seen(broken="SyntaxError()"), "cannot be imported"),
        (seen(**{"from": "/elsewhere/bot/domain/approval.py"}), "not from the changed tree"),
    ],
)
def test_only_a_test_that_sees_the_broken_rule_kills(what: dict[str, Any], says: str) -> None:
    mutant = replace(ONE, shows=())
    told = judged(mutant, TREE, what)
    assert says in told
    assert bool(told) == bool(says)


def test_every_test_that_is_named_must_see_it() -> None:
    two = replace(ONE, killers=(*ONE.killers, "domain/test_order.py::test_when_to_try_again"))
    assert judged(two, TREE, seen()) == "not seen by domain/test_order.py::test_when_to_try_again"


def test_a_sample_is_killed_and_one_that_breaks_nothing_survives() -> None:
    harmless = replace(ONE, name="harmless", after=f"{ONE.before}  # the same")
    verdicts: list[Verdict] = []
    with trees() as place:
        run_all(place, [*(NAMES[name] for name in SAMPLE), harmless], 2, verdicts.append)
    assert {verdict.mutant.name: verdict.survived for verdict in verdicts if not verdict.killed} == {
        "harmless": f"not seen by {ONE.killers[0]}"
    }
    assert len(verdicts) == len(SAMPLE) + 1
