"""Mutants of what is in doubt: after a lost reply, a death, an outage of Redis, or beside another version."""

from tests.mutants.mutant import Mutant

DEATHS, MORE, COUNTS = (
    "usecases/test_deliveries.py",
    "journal/test_who_knows_more.py",
    "journal/test_whose_word_counts.py",
)
RESTORED, WORKER = "domain/test_recovery.py", "test_worker.py"

DOUBTS = (
    Mutant(
        name="doubt-told-as-refused",
        rule="A refusal of the second try says nothing of the first, whose reply was lost",
        path="bot/usecases/attempts.py",
        before="told if doubted else Attempt(Outcome.REFUSED, round_, str(refused))",
        after="Attempt(Outcome.REFUSED, round_, str(refused))",
        killers=(
            f"{DEATHS}::test_what_may_have_arrived_stays_unknown_whatever_the_next_try_is_told",
            f"{DEATHS}::test_sent_again_and_refused_says_nothing_of_the_try_before",
        ),
    ),
    Mutant(
        name="doubt-taken-back",
        rule="A try that did not get in takes its own intention back, not the one before it",
        path="bot/usecases/attempts.py",
        before="        if doubted is None or doubted.outcome is not None:",
        after="        if True:",
        killers=(
            f"{DEATHS}::test_what_may_have_arrived_stays_unknown_whatever_the_next_try_is_told",
            f"{DEATHS}::test_what_a_dead_worker_may_have_sent_stays_unknown_though_the_outlet_is_busy_from_then_on",
        ),
    ),
    Mutant(
        name="journal-takes-two-back",
        rule="Nor does it in the journal",
        path="bot/journal/ledger.py",
        before="(tries := self._tries.pop(key, 1)) > 1:",
        after="(tries := self._tries.pop(key, 1)) > 9:",
        killers=("journal/test_lines.py::test_a_try_that_was_taken_back_leaves_the_one_before_it_in_doubt",),
    ),
    Mutant(
        name="put-aside-beside-a-newer-version",
        rule="What a newer version wrote waits for a worker that can read it",
        path="bot/worker.py",
        before="        except NewerSchema:",
        after="        except ZeroDivisionError:",
        killers=(
            f"{WORKER}::test_a_job_about_an_incident_that_a_newer_version_wrote_waits_for_a_worker_of_that_version",
        ),
        shows=("AttributeError",),
    ),
    Mutant(
        name="held-for-ever",
        rule="A standstill ends for every worker",
        path="bot/worker.py",
        before="        except Exception as fault:  # without this loop what is held",
        after="        except ZeroDivisionError as fault:  # without this loop what is held",
        also=(
            (
                "            await asyncio.sleep(STILL_LOOK)\n\n    async def _returned",
                "            return\n\n    async def _returned",
            ),
        ),
        killers=(f"{WORKER}::test_a_standstill_ends_for_a_worker_that_cannot_read_every_incident",),
        shows=("TimeoutError",),
    ),
    Mutant(
        name="outcome-known-here-not-put-back",
        rule="How a delivery ended is put back, too",
        path="bot/journal/recovery.py",
        before="    return there.round == here.round and _sure(here) > _sure(there)",
        after="    return False",
        killers=(f"{MORE}::test_of_each_delivery_the_one_that_knows_more_is_believed",),
    ),
    Mutant(
        name="arrived-taken-for-nothing",
        rule="What customers have is a fact, whoever ended it otherwise",
        path="bot/domain/recovery.py",
        before="told if delivery.settled else 0",
        after="0",
        killers=(
            f"{RESTORED}::test_what_left_without_redis_is_not_dropped_although_another_machine_ended_it_as_too_late",
        ),
    ),
    Mutant(
        name="stopped-and-leaves-on",
        rule="What was stopped leaves no further after a recovery",
        path="bot/domain/recovery.py",
        before="    return _stopped(best, rest.stopped_by) if rest.stopped_by and not best.stopped_by else best",
        after="    return best",
        killers=(
            f"{RESTORED}::test_what_was_stopped_in_slack_leaves_no_further_although_some_of_it_had_left_without_redis",
            f"{RESTORED}::test_what_was_approved_alone_without_redis_and_stopped_in_slack_before_its_delay_was_over_never_leaves",
            f"{MORE}::test_what_was_stopped_while_an_emergency_publication_waited_leaves_no_further_and_ends",
        ),
    ),
    Mutant(
        name="ended-there-and-never-here",
        rule="A delivery that Redis had ended and that goes on after a recovery has a job that ends it",
        path="bot/domain/recovery.py",
        before=" for d in u.deliveries if not d.settled}",
        after=" for d in u.deliveries}",
        killers=(f"{MORE}::test_what_was_stopped_while_an_emergency_publication_waited_leaves_no_further_and_ends",),
    ),
    Mutant(
        name="one-number-for-two-tellings",
        rule="What is told on either side of an emergency is told, under a number each",
        path="bot/domain/recovery.py",
        before="        if same is None:\n            number",
        after="        if same is None and telling.id not in {one.id for one in told}:\n            number",
        also=(
            (
                "        elif found.version < seen.version and",
                "        elif same is not None and found.version < seen.version and",
            ),
        ),
        killers=(
            f"{RESTORED}::test_followers_hear_what_was_published_without_redis_and_the_stage_that_was_set_in_slack_meanwhile",
        ),
    ),
    Mutant(
        name="forgotten-telling-holds-up-the-next",
        rule="What Redis forgot to tell is told, or ended",
        path="bot/domain/recovery.py",
        before="(*unsettled_jobs(what.found, incident), *untold_jobs(what.found, incident))",
        after="unsettled_jobs(what.found, incident)",
        killers=(f"{RESTORED}::test_what_redis_forgot_to_tell_is_told_or_nothing_would_be_told_any_more",),
    ),
    Mutant(
        name="words-of-another-machine-not-kept",
        rule="What is approved here has its words here, wherever it was drafted",
        path="bot/journal/recorded.py",
        before="                lines += self._journal.texts(await self._texts_of(update))",
        after="                pass",
        killers=(
            f"{MORE}::test_the_words_of_what_is_approved_here_are_here_although_they_were_drafted_on_another_machine",
        ),
    ),
    Mutant(
        name="older-secret-put-back",
        rule="A recovery puts no older secret over a newer one",
        path="bot/journal/recovery.py",
        before="        if there is None or there.at < kept.at:",
        after="        if True:",
        killers=(f"{COUNTS}::test_of_two_secrets_of_one_person_the_newer_works_after_a_recovery",),
    ),
    Mutant(
        name="copy-of-older-secrets",
        rule="This machine's copy of secrets is not brought up to older data",
        path="bot/worker.py",
        before="            if await services.standstills.now() is None:\n                await copied",
        after="            if await services.standstills.now() is None or True:\n                await copied",
        killers=(f"{COUNTS}::test_while_redis_may_hold_older_data_the_copy_of_secrets_is_not_brought_up_to_it",),
    ),
    Mutant(
        name="older-document-remembered",
        rule="Of two documents in the journal the newer counts",
        path="bot/journal/journal.py",
        before="        elif known is None or known.version <= incident.version:",
        after="        else:",
        killers=(f"{COUNTS}::test_the_newest_document_counts_in_whatever_order_the_processes_of_a_machine_wrote_them",),
    ),
    Mutant(
        name="held-again-after-a-restart",
        rule="What a person has looked at holds nothing up again",
        path="bot/journal/watermark.py",
        before='        self._own = Seen(self.highest, "", self._clock.now())',
        after="        self._own = self.newest",
        killers=(f"{COUNTS}::test_what_a_person_has_looked_at_holds_nothing_up_after_a_restart",),
    ),
    Mutant(
        name="anybody-goes-on-without-redis",
        rule="Without Redis an approver alone goes on with what was approved",
        path="bot/cli/emergency.py",
        before="    if by.user_id not in approvers(incident, desk.services.policy):",
        after="    if False:",
        killers=(f"{COUNTS}::test_only_an_approver_goes_on_with_an_update_without_redis",),
    ),
    Mutant(
        name="one-of-the-standby-asked-twice",
        rule="Whoever has given one of two approvals is not asked for the other",
        path="bot/domain/approvers.py",
        before="    others = {*asked, *update.authors, *_answered(update), ",
        after="    others = {*asked, *update.authors, ",
        killers=(
            "domain/test_what_counts.py::test_one_of_the_standby_who_has_given_one_of_two_is_not_asked_for_the_other",
        ),
    ),
)
