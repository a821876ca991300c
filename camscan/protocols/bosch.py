"""Bosch's discovery (asked on UDP 1757, answered to 1758): 32 bytes, or XML of newer firmware.

Layout: julienblitte/UniversalScanner Bosch.cs. The XML carries a session key, which is not read.
"""

from __future__ import annotations

from camscan.model.status import Status
from camscan.protocols.decoded import Decoded, malformed, pairs
from camscan.protocols.inquiry import ipv4_of, ipv6_of, mac_of, port_of
from camscan.protocols.layout import ipv4_at, mac_at, one_line, switch
from camscan.protocols.soap import Node, find, namespace, parse_xml, text_of

MAGIC = b"\x99\x39\xa4\x27"
_NAMESPACE = "OEMExt00:device-1-0"
_LENGTH = 32


def decode(data: bytes) -> Decoded:
    """bosch.mac .ipv4 .netmask .gateway; by XML also .serial .friendly_name .http_port …"""
    if data.startswith(MAGIC):
        return _binary(data)
    root = (
        parse_xml(data[:65536]) if data[:64].lstrip().startswith((b"<", b"\xef\xbb\xbf<")) else None
    )
    device = None if root is None else find(root, "device")
    if device is None or namespace(device) != _NAMESPACE:
        return malformed()
    return _xml(device)


def _binary(data: bytes) -> Decoded:
    """The question has the same magic and 12 bytes."""
    mac = mac_at(data, 8)
    if len(data) < _LENGTH or mac is None:
        return malformed()
    return Decoded(
        status=Status.OK,
        fields=pairs(
            (
                ("bosch.mac", mac),
                ("bosch.ipv4", ipv4_at(data, 16)),
                ("bosch.netmask", ipv4_at(data, 20)),
                ("bosch.gateway", ipv4_at(data, 24)),
            )
        ),
    )


def _xml(device: Node) -> Decoded:
    found = pairs(
        (
            ("bosch.mac", mac_of(text_of(device, "physAddress"))),
            ("bosch.serial", one_line(text_of(device, "serialNumber"))),
            ("bosch.friendly_name", one_line(text_of(device, "friendlyName"))),
            ("bosch.unit_name", one_line(text_of(device, "unitName"))),
            ("bosch.device_type", one_line(text_of(device, "deviceType"))),
            ("bosch.device_type_ids", one_line(text_of(device, "deviceTypeIDs"))),
            ("bosch.camera_frontend_id", one_line(text_of(device, "cameraFrontendID"))),
            ("bosch.lines", one_line(text_of(device, "Lines"))),
            ("bosch.ipv4", ipv4_of(text_of(device, "unitIPAddress"))),
            ("bosch.netmask", ipv4_of(text_of(device, "unitSubnetMask"))),
            ("bosch.gateway", ipv4_of(text_of(device, "unitGatewayIp"))),
            ("bosch.ipv6", ipv6_of(text_of(device, "unitIPv6Address"))),
            ("bosch.ipv6", ipv6_of(text_of(device, "unitStatelessIPv6Address"))),
            ("bosch.dhcp", switch(text_of(device, "dhcp"))),
            ("bosch.http_port", port_of(text_of(device, "HTTPPort"))),
            ("bosch.https_port", port_of(text_of(device, "HTTPSPort"))),
            ("bosch.rcp_port", port_of(text_of(device, "RCPPort"))),
        )
    )
    return Decoded(status=Status.OK, fields=found) if found else malformed()
