"""Read everything: each outlet's text in full, page by page, with Approve on the last page and nowhere else.

The pages are walked one by one, so that whoever stands on the last one has passed them all. It refuses to jump,
and to show a page of a revision that has been edited since.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from slack_sdk.models.blocks import Block, ButtonElement, PlainTextObject, SectionBlock

from bot.domain.coverage import lagging, said_of
from bot.domain.incident import Incident
from bot.domain.languages import languages_of, name_of
from bot.domain.update import Planned, Update
from bot.ports import View
from bot.slack.views.blocks import (
    PRIMARY,
    actions,
    bold,
    bullets,
    button,
    clip,
    context,
    divider,
    line,
    modal,
    plain_section,
    rich,
    said,
)
from bot.slack.views.body import ROOMS, destination, outlets, text
from bot.slack.views.choices import recipients, where_to
from bot.slack.views.forms import carried, pack, small_number
from bot.slack.views.passages import Page

CALLBACK = "update_approve_read"
NEXT, BACK = "reading_next", "reading_back"


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody is in the texts of one revision. `page` counts from 0."""

    incident_id: str
    update_id: str
    digest: str = ""
    page: int = 0


def reading(
    incident: Incident, update: Update, pages: Sequence[Page], page: int, *, why_not: str, note: str = ""
) -> View:
    """Draw one page. `why_not` says why the reader may not approve, and is "" if they may."""
    shown = pages[page]
    last = page == len(pages) - 1
    blocks = [*_heading(incident, update, shown, note), *_text(shown), *(_foot(shown) if shown.closes else [])]
    if last:
        blocks += [divider(), _conclusion(update, why_not)]
    if turns := _turns(page, last):
        blocks.append(actions(*turns))
    carries = pack(incident=incident.id, update=update.id, digest=update.latest.digest, page=str(page))
    return modal(
        f"Page {page + 1} of {len(pages)}",
        blocks,
        callback_id=CALLBACK,
        submit="Approve and publish" if last and not why_not else "",
        close="Close",
        carries=carries,
    )


def place(view: Mapping[str, Any]) -> Place:
    """Read where a reader is from the modal."""
    ids = carried(view)
    page = small_number(ids.get("page", ""), 5) or 0
    return Place(ids.get("incident", ""), ids.get("update", ""), ids.get("digest", ""), page)


def _heading(incident: Incident, update: Update, page: Page, note: str) -> list[Block]:
    planned = page.planned
    part = f", part {page.part} of {page.parts}" if page.parts > 1 else ""
    rows = [
        line(bold(f"{incident.called} · update #{update.number}, revision {update.latest.number}")),
        line(bold(clip(planned.label, 75)), f" ({_language(update, planned)}){part}"),
        line("To ", destination(planned, 2_000)),
        line(f"{recipients(planned.recipient_count)}, {planned.length:,} characters"),
        *([line("Rehearsal: it reaches no customer.")] if planned.rehearsal else []),
        *(line(f"⚠️ {said_of(one)}.") for one in lagging(update) if one.locale == planned.locale),
    ]
    return [*([said(bold(note))] if note else []), rich(bullets(*rows)), divider()]


def _language(update: Update, planned: Planned) -> str:
    return name_of(planned.locale) if len(languages_of(update)) > 1 else planned.locale


def _text(page: Page) -> list[Block]:
    # emoji=False: ":fire:" is shown as it will leave, and not as a picture.
    words = (piece if piece.strip() else _blank(piece) for piece in page.pieces)
    return [SectionBlock(text=PlainTextObject(text=piece, emoji=False)) for piece in words]


def _blank(piece: str) -> str:
    """Slack refuses a block of nothing but blanks; an empty text, or a very long gap, is said in words."""
    lines = piece.count("\n")
    return f"({lines} empty lines)" if lines else "(empty)"


def _foot(page: Page) -> list[Block]:
    said_of = [f"{name} ({length:,} characters)" for name, length in page.unseen]
    blocks: list[Block] = [context("End of this text.")]
    beside = tuple(planned for passage in page.beside for planned in passage.planned)
    if page.also or beside:
        blocks += [outlets((*page.also, *beside), ROOMS[0], "Also goes to")]
    blocks += [text(passage, ROOMS[0]) for passage in page.beside]
    if said_of:
        blocks.append(plain_section(f"Made from the same words and not spelled out here: {', '.join(said_of)}."))
    if envelope := dict.fromkeys(name for one in (page.planned, *page.also, *beside) for name in one.envelope):
        added = ", ".join(envelope)
        blocks.append(plain_section(clip(f"Added at the moment of sending: {added}.", 2_000)))
    return blocks


def _conclusion(update: Update, why_not: str) -> Block:
    if why_not:
        return plain_section(why_not)
    return plain_section(
        f"You have read all of it. Approve publishes update #{update.number} now: {where_to(update.latest.planned)}"
    )


def _turns(page: int, last: bool) -> list[ButtonElement]:
    back = [button("Back", BACK)] if page else []
    return back if last else [*back, button("Next", NEXT, style=PRIMARY)]
