"""Finds on a message or a view what a person would point at: by its visible label, or by its ids.

It refuses to guess: a label that is not there, or there twice, is an error that lists what can be seen.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from bot.practice.slack_standin.blocks import interactive
from bot.practice.slack_standin.records import Json


class NotOnScreen(AssertionError):
    """The person cannot see, or not clearly tell, what they were asked to use."""


def _plain(text: object) -> str:
    return str(text.get("text", "")) if isinstance(text, dict) else ""


def names(block: Json, element: Json) -> list[str]:
    """What one element can be called, the most visible name first."""
    if element["type"] == "button":
        own = [_plain(element.get("text"))]
    elif block["type"] == "input":
        own = [_plain(block.get("label"))]
    elif block["type"] == "section":
        own = [_plain(block.get("text")), _plain(element.get("placeholder"))]
    else:
        own = [_plain(element.get("placeholder"))]
    return [name for name in [*own, element.get("action_id", ""), block.get("block_id", "")] if name]


def everything(blocks: list[Json]) -> list[tuple[Json, Json]]:
    return [(block, element) for block in blocks for element in interactive(block)]


def find(blocks: list[Json], wanted: str, *, buttons: bool = False, value: str | None = None) -> tuple[Json, Json]:
    """The one element called `wanted`; with `buttons`, buttons only, and `value` tells equal ones apart."""
    candidates = [
        (block, element)
        for block, element in everything(blocks)
        if (element["type"] == "button") is buttons
        and (wanted in names(block, element))
        and (value is None or element.get("value") == value)
    ]
    if len(candidates) == 1:
        return candidates[0]
    if candidates:
        raise NotOnScreen(f"{len(candidates)} things are called “{wanted}” here")
    seen = [n[0] for pair in everything(blocks) if (pair[1]["type"] == "button") is buttons and (n := names(*pair))]
    there = ", ".join(dict.fromkeys(seen)) or "nothing"
    raise NotOnScreen(f"nothing is called “{wanted}” here.{near(wanted, seen)} There is: {there}")


def near(word: str, known: Iterable[str]) -> str:
    """Return what could have been meant, as a question, or ""."""
    close = get_close_matches(word, known, n=1, cutoff=0.7)
    return f" Did you mean “{close[0]}”?" if close else ""


def at(blocks: list[Json], block_id: str, action_id: str) -> tuple[Json, Json]:
    """The one element at this exact address."""
    for block, element in everything(blocks):
        if (block.get("block_id"), element.get("action_id")) == (block_id, action_id):
            return block, element
    raise NotOnScreen("this is not on the screen any more")


def visible_text(blocks: list[Json]) -> str:
    """All words of the blocks, one text a line, for transcripts and for looking something up."""
    lines: list[str] = []

    def walk(node: object) -> None:
        if isinstance(node, list):
            for item in node:
                walk(item)
        elif isinstance(node, dict):
            if isinstance(node.get("text"), str):
                lines.append(node["text"])
            for name, part in node.items():
                if name not in ("value", "confirm"):
                    walk(part)

    walk(blocks)
    return "\n".join(lines)
