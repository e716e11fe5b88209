"""What the plans of the tests are compared with: the shipped templates, and settings of which none is set."""

from datetime import date
from typing import Any

from bot.domain.plan import Through
from bot.plan import BrokenPlan, Loaded
from bot.plan.lint import Surroundings, judge
from tests import ready_words

TODAY = date(2026, 11, 22)
NOTHING_SET = frozenset({Through.PAGE, Through.FOLLOWERS, Through.HAND})
ORDINARY = frozenset({"the", "service", "works"})
PEOPLE = {"U0NOBODY1": "Slack knows nobody of this id", "U0LEFT0001": "this Slack account is deactivated"}


def around(**changes: Any) -> Surroundings:
    """A machine on which nothing is set, on the day of the tests."""
    names = frozenset(template.name for template in ready_words.tongues().templates())
    given: dict[str, Any] = {"today": TODAY, "templates": {"en": names}, "set_up": NOTHING_SET, "people": PEOPLE}
    given["ordinary"] = ORDINARY
    return Surroundings(**given | changes)


def said_of(loaded: Loaded, **changes: Any) -> str:
    """Return the findings as a page of text, for reading."""
    return "\n".join(
        f"{one.id} {one.gravity}, {one.where}: {one.reason}\n    -> {one.fix}"
        for one in judge(loaded, around(**changes))
    )


def mistakes(broken: BrokenPlan) -> str:
    """Return the mistakes of a file that cannot be used, as a page of text."""
    return "\n".join(one.placed(broken.file) for one in broken.mistakes)
