"""The runbook: the message with the steps to tick off, all of them in a modal, and the form that takes a tick back.

Draw and parse share this file. The message is short: what is still to be done has its button, what is done is a line
with who and when. It refuses to grow past what Slack takes: then it says how many steps there are, and All steps shows
them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from slack_sdk.models.blocks import Block, ButtonElement

from bot.domain.checklist import Tick, tick_of
from bot.domain.incident import ROLE_NAMES, Incident
from bot.domain.lifecycle import LONGEST_REASON
from bot.domain.runbook import How, Runbook, RunbookStep, asked_for
from bot.ports import Message, View
from bot.slack.mrkdwn import date, escape, mention
from bot.slack.views.blocks import (
    Part,
    actions,
    bold,
    button,
    clip,
    context,
    field,
    message,
    modal,
    moment,
    option,
    rich,
    said,
    section,
    select,
    stacked,
    text_input,
    user,
)
from bot.slack.views.checking import Misdrawn
from bot.slack.views.forms import carried, pack, small_number, unpack, written

CALLBACK = "runbook_untick_form"
CHOOSE = "runbook_book"
# Open and done steps in the message, fewer where Slack would not take them: two phone screens at most.
_SHOWN = ((6, 4), (4, 3), (2, 1), (1, 0))
_LONGEST_STEP = 120
_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """Which step a button is about, and the digest of its words as they were drawn; "" for what it does not carry."""

    incident_id: str = ""
    book: str = ""
    step: str = ""
    words: str = ""


def aimed(value: str, view: Mapping[str, Any]) -> Aim:
    """Read a button's value, or what a form carries."""
    ids = unpack(value) or carried(view)
    return Aim(
        incident_id=ids.get("incident", ""),
        book=ids.get("book", ""),
        step=ids.get("step", ""),
        words=ids.get("words", ""),
    )


# ---------------------------------------------------------------- the message


def posted(incident: Incident, books: Sequence[Runbook]) -> Message:
    """Draw the message. Fewer steps are shown where Slack would not take more."""
    for undone, done in _SHOWN[:-1]:
        try:
            return _posted(incident, books, undone, done)
        except Misdrawn:
            continue
    return _posted(incident, books, *_SHOWN[-1])


def _posted(incident: Incident, books: Sequence[Runbook], most_undone: int, most_done: int) -> Message:
    undone = [key for key, done in _keys(incident, books) if not done]
    done = [key for key, done in _keys(incident, books) if done]
    shown = {*undone[:most_undone], *done[max(0, len(done) - most_done) :]}
    title = f"What to do in {incident.called}"
    count = f" · {len(done)} of {len(done) + len(undone)} steps done"
    blocks: list[Block] = [said(bold(title), count)]
    for book in books:
        rows = list(_rows(incident, book, shown))
        blocks += [section(f"*{escape(clip(book.name, _LONGEST_NAME))}*"), *rows] if rows and len(books) > 1 else rows
    if left := len(undone) + len(done) - len(shown):
        blocks.append(context(f"{left} more {'step' if left == 1 else 'steps'}: press All steps."))
    aim = pack(incident=incident.id)
    pressed = (("All steps", "runbook_all"), ("The plan", "plan_open"), ("Call the parties", "parties_open"))
    return message(f"{title}{count}", [*blocks, actions(*(button(label, name, aim) for label, name in pressed))])


def _keys(incident: Incident, books: Sequence[Runbook]) -> list[tuple[tuple[str, str], bool]]:
    return [
        ((book.name, step.id), tick_of(incident.ticks, book.name, step.id) is not None)
        for book in books
        for step in book.steps
    ]


def _rows(incident: Incident, book: Runbook, shown: set[tuple[str, str]]) -> Iterator[Block]:
    """Yield the steps in order; those done that follow each other are one block."""
    done: list[list[Part]] = []
    for number, step in enumerate(book.steps, 1):
        if (book.name, step.id) not in shown:
            continue
        if tick := tick_of(incident.ticks, book.name, step.id):
            done.append(_done(step, tick))
            continue
        if done:
            yield rich(stacked(*done))
            done = []
        yield _undone(incident, book, number, step)
    if done:
        yield rich(stacked(*done))


# ---------------------------------------------------------------- one step


def _done(step: RunbookStep, tick: Tick) -> list[Part]:
    how = "approved by " if step.how is How.APPROVAL else ""
    who: list[Part] = [how, user(tick.by)] if tick.by else ["Clarion"]
    return ["✓ ", clip(step.do, _LONGEST_STEP), " · ", *who, " · ", moment(tick.at)]


