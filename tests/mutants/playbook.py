"""Mutants of the runbook and the roll-call: who ticks off what, how often, and who hears of it."""

from tests.mutants.mutant import Mutant

TICKING, SEEN = "bot/domain/ticking.py", "domain/test_ticking.py"

PLAYBOOK = (
    Mutant(
        name="who-asks-for-a-step-approves-it",
        rule="Nobody approves a step that they asked for",
        path=TICKING,
        before='    if asked.by == by.user_id:\n        raise Refusal("own_step"',
        after='    if False:\n        raise Refusal("own_step"',
        killers=(f"{SEEN}::test_who_asked_does_not_approve_and_somebody_else_with_a_role_does",),
    ),
    Mutant(
        name="anybody-approves-a-step",
        rule="A step is approved by who holds a role, declared the incident, or may approve updates",
        path=TICKING,
        before="    if by.user_id not in holders(",
        after="    if False and by.user_id not in holders(",
        killers=(f"{SEEN}::test_an_approver_by_setting_may_and_a_colleague_without_a_role_may_not",),
    ),
    Mutant(
        name="who-asks-for-a-step-is-asked",
        rule="Who may approve a step is mentioned, and who asks for it is not",
        path="bot/domain/approvers.py",
        before="    named = approvers(incident, first) - {by}",
        after="    named = approvers(incident, first)",
        killers=(f"{SEEN}::test_who_may_approve_updates_is_asked_for_a_step_but_neither_who_asks_nor_the_standby",),
    ),
    Mutant(
        name="step-behind-an-approval-ticked-by-hand",
        rule="A step behind an approval is done when somebody else approved it",
        path=TICKING,
        before='    if step.how is How.APPROVAL:\n        raise Refusal("needs_approval"',
        after='    if False:\n        raise Refusal("needs_approval"',
        killers=(f"{SEEN}::test_what_clarion_watches_and_what_needs_an_approval_is_not_ticked_by_hand",),
    ),
    Mutant(
        name="step-ticked-twice",
        rule="A step is ticked once, whoever presses how often",
        path=TICKING,
        before="    done = tick_of(incident.ticks, book, step_id)\n    if done is None or",
        after="    done = None\n    if done is None or",
        killers=(
            f"{SEEN}::test_a_second_click_changes_nothing_and_somebody_else_reads_who_was_first",
            f"{SEEN}::test_whatever_people_press_a_step_is_done_once_and_never_approved_by_who_asked",
        ),
    ),
    Mutant(
        name="anybody-takes-a-tick-back",
        rule="A tick is taken back by who did it or the commander",
        path=TICKING,
        before="    if by.user_id != done.by and not incident.holds(by.user_id, Role.COMMANDER):",
        after="    if False:",
        killers=(f"{SEEN}::test_by_the_commander_and_by_nobody_else",),
    ),
    Mutant(
        name="waiting-update-counts-as-published",
        rule="A step that is an update is done when the update is published",
        path=TICKING,
        before="next((u for u in of_stage if u.state is UpdateState.PUBLISHED), None)",
        after="next((u for u in of_stage if u.approved), None)",
        killers=(
            f"{SEEN}::test_an_update_that_waits_ticks_nothing_and_a_published_one_ticks_its_step_with_who_approved_it",
        ),
    ),
    Mutant(
        name="list-posted-twice",
        rule="A list is posted once in a channel, by one job",
        path="bot/domain/rooms.py",
        before="    if not channel.id or channel.lost or listing in channel.ordered:",
        after="    if not channel.id or channel.lost:",
        killers=("domain/test_rooms.py::test_a_list_is_ordered_once_in_a_channel_and_again_in_the_next",),
    ),
    Mutant(
        name="contact-of-a-private-incident-named",
        rule="Who may not know of a private incident is not mentioned in its roll-call",
        path="bot/domain/roll_call.py",
        before="    return seen_by(incident, party.contacts)",
        after="    return party.contacts",
        killers=("domain/test_roll_call.py::test_of_a_private_incident_only_contacts_who_may_know_of_it_are_named",),
    ),
    Mutant(
        name="steps-stay-readable-when-made-private",
        rule="What others read of a private incident is veiled, its lists too",
        path="bot/domain/classifying.py",
        before="lists = (channel.card, channel.runbook, channel.roll_call)",
        after="lists = (channel.card,)",
        killers=("domain/test_rooms.py::test_lists_in_a_public_channel_are_veiled_when_the_incident_is_made_private",),
    ),
)
