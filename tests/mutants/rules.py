"""Mutants of the pure rules: who may approve what, when, and what the worker judges again."""

from tests.mutants.mutant import Mutant

APPROVAL, DELIVERY, MANIFEST = "bot/domain/approval.py", "bot/domain/delivery.py", "bot/domain/manifest.py"
SEEN_BY_APPROVAL, BY_MANIFEST = "domain/test_approval.py", "domain/test_manifest.py"
JUDGED = "handlers/test_update_judged_again.py"

WHO = (
    Mutant(
        name="author-approves",
        rule="Nobody approves their own words",
        path=APPROVAL,
        before='    if barred(Act.APPROVE, update, by.user_id):\n        raise Refusal(\n            "own_words"',
        after='    if False:\n        raise Refusal(\n            "own_words"',
        killers=(
            f"{SEEN_BY_APPROVAL}::test_the_author_may_not_and_is_offered_to_break_the_glass",
            f"{SEEN_BY_APPROVAL}::test_the_author_of_an_earlier_revision_may_not",
        ),
    ),
    Mutant(
        name="words-not-judged-again",
        rule="Words that the plan of today stops, and that nobody gave a reason for, are not approved",
        path=APPROVAL,
        before="    require_answered(incident, update, found)\n",
        after="",
        killers=(
            f"{JUDGED}::test_a_code_name_that_came_into_the_plan_since_stops_the_button_of_the_old_card",
            f"{JUDGED}::test_nor_is_it_approved_alone_or_by_who_has_the_digest_in_hand",
            f"{JUDGED}::test_the_second_of_two_approvers_is_judged_by_the_newer_plan",
        ),
    ),
    Mutant(
        name="language-left-out-that-can-be-told",
        rule="A language is left out only where nobody can be told in it any more",
        path="bot/domain/leaving_out.py",
        before="    return tuple(sorted(owed(incident) - set(told)))",
        after="    return tuple(sorted(owed(incident)))",
        killers=(
            "handlers/test_update_leave_out.py::"
            "test_once_the_outlet_is_back_nothing_is_left_out_and_edit_brings_the_language_in",
        ),
    ),
    Mutant(
        name="left-out-for-ever",
        rule="A language that was left out and is told again is owed the end again",
        path="bot/domain/languages.py",
        before=" if locale not in left or at > left[locale]",
        after=" if locale not in left",
        killers=("handlers/test_update_leave_out.py::test_a_language_that_is_told_again_later_is_owed_the_end_again",),
    ),
    Mutant(
        name="translations-not-judged",
        rule="Words are judged in every language of the update",
        path="bot/usecases/judging.py",
        before="{one.locale: _written(one) for one in facts.translations}",
        after="{}",
        killers=(f"{JUDGED}::test_a_code_name_in_a_translation_stops_it_as_well",),
    ),
    Mutant(
        name="earlier-author-approves",
        rule="Whoever wrote any revision approves none",
        path="bot/domain/update.py",
        before="for r in self.revisions for who in",
        after="for r in self.revisions[-1:] for who in",
        killers=(f"{SEEN_BY_APPROVAL}::test_the_author_of_an_earlier_revision_may_not",),
    ),
    Mutant(
        name="quoted-author-approves",
        rule="Whose message was quoted is an author, too",
        path="bot/domain/update.py",
        before="for who in (r.author, *r.quoted, *r.borrowed))",
        after="for who in (r.author, *r.borrowed))",
        killers=("domain/test_noting.py::test_whose_message_was_quoted_does_not_approve_even_after_others_edited_it",),
    ),
    Mutant(
        name="borrowed-sentence-approved-by-its-writer",
        rule="Whoever wrote a sentence that is taken over is an author, too",
        path="bot/domain/update.py",
        before="for who in (r.author, *r.quoted, *r.borrowed))",
        after="for who in (r.author, *r.quoted))",
        killers=("domain/test_borrowing.py::test_whose_sentence_is_taken_over_unchanged_does_not_approve_it",),
    ),
    Mutant(
        name="anybody-approves",
        rule="Only an approver of this incident approves, judged on the document that is changed",
        path=APPROVAL,
        before="    if by.user_id not in allowed:",
        after="    if False:",
        killers=(
            f"{SEEN_BY_APPROVAL}::test_a_colleague_without_the_right_may_not_and_reads_who_can",
            f"{SEEN_BY_APPROVAL}::test_a_lead_who_was_replaced_before_the_click_may_not",
            f"{SEEN_BY_APPROVAL}::test_only_approvers_may_and_only_with_a_reason",
        ),
    ),
    Mutant(
        name="guest-acts",
        rule="Guests change nothing",
        path="bot/domain/people.py",
        before="    if person.guest or person.outside or person.bot:",
        after="    if person.outside or person.bot:",
        killers=(
            f"{SEEN_BY_APPROVAL}::test_guests_outsiders_and_bots_may_not_even_when_listed",
            "domain/test_lifecycle.py::test_a_guest_may_not_declare",
        ),
    ),
    Mutant(
        name="outsider-acts",
        rule="People of another company change nothing",
        path="bot/domain/people.py",
        before="    if person.guest or person.outside or person.bot:",
        after="    if person.guest or person.bot:",
        killers=(f"{SEEN_BY_APPROVAL}::test_guests_outsiders_and_bots_may_not_even_when_listed",),
    ),
    Mutant(
        name="deactivated-acts",
        rule="A closed account changes nothing",
        path="bot/domain/people.py",
        before="    if person.deactivated:",
        after="    if False:",
        killers=(f"{SEEN_BY_APPROVAL}::test_a_deactivated_approver_may_not",),
    ),
    Mutant(
        name="quorum-ignored",
        rule="A quorum of two is two people",
        path=APPROVAL,
        before="    if len(approved.approvals) < rule.quorum:",
        after="    if False:",
        killers=(f"{SEEN_BY_APPROVAL}::test_a_quorum_of_two_needs_two_different_people",),
        shows=("Refusal",),
    ),
    Mutant(
        name="one-person-counts-twice",
        rule="A quorum of two is two different people",
        path=APPROVAL,
        before="able = holders(Act.APPROVE, incident, policy) - {by.user_id}",
        after="able = holders(Act.APPROVE, incident, policy)",
        killers=(f"{SEEN_BY_APPROVAL}::test_a_quorum_of_two_needs_two_different_people",),
    ),
    Mutant(
        name="former-approver-counts",
        rule="Of a quorum everybody may approve at the moment when it is there",
        path=APPROVAL,
        before="if a.by in able and now - a.at",
        after="if a.by != by.user_id and now - a.at",
        killers=(f"{SEEN_BY_APPROVAL}::test_whoever_may_not_approve_any_more_counts_for_no_quorum",),
    ),
)

