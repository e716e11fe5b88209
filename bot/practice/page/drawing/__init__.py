"""Slack's Block Kit as HTML for the practice page, and what a browser filled in as Slack's form state.

It draws what the stand-in for Slack holds and refuses to know where it is shown: the shell of the page places it,
and says so with `data-where`.
"""

from bot.practice.page.drawing.drawing import UNSUPPORTED, message_body, view_body
from bot.practice.page.drawing.look import Look
from bot.practice.page.drawing.mrkdwn import mrkdwn
from bot.practice.page.drawing.posting import NotPosted, posted

__all__ = ["UNSUPPORTED", "Look", "NotPosted", "message_body", "mrkdwn", "posted", "view_body"]
