"""A language: what it needs, what it takes from the base language, and what is refused before anybody reads it."""

from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml

from bot.domain.facts import LONGEST_HEADLINE, Stage
from bot.domain.maintenance import PlannedFacts, PlannedStage, PlannedWork, Window
from bot.domain.refusals import Refusal
from bot.outlets.slack_channel import SlackBroadcast
from bot.rendering.catalogue import SHIPPED, BrokenTemplates
from bot.rendering.labels import spaced
from bot.rendering.page import StatusPage
from bot.rendering.renderer import JinjaWords
from bot.rendering.times import length, moment
from bot.rendering.words import counted
from tests import builders
from tests.builders import NOON
from tests.rendering.matrix import WORK, words
from tests.rendering.paper import Paper

BERLIN = ZoneInfo("Europe/Berlin")
FRENCH_LABELS = (SHIPPED / "fr/labels.yaml").read_text(encoding="utf-8")
PIECES = "\n".join(f'{{% include "_partials/{p}.j2" %}}' for p in ("impact", "meanwhile", "estimate", "next_update"))
BLOCKS = (
    "{% block headline %}{{ headline }}{% endblock %}{% block short %}{{ headline }}{% endblock %}"
    f"{{% block body %}}Hallo.\n\n{PIECES}\n{{% endblock %}}"
)


def own(folder: Path, files: dict[str, str], locale: str) -> JinjaWords:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return JinjaWords((folder, SHIPPED), locale)


GERMAN = {
    "de/labels.yaml": FRENCH_LABELS.replace("à", "um"),
    "de/_partials/estimate_said.j2": "Bis {{ estimate.latest }}.{{ estimate.kind }}",
    "de/_partials/promise.j2": "Wieder bis {{ next_update }}.",
    "de/outage/resolved.j2": f"---\ndefaults:\n  meanwhile: Nichts.\n---\n{BLOCKS}{{# {{ summary }} #}}",
}


def test_a_language_takes_title_stage_and_fields_from_the_base(tmp_path: Path) -> None:
    story = GERMAN["de/outage/resolved.j2"].replace("Hallo.", "{{ summary }}")
    made = own(tmp_path, {**GERMAN, "de/outage/resolved.j2": story}, "de")
    template, base = made.template("outage/resolved"), words("en").template("outage/resolved")
    assert (template.title, template.stage, template.fields) == (base.title, Stage.RESOLVED, base.fields)
    assert template.defaults == {"meanwhile": "Nichts."}


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"de/labels.yaml": "moment: '{time} {zone} {day}'"}, "labels.yaml: missing: colon"),
        ({"de/labels.yaml": FRENCH_LABELS + "impcat: x\n"}, "“impcat” is not known here"),
        ({"de/labels.yaml": FRENCH_LABELS.replace("{day} à", "à")}, "“moment” must have {day}, {time}, {zone}"),
        ({"de/labels.yaml": FRENCH_LABELS.replace("low: faible, ", "")}, "missing: confidence: low"),
        ({"de/labels.yaml": FRENCH_LABELS.replace("cause: Origine du problème", "cause: ")}, "“cause” must be words"),
        ({"de/labels.yaml": "- a"}, "labels.yaml: not readable"),
        ({"de/labels.yaml": "a: b: c"}, "labels.yaml: not readable"),
        ({"de/outage/resolved.j2": f"---\n---\n{BLOCKS}"}, "“defaults” must have, in this language: meanwhile"),
        (
            {"de/outage/resolved.j2": f"---\nstage: monitoring\ndefaults:\n  meanwhile: M\n---\n{BLOCKS}"},
            "stage must be as in the base language: resolved",
        ),
        (
            {"de/outage/resolved.j2": f"---\nfields: [cause]\ndefaults:\n  meanwhile: M\n---\n{BLOCKS}"},
            "fields must be those of the base language, with the same limits: summary",
        ),
        ({"de/outage/resolved.j2": GERMAN["de/outage/resolved.j2"]}, "“summary” is asked for, but the body never"),
        ({"de/other/one.j2": f"---\n---\n{BLOCKS}"}, "the head is empty"),
        (  # the company's English asks for nothing, and a shipped piece that another language includes does
            {
                "en/outage/resolved.j2": "---\ntitle: T\nwhen_to_use: W\nstage: resolved\n---\n" + BLOCKS,
                "de/outage/resolved.j2": "---\n---\n"
                + BLOCKS.replace("Hallo.", '{% include "_partials/summary.j2" %}'),
            },
            "de/outage/resolved.j2 (fields, as in the base language: none) includes ",
        ),
        ({"de/_partials/estimate_said.j2": "{# #}"}, "the body must tell “estimate”"),
    ],
)
def test_what_a_language_lacks_is_named_by_file(tmp_path: Path, files: dict[str, str], said: str) -> None:
    story = GERMAN["de/outage/resolved.j2"].replace("Hallo.", "{{ summary }}")
    with pytest.raises(BrokenTemplates) as caught:
        own(tmp_path, {**GERMAN, "de/outage/resolved.j2": story, **files}, "de")
    assert said in str(caught.value)
    assert str(tmp_path) in str(caught.value)


