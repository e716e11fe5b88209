"""Carries an answer to the person: in the acknowledgement where Slack takes one there, else behind it.

A command takes words in its acknowledgement, a form takes errors, another modal or nothing, a click takes nothing at
all. What cannot travel there goes through the response_url, then as a direct message. It refuses to lose words:
every way that fails falls back to the next one, and only the last failure is logged.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog

from bot.ports import Chat, ChatRefused, ChatUnavailable, ChatUnknown, Message, View
from bot.slack.views import notice
from handlers.answer import Answer, Done, Errors, Open, Push, Replace, Say
from handlers.heard import Heard, Kind
from handlers.tasks import Tasks

STILL_WORKING = "Still working on it. The answer follows here as soon as it is there."
_STILL_WORKING_FORM = "Still working on it. The answer follows here, or as a direct message if you close this."
_DONE = "Done."
_NOT_SHOWN = "Slack is slow just now and the form did not open. Press the button again."
_TITLE = "Clarion"
# What one person is told is worth one more try, not a queue.
_LONGEST_WAIT = 30.0

# Events by which somebody asks Clarion for something; who causes any other one waits for no answer.
_ASKING = frozenset({"app_mention", "message.im", "reaction_added"})

_TROUBLE = (ChatRefused, ChatUnavailable, ChatUnknown)


def asks(heard: Heard) -> bool:
    """Say whether somebody asks for something, and not Slack tells of something that has happened."""
    return heard.kind is not Kind.EVENT or heard.said.name in _ASKING


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """The body that Slack gets within 3 s; None is an empty one. `settled`: a repeat of the act gets the same."""

    body: Mapping[str, Any] | None = None
    settled: bool = True


class Carrier:
    """Knows how each kind of payload takes each kind of answer."""

    def __init__(self, chat: Chat, tasks: Tasks) -> None:
        self._chat = chat
        self._tasks = tasks

    def calls_slack(self, heard: Heard, answer: Answer) -> bool:
        """Say whether `show` has something to do."""
        if heard.kind is Kind.SUBMISSION:
            return False
        return isinstance(answer, (Open, Push, Replace)) or (isinstance(answer, Say) and heard.in_view)

    async def show(self, heard: Heard, answer: Answer) -> Answer:
        """Do what needs a Slack call of at most 2 s (opening and redrawing modals); return what is left to say."""
        try:
            if not self.calls_slack(heard, answer):
                return answer
            if isinstance(answer, Say):
                await self._chat.push_view(heard.said.trigger, notice.framed(_TITLE, answer.message))
            elif isinstance(answer, Open) and not heard.in_view:
                await self._chat.open_view(heard.said.trigger, answer.view)
            elif isinstance(answer, (Open, Push)):
                await self._on_top(heard, answer.view)
            elif isinstance(answer, Replace):
                await self._in_place(heard, answer.view)
        except _TROUBLE:
            return answer if isinstance(answer, Say) else Say(notice.said(_instead(answer)))
        return Done()

    def acknowledge(self, heard: Heard, answer: Answer, *, settled: bool) -> Acknowledgement:
        """Return the acknowledgement that carries the answer; what it cannot carry is sent behind it."""
        if heard.kind is Kind.SUBMISSION:
            return Acknowledgement(_form_answer(heard, answer), settled)
        if isinstance(answer, Say):
            if heard.kind is Kind.COMMAND:
                return Acknowledgement(_ephemeral(answer.message), settled)
            self._tasks.spawn(self.tell(heard, answer))
        elif isinstance(answer, Errors):
            self._tasks.spawn(self.tell(heard, Say(notice.said(_joined(answer)))))
        return Acknowledgement(None, settled)

    def still_working(self, heard: Heard) -> Acknowledgement:
        """Return what is said when the answer is not there in time."""
        if heard.kind is Kind.SUBMISSION:
            view = notice.shown(_TITLE, _STILL_WORKING_FORM)
            return Acknowledgement({"response_action": "update", "view": dict(view.payload)})
        if heard.kind is Kind.COMMAND:
            return Acknowledgement(_ephemeral(Message(STILL_WORKING)))
        return Acknowledgement(None)

    async def afterwards(self, heard: Heard, answer: Answer) -> None:
        """Carry an answer that comes after the acknowledgement."""
        if heard.kind is not Kind.SUBMISSION:
            if isinstance(answer, (Say, Errors)):
                await self.tell(heard, answer if isinstance(answer, Say) else Say(notice.said(_joined(answer))))
            return
        words = _message(answer)
        view = answer.view if isinstance(answer, (Open, Push, Replace)) else notice.framed(_TITLE, words)
        try:
            await self._chat.update_view(str(heard.said.view.get("id", "")), view)
        except _TROUBLE:
            if not isinstance(answer, Done):
                await self.tell(heard, Say(words))

    async def tell(self, heard: Heard, answer: Say) -> None:
        """Say something to the person alone: where they asked, else by direct message. Never raises."""
        url = heard.said.response_url
        if url and await self._responded(url, answer):
            return
        if heard.kind is Kind.EVENT and (not asks(heard) or await self._said_there(heard, answer)):
            return
        if not heard.said.by.user_id:
            return
        try:
            await self._chat.direct(heard.said.by.user_id, answer.message)
        except _TROUBLE as trouble:
            structlog.get_logger().warning("answer_lost", kind=heard.kind.value, trouble=type(trouble).__name__)

    async def _responded(self, url: str, answer: Say) -> bool:
        for last in (False, True):
            try:
                await self._chat.respond(url, answer.message, replace=answer.replace)
            except ChatUnavailable as trouble:
                if last:
                    return False
                await asyncio.sleep(min(trouble.retry_after or 1.0, _LONGEST_WAIT))
            except ChatUnknown:
                return True  # most likely there; twice would only puzzle
            except ChatRefused:
                return False  # used up or run out: 5 uses, 30 min (Slack docs)
            else:
                return True
        return False

    async def _said_there(self, heard: Heard, answer: Say) -> bool:
        """Say it where it was asked: in the direct messages, else to the person alone in the channel or thread."""
        said = heard.said
        try:
            if said.channel.startswith("D"):
                await self._chat.post(said.channel, answer.message, thread=said.thread)
            elif said.channel:
                await self._chat.whisper(said.channel, said.by.user_id, answer.message, thread=said.thread)
        except ChatUnknown:
            return True  # most likely there
        except (ChatRefused, ChatUnavailable):
            return False
        return bool(said.channel)

    async def _on_top(self, heard: Heard, view: View) -> None:
        if not heard.in_view:
            await self._chat.open_view(heard.said.trigger, view)
            return
        try:
            await self._chat.push_view(heard.said.trigger, view)
        except ChatRefused as refused:
            if refused.code != "push_limit_reached":  # 3 modals at most (Slack docs)
                raise
            await self._chat.update_view(str(heard.said.view.get("id", "")), view)

    async def _in_place(self, heard: Heard, view: View) -> None:
        if heard.in_view:
            await self._chat.update_view(str(heard.said.view.get("id", "")), view)
        else:
            await self._chat.open_view(heard.said.trigger, view)


def _form_answer(heard: Heard, answer: Answer) -> Mapping[str, Any] | None:
    if isinstance(answer, Errors):
        known = {name: sentence for name, sentence in answer.fields.items() if name in heard.inputs}
        if known:
            return {"response_action": "errors", "errors": known}
        return _modal("update", notice.shown(_TITLE, _joined(answer)))
    if isinstance(answer, Done):
        # "clear" closes the modal with all below it; an empty body would leave those below.
        return {"response_action": "clear"}
    if isinstance(answer, Say):
        below = answer.keeps and heard.inputs and heard.has_room
        return _modal("push" if below else "update", notice.framed(_TITLE, answer.message))
    return _modal("push" if isinstance(answer, Push) else "update", answer.view)


def _modal(action: str, view: View) -> Mapping[str, Any]:
    return {"response_action": action, "view": dict(view.payload)}


def _ephemeral(message: Message) -> Mapping[str, Any]:
    body: dict[str, Any] = {"response_type": "ephemeral", "text": message.text}
    if message.blocks:
        body["blocks"] = list(message.blocks)
    return body


def _message(answer: Answer) -> Message:
    if isinstance(answer, Say):
        return answer.message
    return notice.said(_joined(answer) if isinstance(answer, Errors) else _instead(answer))


def _instead(answer: Answer) -> str:
    if isinstance(answer, Done):
        return _DONE
    return answer.instead if isinstance(answer, Open) else _NOT_SHOWN


def _joined(answer: Errors) -> str:
    return " ".join(answer.fields.values()) or _DONE
