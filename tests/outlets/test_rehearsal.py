"""The rehearsal outlet: everything is kept, nothing leaves."""

import fcntl
import json
from pathlib import Path
from typing import ClassVar

import pytest

from bot.domain.update import Rendition
from bot.outlets import rehearsal
from bot.outlets.rehearsal import Rehearsal
from bot.ports import Limits, Unavailable
from tests.outlets.conformance import NOW, Arrived, OutletContract, Stage, Trouble


class RehearsalStage(Stage):
    def __init__(self, folder: Path) -> None:
        limits = Limits(parts={"subject": 250, "text": 10_000})
        self.folder = folder / "kept"
        self.outlet = Rehearsal("email", "E-mail", "email", limits, self.folder, lambda: NOW)

    def rendition(self, text: str) -> Rendition:
        return Rendition(outlet="rehearsal-email", locale="en", parts=(("subject", text[:250]), ("text", text)))

    async def arrived(self) -> list[Arrived]:
        if not self.folder.is_dir():
            return []
        files = sorted((self.folder / "rehearsal-email").glob("*.json"), key=lambda f: f.stat().st_mtime_ns)
        records = [json.loads(f.read_text()) for f in files if not f.name.startswith(".")]
        return [Arrived(key=r["key"], parts=r["parts"]) for r in records]

    async def play(self, trouble: Trouble | None) -> None:
        if trouble is Trouble.DOWN:
            self.folder.write_text("a file where the folder should be")
        elif self.folder.is_file():
            self.folder.unlink()

    def contacts(self) -> int:
        return int(self.folder.exists())


class TestRehearsalOutlet(OutletContract):
    troubles: ClassVar = {Trouble.DOWN: Unavailable}

    @pytest.fixture
    def stage(self, tmp_path: Path) -> RehearsalStage:
        return RehearsalStage(tmp_path)

    async def test_it_says_that_it_is_a_rehearsal_everywhere_a_person_looks(self, stage: RehearsalStage) -> None:
        assert stage.outlet.rehearsal
        assert stage.outlet.name == "rehearsal-email"
        assert stage.outlet.destination == "rehearsal:email"
        assert "rehearsal" in stage.outlet.label
        assert [r.address for r in await stage.outlet.recipients()] == ["nobody"]

    async def test_a_writer_that_never_finishes_makes_it_unavailable(
        self, stage: RehearsalStage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(rehearsal, "LOCK_WAIT", 0.05)
        await stage.deliver()
        with (stage.folder / "rehearsal-email" / ".lock").open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            with pytest.raises(Unavailable):
                await stage.deliver("again", "other")
