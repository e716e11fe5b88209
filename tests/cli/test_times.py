"""Times as people type them: understood, or refused with an example, and always echoed."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.cli import times
from bot.domain.facts import Confidence, EstimateKind
from bot.domain.refusals import Refusal

NOW = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)
BERLIN = "Europe/Berlin"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("in 45 min", "22 13:45"),
        ("45m", "22 13:45"),
        ("In 1 hour", "22 14:00"),
        ("in an hour", "22 14:00"),
        ("in 1 h 30 min", "22 14:30"),
        ("90 minutes from now", "22 14:30"),
        ("16:30", "22 15:30"),
        ("at 16.30", "22 15:30"),
        ("16:30 CET", "22 15:30"),
        ("16:30 utc", "22 16:30"),
        ("4:30 pm", "22 15:30"),
        ("4pm EST", "22 21:00"),
        ("16:30 UTC+5:30", "22 11:00+1"),
        ("0:20", "22 23:20"),
        ("13:00", "23 12:00"),
        ("tomorrow 9:00", "23 08:00"),
        ("today 18:00 America/New_York", "22 23:00"),
        ("2026-11-24 09:00 europe/berlin", "24 08:00"),
        ("2026-11-24T09:00 UTC", "24 09:00"),
    ],
)
def test_a_time_is_understood(typed: str, meant: str) -> None:
    day, _, plus = meant.partition("+")
    wanted = datetime.strptime(f"2026-11-{day} +0000", "%Y-%m-%d %H:%M %z") + timedelta(days=int(plus or 0))
    assert times.moment(typed, NOW, BERLIN) == wanted


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "no_such_time"),
        ("soon", "no_such_time"),
        ("16", "no_such_time"),
        ("25:00", "no_such_time"),
        ("13:00 pm", "no_such_time"),
        ("may", "no_such_time"),
        ("2026-13-40 10:00", "no_such_time"),
        ("16:30 CST", "unknown_zone"),
        ("16:30 IST", "unknown_zone"),
        ("16:30 Nowhere/Land", "unknown_zone"),
        ("2027-03-28 02:30 Europe/Berlin", "no_such_time"),
    ],
)
def test_what_is_no_time_or_means_two_is_refused(typed: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        times.moment(typed, NOW, BERLIN)
    assert refused.value.code == code


def test_seconds_are_rounded_up_so_that_a_promise_is_not_shorter_than_it_was_said() -> None:
    assert times.moment("in 10 min", NOW.replace(second=1), "UTC") == NOW + timedelta(minutes=11)


def test_an_estimate_is_a_range_with_a_confidence_unknown_or_restored() -> None:
    found = times.estimate("14:30 to 15:30 CET, medium", NOW, "UTC")
    assert (found.earliest, found.latest) == (NOW + timedelta(minutes=30), NOW + timedelta(minutes=90))
    assert found.confidence is Confidence.MEDIUM
    assert times.estimate("in 30 min to in 1 h, low", NOW, "UTC").latest == NOW + timedelta(hours=1)
    assert times.estimate("unknown", NOW, "UTC").kind is EstimateKind.UNKNOWN
    assert times.estimate("Restored", NOW, "UTC").kind is EstimateKind.RESTORED
    with pytest.raises(Refusal):
        times.estimate("around lunch", NOW, "UTC")


def test_what_was_understood_is_echoed_with_date_zone_and_distance() -> None:
    echo = times.echoed(NOW + timedelta(minutes=45), NOW, BERLIN)
    assert echo == "Sun 2026-11-22 14:45 Europe/Berlin = 13:45 UTC (in 45 min)"
