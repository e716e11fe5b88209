"""Another workspace on the same Redis: it has an incident and a delivery waiting before the history begins.

At the end all of it is there as it was, and nothing more: nothing crosses (I4).
"""

from typing import Any

from bot.domain.change import Change
from bot.domain.incident import Incident
from bot.domain.job import outlet_lane
from bot.domain.publishing import deliver_job
from bot.storage.keys import Keys
from bot.storage.store import Storage
from tests import builders
from tests.crash.direct import Direct

WORKSPACE = "T0NEIGHBOUR"
TITLE = "Nobody else's business"
_LANES = ("slack", "timers", outlet_lane("email"))


class Neighbours:
    """The other workspace."""

    def __init__(self, line: Direct) -> None:
        self._storage = Storage("", WORKSPACE, link=line.link())
        self._keys = Keys(WORKSPACE)
        self._ask: Any = line.ask
        self._were: list[str] = []

    async def move_in(self) -> None:
        """Have an incident, and a job that is due at once."""
        theirs = builders.incident(id="inc-theirs", workspace=WORKSPACE, title=TITLE)
        await self._storage.incidents.create("theirs", Change(theirs, jobs=(deliver_job(theirs.id, "upd1", "email"),)))
        self._were = await self._seen()

    async def changed(self) -> list[str]:
        """Say what is not as it was."""
        now = await self._seen()
        gone = [f"the other workspace no longer has {one}" for one in self._were if one not in now]
        return gone + [f"the other workspace has {one}" for one in now if one not in self._were]

    async def _seen(self) -> list[str]:
        found: list[Incident] = []
        while (one := await self._storage.incidents.find(len(found) + 1)) is not None:
            found.append(one)
        waiting = [f"{self._ask('XLEN', self._keys.lane(lane))} jobs in {lane}" for lane in _LANES]
        due = sorted(job.decode() for job in self._ask("HKEYS", self._keys.due_jobs))
        commits = f"commit number {self._ask('GET', self._keys.commits)}"
        return [*(f"{one.name} “{one.title}” at version {one.version}" for one in found), *waiting, *due, commits]
