"""Following a delivery: each outlet's outcome as the worker records it, and a plain word when nothing is recorded.

It refuses to wait for ever: what is still tried is named, with until when.
"""

import asyncio

from bot.cli import page
from bot.cli.session import Desk
from bot.domain.update import Update, UpdateState
from bot.usecases import updates

_LOOK_EVERY = 0.2
# With no news for so long something is down; it is said what, and the worker goes on.
PATIENCE = 20.0


async def follow(desk: Desk, incident_id: str, update_id: str, patience: float) -> None:
    """Print outcomes until all are there, or there is no news for `patience` seconds."""
    clock = asyncio.get_running_loop().time
    said: set[str] = set()
    end = clock() + patience
    while clock() < end:
        update = (await updates.loaded(desk.services, incident_id)).update(update_id)
        for delivery in update.deliveries:
            if delivery.settled and delivery.outlet not in said:
                said.add(delivery.outlet)
                desk.say(f"  {page.outcome(update, delivery)}")
                end = clock() + patience
        if update.state is not UpdateState.PUBLISHING:
            desk.say(f"Update #{update.number} is {update.state}.")
            return
        await asyncio.sleep(_LOOK_EVERY)
    _say_what_is_missing(desk, (await updates.loaded(desk.services, incident_id)).update(update_id))


def _say_what_is_missing(desk: Desk, update: Update) -> None:
    missing = [delivery for delivery in update.deliveries if not delivery.settled]
    for delivery in missing:
        desk.say(f"  {page.outcome(update, delivery)}")
    if missing and not any(delivery.begun for delivery in update.deliveries):
        desk.say("Nothing has been tried yet: no worker seems to run. Start `clarion run`, or `clarion worker`.")
    elif missing:
        desk.say("The worker goes on trying. Look again with `clarion update show`.")
