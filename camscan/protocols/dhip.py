"""DHDiscover (UDP 37810), the inquiry that Dahua's devices and its OEM sets answer.

A header of 32 bytes, now and then of another length, with length words that may be 0; JSON; a tail
of LF and NUL or none. The JSON of some firmware is broken, so its keys are then searched one by
one. `DeviceID` is a cloud identifier and is not read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from camscan.model.status import Status
from camscan.protocols.decoded import Decoded, malformed, pairs
from camscan.protocols.inquiry import (
    flag,
    ipv4_of,
    ipv6_of,
    mac_of,
    port_of,
    scalar,
    snake,
    starred,
)
from camscan.protocols.loose_json import inner, json_text, parse_object, salvage

PORT = 37810

_TEXTS = (
    "DeviceClass", "DeviceType", "SerialNo", "MachineName", "Version", "Vendor", "Manufacturer",
    "VideoInputChannels", "RemoteVideoInputChannels", "VideoOutputChannels", "AlarmInputChannels",
    "AlarmOutputChannels", "Init", "Find", "FindVersion", "UnLoginFuncMask",
)  # fmt: skip
_PORTS = ("HttpPort", "HttpsPort", "Port", "Port3")
_FOUR = ("IPAddress", "SubnetMask", "DefaultGateway", "DhcpEnable")
_ANY = ("DeviceClass", "DeviceType", "SerialNo", "Version")
_PLAIN = (
    ("dhip.model", "DeviceType"),
    ("dhip.firmware", "Version"),
    ("dhip.serial", "SerialNo"),
    ("dhip.name", "MachineName"),
)


def decode(data: bytes) -> Decoded:
    """dhip.* of one answer; MALFORMED for queries, for answers without a device and for junk."""
    text = json_text(data)
    if text is None:
        return malformed()
    whole = parse_object(text)
    if whole is None:
        if '"deviceInfo"' not in text:
            return malformed()
        keys = ("mac", *_TEXTS, *_PORTS, *_FOUR)
        whole = dict(salvage(text, keys))
        info: Mapping[str, Any] = whole
        four: Mapping[str, Any] = whole
        six: Mapping[str, Any] = {}
    else:
        info = inner(whole, "params", "deviceInfo")
        four, six = inner(info, "IPv4Address"), inner(info, "IPv6Address")
    if not any(scalar(info.get(key)) for key in _ANY):
        return malformed()
    mac = next((m for each in (whole, info) for key in ("mac", "Mac", "MAC")
                if (m := mac_of(scalar(each.get(key))))), None)  # fmt: skip
    found: list[tuple[str, str | None]] = [("dhip.mac", mac)]
    found += [(field, _text(info, key)) for field, key in _PLAIN]
    found += _addresses(four, six)
    found.append(("dhip.sdk_port", port_of(info.get("Port"))))
    found += [(f"dhip.{snake(key)}", _text(info, key)) for key in _TEXTS]
    found += [(f"dhip.{snake(key)}", port_of(info.get(key))) for key in _PORTS]
    return Decoded(status=Status.OK, fields=pairs(found))


def _text(info: Mapping[str, Any], key: str) -> str | None:
    return starred(scalar(info.get(key)))


def _addresses(four: Mapping[str, Any], six: Mapping[str, Any]) -> list[tuple[str, str | None]]:
    """An address of 0.0.0.0 is left out: the source of the packet is the better one."""
    return [
        ("dhip.ipv4", ipv4_of(scalar(four.get("IPAddress")))),
        ("dhip.netmask", ipv4_of(scalar(four.get("SubnetMask")))),
        ("dhip.gateway", ipv4_of(scalar(four.get("DefaultGateway")))),
        ("dhip.dhcp", flag(four.get("DhcpEnable"))),
        ("dhip.ipv6", ipv6_of(scalar(six.get("IPAddress")))),
        ("dhip.ipv6_link_local", ipv6_of(scalar(six.get("LinkLocalAddress")))),
    ]
