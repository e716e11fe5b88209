"""Subscription: which incidents a support person follows, and so hears of by DM.

It refuses guests and people from outside: they see neither drafts nor DMs (failure model 33).
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from bot.domain.incident import Incident, Severity
from bot.domain.people import Person
from bot.domain.permissions import Act, require_here

# Ids begin with their time, so the newest are kept: who follows more has long forgotten the oldest.
MOST_INCIDENTS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Following:
    """What one person follows.

    Attributes:
        incidents: ids of those that were followed one by one.
        severities: every incident of these is followed.
        left: ids that the person left although a severity or `everything` covers them.
    """

    user: str
    incidents: frozenset[str] = frozenset()
    severities: frozenset[Severity] = frozenset()
    everything: bool = False
    left: frozenset[str] = frozenset()

    def covers(self, incident: Incident, *, heard: Collection[str] = ()) -> bool:
        """Say whether this person hears of `incident`; of a private one, only as a member of its channel.

        `heard`: the severities that it had when they heard of it. Who still follows one of those hears how it goes
        on and ends at any other, too; who heard of it in another way, and left, does not.
        """
        if incident.private and self.user not in incident.channel.members:
            return False
        if incident.id in self.incidents:
            return True
        if incident.id in self.left:
            return False
        return self.everything or not self.severities.isdisjoint({incident.severity, *heard})

    @property
    def nothing(self) -> bool:
        """Whether nothing at all is followed."""
        return not (self.incidents or self.severities or self.everything)


Turn = Callable[[Following], Following]


def require_follower(person: Person) -> None:
    """Raise `Refusal` ``not_an_insider`` unless this person may hear what followers hear."""
    require_here(Act.FOLLOW, person)


def follow(incident_id: str) -> Turn:
    """Return what begins to follow one incident."""
    return lambda f: replace(f, incidents=_newest(f.incidents | {incident_id}), left=f.left - {incident_id})


def unfollow(incident_id: str) -> Turn:
    """Return what leaves one incident, whichever way it was followed."""

    def turn(f: Following) -> Following:
        covered = f.everything or bool(f.severities)
        left = _newest(f.left | {incident_id}) if covered else frozenset[str]()
        return replace(f, incidents=f.incidents - {incident_id}, left=left)

    return turn


def follow_severity(severity: Severity) -> Turn:
    """Return what begins to follow all incidents of a severity."""
    return lambda f: replace(f, severities=f.severities | {severity})


def unfollow_severity(severity: Severity) -> Turn:
    """Return what stops following a severity; incidents followed one by one stay."""
    return lambda f: _tidy(replace(f, severities=f.severities - {severity}))


def follow_everything(f: Following) -> Following:
    """Begin to follow all incidents."""
    return replace(f, everything=True)


def unfollow_everything(f: Following) -> Following:
    """Stop following everything; severities and incidents followed by themselves stay."""
    return _tidy(replace(f, everything=False))


def unfollow_all(f: Following) -> Following:
    """Stop following anything at all, however it was followed."""
    return Following(user=f.user)


def followers(
    incident: Incident, known: Iterable[Following], heard: Mapping[str, Collection[str]] | None = None
) -> tuple[str, ...]:
    """Return who follows `incident`, in a fixed order. `heard`: who has heard of it, and at which severities."""
    at = heard or {}
    return tuple(sorted(f.user for f in known if f.covers(incident, heard=at.get(f.user, ()))))


def _tidy(f: Following) -> Following:
    return f if f.everything or f.severities else replace(f, left=frozenset())


def _newest(ids: frozenset[str]) -> frozenset[str]:
    return frozenset(sorted(ids)[-MOST_INCIDENTS:])
