"""Two documents of one incident made into one: who may see it is what was said last of that, whichever is newer."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain import approval, classifying, delivery, lifecycle, recovery
from bot.domain.asking import Ask, MessageRef
from bot.domain.facts import Stage
from bot.domain.incident import Channel, EndKind, Incident, Step
from bot.domain.job import JobKind
from bot.domain.telling import TellingKind
from bot.domain.update import Outcome, UpdateState
from tests.builders import ANA, DEE, NOON, POLICY, approved, incident, person, submitted

LATER = NOON + timedelta(minutes=5)
CARD, POST, ASK = (MessageRef(channel=c, ts=f"1790000000.00000{n}") for n, c in enumerate(("C1", "C9", "C1")))
OPEN = Channel(id="C1", done=frozenset(Step), card=CARD, announcement=POST)


def before() -> Incident:
    return incident(channel=OPEN)


def hidden(found: Incident, version: int) -> Incident:
    return replace(classifying.make_private(found, person(ANA), LATER, POLICY).incident, version=version)


@pytest.mark.parametrize("went_on", [2, 9], ids=["Redis is older", "Redis went on from older data"])
def test_what_was_made_private_is_private_although_redis_forgot_it(went_on: int) -> None:
    found = submitted(replace(before(), version=went_on))
    asked = found.with_update(replace(found.updates[0], asks=(Ask(message=ASK, revision=1),)))
    seen = hidden(before(), 6)
    assert recovery.lost(asked, seen) is not None
    change = recovery.put_back(asked, seen, "ana@machine", LATER)
    merged = change.incident
    assert merged.private
    assert merged.reclassified == 1
    assert (merged.channel.id, merged.channel.private) == ("", True), "not the public channel that Redis knows"
    assert {CARD, POST} <= set(merged.channel.veiled)
    if went_on == 9:  # what others have read since of a request
        assert ASK in merged.channel.veiled
        assert merged.updates[0].state is UpdateState.WITHDRAWN
        assert merged.updates[0].asks == ()
    assert JobKind.OPEN_CHANNEL in {job.kind for job in change.jobs}, "nothing else would open the private channel"
    assert recovery.lost(merged, seen) is None, "and then nothing is missing"


def test_an_emergency_publication_shows_nobody_what_another_machine_has_made_private() -> None:
    waiting = submitted(replace(before(), version=4))
    digest = waiting.updates[0].latest.digest
    without_redis = replace(approval.approve(waiting, "upd1", digest, person(DEE), LATER, POLICY).incident, version=9)
    there = hidden(replace(waiting, version=4), 5)
    merged = recovery.restored(there, without_redis)
    assert merged.private
    assert merged.channel.private
    assert merged.update("upd1").approved, "what was approved there is a fact"
    assert all(delivery.cancelled for delivery in merged.update("upd1").deliveries), "and no more of it leaves"


def test_made_public_again_later_it_is_public() -> None:
    private = hidden(before(), 3)
    public = replace(classifying.make_public(private, person(ANA), LATER, POLICY).incident, version=4)
    assert not recovery.restored(replace(private, version=8), public).private


def test_a_private_channel_not_opened_yet_is_not_taken_for_the_older_public_one() -> None:
    merged = recovery.restored(replace(before(), version=3), hidden(before(), 6))
    assert merged.channel.private
    assert merged.channel.id == ""


def test_what_redis_knew_is_not_queued_again_and_an_end_is_not_forgotten() -> None:
    sending = approved()
    assert [job.id for job in recovery.unsettled_jobs(None, sending)] == ["deliver:upd1:status", "deliver:upd1:email"]
    assert recovery.unsettled_jobs(sending, sending) == ()
    over = lifecycle.end(replace(incident(), version=3), EndKind.QUIET, person(ANA), NOON).incident
    for found, seen in ((replace(incident(), version=5), over), (over, replace(incident(), version=5))):
        assert recovery.restored(found, seen).ended == over.ended


def test_what_was_drafted_in_redis_and_published_without_it_under_one_number_is_told_apart() -> None:
    waiting = submitted(replace(before(), version=4))
    digest = waiting.updates[0].latest.digest
    published = replace(approval.approve(waiting, "upd1", digest, person(DEE), LATER, POLICY).incident, version=9)
    drafted = replace(waiting, version=5, updates=(replace(waiting.updates[0], id="upd9"),))
    merged = recovery.restored(drafted, published)
    assert {u.id: u.number for u in merged.updates} == {"upd1": 1, "upd9": 2}, "what customers have keeps its number"
    again = recovery.restored(replace(merged, version=10), published)
    assert again.updates == merged.updates


def ended(found: Incident, outcome: Outcome, *outlets: str) -> Incident:
    for outlet in outlets:
        count = found.update("upd1").count_for(outlet)
        found = delivery.settle(found, "upd1", outlet, {outcome: count}, "", LATER).incident
    return found


@pytest.mark.parametrize("version", [3, 9])
def test_what_left_without_redis_is_not_dropped_although_another_machine_ended_it_as_too_late(version: int) -> None:
    here = replace(ended(approved(), Outcome.DELIVERED, "status", "email"), version=5)
    late = ended(ended(approved(), Outcome.DELIVERED, "status"), Outcome.EXPIRED, "email")
    for there in (
        replace(late, version=version),
        replace(ended(approved(), Outcome.EXPIRED, "email"), version=version),
    ):
        for merged in (recovery.restored(there, here), recovery.restored(here, there)):
            assert merged.update("upd1").delivery("email").tally == here.update("upd1").delivery("email").tally
            assert merged.update("upd1").state is UpdateState.PUBLISHED


@pytest.mark.parametrize("version", [3, 9])
@pytest.mark.parametrize("left", [(), ("status",), ("status", "email")])
def test_what_was_stopped_in_slack_leaves_no_further_although_some_of_it_had_left_without_redis(
    version: int, left: tuple[str, ...]
) -> None:
    """Nothing had left as far as Redis knew, so that Stop ended all of it there."""
    here = replace(ended(approved(), Outcome.DELIVERED, *left), version=5)
    there = replace(approval.stop(approved(), "upd1", person(ANA), LATER).incident, version=version)
    assert there.update("upd1").state is UpdateState.WITHDRAWN
    for merged in (recovery.restored(there, here), recovery.restored(here, there)):
        update = merged.update("upd1")
        assert update.stopped_by == ANA
        assert all(d.settled for d in update.deliveries), "nothing more of it leaves"
        assert {d.outlet for d in update.deliveries if d.tally.get(Outcome.DELIVERED)} == set(left)
        assert update.state is (UpdateState.PUBLISHED if left else UpdateState.WITHDRAWN)


def test_what_was_approved_alone_without_redis_and_stopped_in_slack_before_its_delay_was_over_never_leaves() -> None:
    waiting = submitted(by=DEE)
    digest = waiting.updates[0].latest.digest
    held = approval.break_glass(waiting, "upd1", digest, "nobody else is awake", person(DEE), NOON, POLICY).incident
    stopped = approval.stop(held, "upd1", person(ANA), NOON).incident
    for merged in (recovery.restored(stopped, replace(held, version=9)), recovery.restored(held, stopped)):
        assert merged.update("upd1").state is UpdateState.WITHDRAWN
        assert (merged.update("upd1").stopped_by, merged.update("upd1").release_at) == (ANA, None)


def test_followers_hear_what_was_published_without_redis_and_the_stage_that_was_set_in_slack_meanwhile() -> None:
    """Both sides gave the same number to what they tell."""
    here = replace(ended(approved(), Outcome.DELIVERED, "status", "email"), version=9)
    there = lifecycle.set_stage(approved(), Stage.IDENTIFIED, person(ANA), LATER).incident
    assert [t.id for t in here.tellings] == [t.id for t in there.tellings] == ["inc0001-t1"]
    for version in (3, 12):
        found = replace(there, version=version)
        merged = recovery.restored(found, here)
        assert [(t.id, t.number, t.kind) for t in merged.tellings] == [
            ("inc0001-t1", 1, TellingKind.STAGE),  # by this name Redis has a job, and knows who has heard it
            ("inc0001-t2", 2, TellingKind.UPDATE),
        ]
        assert recovery.restored(merged, here).tellings == merged.tellings, "the next step tells it no second time"
        told = recovery.untold_jobs(found, merged)
        assert [job.id for job in told] == ["tell_followers:inc0001-t2", "tell_support:inc0001-t2"]
        assert recovery.untold_jobs(merged, merged) == ()


def test_what_redis_forgot_to_tell_is_told_or_nothing_would_be_told_any_more() -> None:
    """Whatever is told later waits for it."""
    seen = replace(ended(approved(), Outcome.DELIVERED, "status"), version=9)
    change = recovery.put_back(replace(approved(), version=3), seen, "ana@machine", LATER)
    assert {"tell_followers:inc0001-t1", "tell_support:inc0001-t1"} <= {job.id for job in change.jobs}
    again = recovery.made_again(seen, {}, "ana@machine", LATER)
    assert "tell_followers:inc0001-t1" in {job.id for job in again.jobs}
    frozen = replace(seen, tellings=(replace(seen.tellings[0], followers="a list", count=9),))
    merged = recovery.restored(replace(approved(), version=3), frozen)
    assert (merged.tellings[0].followers, merged.tellings[0].count) == ("", 0), "Redis has no such list any more"
    heard = replace(seen, tellings=(replace(seen.tellings[0], settled=True),))
    assert recovery.restored(heard, replace(frozen, version=12)).tellings[0].settled, "nobody is told it again"
    assert recovery.untold_jobs(None, heard) == ()
