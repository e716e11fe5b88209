"""One command of a person who is known: settings, memory, the verified caller, and every ending as a sentence.

Slack is not asked who we are if it has ever said so on this machine. It refuses to do anything before the secret was
right, and never says "saved" of what is not known to be saved.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Annotated

import typer

from bot.cli.keyboard import Keyboard
from bot.cli.start import give_up, ready_settings, to_the_end
from bot.config import Settings
from bot.domain.incident import Incident
from bot.domain.people import Caller, Person
from bot.domain.refusals import Refusal
from bot.domain.update import Update
from bot.ports import Clock, Halted, NotKnownYet, Services, StorageDown, StorageFull, Unsure
from bot.usecases.traces import Traces

As = Annotated[str, typer.Option("--as", help="who you are: your name or user id in Slack; your secret is asked for")]
SecretStdin = Annotated[bool, typer.Option("--secret-stdin", help="the first line of standard input is the secret")]

# INC-12, inc 12, #12 or 12; and with the dash that a note or a chat made of the hyphen.
_NUMBER = re.compile(r"\s*(?:inc[\s\u2010-\u2015\u2212-]*|#)?([0-9]{1,9})[\s.,]*", re.IGNORECASE | re.ASCII)
_IDENTIFY_SECONDS = 12.0
_LOOKS = (0.5, 1.0, 2.0, 4.0)
_NOT_SAVED = (
    "Clarion cannot reach its memory; nothing was saved. Try again in a minute. If customers must hear something now: "
    "`clarion publish --emergency` works without it, with the secrets of an author and of somebody else who approves."
)
_PERHAPS = (
    "Clarion's memory failed on the way, so this may have been saved or not. Look before you do it again: "
    "`clarion incident show`."
)
_HALTED = (
    "Publishing is on hold, so this was not saved: Clarion's memory came back older than what has happened, or an "
    "emergency publication has to be put on record. Run `clarion recover`, and then this again."
)
_FULL = "Clarion's memory is full; nothing was saved. What is on its way still goes out. Give it more memory."


@dataclass(frozen=True, slots=True)
class Place:
    """Where a command works: handed in by practice, else read from the settings."""

    settings: Settings
    redis_url: str = ""
    clock: Clock | None = None


class Desk:
    """What a command works with. `machine` is "user@host"."""

    def __init__(self, services: Services, keyboard: Keyboard, who: str, machine: str) -> None:
        self.services = services
        self.keyboard = keyboard
        self.machine = machine
        self._who = who

    def say(self, text: str = "") -> None:
        """Print a line or more."""
        typer.echo(text)

    def operation(self) -> str:
        """Return the id of this very act."""
        return f"cli:{self.services.ids.new()}"

    async def verified(self, doing: str, incident: Incident | None = None) -> Caller:
        """Return the caller, once the secret has been right. `doing` is what it is for: "declare an incident"."""
        from bot.usecases import secrets
        from bot.usecases.sight import as_seen_by

        person: Person = await secrets.named(self.services, self._who)
        typed = self.keyboard.secret(person.name or person.user_id)
        attempt = secrets.Attempt(
            user_id=person.user_id,
            typed=typed,
            doing=doing,
            machine=self.machine,
            incident_id=incident.id if incident else "",
        )
        caller = await secrets.verify(self.services, attempt)
        self.services = as_seen_by(self.services, caller.user_id)
        return caller

    async def incident(self, typed: str) -> Incident:
        """Return the incident called "INC-12" or "12". Raises Refusal."""
        from bot.usecases import secrets
        from bot.usecases.sight import as_seen_by

        named = _NUMBER.fullmatch(typed)
        person = await secrets.named(self.services, self._who)
        # Whoever types another one's name sees no more than before: the secret is asked for all the same.
        seen = as_seen_by(self.services, person.user_id).incidents
        found = await seen.find(int(named[1])) if named else None
        if found is None:
            raise Refusal(
                "no_such_incident", f"There is no incident {typed}. `clarion incident list` shows the open ones."
            )
        return found

    @staticmethod
    def update(incident: Incident, number: int | None) -> Update:
        """Return an update by its number, else the one that waits for approval, else the newest. Raises Refusal."""
        waiting = [update for update in incident.updates if update in incident.waiting()]
        found = [u for u in incident.updates if u.number == number] if number else (waiting or list(incident.updates))
        if number is None and len(waiting) > 1:
            numbers = ", ".join(str(update.number) for update in waiting)
            raise Refusal("which_update", f"{incident.name} has several updates that wait: {numbers}. Name one.")
        if not found:
            what = f"update {number}" if number else "update"
            raise Refusal("no_such_update", f"{incident.name} has no {what}.")
        return found[-1]


Work = Callable[[Desk], Awaitable[None]]


def perform(context: typer.Context, who: str, secret_stdin: bool, work: Work) -> None:
    """Do a command's work and end with its status."""
    place = context.obj if isinstance(context.obj, Place) else Place(ready_settings())
    keyboard = Keyboard(secret_first=secret_stdin)
    if sentence := to_the_end(_spoken(place, keyboard, who, work)):
        give_up(sentence)


