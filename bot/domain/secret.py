"""Personal secrets: how somebody proves on a command line who they are, and how guessing is made hopeless.

A secret is made by Clarion, never chosen, so that its hash is worth nothing to a thief. Every try counts as wrong
until it has been shown to be right: a thousand at once are one. It refuses to say how close a wrong one came.
"""

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.refusals import Refusal

# Crockford's alphabet in lower case: no letter that looks like a digit. 20 of them are 100 bits.
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
LENGTH = 20
_GROUP = 5
_READ_AS = str.maketrans({"o": "0", "i": "1", "l": "1"})
# scrypt as RFC 7914 has it for interactive use: 16 MB and about 40 ms a try.
_COST, _BLOCK, _LANES, _MEMORY = 2**14, 8, 1, 64 * 1024 * 1024
# After each of the first wrong tries a pause, twice as long each time; then locked, longer each time.
FIRST_PAUSE = timedelta(seconds=2)
MOST_WRONG = 5
FIRST_LOCK = timedelta(minutes=15)
LONGEST_LOCK = timedelta(hours=4)


class UseKind(StrEnum):
    """What was done with a secret."""

    MADE = "made"
    REVOKED = "revoked"
    RIGHT = "right"
    WRONG = "wrong"
    LOCKED = "locked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment:
    """What is kept of a secret: its scrypt hash under a salt of its own, both hex. `operation`: the act it came of."""

    user_id: str
    salt: str
    hashed: str
    operation: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Tries:
    """How often in a row a secret was wrong, and until when (UTC) no other is looked at."""

    wrong: int = 0
    until: datetime | None = None

    @property
    def locked(self) -> bool:
        """Whether the pause is a lock."""
        return self.wrong >= MOST_WRONG


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """One thing that was done with a secret: when, what for, and on which machine, by which of its users."""

    at: datetime
    kind: UseKind
    doing: str = ""
    machine: str = ""


def spelled(raw: str) -> str:
    """Return a secret as it is shown: in groups of five, with dashes."""
    return "-".join(raw[start : start + _GROUP] for start in range(0, len(raw), _GROUP))


def enrolled(user_id: str, secret: str, salt: bytes, operation: str, now: datetime) -> Enrolment:
    """Return what is kept of a secret. Takes some 40 ms, on purpose."""
    return Enrolment(user_id=user_id, salt=salt.hex(), hashed=_hashed(secret, salt), operation=operation, at=now)


def matches(kept: Enrolment, typed: str) -> bool:
    """Say whether what was typed is the secret, in the same time whatever it is."""
    return hmac.compare_digest(_hashed(typed, bytes.fromhex(kept.salt)), kept.hashed)


def attempted(tries: Tries, now: datetime) -> Tries:
    """Return the tries with one more, counted as wrong until it proves right. Raises Refusal while it is too soon."""
    if tries.until is not None and now < tries.until:
        wait = tries.until - now
        if tries.locked:
            raise Refusal(
                "secret_locked",
                f"Too many wrong secrets: locked for another {_minutes(wait)} min. If Slack works, a new secret from "
                "`/incident secret` opens it at once; else ask another approver.",
            )
        # A try counts as wrong until it proves right, so a second terminal comes too soon although nobody was wrong.
        raise Refusal(
            "secret_slowed",
            f"A secret of this person was wrong just now, or is being checked for another command, so nothing was "
            f"done. Wait {_seconds(wait)} s and try again.",
        )
    wrong = tries.wrong + 1
    if wrong < MOST_WRONG:
        return Tries(wrong=wrong, until=now + FIRST_PAUSE * 2 ** (wrong - 1))
    lock = min(FIRST_LOCK * 2 ** min(wrong - MOST_WRONG, 10), LONGEST_LOCK)
    return Tries(wrong=wrong, until=now + lock)


def wrong_secret(tries: Tries, now: datetime) -> Refusal:
    """Return what is said of a wrong secret, the try included."""
    wait = (tries.until or now) - now
    pause = f"locked for {_minutes(wait)} min" if tries.locked else f"the next try is taken in {_seconds(wait)} s"
    return Refusal(
        "wrong_secret", f"That is not the secret, so nothing was done; {pause}. Its owner is told of this in Slack."
    )


def _hashed(secret: str, salt: bytes) -> str:
    plain = re.sub(r"[\s\-]", "", secret).lower().translate(_READ_AS)
    # Lone surrogates can come from a terminal.
    raw = plain.encode("utf-8", "surrogatepass")
    return hashlib.scrypt(raw, salt=salt, n=_COST, r=_BLOCK, p=_LANES, maxmem=_MEMORY, dklen=32).hex()


def _seconds(wait: timedelta) -> int:
    return max(-int(-wait.total_seconds() // 1), 1)


def _minutes(wait: timedelta) -> int:
    return max(-int(-wait.total_seconds() // 60), 1)
