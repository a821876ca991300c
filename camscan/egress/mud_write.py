"""A MUD file (RFC 8520) of one device, from the calls that were found to be in order."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec

from camscan.egress.address import parse
from camscan.egress.mud import DNS, NTP
from camscan.model.conversation import Conversation, Direction, Verdict
from camscan.model.device import Device

PERMITTED = frozenset(
    {Verdict.ALLOWED, Verdict.EXPECTED, Verdict.VENDOR_CLOUD, Verdict.INFRASTRUCTURE}
)
_NUMBERS = {"icmp": 1, "tcp": 6, "udp": 17, "icmpv6": 58}
_CACHE_HOURS = 48
_LONGEST_INFO = 60  # RFC 8520 section 3.6


def mud_of(device: Device, conversations: Iterable[Conversation], *, now: datetime) -> bytes:
    """The JSON of the file: names where they are known, else addresses; inside, any.

    Unexpected and unknown conversations are left out: the file says what is in order.
    """
    lists: dict[int, dict[str, dict[str, Any]]] = {4: {}, 6: {}}
    for one in conversations:
        if one.device != device.id or one.direction is not Direction.OUT or one.peer is None:
            continue
        address = parse(one.peer)
        matches = _matches(one)
        if address is None or matches is None:
            continue
        key = msgspec.json.encode(matches, order="deterministic").decode()
        lists[address.version].setdefault(key, matches)
    words = [claim.name for claim in (device.brand or device.maker,) if claim is not None]
    words += [device.model.value] if device.model is not None else []
    info = " ".join(words) or "camera"
    names = {4: "from-v4", 6: "from-v6"}
    document = {
        "ietf-mud:mud": {
            "mud-version": 1,
            "mud-url": f"https://camscan.invalid/mud/{device.id}.json",
            "last-update": now.isoformat(timespec="seconds"),
            "cache-validity": _CACHE_HOURS,
            "is-supported": True,
            "systeminfo": info[:_LONGEST_INFO],
            "from-device-policy": {
                "access-lists": {"access-list": [{"name": names[v]} for v in (4, 6) if lists[v]]}
            },
            "to-device-policy": {"access-lists": {"access-list": []}},
        },
        "ietf-access-control-list:acls": {
            "acl": [
                {
                    "name": names[version],
                    "type": f"ipv{version}-acl-type",
                    "aces": {
                        "ace": [
                            {
                                "name": f"{names[version]}-{number}",
                                "matches": matches,
                                "actions": {"forwarding": "accept"},
                            }
                            for number, matches in enumerate(lists[version].values())
                        ]
                    },
                }
                for version in (4, 6)
                if lists[version]
            ]
        },
    }
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


def _matches(one: Conversation) -> dict[str, Any] | None:
    """The matches of one call; None when it is not in order."""
    if one.verdict is Verdict.INTERNAL:
        return {"ietf-mud:mud": {"local-networks": [None]}}
    if one.verdict not in PERMITTED:
        return None
    if one.verdict is Verdict.INFRASTRUCTURE and one.port in (53, 123, 853):
        return {"ietf-mud:mud": {"controller": NTP if one.port == 123 else DNS}}
    family = "ipv6" if ":" in (one.peer or "") else "ipv4"
    ip: dict[str, Any] = {}
    if one.protocol in _NUMBERS:
        ip["protocol"] = _NUMBERS[one.protocol]
    if one.name is not None:
        ip["ietf-acldns:dst-dnsname"] = one.name
    else:
        length = 128 if family == "ipv6" else 32
        ip[f"destination-{family}-network"] = f"{one.peer}/{length}"
    matches: dict[str, Any] = {family: ip}
    if one.protocol in ("tcp", "udp") and one.port is not None:
        port: dict[str, Any] = {"destination-port": {"operator": "eq", "port": one.port}}
        if one.protocol == "tcp":
            port["ietf-mud:direction-initiated"] = "from-device"
        matches[one.protocol] = port
    return matches
