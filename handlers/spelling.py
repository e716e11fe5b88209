"""A command spelled again: the words that a button carries, and those that it is named by. Pure."""

from dataclasses import replace

from bot.slack.mrkdwn import escape
from handlers.grammar import Command, Verb


def spell(command: Command) -> str:
    """Return the text that parses to this command: what a button carries to say it again. Not for declaring."""
    number = f"INC-{command.number}" if command.number is not None else ""
    users = " ".join("me" if user == "me" else f"<@{user}>" for user in command.users)
    scope = command.severity.value if command.severity else "everything" if command.everything else ""
    group = f"<!subteam^{command.group}>" if command.group else ""
    check = ("--private" if command.private else "", escape(command.title)) if command.verb is Verb.CHECK else ()
    gone = "remove" if command.removed else ""
    parts = (
        command.verb.value,
        gone,
        *check,
        command.role,
        command.stage,
        scope,
        *command.tickets,
        users,
        group,
        number,
    )
    return " ".join(part for part in parts if part)


def spelled_for(command: Command, number: int) -> str:
    """Return the command's text, said of this incident."""
    return spell(replace(command, number=number))


def labelled(command: Command) -> str:
    """Return how a button names the command: its words without the people."""
    return spell(replace(command, users=(), group=""))
