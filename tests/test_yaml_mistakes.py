"""What people are told about a file that is not YAML: the line to mend, in words, by both of PyYAML's readers."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.cli import writing
from bot.domain.refusals import Refusal
from bot.yaml_mistakes import explained

READERS = (yaml.SafeLoader, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
COLON, UNDER, QUOTE = "there is a second colon", "does not stand under the one", "a quotation mark is opened here"


def mistake(text: str, reader: type = yaml.SafeLoader) -> tuple[int, str]:
    with pytest.raises(yaml.YAMLError) as caught:
        yaml.compose(text, Loader=reader)
    return explained(caught.value, text)


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("a:\n  - b: /incident Logins: fail\n", 2, COLON),
        ("a: [b\n\n\n", 1, "“[” is opened here and not closed"),
        ("a:\n  - {b: c\n  - d: e\n", 2, "“{” is opened here and not closed"),
        ("a:\n\t- b\n", 2, "there is a tab. Use spaces"),
        ('a: "b\nc: d\ne: f\n', 1, QUOTE),
        ("a: 'b\n---\n", 1, QUOTE),
        ("a: @ben\n", 1, "a text cannot begin with “@” here"),
        ("a: *star\n", 1, "a text cannot begin with “*” here"),
        ("a:\n  b: c\n   d: e\n", 3, UNDER),
        ("a:\n  b: c\n - d\n", 3, UNDER),
        ('a:\n  b: "c" d\n', 2, "words stand behind a closing quotation mark"),
        ("a: {b: c}}\n", 1, "there is one “}” too many"),
        ('a: "b\\qc"\n', 1, "a backslash stands in"),
        ("a: b\n---\nc: d\n", 2, "“---” begins a second text here"),
        ("a: > b\n", 1, "the text begins in the next line"),
        ("a: b\nc\nd: e\n", 3, "a colon, and a space behind it, are missing"),
        ("a: b\nc: d\x07\n", 2, "it holds a character that no text has, number 10 of the file"),
        ("%YAML one\n", 1, "this cannot be read. Look at the quotes, the colons"),
    ],
)
def test_a_mistake_is_told_in_words_with_its_line(reader: type, text: str, line: int, said: str) -> None:
    found, sentence = mistake(text, reader)
    assert said in sentence
    assert found == line
    assert sentence.endswith(".")


@given(st.text(alphabet="ab:- \n\t'\"[]{}#&*!|>%@`,?\\\x07\ue000", max_size=40))
def test_whatever_is_no_yaml_gets_a_line_of_the_text_and_a_sentence(text: str) -> None:
    for reader in READERS:
        try:
            yaml.compose(text, Loader=reader)
        except yaml.YAMLError as error:
            line, sentence = explained(error, text)
            assert 1 <= line <= text.count("\n") + 1
            assert sentence.endswith(".")
            assert "token" not in sentence
            assert "\n" not in sentence


@pytest.mark.parametrize(
    ("held", "said"),
    [
        (b"headline: Card payments: fail\n", "line 1: there is a second colon"),
        (b"headline: \xff\n", "no text in UTF-8"),
    ],
)
def test_the_file_of_an_update_is_refused_with_the_line_to_mend(tmp_path: Path, held: bytes, said: str) -> None:
    file = tmp_path / "update.yaml"
    file.write_bytes(held)
    with pytest.raises(Refusal) as refused:
        writing.read(file)
    assert said in str(refused.value)
    with pytest.raises(Refusal, match="cannot be read: No such file"):
        writing.read(tmp_path / "nowhere.yaml")
