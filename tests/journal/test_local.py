"""Publishing without Redis follows the rules of Redis: what has left stays here, what changed is judged again, once."""

from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from bot.domain.change import Change
from bot.domain.update import Outcome
from bot.journal.journal import Journal, days, document_line
from bot.journal.lines import Lines
from bot.journal.local import AlreadyRunning, Local, LocalAttempts, LocalIncidents, only_one
from bot.journal.standing import MachineStandstills
from bot.ports import Attempt, Begun, Cause, Held
from bot.storage.store import Storage
from tests.builders import NOON, approved
from tests.usecases.stage import Clock

HELD = cast(Held, None)


def opened(folder: Path) -> Local:
    lines = Lines(folder / f"{NOON:%Y-%m-%d}.jsonl")
    lines.add(document_line(replace(approved(), version=4)))
    lines.close()
    return Local.opened(folder)


async def test_what_has_left_is_not_begun_again_and_what_changed_since_is_judged_again(tmp_path: Path) -> None:
    local = opened(tmp_path)
    incident = local.known.documents["inc0001"]
    attempts = LocalAttempts(local)
    older = replace(incident, version=3)
    assert await attempts.begin(HELD, older, "upd1", "email", "r1", 0) is Begun.STALE
    assert await attempts.begin(HELD, incident, "upd1", "email", "r1", 0) is Begun.YES
    await attempts.record("upd1", "email", "r1", Attempt(Outcome.DELIVERED, 0))
    assert await attempts.begin(HELD, incident, "upd1", "email", "r1", 0) is Begun.ENDED
    again = LocalAttempts(Local.opened(tmp_path))
    assert await again.begin(HELD, incident, "upd1", "email", "r1", 0) is Begun.ENDED, "after a restart, too"


async def test_the_same_act_twice_is_one_change(tmp_path: Path) -> None:
    local = opened(tmp_path)
    for known in (local, Local.opened(tmp_path)):
        incidents = LocalIncidents(known)
        done = await incidents.amend("op", "inc0001", lambda found: Change(replace(found, impact=found.impact + "!")))
        assert done.incident.impact.count("!") == 1
        local = Local.opened(tmp_path)
    assert (await LocalIncidents(local).amend("op", "inc0001", lambda found: Change(found))).repeated


def test_two_emergency_publications_do_not_run_on_one_machine(tmp_path: Path) -> None:
    with only_one(tmp_path), pytest.raises(AlreadyRunning), only_one(tmp_path):
        pass
    with only_one(tmp_path):
        pass


async def test_a_redis_that_lost_the_last_commit_and_has_grown_past_its_number_is_noticed(tmp_path: Path) -> None:
    begun: list[Cause] = []

    class Redis:
        """Holds as many commits as were seen here, and not the last one of them."""

        @property
        def standstills(self) -> "Redis":
            return self

        async def now(self) -> Cause | None:
            return begun[-1] if begun else None

        async def begin(self, cause: Cause) -> None:
            begun.append(cause)

        async def has(self, operation: str) -> bool:
            return operation == "known"

    for operation, found in (("known", []), ("lost", [Cause.OLDER_DATA])):
        journal = Journal(tmp_path / operation, Clock())
        journal.watermark.saw(7, operation)
        await MachineStandstills(cast(Storage, Redis()), journal).now()
        assert begun == found
        await journal.aclose()


async def test_a_day_of_the_journal_is_kept_for_thirty_days(tmp_path: Path) -> None:
    for day in ("2026-10-22", "2026-10-24", "2026-11-19", "2026-11-20", "2026-11-21"):
        (tmp_path / f"{day}.jsonl").touch()
    await Journal(tmp_path, Clock()).aclose()
    left = [file.name[5:10] for file in days(tmp_path)]
    assert left == ["10-24", "11-19", "11-20", "11-21"]
