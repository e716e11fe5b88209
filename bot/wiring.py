"""The composition root: builds `Services` once, the same way for web, worker and command line.

It is the only place that knows every adapter, reads the wall clock and makes random ids. It decides nothing and
sends nothing; whether things *work* is asked by `clarion check`.
"""

import asyncio
import hashlib
import json
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import structlog

from bot.config import Settings
from bot.domain.job import ANNOUNCEMENT_LANE, FOLLOWER_LANE, SLACK_LANE, TIMER_LANE, outlet_lane
from bot.domain.languages import base_of, spoken
from bot.domain.plan import Plan, Through
from bot.domain.policy import policy_of
from bot.domain.secret import ALPHABET
from bot.journal.journal import Journal
from bot.journal.recorded import RecordedAttempts, RecordedIncidents
from bot.journal.standing import MachineStandstills
from bot.journal.vault import VAULT, RecordedSecrets
from bot.outlets.slack_channel import SlackBroadcast
from bot.outlets.smtp import Smtp
from bot.outlets.status_page import StatusPage as StatusOutlet
from bot.outlets.webhook import Webhook
from bot.plan import load as load_plan
from bot.ports import Clock, Outlet, Places, Services
from bot.rendering.catalogue import BrokenTemplates, folders
from bot.rendering.page import PageFrames
from bot.rendering.tongues import Tongues
from bot.slack import identity as slack_identity
from bot.slack.gateway import SlackChat
from bot.slack.methods import SCOPES
from bot.slack.views.screens import SlackScreens
from bot.storage.jobs import LEASE_SECONDS
from bot.storage.patience import IN_TIME, Patience
from bot.storage.store import Storage

log = structlog.get_logger("clarion.wiring")

# What Slack says of a token that will not get better by asking again (failure model 25).
_FINAL = frozenset({"not_authed", "invalid_auth", "token_revoked", "token_expired", "account_inactive"})


class WallClock:
    """The real clock, in UTC."""

    def now(self) -> datetime:
        """Return the time, aware, in UTC."""
        return datetime.now(UTC)


class SortableIds:
    """Ids of 26 characters: 48 bits of time in milliseconds, then 80 random bits (the layout of a ULID)."""

    def new(self) -> str:
        """Return a fresh id."""
        number = (int(time.time() * 1000) << 80) | secrets.randbits(80)
        return "".join(ALPHABET[(number >> shift) & 31] for shift in range(125, -1, -5))

    def secret(self, length: int) -> str:
        """Return so many random letters and digits, 5 bits each."""
        return "".join(secrets.choice(ALPHABET) for _ in range(length))


@dataclass(frozen=True, slots=True)
class Identity:
    """Which workspace the token belongs to, and the bot's own user in it."""

    workspace: str
    bot_user: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """Everything that a process needs, put together."""

    settings: Settings
    services: Services
    storage: Storage
    identity: Identity
    journal: Journal

    @property
    def lanes(self) -> tuple[str, ...]:
        """The lanes that a worker serves."""
        own = (SLACK_LANE, TIMER_LANE, FOLLOWER_LANE, ANNOUNCEMENT_LANE)
        return (*own, *(outlet_lane(name) for name in self.services.outlets))


@asynccontextmanager
async def build(
    settings: Settings,
    redis_url: str,
    *,
    patient: bool = False,
    lease: float = LEASE_SECONDS,
    patience: Patience = IN_TIME,
    clock: Clock | None = None,
    identity: Identity | None = None,
) -> AsyncIterator[Built]:
    """Build the services for one process and take them down again.

    `patient` (the worker) waits where Slack paces posts; `lease`: seconds; tests move `clock`, widen `patience`.
    With `identity` (the command line) Slack is not asked who we are.
    Raises BrokenPlan, BrokenTemplates, ValueError (an outlet's setting), NotIdentified (the token is not accepted).
    """
    clock = clock or WallClock()
    plan = load_plan(settings.clarion_plan).plan
    chat = SlackChat(
        token=settings.slack_bot_token.get_secret_value() if settings.slack_bot_token else "",
        base_url=settings.slack_api_url,
        now=clock.now,
        patient=patient,
    )
    try:
        identity = identity or await identify(settings)
        chat.known_as(identity.workspace, identity.bot_user)
        journal = opened_journal(settings, identity, clock)
        mark = journal.watermark
        storage = Storage(redis_url, identity.workspace, lease=lease, patience=patience, watermark=mark, clock=clock)
        standing = MachineStandstills(storage, journal)
        outlets = build_outlets(settings, chat, clock, plan)
        words = Tongues(folders(settings.templates_dir), spoken(plan))
        policy = policy_of(plan, settings.clarion_approvers)
        services = Services(
            clock=clock,
            ids=SortableIds(),
            incidents=RecordedIncidents(storage.incidents, journal, standing),
            jobs=storage.jobs,
            attempts=RecordedAttempts(storage.attempts, journal),
            people=storage.people,
            secrets=RecordedSecrets(storage.secrets, storage.people, journal.folder / VAULT),
            standstills=standing,
            subscriptions=storage.subscriptions,
            chat=chat,
            screens=SlackScreens(words.readable, plan.means(), plan.duties(), plan.values, policy),
            words=words,
            outlets=outlets,
            policy=policy,
            plan=plan,
            places=places(settings, identity),
        )
        try:
            yield Built(settings=settings, services=services, storage=storage, identity=identity, journal=journal)
        finally:
            await journal.aclose()
            await asyncio.gather(*(outlet.aclose() for outlet in outlets.values()), return_exceptions=True)
            await storage.aclose()
    finally:
        await chat.aclose()


