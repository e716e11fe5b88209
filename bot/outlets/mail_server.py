"""Conversations with one mail server: kept open, used by one delivery at a time, opened again when lost.

The line between "nothing left" and "it may have arrived" is drawn here: it is the first byte of the message.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import aiosmtplib
from aiosmtplib import SMTP, SMTPException, SMTPResponseException

from bot.ports import OutcomeUnknown, Refused, Unavailable

_LINE_START_DOT = re.compile(rb"(?m)^\.")
# Replies about us rather than about the recipient or the text: log in first, login wrong, TLS first.
_ABOUT_US = frozenset({530, 534, 535, 538})


class MailServer:
    """Up to `most` connections to one server."""

    def __init__(self, connect: Callable[[], SMTP], most: int, connect_timeout: float, body_timeout: float) -> None:
        """`connect` makes a client that is not connected yet, with its time-out for single commands."""
        self._make, self._connect_timeout, self._body_timeout = connect, connect_timeout, body_timeout
        self._idle: list[SMTP] = []
        self._slots = asyncio.Semaphore(most)

    async def send(self, sender: str, recipient: str, message: bytes) -> str:
        """Hand one message over and return the server's code. Raises Refused, Unavailable, OutcomeUnknown."""
        async with self._conversation() as talk:
            client = await self._announced(talk, sender, recipient)
            code = await _hand_over(client, message, self._body_timeout)
            if code >= 500:
                raise Refused(f"the mail server refused the message ({code})")
            if code >= 400:
                raise Unavailable(f"the mail server did not take the message this time ({code})")
            if not 200 <= code < 300:
                raise OutcomeUnknown("the mail server's answer to the message made no sense")
            return str(code)

    async def greet(self) -> None:
        """Connect, log in and ask for nothing. Raises Unavailable."""
        async with self._conversation() as talk:
            client = await self._opened(talk)
            try:
                await client.noop()
            except Exception as fault:
                raise Unavailable(f"the mail server cannot be used ({_why(fault)})") from None

    async def aclose(self) -> None:
        """Say goodbye on every idle connection."""
        while self._idle:
            client = self._idle.pop()
            with suppress(Exception):
                await client.quit(timeout=2)
            client.close()

    @asynccontextmanager
    async def _conversation(self) -> AsyncIterator["_Talk"]:
        async with self._slots:
            talk = _Talk()
            try:
                yield talk
            except (Refused, Unavailable):
                await self._keep(talk, reset=True)
                raise
            except BaseException:  # cancelled in the middle, or nobody knows what the server thinks now
                talk.drop()
                raise
            await self._keep(talk, reset=False)

    async def _keep(self, talk: "_Talk", *, reset: bool) -> None:
        client = talk.client
        if client is None or not client.is_connected:
            return
        try:
            if reset:
                await client.rset()
        except Exception:
            talk.drop()
        except BaseException:
            talk.drop()
            raise
        else:
            self._idle.append(client)

    async def _opened(self, talk: "_Talk") -> SMTP:
        client = talk.client = self._make()
        try:
            async with asyncio.timeout(self._connect_timeout):
                await client.connect()
                await client.ehlo()
        except Exception as fault:
            talk.drop()
            raise Unavailable(f"the mail server cannot be used ({_why(fault)})") from None
        return client

    async def _announced(self, talk: "_Talk", sender: str, recipient: str) -> SMTP:
        """Return a client that waits for the message. An idle connection that has died is replaced."""
        while self._idle:
            client = talk.client = self._idle.pop()
            try:
                if not client.is_connected:
                    continue
                await _mail_from(client, sender, recipient)
            except Refused:
                raise
            except Exception:
                talk.drop()
                continue
            return await _announce(client, recipient)
        client = await self._opened(talk)
        try:
            await _mail_from(client, sender, recipient)
        except SMTPException as fault:
            raise _before_the_message(fault) from None
        return await _announce(client, recipient)


class _Talk:
    """The connection that one delivery holds, if it holds one."""

    client: SMTP | None = None

    def drop(self) -> None:
        if self.client is not None:
            self.client.close()
            self.client = None


async def _mail_from(client: SMTP, sender: str, recipient: str) -> None:
    if recipient.isascii():
        await client.mail(sender)
    elif client.supports_extension("smtputf8"):
        await client.mail(sender, options=["SMTPUTF8"])
    else:
        raise Refused("the mail server takes no addresses with letters beyond ASCII")


async def _announce(client: SMTP, recipient: str) -> SMTP:
    try:
        await client.rcpt(recipient, encoding="utf-8")
        reply = await client.execute_command(b"DATA")
        if reply.code != 354:
            raise SMTPResponseException(reply.code, "")
    except Exception as fault:
        raise _before_the_message(fault) from None
    return client


async def _hand_over(client: SMTP, message: bytes, patience: float) -> int:
    """Write the message and return the code of the reply. From the first byte on, a fault is unknown."""
    # aiosmtplib's own `data` gives one exception for a loss before and after the message: so in two steps.
    protocol = client.protocol
    if protocol is None:
        raise Unavailable("the connection to the mail server was lost before the message")
    ended = message if message.endswith(b"\r\n") else message + b"\r\n"
    try:
        protocol.write(_LINE_START_DOT.sub(b"..", ended) + b".\r\n")
        reply = await protocol.read_response(timeout=patience)
    except TimeoutError:
        raise OutcomeUnknown("the mail server did not say in time whether it took the message") from None
    except Exception:
        raise OutcomeUnknown("the connection was lost before the mail server said whether it took it") from None
    return reply.code


def _before_the_message(fault: Exception) -> Refused | Unavailable:
    """Turn a fault from before the message into a failure: whatever it was, nothing left."""
    code = fault.code if isinstance(fault, SMTPResponseException) else 0
    if code >= 500 and code not in _ABOUT_US:
        if isinstance(fault, aiosmtplib.SMTPSenderRefused):
            return Refused(f"the mail server does not take mail from our sender ({code})")
        return Refused(f"the mail server refused this recipient or message ({code})")
    return Unavailable(f"the mail server took nothing ({_why(fault)})")


def _why(fault: Exception) -> str:
    """Say what went wrong in our words: the server's may hold an address or what we logged in with."""
    if isinstance(fault, aiosmtplib.SMTPAuthenticationError):
        return f"it did not accept our login, {fault.code}"
    if isinstance(fault, SMTPResponseException):
        return f"it answered {fault.code}"
    if isinstance(fault, TimeoutError):
        return "it did not answer in time"
    return "it could not be reached" if isinstance(fault, OSError) else type(fault).__name__
