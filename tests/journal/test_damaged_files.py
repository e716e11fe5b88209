"""Files of the journal that are damaged, not ours, or a folder: a sentence that says what to do, never a traceback."""

import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot import wiring
from bot.cli import emergency, recovering
from bot.cli.session import Desk
from bot.config import Settings
from bot.domain.people import Caller, Person
from bot.domain.refusals import Refusal
from bot.domain.secret import Enrolment
from bot.domain.update import OutletKind
from bot.journal import soundness
from bot.journal.journal import EMERGENCY, Journal
from bot.journal.lines import Lines
from bot.journal.local import only_one
from bot.journal.vault import VAULT, RecordedSecrets, Vault, copied
from bot.ports import Cause
from bot.storage.codec import Unreadable
from tests.builders import ANA, DEE, NOON, person
from tests.gallery_check import check as reviewed
from tests.journal.test_crash_points import approved, on_this_machine, recover
from tests.redis_server import RedisServer
from tests.usecases.stage import Clock, Stage


def a_folder(file: Path) -> None:
    """Put a folder in its place."""
    file.unlink()
    file.mkdir()


DAMAGE: dict[str, Callable[[Path], object]] = {
    "cut": lambda file: file.write_bytes(file.read_bytes()[:-20]),
    "empty": lambda file: file.write_bytes(b""),
    "another's": lambda file: file.write_bytes(b"[1]"),
    "a folder": a_folder,
}
WANTED = emergency.Wanted(which="INC-1", number=1, author=ANA, approver=DEE, texts={})


def settings(home: Path, url: str = "unix:///nowhere") -> Settings:
    """Those of a machine on which Clarion has run for workspace T1."""
    found = Settings(clarion_home=home, slack_bot_token=SecretStr("xoxb-1"), redis_url=SecretStr(url))
    key = wiring._token_key(found)
    wiring._remember(wiring._identity_file(found), key, wiring.Identity("T1", "UBOT"))
    (home / "journal/T1").mkdir(parents=True)
    Vault(people={who: person(who) for who in (ANA, DEE)}).write(home / "journal/T1" / VAULT)
    return found


@pytest.mark.parametrize("how", DAMAGE)
async def test_people_who_cannot_be_read_stop_both_ways_out_in_a_sentence(
    server: RedisServer, tmp_path: Path, how: str
) -> None:
    there = settings(tmp_path, server.url)
    folder = tmp_path / "journal/T1"
    DAMAGE[how](folder / VAULT)
    away = there.model_copy(update={"redis_url": SecretStr("unix:///nowhere")})
    said = await emergency.publish(away, WANTED)
    assert "nothing was sent. Publish by hand." in said or "nothing more was sent" in said
    (folder / EMERGENCY).touch()
    said = await recovering.recover(there, "ana", secret_stdin=False)
    assert "publishing stays as it is" in said
    assert "move the file to another folder" in said
    assert soundness.trouble_with(folder), "and the check says so by day"


def test_people_cut_anywhere_are_told_as_damaged(tmp_path: Path) -> None:
    file = tmp_path / VAULT
    Vault(people={ANA: person(ANA)}).write(file)
    whole = file.read_bytes()
    for cut in range(len(whole)):
        file.write_bytes(whole[:cut])
        with pytest.raises(Unreadable, match=r"people\.json is damaged"):
            Vault.read(file)


