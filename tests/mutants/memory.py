"""Mutants of what is remembered and of the worker: the commit, the queues, the ledger, one delivery at a time."""

from tests.mutants.mutant import Mutant

SCRIPTS = "bot/storage/scripts/"
JOBS, LEDGER, FAULTS = "storage/test_jobs.py", "storage/test_attempts.py", "storage/test_faults.py"
STANDSTILL = "storage/test_standstill.py"
INCIDENTS, RACES, DEATHS = "storage/test_incidents.py", "usecases/test_delivery_races.py", "usecases/test_deliveries.py"
OWNED = "if held['err'] or not held[1] or held[1][2] ~= ARGV[3] then return"

COMMITS = (
    Mutant(
        name="version-not-compared",
        rule="A change decided on an older document is not written",
        path=f"{SCRIPTS}commit.lua",
        before="elseif found[1] ~= ARGV[4] then",
        after="elseif false then",
        killers=(f"{INCIDENTS}::test_a_hundred_at_once_from_four_processes_all_count",),
    ),
    Mutant(
        name="older-data-approves",
        rule="Nothing is approved on data that is older than this machine has seen",
        path=f"{SCRIPTS}commit.lua",
        before="if halted and ARGV[16] == '1' then return {'halted', now} end",
        after="",
        killers=(f"{STANDSTILL}::test_no_approval_is_kept_on_older_data_and_other_work_goes_on",),
    ),
    Mutant(
        name="older-data-delivers",
        rule="Nothing leaves on data that is older than this machine has seen",
        path=f"{SCRIPTS}begin.lua",
        before="if tonumber(redis.call('GET', KEYS[4]) or '0') < tonumber(ARGV[7]) then",
        after="if false then",
        killers=(f"{STANDSTILL}::test_no_recipient_is_sent_to_on_older_data_by_any_machine",),
    ),
    Mutant(
        name="standstill-heard-by-one",
        rule="Where publishing stands still on one machine, it does on all",
        path=f"{SCRIPTS}begin.lua",
        before="if redis.call('EXISTS', KEYS[5]) == 1 then return 'halted' end",
        after="",
        killers=(f"{STANDSTILL}::test_no_recipient_is_sent_to_on_older_data_by_any_machine",),
    ),
    Mutant(
        name="operation-id-ignored",
        rule="The same click twice is one change",
        path=f"{SCRIPTS}commit.lua",
        before="if done then return {'repeated', now, done} end",
        after="",
        killers=(f"{INCIDENTS}::test_the_same_operation_twice_is_one_incident",),
        shows=("ValueError",),
    ),
    Mutant(
        name="operation-id-forgotten",
        rule="What was done under an operation id is remembered by the same commit",
        path=f"{SCRIPTS}commit.lua",
        before="redis.call('HSET', KEYS[7], ARGV[2], ARGV[3])\n",
        after="",
        killers=(
            f"{INCIDENTS}::test_the_same_click_twenty_times_counts_once",
            f"{INCIDENTS}::test_a_repeated_operation_returns_without_deciding",
        ),
    ),
    Mutant(
        name="deadline-ignored",
        rule="A commit that begins after its deadline refuses itself",
        path=f"{SCRIPTS}commit.lua",
        before="if now > tonumber(ARGV[1]) then return {'late', now} end",
        after="",
        killers=(f"{FAULTS}::test_the_person_reads_not_known_yet_in_time_and_then_the_truth",),
    ),
    Mutant(
        name="queued-outside-the-commit",
        rule="What was approved and its jobs are one atomic write",
        path="bot/storage/commits.py",
        before="                    reply = await self._link.run(COMMIT, keys, (deadline, *rest))\n",
        after=(
            "                    from dataclasses import replace\n"
            "                    from bot.storage.script import ENQUEUE\n"
            "                    first, at_once = replace(change, jobs=()), change.jobs\n"
            "                    keys, rest = self._spelled(known_as, first, version)\n"
            "                    reply = await self._link.run(COMMIT, keys, (deadline, *rest))\n"
            "                    for job in at_once if reply[0] == b'committed' else ():\n"
            "                        names = (self._keys.lane(job.lane), self._keys.due, self._keys.due_jobs)\n"
            "                        due = '' if job.due is None else score(job.due)\n"
            "                        await self._link.insist(ENQUEUE, names, (job.id, due, JOB.encode(job)))\n"
        ),
        killers=(f"{FAULTS}::test_a_commit_whose_reply_is_lost_has_queued_its_jobs",),
    ),
    Mutant(
        name="not-known-told-as-not-saved",
        rule="A time-out is told as not known yet, never as a no",
        path="bot/storage/commits.py",
        before="            raise NotKnownYet(operation) from None",
        after="            raise StorageDown(operation) from None",
        killers=(f"{FAULTS}::test_the_person_reads_not_known_yet_in_time_and_then_the_truth",),
        shows=("StorageDown",),
    ),
    Mutant(
        name="damaged-text-handed-out",
        rule="Stored bytes are checked against their hash before they leave",
        path="bot/storage/incidents.py",
        before="        if hashlib.sha256(stored).hexdigest() != sha256:",
        after="        if False:",
        killers=(f"{INCIDENTS}::test_damaged_or_missing_bytes_are_not_handed_out",),
    ),
    Mutant(
        name="text-written-over",
        rule="Stored bytes are never written over",
        path=f"{SCRIPTS}commit.lua",
        before="redis.call('SET', KEYS[12 + i], ARGV[at], 'NX')",
        after="redis.call('SET', KEYS[12 + i], ARGV[at])",
        killers=(f"{INCIDENTS}::test_they_are_never_written_over",),
    ),
    Mutant(
        name="drafts-taken-when-full",
        rule="A Redis that is nearly full takes no new drafts",
        path="bot/storage/headroom.py",
        before="        if self._share >= FULL_AT:",
        after="        if False:",
        killers=(f"{FAULTS}::test_new_incidents_and_drafts_are_refused_at_ninety_percent",),
    ),
    Mutant(
        name="safety-key-with-a-ttl",
        rule="Nothing that safety rests on expires",
        path=f"{SCRIPTS}commit.lua",
        before="redis.call('HSET', KEYS[7], ARGV[2], ARGV[3])\n",
        after="redis.call('HSET', KEYS[7], ARGV[2], ARGV[3])\nredis.call('EXPIRE', KEYS[7], 86400)\n",
        killers=("machines/test_lives.py::test_no_key_expires",),
    ),
    Mutant(
        name="ledger-with-a-ttl",
        rule="Who was sent what is never forgotten",
        path=f"{SCRIPTS}record.lua",
        before="ARGV[2] .. '|' .. ARGV[3] .. '|' .. ARGV[4])\n",
        after="ARGV[2] .. '|' .. ARGV[3] .. '|' .. ARGV[4])\nredis.call('EXPIRE', KEYS[1], 86400)\n",
        killers=("machines/test_lives.py::test_no_key_expires",),
    ),
)

