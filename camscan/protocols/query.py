"""The closed list of UDP payloads: nothing else can leave by UDP.

Some of the ports also carry configuration (SADP, XM 1532, Foscam type 2, TVT 3, Sony SET), so a
payload is built from a template here or not at all, and `Query` refuses any bytes that are not one
of the templates with its few free bytes (UUID, transaction, own address, port of the answer).
More than 500 lines because the whole list is to be read, and signed, in one place.
"""

from __future__ import annotations

import re
import secrets
import struct
import uuid
from collections.abc import Callable
from ipaddress import IPv4Address

from msgspec import Struct
from msgspec.structs import replace

from camscan.protocols import reolink_bcudp

WSD_PORT = 3702
WSD_GROUP4 = "239.255.255.250"
WSD_GROUP6 = "ff02::c"


class Query(Struct, frozen=True, kw_only=True):
    """One UDP inquiry and all that sending it needs.

    `port` is the destination. Groups are None where it has no multicast; `broadcast`: it may be
    broadcast (IPv4). `local_port`: answers come to that port, so it is sent from there (0: any
    port). `hear4` are groups on which answers come; `hops` is the TTL of a multicast. A
    retransmission sends the same `Query` again (WS-Discovery wants an equal MessageID).
    Raises ValueError for bytes that are not on the closed list.
    """

    name: str
    port: int
    payload: bytes
    group4: str | None = None
    group6: str | None = None
    broadcast: bool = False
    local_port: int = 0
    hear4: tuple[str, ...] = ()
    hops: int = 1

    def __post_init__(self) -> None:
        if not is_permitted(self.payload, self.port):
            msg = f"not on the closed list of UDP queries: {self.name!r} to port {self.port}"
            raise ValueError(msg)


class _Free(Struct, frozen=True):
    """Bytes of a template that vary."""

    pattern: bytes


