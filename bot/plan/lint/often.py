"""How often customers hear, as words promise it, in the four languages that templates are written in.

It refuses to guess: what names no time ("regularly", "soon") promises none.
"""

import re
from collections.abc import Iterator
from datetime import timedelta

_HOUR = timedelta(hours=1)
# How people write small numbers; larger ones are written in digits.
_NUMBERS = {
    word: count
    for count, words in {
        1: "one once une un una jeden jedną raz",
        2: "two twice deux due dwa dwie",
        3: "three thrice trois tre trzy",
        4: "four quatre quattro cztery",
        5: "five cinq cinque pięć",
        6: "six sei sześć",
        8: "eight huit otto osiem",
        10: "ten dix dieci dziesięć",
        12: "twelve douze dodici dwanaście",
        15: "fifteen quinze quindici piętnaście",
        20: "twenty vingt venti dwadzieścia",
        30: "thirty trente trenta trzydzieści",
        40: "forty quarante quaranta czterdzieści",
        45: "forty-five quarante-cinq quarantacinque",
        60: "sixty soixante sessanta sześćdziesiąt",
    }.items()
    for word in words.split()
}
_NUMBER = r"\d{1,3}|" + "|".join(sorted(_NUMBERS, key=len, reverse=True))
_UNIT = (
    r"(?P<unit>minut\w*|min|hours?|h|heures?|or[ae]|godzin\w*|kwadrans\w*"
    r"|days?|jours?|giorn[oi]|dni|dzień|dob[ęy])\b"
)
# "every 30 minutes", "within the hour", "tous les quarts d'heure", "ogni mezz'ora", "co kwadrans"
_EVERY = re.compile(
    r"\b(?:every|each|within|toutes?(?: les)?|tous les|chaque|dans(?: les)?|sous|d['’]ici|ogni|entro|co|w ciągu)\s+"
    r"(?:the\s+|l['’])?"
    rf"(?:(?P<count>{_NUMBER})\s+"
    r"|(?P<half>half[\s-]an\s|half[\s-]|demi-|mezz['’]|mezza |pół\s)\s*"
    r"|(?P<quarter>(?:a )?quarter(?: of)?[\s-](?:an |of an )?|quarts? d['’]|(?:un )?quarto d['’])\s*"
    rf"|(?:(?:an|a)\s+|un['’]\s*)?){_UNIT}",
    re.IGNORECASE,
)
# "twice an hour", "deux fois par heure", "due volte all'ora", "dwa razy na godzinę"
_TIMES = re.compile(
    rf"\b(?P<count>(?:{_NUMBER})\s+(?:times|fois|volt[ae]|razy)|once|twice|thrice|raz)\s+"
    rf"(?:(?:an?|per|each|every|par|ogni|na|w ciągu)\s+|all['’]|al\s+|à l['’]){_UNIT}",
    re.IGNORECASE,
)
_HOURLY = re.compile(r"\b(?P<half>half[\s-])?hourly\b", re.IGNORECASE)


def promises_in(text: str) -> list[tuple[str, timedelta]]:
    """Return the words of a text that promise how often customers hear, with the time that they promise."""
    found = sorted(_found(text), key=lambda one: (one[0].start(), -one[0].end()))
    kept: list[tuple[str, timedelta]] = []
    end = 0
    for match, every in found:
        if match.start() >= end and every:  # "once every hour" is one promise
            kept.append((match[0].strip(), every))
            end = match.end()
    return kept


def _found(text: str) -> Iterator[tuple[re.Match[str], timedelta]]:
    for match in _EVERY.finditer(text):
        share = 2 if match["half"] else 4 if match["quarter"] else 1
        yield match, _unit(match["unit"]) * _count(match["count"] or "1") / share
    for match in _TIMES.finditer(text):
        count = _count(match["count"].split()[0])
        yield match, _unit(match["unit"]) / count if count else timedelta()
    for match in _HOURLY.finditer(text):
        yield match, _HOUR / 2 if match["half"] else _HOUR


def _count(written: str) -> int:
    return int(written) if written.isdecimal() else _NUMBERS[written.lower()]


def _unit(written: str) -> timedelta:
    said = written.lower()
    if said.startswith("min"):
        return timedelta(minutes=1)
    if said.startswith("kwadrans"):
        return timedelta(minutes=15)
    return timedelta(days=1) if said[0] in "dj" or said.startswith("giorn") else _HOUR
