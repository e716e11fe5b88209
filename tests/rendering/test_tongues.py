"""Words in several languages: every outlet in each of its own, and a language that lacks a story is named."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.facts import Stage
from bot.domain.refusals import Refusal
from bot.domain.translating import Typed, translated
from bot.rendering.catalogue import SHIPPED, BrokenTemplates
from bot.rendering.page import PageFrames, own_name
from bot.rendering.tongues import Tongues
from tests import abroad, builders
from tests.gallery_check import check
from tests.rendering.paper import ALL, Paper
from tests.rendering.test_page import entry

FRENCH = {
    "headline": "Le paiement échoue",
    "impact": "Le paiement par carte échoue.",
    "meanwhile": "Payez par virement.",
}
BOTH = Tongues(locales=("en", "fr"))


def test_each_outlet_is_rendered_in_its_languages_and_in_the_base_where_none_is_said() -> None:
    facts = translated(builders.facts(), Typed(locale="fr", texts=FRENCH))
    carried = {"email": ("en", "fr"), "status": ("fr",)}
    made = BOTH.render("outage/investigating", facts, builders.incident(), "u1", Stage.INVESTIGATING, ALL, carried)
    found = [(one.outlet, one.locale) for one in made]
    assert found == [("email", "en"), ("email", "fr"), ("slack", "en"), ("status", "fr"), ("webhook", "en")]
    by = {(one.outlet, one.locale): one for one in made}
    assert FRENCH["headline"] in by["email", "fr"].part("subject")
    assert FRENCH["headline"] not in by["email", "en"].part("subject")
    assert '"language": "en"' in by["webhook", "en"].part("json")


def test_english_alone_is_what_it_always_was_byte_for_byte() -> None:
    facts, about = builders.facts(), builders.incident()
    alone = Tongues().render("outage/investigating", facts, about, "u1", Stage.INVESTIGATING, ALL)
    both = BOTH.render("outage/investigating", facts, about, "u1", Stage.INVESTIGATING, ALL)
    assert alone == both
    assert {one.locale for one in alone} == {"en"}


def test_what_is_too_long_in_french_says_so() -> None:
    facts = translated(builders.facts(), Typed(locale="fr", texts={**FRENCH, "impact": "x" * 900}))
    short = Paper("email", {"text": 1_000})
    with pytest.raises(Refusal, match=r"^French: Email: the text would be") as told:
        BOTH.render(
            "outage/investigating", facts, builders.incident(), "u1", Stage.INVESTIGATING, [short],
            {"email": ("en", "fr")},
        )  # fmt: skip
    assert told.value.field == "impact"


def test_a_story_that_a_language_lacks_is_not_offered_and_its_language_is_named(tmp_path: Path) -> None:
    own = abroad.folder(tmp_path, "pl")
    (own / "en" / "payments").mkdir(parents=True)
    story = (SHIPPED / "en" / "outage" / "investigating.j2").read_text(encoding="utf-8")
    (own / "en" / "payments" / "investigating.j2").write_text(story, encoding="utf-8")
    words = Tongues((own, SHIPPED), ("en", "pl"))
    assert words.languages == ("en", "pl")
    assert "payments/investigating" not in [one.name for one in words.templates()]
    with pytest.raises(Refusal, match=r"no words in Polish for .* add pl/payments/investigating\.j2"):
        words.template("payments/investigating")


def test_a_language_without_any_words_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(BrokenTemplates, match="de"):
        Tongues((SHIPPED,), ("en", "de"))


def test_the_page_in_french_is_as_reviewed_and_leads_to_the_others() -> None:
    english = entry("outage/investigating", 12, 1, "2026-11-22T03:10:00+00:00")
    (french,) = BOTH.render(
        "outage/investigating",
        translated(builders.facts(), Typed(locale="fr", texts=FRENCH)),
        replace(builders.incident(), id="inc12", number=12),
        "u121",
        Stage.INVESTIGATING,
        [Paper("status")],
        {"status": ("fr",)},
    )
    told = {**english, "html": french.part("html"), "language": "fr"}
    links = (("en", "index.html"), ("fr", "index.fr.html"))
    drawn = PageFrames()([told], "fr", links)
    check("renditions/page-fr.html", drawn)
    assert '<html lang="fr">' in drawn
    assert '<a href="index.html" lang="en" hreflang="en">English</a>' in drawn
    assert PageFrames()([english], "en") == PageFrames()([english], "xx")


def test_a_language_calls_itself_by_its_own_name() -> None:
    assert [own_name(code) for code in ("en", "fr", "pl", "xx")] == ["English", "Français", "Polski", "xx"]
