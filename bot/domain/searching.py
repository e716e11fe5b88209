"""Searching for somebody to take a role on: who is asked next, when, and how it ends (R3, R4, R9).

A role that the severity asks for is searched for until its holder has accepted it. The plan's contacts are asked by
direct message, then the standby, one after another; the channel is reminded. It refuses to go on once the role is
taken, the severity no longer asks for it or the incident is over, to ask anybody twice in one search, and to tell of a
private incident to whoever is not in it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.change import Change
from bot.domain.incident import ROLE_NAMES, Incident, Role, Search
from bot.domain.job import Job, JobKind
from bot.domain.lifecycle import assign, note, redraw, require_open, taken_on, without_search
from bot.domain.people import Person
from bot.domain.permissions import Act, require_here
from bot.domain.plan import Plan
from bot.domain.privacy import sees
from bot.domain.refusals import Refusal
from bot.domain.timeline import Entry, EntryKind

# How long one person has to answer before the next is asked: as long as an approver has (issue 2, item 10).
PATIENCE = timedelta(minutes=3)
# When the channel is reminded, counted from the beginning of the search; after the last, again and again.
REMINDERS = (timedelta(minutes=5), timedelta(minutes=15), timedelta(minutes=30))
AGAIN = timedelta(minutes=30)


# ---------------------------------------------------------------- what is searched for


def needed(incident: Incident, plan: Plan) -> tuple[Role, ...]:
    """Return the roles that the severity asks for and that nobody has taken on, the most needed first."""
    if not incident.open:
        return ()
    wanted = plan.severities[incident.severity].roles
    return tuple(role for role in wanted if role not in incident.roles or role not in incident.accepted)


def after(change: Change, plan: Plan, now: datetime, without: str = "") -> Change:
    """Return the change with the searches that it asks for begun, and those that it makes needless ended.

    `without`: who has just given the role away, and is not asked to take it again.
    """
    incident = change.incident
    open_ = needed(incident, plan)
    begun = tuple(role for role in open_ if role not in incident.searches)
    kept = {role: one for role, one in incident.searches.items() if role in open_}
    searches = kept | {role: Search(since=now, declined=frozenset({without} - {""})) for role in begun}
    if searches == incident.searches:
        return change
    jobs = (*change.jobs, *_jobs(incident, begun, plan, now))
    return replace(change, incident=replace(incident, searches=searches), jobs=jobs)


def _jobs(incident: Incident, begun: Sequence[Role], plan: Plan, now: datetime) -> tuple[Job, ...]:
    since = now.isoformat()
    listed = [role for role in begun if _listed(plan, role)]
    return (
        *(
            Job(
                id=search_id(incident.id, role, now),
                kind=JobKind.SEARCH_ROLE,
                incident_id=incident.id,
                args={"role": role.value, "since": since},
                due=due(incident, role, Search(since=now)),
            )
            for role in listed
        ),
        *(
            [
                Job(
                    id=f"roles:{incident.id}:{since}",
                    kind=JobKind.REMIND_ROLES,
                    incident_id=incident.id,
                    args={"since": since},
                    due=reminder_at(now, 1),
                )
            ]
            if begun
            else []
        ),
    )


def search_id(incident_id: str, role: Role, since: datetime) -> str:
    """Return the id of the one job of a search: its turns are the same job, put back."""
    return f"search:{incident_id}:{role}:{since.isoformat()}"


def running(incident: Incident, role: Role, since: datetime, plan: Plan) -> Search | None:
    """Return the search that began at `since`, if it still goes on."""
    found = incident.searches.get(role)
    return found if found and found.since == since and role in needed(incident, plan) else None


# ---------------------------------------------------------------- whose turn it is


def due(incident: Incident, role: Role, search: Search) -> datetime:
    """Return when the next person is asked: at once if nobody can be waited for."""
    if search.asked and search.asked_at:
        return search.since if search.asked[-1] in search.declined else search.asked_at + PATIENCE
    return search.since + PATIENCE if role in incident.roles else search.since


def candidates(incident: Incident, role: Role, search: Search, plan: Plan) -> tuple[str, ...]:
    """Return whom to ask, in order: contacts, then standby, who were not asked, hold no role, and may know of it."""
    busy = {*search.asked, *search.declined, *incident.roles.values()}
    return tuple(user for user in _listed(plan, role) if user not in busy and sees(incident, user))


def _listed(plan: Plan, role: Role) -> tuple[str, ...]:
    named = plan.roles.get(role)
    return tuple(dict.fromkeys((*named.contacts, *named.standby))) if named else ()


def ask(incident: Incident, role: Role, user: str, now: datetime) -> Change:
    """Return the incident with one more person asked for a role; that it is searched for was judged before."""
    search = incident.searches[role]
    asked = replace(search, asked=(*search.asked, user), asked_at=now)
    entry = Entry(at=now, kind=EntryKind.ROLE, actor="", text=f"{ROLE_NAMES[role]}: <@{user}> is asked to take it")
    tell = Job(
        id=f"ask_role:{incident.id}:{role}:{search.since.isoformat()}:{user}",
        kind=JobKind.ASK_ROLE,
        incident_id=incident.id,
        args={"role": role.value, "user": user, "since": search.since.isoformat()},
    )
    return Change(_with(incident, role, asked), (entry,), (tell, redraw(incident.id, now)))


def unreachable(incident: Incident, role: Role, user: str, now: datetime) -> Change:
    """Return the incident knowing that somebody asked takes no messages, so that the next is asked at once."""
    return _declined(incident, role, user, now, f"{ROLE_NAMES[role]}: <@{user}> cannot be reached by direct message")


# ---------------------------------------------------------------- what they answer


def accept(incident: Incident, role: Role, by: Person, now: datetime) -> Change:
    """Return the incident with a role accepted: by its holder, or by somebody who was asked to take it."""
    require_here(Act.GIVE_ROLE, by)
    require_open(incident)
    search = incident.searches.get(role)
    if incident.roles.get(role) == by.user_id or (search is not None and by.user_id in search.asked):
        return assign(incident, role, by, by, now)
    raise Refusal("not_asked", _settled(incident, role))


def decline(incident: Incident, role: Role, by: Person, now: datetime) -> Change:
    """Return the incident knowing that somebody who was asked cannot, so that the next is asked at once."""
    require_here(Act.GIVE_ROLE, by)
    require_open(incident)
    search = incident.searches.get(role)
    if search is None or by.user_id not in search.asked:
        raise Refusal("not_asked", _settled(incident, role))
    if by.user_id in search.declined:
        return Change(incident)
    text = f"{ROLE_NAMES[role]}: <@{by.user_id}> cannot take it"
    return _declined(incident, role, by.user_id, now, text, by.user_id)


def pass_on(incident: Incident, role: Role, by: Person, to: Person | None, now: datetime) -> Change:
    """Return the incident with a role passed on by its holder; `to` None: nobody has it, and it is searched for."""
    require_here(Act.GIVE_ROLE, by)
    require_open(incident)
    if incident.roles.get(role) != by.user_id:
        raise Refusal("not_holder", f"You cannot pass it on any more. {_settled(incident, role)}")
    if to is not None:
        if to.user_id == by.user_id:
            raise Refusal("already", "You have it already. Name somebody else, or nobody.", field="user")
        return assign(incident, role, to, by, now)
    text = f"{ROLE_NAMES[role]}: <@{by.user_id}> hands it back, so nobody has it"
    key = f"handed_back:{role}:{incident.version}"
    said = Entry(at=now, kind=EntryKind.ROLE, actor=by.user_id, text=text, key=key)
    left = replace(
        without_search(incident, role),
        roles={r: user for r, user in incident.roles.items() if r is not role},
        accepted=incident.accepted - {role},
    )
    return Change(left, (said,), (redraw(incident.id, now), note(incident.id, said)))


def at_work(incident: Incident, entries: Iterable[Entry]) -> tuple[Role, ...]:
    """Return the searched roles whose holder has done something in the incident since: that is a yes, too."""
    done = tuple((entry.actor, entry.at) for entry in entries if entry.actor)
    return tuple(
        role
        for role, search in incident.searches.items()
        if any(actor == incident.roles.get(role) and at >= search.since for actor, at in done)
    )


def noticed(incident: Incident, holders: Iterable[tuple[Role, str]], now: datetime) -> Change:
    """Return the incident with these holders taken to have accepted, where they still hold the role."""
    changed = incident
    for role, user in holders:
        if changed.roles.get(role) == user:
            changed = taken_on(changed, role)
    return Change(incident) if changed == incident else Change(changed, (), (redraw(incident.id, now),))


# ---------------------------------------------------------------- reminding the channel


def still_open(incident: Incident, since: datetime, plan: Plan) -> tuple[Role, ...]:
    """Return the roles of the searches that began at `since` and still go on."""
    return tuple(role for role in Role if running(incident, role, since, plan))


def reminder_at(since: datetime, turn: int) -> datetime:
    """Return when the channel is reminded the `turn`-th time, counted from 1."""
    late = max(turn - len(REMINDERS), 0)
    return since + REMINDERS[min(turn, len(REMINDERS)) - 1] + late * AGAIN


def reminders_due(since: datetime, now: datetime) -> int:
    """Return how many reminders' times have come."""
    turn = sum(1 for wait in REMINDERS if now >= since + wait)
    return turn if turn < len(REMINDERS) else turn + (now - since - REMINDERS[-1]) // AGAIN


# ---------------------------------------------------------------- parts


def _with(incident: Incident, role: Role, search: Search) -> Incident:
    return replace(incident, searches={**incident.searches, role: search})


def _declined(incident: Incident, role: Role, user: str, now: datetime, text: str, actor: str = "") -> Change:
    search = incident.searches.get(role)
    if search is None or user not in search.asked or user in search.declined:
        return Change(incident)
    changed = _with(incident, role, replace(search, declined=search.declined | {user}))
    entry = Entry(at=now, kind=EntryKind.ROLE, actor=actor, text=text)
    # Whoever was asked after them has their own time to answer.
    hurry = (search_id(incident.id, role, search.since),) if search.asked[-1] == user else ()
    return Change(changed, (entry,), (redraw(incident.id, now),), hurry=hurry)


def _settled(incident: Incident, role: Role) -> str:
    name = ROLE_NAMES[role].lower()
    holder = incident.roles.get(role)
    if holder is None:
        return f"Nobody is the {name} of {incident.called} now. To take it, press Take over on the card."
    return f"<@{holder}> is the {name} of {incident.called} now. Nothing was changed, and you need not do anything."
