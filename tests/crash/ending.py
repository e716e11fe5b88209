"""What is there when it is quiet: read for the checker from what is recorded, and from what Slack shows."""

from collections.abc import Sequence

from bot.domain.incident import Incident
from bot.domain.privacy import circle
from bot.practice.slack_standin import TEAM_ID, visible_text
from bot.storage.codec import JOB
from bot.usecases import cards
from bot.usecases.jobs import MOST_CRASHES
from bot.usecases.snapshots import recipients_from
from tests.crash.checker import End
from tests.crash.world import World


async def ending(world: World) -> End:
    """Read everything that is there."""
    memory, incidents, number = world.memory, list[Incident](), 1
    while (found := await memory.incidents.find(number)) is not None:
        incidents.append(found)
        number += 1
    plans = [(u, p) for i in incidents for u in i.updates for r in u.revisions for p in r.planned]
    listed = {p.recipients: recipients_from(await memory.incidents.blob(p.recipients)) for _, p in plans}
    ledger = {(u.id, p.outlet): await memory.attempts.read(u.id, p.outlet) for u, p in plans}
    ask = memory._link.ask
    jobs = [JOB.decode(text) for text in await ask("HVALS", world.keys.due_jobs)]
    return End(
        incidents=incidents,
        ledger=ledger,
        listed=listed,
        jobs=jobs,
        aside=[one for one in await memory.jobs.aside() if not _haunted(world, one[1])],
        cards=[one for incident in incidents for one in await _cards(world, incident)],
        told=[*_told(world), *_elsewhere(world, incidents), *_overheard(world, incidents)],
        crossed=[
            *(f"{one.name} of workspace {one.workspace}" for one in incidents if one.workspace != TEAM_ID),
            *await world.neighbours.changed(),
        ],
        marks=_marks(world),
    )


def _haunted(world: World, reason: str) -> bool:
    """Say whether a job may have been put aside: it was in hand whenever somebody died, which was often enough."""
    return reason.startswith("crashed its worker") and world.fate.deaths >= MOST_CRASHES


async def _cards(world: World, incident: Incident) -> list[tuple[str, str, str]]:
    """What each card shows, and what it should: the newest drawing of what is recorded."""
    services, found = world.running.services(), list[tuple[str, str, str]]()
    for update in incident.updates:
        for ask in update.asks:
            right = await cards._asked(services, incident, update, ask)
            message = world.slack.workspace.message(ask.message.channel, ask.message.ts)
            shown = visible_text(message.blocks) if message else ""
            found.append(
                (f"the card of update #{update.number}", shown, visible_text([dict(block) for block in right.blocks]))
            )
    if incident.channel.card:
        message = world.slack.workspace.message(incident.channel.card.channel, incident.channel.card.ts)
        right = services.screens.card(incident, world.clock.now())
        shown = visible_text(message.blocks) if message else ""
        found.append((f"the card of {incident.name}", shown, visible_text([dict(block) for block in right.blocks])))
    return found


def _told(world: World) -> list[tuple[str, str, str]]:
    """Who heard what by direct message, and what is wrong with that reader, if anything."""
    found = []
    for name, reader in (("gus", "a guest"), ("olaf", "an outsider"), ("sam", "")):
        person = world.slack.person(name)
        bot = world.slack.workspace.bot.id
        found += [(name, str(m.metadata), reader) for m in world.slack.dms(person) if m.user == bot and m.metadata]
    return found


def _elsewhere(world: World, incidents: Sequence[Incident]) -> list[tuple[str, str, str]]:
    """What the bot said where nobody of the incident reads: neither the two channels nor a colleague's messages."""
    workspace = world.slack.workspace
    staff = (world.slack.person(name) for name in ("ada", "ben", "cleo", "dee", "sam"))
    here = {world.incidents.id, *(incident.channel.id for incident in incidents)}
    here |= {message.channel for person in staff for message in world.slack.dms(person)}
    posts = [m for place in workspace.posts.values() for m in place if m.user == workspace.bot.id]
    return [(m.channel, m.text[:40], "a stranger's channel") for m in posts if m.channel not in here]


def _overheard(world: World, incidents: Sequence[Incident]) -> list[tuple[str, str, str]]:
    """What somebody could read of a private incident who does not work on it."""
    workspace, found = world.slack.workspace, list[tuple[str, str, str]]()
    for incident in (one for one in incidents if one.private):
        inside = {incident.channel.id}
        for person in map(world.slack.person, ("ada", "ben", "cleo", "dee", "sam", "gus", "olaf")):
            own = {message.channel for message in world.slack.dms(person)}
            if person.id in circle(incident):
                inside |= own
                continue
            said = [message.text for message in world.slack.ephemerals(person)]
            # Its number is in the answer to whoever asked for that number: "There is no INC-1".
            found += [(person.id, _short(text), "not in it") for text in said if incident.title in text]
        for place, posts in workspace.posts.items():
            texts = [f"{m.text}\n{visible_text(m.blocks)}" for m in posts if m.user == workspace.bot.id]
            if place not in inside:
                found += [(place, _short(text), "not in it") for text in texts if _speaks_of(incident, text)]
    return found


def _speaks_of(incident: Incident, text: str) -> bool:
    return incident.title in text or incident.name in text


def _short(text: str) -> str:
    return " ".join(text.split())[:60]


def _marks(world: World) -> list[str]:
    """The marks of everything that was posted: each must have come once.

    What carries none are direct messages to approvers and leads, which may come twice (bot/usecases/posting.py).
    """
    found = []
    for posts in world.slack.workspace.posts.values():
        for message in posts:
            mark = message.metadata or {}
            if mark.get("event_type"):
                found.append(f"{mark['event_type']} {mark['event_payload']} in {message.channel}")
    rooms = [c.name for c in world.slack.workspace.channels.values() if c.name.startswith("inc-1-")]
    return found + [f"channel of INC-1 {n}" for n in (["one"] * len(rooms))]
