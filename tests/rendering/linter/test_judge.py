"""The judge: quotes exactly, never fails, never takes long, and knows what a draft as a whole lacks."""

import re
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.facts import Estimate, EstimateKind, Stage
from bot.domain.wording import Finding, Judged, Kind, Told
from bot.rendering.linter import judge
from bot.rendering.linter.numbers import values
from tests.builders import NOON, facts
from tests.rendering.linter.corpus import LANGUAGES, corpus, judged

TEMPLATES = Path(__file__).parents[3] / "message_templates"
_CODE = re.compile(r"\{#.*?#\}|\{%.*?%\}|<style>.*?</style>|<[^>]*>|\{\{.*?\}\}", re.DOTALL)
HOSTILE = (
    "a" * 2_000,
    "1." * 1_000,
    "0:" * 1_000,
    "-" * 2_000,
    "a-" * 1_000,
    "a." * 1_000,
    "a@" * 1_000,
    "://" * 660,
    "http://a:" * 220,
    "eyJ" + "a." * 998,
    "-----BEGIN " * 180,
    "password is " * 166,
    "at A(" * 400,
    'File "' * 330,
    "A" + "aA" * 999,
    "AError" * 333,
    "1 234 " * 333,
    "12:34 " * 333,
    " " * 2_000,
    "\n" * 2_000,
    "! ? . " * 333,
    "we may experience some " * 87,
    "some users, some users, " * 83,
    "every one half an " * 111,
    "\\\\a\\" * 400,
    "/srv/" * 400,
    "é\u0301" * 1_000,
    "ﷺ" * 2_000,
)


def found(text: str, locale: str = "en") -> tuple[Finding, ...]:
    return judge(judged({locale: {"impact": text}}))


def draft(**changes: object) -> Judged:
    """A draft with nothing wrong: two outlets that say both times, in Berlin (UTC and an hour)."""
    text = "Cards fail. Back between 05:00 and 06:00. We write again by 04:30."
    base = Judged(
        texts={"en": {"headline": "Card payments fail", "impact": "Cards fail."}},
        told=(
            Told(outlet="status", label="Status page", locale="en", text=f"{text} Pay by transfer."),
            Told(outlet="email", label="E-mail", locale="en", text=text),
        ),
        facts=facts(next_update_by=NOON + timedelta(minutes=30)),
        stage=Stage.IDENTIFIED,
        written_at=NOON,
        cadence=timedelta(minutes=30),
    )
    return replace(base, **changes)  # type: ignore[arg-type]


@given(st.text(max_size=300), st.sampled_from((*LANGUAGES, "de", "pt-BR")))
def test_any_text_is_judged_and_quoted_exactly(text: str, locale: str) -> None:
    for one in found(text, locale):
        assert one.quote == text[one.start : one.end]
        assert one.quote.strip()
        assert one.why


def test_every_finding_of_the_corpus_quotes_exactly_says_why_and_offers_something() -> None:
    for half in ("held_out", "tuning"):
        for line in corpus(half):
            for one in line.findings:
                assert line.texts[one.locale][one.start : one.end] == one.quote
                assert one.why.endswith(".")
                assert one.offer, line.where


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_hostile_texts_take_no_longer_than_their_length(number: int) -> None:
    text = HOSTILE[number][:2_000]
    found(text)  # the lists are read once
    once, four_times = seconds(text), seconds(text * 4)
    # Four times as long may take four times the time; sixteen times would be a square. The floor is the clock's grain.
    assert once < 1.0
    assert four_times < 10 * max(once, 0.03)


def seconds(text: str) -> float:
    """Return the least time of this process's own that judging took: what else a busy machine does is not counted."""
    times = []
    for _ in range(2):
        begun = time.process_time()
        for locale in ("fr", "pl"):  # the longest lists
            found(text, locale)
        times.append(time.process_time() - begun)
    return min(times)


def test_the_same_words_are_judged_the_same() -> None:
    whole = draft(texts={"en": {"impact": "Some users may see timeouts on db-prod-03."}})
    assert judge(whole) == judge(whole)


def test_words_in_addresses_are_no_words() -> None:
    assert not found("See https://status.example.com/backend/rollback?soon=asap or write to support@example.com.")