def _undone(incident: Incident, book: Runbook, number: int, step: RunbookStep) -> Block:
    words = f"*{number}.* {escape(step.do)}"
    return section(f"{words}\n{_whose(incident, book, step)}", _button(incident, book, number, step))


def _whose(incident: Incident, book: Runbook, step: RunbookStep) -> str:
    """Say whose turn it is."""
    if step.watched:
        return "_Done once it is published_" if step.template else "_Clarion ticks it off_"
    if step.how is How.APPROVAL:
        asked = asked_for(incident.requests, book.name, step)
        if asked is None:
            return "_Needs somebody else's approval_"
        return f"{mention(asked.by)} asks for approval, {date(asked.at)}"
    return f"_{ROLE_NAMES[step.role]}_" if step.role else "_Whoever does it_"


def _button(incident: Incident, book: Runbook, number: int, step: RunbookStep) -> ButtonElement | None:
    if step.watched:
        drafts = bool(step.template) and incident.open and not incident.private
        template = pack(incident=incident.id, template=step.template)
        return button("Draft", f"update_draft:{number}", template) if drafts else None
    aim = pack(incident=incident.id, book=book.name, step=step.id)
    if step.how is not How.APPROVAL:
        return button("Done", f"runbook_tick:{number}", aim)
    if asked_for(incident.requests, book.name, step) is None:
        return button("Ask for approval", f"runbook_ask:{number}", aim)
    seen = pack(incident=incident.id, book=book.name, step=step.id, words=step.digest)
    return button("Approve", f"runbook_approve:{number}", seen)


# ---------------------------------------------------------------- all steps


def all_steps(incident: Incident, books: Sequence[Runbook], chosen: int = 0) -> View:
    """Draw every step of one runbook, with a menu of the others that fit."""
    title, aim = f"Steps in {incident.name}", pack(incident=incident.id)
    if not books:
        none = "The plan has no runbook for this incident. Whoever looks after the plan can add one."
        return modal(title, [said(none)], close="Close", carries=aim)
    chosen = chosen if 0 <= chosen < len(books) else 0
    book = books[chosen]
    blocks: list[Block] = [section(f"*{escape(book.name)}*", _menu(books, chosen) if len(books) > 1 else None)]
    for number, step in enumerate(book.steps, 1):
        tick = tick_of(incident.ticks, book.name, step.id)
        blocks.append(_taken(incident, book, step, tick) if tick else _undone(incident, book, number, step))
    return modal(title, blocks, close="Close", carries=aim)


def chosen_book(value: str) -> int:
    """Read the menu: the place of a runbook, 0 for anything that is none."""
    return small_number(value, 3) or 0


def place_of(books: Sequence[Runbook], name: str) -> int:
    """Return the place of a runbook by its name, 0 if it is not there."""
    return next((place for place, book in enumerate(books) if book.name == name), 0)


def _menu(books: Sequence[Runbook], chosen: int) -> Any:
    named = [option(book.name, str(place)) for place, book in enumerate(books)]
    return select(CHOOSE, named, initial=str(chosen), placeholder="Another runbook")


def _taken(incident: Incident, book: Runbook, step: RunbookStep, tick: Tick) -> Block:
    how = "approved by " if step.how is How.APPROVAL else ""
    who = f"{how}{mention(tick.by)}" if tick.by else "Clarion"
    aim = pack(incident=incident.id, book=book.name, step=step.id)
    back = None if step.watched else button("Not done", "runbook_untick", aim)
    return section(f"✓ {escape(step.do)}\n{who}, {date(tick.at)}", back)


# ---------------------------------------------------------------- taking it back


def untick_form(incident: Incident, aim: Aim, do: str) -> View:
    """Draw the form that asks why a step is not done after all."""
    blocks: list[Block] = [
        said(clip(do, _LONGEST_STEP)),
        field(
            "reason",
            "Why is it not done?",
            text_input("reason", longest=LONGEST_REASON),
            hint="Others read it in the channel. Whoever ticked it off, or the commander, can take it back.",
        ),
    ]
    carries = pack(incident=incident.id, book=aim.book, step=aim.step)
    return modal("Not done", blocks, callback_id=CALLBACK, submit="Take it back", carries=carries)


def parse_reason(view: Mapping[str, Any]) -> str:
    """Read the form."""
    return written(view, "reason")
