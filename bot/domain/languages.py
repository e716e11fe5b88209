"""Languages: which of them an update is told in, and through which outlet, as the plan says.

One base language, in which the facts are written, and the others of those who are reached. It refuses to leave out a
language in which customers have heard of the incident: who read how it began reads how it ends.
"""

from collections.abc import Iterable, Mapping, Sequence

from bot.domain.incident import Incident, Severity
from bot.domain.plan import Audience, OutletPlan, Plan, Through
from bot.domain.update import Outcome, Planned, Update

# In English, as the plan and the screens are. Names: CLDR 45.
NAMES: Mapping[str, str] = {
    "bg": "Bulgarian",
    "cs": "Czech",
    "da": "Danish",
    "de": "German",
    "el": "Greek",
    "en": "English",
    "es": "Spanish",
    "et": "Estonian",
    "fi": "Finnish",
    "fr": "French",
    "hr": "Croatian",
    "hu": "Hungarian",
    "it": "Italian",
    "ja": "Japanese",
    "ko": "Korean",
    "lt": "Lithuanian",
    "lv": "Latvian",
    "nb": "Norwegian Bokmål",
    "nl": "Dutch",
    "pl": "Polish",
    "pt": "Portuguese",
    "ro": "Romanian",
    "sk": "Slovak",
    "sl": "Slovenian",
    "sv": "Swedish",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "zh": "Chinese",
}


def name_of(locale: str) -> str:
    """Return a language's name: "fr" is French, "pt-BR" is Portuguese (BR); one that is not known is its code."""
    base, _, region = locale.replace("_", "-").partition("-")
    name = NAMES.get(base.lower(), "")
    return (f"{name} ({region})" if region else name) if name else locale


def names_of(locales: Iterable[str]) -> str:
    """Return languages by name, with commas between them."""
    return ", ".join(name_of(locale) for locale in locales)


def base_of(plan: Plan) -> str:
    """Return the language in which facts are written: the first one of the first audience outside the company."""
    outside = [one for one in plan.audiences if one.outside] or list(plan.audiences)
    return outside[0].locales[0] if outside else "en"


def spoken(plan: Plan) -> tuple[str, ...]:
    """Return every language in which an update may be told, the base language first: there must be words for each."""
    found = (locale for row in plan.outlets for one in _told(plan, row) for locale in one.locales)
    return tuple(dict.fromkeys((base_of(plan), *found)))


def carried(plan: Plan, severity: Severity, through: Through | None) -> tuple[str, ...]:
    """Return the languages of what leaves through an outlet, the base language first.

    They are those of the audiences outside the company that the plan reaches through it at this severity. The
    update's own languages are the union over its outlets (`languages_of`).
    """
    rows = (row for row in plan.outlets_for(severity) if row.through is through)
    found = (locale for row in rows for one in _told(plan, row) if severity in one.severities for locale in one.locales)
    return tuple(dict.fromkeys((base_of(plan), *found)))


def each_language(plan: Plan, severity: Severity, through: Through | None) -> bool:
    """Say whether the plan asks for one delivery in each language where an outlet gets the base language alone."""
    return any(row.each_language for row in plan.outlets_for(severity) if row.through is through)


def languages_of(update: Update) -> tuple[str, ...]:
    """Return the languages that somebody reads an update's newest revision in, the base language first."""
    base = update.latest.facts.locale
    return tuple(dict.fromkeys((base, *(p.locale for p in update.latest.planned if p.recipient_count))))


def unread(update: Update) -> frozenset[str]:
    """Return the languages that are planned for, because somebody heard in them, and that nobody reads any more."""
    return frozenset(p.locale for p in update.latest.planned) - set(languages_of(update))


def closest(wanted: str, languages: Sequence[str]) -> str:
    """Return which of these languages is nearest to what a reader asked for: "fr" for "fr-CA"; else the first."""
    same = (one for one in languages if among(wanted, (one,)))
    return wanted if wanted in languages else next(same, languages[0])


def among(wanted: str, languages: Iterable[str]) -> bool:
    """Say whether a reader who asks for a language gets it, in whatever region's words: "fr-CA" where "fr" is."""
    return any(one.partition("-")[0] == wanted.partition("-")[0] for one in languages)


def called(planned: Planned, among: Sequence[Planned]) -> str:
    """Return how people call one outlet's share: with its language, where there are several."""
    several = any(other.locale != planned.locale for other in among)
    return f"{planned.label}, {name_of(planned.locale)}" if several else planned.label


def heard(incident: Incident, outlet: str = "") -> frozenset[str]:
    """Return the languages in which somebody heard of the incident, or may still hear; at one outlet, or at all."""
    return frozenset(locale for update in incident.updates if update.live for locale in heard_of(update, outlet=outlet))


def owed(incident: Incident, but: str = "") -> frozenset[str]:
    """Return the languages in which customers heard and must hear how it ends: all but those left out since.

    `but`: id of an update that does not count.
    """
    left = {one.locale: one.at for one in incident.left_out}
    live = ((u, u.approved.at) for u in incident.updates if u.live and u.approved and u.id != but)
    return frozenset(locale for u, at in live for locale in heard_of(u) if locale not in left or at > left[locale])


def heard_through(incident: Incident, locale: str) -> tuple[str, ...]:
    """Return the labels of the outlets through which somebody heard in a language."""
    outlets = (
        planned.label
        for update in incident.updates
        if update.live
        for planned in update.latest.planned
        if planned.locale == locale and locale in heard_of(update, planned.outlet)
    )
    return tuple(dict.fromkeys(outlets))


def heard_of(update: Update, outlet: str = "") -> frozenset[str]:
    """Return the languages in which somebody has an approved update, may have it, or may still get it."""
    found: set[str] = set()
    for delivery in update.deliveries:
        if outlet not in ("", delivery.outlet):
            continue
        planned = [p for p in update.latest.planned if p.outlet == delivery.outlet]
        if not delivery.settled:
            found |= {p.locale for p in planned if p.recipient_count}
        elif len(planned) == 1:  # what was settled before languages were counted has only this
            found |= {planned[0].locale} if _reached(delivery.tally) else set()
        else:
            found |= set(delivery.heard)
    return frozenset(found)


def _reached(tally: Mapping[Outcome, int]) -> bool:
    return any(tally.get(outcome, 0) for outcome in (Outcome.DELIVERED, Outcome.UNKNOWN))


def _told(plan: Plan, row: OutletPlan) -> list[Audience]:
    """Return whose languages count at an outlet: who is outside; all where each language is asked for."""
    named = (plan.audience(name) for name in row.audiences)
    return [one for one in named if one is not None and (one.outside or row.each_language)]