def test_an_address_of_our_own_page_is_fine_wherever_it_is_kept() -> None:
    inside = replace(judged({"en": {"impact": "Read http://localhost:3000/status today."}}), own_hosts=("localhost",))
    assert not judge(inside)
    assert [one.kind for one in found("Read http://localhost:3000/status today.")] == [Kind.ADDRESS]


def test_a_secret_is_never_repeated() -> None:
    (one,) = found("Use AKIAIOSFODNN7EXAMPLE for now.")
    assert "AKIAIOSFODNN7" not in one.sentence


def test_what_an_author_reads_quotes_says_why_and_offers_other_words() -> None:
    (one,) = found("A rollback is under way.")
    assert one.sentence == "“rollback” is our jargon. Instead: we went back to the version before."
    (one,) = found("Un rollback est en cours.", "fr")
    assert one.sentence == "“rollback” is our jargon. Instead: nous sommes revenus à la version précédente."


def test_one_place_is_named_once_by_the_gravest_kind() -> None:
    assert [one.kind for one in found("Call https://grafana.corp/d?token=AKIAIOSFODNN7EXAMPLE.")] == [Kind.SECRET]


def test_a_draft_with_nothing_wrong_has_no_findings() -> None:
    assert judge(draft()) == ()


def test_a_known_cause_without_an_estimate_is_asked_for_one() -> None:
    unknown = replace(facts(next_update_by=NOON + timedelta(minutes=30)), estimate=Estimate(kind=EstimateKind.UNKNOWN))
    assert [(one.kind, one.field) for one in judge(draft(facts=unknown))] == [(Kind.NO_ESTIMATE, "estimate")]
    assert judge(draft(facts=unknown, stage=Stage.INVESTIGATING)) == ()


def test_an_outlet_that_leaves_out_a_time_is_named() -> None:
    told = Told(outlet="sms", label="SMS", locale="en", text="Cards fail.")
    lacking = judge(draft(told=(told,)))
    assert [(one.kind, one.outlet) for one in lacking] == [(Kind.NO_NEXT_UPDATE, "sms"), (Kind.NO_ESTIMATE, "sms")]
    assert "SMS does not say when the next update comes." in lacking[0].sentence


def test_a_promise_later_than_the_plan_wants_says_what_it_wants() -> None:
    late = draft(cadence=timedelta(minutes=15))
    (one,) = judge(late)
    assert (one.kind, one.field) == (Kind.PROMISE, "next_update_by")
    assert one.sentence.endswith("Instead: promise it for 15 min from now.")


def test_more_often_than_the_plan_is_a_promise_that_nobody_keeps() -> None:
    texts = {"en": {"impact": "We update this page every 10 minutes."}}
    assert [one.kind for one in judge(draft(texts=texts))] == [Kind.PROMISE]
    assert judge(draft(texts=texts, cadence=timedelta(minutes=10), facts=facts(next_update_by=None))) == ()


def test_another_time_for_the_next_update_contradicts_the_promise() -> None:
    texts = {"en": {"impact": "Cards fail since 02:10. We write again at 05:15."}}
    (one,) = judge(draft(texts=texts))
    assert (one.kind, one.quote) == (Kind.CONTRADICTION, "05:15")


def test_an_outlet_with_another_number_contradicts_the_others() -> None:
    told = draft().told
    other = replace(told[1], text=told[1].text.replace("06:00", "06:00 or 07:30"))
    (one,) = judge(draft(told=(told[0], other)))
    assert (one.kind, one.outlet) == (Kind.CONTRADICTION, "email")
    assert "07:30" in one.sentence


def test_languages_that_differ_are_both_named() -> None:
    texts = {"en": {"impact": "3 % of calls fail."}, "fr": {"impact": "13 % des appels échouent."}}
    both = [one for one in judge(draft(texts=texts)) if one.kind is Kind.CONTRADICTION]
    assert [(one.locale, one.quote) for one in both] == [("fr", "13"), ("en", "3")]
    assert "English has 3; write the same" in both[0].sentence


