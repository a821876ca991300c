"""The closed list of UDP payloads: nothing else can leave by UDP.

Some of the ports also carry configuration, so a payload is built from a template here or not at
all, and `Query` refuses any bytes that are not one of the templates.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable

from msgspec import Struct

WSD_PORT = 3702
WSD_GROUP4 = "239.255.255.250"
WSD_GROUP6 = "ff02::c"


class Query(Struct, frozen=True, kw_only=True):
    """One UDP inquiry. `port` is the destination; groups are None where it has no multicast.

    A retransmission sends the same `Query` again (WS-Discovery wants an equal MessageID).
    Raises ValueError for bytes that are not on the closed list.
    """

    name: str
    port: int
    payload: bytes
    group4: str | None = None
    group6: str | None = None

    def __post_init__(self) -> None:
        if not is_permitted(self.payload, self.port):
            msg = f"not on the closed list of UDP queries: {self.name!r} to port {self.port}"
            raise ValueError(msg)


# --- WS-Discovery 2005/04 (SOAP-over-UDP) --------------------------------------------------------
# One line: a Hikvision answered "the xml format error" until line breaks were gone
# (edgexfoundry/device-onvif-camera#134). Three separate probes: two types in one Probe are ANDed,
# a TL-IPC43KP-4 is silent unless Types is NVT (same project #135), newer devices know tds:Device
# only. Each prefix is declared on the root alone (openhab-addons#9022). A fourth asks for
# wsdp:Device (DPWS): wsdd answers no other (christgau/wsdd), and what says that it is a PC or a
# printer is not taken for a camera.

_UUID = "{uuid}"
_WSD_SHAPE = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"'
    ' xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"'
    ' xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"{declare}>'
    "<s:Header>"
    '<a:Action s:mustUnderstand="1">http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</a:Action>'
    "<a:MessageID>urn:uuid:{uuid}</a:MessageID>"
    "<a:ReplyTo><a:Address>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous"
    "</a:Address></a:ReplyTo>"
    '<a:To s:mustUnderstand="1">urn:schemas-xmlsoap-org:ws:2005:04:discovery</a:To>'
    "</s:Header><s:Body>{probe}</s:Body></s:Envelope>"
)


def _wsd_template(declare: str, probe: str) -> str:
    return _WSD_SHAPE.replace("{declare}", declare).replace("{probe}", probe)


_WSD_TEMPLATES = {
    "wsd probe NetworkVideoTransmitter": _wsd_template(
        ' xmlns:dn="http://www.onvif.org/ver10/network/wsdl"',
        "<d:Probe><d:Types>dn:NetworkVideoTransmitter</d:Types></d:Probe>",
    ),
    "wsd probe Device": _wsd_template(
        ' xmlns:tds="http://www.onvif.org/ver10/device/wsdl"',
        "<d:Probe><d:Types>tds:Device</d:Types></d:Probe>",
    ),
    "wsd probe untyped": _wsd_template("", "<d:Probe/>"),
    "wsd probe wsdp:Device": _wsd_template(
        ' xmlns:wsdp="http://schemas.xmlsoap.org/ws/2006/02/devprof"',
        "<d:Probe><d:Types>wsdp:Device</d:Types></d:Probe>",
    ),
}


def _wsd(name: str) -> Query:
    payload = _WSD_TEMPLATES[name].replace(_UUID, str(uuid.uuid4())).encode("ascii")
    return Query(name=name, port=WSD_PORT, payload=payload, group4=WSD_GROUP4, group6=WSD_GROUP6)


def wsd_probe_nvt() -> Query:
    """Probe A: Types `dn:NetworkVideoTransmitter`, a fresh MessageID."""
    return _wsd("wsd probe NetworkVideoTransmitter")


def wsd_probe_device() -> Query:
    """Probe B: Types `tds:Device`, a fresh MessageID."""
    return _wsd("wsd probe Device")


def wsd_probe_untyped() -> Query:
    """Probe C: no Types, a fresh MessageID."""
    return _wsd("wsd probe untyped")


def wsd_probe_dpws() -> Query:
    """Probe D: Types `wsdp:Device` (PCs, printers, NAS), a fresh MessageID."""
    return _wsd("wsd probe wsdp:Device")


def wsd_probes() -> tuple[Query, ...]:
    """The WS-Discovery probes of a link in sending order."""
    return wsd_probe_nvt(), wsd_probe_device(), wsd_probe_untyped(), wsd_probe_dpws()


# --- later queries: SSDP, mDNS, SADP, DHIP, ... ---------------------------------------------------
# A new query is: its template here, its pattern in _PERMITTED, its constructor in CONSTRUCTORS.


CONSTRUCTORS: tuple[Callable[[], Query], ...] = (
    wsd_probe_nvt,
    wsd_probe_device,
    wsd_probe_untyped,
    wsd_probe_dpws,
)

_ANY_UUID = rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"


def _pattern(template: str) -> re.Pattern[bytes]:
    before, after = template.encode("ascii").split(_UUID.encode("ascii"))
    return re.compile(re.escape(before) + _ANY_UUID + re.escape(after))


_PERMITTED: tuple[tuple[int, re.Pattern[bytes]], ...] = tuple(
    (WSD_PORT, _pattern(template)) for template in _WSD_TEMPLATES.values()
)


def is_permitted(payload: bytes, port: int) -> bool:
    """True only for a payload of the closed list (any UUID) on its own port."""
    return any(port == own and pattern.fullmatch(payload) for own, pattern in _PERMITTED)
