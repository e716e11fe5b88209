"""Mangles recorded payloads, knowing what they are made of: field by field, byte by byte, header by header.

Everything is drawn from one seed and a number, so that any single request can be made again by itself.
"""

import copy
import gzip
import hashlib
import hmac
import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote_plus, urlencode

from tests.gate.recorded import FORM, JSON, Recorded

Payload = dict[str, Any]
LARGEST = 1024 * 1024


@dataclass(frozen=True)
class Mangled:
    """One request. `signed`: under the right secret, at the right time, over these very bytes."""

    number: int
    kind: str
    how: tuple[str, ...]
    body: bytes
    headers: tuple[tuple[str, str], ...]
    signed: bool
    method: str = "POST"
    path: str = "/slack/events"
    query: bytes = b""
    pieces: tuple[bytes, ...] = field(default=(), repr=False)


def mangled(seed: int, number: int, samples: Sequence[Recorded], secret: str, now: int) -> Mangled:
    """Return the request of this number: the same for the same seed, samples and time."""
    rng = random.Random(f"{seed}:{number}")
    sample = rng.choice(samples)
    payload: Any = copy.deepcopy(dict(sample.payload))
    how: list[str] = []
    if rng.random() < 0.7:  # else it is a repeat, which is answered with the first answer
        anew(payload, f"{seed}.{number}")
    for _ in range(rng.choice((0, 1, 1, 1, 2, 3))):
        name, change = rng.choice(OF_FIELDS)
        how.append(name)
        payload = change(rng, payload)
    body, content_type = _encoded(rng, sample, payload)
    for _ in range(rng.choice((0, 0, 0, 1, 1, 2))):
        named, garble = rng.choice(OF_BYTES)
        how.append(named)
        body = garble(rng, body)
    if rng.random() < 0.1:
        content_type = rng.choice(_CONTENT_TYPES)
        how.append("content type")
    made = Mangled(number, sample.kind, tuple(how), body, (("content-type", content_type),), signed=True)
    return _carried(rng, _signed(rng, made, secret, now))


# ---------------------------------------------------------------- fields

_LONG = "9" * 400


def _values(rng: random.Random) -> Any:
    return copy.deepcopy(
        rng.choice(
            (
                None,
                True,
                0,
                -1,
                2**63,
                10**300,
                1e308,
                float(rng.random()),
                "",
                " ",
                "\0",
                "a\0b",
                "\ud800",
                "\udfff\ud83d",
                "\u202e<!channel>",
                "U" * 5_000,
                "x" * 60_000,
                _LONG,
                "INC-" + _LONG,
                "<@U1|" * 50,
                "[" * 200,
                '{"incident":["x"]}',
                '{"incident":{"a":1}}',
                '{"page":1e400,"incident":"\\ud800"}',
                '{"page":' + _LONG + "}",
                "../../etc/passwd",
                "T1:command:*",
                "http://169.254.169.254/",
                "javascript:alert(1)",
                [],
                {},
                [[]],
                [None],
                [{}],
                {"type": None},
                {"values": {"a": {"b": []}}},
                {"id": {"id": "U1"}},
            )
        )
    )


def _spots(payload: Any) -> list[tuple[Any, Any]]:
    """Return every place of a payload: the container, and the key or index in it."""
    found: list[tuple[Any, Any]] = []
    level = [payload]
    while level:
        node = level.pop()
        keys: Any = list(node) if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ()
        for key in keys:
            found.append((node, key))
            level.append(node[key])
    return found


def _spot(rng: random.Random, payload: Any) -> tuple[Any, Any] | None:
    found = _spots(payload)
    return rng.choice(found) if found else None


def _drop(rng: random.Random, payload: Any) -> Any:
    if spot := _spot(rng, payload):
        del spot[0][spot[1]]
    return payload


def _retype(rng: random.Random, payload: Any) -> Any:
    if spot := _spot(rng, payload):
        spot[0][spot[1]] = _values(rng)
    return payload