WHAT = (
    Mutant(
        name="digest-not-compared",
        rule="The button's digest is the newest revision's",
        path=APPROVAL,
        before="    if digest == update.latest.digest:",
        after="    if digest or not digest:",
        killers=(
            f"{SEEN_BY_APPROVAL}::test_a_digest_of_an_older_revision_is_refused_with_what_changed",
            f"{SEEN_BY_APPROVAL}::test_a_made_up_digest_is_refused",
        ),
    ),
    Mutant(
        name="digest-not-computed-again",
        rule="The worker computes the digest again before each delivery",
        path=DELIVERY,
        before="    if not approval.digest == revision.digest == digest_now(incident, update, revision):",
        after="    if not approval.digest == revision.digest:",
        killers=(f"{SEEN_BY_APPROVAL}::test_content_that_is_not_what_was_approved_does_not_leave",),
    ),
    Mutant(
        name="unread-text-approved",
        rule="A text that the card could not show is read first",
        path=APPROVAL,
        before="    if unread:",
        after="    if False:",
        killers=(f"{SEEN_BY_APPROVAL}::test_a_text_that_the_card_could_not_show_must_be_read_first",),
    ),
    Mutant(
        name="anybodys-reading-counts",
        rule="What one person read does not count for another",
        path="bot/domain/update.py",
        before="(user, p.rendition) not in self.readings)",
        after="p.rendition not in {r for _, r in self.readings})",
        killers=(f"{SEEN_BY_APPROVAL}::test_what_one_person_read_does_not_count_for_another",),
    ),
    Mutant(
        name="edit-overwrites-edit",
        rule="An edit of a text that somebody else has changed is refused",
        path="bot/domain/drafting.py",
        before="    if update.latest.digest != base:",
        after="    if False:",
        killers=("domain/test_lifecycle.py::test_two_people_editing_do_not_overwrite_each_other",),
    ),
    *(
        Mutant(
            name=f"digest-without-{name}",
            rule=f"The digest covers {what}",
            path=MANIFEST,
            before=line,
            after="",
            killers=(f"{BY_MANIFEST}::test_whatever_changes_it_is_another_digest",),
        )
        for name, what, line in (
            ("workspace", "the workspace", '        "workspace": workspace,\n'),
            ("incident", "the incident", '        "incident": incident_id,\n'),
            ("revision", "the revision", '        "revision": revision,\n'),
            ("stage", "the stage", '        "stage": stage.value,\n'),
            ("facts", "the facts", '        "facts": _facts(facts),\n'),
            ("promise", "the promised time", '        "promised": _time(facts.next_update_by),\n'),
            ("drill", "the mark of a drill", '        "drill": drill,\n'),
            ("destination", "where an outlet delivers to", '        "destination": p.destination,\n'),
            ("text", "the exact text of each outlet", '        "rendition": p.rendition,\n'),
            ("recipients", "the frozen list of recipients", '        "recipients": p.recipients,\n'),
            ("rehearsal", "whether an outlet is a rehearsal", '        "rehearsal": p.rehearsal,\n'),
        )
    ),
)