QUEUES = (
    Mutant(
        name="lease-never-renewed",
        rule="A long job stays with the worker that does it",
        path="bot/storage/held.py",
        before="            if not await _renew(link, claim):\n                return",
        after="            return",
        killers=(f"{JOBS}::test_the_heartbeat_keeps_a_long_job",),
    ),
    Mutant(
        name="heartbeat-steals-back",
        rule="A late heartbeat does not take a job back",
        path=f"{SCRIPTS}renew.lua",
        before=f"{OWNED} 0 end",
        after="",
        killers=(f"{JOBS}::test_a_late_heartbeat_does_not_steal_the_job_back",),
    ),
    Mutant(
        name="former-holder-settles",
        rule="Only the holder ends a job",
        path=f"{SCRIPTS}settle.lua",
        before=f"{OWNED} 0 end",
        after="",
        killers=(f"{JOBS}::test_after_a_takeover_the_first_holder_can_do_nothing",),
    ),
    Mutant(
        name="crashes-not-counted",
        rule="A job that takes its worker down is counted each time",
        path="bot/storage/jobs.py",
        before="return self._held(Claim(stream, entry, hand), job, deliveries=int(row[0][3]))",
        after="return self._held(Claim(stream, entry, hand), job, deliveries=1)",
        killers=(
            f"{JOBS}::test_three_crashes_show_as_three_deliveries",
            f"{JOBS}::test_a_killed_workers_job_is_taken_by_another_and_counted",
        ),
    ),
    Mutant(
        name="never-put-aside",
        rule="A job that took three workers down is put aside, and the others go on",
        path="bot/usecases/jobs.py",
        before="    if held.deliveries > MOST_CRASHES:",
        after="    if False:",
        killers=(
            "stories/test_worker_killed.py::test_a_job_that_kills_its_worker_three_times_is_put_aside_and_the_others_go_on",
        ),
        shows=("TimeoutError",),
    ),
    Mutant(
        name="put-aside-without-an-end",
        rule="A delivery whose job is put aside ends with an outcome for everybody",
        path="bot/usecases/jobs.py",
        before="        await deliveries.give_up(services, held, reason)\n",
        after="        pass\n",
        killers=(f"{RACES}::test_a_recipient_list_that_is_lost_does_not_hold_newer_updates_up",),
    ),
    Mutant(
        name="retry-runs-at-once",
        rule="What is to be looked at again waits for its time",
        path="bot/storage/jobs.py",
        before="        due = score(now)\n",
        after='        due = "+inf"\n',
        killers=(f"{JOBS}::test_nothing_is_promoted_a_microsecond_early",),
        shows=("ResponseError",),
    ),
)

