"""The storage of one workspace, put together. Nothing is decided here, and nothing connects before it is used."""

from collections.abc import Callable
from datetime import datetime

from bot.ports import Clock, Watermark
from bot.storage.attempts import RedisAttempts
from bot.storage.commits import Commits
from bot.storage.connection import Link
from bot.storage.headroom import Headroom
from bot.storage.incidents import RedisIncidents
from bot.storage.jobs import LEASE_SECONDS, RedisJobs
from bot.storage.keys import Keys
from bot.storage.overview import RedisOverview
from bot.storage.patience import IN_TIME, Patience
from bot.storage.people import RedisPeople
from bot.storage.secrets import RedisSecrets
from bot.storage.standstill import OwnWatermark, RedisStandstills
from bot.storage.subscriptions import RedisSubscriptions


class Storage:
    """What is remembered of one workspace, in the Redis at `url` (redis://, rediss:// or unix://).

    Args:
        url: where Redis is; may carry a password, and is therefore not kept.
        workspace: Slack's id of the workspace.
        lease: seconds after which the job of a silent worker is taken by another.
        partitions: how many hash tags the workspaces of a cluster are spread over; never change it later.
        link: a ready link instead of `url`, for tests.
        patience: how long Redis is waited for; a `link` has its own.
        watermark: the highest commit number that this machine has seen; else this process alone remembers.
        clock: says since when there is a standstill.
    """

    def __init__(
        self,
        url: str,
        workspace: str,
        lease: float = LEASE_SECONDS,
        patience: Patience = IN_TIME,
        *,
        partitions: int = 1,
        link: Link | None = None,
        watermark: Watermark | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._link = link or Link.to(url, patience)
        self._keys = Keys(workspace, partitions)
        seen = watermark or OwnWatermark()
        self._commits = Commits(self._link, self._keys, seen)
        self.incidents = RedisIncidents(self._link, self._keys, self._commits, Headroom(self._link))
        self.jobs = RedisJobs(self._link, self._keys, lease)
        self.overview = RedisOverview(self._link, self._keys, lease, self.jobs.lanes)
        self.attempts = RedisAttempts(self._link, self._keys, seen)
        self.people = RedisPeople(self._link, self._keys)
        self.secrets = RedisSecrets(self._link, self._keys)
        self.standstills = RedisStandstills(self._link, self._keys, seen, clock)
        self.subscriptions = RedisSubscriptions(self._link, self._keys)

    async def ping(self) -> None:
        """Return when Redis answers, and set the clock by it. Raises StorageDown."""
        await self._link.now()

    async def drift(self, now: Callable[[], datetime]) -> float:
        """Return by how many seconds `now` is ahead of Redis' clock. Raises StorageDown."""
        theirs = await self._link.now()
        return now().timestamp() - theirs / 1e6

    async def commit_number(self) -> int:
        """Return the number of the newest commit; it only grows, unless Redis lost data. Raises StorageDown."""
        return int(await self._link.ask("GET", self._keys.commits) or 0)

    async def has(self, operation: str) -> bool:
        """Say whether Redis knows a committed operation of the last 30 days. Raises StorageDown."""
        return bool(await self._link.ask("HEXISTS", self._keys.operations, operation))

    @property
    def highest_commit(self) -> int:
        """The highest commit number that this process itself was told, 0 if none."""
        return self._commits.highest

    async def aclose(self) -> None:
        """Let all connections go."""
        await self._link.aclose()
