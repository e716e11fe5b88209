"""What holds for every language beside English: the same form and facts, and no English left in it."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from bot.domain.facts import LONGEST_HEADLINE, Stage
from bot.outlets.slack_channel import SlackBroadcast
from bot.rendering.catalogue import BASE, SHIPPED
from bot.rendering.counting import segments
from bot.rendering.renderer import JinjaWords
from tests import builders
from tests.rendering.paper import Paper
from tests.rendering.tellings import LINK, OTHERS, tellings, vocabulary, words

# Words that English writes the same way.
SAME = {
    "fr": frozenset({"a", "cause", "correction", "message", "minutes", "place", "possible", "service"}),
    "it": frozenset({"a", "come", "data", "in", "password"}),
    "pl": frozenset({"a", "do", "problem", "to"}),
}
# What a sentence of another language may have inserted: times, lengths and choices, which nobody types.
INSERTED = re.compile(
    r"headline \| sentence|headline|next_update|labels\.confidence\[estimate\.confidence\]"
    r"|(?:estimate|window|before)\.\w+"
    r"|\"[^\"]+\" if settled else \"[^\"]+\""
)


@pytest.mark.parametrize("locale", OTHERS)
def test_every_story_is_there_and_asks_for_the_same_facts(locale: str) -> None:
    def form(language: JinjaWords) -> list[tuple[object, ...]]:
        templates = (*language.templates(), *language.planned_templates())
        return [(t.name, t.stage, t.planned, t.severities, t.fields, sorted(t.defaults)) for t in templates]

    assert form(words(locale)) == form(words(BASE))


@pytest.mark.parametrize("locale", OTHERS)
def test_a_head_says_only_what_differs_in_the_language(locale: str) -> None:
    for path in stories(locale):
        head = yaml.safe_load(path.read_text(encoding="utf-8").split("---")[1]) or {}
        assert set(head) <= {"defaults"}, path


@pytest.mark.parametrize("locale", OTHERS)
def test_no_english_word_is_left(locale: str) -> None:
    assert vocabulary(locale) & vocabulary(BASE) == SAME[locale]


@pytest.mark.parametrize("locale", OTHERS)
def test_what_people_type_stands_alone_because_nobody_can_inflect_it(locale: str) -> None:
    for path in (*stories(locale), *(SHIPPED / locale / "_partials").glob("*.j2")):
        for inserted in re.findall(r"\{\{\s*(.*?)\s*\}\}", path.read_text(encoding="utf-8")):
            assert INSERTED.fullmatch(inserted), (path, inserted)
        for line in path.read_text(encoding="utf-8").splitlines():
            assert line.find("{{ headline") <= line.find("{% block headline %}") + len("{% block headline %}"), path


@pytest.mark.parametrize("locale", OTHERS)
def test_every_letter_is_one_character_and_apostrophes_are_typographic(locale: str) -> None:
    for path in (SHIPPED / locale).rglob("*.*"):
        text = path.read_text(encoding="utf-8")
        assert text == unicodedata.normalize("NFC", text), path
        assert "'" not in text, path


@pytest.mark.parametrize("locale", OTHERS)
def test_no_text_has_a_hole_or_a_mark_too_many(locale: str) -> None:
    for telling in tellings(locale):
        for outlet, said in telling.said.items():
            assert not re.search(r"\(\s*\)|  |\.\.(?!\.)|,\.|;\.|\s[.,]|None|\{|\}", said), (telling, outlet)


@pytest.mark.parametrize("locale", OTHERS)
def test_one_apology_at_the_end_and_none_before_except_for_our_own_mistake(locale: str) -> None:
    sorry = re.compile("excus|désol|regrett|scus|dispiace|przepras|przykro", re.IGNORECASE)
    for telling in tellings(locale):
        owed = {"correction": 2}.get(telling.template.split("/")[1], 1)
        assert len(sorry.findall(telling.said["email"])) <= owed, telling


@pytest.mark.parametrize(
    ("locale", "headline", "more"),
    [
        ("fr", "Les paiements par carte échouent dans l’UE", "Message complet : "),
        ("it", "I pagamenti con carta non riescono nell’UE", "Testo completo: "),
    ],
)
def test_a_text_message_keeps_to_the_letters_of_gsm_and_to_two_segments(locale: str, headline: str, more: str) -> None:
    for telling in tellings(locale, headline):
        said = telling.said["sms"]
        taken = segments(said)
        assert (taken.alphabet, taken.segments <= 2) == ("GSM-7", True), (telling.template, said)
        assert said.endswith(more + LINK)


@pytest.mark.parametrize("locale", [BASE, *OTHERS])
def test_a_drill_leaves_room_for_the_longest_headline_in_slack(locale: str) -> None:
    slack = (Paper("slack", SlackBroadcast.limits.parts),)
    drill = builders.incident(drill=True)
    for name in ("investigating", "identified", "monitoring", "resolved", "correction"):
        template = words(locale).template(f"outage/{name}")
        base = builders.restored() if name == "resolved" else builders.facts()
        given = tuple((f.name, "x") for f in template.fields)
        facts = replace(base, headline="x" * LONGEST_HEADLINE, fields=given)
        stage = template.stage or Stage.IDENTIFIED
        (made,) = words(locale).render(template.name, facts, drill, "upd1", stage, slack)
        assert made.part("headline").endswith(facts.headline)


def stories(locale: str) -> Iterator[Path]:
    """The story files of a language."""
    return (p for p in (SHIPPED / locale).glob("*/*.j2") if not p.parent.name.startswith("_"))
