"""What `clarion recover` prints before anybody is asked to agree, as reviewed."""

from dataclasses import replace

from bot.cli import recovering
from bot.domain.recovery import Lost
from bot.domain.update import DeliveryState, Outcome
from bot.journal.journal import Remembered
from bot.journal.recovery import Difference
from bot.ports import Attempt, Cause, Standstill
from tests.builders import ANA, NOON, approved, incident
from tests.gallery_check import check as reviewed
from tests.handlers.update_world import world


async def test_the_difference_is_told_in_plain_words() -> None:
    sent = approved()
    update = sent.updates[0]
    ended = tuple(
        replace(one, state=DeliveryState.SETTLED, tally={Outcome.DELIVERED: 3, Outcome.REFUSED: 0})
        for one in update.deliveries
    )
    sent = replace(sent.with_update(replace(update, deliveries=ended)), version=9)
    hidden = replace(incident(), id="inc0002", number=2, title="Leaked keys", private=True, roles={})
    found = Difference(
        seen=412,
        there=409,
        lost=(
            Lost(seen=sent, found=replace(incident(), version=7), updates=sent.updates),
            Lost(seen=hidden, found=None, updates=()),
        ),
        attempts=((("upd1", "email"), "email-0", Attempt(Outcome.DELIVERED, 0)),),
        emergency=(replace(sent, number=90_001),),
        known=Remembered(),
    )
    services = world().services
    still = Standstill(cause=Cause.OLDER_DATA, at=NOON, machine="web-1", seen=412)
    pages = [
        recovering.why(still, found),
        await recovering.shown(services, found, ANA),
        recovering.why(replace(still, cause=Cause.EMERGENCY), found),
        recovering.why(None, found),
    ]
    assert "Leaked keys" not in "".join(pages), "what is private stays private"
    reviewed("cli/recover.txt", "\n\n".join(pages))
