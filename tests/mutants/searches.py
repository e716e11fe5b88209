"""Mutants of the searches for a role: who is asked, and when it stops."""

from tests.mutants.mutant import Mutant

PATH, SEEN_BY = "bot/domain/searching.py", "domain/test_searching.py"

SEARCHES = (
    Mutant(
        name="stranger-asked-for-a-private-incident",
        rule="Of a private incident nobody outside is asked for a role",
        path=PATH,
        before="if user not in busy and sees(incident, user))",
        after="if user not in busy)",
        killers=(f"{SEEN_BY}::test_of_a_private_incident_only_members_are_asked",),
    ),
    Mutant(
        name="asked-twice-in-one-search",
        rule="Nobody is asked twice in one search",
        path=PATH,
        before="    busy = {*search.asked, *search.declined, *incident.roles.values()}",
        after="    busy = {*incident.roles.values(), *search.declined, *search.asked[:-1]}",
        killers=(f"{SEEN_BY}::test_contacts_come_first_then_the_standby_and_nobody_twice",),
    ),
    Mutant(
        name="search-outlives-its-severity",
        rule="A role that the severity does not need any more is not asked for",
        path=PATH,
        before="    return found if found and found.since == since and role in needed(incident, plan) else None",
        after="    return found if found else None",
        killers=(f"{SEEN_BY}::test_a_lower_severity_ends_what_it_does_not_ask_for_and_a_higher_one_begins_it_anew",),
    ),
    Mutant(
        name="whoever-likes-accepts",
        rule="Only its holder, or who was asked, accepts a role",
        path=PATH,
        before="    if incident.roles.get(role) == by.user_id or (search is not None and by.user_id in search.asked):",
        after="    if incident.roles.get(role) == by.user_id or search is not None:",
        killers=(f"{SEEN_BY}::test_whoever_was_not_asked_cannot_accept_and_is_told_how_to_take_it",),
    ),
    Mutant(
        name="closed-account-keeps-its-role",
        rule="What somebody held whose account is closed is open, and searched for",
        path="bot/domain/departures.py",
        before="    missing = replace(incident, roles=left, accepted=incident.accepted - set(roles))",
        after="    missing = incident",
        killers=(
            f"{SEEN_BY}::test_what_somebody_held_whose_account_is_closed_is_searched_for_at_once_and_not_with_them",
        ),
    ),
    Mutant(
        name="standby-asked-for-their-own-words",
        rule="Who wrote any of it is not asked to approve it, on standby either",
        path="bot/domain/approvers.py",
        before="    others = {*asked, *update.authors, *_answered(update), incident",
        after="    others = {*asked, *_answered(update), incident",
        killers=("plan/test_in_use.py::test_the_standby_are_asked_in_order_but_not_for_their_own_words_nor_twice",),
    ),
)