def _rename(rng: random.Random, payload: Any) -> Any:
    spot = _spot(rng, payload)
    if spot and isinstance(spot[0], dict):
        spot[0][rng.choice(("type", "__proto__", "", "\0", "payload", "value", "id"))] = spot[0].pop(spot[1])
    return payload


def _swap(rng: random.Random, payload: Any) -> Any:
    one, other = _spot(rng, payload), _spot(rng, payload)
    if one and other:
        # By way of text: a copy of what was deepened would be deeper than Python's own recursion.
        one[0][one[1]] = json.loads(json.dumps(other[0][other[1]]))
    return payload


def _deepen(rng: random.Random, payload: Any) -> Any:
    if spot := _spot(rng, payload):
        nested: Any = spot[0][spot[1]]
        for _ in range(rng.choice((5, 59, 61, 200))):
            nested = [nested] if rng.random() < 0.5 else {"a": nested}
        spot[0][spot[1]] = nested
    return payload


def _bend(rng: random.Random, payload: Any) -> Any:
    """Bend a text that is there, so that it is nearly right."""
    texts = [(node, key) for node, key in _spots(payload) if isinstance(node[key], str)]
    if texts:
        node, key = rng.choice(texts)
        was = node[key]
        at = rng.randrange(len(was) + 1)
        node[key] = (
            was[:at] + rng.choice(("\0", "\ud800", "é", "\n", ":", '"', "<", "%", "\u2028", "9" * 20)) + was[at:]
        )
    return payload


def _bare(rng: random.Random, payload: Any) -> Any:
    return rng.choice(([], None, 1, "text", [payload], {"payload": payload}))


def _retold(rng: random.Random, payload: Any) -> Any:
    """Another kind's name over the fields of this one."""
    if isinstance(payload, dict):
        kinds = ("block_actions", "view_submission", "view_closed", "shortcut", "message_action", "event_callback", "x")
        payload["type"] = rng.choice(kinds)
    return payload


def _crowd(rng: random.Random, payload: Any) -> Any:
    if isinstance(payload, dict):
        payload.update({f"field{n}": "x" for n in range(rng.choice((20, 120, 2_000)))})
    return payload


Change = Callable[[random.Random, Any], Any]
OF_FIELDS: tuple[tuple[str, Change], ...] = (
    ("dropped", _drop),
    ("retyped", _retype),
    ("retyped", _retype),
    ("retyped", _retype),
    ("renamed", _rename),
    ("swapped", _swap),
    ("deepened", _deepen),
    ("bent", _bend),
    ("bent", _bend),
    ("bare", _bare),
    ("retold", _retold),
    ("crowded", _crowd),
)


def anew(payload: Any, mark: str) -> None:
    """Make it an act of its own, which is not answered from memory."""
    for name in ("trigger_id", "event_id"):
        if name in payload:
            payload[name] = f"{payload[name]}.{mark}"
    if isinstance(payload.get("view"), dict):
        payload["view"]["hash"] = mark


# ---------------------------------------------------------------- bytes


def _encoded(rng: random.Random, sample: Recorded, payload: Any) -> tuple[bytes, str]:
    if sample.content_type == JSON:
        return json.dumps(payload, ensure_ascii=rng.random() < 0.8).encode("utf-8", "surrogatepass"), JSON
    if sample.kind in ("command", "ssl_check"):
        pairs = payload.items() if isinstance(payload, dict) else [("payload", payload)]
        said = [(name, value if isinstance(value, str) else json.dumps(value)) for name, value in pairs]
        return urlencode(said, errors="surrogatepass").encode(), FORM
    return f"payload={quote_plus(json.dumps(payload))}".encode(), FORM


def _cut(rng: random.Random, body: bytes) -> bytes:
    return body[: rng.randrange(len(body) + 1)]


def _flip(rng: random.Random, body: bytes) -> bytes:
    changed = bytearray(body)
    for _ in range(rng.choice((1, 1, 4, 40))):
        if changed:
            changed[rng.randrange(len(changed))] = rng.randrange(256)
    return bytes(changed)


