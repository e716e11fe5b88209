"""Draws messages and views, block by block, with the templates beside it.

A block or an element that it does not know becomes a placeholder with the class `unsupported`, so that nothing
disappears in silence.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from bot.practice.page.drawing import rich
from bot.practice.page.drawing.emoji import with_emoji
from bot.practice.page.drawing.fields import TYPED, Field, holds
from bot.practice.page.drawing.links import is_live, is_picture, link
from bot.practice.page.drawing.look import Look
from bot.practice.page.drawing.mrkdwn import mrkdwn
from bot.practice.page.drawing.prose import prose
from bot.practice.slack_standin.records import Json

UNSUPPORTED = "unsupported"
BLOCKS = (
    "section", "divider", "header", "context", "actions", "input", "image", "rich_text", "markdown", "table", "video",
)  # fmt: skip
ELEMENTS: dict[str, str] = {
    "button": "button",
    "overflow": "overflow",
    "image": "picture",
    "radio_buttons": "options",
    "checkboxes": "options",
    "datepicker": "date",
    "timepicker": "time",
    "datetimepicker": "moment",
    **dict.fromkeys(TYPED, "typed"),
    **{
        f"{many}{kind}_select": menu
        for kind in ("static", "external", "users", "conversations", "channels")
        for many, menu in (("", "menu"), ("multi_", "many"))
    },
}
_TEMPLATES = Environment(
    loader=PackageLoader("bot.practice.page.drawing", "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True)
class Drawing:
    """One message or view while it is drawn; what the templates call."""

    look: Look
    values: Mapping[str, Any]
    errors: Mapping[str, str]
    place: str

    def blocks(self, blocks: Sequence[Json]) -> Markup:
        return Markup("").join(self.block(block) for block in blocks)

    def block(self, block: Json) -> Markup:
        kind = str(block.get("type"))
        return self._drawn("blocks.html.j2", kind if kind in BLOCKS else UNSUPPORTED, block)

    def element(self, block: Json, element: Json) -> Markup:
        kind = str(element.get("type"))
        if kind == "image":
            return self._drawn("elements.html.j2", "picture", element)
        if kind not in ELEMENTS:
            return self._drawn("blocks.html.j2", UNSUPPORTED, element)
        return self._drawn("elements.html.j2", "framed", self.field(block, element), ELEMENTS[kind])

    def field(self, block: Json, element: Json) -> Field:
        block_id = str(block.get("block_id", ""))
        in_input = block["type"] == "input"
        name = self.id(block, element)
        below = [f"{name}-{part}" for part in ("hint", "error") if self._has(block, part)] if in_input else []
        return Field(
            element=element,
            block_id=block_id,
            id=name,
            label=_label(block, element),
            dispatch=_dispatch(block, element),
            in_input=in_input,
            described_by=" ".join(below),
            invalid=in_input and block_id in self.errors,
            required=in_input and not block.get("optional"),
            held=holds(element, block_id, self.values),
            look=self.look,
        )

    def id(self, block: Json, element: Json) -> str:
        """Return an id of the page: the same each time that the same place is drawn."""
        names = json.dumps([self.place, block.get("block_id"), element.get("action_id")])
        return f"bk-{sha256(names.encode()).hexdigest()[:12]}"

    def error(self, block: Json) -> str:
        return self.errors.get(str(block.get("block_id", "")), "")

    def text(self, text: Json) -> Markup:
        """Return a text object: mrkdwn, or plain words with their emoji."""
        if text.get("type") in ("mrkdwn", "markdown"):
            return mrkdwn(str(text["text"]), self.look)
        return Markup("<p>{}</p>").format(self.plain(text))

    def plain(self, text: Json) -> Markup:
        """Return plain text without a paragraph around it: for labels and buttons."""
        words = str(text["text"])
        return Markup("<br>").join(with_emoji(line) for line in words.split("\n"))

    def words(self, elements: Sequence[Json]) -> Markup:
        return rich.words(elements, self.look)

    def bare(self, elements: Sequence[Json]) -> str:
        return rich.verbatim(elements)

    def prose(self, text: str) -> Markup:
        return prose(text)

    def link(self, url: str, label: str) -> Markup:
        return link(url, label)

    def is_live(self, url: str) -> bool:
        return is_live(url)

    def is_picture(self, url: str) -> bool:
        return is_picture(url)

    def _has(self, block: Json, part: str) -> bool:
        return bool(self.error(block)) if part == "error" else bool(block.get(part))

    def _drawn(self, template: str, macro: str, *given: object) -> Markup:
        return Markup(getattr(_TEMPLATES.get_template(template).module, macro)(self, *given))  # noqa: S704 - autoescaped


def message_body(
    blocks: Sequence[Json],
    text: str,
    look: Look,
    values: Mapping[str, Any] = {},
    *,
    place: str = "",
) -> Markup:
    """Return the inside of a message: its blocks, or its text where there are none.

    `values` is the form state of its inputs. `place` tells two equal messages on one page apart (for the ids of
    labels and radio groups); `<channel>:<ts>` serves.
    """
    if not blocks:
        return Markup('<div class="bk-body"><div class="bk-text">{}</div></div>').format(mrkdwn(text, look))
    drawing = Drawing(look, values, {}, place or _fingerprint(blocks))
    return Markup('<div class="bk-body">{}</div>').format(drawing.blocks(blocks))


def view_body(
    blocks: Sequence[Json], values: Mapping[str, Any], errors: Mapping[str, str], look: Look, *, place: str = ""
) -> Markup:
    """Return the inside of a modal or of App Home. `errors` are by block_id; one without an input stands on top."""
    drawing = Drawing(look, values, errors, place or _fingerprint(blocks))
    inputs = {block.get("block_id") for block in blocks if block.get("type") == "input"}
    astray = [sentence for block_id, sentence in errors.items() if block_id not in inputs]
    above = [Markup('<p class="bk-error" role="alert">{}</p>').format(sentence) for sentence in astray]
    return Markup('<div class="bk-body bk-view">{}{}</div>').format(Markup("").join(above), drawing.blocks(blocks))


def _fingerprint(blocks: Sequence[Json]) -> str:
    return sha256(json.dumps(list(blocks), sort_keys=True, default=str).encode()).hexdigest()[:12]


def _label(block: Json, element: Json) -> str:
    """The name for a screen reader of an element that shows none of its own."""
    own = [element.get("accessibility_label"), _words(element, "placeholder")]
    around = [_words(block, "label")] if block["type"] == "input" else [_words(block, "text")]
    names = [*around, *own] if block["type"] == "input" else [*own, *around]
    return next((str(name) for name in names if name), str(element["type"]).replace("_", " "))


def _words(holder: Json, name: str) -> str:
    text = holder.get(name)
    return str(text.get("text", "")) if isinstance(text, dict) else ""


def _dispatch(block: Json, element: Json) -> str:
    """Slack docs, "Input block": an input tells the app only with dispatch_action; everything else at once."""
    if block["type"] == "input" and not block.get("dispatch_action"):
        return ""
    if element["type"] not in TYPED:
        return "change"
    config = element.get("dispatch_action_config") or {}
    # Slack docs, "Dispatch action configuration": on_enter_pressed where nothing is said.
    return "character" if "on_character_entered" in config.get("trigger_actions_on", ()) else "enter"
