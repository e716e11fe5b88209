"""Slack's own signs in plain words: mentions become names, dates are read out, for a terminal."""

import re

from bot.ports import Services

_USER = re.compile(r"<@([UW][A-Z0-9]{1,30})>")
# What can be said in Slack and on a command line under the same name; the rest, as a new secret, only in Slack.
_SAID_IN_SLACK = re.compile(r"`/incident (list|stage|resolve|private|public)\b")
_DECLARED_IN_SLACK = "declare a new one with /incident"
_DATE = re.compile(r"<!date\^[^>|]*\|([^>]*)>")


async def readable(services: Services, text: str) -> str:
    """Return a text of ours as it reads without Slack."""
    names = {user: await name(services, user) for user in dict.fromkeys(_USER.findall(text))}
    return _USER.sub(lambda found: f"@{names[found[1]]}", _DATE.sub(r"\1", text))


async def refused_here(services: Services, sentence: str) -> str:
    """Return why something was refused, for somebody who has no Slack: commands as they are called here."""
    here = sentence.replace(_DECLARED_IN_SLACK, "declare a new one with `clarion incident declare`")
    return await readable(services, _SAID_IN_SLACK.sub(r"`clarion incident \1", here))


async def name(services: Services, user_id: str) -> str:
    """Return somebody's name as last stored, else the id."""
    known = await services.people.get(user_id)
    return known.name if known and known.name else user_id
