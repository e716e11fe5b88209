"""Findings that need more than one change, waivers, and what is not judged."""

from datetime import date, timedelta

import pytest

from bot.plan import shipped
from bot.plan.lint import Finding, Said, judge
from bot.plan.lint.often import promises_in
from bot.plan.loading import SHIPPED, load_text
from tests.plan.surroundings import around

TEXT = SHIPPED.read_text().replace("rehearsed: never", "rehearsed: 2026-11-01")
TWO_RULES = "    leaves_within: 1 h\n  - audiences: [partners]\n    approvers: [U0OTHER01, U0OTHER02]\n"


def findings(*changes: tuple[str, str], **about: object) -> tuple[Finding, ...]:
    text = TEXT
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return judge(load_text(text), around(**about))


CASES = {
    "P003": [
        ("  - approvers: []", "  - approvers: [U0AAAAAA1, U0AAAAAA1]"),  # one person, though named twice
        ("    roles: [commander, communications]\n    standby: []\n    quorum: 1", "    roles: []\n    quorum: 2"),
    ],
    "P004": [("    roles: [commander, communications]\n    standby: []\n    q", "    roles: [commander]\n    q")],
    "P005": [("break_glass_delay: 60 s", "break_glass_delay: 2 s")],
    "P007": [
        (
            "  - approvers: []\n    roles: [commander, communications]",
            "  - audiences: [customers]\n    roles: [commander]",
        ),
        ("    standby: []\n    quorum: 1", "    approvers: [U0AAAAAA1]"),
        ("    leaves_within: 1 h\n", TWO_RULES),
    ],
    "P008": [("    leaves_within: 1 h\n", TWO_RULES + "    roles: [commander]\n")],
    "P009": [("segments: []", "segments:\n  - {name: EU, audience: clients, who: In the EU}")],
    "P013": [("  - name: Website", "  - name: Sign-in"), ("depends_on: [Website]", "depends_on: []")],
    "P014": [("    outside: true\n", ""), ("    outside: true\n", "")],
    "P020": [("    contacts: []", "    contacts: [U0AAAAAA1, U0AAAAAA1]")],
    "P021": [("    contacts: []\n    standby: []", "    contacts: [U0AAAAAA1]\n    standby: [U0AAAAAA1, U0BBBBBB1]")],
    "P022": [("roles: [commander, communications, support]", "roles: [support]")],
    "P023": [("      severity: SEV4", "      severity: SEV3")],
    "P024": [("      severity: SEV1", "      severity: SEV4")],
    "P032": [("how: by hand, role: scribe}", "how: by hand}")],
    "P033": [("    stages: [investigating, identified, monitoring, resolved]", "    stages: [investigating]")],
    "P041": [("then: 4 h}", "then: 4 days}")],
    "P042": [("first: 15 min, then: 30 min", "first: 15 min, then: 90 min")],
    "P043": [("first: 15 min", "first: 5 min")],
    "P061": [("rehearsed: 2026-11-01", "rehearsed: 2026-12-24")],
    "P081": [("waivers: []", "waivers:\n  - {finding: P020, reason: It was so once, until: 2027-01-01}")],
    "P082": [
        ("rehearsed: 2026-11-01", "rehearsed: never"),
        ("waivers: []", "waivers:\n  - {finding: P060, reason: We never play, until: 2029-01-01}"),
    ],
    "P090": [("code_names: []", "code_names: [Website]")],
}


@pytest.mark.parametrize("id_", CASES)
def test_it_is_found_with_a_line_and_a_mend(id_: str) -> None:
    found = findings(*CASES[id_])
    assert {one.id for one in found} == {id_}
    assert all(one.line > 1 and one.fix for one in found)


def test_a_scenario_that_failed_is_a_finding() -> None:
    (one,) = findings(failed={"sev1-outage": "Step 9 did not happen."})
    assert (one.id, one.gravity) == ("P062", "error")
    assert "Step 9 did not happen." in one.reason


def test_words_of_a_template_bind_the_cadence_of_its_severities() -> None:
    said = Said("en/outage/identified", "every hour", timedelta(hours=1), ("SEV2", "SEV3"))
    (one,) = findings(said=(said,))
    assert (one.id, one.about) == ("P040", "SEV3")
    assert "en/outage/identified says “every hour”" in one.reason


