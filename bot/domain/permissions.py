"""Who may do what: the one table that every check asks, and that the tests read (failure model 24, 33).

A check names the act; the table says whose it is. It refuses by default: nobody can ask for an act that the table
does not have, and whoever is not a colleague here (guest, outsider, bot, closed account) holds no standing but that
one. What only a private incident hides is `privacy`'s.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.incident import Incident, Role
from bot.domain.people import Person, require_insider
from bot.domain.policy import Policy
from bot.domain.privacy import sees
from bot.domain.refusals import Refusal
from bot.domain.update import Update


class Standing(StrEnum):
    """What somebody is: to this workspace, to an incident, to an update."""

    COMMANDER = "incident commander"
    COMMUNICATIONS = "communications lead"
    SUPPORT = "support lead"
    SCRIBE = "scribe"
    APPROVER = "approver by setting"
    DECLARER = "who declared it"
    AUTHOR = "author of the update"
    COLLEAGUE = "colleague"
    GUEST = "guest"
    OUTSIDER = "person of another company"
    BOT = "bot"
    DEACTIVATED = "closed account"


class Act(StrEnum):
    """What can be done, in the words of the table that people read."""

    ASK_FOR_HELP = "read the help"
    LOOK = "see incidents, timelines, texts and forms"
    DECLARE = "declare an incident"
    JOIN = "join an incident's channel"
    GIVE_ROLE = "give or take over a role"
    HOLD_ROLE = "hold a role"
    SET_STAGE = "change the stage"
    SET_SEVERITY = "change the severity"
    END = "end an incident"
    NOTE = "add to the timeline"
    CONNECT_TICKETS = "connect tickets"
    TICK = "tick off a step, or ask for its approval"
    UNTICK = "take back a step that they ticked off; the commander: any"
    APPROVE_STEP = "approve a step that somebody else asked for"
    SPEAK_FOR_PARTY = "say that a party is told, ready, or standing by"
    FOLLOW = "follow"
    UNFOLLOW = "stop following"
    REOPEN_CHANNEL = "bring the channel back"
    MAKE_PRIVATE = "make an incident private"
    MAKE_PUBLIC = "make an incident public"
    DRAFT = "draft an update, edit one, ask for approval"
    WITHDRAW = "take back an update that waits"
    READ = "read an update to its end, for the record"
    APPROVE = "approve an update"
    BREAK_GLASS = "approve alone, with a reason and a delay"
    REJECT = "reject an update"
    STOP = "stop an update"
    DECIDE_UNKNOWN = "say what became of an unknown delivery"
    ENROL = "make a personal secret"
    REVOKE = "forget one's own secret"
    PROVE = "act on a command line"


@dataclass(frozen=True, slots=True)
class Rule:
    """Whose an act is: whoever has one of the standings in `may` and none of those in `never`."""

    may: frozenset[Standing]
    never: frozenset[Standing] = frozenset()

    def allows(self, held: frozenset[Standing]) -> bool:
        """Say whether somebody of these standings may."""
        return bool(self.may & held) and not self.never & held


_ANYBODY = Rule(frozenset(Standing))
_COLLEAGUES = Rule(frozenset({Standing.COLLEAGUE}))
_APPROVERS = Rule(frozenset({Standing.COMMANDER, Standing.COMMUNICATIONS, Standing.APPROVER}))
_OWNERS = Rule(_APPROVERS.may | {Standing.DECLARER})

PERMISSIONS: Mapping[Act, Rule] = {
    Act.ASK_FOR_HELP: _ANYBODY,
    Act.LOOK: _COLLEAGUES,
    Act.DECLARE: _COLLEAGUES,
    Act.JOIN: _COLLEAGUES,
    Act.GIVE_ROLE: _COLLEAGUES,
    Act.HOLD_ROLE: _COLLEAGUES,
    Act.SET_STAGE: _COLLEAGUES,
    Act.SET_SEVERITY: _COLLEAGUES,
    Act.END: _COLLEAGUES,
    Act.NOTE: _COLLEAGUES,
    Act.CONNECT_TICKETS: _COLLEAGUES,
    Act.TICK: _COLLEAGUES,
    Act.UNTICK: _COLLEAGUES,
    Act.APPROVE_STEP: Rule(_OWNERS.may | {Standing.SUPPORT, Standing.SCRIBE}),  # never who asked for it
    Act.SPEAK_FOR_PARTY: _COLLEAGUES,
    Act.FOLLOW: _COLLEAGUES,
    Act.UNFOLLOW: _ANYBODY,  # who became a guest must be able to leave
    Act.REOPEN_CHANNEL: _COLLEAGUES,
    Act.MAKE_PRIVATE: Rule(_OWNERS.may | {Standing.SUPPORT, Standing.SCRIBE}),  # hiding is safe
    Act.MAKE_PUBLIC: _OWNERS,
    Act.DRAFT: _COLLEAGUES,
    Act.WITHDRAW: _COLLEAGUES,
    Act.READ: _COLLEAGUES,
    Act.APPROVE: Rule(_APPROVERS.may, never=frozenset({Standing.AUTHOR})),
    Act.BREAK_GLASS: _APPROVERS,
    Act.REJECT: _APPROVERS,
    Act.STOP: _COLLEAGUES,  # stopping is safe (failure model 5b)
    Act.DECIDE_UNKNOWN: _COLLEAGUES,
    Act.ENROL: _COLLEAGUES,
    Act.REVOKE: _ANYBODY,
    Act.PROVE: _COLLEAGUES,
}

# Of these the plan says which roles may, for each severity; without it, those of the table.
_BY_PLAN = frozenset({Act.APPROVE, Act.BREAK_GLASS, Act.REJECT})

_ROLES: Mapping[Role, Standing] = {
    Role.COMMANDER: Standing.COMMANDER,
    Role.COMMUNICATIONS: Standing.COMMUNICATIONS,
    Role.SUPPORT: Standing.SUPPORT,
    Role.SCRIBE: Standing.SCRIBE,
}


def standing_here(person: Person) -> Standing:
    """Return what somebody is to this workspace."""
    if person.deactivated:
        return Standing.DEACTIVATED
    if person.bot:
        return Standing.BOT
    if person.guest:
        return Standing.GUEST
    return Standing.OUTSIDER if person.outside else Standing.COLLEAGUE


def open_to_all(act: Act) -> bool:
    """Say whether an act is anybody's of this workspace, guests' too, so that nobody need be looked up for it."""
    return PERMISSIONS[act] is _ANYBODY


def may_here(act: Act, person: Person) -> bool:
    """Say whether somebody may as far as this workspace is concerned, whatever they are to an incident."""
    here = standing_here(person)
    return here is Standing.COLLEAGUE or here in PERMISSIONS[act].may


def require_here(act: Act, person: Person) -> None:
    """Raise `Refusal` with the sentence for guests, outsiders, bots and closed accounts, unless the act is theirs."""
    if may_here(act, person):
        return
    if act is Act.FOLLOW:
        here = standing_here(person)
        who = {Standing.GUEST: "Guests", Standing.OUTSIDER: "People from other companies"}.get(here, "Such accounts")
        raise Refusal("not_an_insider", f"{who} cannot follow incidents. The status page shows what is published.")
    require_insider(person)


def holders(act: Act, incident: Incident, policy: Policy) -> frozenset[str]:
    """Return the user ids of those who may by what they are to this incident; of a private one, only who sees it."""
    may, rule = PERMISSIONS[act].may, policy.at(incident.severity)
    named = {
        user
        for role, user in incident.roles.items()
        if _ROLES[role] in may and (act not in _BY_PLAN or role in rule.roles)
    }
    if Standing.APPROVER in may:
        planned = (incident.roles.get(role, "") for role in rule.roles)
        named |= {user for user in (*rule.approvers, *rule.standby, *planned) if sees(incident, user)}
    if Standing.DECLARER in may:
        named.add(incident.declared_by)
    return frozenset(user for user in named if user and (sees(incident, user) or user == incident.declared_by))


def barred(act: Act, update: Update, user: str) -> bool:
    """Say whether somebody may not because of what they are to this update."""
    return Standing.AUTHOR in PERMISSIONS[act].never and user in update.authors
