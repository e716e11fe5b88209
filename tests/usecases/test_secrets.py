"""Proving who one is: many tries at once are one, and a long outage of Slack loses nothing that waits."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, cast

import pytest

from bot.domain import secret
from bot.domain.job import Job, JobKind
from bot.domain.people import Caller
from bot.domain.refusals import Refusal
from bot.ports import ChatUnavailable, Services, StorageDown
from bot.usecases import jobs, secrets
from bot.usecases.secrets import Attempt
from tests.builders import ANA, NOON
from tests.handlers.update_world import world
from tests.handlers.vault import Vault

RIGHT = "k7m2p9qrst01234vwxyz"


class Queue:
    """Jobs that belong to no commit."""

    def __init__(self) -> None:
        self.jobs: list[Job] = []

    async def add(self, job: Job) -> None:
        """Keep it."""
        self.jobs.append(job)


def attempt(typed: str, user: str = ANA) -> Attempt:
    return Attempt(user_id=user, typed=typed, doing="list", machine="ops@bastion")


async def known() -> tuple[Services, Vault, Queue]:
    queue = Queue()
    services = replace(world().services, jobs=cast(Any, queue))
    await services.secrets.put(secret.enrolled(ANA, RIGHT, b"salt", "op1", NOON))
    return services, cast(Vault, services.secrets), queue


async def test_of_fifty_guesses_at_once_one_is_looked_at_and_its_owner_told() -> None:
    services, vault, queue = await known()
    ends = await asyncio.gather(
        *(secrets.verify(services, attempt(f"guess{n}")) for n in range(50)), return_exceptions=True
    )
    codes = [end.code for end in ends if isinstance(end, Refusal)]
    assert sorted(set(codes)) == ["secret_slowed", "wrong_secret"]
    assert codes.count("wrong_secret") == 1
    assert vault.counted[ANA].wrong == 1
    assert [job.args["what"] for job in queue.jobs] == ["wrong"]


async def test_two_terminals_at_once_are_not_told_that_a_secret_was_wrong_when_none_was() -> None:
    services, vault, queue = await known()
    ends = await asyncio.gather(*(secrets.verify(services, attempt(RIGHT)) for _ in range(2)), return_exceptions=True)
    (refused,) = (end for end in ends if isinstance(end, Refusal))
    assert "is being checked for another command, so nothing was done. Wait 2 s" in refused.sentence
    assert [job.args["what"] for job in queue.jobs] == []
    assert vault.counted == {}


async def test_the_right_secret_makes_its_owner_the_caller_and_forgets_the_wrong_ones() -> None:
    services, vault, _ = await known()
    vault.counted[ANA] = secret.Tries(wrong=4, until=NOON)
    assert (await secrets.verify(services, attempt(RIGHT))).user_id == ANA
    assert vault.counted == {}


class Silent:
    """A vault that keeps what it is told and then does not answer."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def __getattr__(self, name: str) -> Any:
        return getattr(self._vault, name)

    async def put(self, kept: secret.Enrolment) -> None:
        """Keep it, and lose the reply."""
        await self._vault.put(kept)
        raise StorageDown("Redis did not answer in time")

    async def remove(self, user_id: str) -> bool:
        """Forget it, and lose the reply."""
        await self._vault.remove(user_id)
        raise StorageDown("Redis did not answer in time")


async def test_a_lost_reply_never_says_that_the_old_secret_still_counts() -> None:
    services, vault, _ = await known()
    deaf = replace(services, secrets=cast(Any, Silent(vault)))
    before = await vault.get(ANA)
    with pytest.raises(Refusal, match="The one you had may have stopped working") as made:
        await secrets.enrol(deaf, Caller(ANA), "op2")
    assert made.value.code == "secret_unsure"
    assert await vault.get(ANA) != before, "the new one counts, and nobody has read it"
    with pytest.raises(Refusal, match="may be revoked or not"):
        await secrets.revoke(deaf, Caller(ANA))


@pytest.mark.parametrize(("user", "code"), [("U0NOBODY", "nobody_known"), ("U0BO", "no_secret")])
async def test_unknown_people_and_those_without_a_secret_are_refused(user: str, code: str) -> None:
    services, _, _ = await known()
    with pytest.raises(Refusal) as refused:
        await secrets.verify(services, attempt(RIGHT, user))
    assert refused.value.code == code


def test_what_was_typed_is_in_no_repr() -> None:
    assert RIGHT not in repr(attempt(RIGHT))


class Waiting:
    """A job in a worker's hands while Slack is down."""

    deliveries = 1

    def __init__(self, kind: JobKind) -> None:
        self.job = Job(id="j", kind=kind, incident_id="inc0001", args={"user": ANA, "key": "stage:1"})
        self.pauses: list[timedelta] = []
        self.ended = ""

    async def again(self, due: datetime, *, faulted: bool = False) -> None:
        """Put it back."""
        assert not faulted
        self.pauses.append(due - NOON)
        self.job = replace(self.job, attempt=self.job.attempt + 1)

    async def done(self) -> None:
        """Settle it."""
        self.ended = "done"

    async def put_aside(self, reason: str) -> None:
        """Lose it."""
        self.ended = reason


@pytest.mark.parametrize("retry_after", [None, 0.5])
async def test_a_job_that_waits_for_slack_for_hours_is_never_put_aside_and_looks_every_ten_seconds(
    retry_after: float | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def down(services: Services, held: object) -> None:
        raise ChatUnavailable(retry_after)

    monkeypatch.setitem(jobs.TABLE, JobKind.OPEN_CHANNEL, down)
    held = Waiting(JobKind.OPEN_CHANNEL)
    for _ in range(2_000):
        await jobs.work(world().services, cast(Any, held))
    assert held.ended == ""
    assert max(held.pauses) == jobs.LONGEST_SLACK_WAIT
    assert held.pauses[0] == timedelta(seconds=retry_after or 1)
