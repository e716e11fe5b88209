"""What can go wrong with the mail server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.practice.manner import Manner
from bot.practice.switches.switch import MAIL, Switch, turned

if TYPE_CHECKING:
    from bot.practice.house import House
    from bot.practice.mailbox import Mailbox


def _end(house: House) -> Mailbox:
    return house.mailbox


SWITCHES = (
    Switch(
        MAIL,
        Manner.REFUSES,
        "It says 550 to every letter.",
        "The card says that e-mail was refused. It is not tried again.",
        *turned(_end, Manner.REFUSES),
    ),
    Switch(
        MAIL,
        Manner.HANGS,
        "It takes connections and then says nothing.",
        "After 20 s the letter counts as not sent; it is tried again.",
        *turned(_end, Manner.HANGS),
    ),
    Switch(
        MAIL,
        Manner.LATER,
        "It says 451 to every letter.",
        "Letters wait and are tried again after 1, 2, 4 ... 60 s.",
        *turned(_end, Manner.LATER),
    ),
    Switch(
        MAIL,
        Manner.LOSES,
        "It takes the letter, and the connection breaks before it says so.",
        "The outcome is unknown: nothing is sent twice, and the card asks you whether it arrived.",
        *turned(_end, Manner.LOSES),
    ),
)
