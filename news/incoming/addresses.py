"""Which servers may be asked: those of the public internet, and of networks that settings name.

An address that somebody typed, or a server that sends us on, could else make the portal ask what
only its own machine or network may reach. What a name says is looked up once, and the connection
goes to the very address that was looked at: a name that says something else a moment later gains
nothing. How an address is written (decimal, octal, short) does not matter, for the same reason.
"""

import socket
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any

from django.conf import settings

Address = IPv4Address | IPv6Address

# RFC 6052: the rest of such an address is one of IPv4, to which a translator passes it on.
_NAT64 = IPv6Network("64:ff9b::/96")


class UnknownHost(OSError):
    """The name of a server says nothing."""


class PrivateAddress(OSError):
    """All addresses of a server are out of bounds."""


def addresses_of(host: str, port: int) -> Sequence[tuple[socket.AddressFamily, Any]]:
    """Where `host` may be asked, in the order of the system's resolver.

    Raises UnknownHost and PrivateAddress.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise UnknownHost(host) from error
    allowed = [(family, place) for family, _, _, _, place in found if is_allowed(str(place[0]))]
    if not allowed:
        raise PrivateAddress(host)
    return allowed


def is_allowed(written: str) -> bool:
    address = _plain(ip_address(written.partition("%")[0]))
    if any(address in network for network in settings.FEED_NETWORKS):
        return True
    return is_public(address)


def is_public(address: Address) -> bool:
    """Whether it is an address of one machine on the public internet."""
    address = _plain(address)
    return address.is_global and not (
        address.is_multicast
        or address.is_reserved
        or getattr(address, "is_site_local", False)  # fec0::/10, long out of use
    )


def _plain(address: Address) -> Address:
    """The IPv4 address that hides in one of IPv6, if any does."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address
