"""The shape of each setting: text from outside, judged and turned into its type, without any I/O.

Each function raises ValueError with the sentence that a person reads. No sentence quotes the value: people
paste secrets into the wrong variable.
"""

import base64
import binascii
import re
from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from email_validator import EmailNotValidError, validate_email
from pydantic import SecretStr

_CHANNEL_ID = re.compile(r"[CG][A-Z0-9]+")
_USER_ID = re.compile(r"[UW][A-Z0-9]+")
_MAILBOX = re.compile(r"(?:(?P<name>[^<>]*)<(?P<inside>[^<>]+)>|(?P<bare>[^<>]+))")


@dataclass(frozen=True, slots=True)
class Webhook:
    """One receiver. The address may carry a token in its path, so it is kept out of the repr like the secret."""

    address: str = field(repr=False)
    secret: SecretStr

    @property
    def host(self) -> str:
        """The part of the address that may be shown."""
        return urlsplit(self.address).hostname or ""


def bot_token(value: SecretStr | None) -> SecretStr | None:
    """Accept a bot token, rotating or not."""
    return _starting(
        value,
        ("xoxb-", "xoxe.xoxb-"),
        "This should be the bot token, which starts with xoxb-. Copy it from OAuth & Permissions in your app.",
    )


def app_token(value: SecretStr | None) -> SecretStr | None:
    """Accept an app-level token."""
    return _starting(
        value,
        ("xapp-",),
        "This should be an app-level token, which starts with xapp-. Create one with the scope connections:write "
        "under Basic Information, or remove this setting to be reached by HTTPS.",
    )


def signing_secret(value: SecretStr | None) -> SecretStr | None:
    """Accept a signing secret; refuse the tokens that are pasted here by mistake."""
    if value is not None and (value.get_secret_value().startswith(("xox", "xapp-")) or not _one_word(value)):
        raise ValueError(
            "This should be the signing secret: 32 letters and digits under Basic Information, App Credentials. "
            "It is no token and contains no spaces."
        )
    return value


def redis_address(value: SecretStr | None) -> SecretStr | None:
    """Accept the address of a Redis or Valkey server."""
    if value is None:
        return None
    parts = _split(value.get_secret_value())
    usable = parts and (
        parts.path if parts.scheme == "unix" else parts.scheme in ("redis", "rediss") and parts.hostname
    )
    if not usable:
        raise ValueError(
            "This should be the address of a Redis server: redis://host:6379/0, rediss:// for TLS, or unix:///path. "
            "Remove it and Clarion starts its own."
        )
    return value


def smtp_address(value: SecretStr | None) -> SecretStr | None:
    """Accept the address of a mail server; a password only where it will travel encrypted."""
    if value is None:
        return None
    parts = _split(value.get_secret_value())
    if not parts or parts.scheme not in ("smtp", "smtps", "smtp+starttls") or not parts.hostname:
        raise ValueError(
            "This should be the address of a mail server: smtps://user:password@host:465, or smtp+starttls://... for "
            "port 587. Write special characters in the password as %-codes (@ is %40)."
        )
    if parts.scheme == "smtp" and parts.password and not _is_loopback(parts.hostname):
        raise ValueError("A password is not sent in the clear: begin with smtps:// or smtp+starttls://.")
    return value


def api_address(value: str) -> str:
    """Accept the base of the Web API; it ends with a slash so that method names can follow."""
    if not _is_web(value):
        raise ValueError("This should be an https:// address. Remove it to use Slack's own, https://slack.com/api/.")
    return value.rstrip("/") + "/"


def web_address(value: str) -> str:
    """Accept a public address."""
    if value and not _is_web(value):
        raise ValueError("This should be the full public address, such as https://status.example.com.")
    return value.rstrip("/")


def channel(value: str) -> str:
    """Accept a channel's id. A name would break the day somebody renames the channel."""
    if value and not _CHANNEL_ID.fullmatch(value):
        raise ValueError(
            "This should be a channel id such as C0123456789, not a name. In Slack, open the channel's details: "
            "the id is at the very bottom."
        )
    return value


