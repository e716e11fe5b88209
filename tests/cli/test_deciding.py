"""What is said after an approval on the command line: that it is saved, whatever becomes of following it."""

from dataclasses import replace
from typing import cast

import pytest

from bot.cli import deciding
from bot.cli.keyboard import Keyboard
from bot.cli.session import Desk
from bot.domain.incident import Incident
from bot.domain.people import Caller
from bot.domain.refusals import Refusal
from bot.domain.update import UpdateState
from bot.ports import NotKnownYet, StorageDown
from bot.usecases import updates
from tests.builders import BO, CY, WORKSPACE
from tests.handlers.test_update_leave_out import night_abroad, over, told, without
from tests.handlers.update_world import draft_by, world


@pytest.fixture
def found_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks for an incident gets the one that there is, and is who they say."""

    async def incident(desk: Desk, _: str) -> Incident:
        return await updates.loaded(desk.services, "inc0001")

    async def verified(*_: object) -> Caller:
        return Caller(CY, WORKSPACE)

    monkeypatch.setattr(Desk, "incident", incident)
    monkeypatch.setattr(Desk, "verified", verified)


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


@pytest.mark.usefixtures("found_at_once")
async def test_words_that_the_plan_stops_by_now_are_refused_before_anybody_types(
    capsys: pytest.CaptureFixture[str],
) -> None:
    night = world()
    update = await draft_by(night, BO, impact="Bluebird does not answer.")
    services = replace(night.services, plan=replace(night.services.plan, code_names=("Bluebird",)))
    desk = Desk(services, cast(Keyboard, None), "ben", "somebody@here")
    with pytest.raises(Refusal) as refused:
        await deciding.approved(desk, "INC-1", update.number, update.latest.digest[:8])
    assert refused.value.code == "words_stop"
    assert "Code name (stops it): “Bluebird” is a name that only we use." in capsys.readouterr().out
    assert night.update.state is UpdateState.SUBMITTED


@pytest.mark.usefixtures("found_at_once")
async def test_a_language_that_nobody_can_be_told_in_is_left_out_on_the_command_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    night = without(await told(night_abroad()))
    await over(night)

    desk = Desk(night.services, cast(Keyboard, None), "cy", "somebody@here")
    with pytest.raises(Refusal) as refused:
        await deciding.approved(desk, "INC-1", night.update.number, "")
    assert "`clarion update leave-out INC-1 --reason “why”`" in refused.value.sentence
    await deciding.leave_out(desk, "INC-1", "The partner is away.")
    assert "French is left out of what is still told of INC-1." in capsys.readouterr().out
    assert [one.locale for one in night.incident.left_out] == ["fr"]
