"""What a given Redis would lose: an honest look at a server before Clarion trusts it with approvals.

Every finding says what could happen to a customer message and how to mend it. This room changes nothing on
the server, and never quotes its address: that may carry a password.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from urllib.parse import parse_qs, urlsplit

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import AuthenticationError, NoPermissionError, RedisError, ResponseError

# As in bot/drift.py, which looks once a minute.
APART_SECONDS = 10.0
_CONFIG = ("appendonly", "appendfsync", "maxmemory", "maxmemory-policy", "min-replicas-to-write")
_NEWER = "Use Redis 7.0 or newer, or Valkey."
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


class Level(StrEnum):
    """How bad it is. `BROKEN`: Clarion must not run on it. `LOSES`: it works, and can lose what it acknowledged."""

    GOOD = "good"
    LOSES = "loses"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing about the server. `mend` is empty where nothing needs mending."""

    level: Level
    sentence: str
    mend: str = ""


async def inspect(url: str, within: float = 3.0, now: Callable[[], datetime] | None = None) -> tuple[Finding, ...]:
    """Look at the server at `url` and say what it would lose. Never raises: an unreachable server is a finding.

    With `now`, this machine's clock is compared with the server's.
    """
    try:
        redis = Redis.from_url(
            url,
            decode_responses=True,
            socket_timeout=within,
            socket_connect_timeout=within,
            retry=Retry(NoBackoff(), 0),  # one answer is enough; the default of 10 tries takes seconds
        )
    except ValueError:
        return (Finding(Level.BROKEN, "The address of Redis cannot be understood.", "See REDIS_URL in the README."),)
    try:
        info = await redis.info("everything")
        config = await _config(redis)
    except (RedisError, OSError, TimeoutError) as error:
        # redis-py wraps a refused login in a plain ConnectionError
        if any(isinstance(one, AuthenticationError | NoPermissionError) for one in (error, error.__cause__)):
            return (Finding(Level.BROKEN, "Redis refuses this user or password.", "Mend the login in REDIS_URL."),)
        if isinstance(error, ResponseError):  # what older servers say to a greeting they do not know
            return (Finding(Level.BROKEN, "It answers, but not as Redis 7.0 or Valkey does.", _NEWER),)
        kind = type(error).__name__
        return (Finding(Level.BROKEN, f"Redis does not answer ({kind}).", "Start it, or mend REDIS_URL."),)
    finally:
        await redis.aclose()
    return (*judge(url, info, config), *(_clocks(info, now()) if now else ()))


def judge(url: str, info: Mapping[str, Any], config: Mapping[str, str] | None) -> tuple[Finding, ...]:
    """Judge what a server says of itself; `config` is None where it hides its settings, as hosted ones do."""
    return (
        _version(info),
        *_persistence(info, config),
        _eviction(info),
        _memory(info),
        *_replicas(info, config),
        *_door(url),
    )


def _clocks(info: Mapping[str, Any], here: datetime) -> tuple[Finding, ...]:
    there = int(info.get("server_time_usec", 0)) / 1e6
    ahead = here.timestamp() - there
    if not there or abs(ahead) < APART_SECONDS:
        return ()
    how = "ahead of" if ahead > 0 else "behind"
    return (
        Finding(
            Level.LOSES,
            f"This machine's clock is {abs(ahead):,.0f} s {how} that of Redis: promises are kept by this one, and "
            "Slack's requests are refused if it is more than 5 min off.",
            "Keep both clocks by NTP.",
        ),
    )


async def _config(redis: Redis) -> Mapping[str, str] | None:
    try:
        found = await redis.config_get(*_CONFIG)
    except (ResponseError, NoPermissionError):
        return None
    return {str(name): str(value) for name, value in found.items()}


def _version(info: Mapping[str, Any]) -> Finding:
    name = "Valkey" if "valkey_version" in info else "Redis"
    version = str(info.get("valkey_version") or info.get("redis_version", "0"))
    compatible = str(info.get("redis_version", "0"))  # Valkey says 7.2.4 here, which is what matters for scripts
    major = int(compatible.split(".")[0]) if compatible.split(".")[0].isdecimal() else 0
    if major < 7:
        return Finding(
            Level.BROKEN,
            f"{name} {version} is too old: once memory is full it cannot record what was already sent.",
            _NEWER,
        )
    return Finding(Level.GOOD, f"{name} {version}.")