def test_too_long_is_said_by_outlet_and_for_the_headline() -> None:
    long = draft(
        texts={"en": {"headline": "Card payments fail " * 6}},
        told=(replace(draft().told[0], outlet="sms", label="SMS", text=draft().told[0].text * 9),),
    )
    assert [(one.kind, one.field, one.outlet) for one in judge(long) if one.kind is Kind.TOO_LONG] == [
        (Kind.TOO_LONG, "headline", ""),
        (Kind.TOO_LONG, "", "sms"),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2:30 PM", ["14:30"]),
        ("14 h 30", ["14:30"]),
        ("16 h", ["16:00"]),
        ("12:05 am", ["0:05"]),
        ("1,240 and 1 240 and 1.240", ["1240"] * 3),
        ("2.5 % or 2,5 %", ["2.5", "2.5"]),
        ("version 5.12.3", ["5.12.3"]),
        ("INC-12, 3-5 days", ["12", "3", "5"]),
        ("https://status.example.com/7", []),
    ],
)
def test_times_and_numbers_are_read_as_people_write_them(text: str, said: list[str]) -> None:
    assert [one.value for one in values(text)] == said


@pytest.mark.parametrize("file", sorted(TEMPLATES.rglob("*.j2")), ids=lambda f: str(f.relative_to(TEMPLATES)))
def test_the_words_that_come_with_clarion_are_clean(file: Path) -> None:
    folders = file.relative_to(TEMPLATES).parts
    locale = next((part for part in folders if part in LANGUAGES), "en")
    head, _, told = file.read_text(encoding="utf-8").rpartition("\n---\n")
    words = _CODE.sub(" ", head.partition("defaults:")[2] + "\n" + told)  # what stands above is for authors
    if "{" in words or file.name.endswith(".json.j2"):
        words = ""  # a layout of JSON, or a style sheet, has no words of its own
    alone = (one for one in found(words, locale) if not (file.stem == "reminder" and one.kind is Kind.VAGUE))
    assert [one.sentence for one in alone] == []  # a reminder may say "soon": when is below it, by layout


@pytest.mark.parametrize(
    "text", [" ".join(f"{n % 24}:{n % 60:02}" for n in range(330)), "0:" * 1_000, "1 2 3 4 " * 250]
)
def test_a_pasted_table_in_every_field_and_language_is_judged_at_once(text: str) -> None:
    fields = dict.fromkeys(("impact", "meanwhile", "summary", "workaround", "numbers"), text)
    other = dict.fromkeys(fields, " ".join(str(n) for n in range(5_000, 5_400)))
    told = draft().told
    pasted = draft(
        texts={"en": fields, "fr": other, "it": other, "pl": dict.fromkeys(fields, text[::-1])},
        told=tuple(
            replace(told[n % 2], locale=one, text=(text, text[::-1])[n % 2] * 5) for n, one in enumerate(LANGUAGES * 2)
        ),
    )
    judge(pasted)  # the lists are read once
    begun = time.process_time()
    judge(pasted)
    assert time.process_time() - begun < 3.0


def test_no_finding_repeats_more_of_a_secret_than_its_beginning() -> None:
    secret = "ghp_A1b2C3d4E5f6G7h8I9j0K1l2"
    sentence = (
        f"Our internationally distributed authentication infrastructure unconditionally invalidated {secret} "
        + (
            "considerably subsequently necessitating administratively burdensome reauthentication procedures "
            "universally throughout organizations particularly multinational institutions."
        )
    )
    written = {
        "en": {"impact": sentence, "meanwhile": "Use it."},
        "fr": {"impact": "Panne.", "meanwhile": "Le code secret est 48121."},
    }
    findings = judge(draft(texts=written))
    assert {one.kind for one in findings} >= {Kind.SECRET}
    for one in findings:
        assert secret not in one.sentence
        assert "48121" not in one.sentence


def test_what_differs_in_two_languages_is_told_a_few_times_and_not_for_ever() -> None:
    here, there = " ".join(map(str, range(100, 200))), " ".join(map(str, range(300, 400)))
    told = [one for one in judge(draft(texts={"en": {"impact": here}, "fr": {"impact": there}})) if one.quote]
    assert 2 <= len(told) <= 16
    assert all(len(one.sentence) < 200 for one in told)


@pytest.mark.parametrize("written", ["Kraken", "Kra\u200dken", "K\u0332raken", "kra\u200cken\ufe0f"])
def test_a_code_name_is_found_although_something_unseen_is_in_it(written: str) -> None:
    said = replace(judged({"en": {"impact": f"The {written} is slow."}}), code_names=("Kraken",))
    assert [one.kind for one in judge(said)] == [Kind.CODE_NAME]
