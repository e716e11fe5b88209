"""The status page: whole files at every moment, no lost entry, the newer update on top whatever the order."""

import asyncio
import fcntl
import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest

from bot.domain.update import Rendition
from bot.outlets.status_page import StatusPage
from bot.ports import OutcomeUnknown, Refused, Unavailable
from tests.outlets.conformance import KEY, NOW, Arrived, OutletContract, Stage, Trouble

URL = "https://canary-user:canary-password@Status.Example.com/page?canary-query"
END = "<!-- end -->"


def page(entries: Sequence[dict[str, Any]], language: str = "en", links: object = ()) -> str:
    return "".join(e["html"] for e in entries) + END


def entry(number: int, incident: str = "inc1", text: str = "") -> Rendition:
    fields = {
        "incident_id": incident,
        "name": f"Incident {incident}",
        "number": number,
        "update_id": f"{incident}-{number}",
        "stage": "investigating",
        "headline": f"Update {number}",
    }
    parts = (("html", f"<p>{incident} {number} {text}</p>\n"), ("json", json.dumps(fields)))
    return Rendition(outlet="status", locale="en", parts=parts)


def told_in_french(rendition: Rendition) -> Rendition:
    """The same update in French."""
    fields = {**json.loads(rendition.part("json")), "language": "fr"}
    return Rendition(outlet="status", locale="fr", parts=(("html", "<p>fr</p>\n"), ("json", json.dumps(fields))))


class StatusStage(Stage):
    secrets = ("canary-user", "canary-password", "canary-query")

    def __init__(self, tmp: Path) -> None:
        self.folder = tmp / "public"
        self.times = [NOW]
        self.page = StatusPage(self.folder, URL, page, self.now, lock_wait=0.1)
        self.outlet = self.page
        self.holding: Any = None

    def now(self) -> datetime:
        self.times.append(self.times[-1] + timedelta(minutes=1))
        return self.times[-1]

    def rendition(self, text: str) -> Rendition:
        digest = hashlib.sha256(text.encode(errors="replace")).hexdigest()[:20]
        fields = {"incident_id": digest, "update_id": f"u-{digest}", "number": 1, "headline": text}
        parts = (("html", f"<p>{text}</p>"), ("json", json.dumps(fields, ensure_ascii=False)))
        return Rendition(outlet="status", locale="en", parts=parts)

    def entries(self) -> list[dict[str, Any]]:
        file = self.folder / "status.json"
        entries: list[dict[str, Any]] = json.loads(file.read_bytes())["entries"] if file.exists() else []
        return entries

    async def arrived(self) -> list[Arrived]:
        index = self.folder / "index.html"
        drawn = index.read_bytes().decode() if index.exists() else ""
        oldest_first = sorted(self.entries(), key=lambda e: e["published_at"])
        assert all(e["html"] in drawn for e in oldest_first)
        return [Arrived(key="", parts={"html": e["html"], "json": e["json"]}) for e in oldest_first]

    def key_as_arrived(self, key: str, recipient: object) -> str:
        return ""  # the update's own id is in its text

    async def play(self, trouble: Trouble | None) -> None:
        if self.holding:
            self.holding.close()
        if self.folder.is_file():
            self.folder.unlink()
        if trouble is Trouble.DOWN:
            self.folder.write_text("a file where the folder should be")
        if trouble is Trouble.BUSY:
            self.folder.mkdir(exist_ok=True)
            self.holding = (self.folder / ".lock").open("ab")
            fcntl.flock(self.holding, fcntl.LOCK_EX)

    def contacts(self) -> int:
        return int(self.folder.exists())