_JUNK = (b"\0", b"%00", b"%", b"%zz", b"%ff%fe", b"%ED%A0%80", b"&", b"=", b";", b"\xff", b"\\u0000", b"NaN", b"1e999")


def _insert(rng: random.Random, body: bytes) -> bytes:
    at = rng.randrange(len(body) + 1)
    junk = (
        b"\0",
        b"%00",
        b"%",
        b"%zz",
        b"%ff%fe",
        b"%ED%A0%80",
        b"&",
        b"=",
        b";",
        b"\xff\xfe",
        b"\\u0000",
        b"NaN",
        b"1e999",
    )
    return body[:at] + rng.choice(junk) + body[at:]


def _twice(rng: random.Random, body: bytes) -> bytes:
    return body + rng.choice((b"&", b"", b"\r\n")) + body


def _doubled_key(rng: random.Random, body: bytes) -> bytes:
    keys = (b"&payload=%7B%7D", b"&command=/incident", b"&text=x", b"&type=event_callback", b"&ssl_check=1")
    return body + rng.choice(keys)


def _recoded(rng: random.Random, body: bytes) -> bytes:
    text = body.decode("utf-8", "replace")
    name = rng.choice(("utf-16", "utf-32", "utf-7", "latin-1", "cp037", "utf-8-sig"))
    return text.encode(name, "replace")


def _packed(rng: random.Random, body: bytes) -> bytes:
    return gzip.compress(body, mtime=0)


def _huge(rng: random.Random, body: bytes) -> bytes:
    return body + b"x" * rng.choice((LARGEST - len(body) if len(body) < LARGEST else 0, LARGEST + 1))


def _junk(rng: random.Random, body: bytes) -> bytes:
    return rng.randbytes(rng.choice((0, 1, 30, 3_000)))


def _nested(rng: random.Random, body: bytes) -> bytes:
    return rng.choice((b"[", b'{"a":', b"payload=" + b"%5B" * 10)) * rng.choice((100, 20_000))


Garble = Callable[[random.Random, bytes], bytes]
OF_BYTES: tuple[tuple[str, Garble], ...] = (
    *(("cut", _cut),) * 4,
    *(("flipped", _flip),) * 4,
    *(("inserted", _insert),) * 4,
    ("twice", _twice),
    ("doubled key", _doubled_key),
    ("doubled key", _doubled_key),
    ("recoded", _recoded),
    ("packed", _packed),
    ("junk", _junk),
    ("nested", _nested),
    ("huge", _huge),
)
_CONTENT_TYPES = (
    "",
    "text/plain",
    "application/json",
    "application/json; charset=utf-16",
    "application/x-www-form-urlencoded; charset=iso-8859-1",
    "APPLICATION/X-WWW-FORM-URLENCODED",
    "multipart/form-data; boundary=x",
    "application/xml",
    "application/json, application/x-www-form-urlencoded",
    "\xff\xfe",
    "a" * 8_000,
)


# ---------------------------------------------------------------- signature, headers, way


def _mac(secret: str, stamp: str, body: bytes) -> str:
    return "v0=" + hmac.new(secret.encode(), f"v0:{stamp}:".encode("latin-1") + body, hashlib.sha256).hexdigest()


