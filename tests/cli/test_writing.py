"""Texts of an update: options over the file, the file over what was said last; nothing is silently left out."""

import io
from dataclasses import replace
from pathlib import Path

import pytest

from bot.cli import writing
from bot.cli.keyboard import Keyboard
from bot.domain.facts import Facts, Stage
from bot.domain.refusals import Refusal
from bot.domain.translating import Lag, Typed, lags, translated
from bot.ports import FieldSpec, Template
from bot.usecases.prefilling import Prefill
from tests.builders import NOON, facts

TEMPLATE = Template(
    name="outage/investigating",
    title="Investigating",
    stage=Stage.INVESTIGATING,
    when_to_use="",
    fields=(FieldSpec(name="cause", label="Cause"),),
)
START = Prefill(template=TEMPLATE, facts=facts())


def nobody() -> Keyboard:
    return Keyboard(secret_first=False, stream=io.StringIO())


def somebody(*lines: str) -> Keyboard:
    keyboard = Keyboard(secret_first=False, stream=io.StringIO("".join(f"{line}\n" for line in lines)))
    keyboard.somebody = True
    return keyboard


def test_what_is_kept_in_a_file_is_read_back_as_the_same_facts(tmp_path: Path) -> None:
    file = tmp_path / "update.yaml"
    writing.keep(file, TEMPLATE.name, facts())
    assert file.stat().st_mode & 0o077 == 0
    again = writing.written(START, writing.read(file), nobody(), NOON, Stage.INVESTIGATING)
    assert (again.headline, again.impact, again.estimate) == (facts().headline, facts().impact, facts().estimate)
    assert again.next_update_by == facts().next_update_by


def test_an_option_wins_over_the_file_and_the_file_over_the_last_update(tmp_path: Path) -> None:
    file = tmp_path / "update.yaml"
    file.write_text("headline: from the file\nimpact: no\nfields: {cause: a rule}\n")
    said = writing.given({"headline": "from the option", "impact": None}, [], file)
    made = writing.written(START, said, nobody(), NOON, Stage.INVESTIGATING)
    assert (made.headline, made.impact, made.meanwhile) == ("from the option", "no", facts().meanwhile)
    assert made.fields == (("cause", "a rule"),)


def test_somebody_is_asked_for_each_text_with_the_last_one_offered() -> None:
    keyboard = somebody("unknown", "in 45 min", "New headline", "", "", "a rule")
    made = writing.written(START, writing.Given(), keyboard, NOON, Stage.INVESTIGATING)
    assert (made.headline, made.impact, made.fields) == ("New headline", facts().impact, (("cause", "a rule"),))


@pytest.mark.parametrize("text", ["headlin: x\n", "- a\n", "headline: [x]\n", "fields: x\n", "a: {\n", "[" * 5_000])
def test_a_file_that_is_not_wholly_understood_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "update.yaml"
    file.write_text(text)
    with pytest.raises(Refusal):
        writing.read(file)


def test_an_unknown_field_is_refused_by_its_name() -> None:
    with pytest.raises(Refusal, match="no field “couse”; it has: cause"):
        writing.written(START, writing.given({}, ["couse=x"], None), nobody(), NOON, Stage.INVESTIGATING)


def test_without_a_terminal_a_secret_comes_from_the_first_line_or_not_at_all() -> None:
    keyboard = Keyboard(secret_first=True, stream=io.StringIO("s3cret\nyes\n"))
    assert keyboard.secret("ben") == "s3cret"
    assert keyboard.agreed("Really")
    assert not keyboard.agreed("Really")
    with pytest.raises(Refusal, match="Nobody is there"):
        nobody().secret("ben")


FRENCH = {
    "headline": "Panne",
    "impact": "Le paiement échoue.",
    "meanwhile": "Pay by bank transfer, or try again later today.",
}


def kept_and_read(file: Path, about: Facts, old: str = "", new: str = "") -> tuple[Lag, ...]:
    """What lags in French after facts were kept in a file, a text was changed there, and it was read again."""
    writing.keep(file, TEMPLATE.name, about)
    if old:
        assert old in file.read_text(encoding="utf-8")
        file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    again = writing.written(START, writing.read(file), nobody(), NOON, Stage.INVESTIGATING)
    return lags(again, ("fr",))


def test_a_kept_file_knows_what_its_translations_are_of(tmp_path: Path) -> None:
    about = translated(facts(), Typed(locale="fr", texts=FRENCH, confirmed=True))
    assert kept_and_read(tmp_path / "a.yaml", about) == (), "also where a text is the same in both languages"
    older = (Lag("fr", older=("impact",)),)
    changed = kept_and_read(tmp_path / "b.yaml", about, "Paying by card fails for customers in the EU.", "All fails.")
    assert changed == older, "the English was changed in the file"
    assert kept_and_read(tmp_path / "c.yaml", replace(about, impact="All fails.")) == older, "it was older before"
    anew = kept_and_read(
        tmp_path / "d.yaml", replace(about, impact="All fails."), "Le paiement échoue.", "Tout échoue."
    )
    assert anew == (), "the French was changed, too"
