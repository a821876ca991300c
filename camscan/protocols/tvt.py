"""TVT's search protocol (MHED, UDP 23456) and its XML form, also answered over SSDP.

Layout: AlexandruIspas659/ipcprobe PROTOCOL.md; XML: dannielperez/pytvt. Devices announce
themselves every two seconds. Bytes 84 to 111 are a password field and are never read.
"""

from __future__ import annotations

import re

from camscan.model.status import Status
from camscan.protocols.decoded import Decoded, malformed, pairs
from camscan.protocols.inquiry import ipv4_of, mac_of, port_of
from camscan.protocols.layout import ipv4_at, mac_at, one_line, port_at, switch, text_at
from camscan.protocols.soap import Node, find, parse_xml, text_of

MAGIC = b"MHED"
_ANNOUNCEMENT = 2
_LENGTH = 140
_ROOT = b"<multicastSearchResult"
# A public client of the vendor's own tool reads the word at 64 so.
_DEVICE_TYPES = {2: "NVR", 3: "DVR", 4: "IPC", 5: "storage", 6: "MDVR", 8: "decoder"}


def decode(data: bytes) -> Decoded:
    """tvt.mac .model .serial .firmware .vendor .name .ipv4 …; MALFORMED for every other command."""
    if data.startswith(MAGIC):
        return _binary(data)
    start = data[:65536].find(_ROOT)
    root = None if start < 0 else parse_xml(data[start:65536])
    return malformed() if root is None else _xml(root)


def _binary(data: bytes) -> Decoded:
    if len(data) < _LENGTH or int.from_bytes(data[8:10], "little") != _ANNOUNCEMENT:
        return malformed()
    found = pairs(
        (
            ("tvt.mac", mac_at(data, 32)),
            ("tvt.model", text_at(data, 196, 16)),
            ("tvt.serial", text_at(data, 140, 16)),
            ("tvt.firmware", text_at(data, 156, 16)),
            ("tvt.build_date", _date(data)),
            ("tvt.vendor", text_at(data, 212, 16)),
            ("tvt.name", text_at(data, 12, 20)),
            ("tvt.device_type", _DEVICE_TYPES.get(int.from_bytes(data[64:68], "little"))),
            ("tvt.ipv4", ipv4_at(data, 40)),
            ("tvt.netmask", ipv4_at(data, 44)),
            ("tvt.gateway", ipv4_at(data, 48)),
            ("tvt.dns", ipv4_at(data, 112)),
            ("tvt.dns", ipv4_at(data, 116)),
            ("tvt.http_port", port_at(data, 60, little=True)),
            ("tvt.rtsp_port", port_at(data, 62, little=True)),
            ("tvt.data_port", port_at(data, 38, little=True)),
        )
    )
    return Decoded(status=Status.OK, fields=found) if found else malformed()


def _date(data: bytes) -> str | None:
    """The build date, a number YYYYMMDD, as `2023-11-03`; None when it is none."""
    text = str(int.from_bytes(data[56:60], "little"))
    if not re.fullmatch(r"20[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])", text):
        return None
    return f"{text[:4]}-{text[4:6]}-{text[6:]}"


def _xml(root: Node) -> Decoded:
    """Two generations of element names; absent ones are None."""
    network, ports, product = (find(root, name) for name in ("tcpIp", "port", "productInfo"))

    def said(node: Node | None, *names: str) -> str | None:
        return next((text for name in names if (text := text_of(node, name))), None)

    found = pairs(
        (
            ("tvt.mac", mac_of(said(root, "macAddr", "Mac", "mac"))),
            ("tvt.model", one_line(said(product, "productModel", "unit"))),
            ("tvt.product_series", one_line(said(product, "productSeries"))),
            ("tvt.serial", one_line(said(product, "customerSN"))),
            ("tvt.firmware", one_line(said(product, "softwareVer"))),
            # `Bulild` is the vendor's own spelling.
            ("tvt.build_date", one_line(said(product, "softBuildDate", "softwareBulildDate"))),
            ("tvt.kernel_ver", one_line(said(product, "kernelVer"))),
            ("tvt.name", one_line(said(network, "devName") or said(product, "devName"))),
            ("tvt.ipv4", ipv4_of(said(network, "ipAddr", "ip"))),
            ("tvt.netmask", ipv4_of(said(network, "mask", "maskAddr"))),
            ("tvt.gateway", ipv4_of(said(network, "gateway", "route"))),
            ("tvt.dns", ipv4_of(said(network, "dns1"))),
            ("tvt.dns", ipv4_of(said(network, "dns2"))),
            ("tvt.dhcp", switch(said(network, "dhcpSwitch"))),
            ("tvt.http_port", port_of(said(ports, "httpPort", "httpType"))),
            ("tvt.rtsp_port", port_of(said(ports, "rtspPort"))),
            ("tvt.data_port", port_of(said(ports, "dataPort"))),
        )
    )
    return Decoded(status=Status.OK, fields=found) if found else malformed()
