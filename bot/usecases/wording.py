"""The approved wording that goes with a telling: the stored text, never rendered again (N1)."""

from bot.domain.incident import Incident
from bot.domain.telling import Telling
from bot.domain.update import Planned, Update
from bot.ports import Services
from bot.usecases.snapshots import rendition_from

# The plainest first: a headline and a text. What is written for machines or with addresses comes last.
_PLAINEST = ("slack", "email", "status")
# Slack may be read by our own people alone, and then carries what customers must not be told.
_NEVER_INSIDE = ("email", "status")


async def wording(services: Services, incident: Incident, telling: Telling) -> str:
    """Return the words for tickets, "" while no update was told or where it was stopped: nobody repeats those words.

    Raises LookupError if they are damaged.
    """
    if not telling.update_id or incident.update(telling.update_id).stopped_by:
        return ""
    planned = _plainest(services, incident.update(telling.update_id))
    return services.words.readable(rendition_from(await services.incidents.blob(planned.rendition)))


def _plainest(services: Services, update: Update) -> Planned:
    base = [planned for planned in update.latest.planned if planned.locale == update.latest.facts.locale]
    names = {planned.outlet.partition("-")[0]: planned for planned in base}
    order = _NEVER_INSIDE if _has_inside(services, update) else _PLAINEST
    return next((names[name] for name in order if name in names), update.latest.planned[0])


def _has_inside(services: Services, update: Update) -> bool:
    """Whether something was written for our own people only; as if it were, where the template is gone."""
    written = {name for name, text in update.latest.facts.fields if text}
    known = {t.name: t.fields for t in services.words.templates()}.get(update.template)
    return bool(written) if known is None else any(spec.inside and spec.name in written for spec in known)
