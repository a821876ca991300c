"""Well-known anycast addresses: answered from the nearest site, so a country means nothing.

Published by their operators (Cloudflare, Google, Quad9, Cisco OpenDNS, Tencent DNSPod, AliDNS,
114DNS) and the thirteen root servers (https://root-servers.org).
"""

from __future__ import annotations

from ipaddress import ip_network

from camscan.egress.address import Address

_NETWORKS = tuple(
    ip_network(text)
    for text in (
        "1.0.0.1/32",
        "1.1.1.1/32",
        "8.8.4.4/32",
        "8.8.8.8/32",
        "9.9.9.9/32",
        "149.112.112.112/32",
        "162.159.200.1/32",
        "162.159.200.123/32",
        "208.67.220.220/32",
        "208.67.222.222/32",
        "216.239.35.0/28",
        "114.114.114.114/32",
        "114.114.115.115/32",
        "119.29.29.29/32",
        "223.5.5.5/32",
        "223.6.6.6/32",
        "198.41.0.4/32",
        "170.247.170.2/32",
        "192.33.4.12/32",
        "199.7.91.13/32",
        "192.203.230.10/32",
        "192.5.5.241/32",
        "192.112.36.4/32",
        "198.97.190.53/32",
        "192.36.148.17/32",
        "192.58.128.30/32",
        "193.0.14.129/32",
        "199.7.83.42/32",
        "202.12.27.33/32",
        "2001:4860:4860::8844/128",
        "2001:4860:4860::8888/128",
        "2606:4700:4700::1001/128",
        "2606:4700:4700::1111/128",
        "2620:fe::9/128",
        "2620:fe::fe/128",
    )
)


def is_anycast(address: Address) -> bool:
    """True for an address of the list; other anycast exists and is not known here."""
    return any(address in net for net in _NETWORKS if net.version == address.version)
