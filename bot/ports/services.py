"""The frozen record of all ports that every use case is handed."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.domain.plan import Plan
from bot.domain.policy import Policy
from bot.ports.chat import Chat
from bot.ports.clock import Clock, Ids
from bot.ports.outlets import Outlet
from bot.ports.screens import Screens
from bot.ports.standstill import NeverStill, Standstills
from bot.ports.storage import Attempts, Incidents, Jobs, People, Secrets, Subscriptions
from bot.ports.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where things are in Slack and on the web. Empty where not set up."""

    incidents_channel: str = ""
    broadcast_channel: str = ""
    status_url: str = ""
    workspace: str = ""
    bot_user: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Everything a use case may reach. Built once, by `wiring`, for web, worker and command line alike."""

    clock: Clock
    ids: Ids
    incidents: Incidents
    jobs: Jobs
    attempts: Attempts
    people: People
    secrets: Secrets
    subscriptions: Subscriptions
    chat: Chat
    screens: Screens
    words: Words
    outlets: Mapping[str, Outlet]
    policy: Policy
    plan: Plan
    places: Places
    standstills: Standstills = field(default_factory=NeverStill)
