"""Polish: plural forms and genitive months by CLDR, nobody addressed by a pronoun, no letter without its mark."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.rendering.catalogue import SHIPPED
from bot.rendering.counting import segments
from bot.rendering.labels import read_labels
from bot.rendering.shortening import MOST_SEGMENTS
from bot.rendering.times import length, moment
from bot.rendering.words import counted
from tests.rendering.tellings import LINK, tellings, vocabulary, words

HEADLINE = "Płatności kartą w UE się nie udają"
MONTHS = (
    *("stycznia", "lutego", "marca", "kwietnia", "maja", "czerwca"),
    *("lipca", "sierpnia", "września", "października", "listopada", "grudnia"),
)
ADDRESSED = {"ty", "cię", "ciebie", "ci", "tobie", "twój", "twoja", "twoje", "twoich", "wy", "was", "wam", "wasz"}
ADDRESSED |= {"wasza", "wasze", "pan", "pana", "panu", "pani", "panią", "państwo", "państwa", "państwu", "możesz"}
ADDRESSED |= {"możecie", "musisz", "musicie", "sprawdź", "spróbuj", "zapisz"}


@pytest.mark.parametrize(
    ("lasts", "said"),
    [
        (timedelta(minutes=1), "1 minuta"),
        (timedelta(minutes=22), "22 minuty"),
        (timedelta(minutes=25), "25 minut"),
        (timedelta(hours=1), "1 godzina"),
        (timedelta(hours=2), "2 godziny"),
        (timedelta(hours=5), "5 godzin"),
        (timedelta(hours=12), "12 godzin"),
        (timedelta(hours=22), "22 godziny"),
        (timedelta(hours=14, minutes=34), "14 godzin i 34 minuty"),
        (timedelta(days=1, hours=21, minutes=1), "1 dzień, 21 godzin i 1 minuta"),
        (timedelta(days=2, minutes=13), "2 dni i 13 minut"),
    ],
)
def test_lengths_take_the_plural_form_of_their_number(lasts: timedelta, said: str) -> None:
    assert length(lasts, "pl") == said


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "0 zgłoszeń"),
        (1, "1 zgłoszenie"),
        (2, "2 zgłoszenia"),
        (4, "4 zgłoszenia"),
        (5, "5 zgłoszeń"),
        (11, "11 zgłoszeń"),
        (12, "12 zgłoszeń"),
        (14, "14 zgłoszeń"),
        (21, "21 zgłoszeń"),
        (22, "22 zgłoszenia"),
        (112, "112 zgłoszeń"),
        (1002, "1002 zgłoszenia"),
    ],
)
def test_a_template_counts_with_all_polish_forms(number: int, said: str) -> None:
    forms = {"one": "# zgłoszenie", "few": "# zgłoszenia", "many": "# zgłoszeń", "other": "# zgłoszenia"}
    assert counted("pl", number, **forms).replace("\u00a0", "") == said


def test_a_template_that_forgets_a_form_is_told_which() -> None:
    with pytest.raises(ValueError, match="few, many"):
        counted("pl", 3, one="# zgłoszenie", other="# zgłoszenia")


@pytest.mark.parametrize("month", range(1, 13))
def test_a_date_has_its_month_in_the_genitive(month: int) -> None:
    labels, problems = read_labels((SHIPPED,), "pl")
    when = datetime(2026, month, 8, 1, 45, tzinfo=UTC)
    assert problems == []
    said = moment(when, ZoneInfo("UTC"), "pl", str(labels["moment"]))
    assert said == f"8 {MONTHS[month - 1]} 2026 o godz. 01:45 UTC"


def test_times_read_as_in_polish() -> None:
    said = {t.case: t.said["email"] for t in tellings("pl") if t.template == "outage/identified"}
    assert "wrócą do normalnego działania 8 maja 2026 między godz. 01:00 a 02:00 UTC (stopień" in said["one day"]
    assert "między 8 maja 2026 o godz. 01:00 UTC a 9 maja 2026 o godz. 06:00 UTC (stopień" in said["two days"]
    assert "Kolejną informację podamy najpóźniej 8 maja 2026 o godz. 01:45 UTC." in said["unknown"]


def test_customers_are_asked_politely_and_without_a_pronoun() -> None:
    assert vocabulary("pl") & ADDRESSED == set()


def test_every_word_is_written_with_polish_letters() -> None:
    allowed = set("aąbcćdeęfghijklłmnńoóprsśtuwyzźż")
    assert {word for word in vocabulary("pl") if set(word) - allowed} == set()


def test_a_word_that_also_stands_without_its_mark_is_another_form_of_it() -> None:
    plain = str.maketrans("ąćęłńóśźż", "acelnoszz")
    marked = {word.translate(plain): word for word in vocabulary("pl") if word.translate(plain) != word}
    pairs = {(word, marked[word]) for word in vocabulary("pl") if word in marked}
    assert pairs == {("kolejna", "kolejną"), ("naprawa", "naprawą")}


def test_a_text_message_keeps_its_letters_and_its_sentence_beside_a_usual_headline() -> None:
    for telling in tellings("pl", HEADLINE):
        said = telling.said["sms"]
        taken = segments(said)
        assert (taken.alphabet, taken.segments <= MOST_SEGMENTS) == ("UCS-2", True), (telling.template, said)
        assert said.endswith(f" Pełna treść: {LINK}")
        story = next(t for t in words("pl").templates() + words("pl").planned_templates() if t.name == telling.template)
        between = said.split(f"{HEADLINE}. ")[1].removesuffix(f" Pełna treść: {LINK}")
        assert story.planned or not between.startswith("Kolejną informację"), (telling.template, said)
