"""Every template at every outlet, as reviewed; and what holds for all of them."""

import json
import re

import pytest

from bot.domain.facts import Estimate, EstimateKind
from bot.domain.update import Rendition
from bot.rendering.visible import lines, lines_beyond
from tests import builders
from tests.gallery_check import check
from tests.rendering.paper import ALL, LAYOUTS, STAGES, WORDS, facts_for, render

TEMPLATES = tuple(STAGES)


def test_templates_come_in_the_order_of_the_night() -> None:
    assert tuple(t.name for t in WORDS.templates())[: len(TEMPLATES)] == TEMPLATES


@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_rendition_is_as_reviewed(template: str, layout: str) -> None:
    rendition = render(template, facts_for(template))[layout]
    stem = f"renditions/{template.replace('/', '-')}.{layout}"
    texts = [f"[{name}]\n{text}" for name, text in rendition.parts if name not in ("html", "json")]
    if texts:
        check(f"{stem}.txt", "\n\n".join(texts))
    for name, text in rendition.parts:
        if name in ("html", "json"):
            check(f"{stem}.{name}", text)


def test_a_drill_says_so_everywhere() -> None:
    made = render("outage/investigating", facts_for("outage/investigating"), incident=builders.incident(drill=True))
    for rendition in made.values():
        assert "DRILL" in WORDS.readable(rendition)
        for name, text in rendition.parts:
            assert "DRILL" in text, (rendition.outlet, name)
    check("renditions/drill.slack.txt", WORDS.readable(made["slack"]))


@pytest.mark.parametrize("template", TEMPLATES)
def test_unknown_estimate_is_said_plainly(template: str) -> None:
    if template == "outage/resolved":
        pytest.skip("a resolved update is restored")
    facts = facts_for(template, estimate=Estimate(kind=EstimateKind.UNKNOWN))
    for rendition in render(template, facts).values():
        assert "We do not yet know when it will work again." in WORDS.readable(rendition)


@pytest.mark.parametrize("template", TEMPLATES)
def test_every_outlet_tells_impact_meanwhile_estimate_and_next_update(template: str) -> None:
    facts = facts_for(template)
    for rendition in render(template, facts).values():
        said = WORDS.readable(rendition)
        assert facts.headline in said
        assert facts.impact in said
        assert facts.meanwhile in said
        if template == "outage/resolved":
            assert "Service is restored." in said
            assert "No further update is planned." in said
        else:
            assert "between 05:00 and 06:00 CET (22 November 2026), with medium confidence" in said
            assert "We will write again by 04:45 CET (22 November 2026)." in said


@pytest.mark.parametrize("template", TEMPLATES)
def test_html_says_nothing_that_the_approver_does_not_read(template: str) -> None:
    for name in ("email", "status"):
        rendition = render(template, facts_for(template))[name]
        said = WORDS.readable(rendition)
        assert lines_beyond(rendition.part("html"), said) == ()
        told = rendition.part("text") if name == "email" else json.loads(rendition.part("json"))["text"]
        assert re.findall(r"\w+", " ".join(lines(rendition.part("html")))) == re.findall(r"\w+", told)


def test_readable_adds_what_only_the_html_says() -> None:
    html = '<p>Service is slow.</p><p>See <a href="https://evil.example/x">our page</a> &amp; wait</p>'
    rendition = Rendition(outlet="email", locale="en", parts=(("text", "Service is slow."), ("html", html)))
    assert WORDS.readable(rendition) == "Service is slow.\n\nSee https://evil.example/x our page & wait"


def test_rendering_again_gives_the_same_bytes() -> None:
    for template in TEMPLATES:
        first, again = (render(template, facts_for(template)) for _ in range(2))
        assert {n: r.to_bytes() for n, r in first.items()} == {n: r.to_bytes() for n, r in again.items()}


def test_nothing_internal_is_in_any_text() -> None:
    about = builders.incident()
    for rendition in render("outage/identified", facts_for("outage/identified"), incident=about).values():
        for _, text in rendition.parts:
            assert about.title not in text
            assert about.severity not in text
            assert not any(user in text for user in (builders.ANA, builders.BO, about.workspace))


def test_parts_are_what_outlets_expect() -> None:
    assert {outlet.layout: WORDS.parts(outlet.layout) for outlet in ALL} == {
        "email": ("subject", "text", "html"),
        "slack": ("headline", "body"),
        "status": ("html", "json"),
        "webhook": ("json",),
    }


def test_parts_fit_the_longest_headline_at_every_outlet() -> None:
    facts = facts_for("outage/investigating", headline="x" * 120)
    made = render("outage/investigating", facts, incident=builders.incident(drill=True))
    assert len(made["slack"].part("headline")) <= 150
    assert len(made["email"].part("subject")) <= 200


def test_an_optional_field_left_empty_leaves_no_trace() -> None:
    said = WORDS.readable(render("outage/identified", facts_for("outage/identified", fields=()))["slack"])
    assert "What is causing it" not in said
    assert "\n\n\n" not in said


def test_fields_of_another_template_are_not_shown() -> None:
    facts = facts_for("outage/investigating", fields=(("cause", "left over from before"),))
    assert "left over" not in WORDS.readable(render("outage/investigating", facts)["email"])
