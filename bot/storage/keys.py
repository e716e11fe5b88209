"""Every Redis key, spelled once.

All keys of a workspace carry one hash tag, so that a script that touches several of them stays in one slot of
a cluster. It refuses to know what is stored under a key: that is the table in `README.md`.
"""

import zlib

# Raised when a key changes its meaning or type; code of another layout then finds nothing instead of nonsense.
LAYOUT = 1
# One consumer group a lane: "a kind of work" is the lane itself.
GROUP = "workers"


class Keys:
    """Names of the keys of one workspace. `partitions` is how many hash tags all workspaces share."""

    def __init__(self, workspace: str, partitions: int = 1) -> None:
        # crc32 is the same on every machine and run, as Python's hash() is not.
        partition = zlib.crc32(workspace.encode()) % partitions
        self._prefix = f"clarion:{LAYOUT}:{{p{partition}}}:{workspace}"
        self.open = f"{self._prefix}:open"
        self.numbers = f"{self._prefix}:numbers"
        self.channels = f"{self._prefix}:channels"
        self.last_number = f"{self._prefix}:last-number"
        self.operations = f"{self._prefix}:operations"
        self.operation_times = f"{self._prefix}:operation-times"
        self.commits = f"{self._prefix}:commits"
        self.due = f"{self._prefix}:due"
        self.due_jobs = f"{self._prefix}:due-jobs"
        self.aside = f"{self._prefix}:aside"
        self.people = f"{self._prefix}:people"
        self.secrets = f"{self._prefix}:secrets"
        self.secret_tries = f"{self._prefix}:secret-tries"
        self.onlookers = f"{self._prefix}:onlookers"
        self.following = f"{self._prefix}:following"
        self.standstill = f"{self._prefix}:standstill"
        self.crowd = f"{self._prefix}:crowd"

    def incident(self, incident_id: str) -> str:
        """Return the key of an incident's document."""
        return f"{self._prefix}:incident:{incident_id}"

    def timeline(self, incident_id: str) -> str:
        """Return the key of an incident's timeline."""
        return f"{self._prefix}:timeline:{incident_id}"

    def blob(self, sha256: str) -> str:
        """Return the key of stored bytes."""
        return f"{self._prefix}:blob:{sha256}"

    def lane(self, lane: str) -> str:
        """Return the key of a lane's stream."""
        return f"{self._prefix}:lane:{lane}"

    def attempts(self, update_id: str, outlet: str) -> str:
        """Return the key of the ledger of one update at one outlet."""
        return f"{self._prefix}:attempts:{update_id}:{outlet}"

    def secret_uses(self, user_id: str) -> str:
        """Return the key of what was done with one person's secret."""
        return f"{self._prefix}:secret-uses:{user_id}"
