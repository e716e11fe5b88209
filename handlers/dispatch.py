"""Finds the conversation that a payload belongs to, lets it answer, and has the answer carried in time.

Slack waits 3 s for an acknowledgement, so after `BUDGET` the person reads "still working" and the work goes on
behind it. A modal that Slack is slow to open is not waited for: it comes, or words come instead, behind an empty
acknowledgement. What no conversation listens to is acknowledged and dropped. It refuses to hear itself: what bots do in
channels is no request.
"""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import ModuleType

from bot.domain.refusals import Refusal
from bot.ports import Services
from bot.slack.views import notice
from bot.usecases.sight import as_seen_by
from handlers import (
    command,
    home,
    incident_check,
    incident_declare,
    incident_follow,
    incident_list,
    incident_parties,
    incident_pick,
    incident_plan,
    incident_resolve,
    incident_role,
    incident_runbook,
    incident_secret,
    incident_severity,
    incident_stage,
    incident_ticket,
    incident_timeline,
    incident_visibility,
    language_leave,
    mentions,
    message_marked,
    message_shortcuts,
    people_events,
    room_life,
    update_decide,
    update_draft,
    update_keep,
    update_language,
    update_outcome,
    update_read,
)
from handlers.answer import Answer, Say
from handlers.carrying import Acknowledgement, Carrier, asks
from handlers.doors import guarded
from handlers.heard import Heard, Kind
from handlers.refusals import Handler, hear_out, note_fault, went_wrong
from handlers.said import Said
from handlers.tasks import Tasks

# Everything that Clarion listens to. A conversation is a module with any of the dictionaries COMMANDS, ACTIONS,
# SUBMISSIONS, CLOSED, SHORTCUTS and EVENTS: name -> handler.
CONVERSATIONS: tuple[ModuleType, ...] = (
    command,
    incident_check,
    incident_declare,
    incident_follow,
    incident_list,
    incident_parties,
    incident_pick,
    incident_plan,
    incident_resolve,
    incident_role,
    incident_runbook,
    incident_secret,
    incident_severity,
    incident_stage,
    incident_ticket,
    incident_timeline,
    incident_visibility,
    update_decide,
    update_draft,
    update_keep,
    language_leave,
    update_language,
    update_outcome,
    update_read,
    people_events,
    mentions,
    message_marked,
    message_shortcuts,
    room_life,
    home,
)

# Slack gives up after 3 s (Slack docs); the rest is for the way there and back.
BUDGET = 2.5
# An open modal needs no acknowledgement, and acknowledgements stay under 250 ms while Slack takes 2 s (issue 2).
SHOWING = 0.1

_ATTRIBUTES: Mapping[Kind, str] = {
    Kind.COMMAND: "COMMANDS",
    Kind.ACTION: "ACTIONS",
    Kind.SUBMISSION: "SUBMISSIONS",
    Kind.CLOSED: "CLOSED",
    Kind.SHORTCUT: "SHORTCUTS",
    Kind.EVENT: "EVENTS",
}


@dataclass(frozen=True, slots=True)
class Tables:
    """Which handler hears what."""

    by_kind: Mapping[Kind, Mapping[str, Handler]] = field(default_factory=dict)

    def find(self, kind: Kind, name: str) -> Handler | None:
        """Return the handler of this name, or of the part before its first colon; None if there is none."""
        table = self.by_kind.get(kind, {})
        return table.get(name) or table.get(name.partition(":")[0])


def gather(conversations: Iterable[ModuleType]) -> Tables:
    """Return the tables of these conversations together. Raises ValueError if two want the same name."""
    found: dict[Kind, dict[str, Handler]] = {kind: {} for kind in Kind}
    for module in conversations:
        for kind, attribute in _ATTRIBUTES.items():
            for name, handler in getattr(module, attribute, {}).items():
                if name in found[kind]:
                    raise ValueError(f"{module.__name__}.{attribute}: {name!r} is taken by another conversation")
                found[kind][name] = handler
    return Tables(found)


async def _not_here(services: Services, said: Said) -> Answer:
    raise Refusal(
        "not_an_insider",
        "People from other companies can read along here but cannot use Clarion. Ask the incident commander.",
    )


class Dispatcher:
    """Hears a payload and returns its acknowledgement; never raises an Exception."""

    def __init__(
        self,
        services: Services,
        tasks: Tasks,
        *,
        bot_user: str,
        tables: Tables | None = None,
        budget: float = BUDGET,
    ) -> None:
        self._services = services
        self._tasks = tasks
        self._bot_user = bot_user
        self._tables = Tables(guarded(gather(CONVERSATIONS).by_kind)) if tables is None else tables
        self._budget = budget
        self._carrier = Carrier(services.chat, tasks)

    async def hear(self, heard: Heard) -> Acknowledgement:
        """Return what Slack gets for `heard`, within the budget."""
        handler = self._tables.find(heard.kind, heard.said.name)
        if handler is None or self._automatic(heard):
            return Acknowledgement()
        work = self._tasks.spawn(self._answer(heard, _not_here if self._foreign(heard) else handler))
        await asyncio.wait({work}, timeout=self._budget)
        try:
            if not work.done():
                self._tasks.spawn(self._follow(heard, work))
                return self._carrier.still_working(heard)
            answer, settled = work.result()
            if self._carrier.calls_slack(heard, answer):
                showing = self._tasks.spawn(self._show(heard, answer))
                await asyncio.wait({showing}, timeout=SHOWING)
                if not showing.done():
                    self._tasks.spawn(self._told(heard, showing))
                    return Acknowledgement(None, settled)
                answer = showing.result()
            return self._carrier.acknowledge(heard, answer, settled=settled)
        except Exception as error:
            note_fault(error, self._services.ids.new(), heard)
            return Acknowledgement(settled=False)

    def _foreign(self, heard: Heard) -> bool:
        """Say whether somebody of another workspace acts: what is ours, they do not even read (failure model 33)."""
        home, theirs = self._services.places.workspace, heard.said.by.team_id
        return bool(home and theirs and theirs != home) and heard.kind not in (Kind.EVENT, Kind.CLOSED)

    def _automatic(self, heard: Heard) -> bool:
        return heard.automatic or (heard.said.by.user_id == self._bot_user and bool(self._bot_user))

    async def _answer(self, heard: Heard, handler: Handler) -> tuple[Answer, bool]:
        async def tell(sentence: str) -> None:
            await self._carrier.tell(heard, Say(notice.said(sentence)))

        services = as_seen_by(self._services, heard.said.by.user_id) if asks(heard) else self._services
        out = await hear_out(services, handler, heard, self._tasks, tell)
        return out.answer, out.settled

    async def _show(self, heard: Heard, answer: Answer) -> Answer:
        try:
            return await self._carrier.show(heard, answer)
        except Exception as error:
            reference = note_fault(error, self._services.ids.new(), heard)
            return Say(notice.said(went_wrong(reference)))

    async def _told(self, heard: Heard, showing: "asyncio.Task[Answer]") -> None:
        await self._carrier.afterwards(heard, await showing)

    async def _follow(self, heard: Heard, work: "asyncio.Task[tuple[Answer, bool]]") -> None:
        answer, _ = await work
        if self._carrier.calls_slack(heard, answer):
            answer = await self._show(heard, answer)
        await self._carrier.afterwards(heard, answer)
