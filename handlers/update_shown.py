"""Where a modal goes: in place of the one in which something was pressed, else opened anew."""

from bot.ports import View
from handlers.answer import Answer, Open, Replace
from handlers.said import Said

_SLOW = "Slack is slow just now and the form did not open. Press the button, or run the command, again."


def shown(said: Said, view: View) -> Answer:
    """Return the answer that shows `view` to whoever said something."""
    return Replace(view) if said.view else Open(view, _SLOW)