_UUID = _Free(rb"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_BYTE, _WORD, _DOUBLE = (_Free(rb"[\x00-\xff]{%d}" % size) for size in (1, 2, 4))
_Part = bytes | _Free
_TEMPLATES: dict[str, tuple[int, tuple[_Part, ...]]] = {}


def _list(name: str, port: int, *parts: _Part) -> str:
    """Put a template on the closed list; its name."""
    _TEMPLATES[name] = (port, parts)
    return name


def _query(name: str, *values: bytes) -> Query:
    """The listed template with `values` in its free places."""
    port, parts = _TEMPLATES[name]
    free = iter(values)
    payload = b"".join(part if isinstance(part, bytes) else next(free) for part in parts)
    return Query(name=name, port=port, payload=payload)


def _random(size: int) -> bytes:
    return secrets.token_bytes(size)


def _uuid() -> bytes:
    return str(uuid.uuid4()).encode("ascii")


# --- WS-Discovery 2005/04 (SOAP-over-UDP) --------------------------------------------------------
# One line: a Hikvision answered "the xml format error" until line breaks were gone
# (edgexfoundry/device-onvif-camera#134). Three separate probes: two types in one Probe are ANDed,
# a TL-IPC43KP-4 is silent unless Types is NVT (same project #135), newer devices know tds:Device
# only. Each prefix is declared on the root alone (openhab-addons#9022). A fourth asks for
# wsdp:Device (DPWS): wsdd answers no other (christgau/wsdd), and what says that it is a PC or a
# printer is not taken for a camera.

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


def _wsd_parts(declare: str, probe: str) -> tuple[_Part, ...]:
    text = _WSD_SHAPE.replace("{declare}", declare).replace("{probe}", probe)
    before, after = text.encode("ascii").split(b"{uuid}")
    return before, _UUID, after


_WSD_NVT = _list(
    "wsd probe NetworkVideoTransmitter",
    WSD_PORT,
    *_wsd_parts(
        ' xmlns:dn="http://www.onvif.org/ver10/network/wsdl"',
        "<d:Probe><d:Types>dn:NetworkVideoTransmitter</d:Types></d:Probe>",
    ),
)
_WSD_DEVICE = _list(
    "wsd probe Device",
    WSD_PORT,
    *_wsd_parts(
        ' xmlns:tds="http://www.onvif.org/ver10/device/wsdl"',
        "<d:Probe><d:Types>tds:Device</d:Types></d:Probe>",
    ),
)
_WSD_UNTYPED = _list("wsd probe untyped", WSD_PORT, *_wsd_parts("", "<d:Probe/>"))
_WSD_DPWS = _list(
    "wsd probe wsdp:Device",
    WSD_PORT,
    *_wsd_parts(
        ' xmlns:wsdp="http://schemas.xmlsoap.org/ws/2006/02/devprof"',
        "<d:Probe><d:Types>wsdp:Device</d:Types></d:Probe>",
    ),
)


def _wsd(name: str) -> Query:
    return replace(_query(name, _uuid()), group4=WSD_GROUP4, group6=WSD_GROUP6)


def wsd_probe_nvt() -> Query:
    """Probe A: Types `dn:NetworkVideoTransmitter`, a fresh MessageID."""
    return _wsd(_WSD_NVT)


def wsd_probe_device() -> Query:
    """Probe B: Types `tds:Device`, a fresh MessageID."""
    return _wsd(_WSD_DEVICE)


def wsd_probe_untyped() -> Query:
    """Probe C: no Types, a fresh MessageID."""
    return _wsd(_WSD_UNTYPED)


def wsd_probe_dpws() -> Query:
    """Probe D: Types `wsdp:Device` (PCs, printers, NAS), a fresh MessageID."""
    return _wsd(_WSD_DPWS)


# --- SSDP (UPnP Device Architecture 1.1, 1.3.2) --------------------------------------------------
# MX 1: devices spread their answers over one second. HOST is the group of the IP version.


def _ssdp_template(target: str, version: int) -> str:
    host = "239.255.255.250:1900" if version == 4 else "[FF02::C]:1900"
    text = (
        f'M-SEARCH * HTTP/1.1\r\nHOST: {host}\r\nMAN: "ssdp:discover"\r\n'
        f"MX: 1\r\nST: {target}\r\n\r\n"
    )
    return _list(f"ssdp search {target} IPv{version}", 1900, text.encode("ascii"))


_SSDP_BASIC = "urn:schemas-upnp-org:device:Basic:1"
_SSDP = {
    (target, version): _ssdp_template(target, version)
    for target in ("upnp:rootdevice", _SSDP_BASIC)
    for version in (4, 6)
}


def _ssdp(target: str, version: int) -> Query:
    group4, group6 = ("239.255.255.250", None) if version == 4 else (None, "ff02::c")
    return replace(_query(_SSDP[target, version]), group4=group4, group6=group6)


def ssdp_rootdevice() -> Query:
    """Every UPnP root device, IPv4."""
    return _ssdp("upnp:rootdevice", 4)


def ssdp_rootdevice_ipv6() -> Query:
    """Every UPnP root device, IPv6."""
    return _ssdp("upnp:rootdevice", 6)


def ssdp_basic() -> Query:
    """The device type of Axis and most cameras, IPv4."""
    return _ssdp(_SSDP_BASIC, 4)


def ssdp_basic_ipv6() -> Query:
    """The device type of Axis and most cameras, IPv6."""
    return _ssdp(_SSDP_BASIC, 6)


# --- mDNS and DNS-SD (RFC 6762, RFC 6763) --------------------------------------------------------

MDNS_SERVICES = (
    "_services._dns-sd._udp", "_axis-video._tcp", "_axis-nvr._tcp", "_arec._tcp", "_rtsp._tcp",
    "_http._tcp", "_https._tcp", "_psia._tcp", "_CGI._tcp", "_onvif._tcp", "_nvr._tcp",
    "_hap._tcp", "_arlo-video._tcp", "_miio._udp",
)  # fmt: skip
"""Service types of cameras, and the list of all services: one question each."""


def _question(service: str) -> bytes:
    """PTR, class IN with the bit that asks for a unicast answer (RFC 6762 section 5.4)."""
    labels = (*service.split("."), "local")
    name = b"".join(bytes((len(label),)) + label.encode("ascii") for label in labels)
    return name + b"\x00" + struct.pack(">HH", 12, 0x8001)


_MDNS = _list(
    "mdns questions",
    5353,
    struct.pack(">6H", 0, 0, len(MDNS_SERVICES), 0, 0, 0)
    + b"".join(_question(service) for service in MDNS_SERVICES),
)


def mdns_questions() -> Query:
    """PTR of every service type of cameras, unicast answers wanted."""
    return replace(_query(_MDNS), group4="224.0.0.251", group6="ff02::fb", hops=255)


# --- Hikvision SADP ------------------------------------------------------------------------------
# The same framing activates, resets and reboots, so these two words are spelled out. Answers come
# to the sender or to the group. Source: cameronnewman/hikvision-tooling internal/sadp.

SADP_PORT, SADP_GROUP = 37020, "239.255.255.250"


def _sadp_template(word: str) -> str:
    before = b'<?xml version="1.0" encoding="utf-8"?><Probe><Uuid>'
    after = f"</Uuid><Types>{word}</Types></Probe>".encode("ascii")
    return _list(f"sadp {word}", SADP_PORT, before, _UUID, after)


_SADP, _SADP_V32 = _sadp_template("inquiry"), _sadp_template("inquiry_v32")


def _sadp(name: str) -> Query:
    made = _query(name, _uuid().upper())
    return replace(
        made, group4=SADP_GROUP, broadcast=True, local_port=SADP_PORT, hear4=(SADP_GROUP,)
    )


def sadp_inquiry() -> Query:
    """SADP `inquiry`, a fresh Uuid."""
    return _sadp(_SADP)


def sadp_inquiry_v32() -> Query:
    """SADP `inquiry_v32`, a fresh Uuid."""
    return _sadp(_SADP_V32)


# --- Dahua ---------------------------------------------------------------------------------------
# uni 1 asks for a unicast answer, uni 0 for one to the group; firmware exists that answers only
# one of them. Source: julienblitte/UniversalScanner Dahua2.cs, Dahua1.cs.

DHIP_PORT, DHIP_GROUP = 37810, "239.255.255.251"


def _dhip_template(unicast: int) -> str:
    body = b'{ "method" : "DHDiscover.search", "params" : { "mac" : "", "uni" : %d } }\n' % unicast
    size = struct.pack("<II", len(body), 0)
    header = struct.pack("<I4sII", 32, b"DHIP", 0, 0) + size + size
    return _list(f"dhip search uni {unicast}", DHIP_PORT, header + body)


_DHIP_UNI1, _DHIP_UNI0 = _dhip_template(1), _dhip_template(0)
_DAHUA1 = _list("dahua1 search", 5050, bytes.fromhex("a3010001") + bytes(12) + b"\x02" + bytes(15))


def _dhip(name: str) -> Query:
    return replace(
        _query(name),
        group4=DHIP_GROUP,
        broadcast=True,
        local_port=DHIP_PORT,
        hear4=(DHIP_GROUP,),
    )


def dhip_search_unicast() -> Query:
    """DHDiscover.search, answer to the sender."""
    return _dhip(_DHIP_UNI1)


def dhip_search_multicast() -> Query:
    """DHDiscover.search, answer to the group."""
    return _dhip(_DHIP_UNI0)


def dahua1_search() -> Query:
    """Dahua's older search, heard on its own port."""
    return replace(_query(_DAHUA1), broadcast=True, local_port=5050)


# --- one broadcast each --------------------------------------------------------------------------
# Xiongmai 1530: AlexxIT/go2rtc internal/dvrip. Ubiquiti: nmap ubiquiti-discovery,
# uilibs/unifi-discovery. Kasa and TDP: python-kasa discover.py. Others, where not said:
# julienblitte/UniversalScanner.

_XM = _list("xm search 1530", 34569, bytes.fromhex("ff00000000000000000000000000fa0500000000"))
_UBNT_V1 = _list("ubnt v1", 10001, bytes.fromhex("01000000"))
_UBNT_V2 = _list("ubnt v2", 10001, bytes.fromhex("02080000"))
_KASA = _list(
    "kasa get_sysinfo",
    9999,
    bytes.fromhex("d0f281f88bff9af7d5ef94b6d1b4c09fec95e68fe187e8caf08bf68bf6"),
)
_TDP_SHORT = bytes.fromhex("020000010000000000000000463cb5d3")
_TDP = _list("tdp short", 20002, _TDP_SHORT)
_TDP_20004 = _list("tdp short 20004", 20004, _TDP_SHORT)
_REOLINK = _list("reolink search", 2000, bytes.fromhex("aaaa0000"))
_SONY = _list("sony ENQ:allinfo", 2380, b"\x02ENQ:allinfo\xff\x03")
_SONY_PTZ = _list("sony ENQ:network", 52380, b"\x02ENQ:network\xff\x03")
_BOSCH = _list("bosch search", 1757, bytes.fromhex("9939a427"), _DOUBLE, bytes.fromhex("ff0006de"))
_HANWHA = _list("hanwha search", 7701, b"\x01" + bytes(261))
_PANASONIC = _list(
    "panasonic search",
    10670,
    bytes.fromhex("00010000000d000000000000ffffffffffff"),
    _DOUBLE,
    bytes.fromhex("000120111e11231f1e19130000020000") + bytes(8) + bytes.fromhex("0000ffff0000"),
)
_VIVOTEK = _list("vivotek search", 10000, _BYTE, bytes.fromhex("4a5d8f1c"))
_VSTARCAM = _list("vstarcam search", 8600, bytes.fromhex("44480101"))
_FOSCAM = _list(
    "foscam search", 10000, b"MO_I" + bytes(11) + bytes.fromhex("040000000400000000000001")
)
_FOSCAM_ZERO = _list(
    "foscam search zero", 10000, b"MO_I" + bytes(11) + bytes.fromhex("040000000000000000000001")
)
_TVT = _list("tvt search", 23456, b"MHED" + bytes.fromhex("0900010001000000") + bytes(128))
_GIGE = _list("gige discovery", 3956, bytes.fromhex("4211000200000001"))
_VISION360 = _list("360vision discover", 3600, b"DISCOVER\n")
_NICE = _list("nicevision search", 2007, b"NICE", _WORD, bytes.fromhex("01080000"), _WORD)
_JVC = _list("jvc system.id", 80, b"system.id\r\n")
# The port also takes commands (CMD), so that not even the client's name is free. Source:
# zackxue/ipc src/hichip_discover.c.
_JUAN = _list(
    "juan search",
    8002,
    b"SEARCH * HDS/1.0\r\nCSeq:1\r\nClient-ID:camscan\r\nAccept-Type:text/HDP\r\n"
    b"Content-Length:0\r\n\r\n",
)


def _broadcast(name: str, *values: bytes, local_port: int = 0) -> Query:
    return replace(_query(name, *values), broadcast=True, local_port=local_port)


def xm_search() -> Query:
    """Xiongmai's message 1530, from and to the same port: answers are broadcast to it."""
    return _broadcast(_XM, local_port=34569)


def ubnt_v1() -> Query:
    """Ubiquiti's inquiry, version 1."""
    return replace(_broadcast(_UBNT_V1, local_port=10001), group4="233.89.188.1")


def ubnt_v2() -> Query:
    """Ubiquiti's inquiry, version 2."""
    return replace(_broadcast(_UBNT_V2, local_port=10001), group4="233.89.188.1")


def kasa_sysinfo() -> Query:
    """`{"system":{"get_sysinfo":{}}}` in TP-Link's autokey XOR."""
    return _broadcast(_KASA)


def tdp_short() -> Query:
    """TP-Link's TDP inquiry without a key, so that nothing secret is sent back."""
    return _broadcast(_TDP)


def tdp_short_20004() -> Query:
    """The same to the second port of TDP."""
    return _broadcast(_TDP_20004)


def reolink_search() -> Query:
    """Reolink's search; the answer comes to port 3000."""
    return _broadcast(_REOLINK, local_port=3000)


def sony_allinfo() -> Query:
    """Sony's inquiry of everything, an ENQ and never a SET."""
    return _broadcast(_SONY)


def sony_network() -> Query:
    """The inquiry of Sony's VISCA models."""
    return _broadcast(_SONY_PTZ)


def bosch_search() -> Query:
    """Bosch's search with a fresh transaction; the answer comes to port 1758."""
    return _broadcast(_BOSCH, _random(4), local_port=1758)


def hanwha_search() -> Query:
    """Hanwha's (Samsung's) search; the answer comes to port 7711."""
    return _broadcast(_HANWHA, local_port=7711)


def panasonic_search() -> Query:
    """Panasonic's (i-PRO's) search, with the address of this machine; heard on port 10669."""
    return _broadcast(_PANASONIC, bytes(4), local_port=10669)


def vivotek_search() -> Query:
    """Vivotek's search with a fresh session byte."""
    return _broadcast(_VIVOTEK, _random(1))


def vstarcam_search() -> Query:
    """VStarcam's search."""
    return _broadcast(_VSTARCAM, local_port=8600)


def foscam_search() -> Query:
    """Foscam's search (type 0), as OpenIPC/python-dvr writes it."""
    return _broadcast(_FOSCAM, local_port=10000)


def foscam_search_zero() -> Query:
    """The same with a zero in the second length, as another reader of the protocol writes it."""
    return _broadcast(_FOSCAM_ZERO, local_port=10000)


def tvt_search() -> Query:
    """TVT's search (command 1); answers come to a second group."""
    made = replace(_query(_TVT), group4="234.55.55.55", local_port=23456)
    return replace(made, hear4=("234.55.55.56",))


def gige_discovery() -> Query:
    """DISCOVERY_CMD of GigE Vision (industrial cameras)."""
    return _broadcast(_GIGE)


def vision360_discover() -> Query:
    """360 Vision's search."""
    return _broadcast(_VISION360, local_port=3600)


def nicevision_search() -> Query:
    """NICE's search with a fresh transaction and the port to which the answer shall come."""
    return _broadcast(_NICE, _random(2), bytes(2))


def jvc_system_id() -> Query:
    """JVC's `system.id`."""
    return _broadcast(_JVC)


def juan_search() -> Query:
    """HDS search of ESeeNet devices and HiChip boards; answers come to the group."""
    group = "239.255.255.250"
    return replace(_query(_JUAN), group4=group, local_port=8002, hear4=(group,))


# --- Reolink C2D_S -------------------------------------------------------------------------------
# XML under an XOR key that depends on the transaction; the device answers to the port in the XML.
# C2D_C opens a session and C2D_DISC closes one, so the text is checked after decryption.
# Source: starkillerOG/reolink_aio baichuan/udp_protocol.py.

_C2D_NAMES = {2015: "reolink C2D_S", 2018: "reolink C2D_S 2018"}
_C2D_XML = "\n<P2P>\n<C2D_S>\n<to>\n<port>{}</port>\n</to>\n</C2D_S>\n</P2P>\n"
_C2D_TEXT = re.compile(re.escape(_C2D_XML).replace(re.escape("{}"), "(0|[1-9][0-9]{0,4})"))
_C2D_MOST = 127  # octets, so that a stranger's datagram is not decrypted at length


def _c2d_message(port: int) -> bytes:
    return reolink_bcudp.build(_C2D_XML.format(port), secrets.randbits(31))


def _is_c2d_s(payload: bytes) -> bool:
    frame = reolink_bcudp.parse(payload) if len(payload) <= _C2D_MOST else None
    if not isinstance(frame, reolink_bcudp.Frame):
        return False
    found = _C2D_TEXT.fullmatch(frame.xml)
    if found is None or int(found[1]) >= 65536:
        return False
    return payload == reolink_bcudp.build(frame.xml, frame.transaction)


def _c2d_s(port: int) -> Query:
    return Query(name=_C2D_NAMES[port], port=port, payload=_c2d_message(65535))


def reolink_c2d_s() -> Query:
    """Reolink's C2D_S to one address, with the port to which the answer shall come."""
    return _c2d_s(2015)


def reolink_c2d_s_2018() -> Query:
    """The same to the second port."""
    return _c2d_s(2018)


# --- the list ------------------------------------------------------------------------------------

CONSTRUCTORS: tuple[Callable[[], Query], ...] = (
    wsd_probe_nvt, wsd_probe_device, wsd_probe_untyped, wsd_probe_dpws,
    ssdp_rootdevice, ssdp_rootdevice_ipv6, ssdp_basic, ssdp_basic_ipv6, mdns_questions,
    sadp_inquiry, sadp_inquiry_v32, dhip_search_unicast, dhip_search_multicast, dahua1_search,
    xm_search, ubnt_v1, ubnt_v2, kasa_sysinfo, tdp_short, tdp_short_20004, reolink_search,
    reolink_c2d_s, reolink_c2d_s_2018, sony_allinfo, sony_network, bosch_search, hanwha_search,
    panasonic_search, vivotek_search, vstarcam_search, foscam_search, foscam_search_zero,
    tvt_search, gige_discovery, vision360_discover, nicevision_search, jvc_system_id,
    juan_search,
)  # fmt: skip


def from_here(query: Query, address: str, port: int) -> Query:
    """`query` with the own IPv4 address and port where its message names them.

    The sender calls it once it knows the socket; anything but Panasonic, NICE and C2D_S is
    returned as it is.
    """
    if query.name == _PANASONIC:
        payload = query.payload[:18] + IPv4Address(address).packed + query.payload[22:]
    elif query.name == _NICE:
        payload = query.payload[:-2] + struct.pack(">H", port)
    elif query.name in _C2D_NAMES.values():
        payload = _c2d_message(port)
    else:
        return query
    return replace(query, payload=payload)


def _compiled(parts: tuple[_Part, ...]) -> re.Pattern[bytes]:
    escaped = (re.escape(part) if isinstance(part, bytes) else part.pattern for part in parts)
    return re.compile(b"".join(escaped), re.DOTALL)


_PERMITTED: dict[int, list[re.Pattern[bytes]]] = {}
for _port, _parts in _TEMPLATES.values():
    _PERMITTED.setdefault(_port, []).append(_compiled(_parts))


def is_permitted(payload: bytes, port: int) -> bool:
    """True only for a payload of the closed list (any free bytes) on its own port."""
    if port in _C2D_NAMES:
        return _is_c2d_s(payload)
    return any(pattern.fullmatch(payload) for pattern in _PERMITTED.get(port, ()))