def test_the_check_names_what_would_fail_on_the_night(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "T1"
    folder.mkdir()
    said = []
    day = Lines(folder / f"{NOON:%Y-%m-%d}.jsonl")
    day.add({"k": "one"}, {"k": "two"})
    assert soundness.trouble_with(folder) is None
    assert sorted(file.name for file in folder.iterdir()) == [day.file.name], "and leaves nothing behind"
    day.file.write_bytes(day.file.read_bytes().replace(b"one", b"onx"))
    said.append(soundness.trouble_with(folder))
    with monkeypatch.context() as patch:
        patch.setattr(os, "access", lambda *_: False)  # these tests may run as root, who may read everything
        said.append(soundness.trouble_with(folder))
        folder.rename(tmp_path / "gone")
        folder.touch()
        said.append(soundness.trouble_with(folder))
    pages = "\n\n".join("\n".join(one) for one in said if one)
    assert len([one for one in said if one]) == 3
    reviewed("cli/damaged.txt", pages.replace(str(tmp_path), "journal"))


async def test_redis_that_is_back_before_the_secret_is_typed_publishes_instead(
    server: RedisServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter((False, True))

    async def answers_now(*_: object) -> bool:
        return next(answers)

    async def known(*_: object) -> Caller:
        return Caller(DEE)

    monkeypatch.setattr(emergency, "_answers", answers_now)
    monkeypatch.setattr(Desk, "verified", known)
    there, stage = settings(tmp_path), Stage(server, OutletKind.BLIND)
    await approved(stage, tmp_path / "journal/T1")
    said = await emergency.publish(there, WANTED)
    assert said.startswith("Redis answers, so nothing was done here."), said
    assert not (tmp_path / "journal/T1" / EMERGENCY).exists(), "and nobody is held up by it"
    await stage.aclose()


async def test_a_secret_revoked_while_the_copy_is_made_is_not_put_back_into_it(tmp_path: Path) -> None:
    file = tmp_path / VAULT
    kept = Enrolment(user_id=ANA, salt="00", hashed="00", operation="click", at=NOON)
    there = {ANA: kept}

    class Redis:
        async def everybody(self) -> tuple[Enrolment, ...]:
            """What is read is from before the revocation."""
            found = tuple(there.values())
            if not found:
                return ()
            await recorded.remove(ANA)
            return found

        async def remove(self, user_id: str) -> bool:
            return there.pop(user_id, None) is not None

        async def get(self, user_id: str) -> Person:
            return person(user_id)

    redis: Any = Redis()
    recorded = RecordedSecrets(redis, redis, file)
    Vault(people={ANA: person(ANA)}, secrets={ANA: kept}).write(file)
    await copied(redis, redis, file)
    assert Vault.read(file).secrets == {}
    await copied(redis, redis, file)
    assert Vault.read(file).secrets == {}, "and the next copy is of what Redis holds"


async def test_what_root_makes_on_a_bad_night_belongs_to_whom_the_folder_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[int] = []
    owner = tmp_path.stat()
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(os, "fchown", lambda handle, user, group: given.append(user))
    with only_one(tmp_path):
        journal = Journal(tmp_path, Clock())
        await journal.wrote({"k": "one"})
        with Lines(tmp_path / VAULT).alone():
            Vault().write(tmp_path / VAULT)
        await journal.aclose()
    made = [file.name for file in tmp_path.iterdir()]
    assert given == [owner.st_uid] * len(made), made


@pytest.mark.parametrize("cause", Cause)
async def test_what_another_machine_has_to_put_back_is_not_released_here_by_the_usual_word(
    server: RedisServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cause: Cause
) -> None:
    async def known(*_: object) -> Caller:
        return Caller(ANA)

    monkeypatch.setattr(Desk, "verified", known)
    stage = Stage(server, OutletKind.BLIND)
    one, two = (Journal(tmp_path / name, stage.clock) for name in ("one", "two"))
    one.watermark.saw(9, "a commit that Redis lost")

    async def put_on_hold() -> None:
        with monkeypatch.context() as patch:
            patch.setattr(socket, "gethostname", lambda: "web-1")
            await on_this_machine(stage, one).standstills.begin(cause)

    (one.folder / EMERGENCY).touch()
    await put_on_hold()
    there, here = on_this_machine(stage, one), on_this_machine(stage, two)
    with pytest.raises(Refusal, match="stays as it is"):
        await recover(stage, two, here)
    assert await here.standstills.now() is not None
    await recover(stage, one, there)
    assert await here.standstills.now() is None, "where it is known the usual word is enough"
    await put_on_hold()
    await recover(stage, two, here, "web-1")
    assert await here.standstills.now() is None, "a machine that is lost holds nothing up for ever"
    for journal in (one, two):
        await journal.aclose()
    await stage.aclose()
