"""ONVIF device service without a login: the calls that may be made, and their answers.

The enumeration is the whole vocabulary: every PRE_AUTH call of ONVIF Core, and one try each of
GetDeviceInformation and GetScopes, which some devices answer although they need not.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit

from msgspec import Struct

from camscan.model.status import Status
from camscan.protocols import http
from camscan.protocols.decoded import Decoded, Malformed, malformed, pairs
from camscan.protocols.never import ONVIF_PATHS
from camscan.protocols.soap import (
    Fault,
    Node,
    content,
    fault_of,
    find,
    local,
    namespaces,
    parse_xml,
    text_of,
    walk,
)

CONTENT_TYPE = "application/soap+xml; charset=utf-8"
DEVICE_PATH = ONVIF_PATHS[0]
DEVICE_SERVICE = "http://www.onvif.org/ver10/device/wsdl"
_ONVIF = "http://www.onvif.org/"
_MAX_SERVICES = 64


class OnvifCall(StrEnum):
    """Calls that exist for camscan; none of them changes anything."""

    GET_SYSTEM_DATE_AND_TIME = "GetSystemDateAndTime"
    GET_SERVICES = "GetServices"
    GET_CAPABILITIES = "GetCapabilities"
    GET_HOSTNAME = "GetHostname"
    GET_DEVICE_INFORMATION = "GetDeviceInformation"
    GET_SCOPES = "GetScopes"
    GET_WSDL_URL = "GetWsdlUrl"
    GET_SERVICE_CAPABILITIES = "GetServiceCapabilities"
    GET_ENDPOINT_REFERENCE = "GetEndpointReference"


ORDER = (
    OnvifCall.GET_SYSTEM_DATE_AND_TIME,
    OnvifCall.GET_SERVICES,
    OnvifCall.GET_CAPABILITIES,
    OnvifCall.GET_HOSTNAME,
    OnvifCall.GET_DEVICE_INFORMATION,
    OnvifCall.GET_SCOPES,
)
"""What a probe asks, in this order."""

NEEDS_USER = frozenset((OnvifCall.GET_DEVICE_INFORMATION, OnvifCall.GET_SCOPES))
"""Access class READ_SYSTEM: stop at the first refusal of one of these."""

_INSIDE = {
    OnvifCall.GET_SERVICES: "<tds:IncludeCapability>false</tds:IncludeCapability>",
    OnvifCall.GET_CAPABILITIES: "<tds:Category>All</tds:Category>",
}

_DAYLIGHT: dict[bool | None, str] = {True: "true", False: "false"}

# Capabilities/<element> of ONVIF Core, and the service that it stands for.
_CAPABILITY = {
    "Analytics": "http://www.onvif.org/ver20/analytics/wsdl",
    "Device": DEVICE_SERVICE,
    "Events": "http://www.onvif.org/ver10/events/wsdl",
    "Imaging": "http://www.onvif.org/ver20/imaging/wsdl",
    "Media": "http://www.onvif.org/ver10/media/wsdl",
    "PTZ": "http://www.onvif.org/ver20/ptz/wsdl",
    "DeviceIO": "http://www.onvif.org/ver10/deviceIO/wsdl",
    "Display": "http://www.onvif.org/ver10/display/wsdl",
    "Recording": "http://www.onvif.org/ver10/recording/wsdl",
    "Search": "http://www.onvif.org/ver10/search/wsdl",
    "Replay": "http://www.onvif.org/ver10/replay/wsdl",
    "Receiver": "http://www.onvif.org/ver10/receiver/wsdl",
}


class Service(Struct, frozen=True, kw_only=True):
    """One service; `path` of its address only: hosts in there are often wrong."""

    namespace: str
    path: str | None = None
    version: str | None = None


class OnvifAnswer(Struct, frozen=True, kw_only=True):
    """One answer. `call` is the operation that answered, None for a fault or a stranger.

    `namespaces` are all URIs declared; `utc` the device's clock, `zone` its POSIX time zone.
    """

    call: str | None = None
    namespaces: tuple[str, ...] = ()
    manufacturer: str | None = None
    model: str | None = None
    firmware: str | None = None
    serial: str | None = None
    hardware_id: str | None = None
    hostname: str | None = None
    services: tuple[Service, ...] = ()
    scopes: tuple[str, ...] = ()
    endpoint: str | None = None
    utc: datetime | None = None
    local_time: datetime | None = None
    zone: str | None = None
    daylight: bool | None = None
    clock_source: str | None = None
    fault: Fault | None = None

    @property
    def not_authorised(self) -> bool:
        """True for the fault of a missing login, whatever the HTTP status beside it."""
        fault = self.fault
        return fault is not None and (
            fault.says("notauthorized") or fault.says("FailedAuthentication")
        )

    @property
    def is_onvif(self) -> bool:
        """True when the envelope names ONVIF anywhere, or an ONVIF call answered."""
        named = any(uri.startswith(_ONVIF) for uri in self.namespaces)
        fault = self.fault
        errors = fault is not None and any(code.startswith("ter:") for code in fault.subcodes)
        return named or errors or self.call is not None

    def clock_skew(self, at: datetime) -> timedelta | None:
        """Device clock minus `at` (aware); None when the device does not tell UTC."""
        return None if self.utc is None else self.utc - at


def request(call: OnvifCall) -> bytes:
    """The SOAP 1.2 body of one call: no header at all, so no Security header either."""
    name = OnvifCall(call).value
    inside = _INSIDE.get(call, "")
    body = f"<tds:{name}>{inside}</tds:{name}>" if inside else f"<tds:{name}/>"
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"'
        f' xmlns:tds="{DEVICE_SERVICE}"><s:Body>{body}</s:Body></s:Envelope>'
    ).encode("ascii")


def parse_answer(data: bytes) -> OnvifAnswer | Malformed:
    """Read one SOAP answer; Malformed for HTML pages and anything without an envelope."""
    root = parse_xml(data)
    if root is None or not _is_envelope(root):
        return Malformed("no SOAP envelope")
    declared = tuple(dict.fromkeys(namespaces(data).values()))
    fault = fault_of(root)
    if fault is not None:
        return OnvifAnswer(namespaces=declared, fault=fault)
    response = _response(root)
    if response is None:
        return OnvifAnswer(namespaces=declared)
    call = local(response).removesuffix("Response")
    return OnvifAnswer(
        call=call,
        namespaces=declared,
        manufacturer=text_of(response, "Manufacturer"),
        model=text_of(response, "Model"),
        firmware=text_of(response, "FirmwareVersion"),
        serial=text_of(response, "SerialNumber"),
        hardware_id=text_of(response, "HardwareId"),
        hostname=_hostname(response),
        services=_services(response, call),
        scopes=_scopes(response),
        endpoint=_endpoint(response, call),
        utc=_moment(find(response, "UTCDateTime"), utc=True),
        local_time=_moment(find(response, "LocalDateTime"), utc=False),
        zone=text_of(response, "TZ"),
        daylight=_boolean(text_of(response, "DaylightSavings")),
        clock_source=text_of(response, "DateTimeType"),
    )


def fields(answer: OnvifAnswer) -> tuple[tuple[str, str], ...]:
    """Evidence of one answer. Scopes of GetScopes are wsd.scope: the same scopes, asked twice.

    Its clock is told as it stands (`onvif.utc_time` 2026-11-24T02:13:00Z, `onvif.local_time`
    without a zone); the evidence says when it was heard.
    """
    found: list[tuple[str, str | None]] = [
        ("onvif.manufacturer", answer.manufacturer),
        ("onvif.model", answer.model),
        ("onvif.firmware", answer.firmware),
        ("onvif.serial", answer.serial),
        ("onvif.hardware_id", answer.hardware_id),
        ("onvif.hostname", answer.hostname),
    ]
    found.extend(("onvif.service", service.namespace) for service in answer.services)
    found.extend(("wsd.scope", scope) for scope in answer.scopes)
    found.append(("wsd.endpoint", answer.endpoint))
    found += [
        ("onvif.utc_time", _stamp(answer.utc, "Z")),
        ("onvif.local_time", _stamp(answer.local_time)),
        ("onvif.time_zone", answer.zone),
        ("onvif.daylight_savings", _DAYLIGHT.get(answer.daylight)),
        ("onvif.clock_source", answer.clock_source),
    ]
    if answer.fault is not None:
        codes = "/".join((answer.fault.code, *answer.fault.subcodes))
        found.append(("onvif.fault", codes or answer.fault.reason))
    found.extend(("onvif.namespace", uri) for uri in answer.namespaces)
    return pairs(found)


def decode(data: bytes) -> Decoded:
    """Evidence of one answer, with or without its HTTP head.

    AUTH_REQUIRED for a NotAuthorized fault or HTTP 401. An answer with no envelope but a 401
    still gives http.* evidence: the realm is a hint, and ONVIF may well be behind it.
    """
    found: list[tuple[str, str]] = []
    body, refused = data, False
    if data.lstrip()[:5] in (b"HTTP/", b"RTSP/"):
        response = http.parse_response(data)
        if isinstance(response, Malformed):
            return malformed()
        body, refused = response.body, response.status == 401
        found.extend(item for item in http.fields(response) if item[0] != "http.body")
    answer = parse_answer(body)
    if isinstance(answer, Malformed):
        status = Status.AUTH_REQUIRED if refused else Status.MALFORMED
        return Decoded(status=status, fields=tuple(found))
    refused = refused or answer.not_authorised
    found.extend(fields(answer))
    return Decoded(
        status=Status.AUTH_REQUIRED if refused else Status.OK,
        fields=pairs(found),
    )


def _is_envelope(root: Node) -> bool:
    return local(root) == "Envelope" or find(root, "Envelope") is not None


def _response(root: Node) -> Node | None:
    """The element of the body that ends in Response."""
    body = find(root, "Body")
    if body is None:
        return None
    children = list(body)[:16]
    return next((child for child in children if local(child).endswith("Response")), None)


def _hostname(response: Node) -> str | None:
    node = find(response, "HostnameInformation")
    return text_of(node, "Name")


def _services(response: Node, call: str) -> tuple[Service, ...]:
    """Of GetServices by namespace, of GetCapabilities by element."""
    found: list[Service] = []
    if call == OnvifCall.GET_SERVICES:
        for node in walk(response, "Service"):
            uri = text_of(node, "Namespace")
            if uri and len(found) < _MAX_SERVICES:
                path = _path(text_of(node, "XAddr"))
                found.append(Service(namespace=uri, path=path, version=_version(node)))
    elif call == OnvifCall.GET_CAPABILITIES:
        for name, uri in _CAPABILITY.items():
            nodes = (node for node in walk(response, name) if _has_address(node))
            element = next(nodes, None)
            if element is not None:
                found.append(Service(namespace=uri, path=_path(text_of(element, "XAddr"))))
    return tuple(dict.fromkeys(found))


def _has_address(node: Node) -> bool:
    return any(local(child) == "XAddr" for child in node)


def _path(address: str | None) -> str | None:
    if address is None:
        return None
    try:
        return urlsplit(address).path or None
    except ValueError:
        return None


def _version(node: Node) -> str | None:
    version = find(node, "Version")
    parts = (text_of(version, "Major"), text_of(version, "Minor"))
    return ".".join(part for part in parts if part) or None


def _scopes(response: Node) -> tuple[str, ...]:
    found = [text for node in walk(response, "ScopeItem") if (text := content(node))]
    return tuple(found[:128])


def _endpoint(response: Node, call: str) -> str | None:
    return text_of(response, "GUID") if call == OnvifCall.GET_ENDPOINT_REFERENCE else None


def _moment(node: Node | None, *, utc: bool) -> datetime | None:
    """Date and Time children as a moment; None when a part is missing or impossible."""
    if node is None:
        return None
    parts = [text_of(node, name) for name in ("Year", "Month", "Day", "Hour", "Minute", "Second")]
    try:
        year, month, day, hour, minute, second = (int((part or "")[:8]) for part in parts)
        moment = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)
    except ValueError:
        return None
    return moment if utc else moment.replace(tzinfo=None)


def _stamp(moment: datetime | None, zone: str = "") -> str | None:
    """ISO 8601; strftime does not fill years before 1000 with zeros everywhere."""
    return None if moment is None else f"{moment.replace(tzinfo=None).isoformat()}{zone}"


def _boolean(text: str | None) -> bool | None:
    """xsd:boolean; `flase` and friends are None."""
    return {"true": True, "1": True, "false": False, "0": False}.get((text or "").lower())
