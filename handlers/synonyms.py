"""Single words that people try instead of a command, and the command that they may have meant.

Each leads to a question, never to an act. It refuses words that begin a sentence about what is wrong.
"""

from collections.abc import Mapping

SYNONYMS: Mapping[str, str] = {
    **dict.fromkeys(("triage", "unsure", "questions", "criteria"), "check"),
    **dict.fromkeys(("status", "show", "ls", "all", "join", "incidents"), "list"),
    **dict.fromkeys(("close", "end", "done", "fixed", "resolved", "finish"), "resolve"),
    **dict.fromkeys(("log", "history", "events"), "timeline"),
    **dict.fromkeys(("sev", "priority"), "severity"),
    **dict.fromkeys(("draft", "publish", "post", "communicate", "correct"), "update"),
    **dict.fromkeys(("who", "people", "team"), "roles"),
    **dict.fromkeys(("commander", "comms", "scribe", "accept", "pass"), "role"),
    **dict.fromkeys(("confidential", "hide"), "private"),
    **dict.fromkeys(("subscribe", "watch"), "follow"),
    **dict.fromkeys(("unsubscribe", "leave"), "unfollow"),
    **dict.fromkeys(("investigating", "identified", "monitoring"), "stage"),
}
