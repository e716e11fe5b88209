"""Logs: one line an event, JSON for machines or colour for people, never a secret or a customer's text.

Whatever is logged passes through `redact` last: values under telling names are replaced, and so is anything
that looks like a token, a password in an address, an e-mail address or a phone number, in messages and
tracebacks alike (failure model 37). Code should still not log such things; this is the net below.
"""

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from bot.metrics.instruments import version

MASK = "[redacted]"
_SECRET_NAMES = re.compile(
    r"token|secret|password|passwd|authorization|cookie|signature|credential|api_?key|response_url", re.IGNORECASE
)
# Texts for customers and what people typed are personal or not yet approved: they have no place in a log.
_TEXT_NAMES = frozenset({"text", "body", "blocks", "view", "payload", "rendition", "recipients", "address", "email"})
_PATTERNS = (
    re.compile(r"\bxox[a-z]?[-.][\w.-]+", re.IGNORECASE),
    re.compile(r"\bxapp-[\w-]+", re.IGNORECASE),
    re.compile(r"\bwhsec_[\w+/=-]+"),
    re.compile(r"(?<=://)[^/\s:@'\"]*:[^\s'\"]+(?=@)"),  # user:password in an address
    re.compile(r"https?://hooks\.slack(?:-gov)?\.com/\S+"),
    re.compile(r"\bBearer\s+[\w.~+/=-]+", re.IGNORECASE),
    re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),  # e-mail addresses are customers
    re.compile(r"(?<![\w.])\+\d[\d ().-]{7,}\d\b"),  # phone numbers, as E.164 or spaced
)
# ECMA-48 controls, C1 too, and what some readers of logs take for a line end. Tracebacks keep their lines.
_CONTROLS = {code: "\ufffd" for code in (*range(32), *range(0x7F, 0xA0), 0x2028, 0x2029) if chr(code) not in "\n\t"}
_LOUD = {"slack_bolt": logging.WARNING, "slack_sdk": logging.WARNING, "aiohttp": logging.WARNING}


def set_up(
    *, process: str = "clarion", json: bool | None = None, level: int = logging.INFO, stream: TextIO | None = None
) -> None:
    """Send every log of this process, libraries' included, to `stream` (standard error).

    `process`: web, worker or clarion (the command line); it is on every line, as is the version.
    `json` None: JSON unless the stream is a terminal.
    """
    out = stream or sys.stderr
    handler = logging.StreamHandler(out)
    handler.setFormatter(_formatter(process, not out.isatty() if json is None else json, colours=out.isatty()))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name, least in _LOUD.items():
        logging.getLogger(name).setLevel(max(level, least))
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):  # it installs handlers of its own
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
    structlog.configure(
        processors=[*_shared(process), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def _shared(process: str) -> list[Processor]:
    running = version()

    def named(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
        event.setdefault("process", process)
        event.setdefault("version", running)
        return event

    return [
        named,
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]


def _formatter(process: str, as_json: bool, *, colours: bool) -> logging.Formatter:
    last: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False, default=str)
        if as_json
        else structlog.dev.ConsoleRenderer(colors=colours)
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*_shared(process), structlog.stdlib.ExtraAdder()],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            redact,
            last,
        ],
    )


def redact(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Replace what must not be logged, however deep it sits."""
    event.pop("color_message", None)  # uvicorn says everything twice
    kept: MutableMapping[str, Any] = _clean_mapping(event)
    return kept


def cleaned(text: str) -> str:
    """Return a text without what looks like a secret or a person's address, and without what moves a terminal."""
    text = text.translate(_CONTROLS)
    for pattern in _PATTERNS:
        text = pattern.sub(MASK, text)
    return text


def _clean_mapping(found: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: MASK if value and (name in _TEXT_NAMES or _SECRET_NAMES.search(name)) else _clean(value)
        for name, value in found.items()
    }


def _clean(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Mapping):
        return _clean_mapping({str(name): one for name, one in value.items()})
    if isinstance(value, list | tuple | set | frozenset):
        return [_clean(one) for one in value]
    return cleaned(str(value))
