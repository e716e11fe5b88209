"""The file of e-mail recipients: strict, without repetitions, quick."""

import time
from pathlib import Path

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import given
from hypothesis import strategies as st

from bot.outlets.address_list import normalised, read_addresses
from bot.outlets.smtp import Smtp
from bot.ports import Refused
from tests.outlets.conformance import NOW


def listed(folder: Path, text: str) -> list[str]:
    (folder / "customers.txt").write_text(text)
    return [r.address for r in read_addresses(folder / "customers.txt")]


def test_comments_blanks_and_a_byte_order_mark_are_no_addresses(tmp_path: Path) -> None:
    assert listed(tmp_path, "\ufeffa@example.com # first\n\n  # none\n b@example.com \r\n") == [
        "a@example.com",
        "b@example.com",
    ]


def test_an_address_is_listed_once_however_large_its_letters_are_written(tmp_path: Path) -> None:
    """And goes on the wire as it was written first: a server may still tell the cases of its own names apart."""
    assert listed(tmp_path, "Ann@Example.com\nann@EXAMPLE.COM\nANN@example.com\n") == ["Ann@example.com"]
    assert listed(tmp_path, "É.Noël@example.com\né.noëL@example.com\n") == ["É.Noël@example.com"]


def test_letters_that_only_look_the_same_when_folded_are_two_people(tmp_path: Path) -> None:
    assert len(listed(tmp_path, "straße@example.com\nstrasse@example.com\n")) == 2


@pytest.mark.parametrize(
    "again",
    ["ann@example.com", "\tann@example.com   \r", "ann@example.com, fr", "ann@example.com\u00a0",
     "\ufeffann@example.com", "ann@example.com # once more", "ANN@EXAMPLE.COM; fr"],
)  # fmt: skip
def test_nobody_is_listed_twice_for_how_a_line_was_written(tmp_path: Path, again: str) -> None:
    (tmp_path / "list").write_bytes(f"\ufeffann@example.com\r\n{again}\r\n".encode())
    assert [one.address for one in read_addresses(tmp_path / "list")] == ["ann@example.com"]


def test_a_domain_has_one_spelling(tmp_path: Path) -> None:
    assert listed(tmp_path, "a@bücher.example.com\na@xn--bcher-kva.example.com\n") == ["a@xn--bcher-kva.example.com"]


@pytest.mark.parametrize(
    "bad",
    ["nobody", "a@", "@example.com", "a@b", "a b@example.com", "A <a@example.com>", "a@example.com, b@example.com",
     "a@example.com;b@example.com", "a..b@example.com", "a@localhost", '"a\\nb"@example.com', "a@[127.0.0.1]",
     "=cmd@example.com,x", "a@exam\x00ple.com", "x" * 260 + "@example.com"],
)  # fmt: skip
def test_a_wrong_line_is_named_by_number_and_not_by_what_it_says(tmp_path: Path, bad: str) -> None:
    with pytest.raises(Refused) as told:
        listed(tmp_path, f"# customers\ngood@example.com\n{bad}\n")
    assert str(told.value) == "line 3 of customers.txt is not an e-mail address"


def test_a_list_that_cannot_be_read_is_refused_with_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="cannot be read"):
        read_addresses(tmp_path / "none.txt")
    (tmp_path / "latin.txt").write_bytes("jos\xe9@example.com".encode("latin-1"))
    with pytest.raises(Refused, match="UTF-8"):
        read_addresses(tmp_path / "latin.txt")


def test_the_id_of_a_recipient_is_stable_and_carries_no_address(tmp_path: Path) -> None:
    (tmp_path / "list").write_text("a@Example.com\nb@example.com")
    one, two = read_addresses(tmp_path / "list")
    assert one.id != two.id
    assert len(one.id) == 32
    (tmp_path / "list").write_text("b@example.com\nA@example.com")
    assert {r.id for r in read_addresses(tmp_path / "list")} == {one.id, two.id}


def test_a_line_may_end_in_a_language(tmp_path: Path) -> None:
    (tmp_path / "list").write_text("a@example.com fr # Lyon\nb@example.com\tpt-BR\nc@example.com\nd@example.com, pl\n")
    assert [(r.address[0], r.locale) for r in read_addresses(tmp_path / "list")] == [
        ("a", "fr"),
        ("b", "pt-BR"),
        ("c", ""),
        ("d", "pl"),
    ]


def test_an_address_that_is_there_twice_hears_once_in_the_first_language_it_was_given(tmp_path: Path) -> None:
    (tmp_path / "list").write_text("a@example.com\na@EXAMPLE.com fr\na@example.com pl\n")
    assert [(r.address, r.locale) for r in read_addresses(tmp_path / "list")] == [("a@example.com", "fr")]


def test_what_is_no_language_is_refused_by_its_line(tmp_path: Path) -> None:
    (tmp_path / "list").write_text("a@example.com\nb@example.com French\n")
    with pytest.raises(Refused, match="line 2 of list ends in what is no language"):
        read_addresses(tmp_path / "list")


async def test_a_list_is_read_again_when_it_has_changed(tmp_path: Path) -> None:
    file = tmp_path / "list"
    outlet = Smtp("smtp://127.0.0.1", "s@example.org", file, lambda: NOW)
    with pytest.raises(Refused):
        await outlet.recipients()
    file.write_text("a@example.com\n")
    assert len(await outlet.recipients()) == 1
    file.write_text("a@example.com\nb@example.com\n")
    assert len(await outlet.recipients()) == 2
    file.unlink()
    with pytest.raises(Refused):
        await outlet.recipients()


def test_a_hundred_thousand_lines_are_read_within_seconds(tmp_path: Path) -> None:
    (tmp_path / "list").write_text("".join(f"customer.{n}@example{n % 500}.com\n" for n in range(120_000)))
    begun = time.monotonic()
    assert len(read_addresses(tmp_path / "list")) == 120_000
    assert time.monotonic() - begun < 10


locals_ = st.text(alphabet="aZ9._+-@ \"'é<>(),:;", min_size=0, max_size=70)
domains = st.sampled_from(["example.com", "Example.COM", "bücher.de", "localhost", "b", "", "a.test"])


@given(locals_, domains)
def test_the_short_way_agrees_with_the_validator(local: str, domain: str) -> None:
    raw = f"{local}@{domain}"
    try:
        expected = validate_email(raw, check_deliverability=False).normalized
    except EmailNotValidError:
        with pytest.raises(EmailNotValidError):
            normalised(raw)
    else:
        assert normalised(raw)[0] == expected
