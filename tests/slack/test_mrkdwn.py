"""Nothing that people typed is live in mrkdwn, and what we write ourselves is."""

import re
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.mrkdwn import date, escape, mention, sentence

typed = st.text(alphabet=st.sampled_from("<>&!@#|^ab1U*_`~\n") | st.characters(), max_size=60)


def unescaped(text: str) -> str:
    """What Slack shows for escaped text."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


@given(typed)
def test_escaped_text_holds_nothing_live_and_shows_as_typed(text: str) -> None:
    escaped = escape(text)
    assert "<" not in escaped
    assert ">" not in escaped
    assert not re.search(r"&(?!amp;|lt;|gt;)", escaped)
    assert unescaped(escaped) == text


@given(typed, typed)
def test_a_sentence_keeps_our_tokens_and_nothing_else(before: str, after: str) -> None:
    when = date(datetime(2026, 11, 22, 3, 0, tzinfo=UTC), "{time}")
    drawn = sentence(f"{before} <@U0ANA> {after} {when}")
    assert "<@U0ANA>" in drawn
    assert when in drawn
    live = re.findall(r"<[^>]*>", drawn)
    assert all(re.fullmatch(r"<@[UW][A-Z0-9]+>|<!date\^\d+\^[^<>|^]+\|[^<>|]+>", token) for token in live)


@pytest.mark.parametrize("ping", ["<!channel>", "<!here>", "<!everyone>", "<!subteam^S1>", "<https://x|bank>", "<#C1>"])
def test_pings_and_forged_links_are_inert(ping: str) -> None:
    assert "<" not in sentence(f"a {ping} b") + escape(ping)


@given(st.text(max_size=40))
def test_a_mention_is_of_a_person_or_inert(user: str) -> None:
    drawn = mention(user)
    assert drawn == f"<@{user}>" if re.fullmatch(r"[UW][A-Z0-9]{1,30}", user) else "<" not in drawn


def test_dates_are_in_utc_where_they_cannot_be_local() -> None:
    noon = datetime(2026, 7, 1, 12, 0, tzinfo=timezone(timedelta(hours=2)))
    assert date(noon) == f"<!date^{int(noon.timestamp())}^{{date_short_pretty}} at {{time}}|2026-07-01 10:00 UTC>"


@pytest.mark.parametrize("form", ["", "a|b", "a>b", "<!channel>", "^"])
def test_a_format_cannot_break_out(form: str) -> None:
    with pytest.raises(ValueError, match="format"):
        date(datetime(2026, 7, 1, tzinfo=UTC), form)
