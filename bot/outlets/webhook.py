"""Webhooks as Standard Webhooks 1.0.0 says (https://www.standardwebhooks.com): signed, with an id that stays.

It refuses to follow redirects, to look inside the network, to send in clear, and to guess after a lost reply.
"""

import asyncio
import base64
import binascii
import hashlib
import hmac
import re
import socket
import ssl
from collections.abc import Awaitable, Callable
from datetime import datetime

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from bot.domain.update import OutletKind, Recipient, Rendition
from bot.outlets.base import (
    PublicOutlet,
    checking,
    fingerprint,
    host_and_port,
    only_three_failures,
    parse_url,
    retry_after,
)
from bot.outlets.public_address import NotPublic, resolve
from bot.ports import Limits, OutcomeUnknown, Receipt, Refused, Unavailable

_LEAST_SECRET = 24  # bytes, Standard Webhooks
_LATER = frozenset({408, 425, 429, 503})  # the server says that it did not take the request, and to come again
_INSIDE = "the webhook's address leads inside the network; give a public one"


class Webhook(PublicOutlet):
    """Posts the part "json", byte for byte, to one address."""

    layout = "webhook"
    kind = OutletKind.IDEMPOTENT
    envelope: tuple[str, ...] = ("webhook-timestamp", "webhook-signature")
    limits = Limits(parts={"json": 100_000})

    def __init__(
        self,
        url: str,
        secret: str,
        now: Callable[[], datetime],
        *,
        allow_private: bool = False,
        tls: ssl.SSLContext | None = None,
        connect_timeout: float = 10.0,
        reply_timeout: float = 30.0,
    ) -> None:
        """`allow_private` allows http and this very host: practice and tests only. Raises ValueError."""
        split = parse_url(url, "the webhook's address")
        if split.scheme not in (("http", "https") if allow_private else ("https",)):
            raise ValueError("the webhook's address must begin with https://")
        self._url, self._key = URL(url.strip()).with_fragment(None), _secret_bytes(secret)
        self._now, self._allow_loopback, self._tls = now, allow_private, tls
        self._connect_timeout, self._reply_timeout = connect_timeout, reply_timeout
        self._session: aiohttp.ClientSession | None = None
        self.name = f"webhook-{fingerprint(url.strip(), 8)}"
        self.label = f"Webhook {host_and_port(split)}"
        self.destination = f"{split.scheme}://{host_and_port(split)}/… {fingerprint(url.strip(), 12)}"

    async def recipients(self) -> tuple[Recipient, ...]:
        """Return the one address, without what is secret in it."""
        return (Recipient(id="endpoint", address=self.destination),)

    async def deliver(self, rendition: Rendition, recipient: Recipient, key: str) -> Receipt:
        """Post once. The key is the `webhook-id`, by which the receiver knows a repeated post."""
        with only_three_failures():
            (text,) = self.require_fit(rendition, "json")
            body = text.encode()
            return await self._post(body, self._headers(_webhook_id(key), body))

    async def check(self) -> str:
        """Resolve the host and connect, with TLS where the address has it; posts nothing."""
        with checking():
            host, port = self._url.host or "", self._url.port or 443
            try:
                async with asyncio.timeout(self._connect_timeout):
                    addresses = await self._resolve(host, port)
                    tls = (self._tls or ssl.create_default_context()) if self._url.scheme == "https" else None
                    _, writer = await asyncio.open_connection(
                        addresses[0][0], port, ssl=tls, server_hostname=host if tls else None
                    )
                    writer.close()
            except NotPublic:
                raise Refused(_INSIDE) from None
            except (OSError, UnicodeError) as fault:
                raise Unavailable(f"{self.label} cannot be reached ({type(fault).__name__})") from None
            return f"{self.label} can be reached; nothing was posted."

    async def aclose(self) -> None:
        """Close the session."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _headers(self, webhook_id: str, body: bytes) -> dict[str, str]:
        timestamp = str(int(self._now().timestamp()))
        signed = hmac.digest(self._key, f"{webhook_id}.{timestamp}.".encode() + body, hashlib.sha256)
        return {
            "Content-Type": "application/json",
            "User-Agent": "Clarion",
            "webhook-id": webhook_id,
            "webhook-timestamp": timestamp,
            "webhook-signature": f"v1,{base64.b64encode(signed).decode()}",
        }

    async def _post(self, body: bytes, headers: dict[str, str]) -> Receipt:
        try:
            if _is_literal(self._url.host or ""):  # aiohttp asks no resolver about these
                await self._resolve(self._url.host or "", self._url.port or 443)
            async with self._opened().post(self._url, data=body, headers=headers, allow_redirects=False) as reply:
                return self._judged(reply.status, reply.headers.get("Retry-After"))
        except (NotPublic, aiohttp.InvalidURL):
            raise Refused(_INSIDE) from None
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as fault:
            raise Unavailable(f"{self.label} cannot be reached ({type(fault).__name__})") from None
        except TimeoutError:
            raise OutcomeUnknown(f"{self.label} did not answer in time") from None
        except (aiohttp.ClientError, OSError):
            raise OutcomeUnknown(f"the connection to {self.label} was lost before it answered") from None

    def _judged(self, status: int, later: str | None) -> Receipt:
        if 200 <= status < 300:
            return Receipt(reference=f"HTTP {status}")
        if status in _LATER:
            raise Unavailable(f"{self.label} asks to come later (HTTP {status})", retry_after(later, self._now()))
        if status < 200:  # no final answer at all
            raise OutcomeUnknown(f"{self.label} answered what makes no sense to a post (HTTP {status})")
        if status >= 500:
            raise OutcomeUnknown(f"{self.label} failed while it had the message (HTTP {status})")
        if status == 410:
            raise Refused(f"{self.label} wants no more messages (HTTP 410)")
        if 300 <= status < 400:
            raise Refused(f"{self.label} redirects (HTTP {status}); give the final address")
        raise Refused(f"{self.label} said no (HTTP {status})")

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            # A fresh connection each time: the address is looked up and checked again, and a kept one that the
            # server had closed would leave an unknown outcome where nothing was sent.
            connector = aiohttp.TCPConnector(
                resolver=_CheckedResolver(self._resolve),
                use_dns_cache=False,
                force_close=True,
                ssl=self._tls or True,
            )
            whole = self._connect_timeout + self._reply_timeout
            self._session = aiohttp.ClientSession(
                connector=connector,
                timeout=aiohttp.ClientTimeout(total=whole, connect=self._connect_timeout),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                trust_env=False,
            )
        return self._session

    async def _resolve(self, host: str, port: int) -> list[tuple[str, int]]:
        public = self._url.scheme == "https"  # in clear to this very host only
        return await resolve(host, port, loopback=self._allow_loopback, public=public)


class _CheckedResolver(AbstractResolver):
    """Gives aiohttp the addresses that were checked, and no others to connect to."""

    def __init__(self, look_up: Callable[[str, int], Awaitable[list[tuple[str, int]]]]) -> None:
        self._look_up = look_up

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        return [
            ResolveResult(
                hostname=host, host=address, port=port, family=kind, proto=0, flags=int(socket.AI_NUMERICHOST)
            )
            for address, kind in await self._look_up(host, port)
        ]

    async def close(self) -> None:
        """Nothing is kept open."""


def _is_literal(host: str) -> bool:
    return ":" in host or host.replace(".", "").isdigit()  # as aiohttp decides it


def _secret_bytes(secret: str) -> bytes:
    """Decode `whsec_<base64>`; raises ValueError that never quotes it."""
    try:
        key = base64.b64decode(secret.strip().removeprefix("whsec_"), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not secret.strip().startswith("whsec_") or len(key) < _LEAST_SECRET:
        raise ValueError(f"a webhook secret is whsec_ and at least {_LEAST_SECRET} bytes in base64")
    return key


def _webhook_id(key: str) -> str:
    # The specification: no full stop in an id, as it separates what is signed.
    return key if re.fullmatch(r"[A-Za-z0-9_:-]{1,128}", key) else fingerprint(key, 64)
