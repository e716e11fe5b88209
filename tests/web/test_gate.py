"""The gate: what is not Slack's, too large, too old or malformed is refused, and nothing hears of it."""

import asyncio
import json
from urllib.parse import parse_qs, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.ports import Message
from bot.web.gate import LARGEST
from bot.web.shape import DEEPEST
from handlers.answer import Done, Say
from tests.asgi import FORM, JSON, NOW, SECRET, call, click, command, event, interaction, post, sign, submission, view
from tests.listening import Bot


@pytest.fixture
def bot() -> Bot:
    return Bot()


# ---------------------------------------------------------------- whose it is


async def test_a_signed_command_is_heard(bot: Bot) -> None:
    bot.answers(Say(Message("hello")))
    answered = await post(bot.app, command("help me"))
    assert (answered.status, answered.json) == (200, {"response_type": "ephemeral", "text": "hello"})
    assert [said.text for said in bot.heard] == ["help me"]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-slack-signature": "", "x-slack-request-timestamp": ""},
        sign(command(), secret="another secret"),
        {**sign(command()), "x-slack-signature": sign(command())["x-slack-signature"][:-1]},
        {**sign(command()), "x-slack-signature": sign(command())["x-slack-signature"].upper()},
        {**sign(command()), "x-slack-signature": "v0=" + "é" * 64},
        {**sign(command()), "x-slack-request-timestamp": str(int(NOW) + 1)},
        sign(command(), at="yesterday"),
        sign(command(), at="-1800000000"),
        sign(command(), at="1800000000.5"),
        sign(command(), at="9" * 4_000),
        sign(command(), at=""),
        sign(command("other")),
    ],
    ids=lambda headers: str(headers.get("x-slack-request-timestamp", "none"))[:12],
)
async def test_what_slack_did_not_sign_is_refused(bot: Bot, headers: dict[str, str]) -> None:
    answered = await call(bot.app, pieces=(command(),), headers={"content-type": FORM, **headers})
    assert answered.status == 401
    assert not bot.heard


@pytest.mark.parametrize(
    ("age", "status"), [(0, 200), (299, 200), (300, 200), (301, 401), (-300, 200), (-301, 401), (86_400, 401)]
)
async def test_a_signature_lasts_five_minutes(bot: Bot, age: int, status: int) -> None:
    assert (await post(bot.app, command(), at=NOW - age)).status == status
    assert len(bot.heard) == (1 if status == 200 else 0)


async def test_a_changed_body_is_refused(bot: Bot) -> None:
    headers = {"content-type": FORM, **sign(command())}
    assert (await call(bot.app, pieces=(command() + b"&x=1",), headers=headers)).status == 401
    assert not bot.heard


async def test_an_empty_secret_opens_no_gate() -> None:
    bot = Bot(secret="")
    assert (await post(bot.app, command(), secret="")).status == 404
    assert not bot.heard


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "HEAD", "OPTIONS"])
async def test_only_post_is_taken(bot: Bot, method: str) -> None:
    body = command()
    assert (await call(bot.app, method, pieces=(body,), headers=sign(body))).status == 405
    assert not bot.heard


# ---------------------------------------------------------------- how large


@pytest.mark.parametrize("length", [None, LARGEST + 1, 10, 0])
async def test_too_large_whatever_it_says_of_itself(bot: Bot, length: int | None) -> None:
    body = command("x" * LARGEST)
    headers = {"content-type": FORM, **sign(body)}
    assert (await call(bot.app, pieces=(body,), headers=headers, length=length)).status == 413
    assert not bot.heard


async def test_too_large_in_many_pieces_is_not_read_to_the_end(bot: Bot) -> None:
    read = 0

    async def receive() -> dict[str, object]:
        nonlocal read
        read += 1
        return {"type": "http.request", "body": b"x" * 65_536, "more_body": True}

    sent: list[dict[str, object]] = []

    async def send(message: dict[str, object]) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/slack/events",
        "headers": [],
        "root_path": "",
        "query_string": b"",
    }
    await bot.app(scope, receive, send)  # type: ignore[arg-type]
    assert sent[0]["status"] == 413
    assert read <= LARGEST // 65_536 + 2


