"""Cleaning what people type: the dangerous goes, real writing stays, and doing it twice changes nothing."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.refusals import Refusal
from bot.domain.text import clean, clean_line, require_text

# Every code point, lone surrogates too, with those that meet in practice made likelier.
ANY = st.text(
    st.one_of(
        st.characters(exclude_categories=()),
        st.sampled_from("\r\n\t \x00\x85\u2028\u2029\u202e\u2066\u200d\u200e\ufeff\ud800\u0301\u0327\u1160\u0344ẛ한e"),
    )
)
BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"


@given(ANY)
def test_cleaning_twice_changes_nothing(raw: str) -> None:
    assert clean(clean(raw)) == clean(raw)
    assert clean_line(clean_line(raw)) == clean_line(raw)
    assert clean_line(clean(raw)) == clean_line(raw)


@given(ANY)
@example(f"a{BIDI}b")
def test_nothing_dangerous_is_left(raw: str) -> None:
    text = clean(raw)
    assert not any(unicodedata.category(c) in ("Cc", "Cs", "Co", "Cn") for c in text if c not in "\n\t")
    assert not set(text) & {*BIDI, "\ufeff", "\u2028", "\u2029"}
    text.encode()


@given(ANY)
def test_text_is_composed_and_trimmed(raw: str) -> None:
    text = clean(raw)
    assert unicodedata.is_normalized("NFC", text)
    assert text == text.strip()
    assert all(line == line.rstrip() for line in text.split("\n"))


@given(ANY)
def test_a_line_is_one_line(raw: str) -> None:
    assert len(clean_line(raw).splitlines()) <= 1
    assert "  " not in clean_line(raw)


@pytest.mark.parametrize(
    "text",
    [
        "Café, naïve, Ελληνικά, Tiếng Việt",
        "👩‍👩‍👧‍👦 🏳️‍🌈 👍🏽 🏴󠁧󠁢󠁥󠁮󠁧󠁿",
        "हिन्दी क्‍ष தமிழ்",
        "שָׁלוֹם مرحبا",
        "བསྒྲུབས",
        "a\n\n- b\n\t- c",
        '{{ x }} <b> & "quotes"',
    ],
)
def test_real_writing_stays(text: str) -> None:
    assert clean(text) == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("a\r\nb\rc\u2028d\u2029e", "a\nb\nc\nd\ne"),
        ("nul\x00 bell\x07", "nul bell"),
        ("\u202egnp.exe", "gnp.exe"),
        ("lone \ud800", "lone"),
        ("e\u0301", "é"),
        ("  a  \n b \n", "a\n b"),
        ("\ufeffx", "x"),
        ("Ze\u200bus, Kra\u00adken, db\u2060-01", "Zeus, Kraken, db-01"),
    ],
)
def test_what_cleaning_does(raw: str, text: str) -> None:
    assert clean(raw) == text


def test_zalgo_keeps_four_marks_on_a_letter() -> None:
    assert clean("q" + "\u0323" * 30 + "r") == "q" + "\u0323" * 4 + "r"


def test_too_long_is_refused_with_both_numbers_and_never_cut() -> None:
    with pytest.raises(Refusal) as caught:
        require_text("x" * 1_205, "impact", "What customers see", 1_000)
    assert (caught.value.code, caught.value.field) == ("too_long", "impact")
    assert "1,205" in caught.value.sentence
    assert "1,000" in caught.value.sentence
    assert "205" in caught.value.sentence
    assert require_text("x" * 1_000, "impact", "What customers see", 1_000) == "x" * 1_000


@pytest.mark.parametrize(
    "raw", ["", " \n\t ", "\u200e\x00\ufeff", "\u200b", "\u200d \u2060\u00ad", "\u3164\u2800", "\u0301 \u0301"]
)
def test_empty_is_refused_by_label(raw: str) -> None:
    with pytest.raises(Refusal, match="The headline is empty") as caught:
        require_text(raw, "headline", "The headline", 120)
    assert (caught.value.code, caught.value.field) == ("empty", "headline")
