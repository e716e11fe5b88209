"""What makes thousands of histories affordable, beside screens drawn once (`drawn`): waits that are not waited for.

The stand-in's word that blocks are as Slack wants them, and what customers read in a text, are remembered as well.
Nothing that is judged is left out.
"""

import asyncio
import contextlib
import copy
import functools
import hashlib
from collections.abc import Callable, Iterator
from typing import Any
from unittest import mock

import orjson
import structlog
from starlette.responses import JSONResponse

from bot import worker
from bot.practice.slack_standin import form_values, person, records, web_api
from bot.practice.slack_standin.blocks import check_message_blocks
from bot.practice.slack_standin.methods import chat, views
from bot.practice.slack_standin.web_api import WebApi
from bot.rendering.renderer import JinjaWords
from bot.usecases import attempts, tellings
from handlers import dispatch
from tests.crash.history import History

_JSON_ALONE = orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_SUBCLASS


def _copied(value: Any) -> Any:
    """A copy of JSON, in a twentieth of the time that `deepcopy` takes; of anything else what that makes."""
    try:
        return orjson.loads(orjson.dumps(value, option=_JSON_ALONE))
    except TypeError:  # what orjson says of what it cannot write, a lone surrogate among it
        return copy.deepcopy(value)


class _Checked:
    """A check that forgets nothing that it found good."""

    def __init__(self, real: Callable[[Any], Any]) -> None:
        self._real = real
        self._good = set[bytes]()

    def __call__(self, blocks: Any) -> Any:
        try:
            key = hashlib.blake2b(orjson.dumps(blocks), digest_size=16).digest()
        except TypeError:
            return self._real(blocks)
        if key not in self._good:
            self._real(blocks)
            self._good.add(key)
        return blocks


class _Answer(JSONResponse):
    def render(self, content: Any) -> bytes:
        return orjson.dumps(content)


async def _here(work: Callable[..., Any], *args: Any) -> Any:
    return work(*args)


def _quickly(password: bytes, *, salt: bytes, **_: Any) -> bytes:
    return hashlib.sha256(salt + password).digest()


_CHECKED = _Checked(check_message_blocks)
_READABLE = functools.lru_cache(maxsize=1_000)(JinjaWords.readable)


@contextlib.contextmanager
def no_waiting() -> Iterator[None]:
    """Pauses that are there for a real Slack and a real outlet take no time; patience knows no end."""
    with contextlib.ExitStack() as stack:
        for where, name, value in (
            (dispatch, "SHOWING", 60.0),
            (dispatch, "BUDGET", 60.0),
            (attempts, "LOOK_AGAIN_AFTER", 0.0),
            (tellings, "SECONDS_EACH", 0.0),
            (worker, "QUIET", 0.0),
            (worker, "ALONE", 3_600.0),
            (worker, "KNOCK", 0.0),
            (asyncio, "to_thread", _here),
            (hashlib, "scrypt", _quickly),  # slow on purpose, which is not what is looked at here
            (WebApi, "_record", lambda *_, **__: None),
            (web_api, "deepcopy", lambda values: values),  # only for that record
            (web_api, "JSONResponse", _Answer),
            *((where, "deepcopy", _copied) for where in (form_values, person, records, views)),
            (chat, "check_message_blocks", _CHECKED),
            (JinjaWords, "readable", lambda *given: _READABLE(*given)),
        ):
            stack.enter_context(mock.patch.object(where, name, value))
        yield


@contextlib.contextmanager
def faults_noticed(history: History) -> Iterator[None]:
    """Whatever is logged as an error is a fault of the history; nothing is printed."""

    def notice(_: Any, level: str, said: Any) -> Any:
        kind = said.get("fault") or said.get("error") or ""
        if level in ("error", "critical") and kind != "Death":
            history.faults.append(f"logged: {said.get('event')} {kind} {said.get('at') or said.get('where', '')}")
        raise structlog.DropEvent

    before = structlog.get_config()
    structlog.configure(processors=[notice], cache_logger_on_first_use=False)
    try:
        yield
    finally:
        structlog.configure(**before)
