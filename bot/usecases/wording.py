"""The approved wording that goes with a telling: the stored text, never rendered again (N1)."""

from bot.domain.incident import Incident
from bot.domain.telling import Telling
from bot.domain.update import Planned, Update
from bot.ports import Services
from bot.usecases.snapshots import rendition_from

# The plainest first: a headline and a text. What is written for machines or with addresses comes last.
_PLAINEST = ("slack", "email", "status")


async def wording(services: Services, incident: Incident, telling: Telling) -> str:
    """Return the words for tickets, or "" while no update was told. Raises LookupError if they are damaged."""
    if not telling.update_id:
        return ""
    planned = _plainest(incident.update(telling.update_id))
    return services.words.readable(rendition_from(await services.incidents.blob(planned.rendition)))


def _plainest(update: Update) -> Planned:
    base = [planned for planned in update.latest.planned if planned.locale == update.latest.facts.locale]
    names = {planned.outlet.partition("-")[0]: planned for planned in base}
    return next((names[name] for name in _PLAINEST if name in names), update.latest.planned[0])