def test_a_piece_without_words_of_its_own_language_is_refused(tmp_path: Path) -> None:
    files = {name: text for name, text in GERMAN.items() if "promise" not in name}
    with pytest.raises(BrokenTemplates, match=r"_partials/promise\.j2"):
        own(tmp_path, files, "de")


def test_a_company_changes_one_label_and_one_question(tmp_path: Path) -> None:
    made = own(
        tmp_path,
        {
            "en/labels.yaml": "impact: What is wrong\nstages:\n  resolved: All clear\n",
            "en/fields.yaml": "- name: cause\n  label: Why\n  required: true\n  longest: 99\n",
        },
        "en",
    )
    cause = next(f for f in made.template("outage/identified").fields if f.name == "cause")
    assert (cause.label, cause.required, cause.longest) == ("Why", True, 99)
    facts = builders.facts(fields=(("cause", "A fault."),))
    (told,) = made.render("outage/identified", facts, builders.incident(), "u", Stage.IDENTIFIED, (Paper("email"),))
    assert "What is wrong:" in told.part("text")
    assert "What to do meanwhile:" in told.part("text")


def test_a_companys_common_piece_never_puts_words_into_another_language(tmp_path: Path) -> None:
    made = own(tmp_path, {"_partials/impact.j2": '{% call passage("impact", "X") %}{{ impact }}{% endcall %}'}, "fr")
    assert made.template("outage/identified").stage is Stage.IDENTIFIED
    own(tmp_path, {"_partials/promise.j2": "English."}, "fr")  # French has its own, which goes before it


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ("en", "14:30 CEST (1 July 2026)"),
        ("fr", "14:30 CEST (1er juillet 2026)"),
        ("it", "14:30 CEST (1 luglio 2026)"),
        ("pl", "14:30 CEST (1 lipca 2026)"),
        ("de", "14:30 CEST (1. Juli 2026)"),
        ("fi", "14.30 CEST (1. heinäkuuta 2026)"),
    ],
)
def test_a_moment_is_written_as_the_language_writes_it(locale: str, said: str) -> None:
    assert moment(datetime(2026, 7, 1, 12, 30, tzinfo=UTC), BERLIN, locale) == said


@pytest.mark.parametrize(
    ("locale", "hours", "said"),
    [
        ("en", 1, "1 hour"),
        ("en", 2.5, "2 hours and 30 minutes"),
        ("fr", 26, "1\u00a0jour et 2\u00a0heures"),
        ("it", 25, "1 giorno e 1 ora"),
        ("pl", 1, "1 godzina"),
        ("pl", 3, "3 godziny"),
        ("pl", 5, "5 godzin"),
        ("pl", 22, "22 godziny"),
    ],
)
def test_how_long_it_takes_is_said_in_the_languages_own_plural(locale: str, hours: float, said: str) -> None:
    assert length(timedelta(hours=hours), locale) == said


def test_plural_forms_are_those_of_the_language() -> None:
    forms = {"one": "# godzina", "few": "# godziny", "many": "# godzin", "other": "# godziny"}
    assert [counted("pl", n, **forms) for n in (1, 2, 5, 12, 22, 1_000)] == [
        "1 godzina",
        "2 godziny",
        "5 godzin",
        "12 godzin",
        "22 godziny",
        "1\u00a0000 godzin",
    ]
    with pytest.raises(ValueError, match="needs these forms, too: few, many"):
        counted("pl", 1, one="# godzina", other="# godziny")


def test_french_spaces_do_not_break_and_other_languages_are_left_alone() -> None:
    french = "Attention : « ici » ; vraiment ? Oui ! 04:45, 5 %"
    assert (
        spaced(french, "fr_CH")
        == "Attention\u00a0: «\u00a0ici\u00a0»\u00a0; vraiment\u00a0? Oui\u00a0! 04:45, 5\u00a0%"
    )
    assert spaced(french, "en") == french


def test_the_status_page_speaks_the_language() -> None:
    page = StatusPage(locale="fr")([])
    assert '<html lang="fr">' in page
    assert "Aucun incident à signaler" in page
    assert "Nothing" not in page


def planned(stage: PlannedStage, **changes: object) -> PlannedFacts:
    template = next(t for t in words("en").planned_templates() if t.planned is stage)
    facts = {
        "headline": "Search moves",
        "impact": "Search is off for a few minutes.",
        "meanwhile": "Nothing.",
        "window": Window(NOON, NOON + timedelta(hours=2)),
        "zone": "Europe/Berlin",
        "fields": tuple((f.name, "x") for f in template.fields),
    }
    return PlannedFacts(**{**facts, **changes})  # type: ignore[arg-type]  # one dictionary of all kinds


