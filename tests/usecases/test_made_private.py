"""Work that was begun while an incident was public ends while it is private: whoever is not in it reads nothing of it.

And who is told of something hears it although Slack refuses the first of them, a scope is missing, or no token counts.
"""

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest

from bot.domain import approval, classifying, delivery, searching
from bot.domain.asking import MessageRef
from bot.domain.change import Change
from bot.domain.incident import Channel, Incident, Role, Step
from bot.domain.job import Job, JobKind
from bot.domain.subscription import Following
from bot.domain.update import Outcome
from bot.ports import Attempt, Begun, ChatRefused, ChatUnavailable, Held, Mark, Message
from bot.usecases import asks, cards, promises, role_search, roles, tellings
from tests.builders import ANA, BO, CY, DEE, NOON, PLAN, POLICY, approved, incident, person, submitted
from tests.handlers.update_world import Everybody, World, draft_by, world

ROOM = "C0INC1"
POST = MessageRef(channel="C0ALL", ts="1790000000.000001")
CARD = MessageRef(channel=ROOM, ts="1790000000.000002")
OPEN = Channel(id=ROOM, name="inc-1", done=frozenset({Step.CREATE, Step.ANNOUNCE}), announcement=POST, card=CARD)


class Slack(Everybody):
    """Takes what is said: posts as (channel, words), direct messages as (person, words), edits by message."""

    def __init__(self) -> None:
        super().__init__()
        self.posts: list[tuple[str, str]] = []
        self.directs: list[tuple[str, str]] = []
        self.edits: dict[MessageRef, str] = {}
        self.refused: dict[str, str] = {}
        self.meanwhile: Callable[[], Awaitable[None]] | None = None

    async def _goes_on(self, *names: str) -> None:
        for name in names:
            if code := self.refused.get(name):
                raise ChatRefused(code)
        if self.meanwhile:
            first, self.meanwhile = self.meanwhile, None
            await first()

    async def post(self, channel: str, message: Message, *, mark: Mark | None = None, thread: str = "") -> MessageRef:
        """Take a post."""
        await self._goes_on("post", channel)
        self.posts.append((channel, _words(message)))
        return MessageRef(channel=channel, ts=f"1790000001.{len(self.posts):06}")

    async def direct(self, user: str, message: Message, *, mark: Mark | None = None) -> MessageRef:
        """Take a direct message."""
        await self._goes_on("direct", user)
        self.directs.append((user, _words(message)))
        return MessageRef(channel=f"D{user}", ts=f"1790000002.{len(self.directs):06}")

    async def amend(self, ref: MessageRef, message: Message) -> None:
        """Take an edit; what happens meanwhile is before it is shown."""
        await self._goes_on("amend")
        self.edits[ref] = _words(message)

    async def invite(self, channel: str, users: Sequence[str]) -> dict[str, str]:
        """Bring people in."""
        await self._goes_on("invite")
        return {}

    async def permalink(self, ref: MessageRef) -> str:
        """Return an address."""
        return "https://slack.example.com/p1"


def _words(message: Message) -> str:
    return f"{message.text} {json.dumps(message.blocks)}"


def placed(found: Incident, slack: Slack) -> World:
    night = world()
    night.memory.put(replace(found, channel=OPEN))
    night.services = replace(night.services, chat=cast(Any, slack), people=slack)
    return night


def held(kind: JobKind, **args: str) -> Held:
    return cast(Held, _Held(Job(id=f"{kind}:1", kind=kind, incident_id="inc0001", args=args), 1))


class _Held:
    def __init__(self, job: Job, deliveries: int) -> None:
        self.job, self.deliveries = job, deliveries


def hiding(night: World) -> Callable[[], Awaitable[None]]:
    async def hide() -> None:
        await night.memory.amend("", "inc0001", lambda i: classifying.make_private(i, person(ANA), NOON, POLICY))

    return hide


