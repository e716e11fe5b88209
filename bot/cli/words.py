"""Slack's own signs in plain words: mentions become names, dates are read out, for a terminal."""

import re

from bot.ports import Services

_USER = re.compile(r"<@([UW][A-Z0-9]{1,30})>")
_DATE = re.compile(r"<!date\^[^>|]*\|([^>]*)>")


async def readable(services: Services, text: str) -> str:
    """Return a text of ours as it reads without Slack."""
    names = {user: await name(services, user) for user in dict.fromkeys(_USER.findall(text))}
    return _USER.sub(lambda found: f"@{names[found[1]]}", _DATE.sub(r"\1", text))


async def name(services: Services, user_id: str) -> str:
    """Return somebody's name as last stored, else the id."""
    known = await services.people.get(user_id)
    return known.name if known and known.name else user_id
