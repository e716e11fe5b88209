"""Which addresses a webhook may lead to (failure model 31)."""

import asyncio
import socket
from ipaddress import ip_address

import pytest

from bot.outlets.public_address import NotPublic, is_loopback, is_public, resolve

INSIDE = """
0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.100.100.200 100.127.255.255 127.0.0.1 127.255.255.254
168.63.129.16 169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.1 192.0.0.192 192.0.2.1 192.88.99.1 192.168.1.1
198.18.0.1 198.51.100.7 203.0.113.9 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255
:: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 64:ff9b::7f00:1 64:ff9b::808:808
64:ff9b:1::1 100::1 2001::1 2001:10::1 2001:db8::1 2002:7f00:1:: 2002:808:808::1 3fff::1 5f00::1 fc00::1
fd00:ec2::254 fe80::1 fe80::1%eth0 fec0::1 ff02::1
"""
OUTSIDE = """
1.1.1.1 8.8.8.8 93.184.216.34 100.63.255.255 100.128.0.1
2606:4700:4700::1111 2a00:1450:4001::1 ::ffff:8.8.8.8
"""
THIS_HOST = """
127.0.0.1 127.1 0x7f.1 0x7f000001 2130706433 017700000001 0 0.0.0.0 ::1 ::ffff:127.0.0.1 localhost
"""


@pytest.mark.parametrize("address", INSIDE.split())
def test_what_is_inside_any_network_is_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", OUTSIDE.split())
def test_what_is_outside_is_public(address: str) -> None:
    assert is_public(ip_address(address))
    assert not is_loopback(ip_address(address))


@pytest.mark.parametrize("host", THIS_HOST.split())
async def test_every_spelling_of_this_host_is_seen_through(host: str) -> None:
    with pytest.raises(NotPublic):
        await resolve(host, 443)


async def test_practice_reaches_this_host_and_no_other_inside() -> None:
    assert [a for a, _ in await resolve("127.0.0.1", 80, loopback=True)] == ["127.0.0.1"]
    for host in ("10.0.0.1", "169.254.169.254", "192.168.1.1"):
        with pytest.raises(NotPublic):
            await resolve(host, 80, loopback=True)


async def test_in_clear_practice_reaches_nobody_outside() -> None:
    with pytest.raises(NotPublic):
        await resolve("8.8.8.8", 80, loopback=True, public=False)


async def test_a_public_literal_is_given_back_as_it_is() -> None:
    assert [a for a, _ in await resolve("8.8.8.8", 443)] == ["8.8.8.8"]


@pytest.mark.parametrize("turned", [False, True])
async def test_one_address_inside_refuses_the_whole_name(turned: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whichever stands first: whoever connects may take the second one when the first does not answer."""
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, 443)) for one in ("93.184.216.34", "10.0.0.1")]

    async def both(*_: object, **__: object) -> list[object]:
        return list(reversed(found)) if turned else list(found)

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", both)
    with pytest.raises(NotPublic):
        await resolve("hooks.example.com", 443)
