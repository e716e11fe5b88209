"""The guided tour of the practice page: a scenario that is lived through by hand, step by step.

It refuses to drive: a step counts when the person did it on the page, or asked for it to be done for them.
"""

from bot.practice.page.tour.pane import TourPane

__all__ = ["TourPane"]
