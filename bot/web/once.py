"""Answers each act once: repeats get the first answer, also while that one is still being worked out.

This saves people from doubled answers in one process. What protects customers is the commit under the act's operation
id, in every process (failure model 1); so forgetting here, when there is no room, is harmless.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable

from bot.web.reply import Reply

# Slack repeats an event for some 6 min and a click within seconds; 4,096 acts are more than a busy hour has.
MOST = 4_096


class Once:
    """First answers, by act."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._answers: OrderedDict[str, asyncio.Future[Reply]] = OrderedDict()

    async def answer(self, exact: str, act: str, make: Callable[[], Awaitable[Reply]]) -> Reply:
        """Return the answer to this delivery (`exact`) or to the same act, or make it.

        An answer that is not settled is kept for repeats of the very delivery only: the same form, corrected or
        not, may be submitted again after an error.
        """
        first = self._answers.get(exact) or self._answers.get(act)
        if first is not None:
            return await asyncio.shield(first)
        made: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._answers[exact] = self._answers[act] = made
        try:
            reply = await make()
        except BaseException:
            self._forget(exact, act, made)
            made.cancel()
            raise
        made.set_result(reply)
        if not reply.settled and exact != act:
            self._forget(act, act, made)
        while len(self._answers) > self._most:
            self._answers.popitem(last=False)
        return reply

    def _forget(self, exact: str, act: str, made: "asyncio.Future[Reply]") -> None:
        for key in (exact, act):
            if self._answers.get(key) is made:
                del self._answers[key]
