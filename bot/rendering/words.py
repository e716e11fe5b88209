"""Words before any outlet is thought of: the passages of one update.

Passages are marked in a story's text by control characters, which `clean` takes out of everything that people
type: nobody can forge the beginning of a passage.
"""

import re
from dataclasses import dataclass

from babel import Locale
from babel.numbers import format_decimal
from markupsafe import Markup

from bot.domain.text import clean

# Spaces that a language asks not to be broken (French) stay; every other white space is one space.
_SPACES = re.compile(r"[^\S\u00a0\u202f]+")
_EDGE, _KEY_END, _LABEL_END = "\x1d", "\x1f", "\x1e"


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of the body: text under a label, or without one. `key` is "" for the story's own words."""

    key: str
    label: str
    text: str

    @property
    def paragraphs(self) -> tuple[tuple[str, ...], ...]:
        """The text's paragraphs, each as its lines."""
        return tuple(tuple(p.split("\n")) for p in self.text.split("\n\n"))


@dataclass(frozen=True, slots=True)
class Story:
    """The words of one update."""

    headline: str
    short: str
    passages: tuple[Passage, ...]

    def told(self, key: str) -> str:
        """Return the text of the passage `key`, or ""."""
        return "\n\n".join(p.text for p in self.passages if p.key == key)


def passage(key: str, label: str, caller: object = None) -> Markup:
    """Mark a passage; story files use it as ``{% call passage("impact", "What you may notice") %}``."""
    text = caller() if callable(caller) else ""
    return Markup(f"{_EDGE}{key}{_KEY_END}{label}{_LABEL_END}{text}{_EDGE}")  # noqa: S704 - plain text, not HTML


def passages(body: str) -> tuple[Passage, ...]:
    """Return a told body as its passages, in order; empty ones are left out."""
    found: list[Passage] = []
    for piece in body.split(_EDGE):
        head, marked, text = piece.partition(_LABEL_END)
        key, _, label = head.partition(_KEY_END) if marked else ("", "", "")
        tidy = re.sub(r"\n{3,}", "\n\n", clean(text if marked else piece))
        if tidy:
            found.append(Passage(key, one_line(label), tidy))
    return tuple(found)


def one_line(text: str) -> str:
    """Return the cleaned text on one line; spaces that must not break are kept."""
    return _SPACES.sub(" ", clean(text)).strip()


def sentence(text: str) -> str:
    """Return a line with a full stop, unless it ends in a mark already."""
    line = str(text).strip()
    return line if not line or line[-1] in ".!?…。！？؟।" else f"{line}."


def counted(locale: str, number: int, **forms: str) -> str:
    """Return the plural form of `number`, its “#” replaced by it: ``{{ 3 | counted(one="# day", other="# days") }}``.

    The forms are those of the language in CLDR. Raises ValueError if one of them is not given.
    """
    rule = Locale.parse(locale, sep="-" if "-" in locale else "_").plural_form
    lacking = sorted({*rule.tags, "other"} - forms.keys())
    if lacking:
        raise ValueError(f"“counted” needs these forms, too: {', '.join(lacking)}")
    return forms[rule(int(number))].replace("#", format_decimal(int(number), locale=locale))
