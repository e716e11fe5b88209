"""Rich text as HTML. Source: Slack docs, "Rich text block". An element that it does not know shows its text, if any."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markupsafe import Markup

from bot.practice.page.drawing.dates import moment
from bot.practice.page.drawing.emoji import emoji
from bot.practice.page.drawing.links import link
from bot.practice.page.drawing.look import Look
from bot.practice.page.drawing.mrkdwn import broadcast, channel, group, mention
from bot.practice.slack_standin.records import Json

_FRAMES = {
    "bold": Markup("<strong>{}</strong>"),
    "italic": Markup("<em>{}</em>"),
    "strike": Markup("<s>{}</s>"),
    "underline": Markup("<u>{}</u>"),
    "code": Markup("<code>{}</code>"),
    "highlight": Markup("<mark>{}</mark>"),
}


def words(elements: Sequence[Json], look: Look) -> Markup:
    """Return the inline elements of a section, a quote or a list item."""
    return Markup("").join(_styled(_leaf(element, look), element) for element in elements)


def verbatim(elements: Sequence[Json]) -> str:
    """Return preformatted elements as bare text."""
    return "".join(str(element.get("text") or element.get("url") or "") for element in elements)


def typed(block: object) -> str:
    """Return the text of a rich text value, as somebody would type it again."""
    return "".join(_texts(block)) if isinstance(block, dict) else ""


def _texts(node: Json) -> Iterator[str]:
    for number, element in enumerate(node.get("elements", [])):
        if "elements" in element:
            yield "\n" if number else ""
            yield from _texts(element)
        else:
            yield str(element.get("text") or element.get("url") or "")


def _styled(drawn: Markup, element: Json) -> Markup:
    style = element.get("style") or {}
    for name, frame in _FRAMES.items():
        if style.get(name):
            drawn = frame.format(drawn)
    return drawn


def _leaf(element: Json, look: Look) -> Markup:
    match element["type"]:
        case "text":
            return Markup("<br>").join(str(element["text"]).split("\n"))
        case "link":
            return link(str(element["url"]), str(element.get("text") or element["url"]))
        case "user":
            return mention(str(element["user_id"]), look)
        case "channel":
            return channel(str(element["channel_id"]), look)
        case "usergroup":
            return group(str(element["usergroup_id"]), look)
        case "broadcast":
            return broadcast(str(element["range"]))
        case "emoji":
            return emoji(str(element["name"]))
        case "date":
            url, fallback = str(element.get("url") or ""), str(element.get("fallback") or "")
            return moment(str(element["timestamp"]), str(element["format"]), url, fallback, look.zone)
        case "color":
            return Markup('<code class="bk-color">{}</code>').format(element["value"])
    return Markup("{}").format(str(element.get("text", "")))
