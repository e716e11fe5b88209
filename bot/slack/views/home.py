"""The home tab: what waits for this person, what is open, what they follow, and the button to declare.

It refuses to be an archive: each list shows the first few and says how many more there are, so that all of it stays
within Slack's 100 blocks.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from slack_sdk.models.blocks import Block

from bot.domain.departures import roles_of
from bot.domain.incident import ROLE_NAMES, Incident, Role
from bot.domain.update import Update
from bot.ports import Desk, View
from bot.slack.views import following, secret
from bot.slack.views.blocks import (
    PRIMARY,
    Part,
    actions,
    bold,
    button,
    channel,
    check,
    clip,
    context,
    divider,
    header,
    italic,
    moment,
    plain_section,
    rich,
    said,
    stacked,
)
from bot.slack.views.drawing import to_json
from bot.slack.views.forms import pack
from bot.slack.views.words import how_long, title_of, worst_first

# A promise is on the list this long before its time.
SOON = timedelta(hours=1)
_MOST = 12
# Beside "every incident" and the four severities.
_MOST_FOLLOWED = 10
_LONGEST_HEADLINE = 120


def home(
    user: str,
    incidents: Sequence[Incident],
    approvals: Sequence[tuple[Incident, Update]],
    now: datetime,
    desk: Desk,
) -> View:
    """Draw it. `incidents`: the open ones; `approvals`: what this person may approve."""
    blocks: list[Block] = [
        header("Waiting for you"),
        *(_waiting(user, incidents, approvals, now) or [said(italic("Nothing. Well done."))]),
        divider(),
        header(f"Open incidents ({len(incidents)})"),
        *_listed([_incident(i, now) for i in worst_first(incidents)], "Run /incident list to see them all."),
        actions(
            button("Declare an incident", "incident_meant:declare", "declare", style=PRIMARY),
            button("Not sure? Is it an incident?", "incident_meant:check", "check"),
        ),
        divider(),
        header("What you follow"),
        *_followed(desk),
        *(secret.invitation() if desk.secretless else ()),
    ]
    shown = [to_json(block) for block in (*blocks, rich(stacked([italic("As of "), moment(now)])))]
    drawn = View({"type": "home", "blocks": shown})
    check(drawn)
    return drawn


def _waiting(
    user: str, incidents: Sequence[Incident], approvals: Sequence[tuple[Incident, Update]], now: datetime
) -> list[Block]:
    promised = [i for i in incidents if i.promise and i.holds(user, Role.COMMANDER, Role.COMMUNICATIONS)]
    soon = [i for i in promised if i.promise and i.promise.due - now <= SOON]
    held = [_role(i, user) for i in incidents if roles_of(i, user)]
    return [
        *_listed([_approval(i, u) for i, u in approvals], "The cards in the channels show the others."),
        *_listed([_promise(i) for i in soon], "The cards in the channels show the others."),
        *_listed(held, "You hold roles in more incidents."),
    ]


def _followed(desk: Desk) -> list[Block]:
    rows = following.rows(desk.following, desk.followed[:_MOST_FOLLOWED], following.UNFOLLOW_HOME)
    if not rows:
        return [said(italic("Nothing that is open. Press Follow on an incident, or say /incident follow sev1."))]
    more = len(desk.followed) - _MOST_FOLLOWED
    return [*rows, *([context(f"And {more} older ones. Run /incident following to see them all.")] if more > 0 else [])]


def _listed(rows: Sequence[Block], more: str) -> list[Block]:
    left = len(rows) - _MOST
    return [*rows[:_MOST], *([context(f"And {left} more. {more}")] if left > 0 else [])]


def _approval(incident: Incident, update: Update) -> Block:
    text = f"Approve update #{update.number} of {title_of(incident)}: {update.latest.facts.headline}"
    read = button("Read everything", "update_read", pack(incident=incident.id, update=update.id), style=PRIMARY)
    return plain_section(clip(text, 2 * _LONGEST_HEADLINE), read)


def _promise(incident: Incident) -> Block:
    due: Part = moment(incident.promise.due) if incident.promise else "now"
    return said("Customers of ", bold(title_of(incident)), " were promised the next update by ", due, ".")


def _role(incident: Incident, user: str) -> Block:
    names = ", ".join(ROLE_NAMES[role].lower() for role in roles_of(incident, user))
    where: list[Part] = [" · ", channel(incident.channel.id)] if incident.channel.id else []
    return said(f"You are the {names} of ", bold(incident.called), *where)


def _incident(incident: Incident, now: datetime) -> Block:
    where: list[Part] = [" · ", channel(incident.channel.id)] if incident.channel.id else []
    row: list[Part] = [f"{incident.stage.capitalize()} · for {how_long(incident.age(now))}", *where]
    return rich(stacked([bold(title_of(incident))], row))
