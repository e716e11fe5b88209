"""Of two memories the newer counts: documents, secrets, numbers; and who may say that an update goes on."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bot import worker
from bot.cli import emergency
from bot.domain.people import Caller, Person
from bot.domain.refusals import Refusal
from bot.domain.secret import Enrolment
from bot.journal import recovery
from bot.journal.journal import Journal, document_line, remembered
from bot.journal.lines import Lines
from bot.journal.vault import VAULT, Vault
from bot.ports import Cause, Standstill
from tests.builders import ANA, DEE, NOON, POLICY, approved, person
from tests.usecases.stage import Clock

BEFORE = Enrolment(user_id=ANA, salt="aa", hashed="bb", operation="one", at=NOON)
AFTER = replace(BEFORE, hashed="cc", operation="two", at=NOON + timedelta(hours=1))


class Redis:
    """People and secrets, as Redis has them."""

    def __init__(self, *kept: Enrolment) -> None:
        self.kept = {one.user_id: one for one in kept}

    async def get(self, user_id: str) -> Enrolment | None:
        return self.kept.get(user_id)

    async def everybody(self) -> tuple[Enrolment, ...]:
        return tuple(self.kept.values())

    async def put(self, one: Enrolment) -> None:
        self.kept[one.user_id] = one


class People:
    async def get(self, user_id: str) -> Person | None:
        return person(user_id)

    async def put(self, people: Sequence[Person]) -> None:
        raise AssertionError("everybody is known")


@pytest.mark.parametrize(("there", "here"), [((), AFTER), ((BEFORE,), AFTER), ((AFTER,), BEFORE)])
async def test_of_two_secrets_of_one_person_the_newer_works_after_a_recovery(
    tmp_path: Path, there: tuple[Enrolment, ...], here: Enrolment
) -> None:
    """The older one was replaced because somebody else may know it."""
    Vault({ANA: person(ANA)}, {ANA: here}).write(tmp_path / VAULT)
    redis = Redis(*there)
    await recovery._secrets_again(SimpleNamespace(people=People(), secrets=redis), tmp_path)  # type: ignore[arg-type]
    assert redis.kept == {ANA: AFTER}


async def test_while_redis_may_hold_older_data_the_copy_of_secrets_is_not_brought_up_to_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "COPY_EVERY", 0.001)
    Vault({ANA: person(ANA)}, {ANA: AFTER}).write(tmp_path / VAULT)
    still: list[Standstill] = [Standstill(cause=Cause.OLDER_DATA, at=None, machine="a")]
    looks: list[object] = []

    async def now() -> Standstill | None:
        looks.append(None)
        return still[0] if still else None

    services = SimpleNamespace(people=People(), secrets=Redis(BEFORE), standstills=SimpleNamespace(now=now))
    built: Any = SimpleNamespace(services=services, journal=SimpleNamespace(folder=tmp_path))
    copying = asyncio.create_task(worker._keep_copy(built))
    async with asyncio.timeout(5):
        while len(looks) < 3:
            await asyncio.sleep(0.001)
        assert Vault.read(tmp_path / VAULT).secrets == {ANA: AFTER}
        still.clear()
        while Vault.read(tmp_path / VAULT).secrets != {ANA: BEFORE}:
            await asyncio.sleep(0.001)
    copying.cancel()
    await asyncio.gather(copying, return_exceptions=True)


def test_the_newest_document_counts_in_whatever_order_the_processes_of_a_machine_wrote_them(tmp_path: Path) -> None:
    documents = [replace(approved(), version=version, impact=str(version)) for version in (7, 5, 6)]
    Lines(tmp_path / "2026-11-22.jsonl").add(*map(document_line, documents))
    assert remembered(tmp_path).documents["inc0001"].impact == "7"


async def test_what_a_person_has_looked_at_holds_nothing_up_after_a_restart(tmp_path: Path) -> None:
    """Redis will never know the operation that it lost."""
    journal = Journal(tmp_path, Clock())
    journal.watermark.saw(7, "lost")
    await journal.wrote()
    journal.watermark.looked_at()
    await journal.aclose()
    again = Journal(tmp_path, Clock())
    assert (again.watermark.highest, again.watermark.operation) == (7, "")
    await again.aclose()


@pytest.mark.parametrize(("who", "may"), [(DEE, True), ("U0STRANGER", False)])
async def test_only_an_approver_goes_on_with_an_update_without_redis(
    who: str, may: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    left: list[str] = []

    class Desk:
        services = SimpleNamespace(policy=POLICY)

        def update(self, incident: Any, number: int) -> Any:
            return incident.updates[number - 1]

        async def verified(self, doing: str, incident: Any) -> Caller:
            assert "go on with update #1" in doing
            return Caller(who)

        def say(self, text: str) -> None:
            del text

    async def deliver(desk: Any, incident_id: str, update_id: str, patience: float) -> None:
        left.append(update_id)

    monkeypatch.setattr(emergency, "_deliver", deliver)
    desk: Any = Desk()
    if may:
        await emergency._go_on(desk, approved(), 1, 1.0)
    else:
        with pytest.raises(Refusal, match="not an approver"):
            await emergency._go_on(desk, approved(), 1, 1.0)
    assert left == (["upd1"] if may else [])
