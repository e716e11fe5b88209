"""The one way a Web API method says no. It carries Slack's error code, and refuses to carry prose."""

from __future__ import annotations

from bot.practice.slack_standin.records import Json


class SlackRefusal(Exception):
    def __init__(self, error: str, **extra: object) -> None:
        super().__init__(error)
        self.error = error
        self.extra = extra

    def as_slack(self) -> Json:
        return {"ok": False, "error": self.error, **self.extra}


def invalid(error: str, messages: list[str], **extra: object) -> SlackRefusal:
    """An argument error with Slack's explanation of where it is."""
    return SlackRefusal(error, response_metadata={"messages": messages}, **extra)
