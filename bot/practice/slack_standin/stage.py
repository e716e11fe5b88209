"""Everything one practice workspace shares: its state, its clock, and what the app was given at installation.

It refuses nothing by itself; the Web API, the people and the sockets all read it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from bot.practice.slack_standin.grants import Grants
from bot.practice.slack_standin.records import Channel, Json, User
from bot.practice.slack_standin.workspace import TEAM_DOMAIN, TEAM_ID, Workspace


@dataclass
class Stage:
    workspace: Workspace
    now: Callable[[], float]
    app_id: str
    token: str = field(repr=False)
    app_token: str = field(repr=False)
    signing_secret: str = field(repr=False)
    verification_token: str = field(repr=False)
    scopes: set[str]
    grants: Grants
    # Where the app reaches us; set once a port is known.
    public_url: str = "http://slack.practice.invalid/"
    socket_url: Callable[[], str] | None = None

    def team(self) -> Json:
        return {"id": TEAM_ID, "domain": TEAM_DOMAIN}

    def user_payload(self, user: User) -> Json:
        return {"id": user.id, "username": user.name, "name": user.name, "team_id": user.team_id}

    def channel_payload(self, channel: Channel) -> Json:
        name = "directmessage" if channel.is_im else "privategroup" if channel.is_private else channel.name
        return {"id": channel.id, "name": name}

    def response_url(self, user: User, channel: Channel, *, ts: str | None = None, ephemeral: bool = False) -> str:
        name = self.grants.response_url(user.id, channel.id, message_ts=ts, ephemeral=ephemeral)
        return f"{self.public_url}response/{name}"
