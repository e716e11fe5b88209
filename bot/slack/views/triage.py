"""“Is it an incident?”: one question on the screen at a time, and what the answers come to.

Draw and parse share this file. Each button carries the answers before it and which questions they belong to, so that
an old button means what it meant. It refuses to declare: the form that follows does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from slack_sdk.models.blocks import Block, ButtonElement

from bot.domain import triage
from bot.domain.incident import Role, Severity
from bot.domain.plan import Criteria
from bot.domain.triage import Replies, Reply, Verdict
from bot.ports import View
from bot.slack.views.blocks import Part, actions, bold, bullets, button, line, modal, rich, said, stacked
from bot.slack.views.drawing import Drawn
from bot.slack.views.forms import carried, chosen_user, pack, unpack, written
from bot.slack.views.privacy import ticked_private

TITLE = "Is it an incident?"
_LABELS: Mapping[Reply, str] = {Reply.YES: "Yes", Reply.NO: "No", Reply.UNSURE: "I don't know"}
_LETTERS: Mapping[str, Reply] = {reply.value[0]: reply for reply in Reply}
_BACK, _START = "back", "start"
OFFER: tuple[Block, ...] = (Drawn(actions(button("Not sure? Is it an incident?", f"triage_reply:{_START}"))),)


@dataclass(frozen=True, slots=True)
class Asked:
    """How far somebody is: what stands on the screen for it, what its modal carries, and the severity that it came to.

    `key` changes with the answers, so that Slack takes a new choice of the severity for one.
    """

    blocks: tuple[Block, ...] = OFFER
    carries: Mapping[str, str] = field(default_factory=dict)
    severity: Severity | None = None
    key: str = "severity"


NOT_ASKED = Asked()


def asked(criteria: Criteria, replies: Replies, *, anew: bool = False) -> Asked:
    """Draw the next question, or what the answers came to. `anew`: the questions have changed since."""
    found, place = triage.verdict(criteria, replies), triage.next_question(criteria, replies)
    carries = {"replies": _letters(replies), "edition": triage.edition(criteria)}
    first: list[Block] = [said("The plan's questions have changed, so they begin again.")] if anew else []
    if found is None and place is not None:
        blocks = (*first, *_question(criteria, place, carries))
        return Asked(blocks, carries)
    severity = found.severity if found else None
    return Asked((*first, *_answer(found, carries)), carries, severity, f"severity_{carries['replies']}")


def _question(criteria: Criteria, place: int, carries: Mapping[str, str]) -> list[Block]:
    question, value = criteria.questions[place], pack(**carries)
    buttons = [button(label, f"triage_reply:{reply}", value) for reply, label in _LABELS.items()]
    back = [_back(value)] if place else []
    asks = rich(stacked([f"Question {place + 1} of {len(criteria.questions)}"], [bold(question.ask)]))
    return [asks, actions(*buttons, *back)]


def _answer(found: Verdict | None, carries: Mapping[str, str]) -> list[Block]:
    if found is None:
        return []
    todo: list[Part] = [bold("What to do: "), found.then] if found.severity else [found.then]
    rows: list[list[Part]] = [[bold(_heading(found))], [found.why] if found.why else [], todo]
    open_ = bullets(*(line(question.ask) for question in found.unknown))
    first = "Find out first, because it may be worse:" if found.certain else "Find out first:"
    unknown = [line(first), open_] if found.unknown else []
    blocks: list[Block] = [rich(stacked(*rows), *unknown)]
    return [*blocks, actions(_back(pack(**carries)), button("Ask me again", f"triage_reply:{_START}"))]


def _heading(found: Verdict) -> str:
    if found.severity is None:
        return "It is not an incident."
    return f"It is an incident: {found.severity}." if found.certain else f"It may be an incident: {found.severity}."


def _back(value: str) -> ButtonElement:
    return button("Back", f"triage_reply:{_BACK}", value)


def screen(shown: Asked, kept: Mapping[str, str], *, ended: bool) -> View:
    """Draw a question, or that it is no incident (`ended`), with nothing else on the screen. `kept`: see `keep`."""
    blocks = list(shown.blocks)
    if ended:
        blocks.append(actions(button("Declare one all the same", "triage_declare", pack(**shown.carries))))
    carries = pack(**{**kept, **shown.carries, "alone": "yes"})
    return modal(TITLE, blocks, close="Close" if ended else "Cancel", carries=carries)


# ---------------------------------------------------------------- reading


def replied(name: str, value: str, criteria: Criteria) -> tuple[Replies, bool]:
    """Read a button as the answers with it, and whether the questions have changed since, so that they begin again."""
    said_, ids = name.partition(":")[2], unpack(value)
    if said_ == _START:
        return (), False
    if ids.get("edition") != triage.edition(criteria):
        return (), True
    before = _replies(ids.get("replies", ""))
    if said_ == _BACK:
        return before[:-1], False
    return triage.given(criteria, (*before, *([Reply(said_)] if said_ in tuple(Reply) else []))), False


def carried_replies(view: Mapping[str, Any]) -> tuple[Replies, str]:
    """Return the answers that a form carries, and the edition of the questions that they belong to, "" if none."""
    ids = carried(view)
    return _replies(ids.get("replies", "")), ids.get("edition", "")


def keep(view: Mapping[str, Any]) -> dict[str, str]:
    """Return what was typed into the declaration's form, or said with the command, by the name of its field.

    Roles are user ids under "role_...", "private" is "yes" or "", "channel" is where it was asked for.
    """
    ids = carried(view)
    if ids.get("alone"):
        kept = ("title", "private", "channel", *(f"role_{role}" for role in Role))
        return {name: ids[name] for name in kept if name in ids}
    texts = {name: written(view, name) for name in ("title", "impact", "components")}
    people = {f"role_{role}": chosen_user(view, f"role_{role}") for role in Role}
    private = "yes" if ticked_private(view) else ""
    return {**texts, **people, "private": private, "channel": ids.get("channel", "")}


def _letters(replies: Sequence[Reply]) -> str:
    return "".join(reply.value[0] for reply in replies)


def _replies(letters: str) -> Replies:
    return tuple(_LETTERS[letter] for letter in letters if letter in _LETTERS)