async def _spoken(place: Place, keyboard: Keyboard, who: str, work: Work) -> str:
    """Do it; return what went wrong, in a sentence, or ""."""
    from bot.cli.words import refused_here
    from bot.rendering.catalogue import BrokenTemplates
    from bot.slack.identity import NotIdentified
    from bot.storage.embedded import EmbeddedRedisFailed, NoServer

    try:
        async with _opened(place) as (services, machine):
            traces = Traces()
            try:
                with traces.honest():
                    await work(Desk(traces.followed(services), keyboard, who, machine))
            except Refusal as refusal:
                return await refused_here(services, refusal.sentence)
            except NotKnownYet as unknown:
                return await _looked(services, unknown.operation)
    except Unsure:
        return _PERHAPS
    except StorageDown:
        return _NOT_SAVED
    except StorageFull:
        return _FULL
    except Halted:
        return _HALTED
    except NotIdentified as refused:
        return f"Slack does not accept SLACK_BOT_TOKEN. {refused}"
    except TimeoutError:
        return (
            "Slack does not answer, and this machine has never been told which workspace it is for. Run this where "
            "`clarion run` has run, with the same CLARION_HOME."
        )
    except (BrokenTemplates, EmbeddedRedisFailed, NoServer, ValueError) as mistake:
        return str(mistake)
    return ""


@asynccontextmanager
async def _opened(place: Place) -> AsyncIterator[tuple[Services, str]]:
    from bot import wiring
    from bot.cli.machine import OnRecord, machine
    from bot.processes import redis_for

    identity = wiring.remembered(place.settings)
    if identity is None:
        async with asyncio.timeout(_IDENTIFY_SECONDS):
            identity = await wiring.identify(place.settings)
    where = machine()
    if place.redis_url:
        async with wiring.build(place.settings, place.redis_url, identity=identity, clock=place.clock) as built:
            yield replace(built.services, incidents=OnRecord(built.services.incidents, where)), where
        return
    async with redis_for(place.settings) as url, wiring.build(place.settings, url, identity=identity) as built:
        yield replace(built.services, incidents=OnRecord(built.services.incidents, where)), where


async def _looked(services: Services, operation: str) -> str:
    """Find out what became of a commit, for a while."""
    for wait in _LOOKS:
        await asyncio.sleep(wait)
        try:
            known = await services.incidents.committed(operation)
        except (StorageDown, StorageFull, NotKnownYet):
            continue
        if known is not None:
            return "The memory was slow. It was saved; do not repeat it." if known else _NOT_SAVED
    return "It is not known whether this was saved. Do not repeat it before `clarion incident show` has told you."
