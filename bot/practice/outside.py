"""What reached the world outside: everything that each outlet's loopback end holds, against what was approved.

What was approved is read from Clarion's own memory, the text from the loopback ends; both must be the same to the
byte. It refuses to look away: whatever arrived and was not approved, or came twice, is found.
"""

import asyncio
import html
import json
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, TypeVar

import aiohttp

from bot.domain.incident import Incident
from bot.domain.update import Update
from bot.ports import StorageDown
from bot.practice.mailbox import Letter, Mailbox
from bot.practice.receiver import Post, Receiver
from bot.practice.slack_standin import Channel, Message, SlackStandIn
from bot.storage.store import Storage
from bot.usecases.snapshots import recipients_from, rendition_from

Parts = tuple[str, ...]
T = TypeVar("T")

STATUS, SLACK, MAIL, WEBHOOK = OUTLETS = ("status page", "slack", "e-mail", "webhook")
# The parts of a text that each end can show, in the order in which `Arrival.parts` holds them.
PARTS_OF: Mapping[str, tuple[str, ...]] = {
    STATUS: ("html", "json"),
    SLACK: ("headline", "body"),
    MAIL: ("subject", "text", "html"),
    WEBHOOK: ("json",),
}
# Web and Redis that were killed on purpose are back by then; seconds.
_BACK_WITHIN, _LOOK_EVERY = 10.0, 0.05
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
class Received:
    """An arrival with what is around it. `at`: seconds since 1970; `about`: what the end noticed, in words.

    `raw` is what came, whole, as that end keeps it.
    """

    arrival: Arrival
    at: float
    about: tuple[tuple[str, str], ...]
    raw: bytes


@dataclass(frozen=True, slots=True)
class Approved:
    """What one approved update says at one outlet, and to whom. `rounds`: how often people said to send it."""

    incident: int
    update: int
    outlet: str
    parts: Parts
    recipients: frozenset[str]
    rounds: int = 1


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
        self._entries: list[dict[str, Any]] = []

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

        async def get() -> str:
            if self._session is None:
                self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10))
            async with self._session.get(f"{self.status_url}{name}") as reply:
                return await reply.text() if reply.status == 200 else ""

        return await _once_back(get, aiohttp.ClientError)

    async def arrivals(self) -> tuple[Arrival, ...]:
        """Return everything that has arrived anywhere."""
        page = await self.status_page("/status.json")
        self._entries = json.loads(page)["entries"] if page else []
        return tuple(one.arrival for one in self.received())

    def received(self) -> tuple[Received, ...]:
        """Return what has arrived, with what is around it; of the status page what `arrivals` saw last."""
        posts = self._standin.messages(self._broadcast)
        return (
            *(_entry(one) for one in reversed(self._entries)),
            *(_post(one) for one in posts if one.user == self._standin.workspace.bot.id),
            *(_letter(one) for one in self._mailbox.letters),
            *(_hooked(one) for one in self._receiver.posts),
        )

    async def incidents(self) -> tuple[Incident, ...]:
        """Return all incidents of this practice, oldest first."""
        found: list[Incident] = []
        while (incident := await self._find(len(found) + 1)) is not None:
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
        approved, seen = await self.approved(), Counter[Arrival]()
        for arrival in await self.arrivals():
            fitting = fits(arrival, approved)
            if not fitting:
                return f"{arrival.outlet} got a text that is not, byte for byte, what was approved:\n{arrival.text}"
            if arrival.outlet == MAIL and not any(arrival.to in one.recipients for one in fitting):
                return f"{arrival.to} got a letter without being among the approved recipients"
            seen[arrival] += 1
            if seen[arrival] > sum(one.rounds for one in fitting):
                return f"{arrival.outlet}: {arrival.to} got the same text twice:\n{arrival.text}"
        return f"the webhook receiver refused {self.refused_posts[0]}" if self.refused_posts else ""

    async def _find(self, number: int) -> Incident | None:
        return await _once_back(lambda: self._memory.incidents.find(number), StorageDown)

    async def _blob(self, sha256: str) -> bytes:
        return await _once_back(lambda: self._memory.incidents.blob(sha256), StorageDown)

    async def _approved(self, incident: Incident, update: Update) -> list[Approved]:
        found: list[Approved] = []
        for planned in update.latest.planned:
            outlet = _OUTLET_NAMES.get(planned.outlet, WEBHOOK)
            rendition = rendition_from(await self._blob(planned.rendition))
            parts = tuple(_as_received(outlet, name, rendition.part(name)) for name in PARTS_OF[outlet])
            listed = recipients_from(await self._blob(planned.recipients))
            to = frozenset(one.address for one in listed)
            rounds = 1 + sum(one.round for one in update.deliveries if one.outlet == planned.outlet)
            found.append(Approved(incident.number, update.number, outlet, parts, to, rounds))
        return found


def fits(arrival: Arrival, approved: tuple[Approved, ...]) -> tuple[Approved, ...]:
    """Return what was approved for that outlet with exactly these bytes."""
    return tuple(one for one in approved if one.outlet == arrival.outlet and one.parts == arrival.parts)


async def _once_back(ask: Callable[[], Awaitable[T]], away: type[Exception]) -> T:
    """Ask, and again while what is asked is being started again. Raises `away` if it does not come back."""
    clock = asyncio.get_running_loop().time
    end = clock() + _BACK_WITHIN
    while True:
        try:
            return await ask()
        except away:
            if clock() >= end:
                raise
        await asyncio.sleep(_LOOK_EVERY)


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


# ---------------------------------------------------------------- what each end keeps, as a text that came


def _entry(entry: dict[str, Any]) -> Received:
    at = datetime.fromisoformat(entry["published_at"]).timestamp()
    raw = json.dumps(entry, ensure_ascii=False, indent=1).encode()
    return Received(Arrival(STATUS, "page", (entry["html"], entry["json"])), at, (), raw)


def _post(message: Message) -> Received:
    raw = json.dumps(asdict(message), ensure_ascii=False, indent=1).encode()
    about = (("Amended", "since it was posted"),) if message.edited else ()
    return Received(Arrival(SLACK, "channel", _posted(message)), float(message.ts), about, raw)


def _letter(letter: Letter) -> Received:
    about = (("To", letter.to), ("From", letter.sender), ("Subject", letter.subject))
    return Received(Arrival(MAIL, letter.to, (letter.subject, letter.text, letter.html)), letter.at, about, letter.raw)


def _hooked(post: Post) -> Received:
    told = ("webhook-id", "webhook-timestamp", "webhook-signature", "content-type")
    about = [(name, post.headers[name]) for name in told if name in post.headers]
    about.append(("Signature", "verified"))  # what does not verify is refused, and never comes here
    if post.times > 1:
        about.append(("Came", f"{post.times} times under this id, and was kept once"))
    return Received(Arrival(WEBHOOK, "endpoint", (post.body.decode(),)), post.at, tuple(about), post.body)
