"""What every message must be: understood from its notification alone, on a phone, in the reader's own time zone.

It is asked of every screen in the gallery and, after every story, of everything that Clarion posted or amended there,
so a new view is judged without anybody thinking of it. It refuses to judge words for customers, and whether a
sentence is a good one: that is the gallery's review.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.practice.slack_standin.records import ApiCall

Json = Mapping[str, Any]

# What a phone shows of a card before anybody scrolls. Slack documents no number: 5 blocks and 12 lines of 40
# characters are what a screen of 6 inches holds below the channel's name, by our count.
FIRST_BLOCKS, FIRST_LINES, LINE = 5, 12, 40
_SHORTEST = 10
_EMPTY = re.compile(r"^(a )?new (message|notification|update)\W*$|can.t be displayed", re.IGNORECASE)
_DATE = re.compile(r"<!date\^\d+\^[^<>|^]+\|[^<>|]+>")
_TIME = re.compile(r"(?<![\w:.-])([01]?\d|2[0-3]):[0-5]\d(?![\w-])")
_INCIDENT = re.compile(r"\bINC-\d+\b")
# What people or customers say is shown as it was said, times and all.
_SAID = frozenset({"rich_text_quote", "rich_text_preformatted"})


def faults(text: str, blocks: Sequence[Json]) -> list[str]:
    """Return what is wrong with a message, in words."""
    found = []
    words = _DATE.sub(" ", text).strip()
    if len(words) < _SHORTEST or not re.search(r"[^\W\d_]", words) or _EMPTY.search(words):
        found.append("the notification says nothing")
    if _about_an_incident(blocks) and not _INCIDENT.search(text):
        found.append("the notification does not say which incident")
    if _TIME.search(words):
        found.append("the notification has a time that is not in the reader's zone")
    found += [f"a time that is not in the reader's zone: {part!r}" for part in _spoken(blocks) if _TIME.search(part)]
    return found


def of_the_card(blocks: Sequence[Json]) -> list[str]:
    """Return what is missing on the first screen of an open incident's card, in words."""
    ends = next((n for n, block in enumerate(blocks) if block["type"] == "actions"), FIRST_BLOCKS)
    first = list(blocks[: min(ends + 1, FIRST_BLOCKS)])  # what stands below the button may be scrolled to
    shown = "\n".join(_words(first))
    wanted = {
        "the severity": r"\bSEV[1-4]\b",
        "the stage": r"Investigating|Identified|Monitoring|Resolved",
        "the next promise": "pdate promised|update is promised|have not been told yet|(were|are) told nothing",
    }
    found = [f"{what} is not on the first screen" for what, words in wanted.items() if not re.search(words, shown)]
    buttons = [block.get("elements", ()) for block in first if block["type"] == "actions"]
    if len(buttons) != 1 or len(buttons[0]) != 1 or not buttons[0][0].get("style"):
        found.append("not exactly one button, that matters now, is on the first screen")
    lines = sum(-(-len(line) // LINE) or 1 for line in shown.splitlines())
    if lines > FIRST_LINES:
        found.append(f"the first screen is {lines} lines long")
    return found


def of_calls(calls: Sequence[ApiCall], customers: str) -> list[str]:
    """Return what is wrong with what was posted or amended. `customers`: id of the channel that customers read."""
    found, cards = [], set()
    for call in calls:
        if call.method not in ("chat.postMessage", "chat.update") or not call.ok:
            continue
        if call.response["channel"] == customers:
            continue
        text, blocks = str(call.arguments.get("text", "")), _blocks(call.arguments.get("blocks"))
        wrong = faults(text, blocks)
        ref = (call.response["channel"], call.response["ts"])
        if "clarion_card" in str(call.arguments.get("metadata", "")):
            cards.add(ref)
        if ref in cards and '"incident_severity"' in json.dumps(blocks):  # an ended one has nothing to press
            wrong += of_the_card(blocks)
        found += [f"{text!r}: {one}" for one in wrong]
    return list(dict.fromkeys(found))


def _blocks(given: object) -> list[Json]:
    loaded = json.loads(given) if isinstance(given, str) else given
    return list(loaded) if isinstance(loaded, list) else []


def _about_an_incident(blocks: Sequence[Json]) -> bool:
    return bool(_INCIDENT.search("\n".join(_words(blocks))))


def _spoken(node: object) -> Iterator[str]:
    """Yield our own words: no quotes, no wording, and no fallback of a time that Slack shows in the reader's zone."""
    if isinstance(node, list | tuple):
        for item in node:
            yield from _spoken(item)
    elif isinstance(node, Mapping) and node.get("type") not in _SAID and node.get("type") != "date":
        if isinstance(node.get("text"), str):
            yield _DATE.sub(" ", node["text"])
        for name in ("text", "elements", "fields", "accessory"):
            yield from _spoken(node.get(name))


def _words(node: object) -> Iterator[str]:
    if isinstance(node, list | tuple):
        for item in node:
            yield from _words(item)
    elif isinstance(node, Mapping):
        if node.get("type") in ("rich_text_section", "rich_text_quote"):
            yield "".join(str(e.get("text") or e.get("fallback") or "@somebody") for e in node["elements"])
            return
        if isinstance(node.get("text"), str):
            yield node["text"]
        for name in ("text", "elements", "fields", "accessory"):
            yield from _words(node.get(name))
