"""Coverage: an update is approved when every language of its readers has it, in words that are of today.

What nobody translated blocks an approval or is only said, as the plan has it. It refuses, whatever the plan says, a
translation that is older than the words it is of (it may say what is no longer so), and a restored notice that leaves
a language behind: an incident cannot end while a language lags (N6).
"""

from collections.abc import Iterable

from bot.domain.facts import Stage
from bot.domain.incident import Incident
from bot.domain.languages import heard_of, heard_through, languages_of, name_of, names_of, owed, unread
from bot.domain.plan import Untranslated
from bot.domain.policy import Policy
from bot.domain.refusals import Offer, Refusal, Way
from bot.domain.translating import Lag, label_of, lags
from bot.domain.update import Update


def lagging(update: Update) -> tuple[Lag, ...]:
    """Return the languages of the newest revision that lag."""
    return lags(update.latest.facts, languages_of(update))


def blocking(incident: Incident, update: Update, policy: Policy) -> tuple[Lag, ...]:
    """Return the languages that keep the update from being approved."""
    warned = policy.at(incident.severity).untranslated is Untranslated.WARN and update.stage is not Stage.RESOLVED
    return tuple(one for one in lagging(update) if one.older or not warned)


def said_of(one: Lag) -> str:
    """Return in words what is missing in a language."""
    parts = []
    if one.copied:
        parts.append(f"not translated yet ({', '.join(map(label_of, one.copied))})")
    if one.older:
        parts.append(f"translated before the original was changed ({', '.join(map(label_of, one.older))})")
    return f"{name_of(one.locale)}: {' and '.join(parts)}"


def require_translated(incident: Incident, update: Update, policy: Policy) -> None:
    """Raise `Refusal` ``untranslated`` naming every language that lags, if that keeps it from being approved."""
    if found := blocking(incident, update, policy):
        raise Refusal(
            "untranslated",
            f"It cannot be approved before {names_of(one.locale for one in found)} is done. "
            f"{'; '.join(map(said_of, found))}. Press Languages on the request; on the command line, write it under "
            "“languages” in a file, and use `clarion update edit --file`.",
            way=Way(Offer.TRANSLATE, incident.id, update.id),
        )


def require_everybody(incident: Incident, update: Update) -> None:
    """Raise `Refusal` ``language_missing`` if a restored notice or a correction leaves out who read what came before.

    Whoever was told in a language that it began is told in it that it is over, or was wrong; in another one, if that is
    what they read by now.
    """
    if gone := missing(incident, update):
        what = "a correction" if update.corrects else "that it is over"
        raise Refusal(
            "language_missing",
            f"Customers read of this incident in {where_heard(incident, gone)}, so {what} must reach them in it, too. "
            "Press Edit on the request: that brings the language in, if it can be told again. If it cannot, leave it "
            f"out, with a reason (on the command line: `clarion update leave-out {incident.name} --reason “why”`).",
            way=Way(Offer.LEAVE_OUT, incident.id, update.id),
        )


def missing(incident: Incident, update: Update) -> tuple[str, ...]:
    """Return the languages that keep a restored notice or a correction from being approved: it is not told in them."""
    if update.stage is not Stage.RESOLVED and not update.corrects:
        return ()
    return tuple(sorted(owed(incident) - set(languages_of(update)) - unread(update)))


def where_heard(incident: Incident, locales: Iterable[str]) -> str:
    """Return languages with the outlets through which customers read of the incident in them: "French (Webhook)"."""
    return ", ".join(f"{name_of(one)} ({', '.join(heard_through(incident, one))})" for one in locales)


def left_behind(incident: Incident, update: Update) -> tuple[str, ...]:
    """Return the languages in which customers heard of the incident, and in which this update reached nobody."""
    return tuple(sorted(owed(incident, but=update.id) - heard_of(update) - unread(update)))
