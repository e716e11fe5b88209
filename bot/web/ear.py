"""The ear: a payload that is known to be Slack's goes through Bolt to the dispatcher, once.

HTTP and Socket Mode meet here. Bolt gets one listener for each kind of payload, and none of its own checks: the gate
has done them, and an own `authorize` saves the `auth.test` call that Bolt would make. It refuses to answer with an
error: whatever goes wrong behind the gate is a 200 and a sentence with a reference.
"""

import logging
import re
import secrets
from collections.abc import Mapping
from time import monotonic, perf_counter
from typing import Any

from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.response import BoltResponse

from bot.metrics.instruments import ACKNOWLEDGEMENT
from bot.web.once import Once
from bot.web.reply import Reply, of_json
from handlers.carrying import Acknowledgement
from handlers.dispatch import Dispatcher
from handlers.fields import Malformed
from handlers.heard import Heard, Kind, read
from handlers.refusals import note_fault, went_wrong

MALFORMED = Reply(400, b"malformed")
_HEARD = "clarion_heard"
_ACKNOWLEDGEMENT = "clarion_acknowledgement"
_ANYTHING = re.compile("")
# Bolt reads fields that are not ours to read (authorizations, enterprise) without looking at what is in them.
_UNREADABLE = (AttributeError, IndexError, KeyError, TypeError, ValueError)
# Looked up once: by name it would cost more than the counting.
_ANSWERED = {kind: ACKNOWLEDGEMENT.labels(kind.value) for kind in Kind}

# Bolt's and the SDK's own messages may quote payloads; only their errors are wanted.
_LOGGER = logging.getLogger("clarion.bolt")
_LOGGER.setLevel(logging.ERROR)


class Ear:
    """Takes payloads that are Slack's and returns replies; never raises an Exception."""

    def __init__(self, dispatcher: Dispatcher, *, bot_user: str, workspace: str) -> None:
        self._bolt = build_bolt(dispatcher, bot_user=bot_user, workspace=workspace)
        self._once = Once()
        self._heard_at: float | None = None

    @property
    def heard(self) -> float | None:
        """Seconds since the last payload, None before the first one."""
        return None if self._heard_at is None else monotonic() - self._heard_at

    async def hear(self, body: Mapping[str, Any]) -> Reply:
        """Return the reply to a payload: 200, or 400 for what Slack would not send."""
        self._heard_at = monotonic()
        if body.get("type") == "url_verification":
            challenge = body.get("challenge")
            return of_json({"challenge": challenge}) if isinstance(challenge, str) else MALFORMED
        if "ssl_check" in body:
            return Reply(200)
        try:
            heard = read(body)
        except (Malformed, ValueError, RecursionError):
            return MALFORMED
        if heard is None:
            return Reply(200)
        try:
            # The body is parsed already; Bolt takes it so only in the mode it calls socket_mode.
            request = AsyncBoltRequest(body=dict(body), mode="socket_mode", context={_HEARD: heard})
        except _UNREADABLE:
            return MALFORMED
        known = heard
        started = perf_counter()
        reply = await self._once.answer(heard.exact, heard.act, lambda: self._fresh(known, request))
        _ANSWERED[heard.kind].observe(perf_counter() - started)
        return reply

    async def _fresh(self, heard: Heard, request: AsyncBoltRequest) -> Reply:
        try:
            response = await self._bolt.async_dispatch(request)
            if response.status >= 500:
                raise RuntimeError("Bolt did not answer")
        except Exception as error:
            return _room(heard, note_fault(error, secrets.token_hex(4), heard))
        acknowledgement = request.context.get(_ACKNOWLEDGEMENT)
        if not isinstance(acknowledgement, Acknowledgement):
            return Reply(200)  # nothing for any listener, such as a modal without a callback_id that was closed
        if acknowledgement.body is None:
            return Reply(200, settled=acknowledgement.settled)
        return of_json(acknowledgement.body, settled=acknowledgement.settled)


def build_bolt(dispatcher: Dispatcher, *, bot_user: str, workspace: str) -> AsyncApp:
    """Return a Bolt application with one listener for each kind of payload, commands first."""
    known = AuthorizeResult(enterprise_id=None, team_id=workspace or None, bot_user_id=bot_user or None)

    async def authorize() -> AuthorizeResult:
        return known

    async def listen(context: AsyncBoltContext) -> BoltResponse:
        acknowledgement = await dispatcher.hear(context[_HEARD])
        context[_ACKNOWLEDGEMENT] = acknowledgement
        # Neither given to `ack`, which would copy every block, nor to the response: `_fresh` writes the body.
        return BoltResponse(status=200)

    app = AsyncApp(
        name="clarion",
        logger=_LOGGER,
        process_before_response=True,
        authorize=authorize,
        request_verification_enabled=False,
        ignoring_self_events_enabled=False,
        ignoring_self_assistant_message_events_enabled=False,
        ssl_check_enabled=False,
        url_verification_enabled=False,
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )
    app.command(_ANYTHING)(listen)
    app.action(_ANYTHING)(listen)
    app.view_submission(_ANYTHING)(listen)
    app.view_closed(_ANYTHING)(listen)
    app.shortcut(_ANYTHING)(listen)
    app.event(_ANYTHING)(listen)
    return app


def _room(heard: Heard, reference: str) -> Reply:
    if heard.kind is not Kind.COMMAND:
        return Reply(200, settled=False)
    return of_json({"response_type": "ephemeral", "text": went_wrong(reference)}, settled=False)
