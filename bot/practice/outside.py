"""What reached the world outside: everything that each outlet's loopback end holds, against what was approved.

What was approved is read from Clarion's own memory, the text from the loopback ends; both must be the same to the
byte. It refuses to look away: whatever arrived and was not approved, or came twice, is found.
"""

import html
import json
from collections.abc import Mapping
from dataclasses import dataclass

import aiohttp

from bot.domain.incident import Incident
from bot.domain.update import Update
from bot.practice.mailbox import Mailbox
from bot.practice.receiver import Receiver
from bot.practice.slack_standin import Channel, Message, SlackStandIn
from bot.storage.store import Storage
from bot.usecases.snapshots import recipients_from, rendition_from

Parts = tuple[str, ...]

STATUS, SLACK, MAIL, WEBHOOK = OUTLETS = ("status page", "slack", "e-mail", "webhook")
# The parts of a text that each end can show, in the order in which `Arrival.parts` holds them.
_PARTS: Mapping[str, tuple[str, ...]] = {
    STATUS: ("html", "json"),
    SLACK: ("headline", "body"),
    MAIL: ("subject", "text", "html"),
    WEBHOOK: ("json",),
}
_OUTLET_NAMES = {"status": STATUS, "slack": SLACK, "email": MAIL}


@dataclass(frozen=True, slots=True)
class Arrival:
    """One text at one recipient."""

    outlet: str
    to: str
    parts: Parts

    @property
    def text(self) -> str:
        """All of it, for looking something up."""
        return "\n".join(self.parts)


@dataclass(frozen=True, slots=True)
class Approved:
    """What one approved update says at one outlet, and to whom."""

    incident: int
    update: int
    outlet: str
    parts: Parts
    recipients: frozenset[str]


class Outside:
    """The loopback ends of one practice, and what was approved in it."""

    def __init__(
        self,
        *,
        standin: SlackStandIn,
        broadcast: Channel,
        mailbox: Mailbox,
        receiver: Receiver,
        status_url: str,
        memory: Storage,
    ) -> None:
        self._standin = standin
        self._broadcast = broadcast
        self._mailbox = mailbox
        self._receiver = receiver
        self.status_url = status_url
        self._memory = memory
        self._session: aiohttp.ClientSession | None = None

    async def aclose(self) -> None:
        """Let connections go."""
        if self._session is not None:
            await self._session.close()
        await self._memory.aclose()

    @property
    def refused_posts(self) -> tuple[str, ...]:
        """Why the webhook receiver refused what it refused."""
        return tuple(self._receiver.refused)

    async def status_page(self, name: str = "") -> str:
        """Return a file of the status page as the web process serves it; "" while there is none."""
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10))
        async with self._session.get(f"{self.status_url}{name}") as reply:
            return await reply.text() if reply.status == 200 else ""

    async def arrivals(self) -> tuple[Arrival, ...]:
        """Return everything that has arrived anywhere."""
        page = await self.status_page("/status.json")
        entries = json.loads(page)["entries"] if page else []
        posts = self._standin.messages(self._broadcast)
        return (
            *(Arrival(STATUS, "page", (e["html"], e["json"])) for e in reversed(entries)),
            *(Arrival(SLACK, "channel", _posted(m)) for m in posts if m.user == self._standin.workspace.bot.id),
            *(Arrival(MAIL, one.to, (one.subject, one.text, one.html)) for one in self._mailbox.letters),
            *(Arrival(WEBHOOK, "endpoint", (post.body.decode(),)) for post in self._receiver.posts),
        )

    async def incidents(self) -> tuple[Incident, ...]:
        """Return all incidents of this practice, oldest first."""
        found: list[Incident] = []
        while (incident := await self._memory.incidents.find(len(found) + 1)) is not None:
            found.append(incident)
        return tuple(found)

    async def approved(self) -> tuple[Approved, ...]:
        """Return every approved text of every incident."""
        found: list[Approved] = []
        for incident in await self.incidents():
            for update in incident.updates:
                if update.approved:
                    found += await self._approved(incident, update)
        return tuple(found)

    async def unapproved(self) -> str:
        """Say what arrived that nobody approved, or that came to the same place twice; "" if nothing did."""
        approved, seen = await self.approved(), set[Arrival]()
        for arrival in await self.arrivals():
            fitting = [one for one in approved if one.outlet == arrival.outlet and one.parts == arrival.parts]
            if not fitting:
                return f"{arrival.outlet} got a text that is not, byte for byte, what was approved:\n{arrival.text}"
            if arrival.outlet == MAIL and not any(arrival.to in one.recipients for one in fitting):
                return f"{arrival.to} got a letter without being among the approved recipients"
            if arrival in seen:
                return f"{arrival.outlet}: {arrival.to} got the same text twice:\n{arrival.text}"
            seen.add(arrival)
        return f"the webhook receiver refused {self.refused_posts[0]}" if self.refused_posts else ""

    async def _approved(self, incident: Incident, update: Update) -> list[Approved]:
        found: list[Approved] = []
        for planned in update.latest.planned:
            outlet = _OUTLET_NAMES.get(planned.outlet, WEBHOOK)
            rendition = rendition_from(await self._memory.incidents.blob(planned.rendition))
            parts = tuple(_as_received(outlet, name, rendition.part(name)) for name in _PARTS[outlet])
            listed = recipients_from(await self._memory.incidents.blob(planned.recipients))
            to = frozenset(one.address for one in listed)
            found.append(Approved(incident.number, update.number, outlet, parts, to))
        return found


def _as_received(outlet: str, part: str, text: str) -> str:
    """Return a part as its end shows it: a mail ends the last line of its texts, whether the text did or not."""
    ended = outlet != MAIL or part == "subject" or text.endswith("\n")
    return text if ended else f"{text}\n"


def _posted(message: Message) -> Parts:
    """Return headline and body of a post; the notification's text in their place if it says something else."""
    headline = "".join(b["text"]["text"] for b in message.blocks if b["type"] == "header")
    body = "".join(b["text"]["text"] for b in message.blocks if b["type"] == "section")
    said = html.unescape(message.text)
    return (headline, body) if said == f"{headline}\n{body}" else (headline, body, said)
