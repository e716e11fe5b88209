"""Every metric, by name, in one registry for the process. Counted at the edges: gate, gateway, storage, worker.

Names and units are those of Prometheus's conventions: base units, `_total` for what only grows. It refuses to look
anything up: gauges of what stands in Redis are set by `standing` when somebody asks.
"""

import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import metadata
from time import perf_counter

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    Info,
    ProcessCollector,
    disable_created_metrics,
)

from bot.ports import ChatRefused, ChatUnavailable

REGISTRY = CollectorRegistry()
# The environment variable in which `clarion run` tells a part how often it was started again.
RESTARTS = "CLARION_RESTARTS"

disable_created_metrics()  # type: ignore[no-untyped-call]  # the library has no types here
ProcessCollector(registry=REGISTRY)


def version() -> str:
    """Return the version of Clarion that runs."""
    try:
        return metadata.version("clarion")
    except metadata.PackageNotFoundError:
        return "unknown"


Info("clarion_build", "What runs here.", registry=REGISTRY).info(
    {"version": version(), "python": platform.python_version()}
)
_RESTARTED = Counter(
    "clarion_process_restarts_total", "How often clarion run started this process again.", registry=REGISTRY
)
_RESTARTED.inc(int(told) if (told := os.environ.get(RESTARTS, "")).isdecimal() else 0)

# ---------------------------------------------------------------- what comes in

# Slack waits 3 s for an answer (Slack docs); the target is 250 ms.
ACKNOWLEDGEMENT = Histogram(
    "clarion_acknowledgement_seconds",
    "From a payload that is known to be Slack's to its answer, by kind of payload.",
    ["kind"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0),
    registry=REGISTRY,
)
TURNED_AWAY = Counter(
    "clarion_requests_refused_total",
    "Requests that the gate refused before anything was read or changed, by HTTP code.",
    ["code"],
    registry=REGISTRY,
)
# ---------------------------------------------------------------- Slack

SLACK_CALLS = Counter(
    "clarion_slack_calls_total",
    "Calls to Slack's Web API: ok, refused, limited (429), unavailable, unknown (the reply was lost).",
    ["method", "result"],
    registry=REGISTRY,
)
SLACK_SECONDS = Histogram(
    "clarion_slack_call_seconds",
    "How long calls to Slack's Web API took.",
    buckets=(0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0),
    registry=REGISTRY,
)


@contextmanager
def slack_call(method: str) -> Iterator[None]:
    """Count one call, with what it came to. `method`: one of `bot.slack.methods`."""
    started, result = perf_counter(), "ok"
    try:
        yield
    except ChatRefused:
        result = "refused"
        raise
    except ChatUnavailable as fault:
        result = "unavailable" if fault.retry_after is None else "limited"
        raise
    except BaseException:
        result = "unknown"
        raise
    finally:
        SLACK_CALLS.labels(method, result).inc()
        SLACK_SECONDS.observe(perf_counter() - started)


# ---------------------------------------------------------------- Redis

REDIS_SECONDS = Histogram(
    "clarion_redis_trip_seconds",
    "Round trips to Redis, several commands at once among them; waits for jobs are left out.",
    buckets=(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.25, 1.0),
    registry=REGISTRY,
)
REDIS_FAILURES = Counter(
    "clarion_redis_failures_total",
    "Round trips to Redis that failed: not_sent (certainly not run), no_reply (perhaps run).",
    ["how"],
    registry=REGISTRY,
)

# ---------------------------------------------------------------- jobs and deliveries

ATTEMPTS = Counter(
    "clarion_delivery_attempts_total",
    "Intentions to deliver to one recipient that were written down.",
    ["outlet"],
    registry=REGISTRY,
)
RETRIES = Counter(
    "clarion_delivery_retries_total",
    "Attempts of which nothing left, so that they are made again.",
    ["outlet"],
    registry=REGISTRY,
)
DELIVERIES = Counter(
    "clarion_deliveries_total",
    "Recorded outcomes of deliveries to one recipient: delivered, refused, expired, unknown.",
    ["outlet", "outcome"],
    registry=REGISTRY,
)
SETTLED = Counter(
    "clarion_jobs_settled_total",
    "Jobs that a worker ended: done, later (another try), aside (kept for a person).",
    ["kind", "how"],
    registry=REGISTRY,
)
TAKEN_OVER = Counter(
    "clarion_jobs_taken_over_total",
    "Jobs taken from a worker that was silent for a lease: it crashed, hung, or was cut off.",
    ["lane"],
    registry=REGISTRY,
)
FAULTS = Counter(
    "clarion_job_faults_total",
    "Jobs that raised something unforeseen; each has a line job_failed in the log.",
    ["kind"],
    registry=REGISTRY,
)