def test_planned_work_that_takes_longer_names_the_old_end_and_the_new_one() -> None:
    facts = planned(PlannedStage.EXTENDED, before=Window(NOON, NOON + timedelta(hours=1)))
    (told,) = words("en").render_planned("maintenance/extended", facts, WORK, 2, (Paper("email"),))
    assert (
        "We had expected to be finished by 05:00 CET (22 November 2026). Now we expect to be finished by 06:00 CET "
        "(22 November 2026)." in told.part("text")
    )


def test_a_window_over_the_clock_change_names_both_zones_and_its_true_length() -> None:
    begins = datetime(2026, 10, 25, 0, 0, tzinfo=UTC)
    facts = planned(PlannedStage.SCHEDULED, window=Window(begins, begins + timedelta(hours=3)))
    (told,) = words("en").render_planned("maintenance/scheduled", facts, WORK, 1, (Paper("email"),))
    text = told.part("text")
    assert "From 02:00 CEST (25 October 2026) to 04:00 CET (25 October 2026); 3 hours." in text


def test_a_drill_of_planned_work_says_so() -> None:
    drill = PlannedWork(id="m", name="MNT-4", drill=True)
    facts = planned(PlannedStage.STARTED)
    for made in words("en").render_planned("maintenance/started", facts, drill, 1, (Paper("email"), Paper("sms"))):
        assert "DRILL" in words("en").readable(made)


# Before it begins customers need both ends of it, while it lasts its end, and afterwards neither.
TOLD = {
    **dict.fromkeys((PlannedStage.SCHEDULED, PlannedStage.REMINDER), ("19:30", "19:15")),
    **dict.fromkeys((PlannedStage.STARTED, PlannedStage.EXTENDED), ("19:15",)),
    **dict.fromkeys((PlannedStage.COMPLETED, PlannedStage.ROLLED_BACK), ()),
}
LONG_LINK = "https://status.example.com/" + "x" * 200


@pytest.mark.parametrize(("locale", "link"), [("en", ""), ("fr", ""), ("it", ""), ("pl", ""), ("pl", LONG_LINK)])
def test_planned_work_says_when_in_every_text_message_and_post_however_little_room_there_is(
    locale: str, link: str
) -> None:
    made = JinjaWords(locale=locale, page_url=link) if link else words(locale)
    begins = datetime(2026, 11, 30, 22, 30, tzinfo=UTC)  # over two days: the longest way to say when
    papers = (Paper("sms"), Paper("social-280"), Paper("social-300"), Paper("social-500"))
    for stage, letter, drill in product(PlannedStage, "xł", (False, True)):
        facts = planned(
            stage,
            headline=letter * LONGEST_HEADLINE,
            window=Window(begins, begins + timedelta(hours=23, minutes=45)),
            zone="America/Argentina/Buenos_Aires",
            next_update_by=begins + timedelta(hours=1),
        )
        work = PlannedWork(id="m", name="MNT-4", drill=drill)
        for told in made.render_planned(f"maintenance/{stage}", facts, work, 1, papers):
            text = told.part("text")
            assert all(time in text for time in TOLD[stage]), text
            assert ("[" in text) is drill


@pytest.mark.parametrize("locale", ["en", "fr", "it", "pl"])
def test_a_drill_of_planned_work_leaves_room_for_the_longest_headline_in_slack(locale: str) -> None:
    papers = tuple(Paper(layout, SlackBroadcast.limits.parts) for layout in ("slack", "internal"))
    labels = yaml.safe_load((SHIPPED / locale / "labels.yaml").read_text())
    for stage, long in product(PlannedStage, (60, LONGEST_HEADLINE)):
        facts = planned(stage, headline="x" * long)
        drill = PlannedWork(id="m", name="MNT-4", drill=True)
        for told in words(locale).render_planned(f"maintenance/{stage}", facts, drill, 1, papers):
            headline = told.part("headline")
            assert headline.startswith(labels["drill_mark"] + " ")
            assert headline.endswith("x" * long)
            assert "\x02" not in headline
            if long == 60:  # only where it must be does the stage go
                assert labels["stages"][stage.value] in headline


def test_a_window_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValueError, match="ends after it begins"):
        Window(NOON, NOON)


def test_words_for_planned_work_are_no_words_for_an_incident_and_the_other_way_round() -> None:
    made = words("en")
    assert not any(t.planned for t in made.templates())
    with pytest.raises(Refusal, match="is for planned work, which has a window and no incident") as refused:
        made.template("maintenance/scheduled")
    assert refused.value.code == "planned_template"
    with pytest.raises(Refusal) as other:
        made.render_planned("outage/resolved", planned(PlannedStage.STARTED), WORK, 1, (Paper("email"),))
    assert other.value.code == "not_planned"
