"""The web process before it serves: a port that somebody else has is a sentence."""

import socket

import pytest

from bot.config import Settings
from bot.web.serving import PortTaken, serve


async def test_a_port_in_use_is_said_before_anything_else() -> None:
    with socket.create_server(("127.0.0.1", 0)) as somebody:
        port = somebody.getsockname()[1]
        with pytest.raises(PortTaken) as refused:
            await serve(Settings(port=port), "redis://127.0.0.1:1/0", host="127.0.0.1")
    assert f"Port {port} cannot be used" in str(refused.value)
    assert "set PORT to another one" in str(refused.value)
