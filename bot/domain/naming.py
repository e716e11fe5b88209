"""Names that Slack gets for an incident: the channel's name and its topic.

They are labels for people; the channel is known by its id. It refuses to be clever about collisions: the
caller counts `attempt` up when a name is taken (failure model 22).
"""

import re
import unicodedata

from bot.domain.incident import Incident

LONGEST_CHANNEL_NAME = 80  # Slack docs, conversations.create
LONGEST_TOPIC = 250  # Slack docs, conversations.setTopic
# Letters that NFKD does not take apart into a plain one and a mark.
_SPELLED = str.maketrans(
    {"æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "ı": "i", "ħ": "h", "ŧ": "t", "ŋ": "n"}
)


def channel_name(incident: Incident, attempt: int = 1) -> str:
    """Return ``inc-12-checkout-fails``, from the second attempt on ``inc-12-checkout-fails-2``."""
    suffix = f"-{attempt}" if attempt > 1 else ""
    whole = f"inc-{incident.number}-{_slug(incident.title)}"
    return whole[: LONGEST_CHANNEL_NAME - len(suffix)].rstrip("-_") + suffix


def topic(incident: Incident) -> str:
    """Return the channel's topic. It is set once, so it says nothing that changes: no stage, no severity, no names.

    Slack takes no markup there, so what could look like some is replaced.
    """
    beginning = f"{incident.called} "
    ending = " · where it stands, who does what, and every button: the pinned card"
    title = incident.title.replace("<", "‹").replace(">", "›").replace("&", "+")
    room = LONGEST_TOPIC - len(beginning) - len(ending)
    return beginning + (title if len(title) <= room else title[: room - 1].rstrip() + "…") + ending


def left_name(incident: Incident, attempt: int = 1) -> str:
    """Return ``inc-12-moved`` for the public channel that a private incident left: nothing of what it is about."""
    return f"inc-{incident.number}-moved" + (f"-{attempt}" if attempt > 1 else "")


LEFT_TOPIC = "Not used any more. Whoever works on it has a channel of their own."


def _slug(title: str) -> str:
    apart = unicodedata.normalize("NFKD", title.casefold().translate(_SPELLED))
    ascii_only = "".join(c for c in apart if not unicodedata.combining(c)).replace("'", "").replace("’", "")
    return re.sub(r"[^a-z0-9]+", "-", ascii_only).strip("-")
