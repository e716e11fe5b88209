"""Reads drawn HTML back, as a browser would: its tags, its words, and what its fields hold."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = ("br", "hr", "img", "input")


@dataclass
class Tag:
    name: str
    attrs: dict[str, str]
    text: str = ""
    inside: list["Tag"] = field(default_factory=list)

    def all(self, name: str) -> list["Tag"]:
        return [tag for one in self.inside for tag in ([one] if one.name == name else []) + one.all(name)]

    @property
    def every(self) -> list["Tag"]:
        return [tag for one in self.inside for tag in (one, *one.every)]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Tag("root", {})
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        made = Tag(tag, {name: value or "" for name, value in attrs})
        self.open[-1].inside.append(made)
        if tag == "br":
            self.handle_data("\n")
        if tag not in VOID:
            self.open.append(made)

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1].name == tag, f"</{tag}> closes <{self.open[-1].name}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        for one in self.open:
            one.text += data


def read(html: str) -> Tag:
    """Return the tree. Fails where tags do not close in order."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert reader.open == [reader.root], f"still open: {[one.name for one in reader.open]}"
    return reader.root


def raw_values(html: str) -> dict[str, dict[str, object]]:
    """Return what `window.blocks.values` would: {block_id: {action_id: string or list of strings}}."""
    found: dict[str, dict[str, object]] = {}
    for tag in read(html).every:
        kind = tag.attrs.get("data-kind")
        if kind in (None, "button", "overflow"):
            continue
        found.setdefault(tag.attrs["data-block-id"], {})[tag.attrs["data-action-id"]] = _raw(tag, str(kind))
    return found


def _raw(tag: Tag, kind: str) -> object:
    if tag.name == "fieldset":
        chosen = [one.attrs["value"] for one in tag.all("input") if "checked" in one.attrs]
        return chosen if kind == "checkboxes" or kind.startswith("multi_") else "".join(chosen)
    if tag.name == "select":
        return "".join(one.attrs["value"] for one in tag.all("option") if "selected" in one.attrs)
    if tag.name == "textarea":
        return tag.text.removeprefix("\n")  # as the HTML standard says
    zone = tag.attrs.get("data-zone")
    return f"{tag.attrs['value']}[{zone}]" if zone and tag.attrs["value"] else tag.attrs["value"]
