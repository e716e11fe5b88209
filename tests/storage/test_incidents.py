"""Incidents: numbered once, changed one decision at a time, and nothing written in halves."""

import asyncio
import hashlib
import re
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.domain import lifecycle
from bot.domain.change import Blob, Change
from bot.domain.facts import Stage
from bot.domain.incident import Channel, EndKind, Incident, Severity
from bot.domain.job import SLACK_LANE, Job, JobKind
from bot.domain.lifecycle import Declaration
from bot.domain.refusals import Refusal
from bot.domain.timeline import Entry, EntryKind
from bot.storage.codec import NewerSchema
from bot.storage.keys import Keys
from bot.storage.patience import IN_TIME
from bot.storage.store import Storage
from tests.builders import NOON, WORKSPACE, person
from tests.storage.conftest import Open


def declared(incident_id: str = "inc1", now: datetime = NOON) -> Change:
    """The change that declares an incident."""
    return lifecycle.declare(Declaration(title="Checkout fails", severity=Severity.SEV1), person(), incident_id, now)


def noted(incident: Incident, text: str = "seen") -> Change:
    """A change that grows the impact by one letter and says so."""
    entry = Entry(at=NOON, kind=EntryKind.NOTE, actor="", text=text)
    return Change(replace(incident, impact=incident.impact + "x"), (entry,))


class TestCreating:
    async def test_numbers_count_from_one(self, storage: Storage) -> None:
        made = [await storage.incidents.create(f"op{n}", declared(f"inc{n}")) for n in range(3)]
        assert [m.incident.number for m in made] == [1, 2, 3]
        assert [m.incident.version for m in made] == [1, 1, 1]

    async def test_a_number_that_another_one_has_by_now_is_not_given_again(self, storage: Storage) -> None:
        """Put back after it was lost, an incident keeps its number only if nobody else was given it meanwhile."""
        await storage.incidents.create("op1", declared("inc1"))
        lost = declared("inc2")
        back = replace(lost, incident=replace(lost.incident, number=1), recovered=True)
        assert (await storage.incidents.create("op2", back)).incident.number == 2
        found = await storage.incidents.find(1)
        assert found is not None
        assert found.id == "inc1"

    async def test_fifty_at_once_get_fifty_numbers(self, storage: Storage) -> None:
        made = await asyncio.gather(*(storage.incidents.create(f"op{n}", declared(f"inc{n}")) for n in range(50)))
        assert sorted(m.incident.number for m in made) == list(range(1, 51))

    async def test_the_same_operation_twice_is_one_incident(self, storage: Storage) -> None:
        first = await storage.incidents.create("op", declared("inc1"))
        again = await storage.incidents.create("op", declared("inc2"))
        assert again.repeated
        assert again.incident == first.incident
        assert await storage.incidents.load("inc2") is None

    async def test_the_same_operation_twenty_times_at_once_is_one_incident(self, storage: Storage) -> None:
        made = await asyncio.gather(*(storage.incidents.create("op", declared(f"inc{n}")) for n in range(20)))
        assert sum(not m.repeated for m in made) == 1
        assert len(await storage.incidents.open()) == 1

    async def test_an_id_that_exists_is_never_written_over(self, storage: Storage) -> None:
        await storage.incidents.create("op1", declared())
        with pytest.raises(ValueError, match="exists already"):
            await storage.incidents.create("op2", declared())

    async def test_what_is_read_back_is_what_was_answered(self, storage: Storage, another: Open) -> None:
        made = (await storage.incidents.create("op", declared())).incident
        other = another()
        assert await other.incidents.load("inc1") == made
        assert await other.incidents.find(1) == made

    async def test_its_jobs_are_queued_by_the_same_commit(self, storage: Storage) -> None:
        await storage.incidents.create("op", declared())
        held = await storage.jobs.take(SLACK_LANE, 0)
        assert held is not None
        assert held.job.id == "open:inc1"
        await held.done()


