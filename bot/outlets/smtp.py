"""E-mail through a mail server: one message to each recipient, so that nobody sees another's address.

SMTP has no idempotency key and cannot be searched: it refuses to send again by itself after a doubt.
"""

import asyncio
import ssl
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from urllib.parse import SplitResult, unquote

from aiosmtplib import SMTP

from bot.domain.update import OutletKind, Recipient, Rendition
from bot.outlets.address_list import read_addresses
from bot.outlets.base import PublicOutlet, checking, host_and_port, only_three_failures, parse_url
from bot.outlets.letter import addressed, letter_for, message_id, sender_from
from bot.outlets.mail_server import MailServer
from bot.ports import Limits, Receipt, Speaks

_PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}
_PARALLEL = 4


class Smtp(PublicOutlet):
    """Sends parts "subject", "text" and "html"."""

    name = "email"
    label = "E-mail"
    layout = "email"
    kind = OutletKind.BLIND
    speaks = Speaks.OWN
    envelope: tuple[str, ...] = ("From", "To", "Date", "Message-ID", "Auto-Submitted")
    limits = Limits(parts={"subject": 250, "text": 100_000, "html": 200_000}, parallel=_PARALLEL)

    def __init__(
        self,
        url: str,
        sender: str,
        recipients_file: Path,
        now: Callable[[], datetime],
        *,
        tls: ssl.SSLContext | None = None,
        connect_timeout: float = 20.0,
        reply_timeout: float = 30.0,
        body_timeout: float = 300.0,
    ) -> None:
        """`url`: smtp, smtps or smtp+starttls://[user:password@]host[:port]. Raises ValueError.

        `body_timeout` is how long the server may think about a message that it has: when it ends the outcome
        is unknown, so it is long (RFC 5321 asks for ten minutes).
        """
        split = _require_safe(parse_url(url, "the mail server's address"))
        self._sender, self._file, self._now = sender_from(sender), recipients_file, now
        self._known: tuple[tuple[int, int, int], tuple[Recipient, ...]] | None = None

        def client() -> SMTP:
            return SMTP(
                hostname=split.hostname,
                port=split.port or _PORTS[split.scheme],
                username=unquote(split.username) if split.username else None,
                password=unquote(split.password) if split.password else None,
                use_tls=split.scheme == "smtps",
                start_tls=split.scheme == "smtp+starttls",
                tls_context=tls,
                timeout=reply_timeout,
                # Else the network is asked for this host's name: practice asks it for nothing (failure model 35).
                local_hostname="localhost" if _is_this_host(split.hostname or "") else None,
            )

        self._server = MailServer(client, _PARALLEL, connect_timeout, body_timeout)
        self.destination = f"{split.scheme}://{host_and_port(split)} from {self._sender.address}"

    async def recipients(self) -> tuple[Recipient, ...]:
        """Return the addresses in the file, read again when it has changed."""
        return await asyncio.to_thread(self._recipients)

    async def deliver(self, rendition: Rendition, recipient: Recipient, key: str) -> Receipt:
        """Send one message to one recipient. The Message-ID is derived from the key."""
        with only_three_failures():
            self.require_fit(rendition, "subject", "text", "html")
            letter = letter_for(rendition)
            name = message_id(key, recipient.id, self._sender.domain)
            message = addressed(letter, self._sender, recipient.address, name, self._now())
            await self._server.send(self._sender.address, recipient.address, message)
            return Receipt(reference=name)

    async def check(self) -> str:
        """Connect, log in, say NOOP, and read the list; sends nothing."""
        with checking():
            count = len(await self.recipients())
            await self._server.greet()
            return f"The mail server answers, and the list holds {count:,} recipients; nothing was sent."

    async def aclose(self) -> None:
        """Close the connections."""
        await self._server.aclose()

    def _recipients(self) -> tuple[Recipient, ...]:
        try:
            state = self._file.stat()
            seen = (state.st_mtime_ns, state.st_size, state.st_ino)
        except OSError:
            return read_addresses(self._file)  # which says what is wrong
        if self._known is None or self._known[0] != seen:
            self._known = (seen, read_addresses(self._file))
        return self._known[1]


def _require_safe(split: SplitResult) -> SplitResult:
    if split.scheme not in _PORTS:
        raise ValueError("the mail server's address begins with smtps://, smtp+starttls:// or smtp://")
    if split.scheme == "smtp" and split.password and not _is_this_host(split.hostname or ""):
        raise ValueError("a password is not sent in clear: use smtps:// or smtp+starttls://")
    return split


def _is_this_host(host: str) -> bool:
    return host in ("localhost", "127.0.0.1", "::1")
