"""Redis holds fewer commits than this machine has seen: nothing is published until a person has looked (row 14)."""

from dataclasses import replace

import pytest

from bot.domain import approval
from bot.domain.change import Change
from bot.domain.incident import Incident
from bot.ports import Begun, Cause, Halted
from bot.storage.standstill import OwnWatermark, spelled
from bot.storage.store import Storage
from tests.builders import DEE, NOON, POLICY, person, submitted
from tests.storage.conftest import Open
from tests.storage.test_attempts import begin, holding, read

LOST = 50  # commits that this machine has seen and Redis has not


def who_saw_more(another: Open) -> Storage:
    """A storage on a machine that has seen commits which Redis has lost."""
    watermark = OwnWatermark()
    watermark.saw(LOST, "op")
    return another(watermark=watermark)


async def test_no_recipient_is_sent_to_on_older_data_by_any_machine(another: Open) -> None:
    first = another()
    held, incident = await holding(first)
    storage = who_saw_more(another)
    assert await begin(storage, held, incident) is Begun.HALTED
    assert await begin(first, held, incident) is Begun.HALTED, "a machine that saw nothing hears it from Redis"
    assert await read(first) is None


async def test_no_approval_is_kept_on_older_data_and_other_work_goes_on(another: Open) -> None:
    first = another()
    waiting = submitted()
    await first.incidents.create("op", Change(replace(waiting, number=0, version=0)))
    storage = who_saw_more(another)
    with pytest.raises(Halted):
        await storage.incidents.amend("approve", waiting.id, _approve)
    await storage.incidents.amend("note", waiting.id, lambda found: Change(replace(found, impact="changed")))
    stored = await first.incidents.load(waiting.id)
    assert stored is not None
    assert stored.impact == "changed"
    assert not any(update.approved for update in stored.updates)


async def test_only_the_standstill_that_was_looked_at_is_ended(another: Open) -> None:
    storage = another()
    await storage.standstills.begin(Cause.EMERGENCY)
    seen = await storage.standstills.now()
    assert seen is not None
    older = replace(seen, mark=spelled(Cause.OLDER_DATA, NOON, LOST))
    assert not await storage.standstills.lift(older, LOST, 7)
    assert await storage.standstills.now() == seen, "somebody has yet to look at this one"
    assert await storage.standstills.lift(seen, LOST, 7)
    assert await storage.standstills.now() is None


async def test_the_standstill_that_there_is_stays_the_one_that_people_look_at(another: Open) -> None:
    storage = another()
    await storage.standstills.begin(Cause.EMERGENCY)
    seen = await storage.standstills.now()
    await who_saw_more(another).standstills.begin(Cause.OLDER_DATA)
    assert await storage.standstills.now() == seen


def _approve(found: Incident) -> Change:
    return approval.approve(found, "upd1", found.update("upd1").latest.digest, person(DEE), NOON, POLICY)
