"""How long a text is where every character costs: in text messages, and on social networks, each by its own rule.

It counts as the outlet will and never shortens. Where a rule cannot be followed to the letter it counts too much
and never too little: a post that is a little short is better than one that is refused.
"""

import math
import re
from dataclasses import dataclass

import regex

# The GSM 7-bit default alphabet and its extension table, each of whose characters takes two places
# (3GPP TS 23.038, 6.2.1 and 6.2.1.1).
_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_EXTENSION = frozenset("\f^{}\\[~]|€")
# A text message is 140 bytes: 160 places of 7 bits or 70 of 16. Of several that belong together each gives up six
# bytes to say so, which leaves 153 or 67 (3GPP TS 23.040, 9.2.3.24.1).
_GSM_ALONE, _GSM_JOINED = 160, 153
_UCS2_ALONE, _UCS2_JOINED = 70, 67

# Marks that GSM lacks, and the ones that mean the same there. Letters are never replaced: “ą” is not “a”.
_SAME_MARK = str.maketrans(
    {
        **dict.fromkeys("’‘‚′", "'"),
        **dict.fromkeys("“”„″", '"'),
        **dict.fromkeys("–—‑‐−", "-"),
        **dict.fromkeys("\u00a0\u202f\u2009", " "),
        "…": "...",
        "·": "-",
    }
)
_GUILLEMETS = re.compile(r"«\s*|\s*»")

# X counts a link as 23, whatever its length, and so does Mastodon. A name such as “example.com” may be taken for one.
_LINK = 23
# A link ends before what it cannot hold (a letter of Chinese, a dot at its end): that is counted in full, as there
# (twitter-text, validUrlPath). Without a dot in its host it is no link, and each of its letters counts.
_IN_LINK = r"[A-Za-z0-9\u00c0-\u024f\u0400-\u04ff/?#=&%~_.,:;!'()*@+$\[\]|-]"
_LINKS = re.compile(
    rf"https?://(?:[\w-]+\.)+[^\W\d_]{{2,}}(?:[:/?#]{_IN_LINK}*)?(?<![.,:;!?'()*\[\]|])"
    rf"|\b(?:[\w-]+\.)+[^\W\d_]{{2,}}(?:/{_IN_LINK}*)?"
)
# Code points that X counts as one; all others are two (twitter-text, configuration version 3).
_X_SINGLE = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))
_GRAPHEME = regex.compile(r"\X")
_EMOJI = regex.compile(r"\p{Extended_Pictographic}|\p{Regional_Indicator}|\u20e3")
_MOST_JOINED = 4  # pictures in one emoji: a family. More are no emoji, and X counts each (Unicode UTS #51, RGI)


@dataclass(frozen=True, slots=True)
class Segments:
    """How a text travels as text messages. `units` are places of `alphabet`; `left` are free in the last segment."""

    alphabet: str
    units: int
    segments: int
    left: int


def segments(text: str) -> Segments:
    """Return how many text messages `text` takes: one letter outside of GSM takes the whole from 160 to 70."""
    if all(c in _GSM or c in _GSM_EXTENSION for c in text):
        sizes = [2 if c in _GSM_EXTENSION else 1 for c in text]
        return _packed("GSM-7", sizes, _GSM_ALONE, _GSM_JOINED)
    return _packed("UCS-2", [len(c.encode("utf-16-be")) // 2 for c in text], _UCS2_ALONE, _UCS2_JOINED)


def _packed(alphabet: str, sizes: list[int], alone: int, joined: int) -> Segments:
    """Fill segments one after the other: a character of two places is never torn apart by their edge."""
    units = sum(sizes)
    if units <= alone:
        return Segments(alphabet, units, 1, alone - units)
    count, free = 1, joined
    for size in sizes:
        if size > free:
            count, free = count + 1, joined
        free -= size
    return Segments(alphabet, units, count, free)


def in_gsm(text: str) -> str:
    """Return `text` with marks that GSM has, if that is all it lacks; otherwise `text` as it is."""
    plain = _GUILLEMETS.sub('"', text).translate(_SAME_MARK)
    return plain if segments(plain).alphabet == "GSM-7" else text


def on_x(text: str) -> int:
    """Return the weighted length as X counts it, of 280: a link is 23, an emoji 2, most letters of Europe 1."""
    rest, links = _without_links(text)
    return links + sum(_x_weight(grapheme) for grapheme in _GRAPHEME.findall(rest))


def on_mastodon(text: str) -> int:
    """Return the length as Mastodon counts it, of 500: what a person sees as one character; a link is 23.

    The server's part of a mention, which Mastodon does not count, is counted here.
    """
    rest, links = _without_links(text)
    return links + len(_GRAPHEME.findall(rest))


def on_bluesky(text: str) -> int:
    """Return the length as Bluesky counts it, of 300: what a person sees as one character, links in full.

    A post may also not be over 3,000 bytes (lexicon app.bsky.feed.post), so ten bytes count as one at least.
    """
    return max(len(_GRAPHEME.findall(text)), math.ceil(len(text.encode()) / 10))


def _without_links(text: str) -> tuple[str, int]:
    sizes = [_LINK if "://" in found else max(_LINK, len(found)) for found in _LINKS.findall(text)]
    return _LINKS.sub("", text), sum(sizes)


def _x_weight(grapheme: str) -> int:
    if 0 < len(_EMOJI.findall(grapheme)) <= _MOST_JOINED:
        return 2
    return sum(1 if any(first <= ord(c) <= last for first, last in _X_SINGLE) else 2 for c in grapheme)
