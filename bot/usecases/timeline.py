"""Verbs of the timeline: a message goes into it once, whoever points at it and however often."""

import asyncio
from dataclasses import replace

from bot.domain.noting import Quote, heard, note_quote
from bot.domain.people import Caller
from bot.domain.update import MessageRef
from bot.ports import ChatRefused, ChatUnavailable, ChatUnknown, Committed, Held, Services
from bot.usecases.people import acting
from bot.usecases.sight import as_seen_by

# Somebody is looking at a form or a shortcut; Slack allows 3 s for the whole acknowledgement.
_LINK_SECONDS = 1.0


async def note(services: Services, incident_id: str, quoted: Quote, by: Caller) -> Committed:
    """Put a message into the timeline; `repeated` if it was there. Raises Refusal and the storage's errors."""
    person, linked = await acting(services, by), await with_link(services, quoted)
    now = services.clock.now()
    return await services.incidents.amend(
        f"{quoted.operation}:{incident_id}", incident_id, lambda found: note_quote(found, linked, person, now)
    )


async def note_marked(services: Services, held: Held) -> None:
    """Read the message that somebody marked by a reaction, and put it into the timeline. Raises the Chat errors."""
    args = held.job.args
    ref = MessageRef(channel=args["channel"], ts=args["ts"])
    posted = await services.chat.read(ref)
    if posted is None or posted.author == services.places.bot_user:
        return  # deleted meanwhile, or Clarion's own words, which are in the timeline already
    marked = heard(ref, posted.author, posted.text)
    await note(as_seen_by(services, args["user"]), held.job.incident_id, marked, Caller(args["user"], args["team"]))


async def with_link(services: Services, quoted: Quote) -> Quote:
    """Return the quote with its address; where Slack does not say it in time, the one that Slack redirects."""
    found = ""
    try:
        async with asyncio.timeout(_LINK_SECONDS):
            found = await services.chat.permalink(quoted.message)
    except (ChatRefused, ChatUnavailable, ChatUnknown, TimeoutError):
        pass  # a private channel, or a slow Slack: the entry does not wait for it
    place = quoted.message
    return replace(quoted, link=found or f"https://slack.com/archives/{place.channel}/p{place.ts.replace('.', '')}")
