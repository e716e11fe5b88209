"""Which addresses on the network are public, and looking a host up so that only those come back.

Every address that a name resolves to must be public; one inside the network refuses the whole name. The
caller connects to exactly the addresses returned, so that a second look-up cannot change them.
"""

import asyncio
import ipaddress
import socket
from ipaddress import IPv4Address, IPv6Address

Address = IPv4Address | IPv6Address

# Not public although Python's `is_global` says so, or says so in some versions (each with the reason).
_CLOSED_V4 = tuple(
    ipaddress.IPv4Network(n)
    for n in (
        "0.0.0.0/8",  # "this host"; Linux connects 0.0.0.0 to itself
        "100.64.0.0/10",  # carrier-grade NAT; Alibaba's metadata service
        "168.63.129.16/32",  # Azure's host, reachable from inside only
        "192.0.0.0/24",  # protocol assignments; Oracle's metadata service
        "192.88.99.0/24",  # 6to4 relays
    )
)
_CLOSED_V6 = tuple(
    ipaddress.IPv6Network(n)
    for n in (
        "2001::/23",  # protocol assignments, Teredo among them: carries an IPv4 address inside
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: carries an IPv4 address inside
        "3fff::/20",  # documentation
    )
)
# All IPv6 that is routed in public lies here: leaves out NAT64 (64:ff9b::/96), IPv4-mapped, ULA and the rest.
_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")


class NotPublic(Exception):
    """The host is, or resolves to, an address inside the network. The address is not told."""


def is_public(address: Address) -> bool:
    """Say whether an address belongs to the public network: not to this host, this network or anything special."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return is_public(address.ipv4_mapped)
        if address not in _GLOBAL_UNICAST or any(address in n for n in _CLOSED_V6):
            return False
    elif any(address in n for n in _CLOSED_V4):
        return False
    special = address.is_private or address.is_loopback or address.is_link_local or address.is_multicast
    return address.is_global and not (special or address.is_reserved or address.is_unspecified)


def is_loopback(address: Address) -> bool:
    """Say whether an address is this very host, IPv4 within IPv6 included."""
    inner = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return (inner or address).is_loopback


async def resolve(host: str, port: int, *, loopback: bool = False, public: bool = True) -> list[tuple[str, int]]:
    """Return (address, family) pairs to connect to. Raises NotPublic, and OSError if the name is not known.

    `loopback` also allows this very host (practice and tests); without `public` it allows nothing else.
    Spellings such as 127.1, 0x7f.1 and 2130706433 are read by the same resolver that a connection would use.
    """
    infos = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    found: list[tuple[str, int]] = []
    for family, _, _, _, where in infos:
        address = ipaddress.ip_address(str(where[0]))
        if not ((public and is_public(address)) or (loopback and is_loopback(address))):
            raise NotPublic
        found.append((str(address), int(family)))
    if not found:
        raise OSError("the name has no address")
    return found
