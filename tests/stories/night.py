"""A night: real Redis, a stand-in for Slack, loopback outlets, the bot, and people who act through signed requests.

Usage::

    async with Night().begin() as night:
        await night.declare()
        await night.draft()
        await night.click("ben", night.ask(), "Approve")
        await night.published()

Whatever happened, it ends with I1 and I2 checked against everything that arrived. Waits are bounded; nothing sleeps
for a fixed time.
"""

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict
from typing import Any

from pydantic import SecretStr

from bot.config import Settings, Webhook
from bot.domain.update import Outcome, UpdateState
from bot.journal.journal import FIRST_EMERGENCY
from bot.practice.slack_standin import (
    OUTSIDE_TEAM_ID,
    TEAM_ID,
    SlackStandIn,
)
from bot.storage.jobs import LEASE_SECONDS
from bot.storage.patience import Patience
from bot.storage.store import Storage
from tests import abroad, standing_alone
from tests.folders import private_folder
from tests.redis_server import PATIENT, RedisServer, patient_storage
from tests.stories import arrivals
from tests.stories.acts import PATIENCE, WORDS, Acts, buttons
from tests.stories.arrivals import Arrival
from tests.stories.bots import Change, HereBot, ProcessBot, free_port
from tests.stories.clock import MovableClock
from tests.stories.outlets import SECRET, HookReceiver, MailServer

__all__ = ["PATIENCE", "WORDS", "Night", "buttons"]


