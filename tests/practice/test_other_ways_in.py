"""Socket Mode with the real client, and another process driving the workspace."""

from __future__ import annotations

import asyncio
import sys

import aiohttp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient  # noqa: TID251 - the stand-in is proved against the real client
from starlette.applications import Starlette

from bot.practice.slack_standin import Person, SlackStandIn
from bot.practice.slack_standin.control import Control
from tests.practice.scripted_bot import ScriptedBot


async def test_the_real_socket_client_gets_envelopes_and_answers_them(
    client: AsyncWebClient, slack: SlackStandIn, ada: Person
) -> None:
    kinds: list[str] = []

    async def listen(socket: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        kinds.append(request.type)
        payload = {"text": f"heard {request.payload.get('command')}"} if request.type == "slash_commands" else None
        await socket.send_socket_mode_response(SocketModeResponse(request.envelope_id, payload))

    slack.deliver_by_socket()
    socket = SocketModeClient(app_token="xapp-practice", web_client=client)
    socket.socket_mode_request_listeners.append(listen)
    await socket.connect()  # type: ignore[no-untyped-call]
    try:
        await asyncio.wait_for(slack.sockets.connected.wait(), 2)
        answer = await ada.command("/incident", "x")
        shortcut = await ada.shortcut("declare")
        event = await ada.open_home()
    finally:
        await socket.close()  # type: ignore[no-untyped-call]
    assert answer.text == "heard /incident"
    assert (shortcut.status, event.status) == (200, 200)
    assert kinds == ["slash_commands", "interactive", "events_api"]


async def test_without_a_socket_nobody_answers(slack: SlackStandIn, ada: Person) -> None:
    slack.deliver_by_socket()
    assert (await ada.command("/incident")).status == 0


async def test_the_control_api_drives_people_and_switches(bot: ScriptedBot) -> None:
    standin = SlackStandIn(people=("ada",))
    standin.deliver_to(bot)
    bot.next_body = "hello"
    app = Starlette(routes=[*standin.routes(), *Control(standin).routes()])
    async with standin.serve(app=app), aiohttp.ClientSession(standin.stage.public_url) as session:
        act = {"person": "ada", "do": "command", "command": "/incident", "text": "x"}
        async with session.post("/_control/act", json=act) as response:
            assert (await response.json())["result"]["text"] == "hello"
        async with session.post("/_control/trouble", json={"do": "duplicate", "extra": 1}) as response:
            assert response.status == 200
        async with session.post("/_control/act", json={"person": "nobody", "do": "command"}) as response:
            assert response.status == 409
        async with session.post("/_control/act", data=act) as response:
            assert response.status == 415
        async with session.get("/_control/transcript") as response:
            assert "(only @ada): hello" in await response.text()
        async with session.get("/_control/state") as response:
            assert (await response.json())["ephemerals"][0]["text"] == "hello"


async def test_it_runs_as_a_process_of_its_own() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.practice.slack_standin", "--people", "ada", stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        base_url = (await asyncio.wait_for(process.stdout.readline(), 20)).decode().strip()
        client = AsyncWebClient(token="xoxb-practice", base_url=base_url)
        assert (await client.users_list())["members"][-1]["name"] == "ada"
    finally:
        # Not SIGINT: whoever runs the tests in the background of a script has it ignored, and so have our children.
        process.terminate()
        await asyncio.wait_for(process.wait(), 20)
