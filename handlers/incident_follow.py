"""Following: an incident, a severity or everything; leaving again in one click; and the list of it."""

from bot.domain.refusals import Refusal
from bot.ports import Services
from bot.slack.views import following as views
from bot.slack.views.forms import unpack
from bot.usecases import followers, homes
from handlers.answer import Answer, Done, Say
from handlers.grammar import Command
from handlers.incident_pick import ask, changeable, meant, pressed
from handlers.said import Said


async def follow(services: Services, said: Said, command: Command) -> Answer:
    """Follow what was named; in an incident's channel, that one."""
    if command.group:
        return await _follow_as_group(services, said, command)
    if command.severity or command.everything:
        await followers.follow_many(services, command.severity, said.by)
        return await _list(services, said)
    incident = await changeable(services, said, command.number)
    if incident is None:
        return await ask(services, command, "follow it")
    return Say(views.followed(await followers.follow(services, incident.id, said.by)))


async def _follow_as_group(services: Services, said: Said, command: Command) -> Answer:
    many = command.severity or command.everything
    incident = None if many else await changeable(services, said, command.number)
    if not many and incident is None:
        return await ask(services, command, "have the group follow it")
    what = incident or command.severity
    joined = await followers.follow_as_group(services, command.group, what, said.by)
    return Say(views.group_followed(what, joined.now, joined.left_out))


async def unfollow(services: Services, said: Said, command: Command) -> Answer:
    """Leave what was named; in an incident's channel, that one; else show what could be left."""
    if command.everything:
        await followers.unfollow_all(services, said.by)
        return await _list(services, said)
    if command.severity:
        await followers.unfollow_many(services, command.severity, said.by)
        return await _list(services, said)
    incident = await meant(services, said, command.number)
    if incident is None:
        return await _list(services, said)
    await followers.unfollow(services, incident.id, said.by)
    return Say(views.left(incident))


async def following(services: Services, said: Said, command: Command) -> Answer:
    """List what the person follows."""
    del command
    return await _list(services, said)


async def follow_pressed(services: Services, said: Said) -> Answer:
    """Follow from the card or the announcement."""
    incident = await pressed(services, said)
    return Say(views.followed(await followers.follow(services, incident.id, said.by)))


async def unfollow_pressed(services: Services, said: Said) -> Answer:
    """Leave from a DM, also when the incident is over, or has become private since: then nothing is said of it."""
    incident_id = unpack(said.value).get("incident", "")
    found = await followers.unfollow(services, incident_id, said.by) if incident_id else None
    if found is None:
        raise Refusal("no_such_incident", "There is no such incident, so you do not follow it.")
    return Say(views.left(found))


async def stopped(services: Services, said: Said) -> Answer:
    """Leave from the list, which is shown again."""
    await _stop(services, said)
    return await _list(services, said, replace=True)


async def stopped_at_home(services: Services, said: Said) -> Answer:
    """Leave from the home tab, which is drawn again and so is the answer."""
    await _stop(services, said)
    await homes.opened(services, said.by)
    return Done()


async def _stop(services: Services, said: Said) -> None:
    incident_id, severity = views.stopped(said.value)
    if incident_id:
        await followers.unfollow(services, incident_id, said.by)
    else:
        await followers.unfollow_many(services, severity, said.by)


async def _list(services: Services, said: Said, *, replace: bool = False) -> Answer:
    return Say(views.listed(*await followers.following(services, said.by)), replace=replace)


ACTIONS = {
    "incident_follow": follow_pressed,
    "incident_unfollow": unfollow_pressed,
    views.UNFOLLOW: stopped,
    views.UNFOLLOW_HOME: stopped_at_home,
}
