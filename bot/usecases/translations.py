"""The verbs of languages: putting one language of a waiting update in place, and leaving one out that nobody can tell.

Several people translate side by side: what somebody typed is put into the newest revision, whatever other languages
have become meanwhile. It refuses to overwrite what somebody else wrote in the same language.
"""

from dataclasses import replace

from bot.domain import drafting, leaving_out, translating
from bot.domain.change import Change
from bot.domain.facts import Facts
from bot.domain.incident import Incident
from bot.domain.languages import languages_of, name_of
from bot.domain.people import Caller
from bot.domain.privacy import require_public
from bot.domain.refusals import Offer, Refusal, Way
from bot.domain.translating import Typed
from bot.domain.update import Update
from bot.ports import Services
from bot.usecases.people import acting
from bot.usecases.sharing import told_now
from bot.usecases.updates import judged, loaded


def require_language(services: Services, incident: Incident, update_id: str, locale: str) -> None:
    """Raise `Refusal` unless the update still waits and is told in this language, which is not its base,
    and which the plan still has.
    """
    require_public(incident)
    update = incident.update(update_id)
    drafting.require_editable(update)
    if locale not in languages_of(update)[1:]:
        raise Refusal(
            "no_such_language", f"This update is not told in {name_of(locale)}. Open Languages to see in which it is."
        )
    if locale not in services.words.languages:
        raise Refusal(
            "no_such_language",
            f"The plan no longer has {name_of(locale)}, so nothing was saved. Press Edit on the request: "
            "the update then has the languages of the plan.",
        )


async def translate(
    services: Services,
    incident_id: str,
    update_id: str,
    base: str,
    typed: Typed,
    by: Caller,
    operation: str,
    keep: str = "",
) -> Incident:
    """Put a new revision with one language in place, and ask for approval anew; nothing if nothing was changed.

    `base` is the digest of what was there to be translated; `keep`: why words stay, besides what was said before.
    Raises Refusal naming the field or the language, and the storage's errors.
    """
    person, now = await acting(services, by), services.clock.now()
    incident = await loaded(services, incident_id)
    while True:
        require_language(services, incident, update_id, typed.locale)
        update = incident.update(update_id)
        facts = _merged(incident, update, base, typed)
        if facts == update.latest.facts:
            return incident
        newest = update.latest.digest
        made = await judged(services, incident, update.id, update.template, update.stage, facts, now, keep)
        rendered = replace(made, still_kept=True)

        def decide(found: Incident, rendered: drafting.Rendered = rendered, newest: str = newest) -> Change:
            if found.update(update_id).latest.digest != newest:
                raise _Overtaken(found)  # somebody else was quicker: put into their revision
            return drafting.revise(found, update_id, newest, rendered, person, now, services.policy)

        try:
            return (await services.incidents.amend(operation, incident_id, decide)).incident
        except _Overtaken as overtaken:
            incident = overtaken.incident


async def leave_out(services: Services, incident_id: str, reason: str, by: Caller, operation: str) -> Incident:
    """Leave out, with a reason, the languages in which nobody can be told any more. Raises as `translate`."""
    person, now = await acting(services, by), services.clock.now()

    def decide(found: Incident) -> Change:
        return leaving_out.leave_out(found, told_now(services, found), reason, person, now)

    return (await services.incidents.amend(operation, incident_id, decide)).incident


def _merged(incident: Incident, update: Update, base: str, typed: Typed) -> Facts:
    seen = update.revision_with(base)
    if seen is None:
        raise Refusal(
            "stale_digest",
            "This text was changed while you were writing. Open Languages again: it starts from the newest text.",
            way=Way(Offer.SHOW_UPDATE, incident.id, update.id),
        )
    return translating.merged(seen.facts, update.latest.facts, typed)


class _Overtaken(Exception):
    """Another revision came in between."""

    def __init__(self, incident: Incident) -> None:
        super().__init__(incident.id)
        self.incident = incident
