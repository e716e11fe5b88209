"""Who may know of a private incident, and what a private incident may not do (failure model 34, I4).

To everybody else it does not exist: they are answered as if there were none of that number. It refuses to let
anything about a private incident leave through an outlet, whatever was approved before.
"""

from bot.domain.incident import Incident
from bot.domain.refusals import Refusal


def circle(incident: Incident) -> frozenset[str]:
    """Return the user ids of those who work on it: the members of its channel, and whoever holds a role."""
    return incident.channel.members | frozenset(incident.roles.values())


def sees(incident: Incident, user: str) -> bool:
    """Say whether `user` may know that the incident exists."""
    return not incident.private or user in circle(incident)


def seen_by(incident: Incident, users: tuple[str, ...]) -> tuple[str, ...]:
    """Return those of `users` who may know of it, in their order."""
    return tuple(user for user in users if sees(incident, user))


def require_public(incident: Incident) -> None:
    """Raise `Refusal` ``private``: nothing of a private incident is drafted, approved or published."""
    if incident.private:
        raise Refusal(
            "private",
            f"{incident.name} is private, so nothing about it is published. If customers must hear of it, make it "
            f"public first: `/incident public {incident.name}`. Then draft the update, and have it approved.",
        )