async def test_the_largest_that_is_allowed_in_small_pieces(bot: Bot) -> None:
    body = command("x" * 100_000)
    pieces = [body[start : start + 1_000] for start in range(0, len(body), 1_000)]
    assert (await call(bot.app, pieces=pieces, headers={"content-type": FORM, **sign(body)})).status == 200
    assert len(bot.heard) == 1


async def test_who_hangs_up_is_not_answered(bot: Bot) -> None:
    assert (await call(bot.app, pieces=(), headers=sign(b""))).status == 0


# ---------------------------------------------------------------- what shape


def _nested(depth: int) -> str:
    return '{"type":' + "[" * depth + "]" * depth + "}"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"", FORM),
        (b"junk", FORM),
        (b"%ff%fe=%ff", FORM),
        (b"payload=%ff", FORM),
        (b"payload=%7B", FORM),
        (b"payload=%5B%5D", FORM),
        (b"payload=null", FORM),
        (command() + b"\0", FORM),
        (command() + b"&user_id=U0OTHER", FORM),
        (command(trigger=""), FORM),
        (command(trigger="a b"), FORM),
        (command(trigger="a\0b"), FORM),
        (command(user_id=""), FORM),
        (command(response_url="javascript:alert(1)"), FORM),
        (command(), "multipart/form-data"),
        (command(), ""),
        (command(), JSON),
        (b"{", JSON),
        (b"[]", JSON),
        (b'"x"', JSON),
        (b'{"type": NaN}', JSON),
        (b"\xff\xfe{}", JSON),
        (b'{"type": 1}', JSON),
        (b'{"type": "event_callback"}', JSON),
        (b'{"type": "url_verification"}', JSON),
        (b'{"type": "url_verification", "challenge": 7}', JSON),
        (_nested(DEEPEST).encode(), JSON),
        (_nested(100_000).encode(), JSON),
        (event({"type": 7}), JSON),
        (event({"type": "user_change", "user": {"id": ["U1"]}}), JSON),
        (interaction("block_actions"), FORM),
        (interaction("block_actions", trigger_id="1", actions=[]), FORM),
        (interaction("block_actions", trigger_id="1", actions=["press"]), FORM),
        (interaction("block_actions", trigger_id="1", actions=[{"action_id": {}}]), FORM),
        (interaction("block_actions", trigger_id=1, actions=[{"action_id": "press"}]), FORM),
        (interaction("view_submission", trigger_id="1"), FORM),
        (interaction("view_submission", trigger_id="1", view={**view(), "state": {"values": {"a": 1}}}), FORM),
        (interaction("view_submission", trigger_id="1", view={**view(), "private_metadata": {}}), FORM),
        (interaction("view_submission", trigger_id="1", view={**view(), "callback_id": ""}), FORM),
        (interaction("view_submission", trigger_id="1", view=view(), user="U0ANA"), FORM),
        (interaction("invented", trigger_id="1"), FORM),
    ],
)
async def test_malformed_is_refused(bot: Bot, body: bytes, content_type: str) -> None:
    assert (await post(bot.app, body, content_type)).status == 400
    assert not bot.heard


async def test_what_slack_sends_and_nobody_listens_to_is_acknowledged(bot: Bot) -> None:
    for body in (interaction("block_suggestion", value="x"), command(name="/other"), click("unknown")):
        answered = await post(bot.app, body)
        assert (answered.status, answered.body) == (200, b"")
    assert (await post(bot.app, b'{"type": "app_rate_limited"}', JSON)).status == 200
    assert (await post(bot.app, b"ssl_check=1&token=t")).status == 200
    assert not bot.heard


async def test_a_challenge_is_answered(bot: Bot) -> None:
    answered = await post(bot.app, b'{"type": "url_verification", "challenge": "abc"}', JSON)
    assert (answered.status, answered.json) == (200, {"challenge": "abc"})


async def test_words_may_hold_anything(bot: Bot) -> None:
    """NUL and lone surrogates in what people typed are the domain's to clean (failure model 27), not junk."""
    assert (await post(bot.app, command("a\0b <!channel> \u202e"))).status == 200
    state = {"title": {"title": {"type": "plain_text_input", "value": "\ud800 \0"}}}
    assert (await post(bot.app, submission(values=state))).status == 200
    assert bot.heard[0].text == "a\0b <!channel> \u202e"