def mailbox(value: str) -> str:
    """Accept an address, with or without a display name; refuse line breaks, which would forge headers."""
    if not value:
        return value
    found = _MAILBOX.fullmatch(value)
    address = (found["inside"] or found["bare"] or "").strip() if found else ""
    try:
        if not value.isprintable():
            raise EmailNotValidError
        validate_email(address, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        raise ValueError("This should be one e-mail address, such as Status <status@example.com>.") from None
    return value


def port(value: object) -> int:
    """Accept a TCP port; 0 lets the system choose, which practice and tests do."""
    number = int(value) if isinstance(value, str | int) and str(value).isdecimal() else -1
    if not 0 <= number <= 65_535:
        raise ValueError("This should be a whole number from 1 to 65535, such as 3000.")
    return number


def metrics_token(value: SecretStr | None) -> SecretStr | None:
    """Accept a token that cannot be guessed and fits a header."""
    word = value.get_secret_value() if value else ""
    if value and not (len(word) >= 16 and word.isascii() and word.isprintable() and " " not in word):
        raise ValueError("This should be 16 characters or more without spaces, such as `openssl rand -hex 16` prints.")
    return value


def yes_no(value: object) -> bool:
    """Accept true or false."""
    words = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
    known = words.get(str(value).lower())
    if known is None:
        raise ValueError("This should be true or false.")
    return known


def user_ids(value: object) -> tuple[str, ...]:
    """Accept user ids separated by commas or white space, each once, in their order."""
    words = re.split(r"[,\s]+", value) if isinstance(value, str) else _listed(value)
    ids = tuple(dict.fromkeys(str(word).removeprefix("<@").removesuffix(">") for word in words if word != ""))
    if not all(_USER_ID.fullmatch(one) for one in ids):
        raise ValueError(
            "These should be Slack user ids such as U0123456789, separated by commas or spaces, not names. In Slack, "
            "open a person's profile and choose Copy member ID."
        )
    return ids


def webhooks(value: object) -> tuple[Webhook, ...]:
    """Accept pairs `https://... whsec_...` separated by semicolons or line breaks; `|` may stand for the space."""
    if isinstance(value, str):
        lines = [line.strip() for line in re.split(r"[;\n]", value) if line.strip()]
        found = tuple(_webhook(line) for line in lines)
    else:
        found = tuple(one for one in _listed(value) if isinstance(one, Webhook))
    if len({one.address for one in found}) < len(found):
        raise ValueError("One address is listed twice. List it once: each receiver hears every update once.")
    return found


def _webhook(line: str) -> Webhook:
    address, _, secret = re.sub(r"[\s|]+", " ", line).partition(" ")
    if not _is_web(address, encrypted=True) and not is_on_this_machine(address):
        raise ValueError(
            "Each webhook should be an https:// address and its secret, as in https://example.com/hook whsec_..., "
            "with ; between webhooks."
        )
    try:
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    # Standard Webhooks asks for 24 to 64 random bytes, in base64 behind whsec_.
    if not secret.startswith("whsec_") or not 24 <= len(key) <= 64:
        raise ValueError(
            "The secret of a webhook should be whsec_ and 24 to 64 random bytes in base64. Make one with: "
            "echo whsec_$(openssl rand -base64 32)"
        )
    return Webhook(address, SecretStr(secret))


def _listed(value: object) -> tuple[object, ...]:
    return tuple(value) if isinstance(value, tuple | list | set | frozenset) else ()


def _starting(value: SecretStr | None, prefixes: tuple[str, ...], sentence: str) -> SecretStr | None:
    if value is not None and not (value.get_secret_value().startswith(prefixes) and _one_word(value)):
        raise ValueError(sentence)
    return value


def _one_word(value: SecretStr) -> bool:
    text = value.get_secret_value()
    return text.isprintable() and text.isascii() and " " not in text


def _split(address: str) -> SplitResult | None:
    """Split an address, or return None where even its port or brackets make no sense."""
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return None
    return parts if address.isprintable() and " " not in address else None


def _is_web(address: str, *, encrypted: bool = False) -> bool:
    parts = _split(address)
    return bool(parts and parts.hostname and parts.scheme in (("https",) if encrypted else ("https", "http")))


def is_on_this_machine(address: str) -> bool:
    """Say whether a web address names this very machine; `Settings` judges whether that is wanted."""
    return _is_web(address) and _is_loopback(urlsplit(address).hostname or "")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
