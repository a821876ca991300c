"""Which port gets which probe, and the port lists a scan may use.

Only a protocol that a source gives to a port is spoken there; every other open port is listened
to and gets nothing. A port number proves nothing about a device.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from camscan.errors import UsageError
from camscan.protocols.never import NEVER_PORTS


class Ask(StrEnum):
    """What an open port receives."""

    HTTP = "http"
    HTTPS = "https"
    RTSP = "rtsp"
    RTSPS = "rtsps"
    LISTEN = "banner"
    NOTHING = "connect only"


class ServicePort(Struct, frozen=True, kw_only=True):
    """The probe of one port and who says so. `onvif`: a device service may live here.

    `shared` marks a web port that other, binary protocols use as well: one request, no retry, and
    no long wait for its first byte where the host has answered others at once.
    """

    ask: Ask
    source: str
    onvif: bool = False
    shared: bool = False


def _web(source: str, *, onvif: bool = False, shared: bool = False) -> ServicePort:
    return ServicePort(ask=Ask.HTTP, source=source, onvif=onvif, shared=shared)


def _tls(source: str, *, onvif: bool = False, shared: bool = False) -> ServicePort:
    return ServicePort(ask=Ask.HTTPS, source=source, onvif=onvif, shared=shared)


def _rtsp(source: str) -> ServicePort:
    return ServicePort(ask=Ask.RTSP, source=source)


def _rtsps(source: str) -> ServicePort:
    return ServicePort(ask=Ask.RTSPS, source=source)


def _silent(source: str) -> ServicePort:
    return ServicePort(ask=Ask.NOTHING, source=source)


SERVICE_PORTS: dict[int, ServicePort] = {
    # web
    80: _web("RFC 9110", onvif=True),
    81: _web("Blue Iris and GeoHttpServer default; VStarcam boards"),
    88: _web("Foscam HD web and media; Hikvision HttpPort 88 in SADP answers"),
    888: _web("Foscam ONVIF", onvif=True),
    1984: _web("AlexxIT/go2rtc README: API port"),
    2020: _web("TP-Link ONVIF (AlexxIT/go2rtc pkg/onvif/README.md)", onvif=True),
    5000: _web("home-assistant/core#35866: ONVIF", onvif=True),
    5357: _web("Web Services for Devices over HTTP (christgau/wsdd; Windows)"),
    6688: _web("pingumacpenguin/FH86XX_Cameras: ONVIF", onvif=True),
    8000: _web("Reolink ONVIF (AlexxIT/go2rtc pkg/onvif/README.md)", onvif=True, shared=True),
    8080: _web("RFC 9110 alternative; motion and ustreamer", onvif=True),
    8081: _web("motion streams; FLIR web", onvif=True),
    8082: _web("zb3/tiandy-research: camera ONVIF", onvif=True),
    8090: _web("Agent DVR default"),
    8200: _web("minidlna.conf(5): default port"),
    8888: _web("bluenviron/mediamtx: HLS"),
    8889: _web("bluenviron/mediamtx: WebRTC"),
    8899: _web("Xiongmai ONVIF", onvif=True),
    8971: _tls("blakeblackshear/frigate: authenticated port"),
    10080: _web("motioneyeos#2253: VStarcam ONVIF", onvif=True),
    11080: _web("koush/scrypted server settings"),
    443: _tls("RFC 9110", onvif=True),
    7001: _tls("Nx Witness server"),
    8443: _tls("RFC 9110 alternative; Hikvision SDK over TLS", shared=True),
    10443: _tls("koush/scrypted server settings"),
    # RTSP
    554: _rtsp("RFC 7826"),
    5544: _rtsp("home-assistant/core#36523: Jovision"),
    5554: _rtsp("RTSP alternative (Ullaakut/cameradar)"),
    7070: _rtsp("Arecont RTSP (CamioCam/rtsp)"),
    7447: _rtsp("hjdhjd/unifi-protect bootstrap ports"),
    8554: _rtsp("RTSP alternative (Ullaakut/cameradar); GeoVision, Aqara, MediaMTX"),
    10554: _rtsp("CamioCam/rtsp PR#122: Hikvision recorders; #83: Zmodo, VStarcam"),
    322: _rtsps("RFC 7826: rtsps"),
    7441: _rtsps("hjdhjd/unifi-protect bootstrap ports"),
    8322: _rtsps("bluenviron/mediamtx: RTSPS"),
    # a connection says enough; anything written there would be a login or worse
    37777: _silent("Dahua private protocol: the first message is a login"),
    34567: _silent("Xiongmai DVRIP: the first message is a login"),
    102: _silent("Siemens S7 controllers"),
    502: _silent("Modbus controllers"),
    515: _silent("LPD printers"),
    10001: _silent("Guardian tank gauges"),
    20000: _silent("DNP3 controllers"),
    44818: _silent("EtherNet/IP controllers"),
    47808: _silent("BACnet controllers"),
}

DEFAULT_PORTS: tuple[int, ...] = (
    80,
    443,
    554,
    8000,
    8080,
    8443,
    8554,
    37777,
    34567,
    9000,
    2020,
    8899,
    81,
    88,
    8081,
    10554,
    23,
    21,
)
"""Swept in this order: the ports that tell most come first, so probing starts early."""

LISTENED = ServicePort(ask=Ask.LISTEN, source="no protocol is given to this port")

NEVER_REASON = (
    "ports 9100-9107 are raw printer ports: a printer prints whatever it is sent "
    "(nmap #2237, Pouzor/homelable-hacs #87)"
)


def service_port(port: int) -> ServicePort:
    """What `port` receives when it is open."""
    return SERVICE_PORTS.get(port, LISTENED)


def parse_ports(text: str) -> tuple[int, ...]:
    """Ports as nmap writes them (`80,443,8000-8010`, `T:80`, `-100`, `60000-`, `-`), in the order
    given, each once; `+22,8888` are the default ports and these. Raises UsageError for what is no
    port list, and for 9100-9107."""
    added = text.startswith("+")
    ports: dict[int, None] = dict.fromkeys(DEFAULT_PORTS if added else ())
    for item in text.removeprefix("+").split(","):
        first, last = _range(item.strip(), text)
        refused = [port for port in NEVER_PORTS if first <= port <= last]
        if refused:
            around = f"{first}-9099,9108-{last}" if first < 9100 and last > 9107 else "without them"
            raise UsageError(f"--ports {text}: {NEVER_REASON}; write {around}")
        ports.update(dict.fromkeys(range(first, last + 1)))
    return tuple(ports)


def _range(item: str, text: str) -> tuple[int, int]:
    """Both ends of one item of a port list."""
    prefix, colon, rest = item.rpartition(":")
    if colon and prefix.upper() != "T":
        raise UsageError(
            f"--ports {text}: {item!r} is not TCP; UDP is asked by its own inquiries, not by port"
        )
    low, dash, high = rest.strip().partition("-")
    if not low and not dash:
        raise UsageError(f"--ports {text}: empty item; write for example 80,443,8000-8010")
    first = _number(low, text) if low else 1
    last = (_number(high, text) if high else 65535) if dash else first
    if last < first:
        raise UsageError(f"--ports {text}: the range {item} ends before it begins")
    return first, last


def _number(word: str, text: str) -> int:
    # Digits enough to be too many: thousands of them are no number to be read.
    number = int(word.lstrip("0")[:6] or 0) if word.isascii() and word.isdigit() else 0
    if not 1 <= number <= 65535:
        raise UsageError(
            f"--ports {text}: {word!r} is no port number from 1 to 65535; "
            "write for example 80,443,8000-8010"
        )
    return number
