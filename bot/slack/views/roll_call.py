"""The roll-call: each party that is to be told, what it said last, and three buttons to say it.

Whoever speaks for a party is mentioned once, when it is posted. It refuses to grow past what Slack takes: the message
shows the first parties, and All parties shows every one, page by page.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from slack_sdk.models.blocks import Block

from bot.domain.incident import Incident
from bot.domain.party import PartyState
from bot.domain.plan import Audience
from bot.domain.refusals import Refusal
from bot.domain.roll_call import contacts, word_of
from bot.ports import Message, View
from bot.slack.views.blocks import (
    PRIMARY,
    Part,
    actions,
    bold,
    button,
    clip,
    context,
    message,
    modal,
    moment,
    rich,
    said,
    stacked,
    user,
)
from bot.slack.views.checking import Misdrawn
from bot.slack.views.forms import carried, pack, small_number, unpack
from bot.slack.views.plan_pages import PAGE_DIGITS, turns

# Parties in the message; fewer where Slack would not take them. Two blocks each, of 50.
_SHOWN = (12, 8, 4)
# On one page of All parties: a few screens of a phone, two blocks each, of the 100 of a modal.
PAGE = 20
TURN = "parties_page"
_MOST_CONTACTS = 3
_LONGEST_WHO = 120
_LABELS = {PartyState.TOLD: "Told", PartyState.READY: "Ready", PartyState.STANDING_BY: "Standing by"}
_HINT = "*Told:* they know of it. *Ready:* they can act. *Standing by:* they wait for a word from here."


def posted(incident: Incident, parties: Sequence[Audience]) -> Message:
    """Draw the message. Fewer parties are shown where Slack would not take more."""
    for most in _SHOWN[:-1]:
        try:
            return _posted(incident, parties, most)
        except Misdrawn:
            continue
    return _posted(incident, parties, _SHOWN[-1])


def _posted(incident: Incident, parties: Sequence[Audience], most: int) -> Message:
    spoken = sum(word_of(incident, party.name) is not None for party in parties)
    title, count = f"Who must know of {incident.called}", f" · {spoken} of {len(parties)} have answered"
    blocks: list[Block] = [said(bold(title), count)]
    for party in parties[:most]:
        blocks += _party(incident, party)
    left = len(parties) - most
    every = button("All parties", "parties_open", pack(incident=incident.id))
    rest = [context(f"{left} more: press All parties."), actions(every)] if left > 0 else []
    return message(f"{title}{count}", [*blocks, context(_HINT), *rest])


def everyone(incident: Incident, parties: Sequence[Audience], page: int = 0) -> View:
    """Draw a page of all parties in a modal; `page` counts from 0, and one that is not there is the nearest."""
    last = max(0, len(parties) - 1) // PAGE
    page = min(max(page, 0), last)
    title, aim = f"Parties of {incident.name}", pack(incident=incident.id, page=str(page))
    if not parties:
        none = "The plan names nobody inside the company to be told of an incident of this severity."
        return modal(title, [said(none)], close="Close", carries=aim)
    blocks: list[Block] = [context(_HINT)]
    for party in parties[page * PAGE : (page + 1) * PAGE]:
        blocks += _party(incident, party)
    if last:
        blocks += [
            context(f"Page {page + 1} of {last + 1}, {len(parties)} parties."),
            actions(*turns(TURN, page, last, lambda to: pack(incident=incident.id, page=str(to)))),
        ]
    return modal(title, blocks, close="Close", carries=aim)


def turned(value: str, view: Mapping[str, Any]) -> tuple[str, int]:
    """Read a paging button, or what the modal carries, as (incident id, page)."""
    ids = unpack(value) or carried(view)
    return ids.get("incident", ""), small_number(ids.get("page", ""), PAGE_DIGITS) or 0


def said_of(value: str, name: str, view: Mapping[str, Any]) -> tuple[str, str, PartyState]:
    """Read a button as (incident id, party, state). Raises Refusal for what is none of the three."""
    ids, state = unpack(value) or carried(view), name.partition(":")[2]
    if state not in tuple(PartyState):
        raise Refusal("no_such_party", "Press Told, Ready or Standing by in the roll-call: `/incident parties`.")
    return ids.get("incident", ""), ids.get("party", ""), PartyState(state)


def _party(incident: Incident, party: Audience) -> list[Block]:
    word, aim = word_of(incident, party.name), pack(incident=incident.id, party=party.name)
    people = contacts(incident, party)[:_MOST_CONTACTS]
    speaks: list[Part] = [part for who in people for part in (" · ", user(who))]
    standing: list[Part] = ["Nothing heard yet"]
    if word is not None:
        standing = [bold(_LABELS[word.state]), " · ", user(word.by), " · ", moment(word.at)]
    rows: list[list[Part]] = [[bold(party.name), f" · {clip(party.who, _LONGEST_WHO)}", *speaks], standing]
    pressed = word.state if word else None
    states = (
        button(label, f"party_say:{state}", aim, style=PRIMARY if state is pressed else "")
        for state, label in _LABELS.items()
    )
    return [rich(stacked(*rows)), actions(*states)]
