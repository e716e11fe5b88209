"""What a reader sees of an HTML part, line by line, so that an approver can be shown all of it as text.

It leaves out what no reader sees (head, style, tags) and keeps where links lead, which readers do find out.
"""

from html.parser import HTMLParser

_INLINE = frozenset({"a", "abbr", "b", "code", "em", "i", "small", "span", "strong", "sub", "sup", "time", "u"})
_UNSEEN = frozenset({"head", "style", "script", "template"})


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in _UNSEEN
        if tag not in _INLINE:
            self.text.append("\n")
        for name, value in attrs:
            if name in ("href", "alt") and value:
                self.text.append(f" {value} ")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in _UNSEEN
        if tag not in _INLINE:
            self.text.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.text.append(data)


def lines(html: str) -> tuple[str, ...]:
    """Return the visible lines, each with single blanks."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    found = (" ".join(line.split()) for line in "".join(reader.text).split("\n"))
    return tuple(line for line in found if line)


def lines_beyond(html: str, shown: str) -> tuple[str, ...]:
    """Return the visible lines of `html` whose words are not in the text `shown`."""
    known = " ".join(shown.split())
    return tuple(line for line in lines(html) if line not in known)
