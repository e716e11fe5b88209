"""An incident from its declaration to its end: stage, severity, and how it may be over.

It refuses an end that customers were not told of, unless somebody says why (requirement R28).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.change import Change
from bot.domain.facts import Stage
from bot.domain.incident import ROLE_NAMES, Channel, Ending, EndKind, Incident, Role, Severity, Step
from bot.domain.job import Job, JobKind
from bot.domain.people import Person
from bot.domain.permissions import Act, may_here, require_here
from bot.domain.refusals import Refusal
from bot.domain.telling import TellingKind, added
from bot.domain.text import clean_line, require_reason, require_text
from bot.domain.timeline import Entry, EntryKind
from bot.domain.transitions import INCIDENTS, UPDATES
from bot.domain.update import Update, UpdateState

LONGEST_TITLE = 120
LONGEST_IMPACT = 2_000
LONGEST_REASON = 500
MOST_COMPONENTS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """What the person who declares an incident says of it. `declared_in` is the channel it was said in."""

    title: str
    severity: Severity
    impact: str = ""
    components: tuple[str, ...] = ()
    roles: Mapping[Role, str] | None = None
    declared_in: str = ""
    drill: bool = False
    private: bool = False


def declare(said: Declaration, by: Person, incident_id: str, now: datetime) -> Change:
    """Return the new incident. Whoever declares it commands it until somebody else takes over."""
    require_here(Act.DECLARE, by)
    title = require_text(clean_line(said.title), "title", "The title", LONGEST_TITLE)
    impact = require_text(said.impact, "impact", "What customers see", LONGEST_IMPACT) if said.impact.strip() else ""
    if len(said.components) > MOST_COMPONENTS:
        raise Refusal("too_many", f"Name at most {MOST_COMPONENTS} components.", field="components")
    roles = {Role.COMMANDER: by.user_id, **(said.roles or {})}
    incident = Incident(
        id=incident_id,
        workspace=by.workspace,
        title=title,
        impact=impact,
        severity=said.severity,
        stage=Stage.INVESTIGATING,
        components=tuple(clean_line(c)[:80] for c in said.components if clean_line(c)),
        declared_by=by.user_id,
        declared_at=now,
        declared_in=said.declared_in,
        roles=roles,
        accepted=frozenset(role for role, user in roles.items() if user == by.user_id),
        drill=said.drill,
        private=said.private,
        channel=_private_channel(by, roles) if said.private else Channel(),
    )
    how = "Declared, private," if said.private else "Declared"
    entries = [
        Entry(at=now, kind=EntryKind.DECLARED, actor=by.user_id, text=f"{how} {said.severity}: {title}"),
        *(
            Entry(at=now, kind=EntryKind.ROLE, actor=by.user_id, text=f"{ROLE_NAMES[role]}: <@{user}>")
            for role, user in roles.items()
        ),
    ]
    jobs = [
        Job(id=f"open:{incident_id}", kind=JobKind.OPEN_CHANNEL, incident_id=incident_id),
        *(_tell(incident_id, role, user, now) for role, user in roles.items()),
    ]
    return Change(incident, tuple(entries), tuple(jobs))


def _private_channel(by: Person, roles: Mapping[Role, str]) -> Channel:
    """Return the channel to be opened: never announced, and known to whoever declares and to the roles."""
    return Channel(done=frozenset({Step.ANNOUNCE}), private=True, members=frozenset({by.user_id, *roles.values()}))


def assign(incident: Incident, role: Role, user: Person, by: Person, now: datetime) -> Change:
    """Return the incident with `role` held by `user`; taking a role over from somebody is allowed and told.

    Whoever takes a role themself has accepted it; whoever is given one is asked to.
    """
    require_here(Act.GIVE_ROLE, by)
    require_open(incident)
    require_holder(user)
    previous = incident.roles.get(role)
    if previous == user.user_id:
        return _accepted(incident, role, by, now) if by.user_id == previous else Change(incident)
    own = {role} if user.user_id == by.user_id else set()
    changed = replace(
        without_search(incident, role),
        roles={**incident.roles, role: user.user_id},
        accepted=(incident.accepted - {role}) | own,
    )
    text = f"{ROLE_NAMES[role]}: <@{user.user_id}>" + (f" takes over from <@{previous}>" if previous else "")
    entry = Entry(at=now, kind=EntryKind.ROLE, actor=by.user_id, text=text)
    return Change(
        changed, (entry,), (_tell(incident.id, role, user.user_id, now, by.user_id), redraw(incident.id, now))
    )


def taken_on(incident: Incident, role: Role) -> Incident:
    """Return the incident with a role accepted by its holder: nobody is asked for it any more."""
    return replace(without_search(incident, role), accepted=incident.accepted | {role})


def _accepted(incident: Incident, role: Role, by: Person, now: datetime) -> Change:
    if role in incident.accepted:
        return Change(incident)
    entry = Entry(at=now, kind=EntryKind.ROLE, actor=by.user_id, text=f"{ROLE_NAMES[role]}: <@{by.user_id}> accepts")
    return Change(taken_on(incident, role), (entry,), (redraw(incident.id, now),))


def without_search(incident: Incident, role: Role) -> Incident:
    """Return the incident with nobody asked for a role any more."""
    if role not in incident.searches:
        return incident
    return replace(incident, searches={r: one for r, one in incident.searches.items() if r is not role})


def set_stage(incident: Incident, stage: Stage, by: Person, now: datetime) -> Change:
    """Return the incident at another stage. Resolving has its own rule: see `end`."""
    require_here(Act.SET_STAGE, by)
    require_open(incident)
    if stage is Stage.RESOLVED:
        raise Refusal("use_resolve", "Use Resolve: it asks whether customers have been told that it is over.")
    if stage is incident.stage:
        raise Refusal("already", f"{incident.name} is already {stage}. Nothing was changed.", field="stage")
    text = f"Stage: {incident.stage} → {stage}"
    said = Entry(at=now, kind=EntryKind.STAGE, actor=by.user_id, text=text, key=f"stage:{incident.version}")
    told = added(incident.tellings, incident.id, TellingKind.STAGE, stage, now)
    jobs = (redraw(incident.id, now), note(incident.id, said), *told.jobs)
    changed = replace(incident, stage=INCIDENTS.to(incident.stage, stage), tellings=told.tellings)
    return Change(changed, (said,), jobs)


def set_severity(incident: Incident, severity: Severity, by: Person, now: datetime) -> Change:
    """Return the incident with another severity."""
    require_here(Act.SET_SEVERITY, by)
    require_open(incident)
    if severity is incident.severity:
        raise Refusal("already", f"{incident.name} is already {severity}. Nothing was changed.", field="severity")
    text = f"Severity: {incident.severity} → {severity}"
    said = Entry(at=now, kind=EntryKind.SEVERITY, actor=by.user_id, text=text, key=f"severity:{incident.version}")
    return Change(replace(incident, severity=severity), (said,), (redraw(incident.id, now), note(incident.id, said)))


def end(incident: Incident, kind: EndKind, by: Person, now: datetime, reason: str = "") -> Change:
    """Return the ended incident, or refuse while customers have not been told that it is over.

    QUIET and FALSE_ALARM are for incidents of which nothing was published; WAIVED needs a reason; RESTORED
    happens by itself when the restored notice has been delivered (`delivery.settle`).
    """
    require_here(Act.END, by)
    require_open(incident)
    if incident.told_customers and kind is not EndKind.WAIVED:
        raise Refusal(
            "not_told",
            "Customers were told that this began, so they must be told that it is over. "
            "Publish the restored notice, or waive it with a reason.",
        )
    if kind is EndKind.WAIVED:
        reason = require_reason(reason, LONGEST_REASON)
    words = {
        EndKind.QUIET: "Resolved. Nothing had been published.",
        EndKind.FALSE_ALARM: "Closed as a false alarm. Nothing had been published.",
        EndKind.WAIVED: f"Resolved. The restored notice was waived: {reason}",
    }
    if kind not in words:
        raise Refusal("not_told", "The restored notice ends the incident by itself once it is delivered.")
    return ending(incident, Ending(kind=kind, by=by.user_id, at=now, reason=reason), words[kind])


def ending(incident: Incident, how: Ending, text: str) -> Change:
    """Return the ended incident with its entry and its last words in the channel."""
    told = added(incident.tellings, incident.id, TellingKind.END, Stage.RESOLVED, how.at)
    INCIDENTS.to(incident.ended.kind if incident.ended else incident.stage, how.kind)
    changed = replace(incident, stage=Stage.RESOLVED, ended=how, tellings=told.tellings, searches={})
    # What was approved alone and is held back would leave after the end, and say that it goes on.
    held = tuple(u for u in incident.updates if u.state is UpdateState.APPROVED)
    for update in (*incident.waiting(), *held):
        withdrawn = UPDATES.to(update.state, UpdateState.WITHDRAWN)
        changed = changed.with_update(replace(update, state=withdrawn, submission=None, release_at=None))
    said = Entry(at=how.at, kind=EntryKind.ENDED, actor=how.by, text=text, key="ended")
    stays = (Entry(at=how.at, kind=EntryKind.APPROVAL, actor=how.by, text=_stays(update)) for update in held)
    return Change(changed, (said, *stays), (redraw(incident.id, how.at), note(incident.id, said), *told.jobs))


def _stays(update: Update) -> str:
    return f"Update #{update.number}, approved alone, stays here: the incident ended before it left"


def require_holder(user: Person, field: str = "user") -> None:
    """Raise `Refusal` ``not_an_insider`` unless `user` can hold a role; `field` is the form field to mark."""
    if not may_here(Act.HOLD_ROLE, user):
        raise Refusal(
            "not_an_insider",
            f"<@{user.user_id}> cannot hold a role here: a role takes a colleague, not a guest, an app, somebody from "
            "another company or a closed account. Name somebody else.",
            field=field,
        )


def require_open(incident: Incident) -> None:
    """Raise `Refusal` ``ended`` if the incident is over."""
    if not incident.open:
        raise Refusal("ended", f"{incident.name} is over. If it is back, declare a new one with /incident.")


def require_news(incident: Incident, stage: Stage) -> None:
    """Raise `Refusal` ``ended`` if it is over, unless the update tells customers so who were not told yet."""
    if not (incident.left_current and stage is Stage.RESOLVED):
        require_open(incident)


def recent(incidents: tuple[Incident, ...], now: datetime) -> tuple[Incident, ...]:
    """Return the open incidents of the last hour, newest first: offered as "Join instead"."""
    young = [i for i in incidents if i.open and now - i.declared_at <= timedelta(hours=1)]
    return tuple(sorted(young, key=lambda i: i.declared_at, reverse=True))


def redraw(incident_id: str, now: datetime) -> Job:
    """Return the job that draws the cards from state; several that wait are one, by their id."""
    return Job(id=f"redraw:{incident_id}", kind=JobKind.REDRAW, incident_id=incident_id, due=now)


def announce_job(incident_id: str) -> Job:
    """Return the job that announces an incident, or finds what was announced, to be veiled; one by its id."""
    return Job(id=f"announce:{incident_id}", kind=JobKind.ANNOUNCE, incident_id=incident_id)


def note(incident_id: str, said: Entry, mention: str = "", *, asks: bool = False) -> Job:
    """Return the job that says one timeline entry in the channel, once: it names the entry by its key.

    `mention`: user ids, with spaces between them, of whom it concerns and who are therefore notified. `asks`: it asks
    them for something, so that they are brought into the channel, too.
    """
    args = {"key": said.key} | ({"mention": mention} if mention else {}) | ({"asks": "yes"} if asks else {})
    return Job(id=f"note:{incident_id}:{said.key}", kind=JobKind.NOTE, incident_id=incident_id, args=args)


def _tell(incident_id: str, role: Role, user: str, now: datetime, by: str = "") -> Job:
    return Job(
        id=f"tell:{incident_id}:{role}:{user}:{int(now.timestamp())}",
        kind=JobKind.TELL_ROLE,
        incident_id=incident_id,
        args={"role": role.value, "user": user} | ({"taken": "yes"} if user == by else {}),
    )
