"""What all outlets share: checks made before any I/O, spelling of destinations, and the three failures.

It holds no state and decides nothing about retries; an outlet that needs more than this keeps it to itself.
"""

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import SplitResult, urlsplit

from bot.domain.update import OutletKind, Recipient, Rendition
from bot.ports import Limits, OutcomeUnknown, Refused, Speaks, Unavailable


class PublicOutlet:
    """The attributes of every outlet, a repr without secrets, and the answers most outlets share."""

    name: str
    label: str
    layout: str
    kind: OutletKind
    destination: str
    envelope: tuple[str, ...] = ()
    limits: Limits
    rehearsal: bool = False
    speaks: Speaks = Speaks.BASE

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name!r} to {self.destination!r}>"

    async def find(self, rendition: Rendition, recipient: Recipient, key: str) -> bool:
        """Refuse to guess: this outlet cannot be searched."""
        raise Unavailable(f"{self.label} cannot be searched")

    async def aclose(self) -> None:
        """Nothing is kept open."""

    def require_fit(self, rendition: Rendition, *names: str) -> tuple[str, ...]:
        """Return the named parts, or raise Refused: of another outlet, missing, unencodable or too long.

        Nothing is ever shortened. Called before any I/O.
        """
        if rendition.outlet != self.name:
            raise Refused(f"this text was approved for another outlet ({rendition.outlet}), not for {self.name}")
        return tuple(self._part(rendition, name) for name in names)

    def _part(self, rendition: Rendition, name: str) -> str:
        try:
            text = rendition.part(name)
        except KeyError:
            raise Refused(f"the text for {self.label} has no part called {name}") from None
        longest = self.limits.parts[name]
        if len(text) > longest:
            raise Refused(f"the {name} is {len(text):,} characters; {self.label} takes at most {longest:,}")
        try:
            text.encode()
        except UnicodeEncodeError:
            raise Refused(f"the {name} holds a character that cannot be encoded") from None
        return text


@contextmanager
def only_three_failures() -> Iterator[None]:
    """Let nothing but the three failures out. A fault of ours says nothing about the send: outcome unknown.

    Only the kind of fault is told: its message may hold a secret, an address or the customer's text.
    """
    try:
        yield
    except (Refused, Unavailable, OutcomeUnknown):
        raise
    except Exception as fault:
        raise OutcomeUnknown(f"an unexpected fault inside Clarion ({type(fault).__name__})") from None


@contextmanager
def checking() -> Iterator[None]:
    """Let nothing but Refused and Unavailable out of a `check`: it sent nothing, whatever went wrong."""
    try:
        with only_three_failures():
            yield
    except OutcomeUnknown as fault:
        raise Unavailable(str(fault)) from None


def fingerprint(text: str, length: int) -> str:
    """Return the first hex digits of the SHA-256 of `text`: tells secrets apart without showing them."""
    return hashlib.sha256(text.encode()).hexdigest()[:length]


def parse_url(url: str, what: str) -> SplitResult:
    """Return `url` split, with a host and a sane port; raises ValueError that never quotes it."""
    try:
        split = urlsplit(url.strip())
        port = split.port
    except ValueError:
        raise ValueError(f"{what} is not a valid address") from None
    if not split.hostname or port == 0 or re.search(r"[\s\x00-\x1f\x7f]", url.strip()):
        raise ValueError(f"{what} is not a valid address")
    return split


def host_and_port(split: SplitResult) -> str:
    """Return the host, with the port where one is given, as they are shown to people."""
    host = (split.hostname or "").lower()
    shown = f"[{host}]" if ":" in host else host
    return f"{shown}:{split.port}" if split.port else shown


def retry_after(header: str | None, now: datetime) -> float | None:
    """Read a Retry-After header: seconds or an HTTP date; None if it is missing or makes no sense."""
    text = (header or "").strip()
    if re.fullmatch(r"[0-9]{1,9}", text):
        return float(text)
    try:
        when = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    aware = when if when.tzinfo else when.replace(tzinfo=UTC)
    return max(0.0, (aware - now).total_seconds())
