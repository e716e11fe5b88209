"""What is said of what arrived: as approved, not as approved, twice. None of what came is markup of the page."""

import hashlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.practice.outside import MAIL, OUTLETS, PARTS_OF, WEBHOOK, Approved, Arrival, Received
from bot.practice.page.out.verdicts import Verdict, by_outlet, judged
from bot.practice.page.paper import Paper

APPROVED = Approved(1, 2, MAIL, ("subject", "text\n", "<p>text</p>\n"), frozenset({"anna@shop.example"}))
PAPER = Paper("out")
LETTER = Received(Arrival(MAIL, "anna@shop.example", APPROVED.parts), 1_800_000_000.0, (("To", "anna"),), b"raw")


def other(to: str = LETTER.arrival.to, text: str = "text\n") -> Received:
    return replace(LETTER, arrival=Arrival(MAIL, to, ("subject", text, "<p>text</p>\n")))


@pytest.mark.parametrize(
    ("came", "approved", "verdicts"),
    [
        ((LETTER,), (APPROVED,), [Verdict.GOOD]),
        ((other(text="text \n"),), (APPROVED,), [Verdict.OTHER]),
        ((other(to="eve@shop.example"),), (APPROVED,), [Verdict.STRANGER]),
        ((LETTER, LETTER), (APPROVED,), [Verdict.GOOD, Verdict.TWICE]),
        ((LETTER, LETTER), (replace(APPROVED, rounds=2),), [Verdict.GOOD, Verdict.AGAIN]),
        ((LETTER, LETTER, LETTER), (replace(APPROVED, rounds=2),), [Verdict.GOOD, Verdict.AGAIN, Verdict.TWICE]),
        ((LETTER,), None, [Verdict.OPEN]),
        ((LETTER,), (), [Verdict.OTHER]),
    ],
)
def test_each_arrival_has_its_verdict(
    came: tuple[Received, ...], approved: tuple[Approved, ...] | None, verdicts: list[Verdict]
) -> None:
    items = judged(came, approved)
    assert [one.verdict for one in items] == verdicts
    assert [one.good for one in items] == [one in (Verdict.GOOD, Verdict.AGAIN) for one in verdicts]


def test_an_item_names_its_update_counts_its_bytes_and_hashes_them() -> None:
    (item,) = judged((LETTER,), (APPROVED,))
    assert (item.id, item.of) == ("e-mail-1", "INC-1 update #2")
    text = item.texts[1]
    assert (text.name, text.size, text.sha256) == ("text", 5, hashlib.sha256(b"text\n").hexdigest())
    assert [one.rendered for one in item.texts] == [False, False, True]


def test_the_newest_comes_first_and_outlets_that_nothing_reached_are_not_there() -> None:
    post = Received(Arrival(WEBHOOK, "endpoint", ("{}",)), 1_800_000_000.0, (), b"{}")
    groups = by_outlet(judged((LETTER, post, other(to="b@shop.example")), ()))
    assert [(outlet, [one.id for one in items]) for outlet, items in groups] == [
        (MAIL, ["e-mail-2", "e-mail-1"]),
        (WEBHOOK, ["webhook-1"]),
    ]


@given(text=st.text(), outlet=st.sampled_from(OUTLETS))
def test_whatever_came_is_drawn_and_none_of_it_is_markup(text: str, outlet: str) -> None:
    words = f"{text}<script>x</script>\"' onload=x"
    parts = tuple(words for _ in PARTS_OF[outlet])
    data = words.encode("utf-8", "surrogatepass")
    came = Received(Arrival(outlet, words, parts), 1_800_000_000.0, ((words, words),), data)
    drawn = PAPER.draw(
        outlets=by_outlet(judged((came,), ())), refused=[words], status="", page=words, address="", whole=True
    )
    assert "<script" not in drawn
    assert "\"' onload" not in drawn
    assert Verdict.OTHER in drawn
