"""How near a mistyped word is to a known one. It refuses to correct: it only says what may have been meant."""

from collections.abc import Sequence
from functools import lru_cache

# No command is longer; a longer word is nobody's typing mistake for one, and the table below stays small.
_LONGEST = 20


def nearest(word: str, known: Sequence[str]) -> str:
    """Return the known word that `word` is a near miss of, or "". Exact words are their own nearest.

    Near: at most one slip (a letter missing, doubled, wrong, or two swapped), two in words over five letters; or
    the beginning of a known word, from three letters on.
    """
    said = word.casefold()
    if not 2 <= len(said) <= _LONGEST:
        return ""
    rated = [(distance(said, k), k) for k in known if abs(len(k) - len(said)) <= 2]
    best, found = min(rated, default=(99, ""))
    if best <= (1 if len(found) <= 5 else 2):
        return found
    return next((k for k in known if len(said) >= 3 and k.startswith(said)), "")


# Titles begin with few different words, and each is compared with every command.
@lru_cache(maxsize=2_048)
def distance(one: str, other: str) -> int:
    """Return the number of slips between two words, swapped neighbours counting as one (optimal string alignment)."""
    before: list[int] = []
    above = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        row = [i]
        for j, b in enumerate(other, 1):
            cost = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before, above = above, row
    return above[-1]
