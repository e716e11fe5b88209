"""Times as customers read them: zone named and meaning one thing, day beside it, clock changes survived."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest

from bot.domain.facts import Confidence, Estimate, EstimateKind
from bot.rendering.times import SpokenEstimate, iso, moment, spoken, zone, zone_label

WINTER = datetime(2026, 11, 22, 13, 30, tzinfo=UTC)
SUMMER = datetime(2026, 7, 1, 13, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("when", "where", "said"),
    [
        (WINTER, "Europe/Berlin", "14:30 CET (22 November 2026)"),
        (SUMMER, "Europe/Berlin", "15:30 CEST (1 July 2026)"),
        (SUMMER, "Europe/London", "14:30 BST (1 July 2026)"),
        (SUMMER, "Europe/Dublin", "14:30 UTC+01:00 (1 July 2026)"),  # "IST" is India's to most people
        (WINTER, "UTC", "13:30 UTC (22 November 2026)"),
        (WINTER, "America/Chicago", "07:30 CST (22 November 2026)"),
        (WINTER, "Asia/Shanghai", "21:30 UTC+08:00 (22 November 2026)"),  # "CST" would read as Chicago's
        (WINTER, "Asia/Kolkata", "19:00 UTC+05:30 (22 November 2026)"),
        (WINTER, "America/St_Johns", "10:00 UTC-03:30 (22 November 2026)"),
        (WINTER, "Pacific/Kiritimati", "03:30 UTC+14:00 (23 November 2026)"),
    ],
)
def test_a_moment_names_zone_and_day(when: datetime, where: str, said: str) -> None:
    assert moment(when, ZoneInfo(where), "en") == said


def estimate(start: datetime, length: timedelta) -> SpokenEstimate:
    made = Estimate(kind=EstimateKind.RANGE, earliest=start, latest=start + length, confidence=Confidence.LOW)
    return spoken(made, ZoneInfo("Europe/Berlin"), "en")


def test_a_range_on_one_day_names_day_and_zone_once() -> None:
    said = estimate(WINTER, timedelta(hours=1))
    assert (said.earliest, said.latest) == ("14:30", "15:30 CET (22 November 2026)")


def test_a_range_past_midnight_names_both_days() -> None:
    said = estimate(WINTER, timedelta(hours=12))
    assert (said.earliest, said.latest) == ("14:30 CET (22 November 2026)", "02:30 CET (23 November 2026)")


def test_a_range_over_the_clock_change_names_both_zones() -> None:
    said = estimate(datetime(2026, 10, 25, 0, 30, tzinfo=UTC), timedelta(hours=1))
    assert (said.earliest, said.latest) == ("02:30 CEST (25 October 2026)", "02:30 CET (25 October 2026)")


@pytest.mark.parametrize("when", [WINTER, SUMMER])
def test_every_zone_of_the_world_is_named_by_its_true_offset(when: datetime) -> None:
    named: dict[str, set[timedelta | None]] = {}
    for name in sorted(available_timezones()):
        local = when.astimezone(zone(name))
        named.setdefault(zone_label(local), set()).add(local.utcoffset())
    assert {label: offsets for label, offsets in named.items() if len(offsets) > 1} == {}


def test_machines_get_utc() -> None:
    assert iso(WINTER.astimezone(ZoneInfo("Asia/Kolkata"))) == "2026-11-22T13:30:00Z"
