"""THE PLAN: reads a company's communication plan from its file, and judges whether it makes sense.

It refuses a file that it does not understand, with line, field and how to mend it, and anything in it that looks like
a secret. It reads nothing else: what the plan is compared with is handed in.
"""

from bot.plan.loading import Loaded, load, shipped
from bot.plan.mistakes import BrokenPlan, Mistake

__all__ = ["BrokenPlan", "Loaded", "Mistake", "load", "shipped"]