WHEN = (
    Mutant(
        name="lapsed-request-approved",
        rule="A request lapses after 30 minutes",
        path=APPROVAL,
        before="    if update.submission is None or now >= update.submission.lapses_at:",
        after="    if update.submission is None:",
        killers=(f"{SEEN_BY_APPROVAL}::test_a_request_lapses_after_thirty_minutes",),
    ),
    Mutant(
        name="stale-time-approved",
        rule="A promised time past or under 10 minutes away is not approved",
        path=APPROVAL,
        before="    require_time(incident, update, now)\n    rule",
        after="    rule",
        killers=(
            f"{SEEN_BY_APPROVAL}::test_a_promised_time_past_or_under_ten_minutes_away_is_refused_with_a_new_draft",
        ),
    ),
    Mutant(
        name="stale-time-delivered",
        rule="Nothing leaves once its promised time is near",
        path=DELIVERY,
        before="    if due is not None and due - now < SHORTEST_PROMISE:",
        after="    if False:",
        killers=(f"{SEEN_BY_APPROVAL}::test_nothing_leaves_once_its_promise_is_nearly_past",),
    ),
    Mutant(
        name="delivery-never-expires",
        rule="Nothing leaves later than an hour after its approval",
        path=DELIVERY,
        before="    if now >= delivery.expires_at:",
        after="    if False:",
        killers=(f"{SEEN_BY_APPROVAL}::test_nothing_leaves_after_an_hour",),
    ),
    Mutant(
        name="second-decision-accepted",
        rule="The first decision stands",
        path=APPROVAL,
        before="    if update.state is UpdateState.SUBMITTED:\n        return\n",
        after="    return\n",
        killers=(
            f"{SEEN_BY_APPROVAL}::test_the_second_of_two_approvers_reads_who_was_first",
            f"{SEEN_BY_APPROVAL}::test_a_rejected_update_is_not_approved",
        ),
        shows=("Refusal",),
    ),
    Mutant(
        name="old-news-approved",
        rule="A text written before one that customers heard since is not approved",
        path=APPROVAL,
        before="    require_newest(incident, update)\n",
        after="",
        killers=(
            f"{SEEN_BY_APPROVAL}::"
            "test_a_text_written_before_one_that_was_approved_since_is_refused_until_it_is_drafted_again",
        ),
    ),
    Mutant(
        name="glass-without-delay",
        rule="Whoever approves alone waits 60 seconds",
        path=APPROVAL,
        before="    release_at = now + policy.at(incident.severity).break_glass_delay",
        after="    release_at = now",
        killers=(
            f"{SEEN_BY_APPROVAL}::test_an_author_who_approves_alone_waits_sixty_seconds_and_everybody_is_told",
            f"{SEEN_BY_APPROVAL}::test_it_leaves_when_the_delay_is_over_and_not_before",
        ),
    ),
    Mutant(
        name="glass-released-early",
        rule="What is held leaves when its delay is over, and not before",
        path=APPROVAL,
        before=" or update.release_at is None or now < update.release_at:",
        after=" or update.release_at is None:",
        killers=(f"{SEEN_BY_APPROVAL}::test_it_leaves_when_the_delay_is_over_and_not_before",),
    ),
    Mutant(
        name="stop-ignored",
        rule="What was stopped does not leave",
        path=DELIVERY,
        before="    if delivery.cancelled:\n        return Judgement(Verdict.CLOSE, delivery.cancelled)",
        after="    if False:\n        return Judgement(Verdict.CLOSE, delivery.cancelled)",
        killers=(f"{SEEN_BY_APPROVAL}::test_what_is_being_sent_is_left_to_the_worker_which_is_hurried",),
    ),
    Mutant(
        name="superseded-still-delivered",
        rule="A newer approval cancels what an older update has not sent",
        path=APPROVAL,
        before="        if older.state is UpdateState.PUBLISHING:",
        after="        if False:",
        killers=(
            f"{SEEN_BY_APPROVAL}::test_a_later_update_cancels_what_the_earlier_has_not_sent",
            "usecases/test_delivery_races.py::test_what_was_superseded_just_before_it_began_does_not_leave",
        ),
    ),
    Mutant(
        name="newer-overtakes-at-the-outlet",
        rule="At one outlet a newer update waits until the older has ended",
        path=DELIVERY,
        before="    if _earlier_unsettled(incident, update, outlet, now):",
        after="    if False:",
        killers=(f"{SEEN_BY_APPROVAL}::test_the_later_waits_until_the_earlier_has_ended_at_that_outlet",),
    ),
    Mutant(
        name="outlet-points-elsewhere",
        rule="An outlet that was set up anew gets nothing that was approved for the old one",
        path=DELIVERY,
        before="    if destination != planned.destination or rehearsal != planned.rehearsal:",
        after="    if rehearsal != planned.rehearsal:",
        killers=(f"{SEEN_BY_APPROVAL}::test_an_outlet_that_is_gone_or_points_elsewhere_is_refused",),
    ),
    Mutant(
        name="drill-reaches-customers",
        rule="A drill never reaches a real outlet",
        path=DELIVERY,
        before="    if incident.drill and not rehearsal:",
        after="    if False:",
        killers=(f"{SEEN_BY_APPROVAL}::test_a_drill_never_reaches_a_real_outlet",),
    ),
    Mutant(
        name="ends-without-telling",
        rule="An incident that customers heard of does not end without their hearing it",
        path="bot/domain/lifecycle.py",
        before="    if incident.told_customers and kind is not EndKind.WAIVED:",
        after="    if False:",
        killers=(
            "domain/test_lifecycle.py::test_one_of_which_customers_were_told_does_not_until_they_are_told_the_end",
        ),
    ),
    Mutant(
        name="sent-again-after-a-newer-one",
        rule="What a newer update has overtaken is not sent again",
        path=DELIVERY,
        before="    if incident.standing != update or update.stopped_by:",
        after="    if False:",
        killers=(f"{SEEN_BY_APPROVAL}::test_unknown_can_be_sent_again_by_a_person_but_not_after_a_newer_update",),
    ),
    Mutant(
        name="retry-after-ignored",
        rule="Retry-After of an outlet is honoured",
        path="bot/domain/retrying.py",
        before="min(retry_after, LONGEST_ASKED) if retry_after and said else backoff)",
        after="backoff)",
        killers=(
            "domain/test_order.py::test_when_to_try_again",
            "usecases/test_delivery_races.py::test_a_job_that_looks_early_still_honours_retry_after",
        ),
    ),
    Mutant(
        name="tried-before-its-time",
        rule="A job that looks early does not try early",
        path=DELIVERY,
        before="    if delivery.next_try and now < delivery.next_try:",
        after="    if False:",
        killers=("usecases/test_delivery_races.py::test_a_job_that_looks_early_still_honours_retry_after",),
    ),
)

