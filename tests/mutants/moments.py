"""Mutants of what changes while something is under way: made private, ended or stopped in between, sent in again."""

from tests.mutants.mutant import Mutant

MADE_PRIVATE = "usecases/test_made_private.py"
OVER = "domain/test_stopped_and_over.py"
RECOVERY = "domain/test_recovery.py"
ASKS = "bot/usecases/asks.py"

MOMENTS = (
    Mutant(
        name="stopped-notice-ends-it",
        rule="A restored notice that somebody stopped ends no incident",
        path="bot/domain/closing.py",
        before="update.stage is Stage.RESOLVED and not update.stopped_by",
        after="update.stage is Stage.RESOLVED",
        killers=(f"{OVER}::test_a_restored_notice_that_was_stopped_on_its_way_ends_nothing",),
    ),
    Mutant(
        name="stopped-wording-for-tickets",
        rule="Of an update that was stopped nobody is given the wording for tickets",
        path="bot/domain/spreading.py",
        before="    kind = TellingKind.STOPPED if update.stopped_by else TellingKind.UPDATE",
        after="    kind = TellingKind.UPDATE",
        killers=(f"{OVER}::test_a_restored_notice_that_was_stopped_on_its_way_ends_nothing",),
    ),
    Mutant(
        name="stopped-notice-keeps-its-stage",
        rule="Where a restored notice was stopped, the incident is not at its stage",
        path="bot/domain/closing.py",
        before="    if stopped.stage is not Stage.RESOLVED or not incident.open:",
        after="    if True:",
        killers=(f"{OVER}::test_a_restored_notice_that_was_stopped_on_its_way_ends_nothing",),
    ),
    Mutant(
        name="goes-on-after-the-end",
        rule="What tells customers that it goes on does not leave once it is over",
        path="bot/domain/delivery.py",
        before="if incident.ended is not None and goes_on else",
        after="if False else",
        killers=(
            f"{OVER}::test_what_says_that_it_goes_on_stays_here_once_it_is_over",
            f"{OVER}::test_nobody_sends_again_what_says_that_it_goes_on_once_it_is_over",
        ),
    ),
    Mutant(
        name="expected-time-past",
        rule="A text by which service was to be back by now is not approved",
        path="bot/domain/publishing.py",
        before="        check_expected(facts.estimate, now + held_for)\n",
        after="",
        killers=("domain/test_approval.py::test_service_that_was_to_be_back_by_now_is_no_news",),
    ),
    Mutant(
        name="rewind-shows-what-was-hidden",
        rule="What was made private stays so when Redis comes back older, or from an emergency",
        path="bot/domain/recovery.py",
        before="    told = other if other.reclassified > newer.reclassified else newer\n",
        after="    told = newer\n",
        killers=(
            f"{RECOVERY}::test_what_was_made_private_is_private_although_redis_forgot_it",
            f"{RECOVERY}::test_an_emergency_publication_shows_nobody_what_another_machine_has_made_private",
        ),
    ),
    Mutant(
        name="lone-approval-told-outside",
        rule="No direct message tells of a private incident to whom is not in it",
        path=ASKS,
        before='    if not sees(incident, args["user"]):',
        after="    if False:",
        killers=(f"{MADE_PRIVATE}::test_an_approver_outside_is_not_told_of_a_lone_approval_once_it_is_private",),
    ),
    Mutant(
        name="request-stays-where-others-read",
        rule="A request posted just when the incident became private is veiled",
        path=ASKS,
        before="        if ref and current.private and current.channel.id != ref.channel:",
        after="        if False:",
        killers=(f"{MADE_PRIVATE}::test_a_request_posted_in_the_public_channel_just_when_it_became_private_is_veiled",),
    ),
    Mutant(
        name="role-asked-outside",
        rule="Whoever was chosen for a role is not asked once the incident is private",
        path="bot/usecases/role_search.py",
        before="    if not sees(incident, user):",
        after="    if False:",
        killers=(
            f"{MADE_PRIVATE}::test_whoever_was_chosen_for_a_role_while_it_was_public_is_not_asked_once_it_is_private",
        ),
    ),
    Mutant(
        name="old-drawing-after-the-veil",
        rule="A drawing from before an incident became private is not what stays",
        path="bot/usecases/cards.py",
        before="newest.reclassified != incident.reclassified:",
        after="False:",
        killers=(
            f"{MADE_PRIVATE}::test_an_old_drawing_that_slack_takes_after_the_veil_of_another_worker_is_veiled_again",
        ),
    ),
    Mutant(
        name="changed-words-said-to-be-taken",
        rule="A form that comes again with other words is not said to be taken",
        path="bot/usecases/repeats.py",
        before="    if done.repeated and",
        after="    if False and",
        killers=(
            "handlers/test_update_draft.py::test_a_form_that_comes_again_with_other_words_is_not_said_to_be_taken",
        ),
    ),
)
