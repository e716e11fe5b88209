"""What goes back to Slack: status, content type and body, kept whole so that a repeat gets the very same."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

JSON = "application/json;charset=utf-8"
TEXT = "text/plain;charset=utf-8"


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer. `settled`: a repeat of the same act, delivered anew, may be given this one too."""

    status: int
    body: bytes = b""
    content_type: str = TEXT
    settled: bool = True

    @property
    def headers(self) -> list[tuple[bytes, bytes]]:
        """The headers, as ASGI wants them."""
        return [
            (b"content-type", self.content_type.encode()),
            (b"content-length", str(len(self.body)).encode()),
        ]


def of_json(body: Mapping[str, Any], *, settled: bool = True) -> Reply:
    """Return a JSON answer."""
    try:
        written = orjson.dumps(body)
    except orjson.JSONEncodeError:  # a lone surrogate, which only an escape can carry
        written = json.dumps(body).encode()
    return Reply(200, written, JSON, settled)
