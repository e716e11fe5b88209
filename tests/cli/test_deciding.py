"""What is said after an approval on the command line: that it is saved, whatever becomes of following it."""

from typing import cast

import pytest

from bot.cli import deciding
from bot.cli.keyboard import Keyboard
from bot.cli.session import Desk
from bot.ports import NotKnownYet, StorageDown
from tests.handlers.update_world import world


@pytest.mark.parametrize("fault", [StorageDown("away"), NotKnownYet("op")])
async def test_a_memory_that_goes_away_after_the_approval_does_not_make_it_sound_unsaved(
    fault: Exception, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def approved(*_: object) -> tuple[str, str]:
        return "inc0001", "upd1"

    async def follow(*_: object) -> None:
        raise fault

    monkeypatch.setattr(deciding, "approved", approved)
    monkeypatch.setattr(deciding, "follow", follow)
    desk = Desk(world().services, cast(Keyboard, None), "ben", "somebody@here")
    await deciding.approve(desk, "INC-1", 1, "", 1.0)
    said = capsys.readouterr().out
    assert "The approval is saved; do not repeat it." in said
    assert "nothing was saved" not in said