def _mangled(data: st.DataObject, body: bytes) -> bytes:
    changed = bytearray(body)
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, max(len(changed) - 1, 0)))
        how = data.draw(st.sampled_from(["cut", "drop", "set", "insert", "copy"]))
        if how == "cut":
            del changed[at:]
        elif how == "drop":
            del changed[at : at + data.draw(st.integers(1, 40))]
        elif how == "set" and changed:
            changed[at] = data.draw(st.integers(0, 255))
        elif how == "insert":
            changed[at:at] = data.draw(st.binary(max_size=8))
        elif how == "copy":
            changed[at:at] = changed[: data.draw(st.integers(0, 200))]
    return bytes(changed)


_WHOLE = [
    (command("declare"), FORM),
    (click("press", value="v"), FORM),
    (click("press", in_view=True), FORM),
    (submission(), FORM),
    (interaction("view_closed", view=view(), is_cleared=False), FORM),
    (interaction("shortcut", callback_id="short", trigger_id="1", action_ts="1.1"), FORM),
    (event({"type": "user_change", "user": {"id": "U0BO", "name": "bo"}}), JSON),
    (event({"type": "message", "user": "U0BO", "text": "hi", "channel": "C1"}), JSON),
]


@settings(max_examples=1_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_mangled_and_signed_is_never_a_server_error(data: st.DataObject) -> None:
    body, content_type = data.draw(st.sampled_from(_WHOLE))
    bot = _shared()
    asyncio.run(_never_5xx(bot, _mangled(data, body), content_type))


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=700, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_fields_of_another_type_are_never_a_server_error(data: st.DataObject) -> None:
    """Any field, at any depth, replaced by any JSON: refused or heard, never an error."""
    body, content_type = data.draw(st.sampled_from([w for w in _WHOLE if w[0][:8] != b"token=t&"]))
    raw = body if content_type == JSON else _payload(body)
    payload = json.loads(raw)
    for _ in range(data.draw(st.integers(1, 3))):
        _spoil(data, payload)
    encoded = json.dumps(payload)
    spoilt = encoded.encode() if content_type == JSON else urlencode({"payload": encoded}).encode()
    asyncio.run(_never_5xx(_shared(), spoilt, content_type))


def _payload(body: bytes) -> bytes:
    return parse_qs(body.decode())["payload"][0].encode()


def _spoil(data: st.DataObject, node: object) -> None:
    while isinstance(node, (dict, list)) and node:
        key = data.draw(st.sampled_from(sorted(node) if isinstance(node, dict) else range(len(node))))
        if not isinstance(node[key], (dict, list)) or data.draw(st.booleans()):
            if isinstance(node, dict) and data.draw(st.booleans()):
                del node[key]
            else:
                node[key] = data.draw(_json)
            return
        node = node[key]


async def _never_5xx(bot: Bot, body: bytes, content_type: str) -> None:
    before = len(bot.heard)
    answered = await post(bot.app, body, content_type)
    assert answered.status in (200, 400)
    if answered.status == 400:
        assert len(bot.heard) == before
    await bot.settle()


_BOTS: list[Bot] = []


def _shared() -> Bot:
    if not _BOTS:
        _BOTS.append(Bot())
        _BOTS[0].answers(Done())
    return _BOTS[0]


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400), st.sampled_from([FORM, JSON, "text/plain", "application/json; charset=utf-8"]))
def test_any_signed_bytes_are_refused_without_a_trace(body: bytes, content_type: str) -> None:
    bot = _shared()
    before = len(bot.heard)
    asyncio.run(_refused(bot, body, content_type))
    assert len(bot.heard) == before


async def _refused(bot: Bot, body: bytes, content_type: str) -> None:
    assert (await post(bot.app, body, content_type)).status == 400


async def test_secrets_and_words_stay_out_of_the_log(
    bot: Bot, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    bot.answers(RuntimeError("canary-words in an exception"))
    await post(bot.app, command("canary-words"))
    await post(bot.app, command("canary-words", trigger="2"), secret="wrong")
    await post(bot.app, submission(values={"title": {"title": {"value": "canary-words"}}}))
    written = "".join(capfd.readouterr()) + caplog.text
    assert "handler_failed" in written
    assert "canary-words" not in written
    assert SECRET not in written
