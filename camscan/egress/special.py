"""What the IANA special-purpose registries call an address that no geographic table knows.

Sources: IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890, RFC 8190), IPv6 Address
Space and Multicast registries. A table of our own, for Python's `is_global` differs by version.
"""

from __future__ import annotations

from functools import cache
from ipaddress import IPv4Address, IPv6Address, ip_network

from camscan.egress.network_map import NetworkMap

GLOBAL = "global"

_SPECIAL = (
    ("0.0.0.0/8", "this network"),  # RFC 791
    ("10.0.0.0/8", "private"),  # RFC 1918
    ("100.64.0.0/10", "carrier NAT (CGNAT)"),  # RFC 6598
    ("127.0.0.0/8", "loopback"),  # RFC 1122
    ("169.254.0.0/16", "link-local"),  # RFC 3927
    ("172.16.0.0/12", "private"),  # RFC 1918
    ("192.0.0.0/24", "reserved"),  # RFC 6890, IETF protocol assignments
    ("192.0.0.9/32", GLOBAL),  # RFC 7723, PCP anycast
    ("192.0.0.10/32", GLOBAL),  # RFC 8155, TURN anycast
    ("192.0.2.0/24", "documentation"),  # RFC 5737
    ("192.168.0.0/16", "private"),  # RFC 1918
    ("198.18.0.0/15", "benchmarking"),  # RFC 2544
    ("198.51.100.0/24", "documentation"),  # RFC 5737
    ("203.0.113.0/24", "documentation"),  # RFC 5737
    ("224.0.0.0/4", "multicast"),  # RFC 5771
    ("240.0.0.0/4", "reserved"),  # RFC 1112
    ("255.255.255.255/32", "broadcast"),  # RFC 919
    ("::/0", "reserved"),  # RFC 4291: only 2000::/3 is global unicast
    ("::/128", "unspecified"),  # RFC 4291
    ("::1/128", "loopback"),  # RFC 4291
    ("2000::/3", GLOBAL),  # RFC 4291
    ("64:ff9b::/96", GLOBAL),  # RFC 6052, NAT64
    ("64:ff9b:1::/48", "private"),  # RFC 8215, NAT64 of one network
    ("100::/64", "discard"),  # RFC 6666
    ("2001::/23", "reserved"),  # RFC 2928, IETF protocol assignments
    ("2001::/32", GLOBAL),  # RFC 4380, Teredo
    ("2001:1::1/128", GLOBAL),  # RFC 7723
    ("2001:1::2/128", GLOBAL),  # RFC 8155
    ("2001:2::/48", "benchmarking"),  # RFC 5180
    ("2001:3::/32", GLOBAL),  # RFC 7450, AMT
    ("2001:4:112::/48", GLOBAL),  # RFC 7535, AS112
    ("2001:20::/28", "ORCHID"),  # RFC 7343
    ("2001:30::/28", GLOBAL),  # RFC 9374, drone identities
    ("2001:db8::/32", "documentation"),  # RFC 3849
    ("3fff::/20", "documentation"),  # RFC 9637
    ("5f00::/16", "segment routing"),  # RFC 9602
    ("fc00::/7", "private"),  # RFC 4193
    ("fe80::/10", "link-local"),  # RFC 4291
    ("fec0::/10", "site-local"),  # RFC 3879
    ("ff00::/8", "multicast"),  # RFC 4291
)


@cache
def _map() -> NetworkMap[str]:
    return NetworkMap((ip_network(text), word) for text, word in _SPECIAL)


def scope_of(address: IPv4Address | IPv6Address) -> str:
    """`global`, or the registry's word for the space: private, documentation, multicast, ….

    An IPv4 address inside IPv6 is not looked into: see camscan.egress.address.unwrapped.
    """
    return _map().get(address) or GLOBAL
