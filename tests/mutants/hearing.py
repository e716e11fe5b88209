"""Mutants of who hears and who acts: followers, tickets, strangers, and whoever is not in a private incident."""

from tests.mutants.mutant import Mutant

HEARING = (
    Mutant(
        name="stopped-words-with-the-next-stage",
        rule="Nobody is given the words of a stopped update for tickets, later either",
        path="bot/usecases/wording.py",
        before=" or incident.update(telling.update_id).stopped_by:",
        after=":",
        killers=("usecases/test_wording.py::test_nobody_is_given_the_words_of_an_update_that_was_stopped",),
        shows=("AttributeError",),
    ),
    Mutant(
        name="stop-told-to-nobody",
        rule="Whoever heard of an update hears that it was stopped",
        path="bot/domain/approval.py",
        before="    return told_of(change, stopped, now)",
        after="    return change",
        killers=("domain/test_spreading.py::test_whoever_heard_of_an_update_hears_at_once_that_it_was_stopped",),
    ),
    Mutant(
        name="inside-words-for-tickets",
        rule="What is written for our own people is no wording for tickets",
        path="bot/usecases/wording.py",
        before="    order = _NEVER_INSIDE if _has_inside(services, update) else _PLAINEST",
        after="    order = _PLAINEST",
        killers=("usecases/test_wording.py::test_what_is_written_for_inside_is_never_taken_for_wording",),
    ),
    Mutant(
        name="told-on-after-it-became-private",
        rule="Who follows from outside hears no more once it is private",
        path="bot/usecases/tellings.py",
        before="        if run.incident.private and not",
        after="        if False and not",
        killers=(
            "usecases/test_made_private.py::test_who_follows_from_outside_hears_nothing_of_a_telling_that_was_under_way",
        ),
    ),
    Mutant(
        name="one-person-two-mails",
        rule="One person is one reader, however the address is written",
        path="bot/outlets/address_list.py",
        before="    spelt = normal.lower()",
        after="    spelt = normal",
        killers=("outlets/test_address_list.py::test_an_address_is_listed_once_however_large_its_letters_are_written",),
    ),
    Mutant(
        name="private-timeline-read",
        rule="To whom is not in it the timeline of a private incident is empty",
        path="bot/usecases/sight.py",
        before="await self._incidents.timeline(incident_id) if await self.load(incident_id) else ()",
        after="await self._incidents.timeline(incident_id)",
        killers=("usecases/test_sight.py::test_whichever_way_somebody_looks_who_is_not_in_it_finds_nothing",),
    ),
    Mutant(
        name="private-incident-found-by-channel",
        rule="To whom is not in it a private incident has no channel",
        path="bot/usecases/sight.py",
        before="        return self._in_sight(await self._incidents.in_channel(channel_id))",
        after="        return await self._incidents.in_channel(channel_id)",
        killers=("usecases/test_sight.py::test_whichever_way_somebody_looks_who_is_not_in_it_finds_nothing",),
    ),
    Mutant(
        name="private-incident-shown-to-a-repeat",
        rule="An act that comes again shows nothing that became private meanwhile",
        path="bot/usecases/sight.py",
        before="        if done.repeated:  # then nothing was decided now\n            self._require(done.incident)\n",
        after="",
        killers=(
            "usecases/test_sight.py::test_what_is_changed_or_was_changed_before_is_answered_as_if_there_were_no_such_incident",
        ),
    ),
    Mutant(
        name="decided-by-a-stranger",
        rule="Approving asks who somebody is, and takes no silence of Slack for an answer",
        path="bot/usecases/updates.py",
        before="import acting, approving\n",
        after="import acting\nfrom bot.usecases.people import acting as approving\n",
        killers=("usecases/test_people.py::test_whatever_is_decided_is_decided_by_somebody_known",),
    ),
    Mutant(
        name="profile-of-yesterday-approves",
        rule="Who was a colleague is looked up again before they approve",
        path="bot/usecases/people.py",
        before="    if known is None or known.checked_at is None or now - known.checked_at > FRESH_FOR:",
        after="    if known is None:",
        killers=(
            "usecases/test_people.py::test_who_was_looked_up_a_quarter_of_an_hour_ago_is_looked_up_again_before_they_approve",
        ),
    ),
)