def _persistence(info: Mapping[str, Any], config: Mapping[str, str] | None) -> tuple[Finding, ...]:
    if not int(info.get("aof_enabled", 0)):
        return (
            Finding(
                Level.LOSES,
                "It keeps no append-only file: a restart loses every incident and approval since its last snapshot, "
                "or all of them.",
                "CONFIG SET appendonly yes, and the same in its configuration file.",
            ),
        )
    if config is None:
        return (
            Finding(
                Level.LOSES,
                "It keeps an append-only file but does not say how often that reaches the disk.",
                "Ask its operator for appendfsync always.",
            ),
        )
    rhythm = config.get("appendfsync", "")
    if rhythm != "always":
        lost = "about the last second" if rhythm == "everysec" else "up to half a minute"
        return (
            Finding(
                Level.LOSES,
                f"appendfsync is {rhythm}: a power loss can lose {lost} of work that was acknowledged, and an update "
                "whose record is lost may be delivered twice.",
                "CONFIG SET appendfsync always, and the same in its configuration file.",
            ),
        )
    return (Finding(Level.GOOD, "Everything acknowledged is on disk (appendonly yes, appendfsync always)."),)


def _eviction(info: Mapping[str, Any]) -> Finding:
    policy = str(info.get("maxmemory_policy", "unknown"))
    if policy != "noeviction":
        return Finding(
            Level.LOSES,
            f"maxmemory-policy is {policy}: when memory is full it throws data away, incidents included.",
            "CONFIG SET maxmemory-policy noeviction, and do not share this server with a cache.",
        )
    return Finding(Level.GOOD, "It evicts nothing (noeviction).")


def _memory(info: Mapping[str, Any]) -> Finding:
    limit, used = int(info.get("maxmemory", 0)), int(info.get("used_memory", 0))
    if not limit:
        return Finding(
            Level.GOOD,
            "maxmemory is not set: new drafts are never refused early, so watch the memory of the machine.",
        )
    share = round(100 * used / limit)
    # New work is refused at 90 % of maxmemory (failure model, Redis).
    level = Level.BROKEN if share >= 90 else Level.LOSES if share >= 75 else Level.GOOD
    mend = "Raise maxmemory, or remove what else is kept there." if share >= 75 else ""
    return Finding(level, f"{share} % of maxmemory is used; new work is refused at 90 %.", mend)


def _replicas(info: Mapping[str, Any], config: Mapping[str, str] | None) -> tuple[Finding, ...]:
    if info.get("role") not in (None, "master"):
        return (Finding(Level.BROKEN, "It is a replica and takes no writes.", "Give REDIS_URL the primary."),)
    replicas = int(info.get("connected_slaves", 0))
    if not replicas:
        return (Finding(Level.GOOD, "It has no replica: if its disk dies, so does what it knows."),)
    if config is None or not int(config.get("min-replicas-to-write", 0)):
        return (
            Finding(
                Level.LOSES,
                f"It has {replicas} replica(s) and does not wait for any: a failover can lose the last approvals.",
                "CONFIG SET min-replicas-to-write 1 narrows this; after a failover check what is published.",
            ),
        )
    return (Finding(Level.GOOD, f"It has {replicas} replica(s) and stops taking writes when they are gone."),)


def _door(url: str) -> tuple[Finding, ...]:
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return (Finding(Level.GOOD, "It is reached through a socket file on this machine."),)
    away = parts.hostname not in _LOCAL
    found = []
    if away and parts.scheme != "rediss":
        found.append(
            Finding(Level.LOSES, "The connection is not encrypted: anybody on the way can read it.", "Use rediss://.")
        )
    if away and parts.scheme == "rediss" and parse_qs(parts.query).get("ssl_cert_reqs", [""])[0] in ("none", "NONE"):
        found.append(
            Finding(Level.LOSES, "The certificate of Redis is not checked.", "Remove ssl_cert_reqs from REDIS_URL.")
        )
    if not parts.password:
        found.append(
            Finding(
                Level.LOSES if away else Level.GOOD,
                "It asks for no password: whoever reaches it can approve and publish."
                if away
                else "It asks for no password, and is reached on this machine only.",
                "Set requirepass or an ACL user, and put the login into REDIS_URL." if away else "",
            )
        )
    how = "is encrypted" if parts.scheme == "rediss" else "stays on this machine"
    return tuple(found) or (Finding(Level.GOOD, f"The connection {how} and asks for a password."),)
