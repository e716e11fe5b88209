"""Hears that somebody joined or changed, and has them looked up again, so that the rules judge who they are now.

It refuses to believe the event's own copy of the profile: the look-up is the only source (failure model 24, 33).
"""

from bot.domain.job import Job, JobKind
from bot.ports import Services
from handlers.answer import Answer, Done
from handlers.said import Said


async def changed(services: Services, said: Said) -> Answer:
    """Queue a look-up of the person that the event is about; several events about one person are one job."""
    user = said.by.user_id
    if user:
        await services.jobs.add(Job(id=f"person:{user}", kind=JobKind.REFRESH_PERSON, args={"user": user}))
    return Done()


EVENTS = {"user_change": changed, "team_join": changed}
