"""Repeats: a form that comes in a second time, because Slack never heard that the first was taken.

What was committed stands. It refuses to say "done" of words that were changed in between: those were not taken.
"""

from dataclasses import replace

from bot.domain.facts import Facts
from bot.domain.incident import Incident
from bot.domain.people import Person
from bot.domain.refusals import Refusal
from bot.ports import Committed


def as_taken(done: Committed, by: Person, facts: Facts) -> Incident:
    """Return the incident as committed. Raises Refusal ``sent_before`` where it was other words that were taken."""
    revisions = (revision for update in done.incident.updates for revision in update.revisions)
    mine = (replace(one.facts, translations=()) for one in revisions if one.author == by.user_id)
    if done.repeated and replace(facts, translations=()) not in mine:
        raise Refusal(
            "sent_before",
            "This form was taken before, with other words, and those wait for approval. What you changed since was not "
            "taken: press Edit on the request.",
        )
    return done.incident