def places(settings: Settings, identity: Identity) -> Places:
    """Return where things are in Slack and on the web."""
    return Places(
        incidents_channel=settings.incidents_channel,
        broadcast_channel=settings.broadcast_channel,
        status_url=settings.status_url,
        workspace=identity.workspace,
        bot_user=identity.bot_user,
    )


def journal_folder(settings: Settings, identity: Identity) -> Path:
    """Return where this machine's journal of a workspace lies."""
    return settings.clarion_home / "journal" / identity.workspace


def opened_journal(settings: Settings, identity: Identity, clock: Clock) -> Journal:
    """Open this machine's journal. Raises ValueError with a sentence: nothing is sent that is written nowhere."""
    folder = journal_folder(settings, identity)
    try:
        return Journal(folder, clock)
    except OSError as fault:
        raise ValueError(
            f"The journal {fault.filename or folder} cannot be written ({fault.strerror}). Free its disk, give this "
            "user the right to write there, or set CLARION_HOME to another folder."
        ) from None


def build_outlets(settings: Settings, chat: SlackChat, clock: Clock, plan: Plan | None = None) -> dict[str, Outlet]:
    """Return the outlets that are set up, by name, in the order in which cards list them.

    The plan says who reads the broadcast channel; without it, customers might.
    """
    base = base_of(plan) if plan else "en"
    page_url = settings.status_url or f"http://localhost:{settings.port}/status"
    found: list[Outlet] = [StatusOutlet(settings.status_folder, page_url, frames(settings), clock.now, base=base)]
    if settings.broadcast_channel:
        inside = plan is not None and plan.stays_inside(Through.BROADCAST)
        found.append(SlackBroadcast(chat, settings.broadcast_channel, inside=inside))
    if settings.smtp_url and settings.mail_recipients:
        url = settings.smtp_url.get_secret_value()
        found.append(Smtp(url, settings.mail_from, settings.mail_recipients, clock.now))
    found += [
        Webhook(
            hook.address,
            hook.secret.get_secret_value(),
            clock.now,
            allow_private=settings.webhooks_allow_loopback,
        )
        for hook in settings.webhooks
    ]
    return {outlet.name: outlet for outlet in found}


def frames(settings: Settings) -> PageFrames:
    """Return what is put around the updates on the status page: a company's own before the shipped one."""
    try:
        return PageFrames(folders(settings.templates_dir))
    except BrokenTemplates:  # said where templates are read; a page that is plain is better than none
        return PageFrames()


def remembered(settings: Settings) -> Identity | None:
    """Return what Slack said last of who we are, without asking it; None if it never has on this machine."""
    return _recall(_identity_file(settings), _token_key(settings))


async def identify(settings: Settings) -> Identity:
    """Ask Slack who we are; while Slack is down, remember what it said last, else keep asking.

    Raises NotIdentified, with a sentence, if Slack does not accept the token. Names the scopes that are missing.
    """
    file, key = _identity_file(settings), _token_key(settings)
    token = settings.slack_bot_token.get_secret_value() if settings.slack_bot_token else ""
    wait = 0.5
    while True:
        try:
            found = await slack_identity.identify(token, settings.slack_api_url)
        except slack_identity.NotIdentified as fault:
            if fault.code in _FINAL:
                raise
            known = _recall(file, key)
            if known:
                log.warning("slack_down", using="the identity that Slack gave last")
                return known
            log.warning("slack_down", retry_in_seconds=wait)
            await asyncio.sleep(wait)
            wait = min(wait * 2, 30.0)
        else:
            missing = sorted(SCOPES - found.scopes) if found.scopes else []
            if missing:
                log.warning("scopes_missing", scopes=missing, mend="install the app again with `clarion manifest`")
            identity = Identity(found.workspace, found.bot_user)
            _remember(file, key, identity)
            return identity


def _identity_file(settings: Settings) -> Path:
    return settings.clarion_home / "identity.json"


def _token_key(settings: Settings) -> str:
    token = settings.slack_bot_token.get_secret_value() if settings.slack_bot_token else ""
    return hashlib.sha256(token.encode()).hexdigest()[:16]


def _recall(file: Path, key: str) -> Identity | None:
    try:
        known = json.loads(file.read_text())[key]
        return Identity(known["workspace"], known["bot_user"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _remember(file: Path, key: str, identity: Identity) -> None:
    """Keep the identity for a start while Slack is down. Losing it is harmless."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh = file.with_suffix(f".{secrets.token_hex(4)}")
        fresh.write_text(json.dumps({key: {"workspace": identity.workspace, "bot_user": identity.bot_user}}))
        fresh.replace(file)
    except OSError as error:
        log.info("identity_not_kept", error=type(error).__name__)