PRIVATE = (
    Mutant(
        name="private-delivered",
        rule="Nothing of a private incident leaves, whatever was approved before",
        path=DELIVERY,
        before='    if incident.private:\n        return "the incident is private"\n',
        after="",
        killers=("domain/test_privacy.py::test_the_worker_judges_what_is_private_although_it_was_approved",),
    ),
    Mutant(
        name="private-approved",
        rule="Nothing of a private incident is drafted or approved",
        path="bot/domain/privacy.py",
        before="    if incident.private:\n        raise Refusal(",
        after="    if False:\n        raise Refusal(",
        killers=("domain/test_privacy.py::test_drafting_editing_and_approving_are_refused_with_what_to_do",),
        shows=("Refusal",),
    ),
    Mutant(
        name="private-seen-by-all",
        rule="To whoever is not in it a private incident does not exist",
        path="bot/domain/privacy.py",
        before="    return not incident.private or user in circle(incident)",
        after="    return True",
        killers=("domain/test_privacy.py::test_only_the_circle_sees_a_private_incident",),
    ),
    Mutant(
        name="digest-without-visibility",
        rule="An approval covers who could know of the incident",
        path=MANIFEST,
        before="    if private or reclassified:",
        after="    if False:",
        killers=(
            "domain/test_privacy.py::test_an_approval_covers_the_visibility_and_digests_of_before_stay_what_they_were",
        ),
    ),
    Mutant(
        name="waiting-words-kept-when-private",
        rule="What waits for approval is withdrawn when an incident becomes private",
        path="bot/domain/classifying.py",
        before="    elif update.state in (UpdateState.SUBMITTED, UpdateState.APPROVED, UpdateState.DRAFT):",
        after="    elif False:",
        killers=("domain/test_privacy.py::test_made_private_everything_is_held_back",),
    ),
    Mutant(
        name="anybody-shows-what-is-private",
        rule="Only whoever declared it, its commander and its approvers make an incident public",
        path="bot/domain/classifying.py",
        before="    if by.user_id not in holders(act, incident, policy):",
        after="    if False:",
        killers=(
            "domain/test_privacy.py::test_who_may_change_it",
            "domain/test_privacy.py::test_a_scribe_can_hide_it_and_not_show_it",
        ),
    ),
)

KEPT = "handlers/test_update_keep.py"
WORDS = (
    Mutant(
        name="findings-stop-nothing",
        rule="Words that the plan blocks stop a draft until somebody says why they stay",
        path="bot/domain/wording.py",
        before="    stops = [one for one in found if one.blocks]",
        after="    stops = [one for one in found if False]",
        killers=(f"{KEPT}::test_what_is_inside_stops_the_draft_beside_its_field_with_other_words",),
    ),
    Mutant(
        name="kept-words-of-another-revision",
        rule="A reason to keep words counts for the digest that was looked at",
        path="bot/domain/drafting.py",
        before="    if update.latest.digest != digest:",
        after="    if False:",
        killers=(f"{KEPT}::test_keeping_words_that_were_edited_since_is_refused",),
    ),
)

RULES = (*WHO, *WHAT, *WHEN, *PRIVATE, *WORDS)
