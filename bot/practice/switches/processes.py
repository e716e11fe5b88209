"""What can happen to the processes of the bot, and to its Redis. They come back by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.practice.switches.switch import REDIS, WEB, WORKER, Doing, Switch

if TYPE_CHECKING:
    from bot.practice.house import House


def _kill(part: str) -> Doing:
    async def throw(house: House) -> None:
        house.parts[part].kill()

    return throw


async def _kill_redis(house: House) -> None:
    house.chronicle.say("Redis was killed (SIGKILL).")
    house.redis.kill()


async def _restart_redis(house: House) -> None:
    house.chronicle.say("Redis was told to end (SIGTERM).")
    await house.redis.restart()


SWITCHES = (
    Switch(
        WORKER,
        "is killed",
        "The process that delivers is killed (SIGKILL) in the middle of whatever it does.",
        "It is started again at once. What it was doing is taken up again after 15 s, and nothing comes twice.",
        _kill("worker"),
    ),
    Switch(
        WEB,
        "is killed",
        "The process that hears Slack and serves the status page is killed (SIGKILL).",
        "For a second or two clicks find nobody, and Slack says so. Then all goes on; nothing is lost.",
        _kill("web"),
    ),
    Switch(
        REDIS,
        "is restarted",
        "It is told to end, and is started again with its data at the same address.",
        "A click in between is answered with a sentence. Work goes on within 5 s.",
        _restart_redis,
    ),
    Switch(
        REDIS,
        "is killed",
        "It is killed (SIGKILL) and started again. All that it acknowledged was on disk first.",
        "Work goes on within 5 s. Nothing that was acknowledged is lost, and nothing comes twice.",
        _kill_redis,
    ),
)
