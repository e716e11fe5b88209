"""What counts is on the disk when somebody is told that it does: the fsync is there, behind what it is for."""

import asyncio
import os
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from bot.domain.change import Change
from bot.domain.publishing import deliver_job
from bot.journal import lines as journal_lines
from bot.journal import watermark
from bot.journal.journal import EMERGENCY, Journal
from bot.journal.lines import Lines
from bot.journal.recorded import RecordedAttempts, RecordedIncidents
from bot.outlets.whole_files import replace_whole
from bot.ports import Attempts, Begun, Committed, Halted, Held, Incidents, Standstills
from tests.builders import approved
from tests.usecases.stage import Clock


class Disk:
    """Remembers of each file how large it was when it was last made durable, and of folders that they were."""

    def __init__(self) -> None:
        self._sizes: dict[int, int] = {}

    def sync(self, handle: int) -> None:
        """As os.fsync, without the wait."""
        found = os.fstat(handle)
        self._sizes[found.st_ino] = found.st_size

    def holds(self, file: Path) -> bool:
        """Say whether all of a file is durable."""
        return self._sizes.get(file.stat().st_ino) == file.stat().st_size


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    made = Disk()
    monkeypatch.setattr(os, "fsync", made.sync)
    monkeypatch.setattr(os, "fdatasync", made.sync)
    return made


async def test_a_line_counts_when_it_is_on_the_disk(tmp_path: Path, disk: Disk) -> None:
    file = tmp_path / "a.jsonl"
    lines = Lines(file)
    lines.add({"k": "one"})
    assert disk.holds(file)
    await lines.added({"k": "two"})
    assert disk.holds(file)
    lines.begin({"k": "three"})
    assert not disk.holds(file), "this one need not be there yet"

    await asyncio.gather(*(lines.added({"k": "x" * number}) for number in range(8)))
    assert disk.holds(file)
    lines.close()


def test_a_file_that_takes_anothers_place_is_whole_on_the_disk_before_it_does(
    tmp_path: Path, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.replace

    def replaced(source: Any, target: Any) -> None:
        assert disk.holds(Path(source)), "renamed before it was durable"
        real(source, target)

    monkeypatch.setattr(os, "replace", replaced)
    monkeypatch.setattr(Path, "replace", lambda path, target: replaced(path, target))
    (page := tmp_path / "page").mkdir()
    (kept := tmp_path / "kept").mkdir()
    journal_lines.replace_whole(kept / "people.json", b"kept")
    replace_whole(page, {"status.json": b"{}", "index.html": b"page"})
    for folder in (page, kept):
        assert all(disk.holds(file) for file in folder.iterdir())
        assert disk.holds(folder), "their names are durable, too"


def test_what_the_journal_holds_is_for_this_user_alone(tmp_path: Path) -> None:
    lines = Lines(tmp_path / "a.jsonl")
    lines.add({"k": "one"})
    lines.close()
    journal_lines.replace_whole(tmp_path / "people.json", b"kept")
    watermark.SharedWatermark(tmp_path / "highest", Clock()).close()
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()}
    assert modes == {"a.jsonl": 0o600, "people.json": 0o600, "highest": 0o600}


def test_the_highest_number_only_grows_and_is_made_durable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flushed = []

    def to_the_disk(handle: int, forced: Callable[[int], None] = os.fdatasync) -> None:
        flushed.append(os.pread(handle, 8, 0))
        forced(handle)

    monkeypatch.setattr(os, "fdatasync", to_the_disk)
    mark = watermark.SharedWatermark(tmp_path / "highest", Clock())
    mark.saw(7, "op7")
    mark.saw(3, "op3")
    assert (mark.highest, mark.operation) == (7, "op7")
    mark.sync()
    assert int.from_bytes(flushed[-1], "little") == 7
    mark.close()


async def test_an_approval_is_on_the_disk_before_anybody_is_told(tmp_path: Path, disk: Disk) -> None:
    found = approved()

    class Memory:
        async def amend(self, operation: str, incident_id: str, decide: Any) -> Committed:
            return Committed(replace(decide(found).incident, version=2))

        async def blob(self, sha256: str) -> bytes:
            raise LookupError

    journal = Journal(tmp_path, Clock())
    recorded = RecordedIncidents(cast(Incidents, Memory()), journal, cast(Standstills, None))
    jobs = (deliver_job(found.id, "upd1", "email"),)
    await recorded.amend("op", found.id, lambda current: Change(current, jobs=jobs))
    (day,) = tmp_path.glob("*.jsonl")
    assert b'"doc"' in day.read_bytes()
    assert disk.holds(day)
    await journal.aclose()


@pytest.mark.parametrize("answer", [Begun.YES, Begun.STALE])
async def test_an_intention_is_on_the_disk_before_it_is_asked_for_and_taken_back_where_it_is_none(
    tmp_path: Path, disk: Disk, answer: Begun
) -> None:
    seen = []

    class Ledger:
        async def begin(self, *_: object) -> Begun:
            (day,) = tmp_path.glob("*.jsonl")
            seen.append((b'"begin"' in day.read_bytes(), disk.holds(day)))
            return answer

    journal = Journal(tmp_path, Clock())
    recorded = RecordedAttempts(cast(Attempts, Ledger()), journal)
    assert await recorded.begin(cast(Held, None), approved(), "upd1", "email", "r1", 0) is answer
    assert seen == [(True, True)]
    await journal.aclose()
    (day,) = tmp_path.glob("*.jsonl")
    assert (b'"back"' in day.read_bytes()) is (answer is not Begun.YES)


async def test_nothing_is_begun_while_an_emergency_publication_waits_to_be_taken_over(tmp_path: Path) -> None:
    class Ledger:
        async def begin(self, *_: object) -> Begun:
            return Begun.YES

    journal = Journal(tmp_path, Clock())
    recorded = RecordedAttempts(cast(Attempts, Ledger()), journal)
    (tmp_path / EMERGENCY).write_bytes(b"")
    assert await recorded.begin(cast(Held, None), approved(), "upd1", "email", "r1", 0) is Begun.HALTED
    (tmp_path / EMERGENCY).unlink()
    assert await recorded.begin(cast(Held, None), approved(), "upd1", "email", "r1", 0) is Begun.YES
    await journal.aclose()


async def test_a_document_that_is_older_than_what_was_seen_is_not_changed_until_a_person_has_looked(
    tmp_path: Path,
) -> None:
    there, still = [replace(approved(), version=5)], [True]

    class Memory:
        async def amend(self, operation: str, incident_id: str, decide: Any) -> Committed:
            changed = decide(there[0]).incident
            return Committed(replace(changed, version=changed.version + 1))

    class Standing:
        async def now(self) -> object:
            return "a standstill" if still[0] else None

    journal = Journal(tmp_path, Clock())
    recorded = RecordedIncidents(cast(Incidents, Memory()), journal, cast(Standstills, Standing()))
    await recorded.amend("op1", "inc0001", Change)
    there[0] = replace(there[0], version=3)
    with pytest.raises(Halted):
        await recorded.amend("op2", "inc0001", Change)
    still[0] = False
    assert (await recorded.amend("op3", "inc0001", Change)).incident.version == 4
    await journal.aclose()
