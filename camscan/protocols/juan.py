"""HDS, the search protocol of Juan's ESeeNet devices and of HiChip boards, on UDP 8002.

Text: zackxue/ipc hichip_discover.c; one recorded announcement: kingcinder/BossCamSuite
2026-08-10-beacon-payload-decode.md; the JSON form: Relkci/NightOwl-WifiCamera-Config-wnip2.
Answers carry Wi-Fi keys, cloud identities and passwords in clear: only listed keys are read, and
of a secret only its name is kept (`juan.withheld`). The port also takes commands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from camscan.model.status import Status
from camscan.protocols.decoded import Decoded, malformed, pairs
from camscan.protocols.inquiry import ipv4_of, mac_of, port_of
from camscan.protocols.layout import one_line, switch
from camscan.protocols.text import to_text

_MOST = 65536
_LINE = re.compile(r"^([A-Za-z][A-Za-z0-9-]{0,39})=([^\r\n]{0,512})", re.MULTILINE)
_JSON_SIGNS = ("Device-Model", "Device-Type", "Esee-ID")
# As written on the wire; compared without case.
_SECRETS = {
    name.lower(): name
    for name in (
        "Esee-ID", "UID", "nonce", "token", "Psk", "wirelessApPsk", "wirelessStationPsk",
        "Device-PWD", "DDNS-Passwd",
    )
}  # fmt: skip
_Found = tuple[str, str | None]


def decode(data: bytes) -> Decoded:
    """juan.mac .model .serial .firmware .device_type .channel_cnt .ipv4 .http_port .withheld …

    MALFORMED for a question, a command, and what is neither form.
    """
    text = to_text(data[:_MOST])
    if text.startswith("HDS/1.0 200"):
        return _answer(_text_form(text)) if "Device-ID=" in text else _answer(_json_form(text))
    if text.startswith(("SEARCH ", "CMD ")):
        return malformed()
    return _answer(_json_form(text))


def _answer(items: Iterator[_Found]) -> Decoded:
    found = pairs(items)
    return Decoded(status=Status.OK, fields=found) if found else malformed()


def _text_form(text: str) -> Iterator[_Found]:
    said: dict[str, str] = {}
    for line in _LINE.finditer(text):
        said.setdefault(line.group(1).lower(), line.group(2))
    yield from _common(said)
    yield "juan.mac", mac_of(said.get("mac"))
    yield "juan.ipv4", ipv4_of(said.get("ip"))
    yield "juan.netmask", ipv4_of(said.get("mask"))
    yield "juan.gateway", ipv4_of(said.get("gateway"))
    yield "juan.dns", ipv4_of(said.get("fdns"))
    yield "juan.dns", ipv4_of(said.get("sdns"))
    yield "juan.dhcp", switch(said.get("dhcp"))
    yield "juan.http_port", port_of(said.get("http-port"))
    yield from _withheld(said)


def _json_form(text: str) -> Iterator[_Found]:
    """The object of the announcement, wherever it begins; nothing without one of its keys."""
    start = text.find("{")
    try:
        read = msgspec.json.decode(text[start:].rstrip("\0 \r\n")) if start >= 0 else None
    except (msgspec.DecodeError, RecursionError):
        return
    if not isinstance(read, dict) or not any(sign in read for sign in _JSON_SIGNS):
        return
    yield from _common({key.lower(): _text(value) for key, value in read.items()})
    links = (*_objects(read.get("Wired")), *_objects(read.get("Wireless")))
    own = next((mac for link in links if (mac := mac_of(_text(link.get("MAC"))))), None)
    yield "juan.mac", own
    for link in links:
        if (mac := mac_of(_text(link.get("MAC")))) != own:
            yield "juan.interface_mac", mac
        yield "juan.ipv4", ipv4_of(_text(link.get("IP")))
        yield "juan.netmask", ipv4_of(_text(link.get("Netmask")))
        yield "juan.gateway", ipv4_of(_text(link.get("Gateway")))
        for mode in _objects([link, link.get("ApMode"), link.get("StationMode")]):
            yield from _withheld({key.lower(): _text(value) for key, value in mode.items()})
    for offer in _objects([read.get("Capabilities")]):
        yield "juan.http_port", port_of(_text(offer.get("Http-Port")))
    yield from _withheld({key.lower(): _text(value) for key, value in read.items()})


def _common(said: dict[str, str]) -> Iterator[_Found]:
    """What both forms say by the same keys."""
    yield "juan.serial", one_line(said.get("device-id"))
    yield "juan.model", one_line(said.get("device-model"))
    yield "juan.device_type", one_line(said.get("device-type"))
    yield "juan.name", one_line(said.get("device-name"))
    yield "juan.firmware", one_line(said.get("software-version"))
    yield "juan.channel_cnt", one_line(said.get("channel-cnt"))


def _withheld(said: dict[str, str]) -> Iterator[_Found]:
    """The names of secrets that were there and not empty."""
    for key, name in _SECRETS.items():
        if said.get(key, "").strip():
            yield "juan.withheld", name


def _text(value: Any) -> str:
    """A scalar as text, "" for everything else."""
    return str(value) if isinstance(value, (str, int)) and not isinstance(value, bool) else ""


def _objects(value: Any) -> list[dict[str, Any]]:
    """The objects of a list, at most 16."""
    return (
        [item for item in value[:16] if isinstance(item, dict)] if isinstance(value, list) else []
    )
