"""What leaves is what was approved, to whom it was approved for, once: whatever has changed since (I1, row 7)."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest

from bot.domain import approval
from bot.domain import delivery as rules
from bot.domain.incident import Incident
from bot.domain.people import Caller
from bot.domain.policy import Policy
from bot.domain.publishing import deliver_job
from bot.domain.update import Outcome, OutletKind, Recipient, Rendition
from bot.domain.wording import Finding
from bot.plan.loading import load_text
from bot.ports import Attempt, Begun, Halted, OutcomeUnknown, Places, Receipt
from bot.usecases import attempts, deliveries, jobs, updates
from tests import abroad
from tests.builders import ANA, DEE, NOON, POLICY, WORKSPACE, approved, person, rendered
from tests.usecases.conftest import Build
from tests.usecases.stage import OUTLET, Process


class OtherWords:
    """Templates as they are by now: they say something else."""

    def render(self, *_: Any) -> tuple[Rendition, ...]:
        """Give the new words."""
        return (Rendition(outlet=OUTLET, locale="en", parts=(("text", "what the template says by now"),)),)

    def readable(self, rendition: Rendition) -> str:
        """Return what a person reads of it."""
        return rendition.part("text")

    def findings(self, judged: object) -> tuple[Finding, ...]:
        """Find fault with nothing."""
        return ()


async def test_the_text_that_was_approved_leaves_although_its_template_has_changed(build: Build) -> None:
    stage = build()
    await stage.approve("upd1", "what was approved")
    services = replace(stage.services(), words=cast(Any, OtherWords()))
    await jobs.work(services, await stage.taken())
    assert stage.outlet.texts == ["what was approved"] * 3


async def test_what_one_process_drafted_leaves_as_it_was_through_others_with_other_plans(build: Build) -> None:
    """A restart rolls through: one process drafts, the next approves, a third delivers, each by a plan of its own."""
    stage = build()
    update = await stage.submit("upd1", "what was drafted and read")
    newer = replace(
        stage.services(stage.storage()),
        words=cast(Any, OtherWords()),
        plan=load_text(abroad.plan("fr", "en")).plan,
        policy=replace(POLICY, delivery_ttl=timedelta(minutes=5)),
        places=Places(workspace=WORKSPACE),
    )
    await newer.people.put([person(DEE, checked_at=stage.clock.at)])
    done = await updates.approve(newer, "inc0001", "upd1", update.latest.digest, Caller(DEE, WORKSPACE), "approved")
    assert done.update("upd1").latest == update.latest, "nothing of it is made anew"
    newest = replace(newer, plan=load_text(abroad.plan("pl", "en")).plan, policy=Policy(quorum=2))
    await jobs.work(newest, await stage.taken())
    assert stage.outlet.texts == ["what was drafted and read"] * 3
    assert await stage.outcomes() == {Outcome.DELIVERED: 3}


async def test_the_list_that_was_approved_is_served_although_it_has_changed(build: Build) -> None:
    stage = build(count=2)
    await stage.approve()

    async def everybody_by_now() -> tuple[Recipient, ...]:
        return tuple(Recipient(id=f"email-{n}", address=f"new{n}@example.com") for n in range(1, 5))

    stage.outlet.recipients = everybody_by_now  # type: ignore[method-assign]  # the list was written anew
    await stage.work()
    assert [recipient for recipient, _ in stage.outlet.arrived] == ["email-0", "email-1"]
    assert await stage.outcomes() == {Outcome.DELIVERED: 2}


async def test_what_cannot_be_found_is_looked_for_twice_before_it_leaves_again(
    build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A search that lags behind: the second look finds what the first did not."""
    monkeypatch.setattr(attempts, "LOOK_AGAIN_AFTER", 0.001)
    stage = build(OutletKind.SEARCHABLE, count=1)
    await stage.approve()

    async def lost(_: str) -> None:
        raise OutcomeUnknown("the reply was lost")

    stage.outlet.after = lost
    await stage.live(Process())
    looks = 0

    async def lagging(rendition: Rendition, recipient: Recipient, key: str) -> bool:
        nonlocal looks
        looks += 1
        return looks > 1 and (recipient.id, key) in stage.outlet.arrived

    stage.outlet.find = lagging  # type: ignore[method-assign]  # Slack's history lags
    await stage.work()
    assert (looks, len(stage.outlet.arrived)) == (2, 1)
    assert await stage.outcomes() == {Outcome.DELIVERED: 1}


@pytest.mark.parametrize("answer", [Begun.ENDED, Begun.LOST, Begun.HALTED, Begun.STALE])
async def test_nothing_leaves_unless_the_ledger_says_yes(answer: Begun) -> None:
    """ENDED: a former holder told late how it ended. STALE: it was stopped meanwhile."""
    answers, taken = [answer, Begun.YES], list[str]()

    async def begin(*_: object) -> Begun:
        return answers.pop(0)

    async def record(*_: object) -> None:
        pass

    async def deliver(_: object, recipient: Recipient, key: str) -> Receipt:
        taken.append(recipient.id)
        return Receipt(reference="taken")

    async def load(_: str) -> Incident:
        tried = rules.begin(approved(), "upd1", "email", NOON).incident
        return approval.stop(tried, "upd1", person(ANA), NOON).incident

    outlet = SimpleNamespace(name="email", destination="email:here", rehearsal=False, deliver=deliver)
    services = SimpleNamespace(
        attempts=SimpleNamespace(begin=begin, record=record),
        incidents=SimpleNamespace(load=load),
        outlets={"email": outlet},
        clock=SimpleNamespace(now=lambda: NOON),
    )
    held = SimpleNamespace(job=deliver_job("inc0001", "upd1", "email"))
    to = Recipient(id="email-0", address="a0@example.com")
    text = {to.id: Rendition(outlet="email", locale="en", parts=())}
    run = attempts.Run(cast(Any, services), cast(Any, held), cast(Any, outlet), approved(), "upd1", text)
    with suppress(attempts.LeaseLost, Halted):
        await attempts._send_one(run, to)
        assert answer in (Begun.ENDED, Begun.STALE), "the worker hears of the others"
    assert taken == []


async def test_whoever_has_lost_the_job_ends_nothing_for_anybody() -> None:
    """The new holder may be sending to them: what the former one writes would be a guess."""
    content, written = rendered(outlets=("email",)), list[str]()
    found = approved(content=content)
    kept = {blob.sha256: blob.data for blob in content.blobs}

    async def blob(sha256: str) -> bytes:
        return kept[sha256]

    async def read(*_: object) -> dict[str, Attempt]:
        return {}

    async def record(update: str, outlet: str, recipient: str, attempt: Attempt) -> None:
        written.append(recipient)

    async def lost() -> bool:
        return False

    services = SimpleNamespace(
        attempts=SimpleNamespace(read=read, record=record), incidents=SimpleNamespace(blob=blob), clock=None
    )
    held = SimpleNamespace(job=deliver_job("inc0001", "upd1", "email"), still_mine=lost)
    closing = rules.Judgement(rules.Verdict.CLOSE, "too late")
    with suppress(attempts.LeaseLost, AttributeError):
        await deliveries._close(cast(Any, services), cast(Any, held), found, closing)
    assert written == []
