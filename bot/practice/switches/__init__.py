"""Make it hurt: everything in a practice that can be made to go wrong on purpose, under the words for it.

A switch is thrown with `on` and taken back with `off`; what is over as it happens (a process that is killed) has
nothing to take back. Two troubles of one thing are never on at a time: the newer takes the place of the older.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from bot.practice.switches import mail, processes, slack, status_folder, webhook
from bot.practice.switches.switch import SUBJECTS, Switch

if TYPE_CHECKING:
    from bot.practice.house import House

__all__ = ["SUBJECTS", "SWITCHES", "Switch", "well_again"]

SWITCHES: Mapping[str, Switch] = {
    one.key: one
    for one in (
        *slack.SWITCHES,
        *mail.SWITCHES,
        *webhook.SWITCHES,
        *slack.BROADCAST_SWITCHES,
        *status_folder.SWITCHES,
        *processes.SWITCHES,
    )
}


async def well_again(house: House, subject: str = "") -> None:
    """Take back whatever is on, of one subject ("mail server") or, "", of all."""
    for one in SWITCHES.values():
        if subject in ("", one.subject):
            await one.off(house)
