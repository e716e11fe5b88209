"""The sheet of one scenario in one language: all its stages at all outlets, as text, each text once."""

import json
import re

from bot.domain.update import Rendition
from bot.rendering import counting
from bot.rendering.visible import lines
from tests.rendering.matrix import PAPERS, Cell, realistic

_RULE = "=" * 100


def sheet(cells: list[Cell]) -> str:
    """Return the sheet; a text that another outlet has already said word for word is not said again."""
    return "\n\n".join(_stage(cell) for cell in cells)


def _stage(cell: Cell) -> str:
    made = realistic(cell.locale)[cell.template.name]
    head = f"{_RULE}\n{cell.template.name} - {cell.template.title}\n{_RULE}"
    told: dict[str, str] = {}
    texts = [
        _once(told, f"{paper.layout}: {part}", text) for paper in PAPERS for part, text in _parts(made[paper.layout])
    ]
    return "\n\n".join([head, *texts])


def _once(told: dict[str, str], where: str, text: str) -> str:
    said = next((before for before, words in told.items() if _bare(words) == _bare(text)), "")
    told.setdefault(where, text)
    return f"[{where}{_size(where, text)}]\n" + (f"the same words as {said}" if said else text)


def _bare(text: str) -> list[str]:
    """The words alone: HTML sets headings where plain text has colons."""
    return re.findall(r"\w+", text)


def _parts(rendition: Rendition) -> list[tuple[str, str]]:
    found = []
    for name, text in rendition.parts:
        if name == "json":
            data = json.loads(text)
            found += [(key, str(data[key])) for key in ("text", "short") if key in data]
        else:
            found.append((name, "\n".join(lines(text)) if name == "html" else text))
    return found


def _size(where: str, text: str) -> str:
    """What it takes, where that is counted."""
    match where.partition(":")[0]:
        case "sms":
            taken = counting.segments(text)
            return f", {taken.alphabet}, {taken.units} units in {taken.segments}, {taken.left} left"
        case "social-280":
            return f", {counting.on_x(text)} of 280 on X"
        case "social-300":
            return f", {counting.on_bluesky(text)} of 300 on Bluesky"
        case "social-500":
            return f", {counting.on_mastodon(text)} of 500 on Mastodon"
    return ""
