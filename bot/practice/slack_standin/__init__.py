"""A stand-in for Slack, for practice and for tests: see `standin.py`."""

from bot.practice.slack_standin.answer import Answer
from bot.practice.slack_standin.courier import NobodyListens
from bot.practice.slack_standin.form import RefusedByClient
from bot.practice.slack_standin.person import Person
from bot.practice.slack_standin.records import ApiCall, Channel, Message, Notification, OpenView, User
from bot.practice.slack_standin.screen import NotOnScreen, visible_text
from bot.practice.slack_standin.standin import SlackStandIn
from bot.practice.slack_standin.transport import SignedRequest
from bot.practice.slack_standin.trouble import Trouble
from bot.practice.slack_standin.workspace import OUTSIDE_TEAM_ID, TEAM_ID, NotInWorkspace, Workspace

__all__ = [
    "OUTSIDE_TEAM_ID",
    "TEAM_ID",
    "Answer",
    "ApiCall",
    "Channel",
    "Message",
    "NobodyListens",
    "NotInWorkspace",
    "NotOnScreen",
    "Notification",
    "OpenView",
    "Person",
    "RefusedByClient",
    "SignedRequest",
    "SlackStandIn",
    "Trouble",
    "User",
    "Workspace",
    "visible_text",
]
