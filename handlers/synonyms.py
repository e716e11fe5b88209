"""Words and short questions that people try instead of a command, and the command that they may have meant.

Each leads to a question, never to an act. It refuses words that begin a sentence about what is wrong.
"""

import re
from collections.abc import Mapping

from bot.domain.incident import Role

SYNONYMS: Mapping[str, str] = {
    **dict.fromkeys(("triage", "unsure", "questions", "criteria"), "check"),
    **dict.fromkeys(("status", "show", "ls", "all", "join", "incidents"), "list"),
    **dict.fromkeys(("close", "end", "done", "fixed", "resolved", "finish"), "resolve"),
    **dict.fromkeys(("log", "history", "events", "note"), "timeline"),
    **dict.fromkeys(("sev", "priority"), "severity"),
    **dict.fromkeys(("draft", "publish", "post", "communicate", "correct"), "update"),
    **dict.fromkeys(("who", "people", "team", "duties", "standby", "oncall", "on-call"), "roles"),
    **dict.fromkeys(("steps", "step", "checklist", "playbook", "todo"), "runbook"),
    **dict.fromkeys(("party", "rollcall", "roll-call", "stakeholders", "notify", "call"), "parties"),
    **dict.fromkeys(("access", "channels"), "outlets"),
    **dict.fromkeys(("severities", "audiences", "approvers", "risks", "values", "scenarios"), "plan"),
    **dict.fromkeys(("connect", "attach", "link"), "ticket"),
    **dict.fromkeys(("hi", "hello", "hey", "thanks", "thx", "ok", "yes", "no", "test", "hilfe", "aide"), "help"),
    **dict.fromkeys(("commander", "comms", "scribe", "accept", "pass"), "role"),
    **dict.fromkeys(("confidential", "hide"), "private"),
    **dict.fromkeys(("subscribe", "watch"), "follow"),
    **dict.fromkeys(("unsubscribe", "leave"), "unfollow"),
    **dict.fromkeys(("investigating", "identified", "monitoring"), "stage"),
}

# A whole question that means a command and never something that is broken.
_QUESTIONS: Mapping[str, str] = {
    r"(is (this|it|that) )?(really )?an incident": "check",
    r"(how do i )?get access( to .{1,40})?": "outlets",
    r"what (do|should|can) (i|we) do( now| next)?": "runbook",
    r"who (must|should|needs to|has to) know": "parties",
    r"(the )?roll[ -]?call|call (the )?parties": "parties",
    r"(the )?next steps?": "runbook",
    r"who (does what|is on call|is in charge)": "roles",
}


def asked(words: str) -> str:
    """Return the command that a whole question means, "" if none."""
    plain = words.strip(" ?!.").lower()
    return next((verb for pattern, verb in _QUESTIONS.items() if re.fullmatch(pattern, plain)), "")


# What people call the roles.
ROLES = {
    **dict.fromkeys(("commander", "ic"), Role.COMMANDER),
    **dict.fromkeys(("comms", "communications", "communication"), Role.COMMUNICATIONS),
    "support": Role.SUPPORT,
    "scribe": Role.SCRIBE,
}
ROLE_FILLERS = frozenset({"incident", "lead", "to", "is"})
