"""Settings: the environment and `.env`, turned into one typed, frozen record.

A mistake names its variable and says how to mend it; nothing here, in a mistake or in a repr ever shows a
secret. This room refuses to connect to anything: whether a setting *works* is the business of `clarion check`.
Practice builds `Settings` itself and calls `load` never, so that no real setting can reach it.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any

from dotenv import dotenv_values
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot import config_values as values
from bot.config_values import Webhook

__all__ = ["Mistake", "Settings", "SettingsMistake", "Webhook", "variable"]


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong with one variable, in a sentence that says how to mend it and never quotes the value."""

    variable: str
    sentence: str


class SettingsMistake(Exception):
    """Some settings cannot be used. Carries every mistake, so that one round mends them all."""

    def __init__(self, mistakes: tuple[Mistake, ...]) -> None:
        super().__init__("\n".join(f"{one.variable}: {one.sentence}" for one in mistakes))
        self.mistakes = mistakes


def variable(name: str) -> str:
    """Return the environment variable of a field: its name in capitals, without exception."""
    return name.upper()


Token = Annotated[SecretStr | None, AfterValidator(values.bot_token)]
AppToken = Annotated[SecretStr | None, AfterValidator(values.app_token)]
SigningSecret = Annotated[SecretStr | None, AfterValidator(values.signing_secret)]
RedisAddress = Annotated[SecretStr | None, AfterValidator(values.redis_address)]
SmtpAddress = Annotated[SecretStr | None, AfterValidator(values.smtp_address)]
ApiAddress = Annotated[str, AfterValidator(values.api_address)]
WebAddress = Annotated[str, AfterValidator(values.web_address)]
Channel = Annotated[str, AfterValidator(values.channel)]
Mailbox = Annotated[str, AfterValidator(values.mailbox)]
Port = Annotated[int, BeforeValidator(values.port)]
MetricsToken = Annotated[SecretStr | None, AfterValidator(values.metrics_token)]
UserIds = Annotated[tuple[str, ...], BeforeValidator(values.user_ids)]
YesNo = Annotated[bool, BeforeValidator(values.yes_no)]
Webhooks = Annotated[tuple[Webhook, ...], BeforeValidator(values.webhooks)]


