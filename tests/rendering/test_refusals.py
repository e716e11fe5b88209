"""A draft that lacks something, or does not fit, is refused by name, and never cut."""

import pytest

from bot.domain.facts import Stage
from bot.domain.refusals import Refusal
from tests import builders
from tests.rendering.paper import ALL, WORDS, Paper, facts_for, layout, render


def refused(template: str, outlets: tuple[Paper, ...] = ALL, **changes: object) -> Refusal:
    with pytest.raises(Refusal) as caught:
        render(template, facts_for(template, **changes), outlets)
    return caught.value


@pytest.mark.parametrize(
    ("template", "field", "label"),
    [
        ("outage/resolved", "summary", "What was wrong, and what was done"),
        ("outage/correction", "correction", "What was wrong in the earlier update"),
    ],
)
@pytest.mark.parametrize("typed", [None, "", " \n ", "\u200e\x00"])
def test_a_missing_field_is_named(template: str, field: str, label: str, typed: str | None) -> None:
    refusal = refused(template, fields=() if typed is None else ((field, typed),))
    assert (refusal.code, refusal.field) == ("missing_field", field)
    assert label in refusal.sentence


def test_a_field_longer_than_its_template_allows_is_refused() -> None:
    refusal = refused("outage/identified", fields=(("cause", "x" * 601),))
    assert (refusal.code, refusal.field) == ("too_long", "cause")
    assert "601" in refusal.sentence
    assert "600" in refusal.sentence


@pytest.mark.parametrize(
    ("name", "part", "limit", "field"),
    [
        ("slack", "headline", 40, "headline"),
        ("slack", "body", 300, "impact"),
        ("email", "subject", 40, "headline"),
        ("email", "text", 300, "impact"),
        ("email", "html", 300, "impact"),
        ("status", "html", 300, "impact"),
        ("status", "json", 300, "impact"),
        ("webhook", "json", 300, "impact"),
    ],
)
def test_too_long_is_refused_by_outlet_with_count_and_limit(name: str, part: str, limit: int, field: str) -> None:
    facts = facts_for("outage/investigating", impact="Paying fails. " * 30)
    whole = render("outage/investigating", facts, layout(name))[name].part(part)
    with pytest.raises(Refusal) as caught:
        render("outage/investigating", facts, (Paper(name, {part: limit}),))
    assert (caught.value.code, caught.value.field) == ("too_long", field)
    assert caught.value.sentence.startswith(name.title())
    assert f"{len(whole):,} characters" in caught.value.sentence
    assert f"at most {limit:,}" in caught.value.sentence


@pytest.mark.parametrize("spare", [0, 1])
def test_a_text_that_just_fits_is_left_whole(spare: int) -> None:
    facts = facts_for("outage/investigating")
    whole = render("outage/investigating", facts)["slack"]
    limits = {name: len(text) + spare for name, text in whole.parts}
    assert render("outage/investigating", facts, (Paper("slack", limits),))["slack"] == whole


@pytest.mark.parametrize("zone", ["", "Mars/Base", "../etc/passwd", "/etc/passwd", "America", "a\x00b", "\ud800"])
def test_an_unknown_zone_is_refused(zone: str) -> None:
    refusal = refused("outage/investigating", zone=zone)
    assert (refusal.code, refusal.field) == ("unknown_zone", "zone")


@pytest.mark.parametrize("name", ["outage/nothing", "../../etc/passwd", "", "outage"])
def test_an_unknown_template_is_refused(name: str) -> None:
    with pytest.raises(Refusal) as caught:
        WORDS.template(name)
    assert caught.value.code == "no_such_template"
    with pytest.raises(Refusal):
        WORDS.render(name, builders.facts(), builders.incident(), "u", Stage.INVESTIGATING, ALL)


@pytest.mark.parametrize("stem", ["fax", "status.page", "_text", "../layouts/status"])
def test_an_outlet_without_a_layout_is_refused_by_label(stem: str) -> None:
    refusal = refused("outage/investigating", (Paper(stem),))
    assert refusal.code == "broken_layout"
    assert stem.title() in refusal.sentence
