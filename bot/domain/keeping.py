"""Keeping: which reasons for words still hold after those words were edited or translated.

A reason is for the words that were read when it was given. It refuses to cover with it what somebody wrote since: that
takes a reason of its own, and whoever gave the old one is not said to have given it for anything else.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.facts import Facts
from bot.domain.incident import Incident
from bot.domain.refusals import Offer, Refusal, Way
from bot.domain.translating import said_in
from bot.domain.update import Revision, Update
from bot.domain.wording import Finding, Kept, Kind, require_clean, summary, typed

_OTHER_WORDS = "This was said of other words. Say why these stay, too."


def kept_with(
    update: Update, revision: Revision, found: tuple[Finding, ...], reason: str, by: str, now: datetime, *, all_of: bool
) -> tuple[Kept, ...]:
    """Return what is on record for the words of a new revision of `update`, which does not have it yet.

    `reason`: what was typed now; the same as before is no new one. `all_of`: earlier reasons hold without being typed
    again, as where somebody only translates. Raises Refusal ``wording`` where words stop the draft and no reason
    covers them.
    """
    before = [one for one in update.kept if update.revisions and one.digest == update.latest.digest]
    again = any(_flat(one.reason) == _flat(reason) for one in before)
    held: list[Kept] = []
    open_ = found
    for one in before if again or all_of else ():
        covered = tuple(f for f in open_ if _covers(one, f, update.latest.facts, revision.facts))
        open_ = tuple(f for f in open_ if f not in covered)
        if covered:
            held.append(replace(one, digest=revision.digest, findings=summary(covered)))
    try:
        new = require_clean(open_, "" if again else reason)
    except Refusal as refusal:
        if again:
            refusal.others = {**refusal.others, "keep_because": _OTHER_WORDS}
        raise
    if new and open_:
        held.append(Kept(by=by, at=now, digest=revision.digest, reason=new, findings=summary(open_)))
    return tuple(held)


def unanswered(update: Update, found: Sequence[Finding]) -> bool:
    """Say whether something was found in the newest revision that nobody has given a reason for."""
    return bool(_unanswered(update, found))


def stopping(update: Update, found: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return what keeps the newest revision from being approved: words that stop it, and nobody says why they stay."""
    stops = tuple(one for one in found if one.blocks)
    left = _unanswered(update, stops)
    return tuple(one for one in stops if summary((one,))[0] in left)


def require_answered(incident: Incident, update: Update, found: Sequence[Finding]) -> None:
    """Raise `Refusal` ``words_stop`` if words stop the newest revision and nobody has said why they stay.

    `found`: by the plan and the lists of today, which may know a word that they did not know when it was drafted.
    """
    if stops := stopping(update, found):
        more = f" And {len(stops) - 1} more." if len(stops) > 1 else ""
        raise Refusal(
            "words_stop",
            f"It cannot be approved with these words. {stops[0].sentence}{more} Have them changed, or say why they "
            "stay; on the command line: `clarion update edit`, and --keep “why” where they must stay.",
            way=Way(Offer.WORDS, incident.id, update.id),
        )


def _unanswered(update: Update, found: Sequence[Finding]) -> frozenset[str]:
    answered = {said for one in update.kept if one.digest == update.latest.digest for said in one.findings}
    return frozenset(summary(found)) - answered


def given_at(update: Update, now: datetime) -> tuple[Kept, ...]:
    """Return the reasons that were given at `now` for the newest revision, not those that still hold in it."""
    older = {(one.by, one.at, one.reason) for one in update.kept if one.digest != update.latest.digest}
    newest = (one for one in update.kept if one.at == now and one.digest == update.latest.digest)
    return tuple(one for one in newest if (one.by, one.at, one.reason) not in older)


def _covers(kept: Kept, one: Finding, before: Facts, after: Facts) -> bool:
    """Of a secret only the beginning is on record, so that it must stand in the very text that it stood in."""
    if summary((one,))[0] not in kept.findings:
        return False
    return one.kind is not Kind.SECRET or _text(before, one) == _text(after, one)


def _text(facts: Facts, one: Finding) -> str:
    return typed(said_in(facts, one.locale)).get(one.field, "")


def _flat(text: str) -> str:
    return " ".join(text.split())
