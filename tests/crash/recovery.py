"""How long a killed worker costs: from SIGKILL in the middle of a delivery until another worker has delivered.

The other one runs already, as in production; it may take the job when the lease ends.
"""

import time

from tests.stories.night import Night

# Short enough to be measured in seconds; what counts is what comes on top of it.
LEASE = 3.0
TARGET = 5.0


async def worker_killed() -> float:
    """Return the seconds between SIGKILL and the delivery by the other worker, the lease not counted."""
    async with Night(processes=True, lease=LEASE, outlets=("webhook",)).begin() as night:
        await night.declare()
        await night.draft()
        night.hook.mode = "hang"
        await night.approve()
        await night.until(lambda: night.hook.asked == 1)
        await night.apart.start_worker(name="worker2")
        await night.until(lambda: "worker_ready" in night.apart.log("worker2"), say="the other worker is there")
        night.hook.mode = "take"
        began = time.monotonic()
        await night.apart.kill("worker")
        await night.until(lambda: night.hook.kept, say="delivered by the other worker")
        taken = time.monotonic() - began
        await night.published()
        return taken - LEASE