class TestStatusPage(OutletContract):
    troubles: ClassVar = {Trouble.DOWN: Unavailable, Trouble.BUSY: Unavailable}

    @pytest.fixture
    def stage(self, tmp_path: Path) -> StatusStage:
        return StatusStage(tmp_path)

    async def put(self, stage: StatusStage, *renditions: Rendition) -> list[str]:
        for rendition in renditions:
            await stage.page.deliver(rendition, await stage.recipient(), KEY)
        return [e["update_id"] for e in stage.entries()]

    async def test_what_was_published_later_stands_first_whatever_its_number(self, stage: StatusStage) -> None:
        assert await self.put(stage, entry(1), entry(3), entry(2)) == ["inc1-2", "inc1-3", "inc1-1"]

    async def test_the_newest_incident_is_on_top_and_stays_there(self, stage: StatusStage) -> None:
        order = await self.put(stage, entry(1, "old"), entry(1, "new"), entry(2, "old"))
        assert order == ["new-1", "old-2", "old-1"]

    async def test_the_same_update_again_keeps_its_first_time_of_publication(self, stage: StatusStage) -> None:
        await self.put(stage, entry(1))
        before = (stage.folder / "status.json").read_bytes()
        await self.put(stage, entry(1))
        assert (stage.folder / "status.json").read_bytes() == before

    async def test_each_incident_has_a_page_of_its_own(self, stage: StatusStage) -> None:
        await self.put(stage, entry(1, "a"), entry(1, "b"), entry(2, "a"))
        of_a = [e for e in stage.entries() if e["incident_id"] == "a"]
        assert (stage.folder / "incident-a.html").read_text() == page(of_a)
        assert "a 1" not in (stage.folder / "incident-b.html").read_text()

    async def test_the_fields_of_the_json_part_are_the_entrys(self, stage: StatusStage) -> None:
        await self.put(stage, entry(1))
        (kept,) = stage.entries()
        assert set(kept) == {
            "incident_id", "name", "number", "update_id", "stage", "headline", "html", "json", "published_at",
        }  # fmt: skip

    @pytest.mark.parametrize(
        "json_part",
        ["", "[]", "{}", "nonsense", '{"incident_id": "../up", "update_id": "u", "number": 1}',
         '{"incident_id": "i", "update_id": "u", "number": "1"}', '{"incident_id": 5, "update_id": "u", "number": 1}',
         '{"incident_id": "i/../../up", "update_id": "u", "number": 1}'],
    )  # fmt: skip
    async def test_a_text_that_does_not_say_where_it_belongs_is_refused(
        self, stage: StatusStage, json_part: str
    ) -> None:
        rendition = Rendition(outlet="status", locale="en", parts=(("html", "x"), ("json", json_part)))
        with pytest.raises(Refused):
            await self.put(stage, rendition)
        assert not stage.folder.exists()

    @pytest.mark.parametrize("damage", ["", "{", '{"entries": [{}]}', '{"entries": 5}', "[]"])
    async def test_a_damaged_file_is_left_as_it_is_for_a_person(self, stage: StatusStage, damage: str) -> None:
        stage.folder.mkdir()
        (stage.folder / "status.json").write_text(damage)
        with pytest.raises(Unavailable, match="damaged"):
            await self.put(stage, entry(1))
        assert (stage.folder / "status.json").read_text() == damage

    async def test_each_language_has_its_own_page_and_shows_each_update_once(self, stage: StatusStage) -> None:
        one, two = entry(1), entry(2)
        french = told_in_french(one)
        for rendition in (one, french, two):
            await self.put(stage, rendition)
        shown = {name: (stage.folder / name).read_text() for name in ("index.html", "index.fr.html")}
        assert shown["index.html"] == two.part("html") + one.part("html") + END
        # The second is not there in French, so its own words are: nobody is told less.
        assert shown["index.fr.html"] == two.part("html") + french.part("html") + END
        assert (stage.folder / "incident-inc1.fr.html").read_text() == shown["index.fr.html"]
        await self.put(stage, french)
        assert len(stage.entries()) == 3

    async def test_a_page_that_cannot_be_drawn_changes_nothing(self, stage: StatusStage) -> None:
        await self.put(stage, entry(1))
        before = {f.name: f.read_bytes() for f in stage.folder.glob("[!.]*")}
        broken = StatusPage(stage.folder, URL, lambda *_: str(1 / 0), stage.now)
        with pytest.raises(Unavailable, match="drawn"):
            await broken.deliver(entry(2), await stage.recipient(), KEY)
        assert {f.name: f.read_bytes() for f in stage.folder.glob("[!.]*")} == before

    async def test_a_full_disk_changes_nothing(self, stage: StatusStage, monkeypatch: pytest.MonkeyPatch) -> None:
        await self.put(stage, entry(1))
        before = (stage.folder / "status.json").read_bytes()

        def full(handle: int) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(Unavailable, match="No space left"):
            await self.put(stage, entry(2))
        assert (stage.folder / "status.json").read_bytes() == before

    async def test_a_write_that_stops_half_way_is_unknown_and_the_next_one_mends_it(self, stage: StatusStage) -> None:
        await self.put(stage, entry(1))
        (stage.folder / "index.html").unlink()
        (stage.folder / "index.html").mkdir()  # so that its rename fails after that of status.json
        with pytest.raises(OutcomeUnknown):
            await self.put(stage, entry(2))
        (stage.folder / "index.html").rmdir()
        await self.put(stage, entry(2))
        assert (stage.folder / "index.html").read_text() == page(stage.entries())

    async def test_everything_is_kept(self, stage: StatusStage) -> None:
        order = await self.put(stage, *(entry(n) for n in range(1, 251)))
        assert len(order) == 250

    def test_the_destination_shows_neither_user_nor_query(self, stage: StatusStage) -> None:
        assert stage.outlet.destination == "status:https://status.example.com/page"


