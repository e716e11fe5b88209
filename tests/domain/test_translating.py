"""Translations: what nobody translated is marked, what its base has left behind is marked, and nobody overwrites."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.facts import LONGEST_HEADLINE, Facts
from bot.domain.refusals import Refusal
from bot.domain.translating import (
    Typed,
    differences,
    fresh,
    lag,
    lags,
    mark,
    merged,
    only,
    prepared,
    said_in,
    texts_of,
    translated,
    translation,
)
from bot.domain.translation import Mark
from tests import builders

NAMES = ("headline", "impact", "meanwhile")
FRENCH = {"headline": "Panne", "impact": "Le paiement échoue.", "meanwhile": "Payez par virement."}


def french(typed: Mapping[str, str], facts: Facts | None = None) -> Facts:
    """Facts with what was typed in French."""
    return translated(facts or builders.facts(), Typed(locale="fr", texts=typed))


def test_what_nobody_translated_is_the_base_languages_and_marked() -> None:
    facts = builders.facts()
    assert said_in(facts, "fr") == replace(facts, locale="fr")
    missing = lag(facts, "fr")
    assert missing is not None
    assert missing.copied == NAMES


def test_what_was_translated_is_said_and_nothing_lags() -> None:
    facts = french(FRENCH)
    assert texts_of(said_in(facts, "fr")) == FRENCH
    assert lags(facts, ("en", "fr")) == ()
    assert said_in(facts, "en") == builders.facts()


def test_a_base_text_that_changes_leaves_its_translation_behind() -> None:
    facts = replace(french(FRENCH), impact="Paying by card fails everywhere.")
    assert mark(facts, "fr", "impact") is Mark.OLDER
    assert mark(facts, "fr", "headline") is Mark.DONE
    assert said_in(facts, "fr").impact == FRENCH["impact"]


def test_other_blanks_are_not_another_text() -> None:
    facts = french(FRENCH)
    assert mark(replace(facts, impact=f"{facts.impact}\n"), "fr", "impact") is Mark.DONE


def test_sent_in_unchanged_it_stays_as_it_was() -> None:
    older = replace(french(FRENCH), impact="Paying by card fails everywhere.")
    again = french(texts_of(said_in(older, "fr")), older)
    assert again == older
    copied = builders.facts()
    assert french(texts_of(copied), copied) == copied


def test_confirmed_unchanged_it_is_right() -> None:
    older = replace(french({"headline": "Panne"}), headline="API")
    confirmed = translated(older, Typed(locale="fr", texts=texts_of(said_in(older, "fr")), confirmed=True))
    assert lag(confirmed, "fr") is None
    assert said_in(confirmed, "fr").headline == "Panne"


def test_an_emptied_text_is_a_copy_again() -> None:
    facts = french({"impact": "  "}, french(FRENCH))
    assert mark(facts, "fr", "impact") is Mark.COPIED
    assert said_in(facts, "fr").impact == builders.facts().impact


def test_too_long_is_refused_with_the_language_and_the_text() -> None:
    with pytest.raises(Refusal, match="French: “Headline” is 121 characters") as told:
        french({"headline": "x" * (LONGEST_HEADLINE + 1)})
    assert told.value.field == "headline"


def test_what_a_template_prefills_is_in_each_languages_own_words() -> None:
    base = builders.facts(meanwhile="You do not need to do anything.")
    words = [("meanwhile", "You do not need to do anything.", "Vous n'avez rien à faire.")]
    facts = prepared(base, "fr", words)
    assert said_in(facts, "fr").meanwhile == "Vous n'avez rien à faire."
    assert mark(facts, "fr", "meanwhile") is Mark.DONE
    assert prepared(replace(base, meanwhile="Pay by transfer."), "fr", words).translations == ()
    own = french({"meanwhile": "Ne faites rien."}, base)
    assert prepared(own, "fr", words) == own


def test_a_new_update_takes_only_what_still_fits() -> None:
    facts = fresh(replace(french(FRENCH), impact="Something else."))
    assert {name for name, _, _ in translation(facts, "fr").texts} == {"headline", "meanwhile"}


def test_only_the_languages_of_its_readers_stay() -> None:
    facts = translated(french(FRENCH), Typed(locale="pl", texts={"headline": "Awaria"}))
    assert [one.locale for one in only(facts, ["en", "pl"]).translations] == ["pl"]
    assert only(facts, ["en"]) == builders.facts()


def test_a_change_of_french_alone_is_told() -> None:
    assert differences(builders.facts(), french({"headline": "Panne"})) == (("French: Headline", "", "Panne"),)


def test_two_people_in_one_language_do_not_overwrite_each_other() -> None:
    seen = builders.facts()
    newest = french(FRENCH, seen)
    with pytest.raises(Refusal, match="French was changed by somebody else"):
        merged(seen, newest, Typed(locale="fr", texts={"headline": "Incident"}))


texts = st.dictionaries(st.sampled_from(NAMES), st.text(max_size=60))
bases = st.builds(
    lambda words: replace(builders.facts(), **{n: t for n, t in words.items() if t.strip()}),
    st.dictionaries(st.sampled_from(NAMES), st.text(alphabet="abc .\n", max_size=12)),
)


@given(seen=bases, one=texts, two=texts, sure=st.booleans())
def test_two_languages_side_by_side_end_alike_whoever_is_first(
    seen: Facts, one: dict[str, str], two: dict[str, str], sure: bool
) -> None:
    in_french, in_polish = Typed(locale="fr", texts=one, confirmed=sure), Typed(locale="pl", texts=two)
    first = merged(seen, merged(seen, seen, in_french), in_polish)
    second = merged(seen, merged(seen, seen, in_polish), in_french)
    assert first == second
    assert translation(first, "fr") == translation(translated(seen, in_french), "fr")
    assert translation(first, "pl") == translation(translated(seen, in_polish), "pl")
    assert said_in(first, "en") == said_in(seen, "en")


@given(seen=bases, newest=bases, typed=texts)
def test_a_base_that_changed_meanwhile_stays_and_marks_what_was_translated_from_the_old_one(
    seen: Facts, newest: Facts, typed: dict[str, str]
) -> None:
    done = merged(seen, newest, Typed(locale="fr", texts=typed))
    assert replace(done, translations=()) == replace(newest, translations=())
    for name, text, _ in translation(done, "fr").texts:
        same = " ".join(texts_of(seen)[name].split()) == " ".join(texts_of(newest).get(name, "").split())
        assert mark(done, "fr", name) is (Mark.DONE if same else Mark.OLDER)
        assert said_in(done, "fr") == said_in(newest, "fr") or text
    assert merged(done, done, Typed(locale="fr", texts=texts_of(said_in(done, "fr")))) == done
