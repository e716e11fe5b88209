"""Is it an incident? The plan's questions, asked one after another, and what follows from the answers (R1).

The first yes decides. Whoever does not know goes on to the next question. It refuses to take "I don't know" for a no:
while a question is open that would make it an incident, it is treated as one, at the mildest severity that it may have.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.incident import Severity
from bot.domain.plan import Criteria, Question


class Reply(StrEnum):
    """What somebody answers."""

    YES = "yes"
    NO = "no"
    UNSURE = "unsure"


Replies = tuple[Reply, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the answers come to.

    Attributes:
        severity: of the incident that it is, or may be; None: it is none.
        certain: somebody said yes, or no to everything; False: it may be one.
        why: in a sentence; "" if it is none.
        then: what to do next.
        unknown: questions whose answer nobody knew, and which would make it worse, or an incident at all.
    """

    severity: Severity | None
    certain: bool
    why: str
    then: str
    unknown: tuple[Question, ...] = ()


def edition(criteria: Criteria) -> str:
    """Return a short name of these very questions: answers to other ones do not count (12 hex digits)."""
    parts = [f"{q.ask}\0{q.severity}\0{q.why}\0{q.then}" for q in criteria.questions]
    return hashlib.sha256("\0\0".join([*parts, criteria.otherwise]).encode()).hexdigest()[:12]


def given(criteria: Criteria, replies: Sequence[Reply]) -> Replies:
    """Return those of `replies` that count: up to the first yes, and no more than there are questions."""
    counted = list(replies)[: len(criteria.questions)]
    return tuple(counted[: counted.index(Reply.YES) + 1] if Reply.YES in counted else counted)


def next_question(criteria: Criteria, replies: Sequence[Reply]) -> int | None:
    """Return the place of the question to ask next, counted from 0; None if it is decided."""
    counted = given(criteria, replies)
    return None if Reply.YES in counted or len(counted) == len(criteria.questions) else len(counted)


def verdict(criteria: Criteria, replies: Sequence[Reply]) -> Verdict | None:
    """Return what the answers come to, or None while there is a question to ask."""
    if next_question(criteria, replies) is not None:
        return None
    counted = given(criteria, replies)
    answered = tuple(zip(criteria.questions, counted, strict=False))
    unsure = tuple(question for question, reply in answered if reply is Reply.UNSURE)
    if Reply.YES in counted:
        decided = criteria.questions[len(counted) - 1]
        worse = tuple(question for question in unsure if question.severity < decided.severity)
        return Verdict(severity=decided.severity, certain=True, why=decided.why, then=decided.then, unknown=worse)
    if unsure:
        mildest = max(unsure, key=lambda question: question.severity)
        why = "Nobody knows yet whether it is one. Until somebody does, treat it as one."
        return Verdict(severity=mildest.severity, certain=False, why=why, then=mildest.then, unknown=unsure)
    return Verdict(severity=None, certain=True, why="", then=criteria.otherwise)


def account(criteria: Criteria, replies: Sequence[Reply], chosen: Severity) -> str:
    """Return what the timeline says of the answers that a declaration as `chosen` came from; "" if undecided."""
    found = verdict(criteria, replies)
    if found is None:
        return ""
    asked = "Is it an incident? "
    if found.severity is None:
        return f"{asked}By the plan's questions it is not. It was declared all the same, as {chosen}."
    how = f"{asked}Yes, {found.severity}: {found.why}" if found.certain else f"{asked}It may be one: {found.severity}."
    open_ = " ".join(f"“{question.ask}”" for question in found.unknown)
    unknown = f" Not known then: {open_}" if open_ else ""
    instead = f" It was declared as {chosen} instead." if chosen is not found.severity else ""
    return how + unknown + instead
