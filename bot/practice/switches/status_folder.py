"""What can go wrong with the folder of the status page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.practice.switches.switch import STATUS_FOLDER, Lasting, Switch

if TYPE_CHECKING:
    from bot.practice.house import House


async def _hold(house: House) -> None:
    house.status_folder.hold()


def _well(house: House) -> None:
    house.status_folder.let_go()


SWITCHES = (
    Switch(
        STATUS_FOLDER,
        "is locked",
        "Somebody else holds the lock of the folder, so that nothing can be written there.",
        "The page keeps its old text; it is written once the lock is free.",
        _hold,
        Lasting(lambda house: house.status_folder.held, _well),
    ),
)
