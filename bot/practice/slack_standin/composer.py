"""What happens when somebody presses Enter below a conversation: a command, a message, or Slack's own no.

Sources: Slack docs, "Slash commands" (not in threads; the sentence is the client's, bolt-python #873), and the client's
answer to a command that nobody has. It refuses what the client refuses: empty lines, and writing where one is not.
"""

from __future__ import annotations

from collections.abc import Collection

from bot.practice.slack_standin.answer import Answer
from bot.practice.slack_standin.methods.chat import show_ephemeral
from bot.practice.slack_standin.person import Person
from bot.practice.slack_standin.records import Channel
from bot.practice.slack_standin.screen import NotOnScreen
from bot.practice.slack_standin.workspace import TEAM_ID

NOT_IN_THREADS = "{command} is not supported in threads. Sorry!"
NOT_A_COMMAND = (
    "{command} is not a valid command. In Slack, all messages that start with the “/” character are interpreted as "
    "commands. If you are trying to send a message and not run a command, try preceding the “/” with an empty space."
)


NOT_HERE = (
    "You mentioned @{bot}, but it is not in this channel and has not heard you. To add it, press the number of members "
    "above."
)


async def enter(
    person: Person, channel: Channel, text: str, *, commands: Collection[str], thread_ts: str | None = None
) -> Answer | None:
    """Take one line as the client does. None when the bot heard of no command. Raises NotOnScreen."""
    if not text.strip():
        raise NotOnScreen("there is nothing to say yet")
    if person.id not in channel.members:
        raise NotOnScreen(f"{person.name} is not in {channel.name or 'this conversation'}")
    if channel.is_archived:
        raise NotOnScreen(f"#{channel.name} is archived: nobody can write there")
    if not text.startswith("/"):
        await person.say(channel, text.strip(), thread_ts=thread_ts)
        bot = person.stage.workspace.bot
        # Slack docs, "app_mention": who mentions an app that is not there gets a word about it, and the app no event.
        if f"<@{bot.id}>" in text and not channel.is_im and bot.id not in channel.members:
            whisper(person, channel, NOT_HERE.format(bot=bot.real_name), thread_ts)
        return None
    command, *rest = text.split(maxsplit=1)
    # An app's commands are those of the workspace that it is installed in.
    if command not in commands or person.user.team_id != TEAM_ID:
        whisper(person, channel, NOT_A_COMMAND.format(command=command), thread_ts)
        return None
    if thread_ts:
        whisper(person, channel, NOT_IN_THREADS.format(command=command), thread_ts)
        return None
    return await person.command(command, "".join(rest).strip(), channel=channel)


def whisper(person: Person, channel: Channel, text: str, thread_ts: str | None = None) -> None:
    """Slackbot tells one person something that nobody else sees."""
    stage = person.stage
    message = show_ephemeral(stage, channel, person.id, text, [], [])
    message.user, message.bot_id, message.app_id = stage.workspace.slackbot.id, None, None
    message.thread_ts = thread_ts
