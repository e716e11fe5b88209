"""What can go wrong with the mail server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.practice.manner import Manner
from bot.practice.switches.switch import MAIL, Doing, Lasting, Switch

if TYPE_CHECKING:
    from bot.practice.house import House


def _well(house: House) -> None:
    house.mailbox.turn(Manner.TAKES)


def _turn(manner: Manner) -> tuple[Doing, Lasting]:
    async def throw(house: House) -> None:
        house.mailbox.turn(manner)

    return throw, Lasting(lambda house: house.mailbox.manner is manner, _well)


SWITCHES = (
    Switch(
        MAIL,
        Manner.REFUSES,
        "It says 550 to every letter.",
        "The card says that e-mail was refused. It is not tried again.",
        *_turn(Manner.REFUSES),
    ),
    Switch(
        MAIL,
        Manner.HANGS,
        "It takes connections and then says nothing.",
        "After 20 s the letter counts as not sent; it is tried again.",
        *_turn(Manner.HANGS),
    ),
    Switch(
        MAIL,
        Manner.LATER,
        "It says 451 to every letter.",
        "Letters wait and are tried again after 1, 2, 4 ... 60 s.",
        *_turn(Manner.LATER),
    ),
    Switch(
        MAIL,
        Manner.LOSES,
        "It takes the letter, and the connection breaks before it says so.",
        "The outcome is unknown: nothing is sent twice, and the card asks you whether it arrived.",
        *_turn(Manner.LOSES),
    ),
)
