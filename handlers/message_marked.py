"""A reaction puts the message under it into the timeline of the channel's incident, once.

It refuses guests, messages elsewhere, and every other reaction; taking the reaction away takes nothing back, because a
timeline only grows.
"""

from bot.domain.job import Job, JobKind
from bot.ports import Services
from bot.usecases.people import insider
from handlers.answer import Answer, Done
from handlers.said import Said

# The reaction that means "into the timeline", without its colons.
MARK = "pushpin"


async def marked(services: Services, said: Said) -> Answer:
    """Queue the reading of the message; the event does not bring its words."""
    ts = str(said.message.get("ts", ""))
    incident = await services.incidents.in_channel(said.channel) if said.text == MARK and said.channel else None
    if incident is None or not ts:
        return Done()
    await insider(services, said.by)
    args = {"channel": said.channel, "ts": ts, "user": said.by.user_id, "team": said.by.team_id}
    await services.jobs.add(
        Job(id=f"marked:{said.channel}:{ts}", kind=JobKind.NOTE_MARKED, incident_id=incident.id, args=args)
    )
    return Done()


EVENTS = {"reaction_added": marked}