class Settings(BaseSettings):
    """Everything that can be set from outside. Empty and missing are the same: not set.

    `Settings(...)` takes what it is given and reads nothing; `Settings.load` reads the environment and `.env`.
    """

    model_config = SettingsConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    slack_bot_token: Token = Field(None, description="Slack bot token (xoxb-...), from the app's OAuth page")
    slack_signing_secret: SigningSecret = Field(
        None, description="proves that a request is Slack's; from the app's Basic Information page"
    )
    slack_app_token: AppToken = Field(
        None, description="app-level token (xapp-...): Socket Mode, for machines that Slack cannot reach by HTTPS"
    )
    slack_api_url: ApiAddress = Field("https://slack.com/api/", description="base address of Slack's Web API")
    redis_url: RedisAddress = Field(None, description="your own Redis or Valkey; without it Clarion starts one itself")
    port: Port = Field(3000, description="port of the web process, which Slack and readers of the status page reach")
    incidents_channel: Channel = Field("", description="id of the Slack channel where every incident is announced")
    broadcast_channel: Channel = Field(
        "", description="id of the Slack channel that published updates go to, as an outlet"
    )
    clarion_approvers: UserIds = Field(
        (), description="Slack user ids who may approve in any incident, separated by commas or spaces"
    )
    smtp_url: SmtpAddress = Field(
        None, description="mail server: smtps://user:password@host:465, or smtp+starttls://... for port 587"
    )
    mail_from: Mailbox = Field("", description="sender of e-mail updates, such as Status <status@example.com>")
    mail_recipients: Path | None = Field(None, description="file of customers' addresses, one a line")
    webhooks: Webhooks = Field(
        (), description="receivers of signed webhooks: address and whsec_ secret each, pairs separated by ;"
    )
    status_dir: Path | None = Field(
        None, description="folder the status page is written to; a folder status in CLARION_HOME if not set"
    )
    status_url: WebAddress = Field("", description="public address of the status page, for links in messages")
    templates_dir: Path | None = Field(
        None, description="folder of your own message templates; they go before the shipped ones, file by file"
    )
    clarion_plan: Path | None = Field(
        None, description="file of your own communication plan; `clarion plan init` writes one"
    )
    clarion_home: Path = Field(
        Path(".clarion"), description="folder of Clarion's own data: embedded Redis, journals, the status page"
    )

    webhooks_allow_loopback: YesNo = Field(
        False, description="true lets webhooks reach this very machine, over http too: for trying things out"
    )
    metrics_token: MetricsToken = Field(
        None, description="whoever reads /metrics from another machine sends it as a bearer token"
    )
    worker_metrics_port: Port = Field(
        0, description="port of the worker's own /healthz, /readyz and /metrics; without it the worker has none"
    )

    @classmethod
    def variables(cls) -> dict[str, str]:
        """Return the name of each variable, with the field that it sets."""
        return {variable(name): name for name in cls.model_fields}

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read nothing behind the caller's back: building `Settings` in practice must not see the environment."""
        return (init_settings,)

    @model_validator(mode="after")
    def _e_mail_is_whole(self) -> "Settings":
        parts = {"SMTP_URL": self.smtp_url, "MAIL_FROM": self.mail_from, "MAIL_RECIPIENTS": self.mail_recipients}
        missing = [name for name, value in parts.items() if not value]
        if 0 < len(missing) < len(parts):
            raise ValueError(
                f"{' and '.join(missing)}|E-mail needs SMTP_URL, MAIL_FROM and MAIL_RECIPIENTS together. "
                "Set what is missing, or remove the others to publish without e-mail."
            )
        return self

    @model_validator(mode="after")
    def _webhooks_leave_this_machine(self) -> "Settings":
        inside = [hook for hook in self.webhooks if values.is_on_this_machine(hook.address)]
        if inside and not self.webhooks_allow_loopback:
            raise ValueError(
                "WEBHOOKS|A webhook on this very machine is refused, because an address inside the network can be a "
                "way in. To try things out here, set WEBHOOKS_ALLOW_LOOPBACK=true."
            )
        return self

    @property
    def status_folder(self) -> Path:
        """Where the status page is written."""
        return self.status_dir or self.clarion_home / "status"

    @property
    def missing_to_start(self) -> tuple[str, ...]:
        """Variables without which nothing can run against a real workspace: a token and a way in."""
        way_in = self.slack_signing_secret or self.slack_app_token
        needed = {"SLACK_BOT_TOKEN": self.slack_bot_token, "SLACK_SIGNING_SECRET": way_in}
        return tuple(name for name, value in needed.items() if not value)

    @classmethod
    def load(cls, env_file: Path | None = Path(".env"), environ: Mapping[str, str] = os.environ) -> "Settings":
        """Read `environ`, and `env_file` for what it leaves out. Raises SettingsMistake with every mistake."""
        in_file, mistakes = _read(env_file)
        known = cls.variables()
        mistakes += [_misspelt(name, close) for name in in_file if (close := _near(name, known))]
        given = {**in_file, **{name: value for name, value in environ.items() if value.strip()}}
        try:
            settings = cls.model_validate(
                {field: given[name].strip() for name, field in known.items() if given.get(name, "").strip()}
            )
        except ValidationError as error:
            mistakes += _sentences(error)
        if mistakes:
            raise SettingsMistake(tuple(mistakes))
        return settings


def _read(env_file: Path | None) -> tuple[dict[str, str], list[Mistake]]:
    """Read a file of settings as it stands: no ${...} is filled in, a secret may contain one."""
    if env_file is None or not env_file.exists():
        return {}, []
    try:
        found = dotenv_values(env_file, interpolate=False)
    except (OSError, UnicodeDecodeError):
        return {}, [Mistake(str(env_file), "This file cannot be read. It should be UTF-8 text that you may read.")]
    return {name: value for name, value in found.items() if value}, []


def _near(name: str, known: Mapping[str, str]) -> str:
    """Return the setting that an unknown name in `.env` was probably meant to be, or ""."""
    if name.upper() in known and name not in known:
        return name.upper()
    close = [] if name in known else get_close_matches(name.upper(), known, n=1, cutoff=0.85)
    return close[0] if close else ""


def _misspelt(name: str, close: str) -> Mistake:
    return Mistake(name, f"There is no such setting. Did you mean {close}?")


def _sentences(error: ValidationError) -> list[Mistake]:
    """Return one mistake a variable, in our own words."""
    found: dict[str, Mistake] = {}
    for one in error.errors(include_url=False, include_input=False):
        cause: Any = one.get("ctx", {}).get("error")
        sentence = str(cause) if isinstance(cause, ValueError) else "This value cannot be used; see the README."
        name = variable(str(one["loc"][0])) if one["loc"] else ""
        if not name:  # a rule between settings names its variables itself
            name, _, sentence = sentence.partition("|")
        found.setdefault(name, Mistake(name, sentence))
    return list(found.values())
