"""Doors: which act each way into Clarion leads to, so that the table of permissions is asked before anything is said.

Every name that a conversation listens to is here, or Clarion does not start. A door turns away who cannot have the act
in this workspace at all (guests, outsiders, bots, closed accounts); what somebody is to the incident is judged where it
is changed, by the same table. It refuses to know what is behind a door.
"""

from collections.abc import Mapping

from bot.domain.permissions import Act, open_to_all
from bot.ports import Services
from bot.usecases.people import insider
from handlers.answer import Answer
from handlers.grammar import Verb
from handlers.heard import Kind
from handlers.refusals import Handler
from handlers.said import Said

VERBS: Mapping[Verb, Act] = {
    Verb.FORM: Act.DECLARE,
    Verb.DECLARE: Act.DECLARE,
    Verb.ASK: Act.LOOK,
    Verb.HELP: Act.ASK_FOR_HELP,
    Verb.LIST: Act.LOOK,
    Verb.CHECK: Act.LOOK,
    Verb.ROLE: Act.GIVE_ROLE,
    Verb.ROLES: Act.LOOK,
    Verb.STAGE: Act.SET_STAGE,
    Verb.SEVERITY: Act.SET_SEVERITY,
    Verb.UPDATE: Act.DRAFT,
    Verb.TIMELINE: Act.LOOK,
    Verb.RESOLVE: Act.END,
    Verb.SECRET: Act.LOOK,
    Verb.FOLLOW: Act.FOLLOW,
    Verb.UNFOLLOW: Act.UNFOLLOW,
    Verb.FOLLOWING: Act.UNFOLLOW,
    Verb.TICKET: Act.CONNECT_TICKETS,
    Verb.TICKETS: Act.LOOK,
    Verb.PRIVATE: Act.MAKE_PRIVATE,
    Verb.RUNBOOK: Act.LOOK,
    Verb.PLAN: Act.LOOK,
    Verb.OUTLETS: Act.LOOK,
    Verb.PARTIES: Act.LOOK,
    Verb.PUBLIC: Act.LOOK,  # it only asks; the button makes it public
}

