"""The words that several screens share: what a severity, a stage and a role mean, and how long something takes.

It refuses Slack's blocks: these are sentences, and each is written once.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from bot.domain.facts import Stage
from bot.domain.incident import ROLE_NAMES, EndKind, Incident, Role, Severity
from bot.domain.update import UpdateState

# At most 75 characters each: they stand as descriptions of choices (Slack docs, option object).
SEVERITY_MEANS: Mapping[Severity, str] = {
    Severity.SEV1: "Most customers cannot do what they came for",
    Severity.SEV2: "Many customers are hit, or something important is broken",
    Severity.SEV3: "Some customers are hit, and there is a way around it",
    Severity.SEV4: "Hardly anybody notices, but it needs looking after",
}
STAGE_MEANS: Mapping[Stage, str] = {
    Stage.INVESTIGATING: "We are looking for the cause",
    Stage.IDENTIFIED: "We know the cause and are working on it",
    Stage.MONITORING: "It works again and we are watching it",
    Stage.RESOLVED: "It is over",
}
ENDED: Mapping[EndKind, str] = {
    EndKind.RESTORED: "Resolved. Customers were told that it is over.",
    EndKind.WAIVED: "Resolved. Customers were not told that it is over.",
    EndKind.QUIET: "Resolved. Nothing had been published.",
    EndKind.FALSE_ALARM: "A false alarm. Nothing had been published.",
}
A_DRILL = "This is a drill: it goes to rehearsal outlets and reaches no customer."
DUTIES: Mapping[Role, tuple[str, ...]] = {
    Role.COMMANDER: (
        "Decide what happens next and who does it. You need not fix it yourself.",
        "Give the other roles to people: press Roles on the card.",
        "Read customer updates and approve them. You cannot approve your own words.",
        "Say when it is over: press Resolve.",
    ),
    Role.COMMUNICATIONS: (
        "Write what customers read: press Draft an update. Somebody else approves it before it leaves.",
        "Keep the time that you promise for the next update. You are reminded before it.",
        "Watch on the card how each update arrives. Stop it, or correct it, from there.",
    ),
    Role.SUPPORT: (
        "Tell the channel what customers report and how many they are.",
        "Answer customers with what the last published update says, and nothing more.",
        "Ask the communications lead for an update when the questions change.",
    ),
    Role.SCRIBE: (
        "Write in the channel what is tried, by whom, and what came of it.",
        "Roles, stages and updates are recorded for you: press Timeline to see them.",
    ),
}


def title_of(incident: Incident) -> str:
    """Return how an incident is named in one line, as plain text: people typed the end of it."""
    return f"{incident.called} · {incident.severity} · {incident.title}"


def worst_first(incidents: Sequence[Incident]) -> list[Incident]:
    """Return incidents in order of severity, so that one of many minor ones hides no outage; else as they came."""
    return sorted(incidents, key=lambda one: one.severity)


def how_ended(incident: Incident) -> str:
    """Return how an incident ended, and what customers have learned of it since. One that goes on ended quietly."""
    kind, told = incident.ended.kind if incident.ended else EndKind.QUIET, incident.standing
    if kind is EndKind.WAIVED and told and told.stage is Stage.RESOLVED and told.state is UpdateState.PUBLISHED:
        return "Resolved. Customers were told afterwards that it is over."
    if kind is EndKind.RESTORED and incident.left_current:
        return "Resolved. Customers were told that it is over, but the correction they read last does not say so."
    return ENDED[kind]


def marks(incident: Incident, after: str) -> str:
    """Return an incident's marks as a heading begins with them, each with `after` behind it."""
    return "".join(f"{word}{after}" for word in incident.marks)


def how_long(age: timedelta) -> str:
    """Return how long something has taken, in the two largest units: "4 min", "1 h 20 min", "2 d 3 h"."""
    minutes = max(int(age.total_seconds() // 60), 0)
    hours, days = minutes // 60, minutes // (60 * 24)
    if days:
        return f"{days} d {hours % 24} h"
    return f"{hours} h {minutes % 60} min" if hours else f"{minutes} min"


def role_name(role: Role) -> str:
    """Return a role as it is called inside a sentence."""
    return ROLE_NAMES[role].lower()
