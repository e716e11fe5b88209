"""Italian: articles that a date would change are never there, nobody is addressed as tu, voi or Lei."""

import re
from datetime import timedelta

import pytest

from bot.rendering.times import length
from tests.rendering.tellings import tellings, vocabulary

ADDRESSED = {"tu", "te", "ti", "tuo", "tua", "tuoi", "tue", "voi", "vi", "vostro", "vostra", "vostri", "vostre"}
ADDRESSED |= {
    "lei",
    "suo",
    "sua",
    "suoi",
    "sue",
    "può",
    "puoi",
    "potete",
    "deve",
    "devi",
    "dovete",
    "riprova",
    "riprovate",
}


def test_the_hour_always_follows_ore_so_that_one_o_clock_needs_no_article_of_its_own() -> None:
    for telling in tellings("it"):
        said = telling.said["email"]
        assert re.findall(r"\d\d:\d\d", said) == re.findall(r"(?<=\bore )\d\d:\d\d", said), telling


def test_no_article_stands_before_a_date_because_the_eighth_and_eleventh_would_change_it() -> None:
    for telling in tellings("it"):
        assert not re.search(r"\b(?:il|lo|al|dal|del|nel|sul|l’|all’|dell’|dall’)\s?8 maggio", telling.said["email"])


def test_customers_are_asked_without_being_addressed() -> None:
    found = {word for word in vocabulary("it") if word in ADDRESSED - {"può"}}
    assert found == set()
    for telling in tellings("it"):
        assert re.findall(r"\b\w+ può\b", telling.said["email"].lower()) in ([], ["si può"], ["si può"] * 2), telling


def test_accents_are_those_that_italian_has() -> None:
    foreign = {word for word in vocabulary("it") if set(word) - set("abcdefghilmnopqrstuvzàèéìòù")}
    assert foreign == {"password"}  # what Italians call it
    assert [w for w in vocabulary("it") if w.endswith(("chè", "trè", "pò"))] == []


@pytest.mark.parametrize(
    ("lasts", "said"),
    [
        (timedelta(hours=1), "1 ora"),
        (timedelta(hours=2, minutes=1), "2 ore e 1 minuto"),
        (timedelta(days=1, minutes=30), "1 giorno e 30 minuti"),
        (timedelta(days=2, hours=3, minutes=15), "2 giorni, 3 ore e 15 minuti"),
    ],
)
def test_lengths_have_their_plural(lasts: timedelta, said: str) -> None:
    assert length(lasts, "it") == said


def test_times_read_as_in_italian() -> None:
    said = next(t for t in tellings("it") if (t.template, t.case) == ("outage/identified", "two days")).said["email"]
    assert "tra le ore 01:00 UTC (8 maggio 2026) e le ore 06:00 UTC (9 maggio 2026); attendibilità" in said
    assert "Forniremo nuove informazioni entro le ore 01:45 UTC (8 maggio 2026)." in said