# None: the act follows from the words ("/incident ...", "@Clarion ..."), or Slack itself tells of something.
DOORS: Mapping[Kind, Mapping[str, Act | None]] = {
    Kind.COMMAND: {"/incident": None},
    Kind.ACTION: {
        "incident_meant": None,
        "offer:pick_incident": Act.LOOK,
        "incident_declare_as": Act.DECLARE,
        "incident_declare_ask": Act.DECLARE,
        "triage_reply": Act.LOOK,
        "triage_declare": Act.DECLARE,
        "incident_join": Act.JOIN,
        "incident_follow": Act.FOLLOW,
        "incident_unfollow": Act.UNFOLLOW,
        "following_stop": Act.UNFOLLOW,
        "home_unfollow": Act.UNFOLLOW,
        "incident_resolve": Act.LOOK,
        "resolve_now": Act.END,
        "resolve_false_alarm": Act.END,
        "resolve_draft": Act.DRAFT,
        "role_take": Act.GIVE_ROLE,
        "role_accept": Act.GIVE_ROLE,
        "role_decline": Act.GIVE_ROLE,
        "role_pass": Act.LOOK,
        "incident_roles": Act.LOOK,
        "secret_make": Act.ENROL,
        "secret_revoke": Act.REVOKE,
        "incident_severity": Act.LOOK,
        "incident_stage": Act.LOOK,
        "incident_tickets": Act.LOOK,
        "incident_timeline": Act.LOOK,
        "timeline_page": Act.LOOK,
        "incident_private": Act.MAKE_PRIVATE,
        "incident_public": Act.LOOK,
        "incident_public_now": Act.MAKE_PUBLIC,
        "runbook_all": Act.LOOK,
        "runbook_book": Act.LOOK,
        "runbook_tick": Act.TICK,
        "runbook_ask": Act.TICK,
        "runbook_approve": Act.APPROVE_STEP,
        "runbook_untick": Act.LOOK,
        "plan_open": Act.LOOK,
        "plan_part": Act.LOOK,
        "plan_page": Act.LOOK,
        "parties_open": Act.LOOK,
        "parties_page": Act.LOOK,
        "party_say": Act.SPEAK_FOR_PARTY,
        "room_reopen": Act.REOPEN_CHANNEL,
        "room_rejoin": Act.REOPEN_CHANNEL,
        "update_draft": Act.LOOK,
        "draft_template": Act.LOOK,
        "update_edit": Act.LOOK,
        "update_correct": Act.LOOK,
        "offer:redraft": Act.LOOK,
        "update_languages": Act.LOOK,
        "offer:translate": Act.LOOK,
        "language_open": Act.LOOK,
        "language_leave": Act.LOOK,
        "offer:leave_out": Act.LOOK,
        "update_read": Act.READ,
        "offer:read_everything": Act.READ,
        "offer:show_update": Act.READ,
        "reading_next": Act.READ,
        "reading_back": Act.READ,
        "update_approve": Act.APPROVE,
        "update_reject": Act.LOOK,
        "update_withdraw": Act.WITHDRAW,
        "update_glass": Act.LOOK,
        "offer:break_glass": Act.LOOK,
        "update_keep": Act.LOOK,
        "offer:words": Act.LOOK,
        "update_stop": Act.STOP,
        "unknown_arrived": Act.DECIDE_UNKNOWN,
        "unknown_again": Act.DECIDE_UNKNOWN,
        "update_open": Act.ASK_FOR_HELP,
    },
    Kind.SUBMISSION: {
        "incident_declare": Act.DECLARE,
        "resolve_waive": Act.END,
        "role_assign": Act.GIVE_ROLE,
        "role_pass_on": Act.GIVE_ROLE,
        "severity_set": Act.SET_SEVERITY,
        "stage_set": Act.SET_STAGE,
        "runbook_untick_form": Act.UNTICK,
        "message_incident": Act.LOOK,
        "update_reject_form": Act.REJECT,
        "update_glass_form": Act.BREAK_GLASS,
        "update_draft_form": Act.DRAFT,
        "update_language_form": Act.DRAFT,
        "language_leave_form": Act.END,
        "update_keep_form": Act.DRAFT,
        "update_approve_read": Act.APPROVE,
    },
    Kind.CLOSED: {},
    Kind.SHORTCUT: {
        "incident_declare": Act.DECLARE,
        "message_note": Act.NOTE,
        "message_draft": Act.LOOK,
        "message_declare": Act.DECLARE,
    },
    Kind.EVENT: {
        "app_mention": None,
        "message.im": None,
        "reaction_added": Act.NOTE,
        "app_home_opened": Act.LOOK,
        **dict.fromkeys(("user_change", "team_join", "member_joined_channel", "member_left_channel")),
        **dict.fromkeys(f"channel_{told}" for told in ("archive", "deleted", "left", "rename", "unarchive")),
        **dict.fromkeys(f"group_{told}" for told in ("archive", "deleted", "left", "rename", "unarchive")),
    },
}


def guarded(tables: Mapping[Kind, Mapping[str, Handler]]) -> Mapping[Kind, Mapping[str, Handler]]:
    """Return the handlers, each behind its door. Raises ValueError where names and doors differ."""
    for kind, doors in DOORS.items():
        if stray := doors.keys() ^ tables.get(kind, {}).keys():
            raise ValueError(f"{kind}: {', '.join(sorted(stray))}: in the conversations or in handlers/doors.py only")
    return {
        kind: {name: _door(DOORS[kind][name], handler) for name, handler in t.items()} for kind, t in tables.items()
    }


async def admit(services: Services, said: Said, act: Act) -> None:
    """Raise `Refusal` if whoever acts cannot have this act here, whatever they are to an incident."""
    if not open_to_all(act):
        await insider(services, said.by, act)


def _act(kind: Kind, name: str) -> Act | None:
    """Return the act to admit for. Most events are not meant for Clarion: those that are judge for themselves."""
    return None if kind is Kind.EVENT else DOORS[kind][name]


def _door(act: Act | None, handler: Handler) -> Handler:
    if act is None or open_to_all(act):
        return handler
    behind: Act = act

    async def admitted(services: Services, said: Said) -> Answer:
        await admit(services, said, behind)
        return await handler(services, said)

    return admitted
