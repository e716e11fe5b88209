"""What somebody typed, as they saw it, and the sentences about names that Slack did not turn into people. Pure."""

import re

from bot.domain.text import clean_line

# Both forms that Slack sends (slack_facts): <@U1> and <@U1|name>.
MENTION = re.compile(r"<@([UW][A-Z0-9]{1,30})(?:\|[^<>]*)?>")
_LABELLED = re.compile(r"<[#!]?[^<>|\s]*\|([^<>]*)>")
# Slack's own marks alone: "<b>" is what somebody typed, where Slack does not escape it.
_UNLABELLED = re.compile(r"<(?:[#!]([^<>|\s@]+)|((?:https?|mailto|tel):[^<>|\s]+))>")


def as_read(text: str) -> str:
    """Return the text as its reader saw it: Slack's links, channels and three entities undone."""
    shown = _UNLABELLED.sub(lambda found: found[1] or found[2], _LABELLED.sub(r"\1", text))
    return clean_line(shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))


def who(name: str) -> str:
    """Return the sentence about a name that is nobody yet."""
    shown = name if len(name) <= 60 else name[:59] + "…"
    return f"Slack did not say who {shown} is. Type @ and pick the person from the list that opens."


def no_group(handle: str, command: str = "") -> str:
    """Return the sentence about a user group behind a command that takes none; "" is a declaration."""
    shown = (handle if len(handle) <= 60 else handle[:59] + "…") or "That"
    if command == "unfollow":
        return f"{shown} is a group. Each of its members leaves by themselves, with Unfollow."
    if command in ("", "role"):
        return f"{shown} is a group, and a role takes one person. Name somebody from it."
    if command == "follow":
        return f"{shown} is not the only group. Name one at a time."
    return f"{shown} is a group, and “{command}” takes none."