def _signed(rng: random.Random, made: Mangled, secret: str, now: int) -> Mangled:
    stamp, signature = str(now), _mac(secret, str(now), made.body)
    if rng.random() < 0.75:
        return _with(made, stamp, signature)
    forged: tuple[tuple[str, str | None, str | None], ...] = (
        ("unsigned", None, None),
        ("no signature", stamp, None),
        ("no timestamp", None, signature),
        ("another secret", stamp, _mac("somebody-else", stamp, made.body)),
        ("old", str(now - 330), _mac(secret, str(now - 330), made.body)),
        ("from the future", str(now + 330), _mac(secret, str(now + 330), made.body)),
        ("another body", stamp, _mac(secret, stamp, made.body + b"x")),
        ("another time", str(now - 1), signature),
        ("cut", stamp, signature[:-1]),
        ("upper case", stamp, signature.upper()),
        ("version 1", stamp, signature.replace("v0", "v1")),
        ("blank before", stamp, " " + signature),
        ("not ASCII", stamp, "v0=\xe9" + signature[4:]),
        ("timestamp of letters", "now", _mac(secret, "now", made.body)),
        ("timestamp with a point", f"{now}.0", _mac(secret, f"{now}.0", made.body)),
        ("timestamp below zero", f"-{now}", _mac(secret, f"-{now}", made.body)),
        ("timestamp of superscripts", "\xb2\xb3", _mac(secret, "\xb2\xb3", made.body)),
        ("timestamp beyond all numbers", _LONG, _mac(secret, _LONG, made.body)),
        ("timestamp without an end", "9" * 6_000, signature),
        ("empty", "", ""),
        ("empty secret", stamp, "v0=" + hashlib.sha256(made.body).hexdigest()),
    )
    name, at, mac = rng.choice(forged)
    return replace(_with(made, at, mac), how=(*made.how, f"signature: {name}"), signed=False)


def _with(made: Mangled, stamp: str | None, signature: str | None) -> Mangled:
    told = (("x-slack-request-timestamp", stamp), ("x-slack-signature", signature))
    return replace(made, headers=(*made.headers, *((name, value) for name, value in told if value is not None)))


_METHODS = ("GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "post", "CONNECT", "")
_PATHS = (
    "/",
    "/healthz",
    "/readyz",
    "/metrics",
    "/status",
    "/status/",
    "/status/../../etc/passwd",
    "/status/%2e%2e/secret",
    "/status/index.html\0",
    "/status/" + "a/" * 2_000,
    "/status/\ufffd.html",
    "/slack/events/",
    "/slack//events",
    "/SLACK/EVENTS",
    "/slack/events;x",
    "/slack/events\n",
    "/docs",
    "//evil.example/",
    "",
)
_MORE_HEADERS = (
    ("x-slack-retry-num", "99999999999999999999"),
    ("x-slack-retry-reason", "http_timeout"),
    ("content-encoding", "gzip"),
    ("transfer-encoding", "chunked"),
    ("x-forwarded-for", "127.0.0.1"),
    ("x-http-method-override", "GET"),
    ("cookie", "a=" + "b" * 4_000),
    ("if-none-match", '"' * 2_000),
    ("range", "bytes=0-,1-,2-"),
    ("host", "\xff"),
    ("content-type", "text/plain"),
)
_LENGTHS = ("0", "-1", "1e3", "99999999999999999999", str(LARGEST + 1), "+5", "0x10", "\xb2")


def _carried(rng: random.Random, made: Mangled) -> Mangled:
    """Give it a way to travel: mostly the plain one."""
    roll = rng.random()
    body = made.body
    if roll < 0.03:
        return replace(made, method=rng.choice(_METHODS), how=(*made.how, "method"))
    if roll < 0.08:
        way = (rng.choice(("POST", "GET", "HEAD")), rng.choice(_PATHS), rng.choice((b"", b"a=%ff", b"\xff&&==")))
        return replace(made, method=way[0], path=way[1], query=way[2], how=(*made.how, "path"), signed=False)
    if roll < 0.14:
        cuts = sorted(rng.randrange(len(body) + 1) for _ in range(rng.choice((1, 3, 60))))
        pieces = tuple(body[a:b] for a, b in zip([0, *cuts], [*cuts, len(body)], strict=True))
        return replace(made, pieces=pieces, how=(*made.how, "in pieces"))
    if roll < 0.18:
        more = rng.sample(_MORE_HEADERS, 2)
        last = any(name == "content-type" for name, _ in more)
        return replace(made, headers=(*made.headers, *more), how=(*made.how, "headers" + " of type" * last))
    if roll < 0.21:
        told = ("content-length", rng.choice(_LENGTHS))
        return replace(made, headers=(*made.headers, told), how=(*made.how, "length"))
    if roll < 0.213:  # a megabyte takes its time
        return replace(made, pieces=(body, b"x" * (LARGEST + 1)), how=(*made.how, "too large"), signed=False)
    return made
