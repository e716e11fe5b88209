"""Settings as they stand: every one of them, set or not, with what it is for. Pure; shows no secret."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import SecretStr

from bot.checkup.verdict import Mark, Verdict
from bot.config import Settings, Webhook

MASK = "set, hidden"


@dataclass(frozen=True, slots=True)
class Described:
    """One setting. `stands`: the value where it may be shown, `MASK`, "not set", or the default and that it is one."""

    variable: str
    given: bool
    stands: str
    purpose: str


def described(settings: Settings) -> tuple[Described, ...]:
    """Return every setting in the order of the README."""
    return tuple(
        Described(
            variable,
            name in settings.model_fields_set,
            _stands(settings, name),
            Settings.model_fields[name].description or "",
        )
        for variable, name in Settings.variables().items()
    )


def _purpose(name: str) -> str:
    return Settings.model_fields[name].description or ""


def _stands(settings: Settings, name: str) -> str:
    value = getattr(settings, name)
    if not value and value != 0:
        return "not set"
    shown = _shown(value)
    return shown if name in settings.model_fields_set else f"{shown} (default)"


def _shown(value: Any) -> str:
    if isinstance(value, SecretStr):
        return MASK
    if isinstance(value, tuple):
        if all(isinstance(one, Webhook) for one in value):
            return f"{len(value)}, to {', '.join(one.host for one in value)} (addresses and secrets hidden)"
        return ", ".join(value)
    if isinstance(value, str) and "://" in value and "@" in urlsplit(value).netloc:
        return MASK
    return str(value)


def abilities(settings: Settings, *, readable: Callable[[Path], bool] = Path.is_file) -> tuple[Verdict, ...]:
    """Say what works with what is set, and what each missing part needs."""
    return (
        _slack(settings),
        _announcing(settings),
        _approving(settings),
        _redis(settings),
        _status_page(settings),
        _broadcast(settings),
        _e_mail(settings, readable),
        _webhooks(settings),
    )


def _slack(settings: Settings) -> Verdict:
    missing = settings.missing_to_start
    if len(missing) == 2:
        return Verdict(Mark.BAD, "Slack", "Not connected to a workspace.", "See the three settings above.")
    if "SLACK_BOT_TOKEN" in missing:
        return Verdict(Mark.BAD, "Slack", "Clarion cannot speak.", "Set SLACK_BOT_TOKEN.")
    if missing:
        return Verdict(
            Mark.BAD,
            "Slack",
            "Clarion cannot hear.",
            "Set SLACK_SIGNING_SECRET and let Slack post to https://<your address>/slack/events; or set "
            "SLACK_APP_TOKEN to use Socket Mode.",
        )
    if settings.slack_app_token:
        return Verdict(Mark.GOOD, "Slack", "Hears through Socket Mode: no public address is needed.")
    return Verdict(Mark.GOOD, "Slack", f"Hears signed requests on port {settings.port} at /slack/events.")


def _announcing(settings: Settings) -> Verdict:
    if settings.incidents_channel:
        return Verdict(Mark.GOOD, "Announcements", f"New incidents are announced in {settings.incidents_channel}.")
    return Verdict(
        Mark.RISK if settings.slack_bot_token else Mark.OFF,
        "Announcements",
        "New incidents are announced nowhere; only those invited hear of them.",
        "Set INCIDENTS_CHANNEL to a channel's id, and invite Clarion to it.",
    )


def _approving(settings: Settings) -> Verdict:
    count = len(settings.clarion_approvers)
    if count >= 2:
        return Verdict(Mark.GOOD, "Approvers", f"{count} people may approve in any incident.")
    return Verdict(
        Mark.RISK if settings.slack_bot_token else Mark.OFF,
        "Approvers",
        ("Nobody" if not count else "Only one person")
        + " may approve besides the incident commander and the communications lead. Who writes an update cannot "
        "approve it, so a lone responder has to break the glass.",
        "Set CLARION_APPROVERS to two people or more.",
    )


def _redis(settings: Settings) -> Verdict:
    if settings.redis_url:
        return Verdict(Mark.GOOD, "Memory", "Your own Redis, by REDIS_URL.")
    return Verdict(
        Mark.GOOD,
        "Memory",
        f"Clarion starts a Redis of its own, with its data in {settings.clarion_home}. Back that folder up.",
    )


def _status_page(settings: Settings) -> Verdict:
    if settings.status_url:
        return Verdict(
            Mark.GOOD, "Status page", f"Written to {settings.status_folder}, public at {settings.status_url}."
        )
    return Verdict(
        Mark.RISK if settings.slack_bot_token else Mark.OFF,
        "Status page",
        f"Written to {settings.status_folder} and served on port {settings.port}; messages cannot link to it.",
        "Set STATUS_URL to its public address.",
    )


def _broadcast(settings: Settings) -> Verdict:
    if settings.broadcast_channel:
        return Verdict(Mark.GOOD, "Slack broadcast", f"Published updates go to {settings.broadcast_channel}.")
    return Verdict(Mark.OFF, "Slack broadcast", "Not set up.", "Set BROADCAST_CHANNEL to a channel's id.")


def _e_mail(settings: Settings, readable: Callable[[Path], bool]) -> Verdict:
    if not settings.mail_recipients:
        return Verdict(Mark.OFF, "E-mail", "Not set up.", "Set SMTP_URL, MAIL_FROM and MAIL_RECIPIENTS.")
    if not readable(settings.mail_recipients):
        return Verdict(
            Mark.BAD,
            "E-mail",
            f"There is no file {settings.mail_recipients}.",
            "Put customers' addresses there, one a line, or mend MAIL_RECIPIENTS.",
        )
    return Verdict(Mark.GOOD, "E-mail", f"From {settings.mail_from} to the addresses in {settings.mail_recipients}.")


def _webhooks(settings: Settings) -> Verdict:
    if settings.webhooks:
        hosts = ", ".join(one.host for one in settings.webhooks)
        return Verdict(Mark.GOOD, "Webhooks", f"Signed updates go to {hosts}.")
    return Verdict(Mark.OFF, "Webhooks", "Not set up.", "Set WEBHOOKS to an address and a secret.")
