"""All findings of a plan, in the order of the file, less those that it waives."""

from collections.abc import Iterator
from datetime import timedelta

from bot.domain.plan import Waiver
from bot.plan.lint.approving import judge_approval
from bot.plan.lint.finding import CATALOGUE, Case, Finding, Surroundings
from bot.plan.lint.reaching import judge_questions, judge_reach
from bot.plan.lint.wording import judge_code_names, judge_endings, judge_kinds, judge_templates, judge_times
from bot.plan.lint.working import judge_components, judge_people, judge_rehearsals, judge_roles, judge_runbooks
from bot.plan.loading import Loaded

_RULES = (
    judge_approval,
    judge_reach,
    judge_questions,
    judge_roles,
    judge_templates,
    judge_endings,
    judge_times,
    judge_runbooks,
    judge_components,
    judge_code_names,
    judge_kinds,
    judge_rehearsals,
    judge_people,
)
LONGEST_WAIVER = timedelta(days=366)


def judge(loaded: Loaded, around: Surroundings) -> tuple[Finding, ...]:
    """Return every finding that stands, by line."""
    case = Case(loaded, around)
    found = [finding for rule in _RULES for finding in rule(case)]
    kept = [one for one in found if not any(_covers(case, waiver, one) for waiver in loaded.plan.waivers)]
    return tuple(sorted((*kept, *_waivers(case, found)), key=lambda one: (one.line, one.id)))


def _covers(case: Case, waiver: Waiver, found: Finding) -> bool:
    return _names(waiver, found) and case.around.today <= waiver.until


def _names(waiver: Waiver, found: Finding) -> bool:
    return waiver.finding == found.id and waiver.about in ("", found.about)


def _waivers(case: Case, found: list[Finding]) -> Iterator[Finding]:
    today = case.around.today
    for number, waiver in enumerate(case.plan.waivers):
        place = ("waivers", number)
        fits = any(_names(waiver, one) for one in found)
        about = waiver.finding
        if not fits:
            what = "is not found" if waiver.finding in CATALOGUE else "is no finding that there is"
            yield case.found(
                "P081",
                place,
                f"{waiver.finding}{f' about “{waiver.about}”' if waiver.about else ''} {what}, so nothing is waived.",
                "Remove the waiver, or mend what it names.",
                about,
            )
        elif today > waiver.until:
            yield case.found(
                "P080",
                (*place, "until"),
                f"{waiver.finding} was accepted until {waiver.until}, because: {waiver.reason}",
                "Mend what it is about, or choose another day and say why.",
                about,
            )
        if waiver.until - today > LONGEST_WAIVER:
            yield case.found(
                "P082",
                (*place, "until"),
                f"{waiver.finding} would be accepted until {waiver.until}, and nobody would look again before.",
                "Choose a day within a year.",
                about,
            )
