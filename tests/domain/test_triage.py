"""Is it an incident? Every set of answers to the plan's questions, and what it comes to."""

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import triage
from bot.domain.incident import Severity
from bot.domain.triage import Reply
from tests.builders import PLAN

CRITERIA = PLAN.criteria
YES, NO, UNSURE = Reply
SEV1, SEV2, SEV3, SEV4 = Severity

# answers -> severity, certain, how many questions may still make it worse, or an incident at all
CASES = [
    ((YES,), SEV1, True, 0),
    ((NO, YES), SEV1, True, 0),
    ((NO, NO, YES), SEV2, True, 0),
    ((NO, NO, NO, YES), SEV3, True, 0),
    ((NO, NO, NO, NO, YES), SEV4, True, 0),
    ((NO, NO, NO, NO, NO), None, True, 0),
    ((UNSURE, YES), SEV1, True, 0),
    ((UNSURE, UNSURE, YES), SEV2, True, 2),
    ((NO, NO, UNSURE, NO, YES), SEV4, True, 1),
    ((UNSURE, NO, NO, NO, NO), SEV1, False, 1),
    ((NO, NO, NO, NO, UNSURE), SEV4, False, 1),
    ((UNSURE, UNSURE, UNSURE, UNSURE, UNSURE), SEV4, False, 5),
]


@pytest.mark.parametrize(("replies", "severity", "certain", "unknown"), CASES)
def test_the_first_yes_decides_and_not_knowing_is_no_no(
    replies: tuple[Reply, ...], severity: Severity | None, certain: bool, unknown: int
) -> None:
    found = triage.verdict(CRITERIA, replies)
    assert found is not None
    assert (found.severity, found.certain, len(found.unknown)) == (severity, certain, unknown)


@pytest.mark.parametrize("replies", [(), (NO,), (UNSURE, NO), (NO, NO, NO, NO)])
def test_it_asks_the_next_question_until_it_is_decided(replies: tuple[Reply, ...]) -> None:
    assert triage.verdict(CRITERIA, replies) is None
    assert triage.next_question(CRITERIA, replies) == len(replies)


def test_what_to_do_is_the_plans_and_comes_with_the_reason() -> None:
    found = triage.verdict(CRITERIA, (NO, NO, YES))
    assert found is not None
    assert (found.why, found.then) == (CRITERIA.questions[2].why, CRITERIA.questions[2].then)
    none = triage.verdict(CRITERIA, (NO,) * 5)
    assert none is not None
    assert none.then == CRITERIA.otherwise


@given(st.lists(st.sampled_from(list(Reply)), max_size=12))
def test_any_answers_come_to_something_and_never_to_more_questions_than_there_are(replies: list[Reply]) -> None:
    counted = triage.given(CRITERIA, replies)
    assert len(counted) <= len(CRITERIA.questions)
    assert triage.verdict(CRITERIA, replies) == triage.verdict(CRITERIA, counted)
    assert (triage.next_question(CRITERIA, replies) is None) == (triage.verdict(CRITERIA, replies) is not None)


def test_only_no_to_everything_is_no_incident() -> None:
    for replies in product(Reply, repeat=len(CRITERIA.questions)):
        found = triage.verdict(CRITERIA, replies)
        assert found is not None
        assert (found.severity is None) == (set(replies) == {NO})


def test_a_changed_question_is_another_edition() -> None:
    first, *rest = CRITERIA.questions
    changed = replace(CRITERIA, questions=(replace(first, ask="Is it dark?"), *rest))
    assert triage.edition(changed) != triage.edition(CRITERIA)
    assert triage.edition(replace(CRITERIA)) == triage.edition(CRITERIA)


def test_the_timeline_says_what_the_answers_came_to() -> None:
    assert triage.account(CRITERIA, (NO, NO, YES), SEV2) == (
        "Is it an incident? Yes, SEV2: Many customers are hit, or something important is broken."
    )
    assert triage.account(CRITERIA, (UNSURE, NO, YES), SEV1) == (
        "Is it an incident? Yes, SEV2: Many customers are hit, or something important is broken. Not known then: "
        "“Can most customers not do what they came for?” It was declared as SEV1 instead."
    )
    assert triage.account(CRITERIA, (NO,) * 5, SEV4) == (
        "Is it an incident? By the plan's questions it is not. It was declared all the same, as SEV4."
    )
    assert triage.account(CRITERIA, (NO, NO, NO, NO, UNSURE), SEV4).startswith(
        "Is it an incident? It may be one: SEV4."
    )
    assert triage.account(CRITERIA, (NO,), SEV4) == ""
    assert triage.account(CRITERIA, (), SEV4) == ""
