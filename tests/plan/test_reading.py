"""Reading a plan: whatever stands in the file, it is a plan or a list of mistakes with lines, and never a traceback."""

import json
from datetime import date, timedelta
from pathlib import Path

import jsonschema
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.plan import BrokenPlan, Mistake, load
from bot.plan.loading import SHIPPED, load_text
from bot.plan.schema import json_schema
from bot.plan.secrets import looks_secret
from tests.plan.test_broken import FILES

TEXT = SHIPPED.read_text()


def refused(text: str) -> BrokenPlan:
    with pytest.raises(BrokenPlan) as broken:
        load_text(text)
    return broken.value


def test_several_mistakes_are_told_at_once_and_what_causes_others_comes_first() -> None:
    text = TEXT.replace("then: 30 min}", "then: soon}").replace("    quorum: 1", "    quorom: 1")
    found = refused(text.replace("how: automatic,", "how: autmatic,")).mistakes
    assert [one.field.rpartition(", ")[2] for one in found] == ["quorom", "then", "how", "how", "how"]
    assert [one.line for one in found[1:]] == sorted(one.line for one in found[1:])


def test_a_misspelt_field_is_not_said_to_be_missing_as_well() -> None:
    (one,) = refused(TEXT.replace("\ncriteria:", "\ncriterai:")).mistakes
    assert one.sentence == "there is no such field. Did you mean criteria?"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        ("company: [", 1),
        ("company: &a Acme\nrehearsed: *a\n", 1),
        ("company: Acme\nrehearsed: !!python/object:os.x 1\n", 2),
        ("a: " + "[" * 3_000, 1),
        ("company: Acme\x00", 1),
        ("x" * 1_000_001, 1),
        ("- company", 1),
    ],
    ids=["empty", "open", "reference", "tag", "deep", "control", "huge", "a list"],
)
def test_what_is_no_plan_is_a_sentence_with_a_line(text: str, line: int) -> None:
    found = refused(text).mistakes[0]
    assert (found.line, bool(found.sentence)) == (line, True)


def test_a_file_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    (tmp_path / "latin.yaml").write_bytes(b"company: Caf\xe9\n")
    for name, words in (("gone.yaml", "there is no such file"), ("latin.yaml", "UTF-8"), (".", "cannot be read")):
        with pytest.raises(BrokenPlan, match=words):
            load(tmp_path / name)


_LINES = TEXT.splitlines()


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(_LINES) - 1), st.text(max_size=40))
def test_any_line_changed_gives_a_plan_or_mistakes_with_lines(number: int, instead: str) -> None:
    text = "\n".join([*_LINES[:number], instead, *_LINES[number + 1 :]])
    try:
        found: tuple[Mistake, ...] = (Mistake(1, "", load_text(text).plan.company),)
    except BrokenPlan as broken:
        found = broken.mistakes
    lines = len(text.splitlines()) + 2
    assert all(1 <= one.line <= lines and one.sentence for one in found)


@pytest.mark.parametrize(
    "text",
    [
        "xoxb-1234",
        "https://me:pass@host.example",
        "Password: x",
        "token = abc",
        "AKIAIOSFODNN7EXAMPLE",
        "wJalrXUtnFEMI7K8MDENGbPxRfiCYEXAMPLEKEY",
    ],
)
def test_what_looks_like_a_secret_is_known(text: str) -> None:
    assert looks_secret(text)


@pytest.mark.parametrize(
    "text", ["Ask Ada for the password", "https://status.example.com/2026", "U0123456789, C012345"]
)
def test_ordinary_words_are_no_secret(text: str) -> None:
    assert not looks_secret(text)


def test_editors_are_told_the_same() -> None:
    judge = jsonschema.Draft202012Validator(json_schema())
    assert not list(judge.iter_errors(yaml.load(TEXT, Loader=yaml.BaseLoader) | _numbers()))
    for file in FILES:
        if file.stem[:2] in ("01", "03", "06", "07"):
            text = yaml.safe_load(file.read_text()) | {"rehearsed": "never"}
            assert list(judge.iter_errors(text)), file.stem


def test_days_and_times_may_be_written_as_people_write_them() -> None:
    plain = yaml.safe_load(TEXT)
    plain["approval"][0] |= {"valid_for": "20 minutes", "break_glass_delay": "90 seconds", "leaves_within": "1 week"}
    read = load_text(json.dumps(plain | {"rehearsed": "2026-11-03"})).plan  # JSON has no days but in quotes
    rule = read.approval[0]
    assert (read.rehearsed, rule.valid_for, rule.leaves_within) == (
        date(2026, 11, 3),
        timedelta(minutes=20),
        timedelta(7),
    )
    with pytest.raises(BrokenPlan, match="should be a day such as"):
        load_text(TEXT.replace("rehearsed: never", 'rehearsed: "2026-02-30"'))


def _numbers() -> dict[str, object]:
    """Return what is no text, as YAML has it."""
    plain = yaml.safe_load(TEXT)
    return {key: plain[key] for key in ("approval", "audiences", "outlets")}
