"""The texts of an update as an approver reads them: which outlets say the same, what each adds, and pages.

It refuses to lose anything: pages put together are the text again, to the character. What the card leaves out
is said by the card, and Approve is then not on it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from bot.domain.languages import languages_of
from bot.domain.update import Planned, Rendition, Update

Readable = Callable[[Rendition], str]
# A section takes 3,000 characters (Slack docs) and Slack counts an emoji as two or more; half of it is safe.
PIECE = 1_400
# Eight pieces a page: far under 100 blocks, and under 250 kB even where JSON spells each emoji in 12 bytes.
PIECES_ON_PAGE = 8
# An outlet that differs from the common text by less than this share of its own is shown as that difference.
_NEAR = 0.4
# Comparing every text with every other grows with the square; a card never shows more whole ones than this.
_MOST_COMPARED = 8
_MANY_LANGUAGES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """One text on the card and the outlets that carry it. Not `whole`: only `adds` and `lacks` are shown."""

    planned: tuple[Planned, ...]
    text: str
    whole: bool = True
    adds: str = ""
    lacks: str = ""
    among: tuple[Planned, ...] = ()  # all shares of the update, where they are in several languages


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of one outlet's text, in pieces that fit a section. `part` counts from 1 within the outlet."""

    planned: Planned
    pieces: tuple[str, ...]
    part: int
    parts: int
    unseen: tuple[tuple[str, int], ...] = ()  # parts of the rendition that are not spelled out: name, characters
    also: tuple[Planned, ...] = ()  # other outlets with the very same text
    beside: tuple[Passage, ...] = ()  # outlets whose text is nearly this one: drawn as what is different

    @property
    def closes(self) -> bool:
        """Whether the outlet's text ends here."""
        return self.part == self.parts


def passages(update: Update, texts: Mapping[str, Rendition], readable: Readable) -> tuple[Passage, ...] | None:
    """Return the texts that are not clipped, each once, the common one first; None if one of them is missing."""
    if any(planned.rendition not in texts for planned in update.latest.planned):
        return None
    found = tuple(p for locale in languages_of(update) for p in _in_language(update, locale, texts, readable))
    several = len(languages_of(update)) > 1
    return tuple(replace(p, among=update.latest.planned) for p in found) if several else found


def _in_language(
    update: Update, locale: str, texts: Mapping[str, Rendition], readable: Readable
) -> tuple[Passage, ...]:
    by_text: dict[str, list[Planned]] = {}
    for planned in update.latest.planned:
        if planned.locale == locale and not planned.clipped:
            by_text.setdefault(readable(texts[planned.rendition]).strip(), []).append(planned)
    if not by_text:
        return ()
    common = _commonest(tuple(by_text))
    first = Passage(planned=tuple(by_text.pop(common)), text=common)
    return (first, *(_beside(common, text, tuple(planned)) for text, planned in by_text.items()))


def pages(update: Update, texts: Mapping[str, Rendition], readable: Readable) -> tuple[Page, ...]:
    """Return every outlet's text in full, page by page, language by language. Raises KeyError if a text is missing."""
    if apart_from_card(update):
        return tuple(page for locale in languages_of(update) for page in _gathered(update, locale, texts, readable))
    return tuple(
        page
        for locale in languages_of(update)
        for planned in update.latest.planned
        if planned.locale == locale
        for page in _paged(planned, texts[planned.rendition], readable(texts[planned.rendition]))
    )


def apart_from_card(update: Update) -> tuple[str, ...]:
    """Return the languages that are not on the card: with three or more nobody finds its buttons on a phone.

    They are read page by page, a language on as few pages as can be.
    """
    spoken = languages_of(update)
    return spoken[1:] if len(spoken) >= _MANY_LANGUAGES else ()


def _gathered(update: Update, locale: str, texts: Mapping[str, Rendition], readable: Readable) -> Iterator[Page]:
    """Yield a language's pages: what most outlets say in full, and at its end how the others differ from it."""

    def read(planned: Planned) -> tuple[Page, ...]:
        return tuple(_paged(planned, texts[planned.rendition], readable(texts[planned.rendition])))

    found = _in_language(update, locale, texts, readable)
    near = tuple(replace(p, among=update.latest.planned) for p in found if not p.whole)
    for number, passage in enumerate(p for p in found if p.whole):
        first, *also = passage.planned
        *made, last = read(first)
        beside = near if number == 0 else ()
        others = (*also, *(planned for p in beside for planned in p.planned))
        unseen = (part for planned in others for page in read(planned) for part in page.unseen)
        yield from made
        yield replace(last, also=tuple(also), beside=beside, unseen=tuple(dict.fromkeys((*last.unseen, *unseen))))
    for planned in update.latest.planned:
        if planned.locale == locale and planned.clipped:
            yield from read(planned)


def split(text: str, longest: int = PIECE) -> tuple[str, ...]:
    """Return `text` in pieces of at most `longest` characters, cut after a line or a blank where there is one."""
    pieces: list[str] = []
    rest = text
    while len(rest) > longest:
        window = rest[:longest]
        # A cut very early would make many small pieces of a text with one long last line.
        cuts = (window.rfind("\n") + 1, window.rfind(" ") + 1, longest)
        cut = next(cut for cut in cuts if cut > longest // 4)
        pieces.append(rest[:cut])
        rest = rest[cut:]
    return (*pieces, rest) if rest or not pieces else tuple(pieces)


def _paged(planned: Planned, rendition: Rendition, text: str) -> Iterator[Page]:
    pieces = split(text)
    groups = [pieces[i : i + PIECES_ON_PAGE] for i in range(0, len(pieces), PIECES_ON_PAGE)]
    shown = _flat(text)
    unseen = tuple((name, len(part)) for name, part in rendition.parts if _flat(part) not in shown)
    for index, group in enumerate(groups):
        yield Page(planned=planned, pieces=group, part=index + 1, parts=len(groups), unseen=unseen)


def _commonest(texts: Sequence[str]) -> str:
    """Return the text that the others differ from least."""
    some = texts[:_MOST_COMPARED]
    return min(some, key=lambda text: sum(sum(map(len, _difference(text, other))) for other in some))


def _beside(common: str, text: str, planned: tuple[Planned, ...]) -> Passage:
    adds, lacks = _difference(common, text)
    if len(adds) + len(lacks) > _NEAR * len(text):
        return Passage(planned=planned, text=text)
    return Passage(planned=planned, text=text, whole=False, adds=adds, lacks=lacks)


def _difference(common: str, text: str) -> tuple[str, str]:
    """Return the lines that `text` has beyond `common`, and those that it lacks."""
    old = [line.strip() for line in common.splitlines() if line.strip()]
    new = [line.strip() for line in text.splitlines() if line.strip()]
    adds: list[str] = []
    lacks: list[str] = []
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind != "equal":
            lacks += old[i1:i2]
            adds += new[j1:j2]
    return "\n".join(adds), "\n".join(lacks)


def _flat(text: str) -> str:
    return " ".join(text.split())
