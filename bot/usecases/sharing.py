"""Sharing: in which language each recipient of an outlet gets an update, made before the commit.

Everybody gets it once, in one language. It refuses to drop a language in which customers have heard of the incident
as long as there are words for it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from bot.domain.facts import Facts
from bot.domain.incident import Incident
from bot.domain.languages import carried, closest, each_language, heard
from bot.domain.plan import Through
from bot.domain.translating import only, prepared
from bot.domain.update import Recipient, Update
from bot.ports import Outlet, Services, Speaks

Shares = Mapping[str, tuple[Recipient, ...]]
# What the plan calls the outlets that use these layouts.
_THROUGH = {
    "status": Through.PAGE,
    "slack": Through.BROADCAST,
    "internal": Through.BROADCAST,
    "email": Through.EMAIL,
    "webhook": Through.WEBHOOK,
}


def shared(services: Services, incident: Incident, outlet: Outlet, recipients: tuple[Recipient, ...]) -> Shares:
    """Return who gets which language at an outlet, the base language first and always there."""
    languages = _languages(services, incident, outlet)
    base, *others = languages
    if outlet.speaks is Speaks.OWN:
        spoken = {r.id: closest(r.locale, languages) for r in recipients}
        shares = {one: tuple(r for r in recipients if spoken[r.id] == one) for one in languages}
        # A share of nobody says that whoever heard in this language before reads another one now.
        before = heard(incident, outlet.name)
        return {one: share for one, share in shares.items() if share or one == base or one in before}
    return {base: recipients} | {one: tuple(_again(r, one) for r in recipients) for one in others}


def in_languages(services: Services, template: str, facts: Facts, locales: Iterable[str]) -> Facts:
    """Return the facts in exactly these languages; what a template prefilled is in each language's own words.

    What only our own people read stays in the base language: nobody is asked to translate it.
    """
    first, *others = services.words.languages
    wanted = set(locales)
    facts = only(facts, [first, *(one for one in others if one in wanted)])
    chosen, given = services.words.template(template), dict(facts.fields)
    inside = [(one.name, given.get(one.name, ""), given.get(one.name, "")) for one in chosen.fields if one.inside]
    for locale in others:
        if locale in wanted:
            own = services.words.template(template, locale).defaults
            words = [(name, text, own.get(name, "")) for name, text in chosen.defaults.items()]
            facts = prepared(facts, locale, [*words, *inside])
    return facts


def source(incident: Incident, corrects: str) -> Update | None:
    """Return the update whose words a new one starts from."""
    if corrects:
        return incident.update(corrects)
    return incident.updates[-1] if incident.updates else None


def with_languages(facts: Facts, before: Update | None) -> Facts:
    """Return facts that were written in the base language alone with the translations that there are already."""
    if facts.translations or before is None:
        return facts
    return replace(facts, translations=before.latest.facts.translations)


def _languages(services: Services, incident: Incident, outlet: Outlet) -> tuple[str, ...]:
    known = services.words.languages
    through = _THROUGH.get(outlet.layout)
    wanted = set(heard(incident, outlet.name))
    if outlet.speaks is not Speaks.BASE or each_language(services.plan, incident.severity, through):
        wanted |= {*carried(services.plan, incident.severity, through)}
    return (known[0], *(one for one in known[1:] if one in wanted))


def told_now(services: Services, incident: Incident) -> frozenset[str]:
    """Return every language that an update drafted now would have, through the outlets that are set up."""
    outlets = (one for one in services.outlets.values() if one.rehearsal == incident.drill)
    return frozenset(locale for one in outlets for locale in _languages(services, incident, one))


def _again(recipient: Recipient, locale: str) -> Recipient:
    """Return the same place in another language: what is put there is a delivery of its own, with its own outcome."""
    return Recipient(id=f"{recipient.id}-{locale}", address=recipient.address)