def glass(found: Incident) -> Incident:
    waiting = submitted(found)
    digest = waiting.update("upd1").latest.digest
    return approval.break_glass(waiting, "upd1", digest, "nobody else is awake", person(ANA), NOON, POLICY).incident


async def test_whoever_was_chosen_for_a_role_while_it_was_public_is_not_asked_once_it_is_private() -> None:
    both = frozenset({Role.COMMANDER, Role.COMMUNICATIONS})
    found = searching.after(Change(incident(accepted=both)), PLAN, NOON).incident
    slack = Slack()
    night = placed(searching.ask(found, Role.SUPPORT, CY, NOON).incident, slack)
    job = held(JobKind.ASK_ROLE, role="support", user=CY, since=NOON.isoformat())
    await role_search.tell_asked(night.services, job)
    assert [user for user, _ in slack.directs] == [CY]
    await hiding(night)()
    await role_search.tell_asked(night.services, job)
    assert [user for user, _ in slack.directs] == [CY], "nothing more, of a private one"


async def test_an_approver_outside_is_not_told_of_a_lone_approval_once_it_is_private() -> None:
    found, slack = glass(incident()), Slack()
    night = placed(found, slack)
    left = approval.release(found, "upd1", NOON + timedelta(minutes=2), POLICY)
    assert left is not None
    gone = left.incident
    for outlet in ("status", "email"):
        gone = delivery.settle(gone, "upd1", outlet, {Outcome.DELIVERED: 1}, "", NOON, ("en",)).incident
    night.memory.put(replace(gone, channel=OPEN))
    job = held(JobKind.NUDGE, update="upd1", user=DEE, glass="yes")
    await asks.nudge(night.services, job)
    await hiding(night)()
    opened = replace(night.incident.channel, id="G0INC1", done=frozenset(Step))
    night.memory.put(replace(night.incident, channel=opened))
    await asks.nudge(night.services, job)
    assert [user for user, _ in slack.directs] == [DEE]


async def test_a_request_posted_in_the_public_channel_just_when_it_became_private_is_veiled() -> None:
    slack = Slack()
    night = placed(incident(), slack)
    update = await draft_by(night, BO, impact="Kanarienvogel")
    slack.meanwhile = hiding(night)
    submission = update.submission
    assert submission is not None
    await asks.ask_approval(
        night.services, held(JobKind.ASK_APPROVAL, update=update.id, submitted=submission.at.isoformat(), turn="0")
    )
    ref = MessageRef(channel=ROOM, ts="1790000001.000001")
    assert [channel for channel, _ in slack.posts] == [ROOM]
    assert night.update.asks == ()
    assert ref in night.incident.channel.veiled
    await cards.redraw(night.services, held(JobKind.REDRAW))
    assert "Kanarienvogel" not in slack.edits[ref]


async def test_an_old_drawing_that_slack_takes_after_the_veil_of_another_worker_is_veiled_again() -> None:
    slack = Slack()
    night = placed(approved(), slack)

    async def another_worker() -> None:
        await hiding(night)()
        slack.edits[POST] = "veiled by another worker"

    slack.meanwhile = another_worker
    job = held(JobKind.REDRAW)
    with pytest.raises(ChatUnavailable):
        await cards.redraw(night.services, job)
    assert "Checkout fails" in slack.edits[POST], "the old drawing came last"
    await cards.redraw(night.services, job)
    assert "Checkout fails" not in slack.edits[POST] + slack.edits[CARD]


async def test_a_job_that_was_cut_off_believes_nothing_that_was_drawn() -> None:
    slack = Slack()
    night = placed(approved(), slack)
    await cards.redraw(night.services, held(JobKind.REDRAW))
    slack.edits.clear()
    await cards.redraw(night.services, held(JobKind.REDRAW))
    assert not slack.edits
    await cards.redraw(night.services, cast(Held, _Held(held(JobKind.REDRAW).job, 2)))
    assert set(slack.edits) == {POST, CARD}


