"""Xiongmai's search (UDP 34569), which hundreds of brands answer.

A header of 20 bytes, then JSON. IPv4 addresses are hexadecimal numbers in little-endian order.
Devices also announce themselves, and one asks others with its own data in the query: both tell of
their sender. `SN` is a cloud identifier and is not read.
"""

from __future__ import annotations

import re
from typing import Any

from camscan.model.status import Status
from camscan.protocols.decoded import Decoded, malformed, pairs
from camscan.protocols.inquiry import flag, ipv4_of, mac_of, port_of, scalar, snake
from camscan.protocols.loose_json import inner, json_text, parse_object, salvage

PORT = 34569
SEARCH = 1530
ANSWER = 1531

_HEADER = 20
_CONFIG = "NetWork.NetCommon"
_TEXTS = (
    "HostName", "DeviceType", "ChannelNum", "Version", "BuildDate", "OtherFunction", "MonMode",
    "TransferPlan", "TCPMaxConn", "MaxBps", "NetConnectState",
)  # fmt: skip
_PORTS = ("TCPPort", "UDPPort", "HttpPort", "SSLPort")
_ADDRESSES = ("HostIP", "Submask", "GateWay")
_HEX = re.compile(r"0[xX][0-9A-Fa-f]{1,8}")
_CLOCK = re.compile(r"\bD=(\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2})")


def decode(data: bytes) -> Decoded:
    """xm.* of one answer or announcement; MALFORMED for a bare query, other messages and junk."""
    if data[:1] == b"\xff" and _message(data) not in (SEARCH, ANSWER):
        return malformed()
    text = json_text(data)
    if text is None or f'"{_CONFIG}"' not in text:
        return malformed()
    whole = parse_object(text)
    if whole is None:
        said: dict[str, Any] = dict(salvage(text, ("MAC", *_TEXTS, *_PORTS, *_ADDRESSES)))
    else:
        said = inner(whole, _CONFIG)
    mac = mac_of(scalar(said.get("MAC")))
    if mac is None and not any(scalar(said.get(key)) for key in ("HostIP", "Version")):
        return malformed()
    addresses = {key: address_of(scalar(said.get(key))) for key in _ADDRESSES}
    clock = _CLOCK.search(scalar(said.get("OtherFunction")) or "")
    found: list[tuple[str, str | None]] = [
        ("xm.mac", mac),
        ("xm.firmware", scalar(said.get("Version"))),
        ("xm.name", scalar(said.get("HostName"))),
        ("xm.ipv4", addresses["HostIP"]),
        ("xm.netmask", addresses["Submask"]),
        ("xm.gateway", addresses["GateWay"]),
        ("xm.dvrip_port", port_of(said.get("TCPPort"))),
        ("xm.clock", clock.group(1) if clock else None),
        ("xm.use_hs_down_load", flag(said.get("UseHSDownLoad"))),
    ]
    found += [(f"xm.{snake(key)}", scalar(said.get(key))) for key in _TEXTS]
    found += [(f"xm.{snake(key)}", port_of(said.get(key))) for key in _PORTS]
    found += [(f"xm.{snake(key)}", value) for key, value in addresses.items()]
    return Decoded(status=Status.OK, fields=pairs(found))


def address_of(text: str | None) -> str | None:
    """`0x6700A8C0` → 192.168.0.103: the number's bytes, the lowest first; also dotted text."""
    if text is not None and _HEX.fullmatch(text.strip()):
        return ipv4_of(int(text.strip(), 16).to_bytes(4, "little"))
    return ipv4_of(text)


def _message(data: bytes) -> int:
    return int.from_bytes(data[14:16], "little") if len(data) >= _HEADER else 0
