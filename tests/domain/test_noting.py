"""Messages in the timeline, and whose words an update has."""

import pytest

from bot.domain import approval, drafting
from bot.domain.approvers import askable
from bot.domain.facts import Stage
from bot.domain.noting import LONGEST_NOTED, as_read, note_quote, quote
from bot.domain.refusals import Refusal
from bot.domain.update import MessageRef
from tests.builders import ANA, BO, DEE, NOON, POLICY, incident, person, rendered

AT = MessageRef(channel="C1", ts="1795316400.000100")


def test_an_entry_has_author_words_time_and_who_added_it() -> None:
    (entry,) = note_quote(incident(), quote(AT, BO, "It\u202e is\x00 the database"), person(ANA), NOON).entries
    assert (entry.actor, entry.author, entry.text) == (ANA, BO, "It is the database")
    assert entry.written_at is not None
    assert entry.written_at.timestamp() == 1795316400.0001


@pytest.mark.parametrize("ts", ["", "yesterday", "1", "1795316400.0001; DROP", "99999999999999.1"])
def test_what_is_no_message_is_refused(ts: str) -> None:
    with pytest.raises(Refusal):
        quote(MessageRef(channel="C1", ts=ts), BO, "words")


def test_a_very_long_message_is_kept_by_its_beginning_and_says_so() -> None:
    (entry,) = note_quote(incident(), quote(AT, BO, "x" * 40_000), person(ANA), NOON).entries
    assert len(entry.text) == LONGEST_NOTED
    assert entry.text.endswith("…")


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        ("see <https://x.example/a?b=1&amp;c|the page> &lt;now&gt;", "see the page <now>"),
        ("<https://x.example>", "https://x.example"),
        ("<@U0BO> and <@U0BO|bo> in <#C1|ops>, <#C1>", "@somebody and @bo in #ops, #channel"),
        ("<!channel> <!subteam^S1|@oncall> <!date^1^{date}|noon>", "@channel @oncall noon"),
        ("&amp;lt;b&amp;gt;", "&lt;b&gt;"),
    ],
)
def test_a_message_is_read_as_people_saw_it_and_without_ids(raw: str, read: str) -> None:
    assert as_read(raw) == read


def test_a_guest_adds_nothing() -> None:
    with pytest.raises(Refusal):
        note_quote(incident(), quote(AT, BO, "words"), person(ANA, guest=True), NOON)


def test_whose_message_was_quoted_does_not_approve_even_after_others_edited_it() -> None:
    args = ("upd1", "outage/investigating", Stage.INVESTIGATING, rendered(), person(BO), NOON, POLICY)
    waiting = drafting.draft(incident(), *args, quoted=(DEE,)).incident
    plain = drafting.draft(incident(), *args).incident
    assert waiting.updates[0].latest.digest != plain.updates[0].latest.digest
    edited = drafting.revise(waiting, "upd1", waiting.updates[0].latest.digest, rendered(), person(BO), NOON, POLICY)
    for found in (waiting, edited.incident):
        with pytest.raises(Refusal) as refused:
            approval.approve(found, "upd1", found.updates[0].latest.digest, person(DEE), NOON, POLICY)
        assert refused.value.code == "own_words"
        assert DEE not in askable(found, found.updates[0], POLICY)
    approval.approve(waiting, "upd1", waiting.updates[0].latest.digest, person(ANA), NOON, POLICY)
