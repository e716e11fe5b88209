"""Text that people type, made safe to keep: normalised, with the invisible and the dangerous taken out.

It refuses to shorten: what is too long is a `Refusal` at the border that counts it, never a silent cut.
"""

import unicodedata

from bot.domain.refusals import Refusal

# Bidirectional embeddings, overrides and isolates (Unicode UAX #9) can make a sentence read as another one.
_BIDI_CONTROLS = frozenset(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C)))
# Shown by nothing and needed by no script: pasted along from web pages, they hide a word from whoever looks for it.
_UNSEEN = frozenset(
    map(chr, (0xAD, 0x180E, 0x200B, *range(0x2060, 0x2065), *range(0x206A, 0x2070), *range(0xFFF9, 0xFFFC)))
)
_KEPT_CONTROLS = frozenset("\n\t")
# Letters and symbols by category, and blanks to the eye: Hangul fillers, the empty Braille pattern.
_BLANK_LETTERS = frozenset("\u115f\u1160\u3164\uffa0\u2800")
# More marks than this on one letter is "zalgo", which paints over the neighbouring lines. Real scripts use
# four at most (Vietnamese two, pointed Hebrew three, Tibetan stacks four).
_MOST_MARKS = 4


def clean(raw: str) -> str:
    """Return `raw` in NFC without control, bidi-control, unseen, unassigned, private or surrogate characters.

    Line ends become ``\\n``. Joiners stay: emoji and Indic scripts need them. Trailing blanks go, and a text of
    which nothing can be seen is empty.
    """
    if raw.isascii() and raw.isprintable():
        return raw.strip()  # most of what people type at night; nothing below would change it
    text = raw.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    kept = "".join(c for c in text if not _dangerous(c))
    normal = unicodedata.normalize("NFC", kept)
    text = "\n".join(line.rstrip() for line in _without_zalgo(normal).split("\n")).strip()
    return text if any(map(_visible, text)) else ""


def unseen(raw: str) -> str:
    """Return the first character that `clean` would take out, "" if there is none."""
    return next((c for c in raw if _dangerous(c)), "")


def clean_line(raw: str) -> str:
    """Return `clean(raw)` on one line: every run of white space becomes one space."""
    return " ".join(clean(raw).split())


def require_text(raw: str, field: str, label: str, longest: int) -> str:
    """Return the cleaned text, or raise `Refusal` if it is empty or longer than `longest` characters."""
    text = clean(raw)
    if not text:
        raise Refusal("empty", f"{label} is empty. Write at least a few words.", field=field)
    if len(text) > longest:
        raise Refusal(
            "too_long",
            f"{label} is {len(text):,} characters; at most {longest:,} fit. Shorten it by {len(text) - longest:,}.",
            field=field,
        )
    return text


def require_reason(raw: str, longest: int) -> str:
    """Return the cleaned reason of a decision. Raises `Refusal` as `require_text`, and for one without any letter."""
    text = require_text(clean_line(raw), "reason", "The reason", longest)
    if not any(c.isalpha() for c in text):
        raise Refusal("no_words", "The reason says nothing. Write it in words: others read it later.", field="reason")
    return text


def _dangerous(c: str) -> bool:
    if c in _KEPT_CONTROLS:
        return False
    return c in _BIDI_CONTROLS or c in _UNSEEN or c == "\ufeff" or unicodedata.category(c) in ("Cc", "Cs", "Cn", "Co")


def _visible(c: str) -> bool:
    return c not in _BLANK_LETTERS and unicodedata.category(c) not in ("Cf", "Mn", "Me", "Zs", "Zl", "Zp", "Cc")


def _without_zalgo(text: str) -> str:
    out: list[str] = []
    marks = 0
    for c in text:
        marks = marks + 1 if unicodedata.category(c) in ("Mn", "Me") else 0
        if marks <= _MOST_MARKS:
            out.append(c)
    return "".join(out)
