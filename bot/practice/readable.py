"""Turns what Slack would draw into plain words, as the person in front of it reads them.

For the transcript and for expectations: mentions read @name, times read as Slack's fallback, a button reads [Label].
It refuses to interpret: what it cannot name it leaves out, and it never reads ids back out of a message.
"""

import html
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from bot.practice.slack_standin import Message, OpenView, Workspace

Json = Mapping[str, Any]

_USER = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
_CHANNEL = re.compile(r"<#([CG][A-Z0-9]+)(?:\|[^>]*)?>")
_DATE = re.compile(r"<!date\^[^>|]*\|([^>]*)>")
_LABELLED = re.compile(r"<[^<>|]+\|([^<>]*)>")
_BARE = re.compile(r"<((?:https?|mailto):[^<>|]+)>")
# Emphasis in our own mrkdwn; inside words these characters stay.
_EMPHASIS = re.compile(r"(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])|`([^`\n]+)`")


class Reader:
    """Reads messages and modals of one workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def name(self, user_id: str) -> str:
        """Return a person's name with an @."""
        user = self._workspace.users.get(user_id)
        return f"@{user.name}" if user else "@somebody"

    def place(self, channel_id: str) -> str:
        """Return a channel as people call it."""
        channel = self._workspace.channels.get(channel_id)
        if channel is None:
            return "#unknown"
        return "direct message" if channel.is_im else f"#{channel.name}"

    def mrkdwn(self, text: str) -> str:
        """Return mrkdwn as it is read."""
        text = _USER.sub(lambda m: self.name(m[1]), text)
        text = _CHANNEL.sub(lambda m: self.place(m[1]), text)
        text = _BARE.sub(r"\1", _LABELLED.sub(r"\1", _DATE.sub(r"\1", text)))
        return html.unescape(_EMPHASIS.sub(lambda m: m[1] or m[2], text))

    def message(self, message: Message) -> tuple[str, ...]:
        """Return the lines of a message: its blocks, or its text where it has none."""
        drawn = tuple(self._blocks(message.blocks, {}))
        return drawn or tuple(self.mrkdwn(message.text).splitlines())

    def notification(self, text: str) -> str:
        """Return what lights up a phone."""
        return " ".join(self.mrkdwn(text).split())

    def view(self, view: OpenView) -> tuple[str, ...]:
        """Return the lines of a modal with what is filled in, its errors, and its submit button."""
        lines = [view.title, *self._blocks(view.blocks, view.values)]
        lines += [f"! {error}" for error in view.client_errors.values()]
        submit = view.content.get("submit")
        return (*lines, f"[{submit['text']}]") if submit else tuple(lines)

    # ------------------------------------------------------------ blocks

    def _blocks(self, blocks: list[dict[str, Any]], values: Json) -> Iterator[str]:
        for block in blocks:
            for text in self._block(block, values):
                yield from (line.rstrip() for line in text.splitlines() if line.strip())

    def _block(self, block: Json, values: Json) -> Iterator[str]:
        kind = block["type"]
        if kind == "rich_text":
            yield from (self._rich(part) for part in block["elements"])
        elif kind == "input":
            held = _held(values.get(block["block_id"], {}), self)
            yield f"{self._text(block['label'])}: {held}".rstrip()
        elif kind == "section":
            beside = self._element(block.get("accessory"))
            fields = [self._text(one) for one in block.get("fields", ())]
            yield "  ".join(part for part in (self._text(block.get("text")), *fields, beside) if part)
        elif kind == "actions":
            yield " ".join(part for part in map(self._element, block["elements"]) if part)
        elif kind == "context":
            yield " ".join(part for part in map(self._text, block["elements"]) if part)
        elif kind == "header":
            yield self._text(block["text"])

    def _text(self, text: Json | None) -> str:
        if not text:
            return ""
        words = str(text.get("text", ""))
        return self.mrkdwn(words) if text.get("type") == "mrkdwn" else words

    def _element(self, element: Json | None) -> str:
        if not element:
            return ""
        if element["type"] == "button":
            return f"[{self._text(element['text'])}]"
        chosen = element.get("initial_option") or {}
        return f"[{self._text(chosen.get('text') or element.get('placeholder')) or 'choose'} ▾]"

    def _rich(self, part: Json) -> str:
        kind = part["type"]
        inside = part.get("elements", ())
        if kind == "rich_text_list":
            return "\n".join(f"• {self._rich(one)}" for one in inside)
        if kind == "rich_text_quote":
            return "\n".join(f"│ {line}" for line in "".join(map(self._leaf, inside)).splitlines())
        return "".join(map(self._leaf, inside))

    def _leaf(self, leaf: Json) -> str:
        kind = leaf["type"]
        if kind == "user":
            return self.name(str(leaf["user_id"]))
        if kind == "channel":
            return self.place(str(leaf["channel_id"]))
        return str(leaf.get("text") or leaf.get("fallback") or leaf.get("url") or "")


def _held(actions: Json, reader: Reader) -> str:
    """Return what a field of a form holds, in words."""
    state: Json = next(iter(actions.values()), {}) if actions else {}
    option = state.get("selected_option")
    if isinstance(option, Mapping):
        return str(option["text"]["text"])
    if user := state.get("selected_user"):
        return reader.name(str(user))
    if seconds := state.get("selected_date_time"):
        return f"{datetime.fromtimestamp(int(seconds), tz=UTC):%Y-%m-%d %H:%M} UTC"
    return str(state.get("value") or "")


def plain(text: str) -> str:
    """Return text for comparing: quote bars, bullets and runs of blanks do not count, nor do capitals."""
    return " ".join(text.replace("│", " ").replace("•", " ").split()).casefold()
