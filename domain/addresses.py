"""Which addresses are somewhere in the public internet: where the service may go when it is told to by somebody."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Network = IPv4Network | IPv6Network

#: What Python calls global, or has not heard of, and is nobody's host: multicast is one word to many, 192.88.99.0/24 leads to any tunnel.
_NO_HOST4 = tuple(map(IPv4Network, ("192.0.0.0/24", "192.88.99.0/24", "224.0.0.0/4", "240.0.0.0/4")))
#: All that is given out to hosts; what carries an address of IPv4 in it (mapped, 64:ff9b::, compatible) lies outside.
_HOSTS6 = IPv6Network("2000::/3")
#: Teredo and other special uses, examples in papers, 6to4, examples again.
_NO_HOST6 = tuple(map(IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")))
#: ISATAP: 5efe and an address of IPv4 in the lower half, whatever network stands before it.
_ISATAP, _ISATAP_MASK = 0x00005EFE << 32, 0xFDFFFFFF << 32


def networks(names: Iterable[str]) -> tuple[Network, ...]:
    """Raises ValueError for what is no network."""
    return tuple(ip_network(name) for name in sorted(names))


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether it is a host of the public internet by its own number; one that carries another address in it never is."""
    if isinstance(address, IPv4Address):
        return address.is_global and not any(address in network for network in _NO_HOST4)
    carried = int(address) & _ISATAP_MASK == _ISATAP
    public = address in _HOSTS6 and address.is_global
    return public and not carried and not any(address in network for network in _NO_HOST6)


def may_reach(text: str, allowed: Iterable[Network]) -> bool:
    """``text``: an address as numbers. ``allowed``: networks that count beside the public internet; each only for addresses of its kind."""
    try:
        address = ip_address(text)
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.scope_id is not None:  # a host of one wire
        return False
    return is_public(address) or any(address in network for network in allowed)