ATTEMPTS = (
    Mutant(
        name="no-fencing-at-begin",
        rule="A worker that has lost its job begins no send",
        path=f"{SCRIPTS}begin.lua",
        before=f"{OWNED} 'lost' end",
        after="",
        killers=(f"{LEDGER}::test_a_job_in_other_hands_is_lost", f"{LEDGER}::test_a_settled_job_is_lost"),
    ),
    Mutant(
        name="begins-on-an-older-document",
        rule="What changed since it was judged is judged again before each recipient",
        path=f"{SCRIPTS}begin.lua",
        before="if redis.call('HGET', KEYS[2], 'version') ~= ARGV[4] then return 'stale' end",
        after="",
        killers=(
            f"{LEDGER}::test_a_document_that_changed_since_is_stale",
            f"{DEATHS}::test_a_worker_that_dies_while_it_stops_forgets_nobody",
        ),
    ),
    Mutant(
        name="begins-what-has-ended",
        rule="A recipient with an outcome is left alone",
        path=f"{SCRIPTS}begin.lua",
        before="(round == ARGV[6] and outcome ~= '')) then return 'ended' end",
        after="false) then return 'ended' end",
        killers=(f"{LEDGER}::test_a_round_with_an_outcome_is_not_begun_again",),
    ),
    Mutant(
        name="slept-over-the-answer",
        rule="A process that slept over the answer asks again whether it may send",
        path="bot/storage/attempts.py",
        before="            if time.monotonic() - asked < held.lease / 3:",
        after="            if begun:",
        killers=(f"{RACES}::test_a_process_that_slept_over_the_answer_asks_again_whether_it_may",),
    ),
    Mutant(
        name="delivered-taken-back",
        rule="What was delivered stays delivered",
        path=f"{SCRIPTS}record.lua",
        before="if round == ARGV[2] and outcome == 'delivered' then return 0 end\n",
        after="",
        killers=(f"{LEDGER}::test_delivered_is_not_taken_back",),
    ),
    Mutant(
        name="outcome-taken-back",
        rule="An outcome is never retracted",
        path=f"{SCRIPTS}retract.lua",
        before="if outcome ~= '' or round ~= ARGV[2] then return 0 end",
        after="if round ~= ARGV[2] then return 0 end",
        killers=(f"{LEDGER}::test_delivered_is_not_taken_back",),
    ),
    Mutant(
        name="full-redis-refuses-the-record",
        rule="What was sent is recorded even when Redis is full",
        path=f"{SCRIPTS}record.lua",
        before="#!lua flags=allow-oom\n",
        after="#!lua\n",
        killers=(f"{FAULTS}::test_what_was_sent_is_recorded_when_nothing_else_can_be",),
        shows=("StorageFull",),
    ),
)

