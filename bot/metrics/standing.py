"""Gauges of what stands now: queues, unknown outcomes, promises, approvals. Set when somebody asks, from Redis.

Web and worker both serve them and say the same: take the maximum over all processes, not the sum. While Redis does
not answer they are absent rather than old.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from bot.domain.incident import Incident
from bot.domain.update import Outcome
from bot.metrics.instruments import REGISTRY
from bot.ports.overview import Overview

# Name, what it says. In the order of `Standing._values`.
_ABOUT = {
    "clarion_redis_up": "Whether Redis answered when this was asked for.",
    "clarion_jobs_later": "Jobs that are for later: retries, reminders, redraws.",
    "clarion_jobs_overdue_seconds": "For how long the first job that was for later is overdue.",
    "clarion_jobs_aside": "Jobs put aside for a person to see; clarion aside lists them.",
    "clarion_incidents_open": "Incidents that go on.",
    "clarion_unknown_recipients": "Recipients of open incidents of whom nobody knows whether they got an update.",
    "clarion_promises_owed": "Open incidents with a next update promised to customers.",
    "clarion_promises_overdue": "Those of them whose time has passed.",
    "clarion_approvals_waiting": "Updates that wait for an approver.",
    "clarion_approval_oldest_seconds": "For how long the update that waits longest has waited for an approver.",
    "clarion_slack_heard_age_seconds": "Seconds since the last payload of Slack's; absent before the first one.",
}
_LAG = (
    "clarion_job_lag_seconds",
    "For how long the job of a lane that has waited longest was not taken by a living worker.",
)
_JOBS = ("clarion_jobs", "Jobs in a lane, those in hand included.")


@dataclass(frozen=True, slots=True)
class Owed:
    """What open incidents wait for. `oldest`: seconds."""

    open: int = 0
    unknown: int = 0
    promised: int = 0
    overdue: int = 0
    waiting: int = 0
    oldest: float = 0.0


def owed(incidents: Iterable[Incident], now: datetime) -> Owed:
    """Count what open incidents wait for."""
    found = tuple(incidents)
    updates = [update for incident in found for update in incident.updates]
    promises = [incident.promise for incident in found if incident.promise]
    asked = [(now - u.submission.at).total_seconds() for i in found for u in i.waiting() if u.submission]
    return Owed(
        open=len(found),
        unknown=sum(d.tally.get(Outcome.UNKNOWN, 0) for u in updates for d in u.deliveries if d.settled),
        promised=len(promises),
        overdue=sum(promise.due < now for promise in promises),
        waiting=len(asked),
        oldest=max(0.0, *asked) if asked else 0.0,
    )


@dataclass(slots=True, eq=False)
class Standing(Collector):
    """What stood when it was looked at last; `overview` None: Redis did not answer."""

    overview: Overview | None = None
    owed: Owed | None = None
    heard: float | None = None
    looked: bool = False

    def show(self, overview: Overview | None, found: Owed | None, heard: float | None) -> None:
        """Take in what was found."""
        self.overview, self.owed, self.heard, self.looked = overview, found, heard, True

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """Yield every family, without values."""
        for name, about in _ABOUT.items():
            yield GaugeMetricFamily(name, about)
        for name, about in (_LAG, _JOBS):
            yield GaugeMetricFamily(name, about, labels=["lane"])

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield what is known."""
        for name, value in self._values().items():
            if value is not None:
                yield GaugeMetricFamily(name, _ABOUT[name], value=value)
        if self.overview is None:
            return
        lag, jobs = GaugeMetricFamily(*_LAG, labels=["lane"]), GaugeMetricFamily(*_JOBS, labels=["lane"])
        for view in self.overview.lanes:
            lag.add_metric([view.lane], view.lag)
            jobs.add_metric([view.lane], view.jobs)
        yield lag
        yield jobs

    def _values(self) -> dict[str, float | None]:
        if not self.looked:
            return {}
        seen, owing = self.overview, self.owed
        values: list[float | None] = [float(seen is not None)]
        values += [seen.later, seen.overdue, seen.aside] if seen else [None] * 3
        values += [owing.open, owing.unknown, owing.promised, owing.overdue] if owing else [None] * 4
        values += [owing.waiting, owing.oldest] if owing else [None] * 2
        return dict(zip(_ABOUT, [*values, self.heard], strict=True))


STANDING = Standing()
REGISTRY.register(STANDING)