class TestAmending:
    async def test_a_decision_is_written_with_its_entries(self, storage: Storage) -> None:
        await storage.incidents.create("op1", declared())
        done = await storage.incidents.amend("op2", "inc1", noted)
        assert (done.incident.impact, done.incident.version, done.repeated) == ("x", 2, False)
        assert (await storage.incidents.timeline("inc1"))[-1].text == "seen"
        assert await storage.incidents.load("inc1") == done.incident

    async def test_a_repeated_operation_returns_without_deciding(self, storage: Storage) -> None:
        await storage.incidents.create("op1", declared())
        await storage.incidents.amend("op2", "inc1", noted)
        again = await storage.incidents.amend("op2", "inc1", _must_not_decide)
        assert again.repeated
        assert again.incident.version == 2

    async def test_the_loser_of_a_race_decides_again_on_the_newest(self, another: Open) -> None:
        one, two = another(), another()
        await one.incidents.create("op", declared())
        seen: list[int] = []

        def slow(incident: Incident) -> Change:
            seen.append(incident.version)
            return noted(incident)

        await asyncio.gather(*(s.incidents.amend("", "inc1", slow) for s in (one, two)))
        final = await one.incidents.load("inc1")
        assert final is not None
        assert (final.impact, final.version) == ("xx", 3)
        assert sorted(set(seen)) == [1, 2]

    async def test_a_hundred_at_once_from_four_processes_all_count(self, another: Open) -> None:
        processes = [another() for _ in range(4)]
        await processes[0].incidents.create("op", declared())
        await asyncio.gather(*(processes[n % 4].incidents.amend(f"a{n}", "inc1", noted) for n in range(100)))
        final = await processes[0].incidents.load("inc1")
        assert final is not None
        assert (len(final.impact), final.version) == (100, 101)
        assert len(await processes[0].incidents.timeline("inc1")) == 102

    async def test_the_same_click_twenty_times_counts_once(self, another: Open) -> None:
        processes = [another() for _ in range(4)]
        await processes[0].incidents.create("op", declared())
        done = await asyncio.gather(*(processes[n % 4].incidents.amend("click", "inc1", noted) for n in range(20)))
        assert sum(not d.repeated for d in done) == 1
        assert {d.incident.version for d in done} == {2}

    async def test_a_decision_that_changes_nothing_is_not_written(self, storage: Storage) -> None:
        await storage.incidents.create("op1", declared())
        done = await storage.incidents.amend("op2", "inc1", Change)
        assert done.incident.version == 1
        assert await storage.commit_number() == 1

    async def test_a_change_with_nothing_but_a_job_is_written(self, storage: Storage) -> None:
        await storage.incidents.create("op1", declared())
        job = Job(id="invite", kind=JobKind.INVITE, incident_id="inc1")
        done = await storage.incidents.amend("op2", "inc1", lambda incident: Change(incident, (), (job,)))
        assert done.incident.version == 2

    async def test_a_refusal_comes_through_and_nothing_is_written(self, storage: Storage) -> None:
        await storage.incidents.create("op1", declared())

        def refuse(incident: Incident) -> Change:
            raise Refusal("no", "No.")

        with pytest.raises(Refusal, match="No"):
            await storage.incidents.amend("op2", "inc1", refuse)
        assert await storage.incidents.committed("op2") is not True
        assert await storage.commit_number() == 1

    async def test_an_unknown_incident_is_refused_by_name(self, storage: Storage) -> None:
        with pytest.raises(Refusal) as refused:
            await storage.incidents.amend("op", "nowhere", noted)
        assert refused.value.code == "no_such_incident"

    async def test_a_document_of_a_newer_clarion_is_refused(self, storage: Storage) -> None:
        await storage.incidents.create("op", declared())
        key = Keys(WORKSPACE).incident("inc1")
        document = await storage._link.ask("HGET", key, "doc")
        await storage._link.ask("HSET", key, "doc", re.sub(rb'"schema":\d+', b'"schema":99', document))
        with pytest.raises(NewerSchema):
            await storage.incidents.amend("op2", "inc1", noted)


class TestTheCommitScript:
    async def test_it_refuses_itself_after_its_deadline(self, storage: Storage) -> None:
        """A clock that is an hour slow puts every deadline into the past; the first reply sets it right."""
        await storage.ping()
        storage._link.clock._offset -= 3600
        made = await storage.incidents.create("op", declared())
        assert made.incident.number == 1
        assert await storage.commit_number() == 1

    async def test_a_version_that_was_overtaken_writes_nothing(self, storage: Storage) -> None:
        first = (await storage.incidents.create("op1", declared())).incident
        await storage.incidents.amend("op2", "inc1", noted)
        until = asyncio.get_running_loop().time() + IN_TIME.truth
        answer = await storage._commits.write("op3", noted(first), first.version, until)
        assert answer.incident.version == 2  # type: ignore[union-attr]
        assert await storage.incidents.committed("op3") is None
        assert len(await storage.incidents.timeline("inc1")) == 3

    async def test_a_key_of_the_wrong_type_stops_it_before_it_writes(self, storage: Storage) -> None:
        await storage._link.ask("SET", Keys(WORKSPACE).due, "not a sorted set")
        with pytest.raises(Exception, match="is a string, not a zset"):
            await storage.incidents.create("op", declared())
        assert await storage.incidents.load("inc1") is None
        assert await storage.commit_number() == 0

    async def test_each_commit_forgets_at_most_ten_operations_older_than_thirty_days(self, storage: Storage) -> None:
        keys = Keys(WORKSPACE)
        for n in range(12):
            await storage._link.ask("HSET", keys.operations, f"old{n}", "inc0")
            await storage._link.ask("ZADD", keys.operation_times, 1000 + n, f"old{n}")
        await storage.incidents.create("op1", declared("inc1"))
        assert await storage._link.ask("HLEN", keys.operations) == 3
        await storage.incidents.create("op2", declared("inc2"))
        assert sorted(await storage._link.ask("HKEYS", keys.operations)) == [b"op1", b"op2"]

    async def test_the_commit_number_grows_with_each_commit(self, storage: Storage) -> None:
        await storage.incidents.create("op1", declared())
        await storage.incidents.amend("op2", "inc1", noted)
        assert await storage.commit_number() == storage.highest_commit == 2


