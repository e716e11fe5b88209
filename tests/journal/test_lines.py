"""The file of lines: what a crash cut off never counted, damage is told, and those who wait share one fsync."""

import asyncio
import os
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.domain.update import Outcome
from bot.journal import ledger
from bot.journal.ledger import Ledger
from bot.journal.lines import JournalDamaged, Lines, read
from bot.ports import Attempt


@settings(deadline=None, max_examples=60)  # a busy disk is no fault
@example(["Checkout is back."], 41)  # just behind the full stop of the text
@given(st.lists(st.text(max_size=20) | st.just("Back. In 5."), max_size=5), st.integers(0, 200))
def test_a_file_cut_off_anywhere_gives_the_lines_before_the_cut(texts: list[str], cut: int) -> None:
    file = Path(os.environ.get("TMPDIR", "/tmp")) / f"lines-{os.getpid()}.jsonl"
    file.unlink(missing_ok=True)
    lines = Lines(file)
    sizes = [0]
    for text in texts:
        lines.add({"k": "x", "is": text})
        sizes.append(file.stat().st_size)
    lines.close()
    whole = file.read_bytes() if texts else b""
    file.write_bytes(whole[:cut])
    # A line whose end of line alone is missing was written whole.
    kept = sum(1 for size in sizes[1:] if size - 1 <= cut)
    assert [line["is"] for line in read(file)] == texts[:kept]
    again = Lines(file)
    again.add({"k": "x", "is": "after"})
    again.close()
    assert [line["is"] for line in read(file)] == [*texts[:kept], "after"]
    file.unlink()


def test_damage_before_the_last_line_is_an_error(tmp_path: Path) -> None:
    lines = Lines(tmp_path / "a.jsonl")
    lines.add({"k": "one"}, {"k": "two"})
    lines.close()
    raw = (tmp_path / "a.jsonl").read_bytes()
    (tmp_path / "a.jsonl").write_bytes(raw.replace(b"one", b"onx"))
    with pytest.raises(JournalDamaged, match=r"line 1 of a\.jsonl"):
        read(tmp_path / "a.jsonl")


def test_two_files_of_one_name_add_whole_lines_in_turn(tmp_path: Path) -> None:
    one, two = Lines(tmp_path / "a.jsonl"), Lines(tmp_path / "a.jsonl")
    for number in range(50):
        (one if number % 2 else two).add({"k": number})
    assert [line["k"] for line in one.read()] == list(range(50))


async def test_those_who_wait_at_the_same_moment_share_one_fsync(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines, synced, real = Lines(tmp_path / "a.jsonl"), [0], os.fdatasync

    def counted(handle: int) -> None:
        synced[0] += 1
        real(handle)

    monkeypatch.setattr(os, "fdatasync", counted)
    await asyncio.gather(*(lines.added({"k": number}) for number in range(64)))
    assert len(lines.read()) == 64
    assert synced[0] <= 3
    await lines.added({"k": "alone"})
    assert lines.read()[-1] == {"k": "alone"}


def test_the_ledger_follows_the_rules_of_redis() -> None:
    found = Ledger([ledger.begun("u", "email", "a", 0)])
    assert found.of("u", "email") == {"a": Attempt(None, 0)}
    found.take_in(ledger.ended("u", "email", "a", Attempt(Outcome.UNKNOWN, 0, "lost")))
    found.take_in(ledger.begun("u", "email", "a", 1))
    assert found.of("u", "email")["a"] == Attempt(None, 1)
    found.take_in(ledger.taken_back("u", "email", "a", 1))
    assert found.of("u", "email")["a"] == Attempt(Outcome.UNKNOWN, 0, "lost"), "what stood before stands again"
    found.take_in(ledger.ended("u", "email", "a", Attempt(Outcome.DELIVERED, 1)))
    found.take_in(ledger.ended("u", "email", "a", Attempt(Outcome.REFUSED, 1)))
    found.take_in(ledger.ended("u", "email", "a", Attempt(Outcome.UNKNOWN, 0)))
    found.take_in(ledger.begun("u", "email", "a", 0))
    assert found.of("u", "email")["a"] == Attempt(Outcome.DELIVERED, 1), "delivered stays, and older rounds are nothing"


@pytest.mark.parametrize("back", [1, 2])
def test_a_try_that_was_taken_back_leaves_the_one_before_it_in_doubt(back: int) -> None:
    """A worker died as it sent. Whoever began again and did not get through knows nothing of that first try."""
    begun, taken_back = ledger.begun("u", "email", "a", 0), ledger.taken_back("u", "email", "a", 0)
    found = Ledger([begun, *[begun, taken_back] * back])
    assert found.of("u", "email") == {"a": Attempt(None, 0)}
    found.take_in(taken_back)
    assert found.of("u", "email") == {}, "each intention can be taken back once"
