"""Every scenario, stage, language and outlet: as reviewed, complete, within limits, and the same facts in all."""

import re

import pytest

from bot.domain.facts import Stage
from bot.domain.maintenance import PlannedStage
from bot.domain.refusals import Refusal
from bot.rendering.shortening import ROOMS
from tests.gallery_check import check
from tests.rendering.matrix import NARROW, PAGE_URL, PAPERS, ROOMY, SHORT, Cell, cells, locales, realistic, words
from tests.rendering.sheet import sheet

SCENARIOS = ("outage", "degraded", "partial", "security", "data", "third-party", "maintenance", "disaster-recovery")
ASKED = ("headline", "impact", "meanwhile")


@pytest.mark.parametrize("locale", locales())
def test_every_scenario_has_words_for_every_stage(locale: str) -> None:
    made = words(locale)
    wanted = {(s, stage) for s in SCENARIOS for stage in (*Stage, None)}
    assert {(t.scenario, t.stage) for t in made.templates()} == wanted
    assert tuple(t.planned for t in made.planned_templates()) == tuple(PlannedStage)
    assert [t.name for t in made.templates()] == [t.name for t in words("en").templates()]


@pytest.mark.parametrize("locale", locales())
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_what_customers_read_is_as_reviewed(locale: str, scenario: str) -> None:
    check(f"renditions/{locale}/{scenario}.txt", sheet([c for c in cells(locale) if c.template.scenario == scenario]))


@pytest.mark.parametrize("locale", locales())
def test_what_people_really_write_fits_every_outlet(locale: str) -> None:
    for cell in cells(locale):
        made = realistic(locale)[cell.template.name]
        assert set(made) == {paper.layout for paper in PAPERS}
        for paper in SHORT:
            assert PAGE_URL in made[paper.layout].part("text")
            assert cell.realistic().headline.rstrip(".") in made[paper.layout].part("text").replace("'", "’")


@pytest.mark.parametrize("locale", locales())
def test_the_longest_that_the_form_takes_fits_or_is_refused_by_the_name_of_a_field(locale: str) -> None:
    for cell in cells(locale):
        facts = cell.longest()
        made = {**cell.render(facts, ROOMY), **cell.render(facts, SHORT)}
        if cell.template.planned is None:
            with pytest.raises(Refusal) as refused:
                cell.render(facts, NARROW)
            assert refused.value.code == "too_long"
            assert refused.value.field in {*ASKED, *(f.name for f in cell.template.fields)}
        for paper in PAPERS:
            for part, text in made[paper.layout].parts if paper.layout in made else ():
                assert len(text) <= paper.limits.parts.get(part, len(text))


@pytest.mark.parametrize("locale", locales())
def test_slack_takes_a_thousand_characters_in_each_of_the_two_long_fields(locale: str) -> None:
    for cell in cells(locale):
        fields = {f.name: "x" * 150 for f in cell.template.fields}
        facts = cell.filled("x" * 120, "x" * 1_000, "x" * 1_000, fields)
        assert set(cell.render(facts, NARROW)) == {"slack", "internal"}


@pytest.mark.parametrize("locale", locales())
def test_a_text_message_and_a_post_hold_the_longest_headline_whole(locale: str) -> None:
    for cell in cells(locale):
        for letter in ("x", "é", "ł"):
            facts = cell.longest(letter)
            for layout, rendition in cell.render(facts, SHORT).items():
                text = rendition.part("text")
                assert facts.headline in text
                assert text.endswith(PAGE_URL)
                assert ROOMS[layout].count(text) <= ROOMS[layout].most


@pytest.mark.parametrize("locale", locales())
def test_only_the_internal_layout_has_the_workaround(locale: str) -> None:
    secret = "Ask Bo for the override code."
    seen = 0
    for cell in cells(locale):
        if not any(f.inside for f in cell.template.fields):
            continue
        facts = cell.realistic()
        given = tuple((n, secret if n == "workaround" else v) for n, v in facts.fields)
        filled = cell.filled(facts.headline, facts.impact, facts.meanwhile, dict(given))
        told = {layout: str(r.parts) for layout, r in cell.render(filled).items()}
        assert {layout for layout, text in told.items() if secret in text} == {"internal"}
        seen += 1
    assert seen == 3 * len(SCENARIOS)


@pytest.mark.parametrize("locale", locales())
def test_no_language_lends_words_to_another(locale: str) -> None:
    """Where a heading or a sentence is the same in two languages, somebody forgot to write it."""
    if locale == "en":
        return
    for cell in cells(locale):
        facts = cell.filled("H", "I", "M", {f.name: "F" for f in cell.template.fields})
        own, english = (Cell(one, cell.template).render(facts)["email"].part("text") for one in (locale, "en"))
        same = set(own.split("\n")) & set(english.split("\n")) - {"", "H", "I", "M", "F"}
        assert same == set(), (cell.template.name, same)


@pytest.mark.parametrize("locale", locales())
def test_every_language_says_the_same_times_and_numbers(locale: str) -> None:
    for cell in cells(locale):
        facts = cell.filled("H", "I", "M", {f.name: "F" for f in cell.template.fields})
        own, english = (Cell(one, cell.template).render(facts) for one in (locale, "en"))
        for layout, rendition in english.items():
            said, meant = (words("en").readable(r) for r in (own[layout], rendition))
            assert set(re.findall(r"\d+", said)) == set(re.findall(r"\d+", meant)), (cell.template.name, layout)
