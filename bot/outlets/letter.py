"""Letters: the exact bytes of one e-mail, and the proof that they say what was approved.

It refuses a text that a mail cannot carry unchanged, and any character that could begin a header of its own.
"""

import base64
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, default
from email.utils import format_datetime
from functools import lru_cache

from email_validator import EmailNotValidError

from bot.domain.update import Rendition
from bot.outlets.address_list import normalised
from bot.outlets.base import fingerprint
from bot.ports import Refused

_UNSAFE = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")
_UNSAFE_IN_ADDRESS = re.compile(r"[\x00-\x20\x7f-\xa0<>,;:\"\\()\[\]\u2028\u2029]")
# An encoded word is at most 75 characters (RFC 2047): 45 bytes in base64 and its frame make 72.
_ENCODED_WORD_BYTES = 45
_LONGEST_PLAIN_SUBJECT = 60


@dataclass(frozen=True, slots=True)
class Sender:
    """Who the mail is from: the address on the wire, the header that shows it, and its domain."""

    address: str
    header: str
    domain: str


@dataclass(frozen=True, slots=True)
class Letter:
    """What every recipient gets alike: the subject's header and the body with its own headers."""

    subject: bytes
    body: bytes


def sender_from(text: str) -> Sender:
    """Read "Name <address>" or an address; raises ValueError."""
    before, bracket, after = text.strip().rpartition("<")
    shown, address = before.strip().strip('"'), after.removesuffix(">") if bracket else after
    try:
        wire = normalised(address)[1]
        header = str(Address(display_name=shown, addr_spec=wire))
    except (EmailNotValidError, ValueError, IndexError):
        raise ValueError("the sender of e-mails is not an address such as Status <status@example.com>") from None
    if _UNSAFE.search(text) or not wire.isascii():
        raise ValueError("the sender of e-mails holds characters that mail servers do not take")
    if not header.isascii():
        header = f"{_encoded_words(shown)} <{wire}>"
    return Sender(address=wire, header=header, domain=wire.rpartition("@")[2])


@lru_cache(maxsize=16)
def letter_for(rendition: Rendition) -> Letter:
    """Return the letter of a rendition, checked by reading it back. Raises Refused."""
    subject, text, html = (rendition.part(name) for name in ("subject", "text", "html"))
    if _UNSAFE.search(subject) or not subject.strip():
        raise Refused("the subject is empty, or holds a line break or another control character")
    message = EmailMessage(policy=SMTP.clone(cte_type="7bit"))
    message.set_content(text, charset="utf-8")
    message.add_alternative(html, subtype="html", charset="utf-8")
    message.set_boundary(f"=_{rendition.sha256[:40]}")
    letter = Letter(subject=f"Subject: {_encoded(subject)}\r\n".encode(), body=message.as_bytes())
    if _read_back(letter) != (subject, _ended(text), _ended(html)):
        raise Refused("an e-mail cannot carry this text without changing it")
    return letter


def message_id(key: str, recipient_id: str, domain: str) -> str:
    """Return the Message-ID: the same for the same key and recipient, telling neither."""
    return f"<{fingerprint(f'{key} {recipient_id}', 40)}@{domain}>"


def addressed(letter: Letter, sender: Sender, recipient: str, message_id: str, now: datetime) -> bytes:
    """Return the whole mail to one recipient, who sees no other. Raises Refused for an unsafe address."""
    if recipient.count("@") != 1 or _UNSAFE_IN_ADDRESS.search(recipient):
        raise Refused("this recipient's address cannot be put into an e-mail safely")
    headers = (
        f"From: {sender.header}\r\n"
        f"To: {recipient}\r\n"
        f"Date: {format_datetime(now.astimezone(UTC))}\r\n"
        f"Message-ID: {message_id}\r\n"
        "Auto-Submitted: auto-generated\r\n"
    )
    return headers.encode() + letter.subject + letter.body


def _encoded(subject: str) -> str:
    plain = subject.isascii() and len(subject) <= _LONGEST_PLAIN_SUBJECT and "=?" not in subject
    return subject if plain and subject == subject.strip() else _encoded_words(subject)


def _encoded_words(text: str) -> str:
    words: list[bytes] = [b""]
    for character in text:  # a character is never split between words
        data = character.encode()
        if len(words[-1]) + len(data) > _ENCODED_WORD_BYTES:
            words.append(b"")
        words[-1] += data
    return "\r\n ".join(f"=?utf-8?b?{base64.b64encode(word).decode()}?=" for word in words)


def _read_back(letter: Letter) -> tuple[str, ...]:
    message = message_from_bytes(letter.subject + letter.body, policy=default)
    parts = [part.get_payload(decode=True) for part in message.walk() if not part.is_multipart()]
    texts = [part.decode().replace("\r\n", "\n") for part in parts if isinstance(part, bytes)]
    return (str(message["Subject"]), *texts)


def _ended(text: str) -> str:
    return text if text.endswith("\n") else f"{text}\n"  # the last line of a mail always ends
