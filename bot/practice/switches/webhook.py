"""What can go wrong with whoever takes the webhook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.practice.manner import Manner
from bot.practice.switches.switch import WEBHOOK, Switch, turned

if TYPE_CHECKING:
    from bot.practice.house import House
    from bot.practice.receiver import Receiver


def _end(house: House) -> Receiver:
    return house.receiver


SWITCHES = (
    Switch(
        WEBHOOK,
        Manner.REFUSES,
        "It answers every post with 400.",
        "The card says that the webhook was refused. It is not tried again.",
        *turned(_end, Manner.REFUSES),
    ),
    Switch(
        WEBHOOK,
        Manner.HANGS,
        "It takes the post and does not answer.",
        "After 40 s it is posted again under the same id.",
        *turned(_end, Manner.HANGS),
    ),
    Switch(
        WEBHOOK,
        Manner.LATER,
        "It answers every post with 503 and Retry-After 2.",
        "It is posted again when it asked for it.",
        *turned(_end, Manner.LATER),
    ),
    Switch(
        WEBHOOK,
        Manner.LOSES,
        "It takes the post, and the connection breaks before it says so.",
        "It is posted again under the same id, by which the receiver knows that it has it already.",
        *turned(_end, Manner.LOSES),
    ),
)
