"""Messages and modals as text, the way a person reads them: what is reviewed as copy in the gallery.

Live things are marked: ``@U1`` and ``#C1`` notify or link, ``[Label]`` is a button, ``(•)`` a choice.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.ports import Message, View
from tests.practice.page.drawing import gallery_pages

Json = Mapping[str, Any]


def describe(drawn: Message | View) -> str:
    """Return the screen as text. It must be one that the practice page can draw."""
    gallery_pages.drawn(drawn)
    if isinstance(drawn, Message):
        return "\n".join([f"notification: {drawn.text}", "---", *map(_block, drawn.blocks)])
    view = drawn.payload
    if view["type"] == "home":
        return "\n".join(["== home tab ==", *map(_block, view["blocks"])])
    foot = [f"[{view[part]['text']}]" for part in ("close", "submit") if part in view]
    return "\n".join([f"== {view['title']['text']} ==", *map(_block, view["blocks"]), f"-- {' '.join(foot)} --"])


def action_ids(drawn: Message | View) -> dict[str, str]:
    """Return the label of every button and menu by its action_id."""
    blocks = drawn.blocks if isinstance(drawn, Message) else drawn.payload["blocks"]
    found: dict[str, str] = {}
    for block in blocks:
        for element in (*block.get("elements", ()), block.get("accessory", {})):
            if "action_id" in element:
                found[element["action_id"]] = element.get("text", {}).get("text", element["type"])
    return found


def buttons(drawn: Message | View) -> list[Json]:
    """Return every button."""
    blocks = drawn.blocks if isinstance(drawn, Message) else drawn.payload["blocks"]
    found = [e for b in blocks for e in (*b.get("elements", ()), b.get("accessory", {}))]
    return [e for e in found if e.get("type") == "button"]


def _block(block: Json) -> str:
    kind = block["type"]
    if kind == "header":
        return f"# {block['text']['text']}"
    if kind == "section":
        beside = f"   {_element(block['accessory'])}" if "accessory" in block else ""
        return "".join([block.get("text", {}).get("text", ""), beside])
    if kind == "context":
        return "  ~ " + " ".join(e.get("text", "") for e in block["elements"])
    if kind == "actions":
        return " ".join(map(_element, block["elements"]))
    if kind == "rich_text":
        return "\n".join(map(_paragraph, block["elements"]))
    if kind == "input":
        return _input(block)
    return "----" if kind == "divider" else f"<{kind}>"


def _input(block: Json) -> str:
    optional = " (optional)" if block.get("optional") else ""
    hint = f"\n   {block['hint']['text']}" if "hint" in block else ""
    return f"{block['label']['text']}{optional} {{{block['block_id']}}}: {_element(block['element'])}{hint}"


def _element(element: Json) -> str:
    kind = element["type"]
    if kind == "button":
        style = {"primary": "*", "danger": "!"}.get(element.get("style", ""), "")
        asks = f" asks “{element['confirm']['title']['text']}”" if "confirm" in element else ""
        return f"[{style}{element['text']['text']}{asks}]"
    chosen = element.get("initial_option")
    if "options" in element:
        return _options(element["options"], chosen)
    if "option_groups" in element:
        groups = element["option_groups"]
        return "".join(f"\n   {one['label']['text']}{_options(one['options'], chosen)}" for one in groups)
    for name in ("initial_value", "initial_user", "placeholder"):
        if name in element:
            value = element[name]
            return f"__{value['text'] if isinstance(value, Mapping) else value}__"
    return f"__{kind}__"


def _options(options: Sequence[Json], chosen: Json | None) -> str:
    return "".join(f"\n   ({'•' if option == chosen else ' '}) {_option(option)}" for option in options)


def _option(option: Json) -> str:
    beneath = f" – {option['description']['text']}" if "description" in option else ""
    return f"{option['text']['text']}{beneath}"


def _paragraph(part: Json) -> str:
    if part["type"] == "rich_text_list":
        return "\n".join(f"• {_words(item['elements'])}" for item in part["elements"])
    if part["type"] == "rich_text_quote":
        return f"> {_words(part['elements'])}"
    return _words(part["elements"])


def _words(elements: Sequence[Json]) -> str:
    return "".join(map(_word, elements))


def _word(element: Json) -> str:
    kind = element["type"]
    if kind == "user":
        return f"@{element['user_id']}"
    if kind == "channel":
        return f"#{element['channel_id']}"
    if kind == "date":
        return str(element["fallback"])
    text = str(element.get("text", ""))
    return f"**{text}**" if element.get("style", {}).get("bold") else text