# ---------------------------------------------------------------- somebody hears it


@pytest.mark.parametrize("why", ["refused", "closed"])
async def test_a_promise_is_not_forgotten_because_the_lead_cannot_be_told(why: str) -> None:
    slack = Slack()
    night = placed(approved(), slack)
    if why == "refused":
        slack.refused[BO] = "cannot_dm_bot"
    else:
        slack.known[BO] = person(BO, deactivated=True)
    night.watch.on(minutes=40)
    await promises.remind(night.services, held(JobKind.REMIND_PROMISE, update="upd1"))
    assert [user for user, _ in slack.directs] == [ANA]
    slack.refused[ANA] = "cannot_dm_bot"
    night.watch.on(minutes=10)
    slack.directs.clear()
    slack.refused.pop(BO, None)
    slack.known[BO] = person(BO)
    await promises.miss(night.services, held(JobKind.MISS_PROMISE, update="upd1"))
    assert [user for user, _ in slack.directs] == [BO]


async def test_a_request_waits_for_a_token_and_is_posted_without_the_scope_to_invite() -> None:
    slack = Slack()
    night = placed(incident(), slack)
    update = await draft_by(night, BO)
    submission = update.submission
    assert submission is not None
    asked = {"update": update.id, "submitted": submission.at.isoformat(), "turn": "0"}
    for code in ("token_revoked", "invalid_auth"):
        slack.refused["post"] = slack.refused["direct"] = code
        with pytest.raises(ChatRefused):
            await asks.ask_approval(night.services, held(JobKind.ASK_APPROVAL, **asked))
        with pytest.raises(ChatRefused):
            await asks.nudge(night.services, held(JobKind.NUDGE, **asked, user=DEE))
    slack.refused = {"invite": "missing_scope"}
    await asks.ask_approval(night.services, held(JobKind.ASK_APPROVAL, **asked))
    assert [channel for channel, _ in slack.posts] == [ROOM]
    assert len(night.update.asks) == 1


async def test_whoever_gets_a_role_is_told_of_it_without_the_scope_to_invite() -> None:
    slack = Slack()
    slack.refused = {"invite": "missing_scope"}
    night = placed(incident(), slack)
    await roles.tell(night.services, held(JobKind.TELL_ROLE, role="communications", user=BO))
    assert [channel for channel, _ in slack.posts] == [ROOM]
    assert [user for user, _ in slack.directs] == [BO]


async def test_who_follows_from_outside_hears_nothing_of_a_telling_that_was_under_way() -> None:
    """Judged again for each of them, on the document of this moment: the list was made when it was public."""
    found = delivery.settle(approved(), "upd1", "status", {Outcome.DELIVERED: 1}, "", NOON).incident
    hidden = classifying.make_private(found, person(ANA), NOON, POLICY).incident
    slack, asked, ended = Slack(), [Begun.STALE, Begun.YES], list[tuple[str, Outcome | None]]()

    async def begin(*_: object) -> Begun:
        return asked.pop(0)

    async def record(telling: str, ledger: str, user: str, attempt: Attempt) -> None:
        ended.append((user, attempt.outcome))

    async def everything(user: str) -> Following:
        return Following(user=user, everything=True)

    async def at_once(_: float) -> float:
        return 0.0

    async def now(_: str) -> Incident:
        return hidden

    night = placed(found, slack)
    services = replace(
        night.services,
        attempts=cast(Any, SimpleNamespace(begin=begin, record=record)),
        subscriptions=cast(Any, SimpleNamespace(get=everything, turn=at_once)),
        incidents=cast(Any, SimpleNamespace(load=now)),
    )
    job = held(JobKind.TELL_FOLLOWERS, telling=found.tellings[0].id)
    run = tellings.Run(services, job, found, found.tellings[0], "words", [])
    await tellings._tell_one(run, DEE)
    assert slack.posts == []
    assert ended == [(DEE, Outcome.EXPIRED)]
