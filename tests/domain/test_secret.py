"""Personal secrets: guessing is slowed, then locked; a right one is known however it was typed."""

from datetime import timedelta

import pytest

from bot.domain import secret
from bot.domain.refusals import Refusal
from bot.domain.secret import FIRST_LOCK, FIRST_PAUSE, LONGEST_LOCK, MOST_WRONG, Tries
from tests.builders import ANA, NOON

KEPT = secret.enrolled(ANA, "k7m2p9qrst01234vwxyz", b"salt", "op1", NOON)


@pytest.mark.parametrize("typed", ["k7m2p-9qrst-01234-vwxyz", " K7M2P 9QRST O1234 VWXYZ ", "k7m2p9qrstol234vwxyz"])
def test_capitals_blanks_dashes_and_look_alikes_do_not_matter(typed: str) -> None:
    assert secret.matches(KEPT, typed)


@pytest.mark.parametrize("typed", ["", "k7m2p", "k7m2p-9qrst-01234-vwxy0", "\ud800", "x" * 10_000])
def test_anything_else_is_wrong(typed: str) -> None:
    assert not secret.matches(KEPT, typed)


def test_what_is_kept_holds_no_secret_and_no_two_are_alike() -> None:
    assert "k7m2p" not in str(KEPT)
    assert secret.enrolled(ANA, "k7m2p9qrst01234vwxyz", b"other", "op1", NOON).hashed != KEPT.hashed


def test_a_secret_is_shown_in_groups() -> None:
    assert secret.spelled("k7m2p9qrst01234vwxyz") == "k7m2p-9qrst-01234-vwxyz"


def test_each_wrong_try_doubles_the_pause_and_the_fifth_locks() -> None:
    tries, now, pauses = Tries(), NOON, []
    for _ in range(MOST_WRONG):
        tries = secret.attempted(tries, now)
        assert tries.until is not None
        pauses.append(tries.until - now)
        now = tries.until
    assert pauses == [FIRST_PAUSE, FIRST_PAUSE * 2, FIRST_PAUSE * 4, FIRST_PAUSE * 8, FIRST_LOCK]
    assert tries.locked
    assert "locked for 15 min" in secret.wrong_secret(tries, now - FIRST_LOCK).sentence


def test_a_lock_grows_and_ends() -> None:
    tries, now = Tries(wrong=MOST_WRONG, until=NOON), NOON
    tries = secret.attempted(tries, now)
    assert tries.until == NOON + 2 * FIRST_LOCK
    assert secret.attempted(Tries(wrong=500, until=NOON), NOON).until == NOON + LONGEST_LOCK


@pytest.mark.parametrize(("wrong", "code"), [(1, "secret_slowed"), (MOST_WRONG, "secret_locked")])
def test_a_try_that_comes_too_soon_is_not_looked_at(wrong: int, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        secret.attempted(Tries(wrong=wrong, until=NOON + timedelta(seconds=1)), NOON)
    assert refused.value.code == code
