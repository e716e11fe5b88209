"""What customers read in a play: the plan in use, in the languages that a scenario names.

A scenario fills in forms, so it has to know which languages are asked for, whatever the company's plan says. It
refuses to touch anything else in the plan, and the file itself.
"""

from collections.abc import Sequence
from pathlib import Path

import yaml

from bot.domain.languages import spoken
from bot.plan import load

FILE = "plan.yaml"


def plan_for(languages: Sequence[str], plan: Path | None, folder: Path) -> Path | None:
    """Return the plan to play with: this one, or a copy in `folder` whose audiences read `languages`, base first.

    `plan` None: the shipped one. No languages: those of the plan. Raises BrokenPlan.
    """
    loaded = load(plan)
    if not languages or spoken(loaded.plan) == tuple(languages):
        return plan
    values = dict(loaded.source.values)
    values["audiences"] = [{**one, "languages": list(languages)} for one in values["audiences"]]
    copy = folder / FILE
    copy.write_text(yaml.safe_dump(values, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return copy
