"""JUDGES a plan as a reviewer would: what is missing, and what does not fit together.

It refuses to ask anybody anything: what the plan is compared with is handed in as `Surroundings`, and what is not
known there is not judged.
"""

from bot.plan.lint.finding import CATALOGUE, Finding, Gravity, Said, Surroundings
from bot.plan.lint.judging import judge

__all__ = ["CATALOGUE", "Finding", "Gravity", "Said", "Surroundings", "judge"]
