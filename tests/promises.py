"""Promises in seconds, on a machine that is shared: they hold for time in which this process could run.

A run of the tests has more processes than cores. What the failure model promises is judged exactly on a quiet
machine, and by as much more as a busy one makes everything slower.
"""

import time

# CPU time that is spent to find out, in seconds: some turns of the scheduler.
SAMPLE_SECONDS = 0.03
# A machine that is ten times too slow tells nothing about a promise; then the test should fail and say so.
SLOWEST = 10.0


def stretched(seconds: float) -> float:
    """Return how long `seconds` take at this moment: more where others have the cores."""
    began, worked = time.perf_counter(), time.process_time()
    while time.process_time() - worked < SAMPLE_SECONDS:
        pass
    return seconds * min(SLOWEST, max(1.0, (time.perf_counter() - began) / SAMPLE_SECONDS))
