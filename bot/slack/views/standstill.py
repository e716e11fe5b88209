"""What a card says while nothing is published, below its first button: the first screen keeps what it has.

It refuses to push anything else off the card.
"""

from bot.ports import Cause, Message, Standstill
from bot.slack.views.blocks import section

# Slack takes 50 blocks in a message (Slack docs).
_MOST = 50
_WHY = {
    Cause.OLDER_DATA: "Clarion's memory came back older than what has already happened",
    Cause.EMERGENCY: "what was published in the emergency has to be put on record first",
}


def words(still: Standstill) -> str:
    """Return why nothing is published and what to do, in two sentences."""
    return (
        f"*Publishing is on hold:* {_WHY[still.cause]}. "
        f"Whoever runs Clarion has to look at it: `clarion recover` on {still.machine}."
    )


def on_hold(drawn: Message, still: Standstill) -> Message:
    """Return a card with that below its first button; where there is no room, the card as it is."""
    if len(drawn.blocks) >= _MOST:
        return drawn
    blocks = list(drawn.blocks)
    place = next((n + 1 for n, block in enumerate(blocks) if block["type"] == "actions"), 0)
    return Message(text=drawn.text, blocks=(*blocks[:place], section(words(still)).to_dict(), *blocks[place:]))