WORK = (
    Mutant(
        name="blind-sent-again",
        rule="What a mail server may have taken is never sent again by itself",
        path="bot/usecases/attempts.py",
        before="    if run.outlet.kind is OutletKind.IDEMPOTENT:\n        return True",
        after="    if run.outlet.kind is not OutletKind.SEARCHABLE:\n        return True",
        killers=(f"{DEATHS}::test_a_worker_that_dies_anywhere_doubles_and_forgets_nobody[blind-none-1]",),
    ),
    Mutant(
        name="searchable-not-looked-for",
        rule="Where one can look, one looks before sending again",
        path="bot/usecases/attempts.py",
        before="    if run.outlet.kind is OutletKind.IDEMPOTENT:\n        return True",
        after="    if run.outlet.kind is not OutletKind.BLIND:\n        return True",
        killers=(f"{DEATHS}::test_a_worker_that_dies_anywhere_doubles_and_forgets_nobody[searchable-none-1]",),
    ),
    Mutant(
        name="one-look-is-enough",
        rule="A post counts as absent after two looks",
        path="bot/usecases/attempts.py",
        before="        for look in range(2):",
        after="        for look in range(1):",
        killers=("usecases/test_what_leaves.py::test_what_cannot_be_found_is_looked_for_twice_before_it_leaves_again",),
    ),
    Mutant(
        name="unknown-recorded-as-refused",
        rule="A time-out is unknown, never refused",
        path="bot/usecases/attempts.py",
        before="            await _record(run, recipient, Attempt(Outcome.UNKNOWN, round_, str(fault)))",
        after="            await _record(run, recipient, Attempt(Outcome.REFUSED, round_, str(fault)))",
        killers=(f"{DEATHS}::test_a_worker_that_dies_anywhere_doubles_and_forgets_nobody[blind-lost after-1]",),
    ),
    Mutant(
        name="no-intention-before-the-send",
        rule="An intention is recorded before each send",
        path="bot/usecases/attempts.py",
        before="    if not await _begin(run, recipient):\n        return\n",
        after="",
        killers=(f"{DEATHS}::test_a_worker_that_dies_anywhere_doubles_and_forgets_nobody[blind-none-1]",),
    ),
    Mutant(
        name="settled-before-the-record",
        rule="A delivery ends when every recipient has an outcome, not before",
        path="bot/usecases/deliveries.py",
        before="    if sum(tally.values()) == len(recipients):",
        after="    if tally or not tally:",
        killers=(f"{DEATHS}::test_a_worker_that_dies_anywhere_doubles_and_forgets_nobody[blind-later-1]",),
    ),
    Mutant(
        name="judged-only-once",
        rule="What came between judging and beginning is judged again",
        path="bot/usecases/deliveries.py",
        before="such as Stop, may have ended it.\n        judgement = judged(services, held, incident)\n",
        after="such as Stop, may have ended it.\n",
        killers=(
            f"{RACES}::test_what_was_stopped_just_before_it_began_does_not_leave",
            f"{RACES}::test_what_was_superseded_just_before_it_began_does_not_leave",
        ),
    ),
    Mutant(
        name="recipients-read-again",
        rule="It goes to the list that was approved, whatever the list is by now",
        path="bot/usecases/deliveries.py",
        before="        listed = recipients_from(await services.incidents.blob(planned.recipients))\n",
        after="        listed = await services.outlets[name].recipients()\n",
        killers=("usecases/test_what_leaves.py::test_the_list_that_was_approved_is_served_although_it_has_changed",),
    ),
    Mutant(
        name="rendered-again",
        rule="The bytes that were approved leave, whatever the template says by now",
        path="bot/usecases/deliveries.py",
        before="        rendition = rendition_from(await services.incidents.blob(planned.rendition))\n",
        after=(
            "        found = incident.update(update_id)\n"
            "        (rendition,) = services.words.render(\n"
            "            found.template, found.latest.facts, incident, update_id, found.stage,\n"
            "            (services.outlets[name],),\n"
            "        )\n"
        ),
        killers=(
            "usecases/test_what_leaves.py::test_the_text_that_was_approved_leaves_although_its_template_has_changed",
        ),
    ),
    Mutant(
        name="another-key-each-time",
        rule="A delivery to one recipient has one key, however often it is tried",
        path="bot/domain/delivery.py",
        before="canonical([incident.workspace, incident.id, update_id, outlet, recipient.id])",
        after="canonical([incident.workspace, incident.version, update_id, outlet, recipient.id])",
        killers=(f"{DEATHS}::test_a_worker_that_dies_anywhere_doubles_and_forgets_nobody[idempotent-lost after-1]",),
    ),
)

MEMORY = (*COMMITS, *QUEUES, *ATTEMPTS, *WORK)
