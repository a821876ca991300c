"""UPnP device descriptions (UPnP Device Architecture 2.0, section 2): the root device of one.

Embedded devices and services are passed over: they would speak for the root device.
"""

from __future__ import annotations

from msgspec import Struct

from camscan.model.status import Status
from camscan.protocols import http
from camscan.protocols.decoded import Decoded, Malformed, malformed, pairs
from camscan.protocols.soap import Node, content, find, local, parse_xml, text_of

_NAMED = frozenset(
    ("manufacturer", "modelName", "modelNumber", "modelDescription", "friendlyName", "deviceType")
)
_MOST_CHILDREN = 256


class DeviceDescription(Struct, frozen=True, kw_only=True):
    """The root device. All URLs are as sent: hosts and ports in them are often wrong."""

    device_type: str | None = None
    friendly_name: str | None = None
    manufacturer: str | None = None
    model_description: str | None = None
    model_name: str | None = None
    model_number: str | None = None
    serial: str | None = None
    udn: str | None = None
    presentation_url: str | None = None
    url_base: str | None = None


def parse(data: bytes) -> DeviceDescription | Malformed:
    """Read one description (at most 256 KiB); Malformed when it names no device at all."""
    root = parse_xml(data)
    device = None if root is None else find(root, "device")
    if root is None or device is None:
        return Malformed("no device description")
    said = _texts(device)
    if not _NAMED & said.keys():
        return Malformed("a device without any name")
    return DeviceDescription(
        device_type=said.get("deviceType"),
        friendly_name=said.get("friendlyName"),
        manufacturer=said.get("manufacturer"),
        model_description=said.get("modelDescription"),
        model_name=said.get("modelName"),
        model_number=said.get("modelNumber"),
        serial=said.get("serialNumber"),
        udn=said.get("UDN"),
        presentation_url=said.get("presentationURL"),
        url_base=text_of(root, "URLBase"),
    )


def fields(description: DeviceDescription) -> tuple[tuple[str, str], ...]:
    """Evidence: upnp.manufacturer, model_name, model_number, friendly_name, serial."""
    return pairs(
        (
            ("upnp.manufacturer", description.manufacturer),
            ("upnp.model_name", description.model_name),
            ("upnp.model_number", description.model_number),
            ("upnp.friendly_name", description.friendly_name),
            ("upnp.serial", description.serial),
        )
    )


def decode(data: bytes) -> Decoded:
    """Evidence of one description, with or without the HTTP head it came with."""
    body = data
    if data.lstrip()[:5] == b"HTTP/":
        response = http.parse_response(data)
        if isinstance(response, Malformed):
            return malformed()
        body = response.body
    description = parse(body)
    if isinstance(description, Malformed):
        return malformed()
    return Decoded(status=Status.OK, fields=fields(description))


def _texts(device: Node) -> dict[str, str]:
    """Text of the direct children by local name, the first of each; not of embedded devices."""
    found: dict[str, str] = {}
    for child in list(device)[:_MOST_CHILDREN]:
        text = content(child)
        if text:
            found.setdefault(local(child), text)
    return found