class Night(Acts):
    """Everything that one story needs. `recipients`: how many customers are on the mailing list."""

    def __init__(
        self,
        *,
        recipients: int = 3,
        outlets: tuple[str, ...] = ("slack", "email", "webhook"),
        redis: Mapping[str, str] | None = None,
        socket_mode: bool = False,
        processes: bool = False,
        lease: float = LEASE_SECONDS,
        change: Change = lambda services: services,
        worker: bool = True,
        web: bool = True,
        languages: tuple[str, ...] = ("en",),
        untranslated: str = "block",
        readers: tuple[str, ...] = (),
        patience: Patience = PATIENT,
    ) -> None:
        """`languages`, `untranslated`: as the plan has them; `readers`: lines of the mailing list besides.

        `patience` with Redis: a story in which it hangs has that of production. `lease`: shorter where a worker is
        killed and waited for; where none is, one that stands still for a second is not to be taken for dead.
        """
        self._languages, self._untranslated, self._readers = languages, untranslated, readers
        self._patience = patience
        self._outlets, self._recipients, self._socket_mode = outlets, recipients, socket_mode
        self._processes, self._lease, self._change, self.working = processes, lease, change, worker
        self._web = web
        self.home = private_folder("clarion-night-")
        self.clock = MovableClock()
        self.redis = RedisServer(**(redis or {}))
        self.slack = SlackStandIn(now=self.clock.seconds)
        self.mail, self.hook = MailServer(), HookReceiver()
        self.port = free_port() if processes else 3000
        self.sent_again: list[Arrival] = []
        self.memory: Storage
        self.here: HereBot
        self.apart: ProcessBot
        self.fields: dict[str, Any] = {}

    # ---------------------------------------------------------------- setting it up

    @asynccontextmanager
    async def begin(self) -> AsyncIterator["Night"]:
        """Set everything up, and check the invariants at the end."""
        async with AsyncExitStack() as stack:
            stack.callback(shutil.rmtree, self.home, ignore_errors=True)
            stack.enter_context(self.redis)
            for name in ("ada", "ben", "cleo", "dee", "sam"):
                self.slack.add_person(name)
            self.slack.add_person("gus", is_restricted=True)
            self.slack.add_person("olaf", team_id=OUTSIDE_TEAM_ID)
            staff = tuple(map(self.slack.person, ("ada", "ben", "cleo", "dee", "sam")))
            self.incidents = self.slack.add_channel("incidents", members=staff, with_bot=True)
            self.broadcast = self.slack.add_channel("status", members=staff, with_bot=True)
            await stack.enter_async_context(self.slack.serve())
            for end in (self.mail, self.hook):
                await end.start()
                stack.push_async_callback(end.stop)
            self.memory = patient_storage(self.redis.url, TEAM_ID)
            stack.push_async_callback(self.memory.aclose)
            await self._start_bot(stack)
            yield self
            await self._check()

    async def _start_bot(self, stack: AsyncExitStack) -> None:
        fields = self.fields = self._fields()
        if self._processes:
            hooks = [[self.hook.url, SECRET]] if "webhook" in self._outlets else []
            told = {"fields": fields, "webhooks": hooks, "redis_url": self.redis.url, "lease": self._lease}
            told["patience"] = asdict(self._patience)
            self.apart = ProcessBot(self.home, told, self.port)
            self.slack.deliver_to(f"http://127.0.0.1:{self.port}")
            stack.push_async_callback(lambda: self.apart.close())
            starting: list[Awaitable[object]] = [self.apart.start_web()] if self._web else []
            await asyncio.gather(*starting, *([self.apart.start_worker()] if self.working else []))
            return
        hooks_here = (Webhook(self.hook.url, SecretStr(SECRET)),) if "webhook" in self._outlets else ()
        settings = Settings(**fields, webhooks=hooks_here, webhooks_allow_loopback=True)
        self.here = HereBot(settings, self.redis.url, self.clock, self._lease, self._change, self._patience)
        stack.push_async_callback(self.here.close)
        web = await self.here.start_web()
        if self._socket_mode:
            self.slack.deliver_by_socket()
            await asyncio.wait_for(self.slack.sockets.connected.wait(), PATIENCE)
        else:
            self.slack.deliver_to(web.app)
        if self.working:
            await self.here.start_worker()

    def _fields(self) -> dict[str, Any]:
        listed = self.home / "recipients.txt"
        customers = [f"customer-{n}@example.com" for n in range(self._recipients)]
        listed.write_text("".join(f"{line}\n" for line in (*customers, *self._readers)))
        fields: dict[str, Any] = {
            "slack_bot_token": self.slack.stage.token,
            "slack_api_url": self.slack.base_url,
            "port": self.port,
            "incidents_channel": self.incidents.id,
            "broadcast_channel": self.broadcast.id if "slack" in self._outlets else "",
            "clarion_approvers": [self.slack.person("ben").id, self.slack.person("dee").id],
            "status_dir": str(self.home / "status"),
            "status_url": "http://127.0.0.1:9/status",
            "clarion_home": str(self.home),
        }
        if len(self._languages) > 1:
            fields |= abroad.settings(self.home, *self._languages, untranslated=self._untranslated)
        key = "slack_app_token" if self._socket_mode else "slack_signing_secret"
        fields[key] = self.slack.stage.app_token if self._socket_mode else self.slack.stage.signing_secret
        if "email" in self._outlets:
            fields["smtp_url"] = f"smtp://127.0.0.1:{self.mail.port}"
            fields |= {"mail_from": "Status <status@shop.example>", "mail_recipients": str(listed)}
        return fields

    @property
    def hooked(self) -> bool:
        """Whether there is a webhook."""
        return "webhook" in self._outlets

    # ---------------------------------------------------------------- looking

    async def outcomes(self, number: int = 1) -> dict[str, dict[Outcome, int]]:
        """How each outlet's share ended, empty while it has not."""
        update = await self.update(number)
        short = {d.outlet: d.outlet.partition("-")[0] for d in update.deliveries}
        return {short[d.outlet]: {o: n for o, n in d.tally.items() if n} for d in update.deliveries if d.settled}

    def arrived(self, outlet: str = "") -> list[Arrival]:
        """What has arrived, at one outlet or at all."""
        bot = self.slack.workspace.bot.id
        everything = [
            *arrivals.of_status(self.home / "status"),
            *arrivals.of_slack(self.slack.messages(self.broadcast), bot),
            *arrivals.of_mail(self.mail),
            *arrivals.of_hook(self.hook),
        ]
        return [one for one in everything if outlet in ("", one.outlet)]

    async def approved(self, number: int = 1) -> list[Arrival]:
        """What an update was approved to show, everywhere."""
        incident = await self.incident()
        return await arrivals.approved(self.memory, incident, incident.updates[number - 1])

    async def _check(self) -> None:
        assert not (found := standing_alone.of_calls(self.slack.calls, self.broadcast.id)), found
        allowed: list[Arrival] = []
        for first in (1, FIRST_EMERGENCY):
            number = first
            while (incident := await self.memory.incidents.find(number)) is not None:
                for update in (u for u in incident.updates if u.approved):
                    allowed += await arrivals.approved(self.memory, incident, update)
                number += 1
        arrivals.require_approved_once(self.arrived(), allowed, self.sent_again)

    async def ended(self, number: int = 1, within: float = PATIENCE) -> dict[str, dict[Outcome, int]]:
        """Wait until every outlet's share of an update has ended; return how."""

        async def over() -> bool:
            update = await self.update(number)
            return bool(update.deliveries) and all(d.settled for d in update.deliveries)

        await self.until(over, within, say=f"update #{number} ends everywhere")
        return await self.outcomes(number)

    async def published(self, number: int = 1, within: float = PATIENCE) -> None:
        """Wait until an update is delivered everywhere; everything of it arrived."""
        outcomes = await self.ended(number, within)
        assert all(set(tally) == {Outcome.DELIVERED} for tally in outcomes.values()), outcomes
        assert (await self.update(number)).state is UpdateState.PUBLISHED
        arrived = self.arrived()
        for wanted in await self.approved(number):
            assert arrived.count(wanted) == 1, wanted
