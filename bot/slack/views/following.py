"""What one person follows, and the answers to following and leaving. Only that person sees them."""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block

from bot.domain.incident import Incident, Severity
from bot.domain.subscription import Following
from bot.ports import Message
from bot.slack.mrkdwn import escape
from bot.slack.views.blocks import actions, button, context, header, message, plain_section, said
from bot.slack.views.forms import pack, unpack
from bot.slack.views.words import title_of

# One phone screen or two; 50 blocks is what Slack takes.
_MOST_LISTED = 30
EVERYTHING = "everything"


def followed(incident: Incident) -> Message:
    """Answer somebody who follows an incident."""
    text = f"You follow {incident.called} {incident.title}. "
    text += "Every published update and change of stage comes to you by DM, with the wording for tickets."
    leave = button("Unfollow", "incident_unfollow", pack(incident=incident.id))
    return message(escape(text), [said(text), actions(leave)])


def left(incident: Incident) -> Message:
    """Answer somebody who left an incident."""
    text = f"You do not follow {incident.called} {incident.title} any more."
    again = button("Follow again", "incident_follow", pack(incident=incident.id))
    return message(escape(text), [said(text), actions(again)])


def listed(following: Following, incidents: Sequence[Incident]) -> Message:
    """List what somebody follows, each with Unfollow. `incidents`: the open ones followed one by one."""
    rows: list[Block] = []
    if following.everything:
        rows.append(_row("Every incident", EVERYTHING, what=EVERYTHING))
    rows += [_row(f"Every {s}", s.value, what=s.value) for s in Severity if s in following.severities]
    rows += [_row(title_of(i), i.id, incident=i.id) for i in incidents[:_MOST_LISTED]]
    if not rows:
        text = "You follow nothing that is open. Press Follow on an incident, or say /incident follow sev1."
        return message(text, [said(text)])
    more = len(incidents) - _MOST_LISTED
    rest = [context(f"And {more} older ones.")] if more > 0 else []
    exceptions = [context("Incidents that you left by themselves stay left.")] if following.left else []
    return message("What you follow", [header("What you follow"), *rows, *rest, *exceptions])


def stopped(value: str) -> tuple[str, Severity | None]:
    """Read what an Unfollow of the list is for: an incident's id or "", and a severity (None: everything)."""
    ids = unpack(value)
    what = ids.get("what", "")
    return ids.get("incident", ""), Severity(what) if what in tuple(Severity) else None


def _row(label: str, suffix: str, **ids: str) -> Block:
    return plain_section(label, button("Unfollow", f"following_stop:{suffix}", pack(**ids)))