WRITER = """
import asyncio, sys
from datetime import UTC, datetime
from pathlib import Path
from tests.outlets import test_status_page as t

async def write(folder, incident, first, last):
    page = t.StatusPage(Path(folder), "https://status.example.com/", t.page, lambda: datetime(2026, 1, 1, tzinfo=UTC))
    (recipient,) = await page.recipients()
    for n in range(int(first), int(last)):
        await page.deliver(t.entry(n, incident, "x" * 20_000), recipient, "key")
        print(n, flush=True)

asyncio.run(write(*sys.argv[1:]))
"""


def writer(folder: Path, incident: str, first: int, last: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITER, str(folder), incident, str(first), str(last)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_a_writer_killed_at_any_moment_leaves_whole_files(tmp_path: Path) -> None:
    first, chance = 1, random.Random(20)
    for _ in range(8):
        process = writer(tmp_path, "inc", first, 10_000)
        assert process.stdout is not None
        confirmed = int(process.stdout.readline())
        time.sleep(chance.uniform(0, 0.05))
        process.send_signal(signal.SIGKILL)
        confirmed = max([confirmed, *(int(line) for line in process.stdout.read().split())])
        process.wait()
        entries = json.loads((tmp_path / "status.json").read_bytes())["entries"]
        numbers = [e["number"] for e in entries]
        assert numbers == list(range(len(entries), 0, -1)), "nothing lost, nothing twice"
        assert len(entries) >= confirmed, "what was confirmed is there"
        for file in ("index.html", "incident-inc.html"):
            assert (tmp_path / file).read_text().endswith(END)
        first = len(entries) + 1


def test_readers_never_see_a_half_written_file(tmp_path: Path) -> None:
    process = writer(tmp_path, "inc", 1, 60)
    seen = 0
    while process.poll() is None:
        for file in ("index.html", "status.json"):
            if (tmp_path / file).exists():
                text = (tmp_path / file).read_text()
                assert text.endswith(END) if file == "index.html" else json.loads(text)
                seen += 1
    assert process.returncode == 0
    assert seen > 10


def test_two_processes_that_write_at_once_lose_nothing(tmp_path: Path) -> None:
    processes = [writer(tmp_path, incident, 1, 31) for incident in ("one", "two")]
    for process in processes:
        process.communicate(timeout=60)
        assert process.returncode == 0
    ids = {e["update_id"] for e in json.loads((tmp_path / "status.json").read_bytes())["entries"]}
    assert ids == {f"{i}-{n}" for i in ("one", "two") for n in range(1, 31)}
    drawn = (tmp_path / "index.html").read_text()
    assert all(f"<p>{i} {n} " in drawn for i in ("one", "two") for n in range(1, 31))


async def test_many_deliveries_at_once_in_one_process_lose_nothing(tmp_path: Path) -> None:
    outlet = StatusPage(tmp_path, URL, page, lambda: NOW, lock_wait=30)
    (recipient,) = await outlet.recipients()
    await asyncio.gather(*(outlet.deliver(entry(n), recipient, KEY) for n in range(1, 21)))
    assert len(json.loads((tmp_path / "status.json").read_bytes())["entries"]) == 20
