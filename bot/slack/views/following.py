"""What one person follows, and the answers to following and leaving. Only that person sees them."""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block

from bot.domain.incident import Incident, Severity
from bot.domain.subscription import Following
from bot.ports import Message
from bot.slack.mrkdwn import escape
from bot.slack.views.blocks import Part, actions, button, context, header, message, plain_section, said, user
from bot.slack.views.forms import pack, unpack
from bot.slack.views.incident_ask import named_only
from bot.slack.views.words import title_of

# One phone screen or two; 50 blocks is what Slack takes.
_MOST_LISTED = 30
_MOST_NAMED = 20
EVERYTHING = "everything"
UNFOLLOW, UNFOLLOW_HOME = "following_stop", "home_unfollow"


def followed(incident: Incident) -> Message:
    """Answer somebody who follows an incident."""
    text = f"You follow {incident.called} {incident.title}. "
    text += "Every published update and change of stage comes to you by DM, with the wording for tickets."
    leave = button("Unfollow", "incident_unfollow", pack(incident=incident.id))
    return message(escape(text), [said(text), actions(leave)])


def group_followed(what: Incident | Severity | None, now: Sequence[str], left_out: Sequence[str]) -> Message:
    """Answer whoever had a user group follow: who follows now, and who of the group cannot."""
    name = f"{what.name} {what.title}" if isinstance(what, Incident) else f"every {what or 'incident'}"
    if not now:
        text = f"Nobody of that group follows {name}: it has no members who can."
        return message(escape(text), [said(text)])
    count = "1 member" if len(now) == 1 else f"{len(now):,} members"
    text = f"{count} of the group now follow{'s' if len(now) == 1 else ''} {name}."
    blocks: list[Block] = [said(text), said("They are ", *_people(now), ".")]
    if left_out:
        blocks.append(said("Left out, because guests and people from outside cannot follow: ", *_people(left_out), "."))
    blocks.append(context("Each can leave with Unfollow. Who joins the group later does not follow by that."))
    return message(escape(text), blocks)


def left(incident: Incident) -> Message:
    """Answer somebody who left an incident."""
    text = f"You do not follow {incident.called} {incident.title} any more."
    again = button("Follow again", "incident_follow", pack(incident=incident.id))
    return message(escape(text), [said(text), actions(again)])


def listed(following: Following, incidents: Sequence[Incident]) -> Message:
    """List what somebody follows, each with Unfollow. `incidents`: the open ones followed one by one."""
    shown = rows(following, incidents[:_MOST_LISTED], UNFOLLOW)
    if not shown:
        text = "You follow nothing that is open. Press Follow on an incident, or say /incident follow sev1."
        return message(text, [said(text)])
    rest = named_only(incidents[_MOST_LISTED:], " `/incident unfollow INC-1` leaves one of them.")
    exceptions = [context("Incidents that you left by themselves stay left.")] if following.left else []
    return message("What you follow", [header("What you follow"), *shown, *rest, *exceptions])


def rows(following: Following, incidents: Sequence[Incident], action: str) -> list[Block]:
    """Return a line for each thing that is followed, each with Unfollow. `action`: what the buttons are called."""
    found: list[Block] = []
    if following.everything:
        found.append(_row("Every incident", f"{action}:{EVERYTHING}", what=EVERYTHING))
    found += [_row(f"Every {s}", f"{action}:{s}", what=s.value) for s in Severity if s in following.severities]
    return [*found, *(_row(title_of(i), f"{action}:{i.id}", incident=i.id) for i in incidents)]


def stopped(value: str) -> tuple[str, Severity | None]:
    """Read what an Unfollow of the list is for: an incident's id or "", and a severity (None: everything)."""
    ids = unpack(value)
    what = ids.get("what", "")
    return ids.get("incident", ""), Severity(what) if what in tuple(Severity) else None


def _people(users: Sequence[str]) -> list[Part]:
    parts: list[Part] = []
    for index, one in enumerate(users[:_MOST_NAMED]):
        parts += [", "] * bool(index) + [user(one)]
    more = len(users) - _MOST_NAMED
    return [*parts, f" and {more:,} more"] if more > 0 else parts


def _row(label: str, action: str, **ids: str) -> Block:
    return plain_section(label, button("Unfollow", action, pack(**ids)))