class TestReading:
    async def test_open_ones_newest_first_and_ended_ones_not(self, storage: Storage) -> None:
        for n in range(3):
            await storage.incidents.create(f"op{n}", declared(f"inc{n}", NOON + timedelta(minutes=n)))
        await storage.incidents.amend(
            "end", "inc1", lambda incident: lifecycle.end(incident, EndKind.QUIET, person(), NOON)
        )
        assert [i.id for i in await storage.incidents.open()] == ["inc2", "inc0"]
        assert [i.id for i in await storage.incidents.open(1)] == ["inc2"]

    async def test_nothing_is_open_at_first(self, storage: Storage) -> None:
        assert await storage.incidents.open() == ()

    async def test_the_incident_of_a_channel_and_not_of_its_former_one(self, storage: Storage) -> None:
        await storage.incidents.create("op", declared())
        await storage.incidents.amend("", "inc1", lambda i: Change(replace(i, channel=Channel(id="C1"))))
        await storage.incidents.amend("", "inc1", lambda i: Change(replace(i, channel=Channel(id="C2"))))
        found = await storage.incidents.in_channel("C2")
        assert found is not None
        assert found.id == "inc1"
        assert await storage.incidents.in_channel("C1") is None
        assert await storage.incidents.in_channel("C3") is None

    async def test_what_is_not_there_is_none(self, storage: Storage) -> None:
        assert await storage.incidents.load("nowhere") is None
        assert await storage.incidents.find(7) is None
        assert await storage.incidents.timeline("nowhere") == ()

    async def test_stages_survive(self, storage: Storage) -> None:
        await storage.incidents.create("op", declared())
        await storage.incidents.amend("s", "inc1", lambda i: lifecycle.set_stage(i, Stage.IDENTIFIED, person(), NOON))
        found = await storage.incidents.find(1)
        assert found is not None
        assert found.stage is Stage.IDENTIFIED

    async def test_another_workspace_sees_nothing_of_it(self, storage: Storage) -> None:
        await storage.incidents.create("op", declared())
        stranger = Storage("", "T0OTHER", link=storage._link)
        assert await stranger.incidents.find(1) is None
        assert await stranger.incidents.open() == ()
        assert await stranger.jobs.take(SLACK_LANE, 0) is None


class TestBlobs:
    async def test_bytes_come_back_under_their_hash(self, storage: Storage) -> None:
        blob = Blob(b"\x00\xff exact bytes")
        await storage.incidents.create("op", replace(declared(), blobs=(blob,)))
        assert await storage.incidents.blob(blob.sha256) == blob.data

    async def test_they_are_never_written_over(self, storage: Storage) -> None:
        blob = Blob(b"first")
        key = Keys(WORKSPACE).blob(blob.sha256)
        await storage._link.ask("SET", key, "here before")
        await storage.incidents.create("op", replace(declared(), blobs=(blob,)))
        assert await storage._link.ask("GET", key) == b"here before"

    async def test_damaged_or_missing_bytes_are_not_handed_out(self, storage: Storage) -> None:
        name = hashlib.sha256(b"right").hexdigest()
        with pytest.raises(LookupError, match="nothing is stored"):
            await storage.incidents.blob(name)
        await storage._link.ask("SET", Keys(WORKSPACE).blob(name), "wrong")
        with pytest.raises(LookupError, match="damaged"):
            await storage.incidents.blob(name)


def _must_not_decide(_: Incident) -> Change:
    raise AssertionError("decided although the operation had been committed")
