"""The file of e-mail recipients: one address a line, their language after it if they have one, comments from `#`.

It refuses a list with a wrong line rather than leave someone out, and names the line, never the address. Whoever looks
at a list before it is needed reads of every wrong line, and of each line's language (`inspected`).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from email_validator import EmailNotValidError, validate_email

from bot.domain.update import Recipient
from bot.outlets.base import fingerprint
from bot.ports import Refused

# What email-validator allows without further thought. Anything else is asked of it, each address whole;
# for these only the domain is, once: 100,000 lines take a second rather than six.
_PLAIN_LOCAL_PART = re.compile(r"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*")
_LONGEST_LOCAL_PART = 64  # RFC 5321
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z]{2})?")
_LONGEST_ADDRESS = 254


@dataclass(frozen=True, slots=True)
class Line:
    """One line that names somebody: its number from 1, and what is wrong with it, or the recipient.

    `spelt`: the address in its one spelling and in small letters. It stands for one person: no mail server that people
    use gives `Ann@` and `ann@` to two of them, and whoever is on two lists would be told twice.
    """

    number: int
    wrong: str = ""
    spelt: str = ""
    recipient: Recipient | None = None


def read_addresses(path: Path) -> tuple[Recipient, ...]:
    """Return the recipients in the order of the file, each once. Blocks: call it in a thread. Raises Refused."""
    found: dict[str, Recipient] = {}
    for line in inspected(path):
        if line.recipient is None:
            raise Refused(f"line {line.number} of {path.name} {line.wrong}")
        # An address that is there twice is one recipient, and hears in one language: the first that it was given.
        before = found.get(line.spelt)
        spoken = (before.locale if before else "") or line.recipient.locale
        found[line.spelt] = replace(before or line.recipient, locale=spoken)
    return tuple(found.values())


def inspected(path: Path) -> Iterator[Line]:
    """Yield every line that is no comment, the wrong ones too. Blocks. Raises Refused if the file cannot be read."""
    try:
        lines = path.read_bytes().decode("utf-8-sig").splitlines()
    except OSError as fault:
        raise Refused(f"the list of recipients {path.name} cannot be read ({type(fault).__name__})") from None
    except UnicodeDecodeError:
        raise Refused(f"the list of recipients {path.name} is not UTF-8 text") from None
    for number, line in enumerate(lines, start=1):
        # A byte order mark stands in the middle where two lists were put one behind the other.
        raw = line.partition("#")[0].replace("\ufeff", "").strip()
        if raw:
            yield _line(number, *_parted(raw))


def _line(number: int, raw: str, language: str) -> Line:
    try:
        normal, wire = normalised(raw)
    except EmailNotValidError:
        return Line(number, "is not an e-mail address")
    if language and not _LANGUAGE.fullmatch(language):
        return Line(number, "ends in what is no language, such as fr or pt-BR")
    spelt = normal.lower()
    return Line(number, "", spelt, Recipient(id=fingerprint(spelt, 32), address=wire, locale=language))


def _parted(line: str) -> tuple[str, str]:
    """Return the address and the language behind it: an unquoted address holds no white space."""
    address, _, last = " ".join(line.split()).rpartition(" ")
    return (line, "") if not address or "@" in last else (address.rstrip(",;"), last)


def normalised(raw: str) -> tuple[str, str]:
    """Return an address in its one spelling and as it goes on the wire. Raises EmailNotValidError."""
    local, _, domain = raw.rpartition("@")
    if len(local) <= _LONGEST_LOCAL_PART and _PLAIN_LOCAL_PART.fullmatch(local):
        shown, wire = _domain(domain)
        if len(local) + 1 + max(len(shown), len(wire)) <= _LONGEST_ADDRESS:
            return f"{local}@{shown}", f"{local}@{wire}"
    valid = validate_email(raw, check_deliverability=False)
    return valid.normalized, valid.ascii_email or f"{valid.local_part}@{valid.ascii_domain}"


@lru_cache(maxsize=50_000)
def _domain(domain: str) -> tuple[str, str]:
    valid = validate_email(f"a@{domain}", check_deliverability=False)
    return valid.domain, valid.ascii_domain or valid.domain
