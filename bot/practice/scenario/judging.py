"""Waits for what must be true: on people's screens, at the loopback ends, on the status page.

It refuses to be content with too much: "exactly once" is not met by twice, and no text that differs from what was
approved by a single byte is met by anything.
"""

from collections.abc import Callable

from bot.domain.languages import name_of
from bot.practice.outside import MAIL, Outside
from bot.practice.readable import Reader, plain
from bot.practice.scenario.patience import DidNotHappen, NotYet, until
from bot.practice.scenario.screens import Screens, Sheet
from bot.practice.scenario.script import Expectation, PageShows, Published, Reads, Seen, Sight
from bot.practice.slack_standin import SlackStandIn
from bot.rendering.visible import lines

_MOST_SHOWN = 3


class Judge:
    """Judges expectations. `since` is when each person last did something."""

    def __init__(
        self,
        *,
        standin: SlackStandIn,
        reader: Reader,
        screens: Screens,
        outside: Outside,
        since: dict[str, float],
        alive: Callable[[], None],
    ) -> None:
        self._standin = standin
        self._reader = reader
        self._screens = screens
        self._outside = outside
        self._since = since
        self._alive = alive

    async def judge(self, expected: Expectation, within: float) -> None:
        """Return once it is true. Raises DidNotHappen."""
        words = spoken(expected)
        if isinstance(expected, Published):
            if not expected.counts:
                await self._require_nothing(words)
                return
            await until(lambda: self._published(expected, words), words, within, self._alive)
        elif isinstance(expected, PageShows):
            await until(lambda: self._page(expected), words, within, self._alive)
        elif isinstance(expected, Reads):
            await until(lambda: self._letter(expected), words, within, self._alive)
        elif expected.sight is Sight.IS_NOTIFIED:
            await until(lambda: self._notified(expected), words, within, self._alive)
        elif expected.sight is Sight.DOES_NOT_SEE:
            await until(lambda: self._unseen(expected, words), words, within, self._alive)
        else:
            await until(lambda: self._seen(expected), words, within, self._alive)

    # ------------------------------------------------------------ people

    async def _seen(self, expected: Seen) -> None:
        sheets = self._screens.sheets(expected.who, expected.where)
        if expected.sight is not Sight.SEES:
            after = self._since.get(expected.who, 0.0)
            sheets = [sheet for sheet in sheets if sheet.alone and sheet.at > after]
        if not any(_shows_all(sheet, expected.texts) for sheet in sheets):
            raise NotYet(_newest(sheets))

    async def _unseen(self, expected: Seen, words: str) -> None:
        # A place that is not there shows nothing to anybody: it is misspelt, or not opened yet.
        for sheet in self._screens.sheets(expected.who, expected.where):
            if any(plain(text) in plain("\n".join(sheet.lines)) for text in expected.texts):
                raise DidNotHappen(words, _newest([sheet]))

    async def _notified(self, expected: Seen) -> None:
        texts = [self._reader.notification(one.text) for one in self._standin.notifications(expected.who)]
        if not any(all(plain(text) in plain(one) for text in expected.texts) for one in texts):
            raise NotYet("; ".join(texts[-_MOST_SHOWN:]) or "no notification at all")

    # ------------------------------------------------------------ outside

    async def _published(self, expected: Published, words: str) -> None:
        if wrong := await self._outside.unapproved():
            raise DidNotHappen(words, wrong)
        approved = [one for one in await self._outside.approved() if one.update == expected.update]
        if not approved:
            raise NotYet(f"update {expected.update} has not been approved")
        newest = max(one.incident for one in approved)
        parts = {(one.outlet, one.parts) for one in approved if one.incident == newest}
        arrived = [one for one in await self._outside.arrivals() if (one.outlet, one.parts) in parts]
        seen = {outlet: [one for one in arrived if one.outlet == outlet] for outlet, _ in expected.counts}
        counted = ", ".join(f"{outlet} {len(found)}" for outlet, found in seen.items())
        if any(len(seen[outlet]) > count for outlet, count in expected.counts):
            raise DidNotHappen(words, counted)
        if any(len(seen[outlet]) < count for outlet, count in expected.counts):
            raise NotYet(counted)
        for one in arrived:
            for text in expected.says:
                if plain(text) not in plain(" ".join(lines(one.text)) + one.text):
                    raise DidNotHappen(f"{one.outlet} says “{text}”", one.text)

    async def _require_nothing(self, words: str) -> None:
        if arrived := await self._outside.arrivals():
            raise DidNotHappen(words, "; ".join(f"{one.outlet}: {one.parts[0]}" for one in arrived))

    async def _page(self, expected: PageShows) -> None:
        page = " ".join(lines(await self._page_in(expected.language)))
        for text in expected.texts:
            if (plain(text) in plain(page)) is not expected.shown:
                raise NotYet(page or "nothing is published there yet")

    async def _page_in(self, language: str) -> str:
        """Return the status page in a language; the base language's has no name of its own. Raises NotYet."""
        first = await self._outside.status_page()
        if not language or not first or f'<html lang="{language}"' in first:
            return first
        if not (page := await self._outside.status_page(f"/index.{language}.html")):
            raise NotYet(f"there is no status page in {name_of(language)}")
        return page

    async def _letter(self, expected: Reads) -> None:
        got = [one for one in await self._outside.arrivals() if one.outlet == MAIL and one.to == expected.address]
        words = " ".join(lines(got[-1].text)) if got else ""
        if not got or not all(plain(text) in plain(words) for text in expected.texts):
            raise NotYet(words or "no letter has come")


def spoken(expected: Expectation) -> str:
    """Return an expectation in words."""
    if isinstance(expected, Published):
        counts = ", ".join(f"{outlet} {count}" for outlet, count in expected.counts)
        return f"update {expected.update} published, exactly: {counts}" if counts else "nothing is published"
    texts = " and ".join(f"“{text}”" for text in expected.texts)
    if isinstance(expected, PageShows):
        where = f" in {name_of(expected.language)}" if expected.language else ""
        return f"the status page{where} {'shows' if expected.shown else 'does not show'} {texts}"
    if isinstance(expected, Reads):
        return f"{expected.address} reads {texts}"
    return f"{expected.who} {expected.sight}{f' in {expected.where}' if expected.where else ''} {texts}"


def _shows_all(sheet: Sheet, texts: tuple[str, ...]) -> bool:
    shown = plain("\n".join(sheet.lines))
    return all(plain(text) in shown for text in texts)


def _newest(sheets: list[Sheet]) -> str:
    if not sheets:
        return "nothing"
    return "\n".join(f"{sheet.place}: {' / '.join(sheet.lines)}" for sheet in sheets[-_MOST_SHOWN:])
