"""Reads what must then be true: what a person sees, what was published where, what the status page shows.

It refuses an expectation that can never fail: one without a text, a number or a person.
"""

import re

from bot.practice.outside import OUTLETS
from bot.practice.scenario.paper import Spot
from bot.practice.scenario.script import Expectation, PageShows, Published, Reads, Seen, Sight

_HINT = (
    "Expectations are: “<person> sees / does not see / is told / is refused / is notified”, “published”, "
    "“nothing is published”, “status page shows”, “status page does not show”, “status page in fr shows”, "
    "“<address> reads”."
)
_PAGE = re.compile(r"status page(?: in ([a-z]{2,3}(?:-[A-Z]{2})?))? (shows|does not show)")
_READS = " reads"
_WORDED = tuple(sorted(Sight, key=len, reverse=True))


def read(
    key: Spot,
    value: Spot,
    names: tuple[str, ...],
    addresses: tuple[str, ...] = (),
    languages: tuple[str, ...] = (),
) -> Expectation:
    """Read one expectation; `addresses` get letters, in `languages` (): those of a plan. Raises ScenarioMistake."""
    if key.text == "published":
        return _published(key, value)
    if key.text == "nothing is published":
        return Published(update=0, counts=())
    if page := _PAGE.fullmatch(key.text):
        if page[1] and languages and page[1] not in languages:
            raise key.wrong(f"nobody reads “{page[1]}” in this scenario; its languages are {', '.join(languages)}.")
        return PageShows(_texts(key, value), shown=page[2] == "shows", language=page[1] or "")
    if "@" in key.text and key.text.endswith(_READS):
        return Reads(_address(key, addresses), _texts(key, value))
    return _seen(key, value, names)


def _address(key: Spot, addresses: tuple[str, ...]) -> str:
    address = key.text.removesuffix(_READS)
    if address not in addresses:
        raise key.wrong(f"“{address}” gets no letters here; those who do are {', '.join(addresses) or 'nobody'}.")
    return address


def _seen(key: Spot, value: Spot, names: tuple[str, ...]) -> Seen:
    who, _, rest = key.text.partition(" ")
    if who not in names:
        raise key.wrong(f"“{key.text}” is not an expectation, and there is nobody called “{who}”. {_HINT}")
    sight = next((one for one in _WORDED if rest == one or rest.startswith(f"{one} in ")), None)
    if sight is None:
        raise key.wrong(f"“{rest}” is not something that can be expected of a person. {_HINT}")
    return Seen(who, sight, _texts(key, value), where=rest.removeprefix(sight).removeprefix(" in ").strip())


def _texts(key: Spot, value: Spot) -> tuple[str, ...]:
    texts = tuple(" ".join(one.text.split()) for one in value.items)
    if not all(texts) or not texts:
        raise key.wrong("a text is missing after the colon.")
    return texts


def _published(key: Spot, value: Spot) -> Published:
    update = 0
    counts: list[tuple[str, int]] = []
    says: tuple[str, ...] = ()
    for name, part in value.pairs:
        if name.text == "update":
            update = _number(part)
        elif name.text == "says":
            says = _texts(name, part)
        elif name.text in OUTLETS:
            counts.append((name.text, _number(part)))
        else:
            raise name.wrong(f"“{name.text}” is no outlet of the practice; there are {', '.join(OUTLETS)}.")
    if not update or not counts:
        raise key.wrong("say which update, and how often at which outlet: “update: 1”, “e-mail: 3”.")
    return Published(update, tuple(counts), says)


def _number(spot: Spot) -> int:
    if not re.fullmatch(r"\d{1,6}", spot.text):
        raise spot.wrong(f"“{spot.text}” is not a number.")
    return int(spot.text)