def test_a_waiver_holds_to_its_last_day_and_for_its_name_alone() -> None:
    roles = ("    contacts: []", "    contacts: [U0AAAAAA1]")
    waived = "waivers:\n  - {finding: P020, about: ABOUT, reason: A second one is coming, until: 2026-11-22}"
    for about, day, left in (
        ("commander", 22, set()),
        ("commander", 23, {"P020", "P080"}),
        ("scribe", 22, {"P020", "P081"}),
    ):
        found = findings(roles, ("waivers: []", waived.replace("ABOUT", about)), today=date(2026, 11, day))
        assert {one.id for one in found} == left


def test_what_is_not_known_is_not_judged() -> None:
    assert judge(shipped(), around(templates=None, set_up=None, people=None)) == ()


def test_six_months_are_counted_to_the_day() -> None:
    played = date(2026, 11, 1)
    assert not findings(today=played + timedelta(days=183))
    assert [one.id for one in findings(today=played + timedelta(days=184))] == ["P060"]


def test_promises_are_read_in_four_languages() -> None:
    text = "every 30 minutes, within the hour, every half an hour, toutes les 20 minutes, ogni ora, co 2 godziny"
    assert [every // timedelta(minutes=1) for _, every in promises_in(text)] == [30, 60, 30, 20, 60, 120]
    assert promises_in("everybody in 5 minutes; code 3 hours; once upon a time") == []


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("You hear from us every quarter of an hour.", 15),
        ("We write at least once every ten minutes.", 10),
        ("Half-hourly, also at night.", 30),
        ("Twice an hour.", 30),
        ("Nous écrivons tous les quarts d’heure.", 15),
        ("Deux fois par heure.", 30),
        ("Una volta al giorno.", 1_440),
        ("Ogni mezz’ora.", 30),
        ("Piszemy co kwadrans.", 15),
        ("Cztery razy na godzinę.", 15),
    ],
)
def test_a_promise_is_understood_as_people_say_it(text: str, minutes: int) -> None:
    assert [every for _, every in promises_in(text)] == [timedelta(minutes=minutes)]


def test_a_language_without_any_words_is_one_finding_and_names_the_one_meant() -> None:
    (one,) = findings(("languages: [en]", "languages: [en, en-GB]"))
    assert (one.id, one.about, one.fix) == ("P030", "en-GB", "Say en: there are words in it.")


def test_who_reads_another_language_than_an_outlet_has_is_found() -> None:
    words = around().templates
    assert words is not None
    french = {"templates": {"en": words["en"], "fr": words["en"]}}
    (one,) = findings(("    languages: [en]", "    languages: [fr]"), **french)  # partners read English
    assert (one.id, one.about) == ("P017", "Webhooks")
    each = ("    through: webhook\n", "    through: webhook\n    each_language: true\n")
    assert not findings(("    languages: [en]", "    languages: [fr]"), each, **french)


def test_a_first_word_that_comes_after_days_or_later_than_for_less_is_found() -> None:
    assert [one.id for one in findings(("first: 2 h,", "first: 4 days,"))] == ["P041"]
    assert [one.id for one in findings(("first: 15 min,", "first: 45 min,"))] == ["P042"]


def test_a_question_that_is_asked_twice_is_found() -> None:
    again = (
        "ask: Are many customers hit, or is something important broken?",
        "ask: Can most customers not do what they came for?",
    )
    assert [one.id for one in findings(again)] == ["P013"]


def test_the_name_of_the_company_is_no_code_name() -> None:
    (one,) = findings(("code_names: []", "code_names: [our company]"))
    assert (one.id, "what the company is called" in one.reason) == ("P090", True)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (", done_when: channel opened}", "}", "does not say what ticks it off"),
        (
            "how: by hand, role: scribe}",
            "how: by hand, role: scribe, done_when: roles given}",
            "not ticked off by Clarion",
        ),
        ("how: by hand, role: scribe}", "how: by hand, role: scribe, template: outage/resolved}", "Only a step behind"),
    ],
)
def test_a_step_that_nothing_or_the_wrong_thing_ticks_off_is_found(old: str, new: str, said: str) -> None:
    [one] = findings((old, new))
    assert one.id == "P032"
    assert said in one.reason


def test_a_step_behind_an_approval_may_be_without_a_template() -> None:
    assert findings(("how: behind an approval, template: outage/resolved}", "how: behind an approval}")) == ()
