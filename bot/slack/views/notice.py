"""A sentence for one person, as a message or as a small modal, with the one way out that a refusal may offer.

It draws refusals, faults and short answers to a submitted form. It refuses to carry facts: the button holds ids.
"""

from slack_sdk.models.blocks import Block

from bot.domain.refusals import Offer, Way
from bot.ports import Message, View
from bot.slack import mrkdwn
from bot.slack.views.blocks import actions, button, clip, message, modal, section
from bot.slack.views.checking import VALUE
from bot.slack.views.forms import pack

# A section holds 3,000 characters (Slack docs), and escaping makes four or five of one.
_LONGEST = 2_900
_CLOSE = "Close"
_OPEN = "incident_meant:form"

_LABELS: dict[Offer, str] = {
    Offer.REDRAFT: "Draft again with new times",
    Offer.SHOW_UPDATE: "Show the update",
    Offer.READ_EVERYTHING: "Read everything",
    Offer.BREAK_GLASS: "Nobody else can approve",
    Offer.TRANSLATE: "Languages",
    Offer.LEAVE_OUT: "Leave the language out",
    Offer.WORDS: "Change or keep the words",
    Offer.PICK_INCIDENT: "Choose the incident",
}


def action_id(offer: Offer) -> str:
    """Return the action_id of the button that makes an offer."""
    return f"offer:{offer.value}"


def said(sentence: str, way: Way | None = None) -> Message:
    """Return the sentence as a message that one person sees."""
    return message(mrkdwn.sentence(clip(sentence, _LONGEST)), _blocks(sentence, way))


def shown(title: str, sentence: str, way: Way | None = None) -> View:
    """Return the sentence as a modal with nothing to submit."""
    return modal(title, _blocks(sentence, way), close=_CLOSE)


def opener(view: View, text: str) -> Message:
    """Offer to open a form where it could not open by itself: the button says `text` again."""
    if not text or len(text) > VALUE:
        return said("A form has to be opened for that. Run `/incident` with fewer words.")
    title = str(view.payload["title"]["text"])
    words = f"{title}: press the button, and it opens."
    return message(mrkdwn.escape(words), [section(mrkdwn.escape(words)), actions(button(title, _OPEN, text))])


def framed(title: str, drawn: Message) -> View:
    """Return a message that is drawn already as a modal, for answers to a form."""
    if not drawn.blocks:
        return modal(title, _blocks(drawn.text, None), close=_CLOSE)
    empty = modal(title, _blocks(title, None), close=_CLOSE)
    return View({**empty.payload, "blocks": list(drawn.blocks)})


def _blocks(sentence: str, way: Way | None) -> list[Block]:
    words = section(_fitting(sentence))
    if way is None:
        return [words]
    value = pack(incident=way.incident_id, update=way.update_id)
    return [words, actions(button(_LABELS[way.offer], action_id(way.offer), value))]


def _fitting(sentence: str) -> str:
    drawn = mrkdwn.sentence(clip(sentence, _LONGEST))
    longest = _LONGEST
    while len(drawn) > _LONGEST:
        longest = longest * 3 // 4
        drawn = mrkdwn.sentence(clip(sentence, longest))
    return drawn
