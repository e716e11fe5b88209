"""What can go wrong with Slack, and with the one channel where customers read."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.practice.manner import Manner
from bot.practice.slack_standin.trouble import Fault
from bot.practice.switches.switch import BROADCAST, SLACK, Doing, Lasting, Switch, Undoing

if TYPE_CHECKING:
    from bot.practice.house import House

RETRY_AFTER = 5  # seconds, in Slack's 429
_POST = "chat.postMessage"
_LIMITED = "Slack limits"
_REFUSED, _HUNG, _BUSY, _LOST = _BROADCAST_FAULTS = tuple(f"broadcast {n}" for n in ("refuses", "hangs", "503", "lost"))


def _slack_well(house: House) -> None:
    trouble = house.standin.trouble
    trouble.slow(0.0)
    trouble.bring_back()
    trouble.forget(_LIMITED)


def _broadcast_well(house: House) -> None:
    for name in _BROADCAST_FAULTS:
        house.standin.trouble.forget(name)


def _slow(seconds: float) -> tuple[Doing, Lasting]:
    async def throw(house: House) -> None:
        house.standin.trouble.slow(seconds)

    return throw, Lasting(lambda house: house.standin.trouble.latency == seconds, _slack_well)


def _planned(fault: Fault, back: Undoing, *, broadcast: bool = False) -> tuple[Doing, Lasting]:
    async def throw(house: House) -> None:
        house.standin.trouble.plan(replace(fault, channel=house.broadcast.id if broadcast else ""))

    return throw, Lasting(lambda house: house.standin.trouble.planned(fault.name), back)


async def _take_down(house: House) -> None:
    house.standin.trouble.take_down()


SWITCHES = (
    Switch(
        SLACK,
        "answers after 0.5 seconds",
        "Each of its answers takes 0.5 s.",
        "Everything works; forms and answers come a moment later.",
        *_slow(0.5),
    ),
    Switch(
        SLACK,
        "answers after 2 seconds",
        "Each of its answers takes 2 s.",
        "Forms open slowly, the card follows after some seconds, and nothing is lost or doubled.",
        *_slow(2.0),
    ),
    Switch(
        SLACK,
        "answers after 5 seconds",
        "Each of its answers takes 5 s.",
        "Slack gives up on a click after 3 s, so some forms do not open. Publication does not wait for Slack.",
        *_slow(5.0),
    ),
    Switch(
        SLACK,
        "says too many requests",
        f"It answers every call with 429 and Retry-After {RETRY_AFTER}, and does nothing.",
        "Cards and posts wait as long as Slack says. E-mail, webhook and status page go out meanwhile.",
        *_planned(Fault("rate_limit", "*", None, retry_after=RETRY_AFTER, name=_LIMITED), _slack_well),
    ),
    Switch(
        SLACK,
        "goes down",
        "Nothing reaches it, and what it would deliver is lost.",
        "What is approved reaches every other outlet. When Slack is back, the card and the channel catch up.",
        _take_down,
        Lasting(lambda house: house.standin.trouble.down is not None, _slack_well),
    ),
)

BROADCAST_SWITCHES = (
    Switch(
        BROADCAST,
        Manner.REFUSES,
        "Slack answers posts to #status-updates with “restricted_action”.",
        "The card says that Slack was refused as an outlet. It is not tried again.",
        *_planned(
            Fault("error", _POST, None, error="restricted_action", name=_REFUSED), _broadcast_well, broadcast=True
        ),
    ),
    Switch(
        BROADCAST,
        Manner.HANGS,
        "Slack takes posts to #status-updates and does not answer.",
        "After 10 s the channel is searched for the post. It is not there, so it is posted again.",
        *_planned(Fault("hang", _POST, None, name=_HUNG), _broadcast_well, broadcast=True),
    ),
    Switch(
        BROADCAST,
        Manner.LATER,
        "Slack answers posts to #status-updates with 503.",
        "The post is tried again later.",
        *_planned(Fault("status", _POST, None, status=503, name=_BUSY), _broadcast_well, broadcast=True),
    ),
    Switch(
        BROADCAST,
        Manner.LOSES,
        "Slack posts to #status-updates, and the connection breaks before it says so.",
        "The post is found in the channel by its mark, and does not come twice.",
        *_planned(Fault("lost_reply", _POST, None, name=_LOST), _broadcast_well, broadcast=True),
    ),
)
