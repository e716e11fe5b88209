"""What this machine knows and Redis does not, delivery by delivery; and the words of what is approved elsewhere."""

from pathlib import Path

import pytest

from bot.domain.update import Outcome, OutletKind
from bot.journal import ledger
from bot.journal.journal import Journal, remembered
from bot.journal.recovery import difference, take_over
from bot.ports import Attempt
from bot.usecases import jobs
from tests.builders import ANA
from tests.journal.test_crash_points import approved, half_delivered, on_this_machine
from tests.journal.test_disk import approve, recorded
from tests.redis_server import RedisServer
from tests.usecases.stage import OUTLET, Stage

OPEN, TAKEN = Attempt(None, 0), Attempt(Outcome.DELIVERED, 0, "taken")
# A worker of another machine may have closed it, before it knew of an emergency publication.
LEFT, LOST, LATER = (
    Attempt(Outcome.EXPIRED, 0, "late"),
    Attempt(Outcome.UNKNOWN, 0, "lost"),
    Attempt(Outcome.UNKNOWN, 1),
)


@pytest.mark.parametrize(
    ("there", "here", "kept"),
    [
        pytest.param(OPEN, TAKEN, TAKEN, id="how it ended"),
        pytest.param(TAKEN, OPEN, TAKEN, id="Redis knows how it ended"),
        pytest.param(LATER, TAKEN, LATER, id="Redis knows of a later try"),
        pytest.param(TAKEN, LATER, LATER, id="a later try"),
        pytest.param(None, OPEN, OPEN, id="that it was begun"),
        pytest.param(LEFT, TAKEN, TAKEN, id="whoever says it arrived, of two ends"),
        pytest.param(LEFT, LOST, LOST, id="whoever says it may have arrived, of two ends"),
        pytest.param(TAKEN, LOST, TAKEN, id="Redis says that it arrived"),
    ],
)
async def test_of_each_delivery_the_one_that_knows_more_is_believed(
    server: RedisServer, tmp_path: Path, there: Attempt | None, here: Attempt, kept: Attempt
) -> None:
    stage = Stage(server, OutletKind.BLIND, count=1)
    await approved(stage, tmp_path)
    if there is not None:
        await stage.memory.attempts.record("upd1", OUTLET, "email-0", there)
    journal = Journal(tmp_path, stage.clock)
    begun = ledger.begun("upd1", OUTLET, "email-0", here.round)
    journal.note(begun, *([ledger.ended("upd1", OUTLET, "email-0", here)] if here.outcome else []))
    services = on_this_machine(stage, journal)
    found = await difference(services, journal, 0)
    assert bool(found.attempts) == (kept != there)
    await take_over(services, journal, found, "ops@bastion")
    assert await services.attempts.read("upd1", OUTLET) == {"email-0": kept}
    await journal.aclose()
    await stage.aclose()


async def test_the_words_of_what_is_approved_here_are_here_although_they_were_drafted_on_another_machine(
    server: RedisServer, tmp_path: Path
) -> None:
    """Else Redis could take them with it, and an emergency publication would have nothing to send."""
    stage = Stage(server, OutletKind.BLIND, count=1)
    journal = Journal(tmp_path, stage.clock)
    services = recorded(stage, journal)
    update = await stage.submit()
    await approve(services, stage)
    await journal.aclose()
    names = {name for planned in update.latest.planned for name in (planned.rendition, planned.recipients)}
    assert names <= remembered(tmp_path).blobs.keys()
    await stage.aclose()


@pytest.mark.parametrize("taken", [True, False], ids=["its job has ended", "its job waits"])
async def test_what_was_stopped_while_an_emergency_publication_waited_leaves_no_further_and_ends(
    server: RedisServer, tmp_path: Path, taken: bool
) -> None:
    """Redis was back, knew of nothing that had left, and somebody pressed Stop there."""
    stage = Stage(server, OutletKind.IDEMPOTENT, count=2)
    await half_delivered(stage, tmp_path)
    await stage.stop()
    if taken:  # by a worker that did not know of the emergency publication: there is nothing to do
        await jobs.work(stage.services(), await stage.taken())
    journal = Journal(tmp_path, stage.clock)
    services = on_this_machine(stage, journal)
    await take_over(services, journal, await difference(services, journal, 0), "ops@bastion")
    await stage.work()
    assert len(stage.outlet.arrived) == 1, "nothing more has left"
    update = await stage.update()
    assert update.stopped_by == ANA
    assert update.delivery(OUTLET).settled
    assert await stage.outcomes() == {Outcome.DELIVERED: 1, Outcome.UNKNOWN: 1}, "it died as the second was sent"
    await journal.aclose()
    await stage.aclose()
