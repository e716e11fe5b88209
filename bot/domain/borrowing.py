"""Borrowed words: sentences of an update that somebody wrote for an earlier update of the same incident.

Whoever wrote a sentence does not approve it, in whichever update it comes back unchanged (failure model 4). It
refuses to count as somebody's what nobody wrote for customers: a template's own words, and the declaration's.
"""

import re
from collections.abc import Iterable, Sequence

from bot.domain.facts import Facts
from bot.domain.incident import Incident

# A sentence ends at its mark or at the end of its line; case and outer blanks make no other sentence of it.
_ENDS = re.compile(r"(?<=[.!?…])\s+|(?<=[。！？])|\n+")


def lenders(incident: Incident, update_id: str, facts: Facts, by: str, given: Sequence[str] = ()) -> tuple[str, ...]:
    """Return, sorted, whose sentences of other updates stand in `facts` unchanged, without `by`.

    `given`: texts that no person wrote, such as the templates' prefilled words.
    """
    nobodys = _sentences((*given, incident.title, incident.impact))
    borrowed = _sentences(_texts(facts)) - nobodys
    found = {
        who for sentence, writers in _writers(incident, update_id).items() if sentence in borrowed for who in writers
    }
    return tuple(sorted(found - {by}))


def _writers(incident: Incident, update_id: str) -> dict[str, tuple[str, ...]]:
    """Return who first wrote each sentence of the other updates. Who only took it over did not write it."""
    revisions = [revision for update in incident.updates if update.id != update_id for revision in update.revisions]
    first: dict[str, tuple[str, ...]] = {}
    for revision in sorted(revisions, key=lambda r: r.at):
        for sentence in _sentences(_texts(revision.facts)):
            first.setdefault(sentence, (revision.author, *revision.quoted))
    return first


def _texts(facts: Facts) -> tuple[str, ...]:
    elsewhere = (text for one in facts.translations for _, text, _ in one.texts)
    return (facts.headline, facts.impact, facts.meanwhile, *(value for _, value in facts.fields), *elsewhere)


def _sentences(texts: Iterable[str]) -> frozenset[str]:
    parts = (" ".join(part.split()).casefold() for text in texts for part in _ENDS.split(text))
    return frozenset(part for part in parts if any(character.isalnum() for character in part))
