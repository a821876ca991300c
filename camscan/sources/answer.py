"""What another tool kept of one answer, as the evidence that a live scan would have given."""

from __future__ import annotations

import binascii
import ipaddress
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from camscan.model.device import Port
from camscan.model.evidence import Evidence
from camscan.protocols import banner, favicon, http, rtsp, ssdp
from camscan.protocols.decoded import Decoded, Malformed, clean, pairs
from camscan.protocols.mac import mac_fields
from camscan.protocols.registry import DECODERS
from camscan.sources.shown_port import open_port, service_of

_FRACTION = re.compile(r"(\.\d{6})\d+")
# As servers write them, for tools that keep the names of headers in lower case only.
_NAMES = {
    "etag": "ETag",
    "www-authenticate": "WWW-Authenticate",
    "x-xss-protection": "X-XSS-Protection",
    "x-ua-compatible": "X-UA-Compatible",
    "dnt": "DNT",
    "p3p": "P3P",
    "mime-version": "MIME-Version",
}
# Shodan sorts the parts of a name by their keys; nearly every name is written in this order.
_ORDER = " C ST L O OU CN emailAddress "


class Answers:
    """Collects the evidence of one target and port; repeats are dropped, the order is kept."""

    def __init__(
        self,
        target: str,
        method: str,
        *,
        port: int | None = None,
        transport: str = "tcp",
        at: datetime | None = None,
    ) -> None:
        self._target = target
        self._method = method
        self._port = port
        self.transport = transport
        self._at = at
        self._seen: dict[tuple[str, str], None] = {}

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """What was collected."""
        at = {} if self._at is None else {"at": self._at}
        return tuple(
            Evidence(
                target=self._target,
                field=field,
                value=value,
                method=self._method,
                port=self._port,
                transport=self.transport,
                **at,
            )
            for field, value in self._seen
        )

    def open_port(self, *, encrypted: bool = False) -> Port | None:
        """The port that answered; `encrypted`: the tool says that TLS was around the answer."""
        if self._port is None:
            return None
        fields = (field for field, _ in self._seen) if self.transport == "tcp" else ()
        return open_port(self._port, self.transport, service_of(fields, encrypted=encrypted))

    def add(self, field: str, value: object) -> None:
        """One field; anything but text that says something is left out."""
        if isinstance(value, str):
            self.extend(pairs(((field, value),)))

    def extend(self, fields: Iterable[tuple[str, str]]) -> None:
        """Fields as decoders give them."""
        for field, value in fields:
            self._seen.setdefault((field, value))

    def raw(self, data: bytes) -> bool:
        """One answer as it came; its first bytes say which protocol it is. False: unknown."""
        decoded = self._decode(data)
        if decoded is not None:
            self.extend(decoded.fields)
        return decoded is not None and bool(decoded.fields)

    def _decode(self, data: bytes) -> Decoded | None:
        start = data[:64].lstrip()
        if self.transport == "udp":
            if start.startswith((b"HTTP/", b"NOTIFY ")):
                return ssdp.decode(data)  # no web server, although it looks like one
            return DECODERS["wsd"](data) if b"/discovery" in data[:4096] else None
        if start.startswith(b"HTTP/"):
            return http.decode(data)
        if start.startswith(b"RTSP/"):
            return rtsp.decode(data)
        return banner.decode_greeting(data) if data else None

    def page(
        self,
        status: object,
        headers: Iterable[tuple[str, str]],
        body: object = "",
        *,
        reason: object = "",
    ) -> None:
        """An HTTP answer that the tool had already taken apart."""
        response = http.build_response(
            status if isinstance(status, int) and 0 < status < 1000 else 0,
            headers,
            body.encode("utf-8", "replace") if isinstance(body, str) else b"",
            reason=reason if isinstance(reason, str) else "",
        )
        found = http.fields(response)
        self.extend(pair for pair in found if pair != ("http.status", "0"))

    def head_and_body(self, head: bytes, body: object) -> bool:
        """An HTTP answer whose raw head was kept, and its body decoded apart from it."""
        response = http.parse_response(head)
        if isinstance(response, Malformed):
            return False
        if isinstance(body, str) and body and response.protocol == "HTTP":
            text = body.encode("utf-8", "replace")[: http.BODY_LIMIT]
            response = msgspec.structs.replace(response, body=text)
        self.extend(http.fields(response))
        return True

    def certificate(self, data: bytes) -> bool:
        """One certificate, PEM or DER. False: it is none."""
        fields = DECODERS["tls"](data).fields
        self.extend(fields)
        return bool(fields)

    def certificate_names(
        self, subject: object, issuer: object, names: object, sha256: object
    ) -> None:
        """The parts of a certificate of which the tool kept no bytes.

        Names are as the tool wrote them: `C=US, O=Acme, CN=x` is turned into RFC 4514 order.
        """
        self.add("tls.subject", rfc4514(subject))
        self.add("tls.issuer", rfc4514(issuer))
        for name in names[:64] if isinstance(names, list) else ():
            self.add("tls.san", name)
        if isinstance(sha256, str):
            self.add("tls.sha256", sha256.lower().removeprefix("sha256:"))

    def icon(self, data: bytes) -> bool:
        """The bytes of a favicon. False: it is none."""
        fields = favicon.decode(data).fields
        self.extend(fields)
        return bool(fields)

    def hardware(self, mac: object) -> None:
        """A MAC address, and the OUI in it."""
        if isinstance(mac, str):
            self.extend(mac_fields(mac.strip()))


def rfc4514(name: object) -> str | None:
    """A distinguished name of `C=US, O=Acme, CN=x` or `{"CN": "x", "O": "Acme"}` in RFC 4514."""
    if isinstance(name, Mapping):
        known = sorted(name.items(), key=lambda item: _ORDER.find(f" {item[0]} "))
        parts = [f"{k}={v}" for k, v in known if isinstance(v, str)]
        return ",".join(reversed(parts)) or None
    if not isinstance(name, str):
        return None
    return ",".join(reversed(re.split(r"(?<!\\),\s*(?=[A-Za-z0-9.]+=)", clean(name)))) or None


def header_name(key: str) -> str:
    """`www_authenticate` or `X_Frame_Options` as a header is written."""
    name = key.replace("_", "-")
    known = _NAMES.get(name.lower())
    if known is not None or any(letter.isupper() for letter in name):
        return known or name
    return "-".join(part.capitalize() for part in name.split("-"))


def header_lines(headers: object) -> list[tuple[str, str]]:
    """(name, value) of `{"server": ["x"]}` as zgrab2, Censys v2 and the Censys platform write it.

    zgrab2 keeps names it does not know under `unknown`; Censys notes encodings in `_encoding`.
    """
    if not isinstance(headers, Mapping):
        return []
    found: list[tuple[str, str]] = []
    for key, value in headers.items():
        if key == "_encoding" or not isinstance(key, str):
            continue
        if key == "unknown" and isinstance(value, list):
            for item in value:
                if isinstance(item, Mapping) and isinstance(item.get("key"), str):
                    found += [(header_name(item["key"]), v) for v in _texts(item.get("value"))]
            continue
        if isinstance(value, Mapping):
            value = value.get("headers")
        found += [(header_name(key), text) for text in _texts(value)]
    return found[:256]


def _texts(value: object) -> list[str]:
    items = value if isinstance(value, list) else [value]
    return [item for item in items if isinstance(item, str)]


def address_of(value: object) -> str | None:
    """An IP address as text, in its one spelling; None for anything else."""
    try:
        return str(ipaddress.ip_address(value.strip())) if isinstance(value, str) else None
    except ValueError:
        return None


def port_of(value: object) -> int | None:
    """A port, of a number or digits; None for anything else."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 6:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 0 < value < 65536 else None


def time_of(value: object) -> datetime | None:
    """UTC of ISO 8601 text (without a zone: UTC, as Shodan writes it) or of seconds since 1970."""
    try:
        if isinstance(value, str) and not value.strip().isdigit():
            read = datetime.fromisoformat(_FRACTION.sub(r"\1", value.strip()))
            read = read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
        elif isinstance(value, (str, int)) and not isinstance(value, bool):
            read = datetime.fromtimestamp(int(value), UTC)
        else:
            return None
    except (ValueError, OverflowError, OSError):
        return None
    return read


def base64_of(value: object) -> bytes:
    """Bytes of base64 text, line breaks allowed; empty for anything else."""
    if not isinstance(value, str):
        return b""
    try:
        return binascii.a2b_base64(value.encode("ascii", "ignore"))
    except binascii.Error:
        return b""


def inside(value: Any, *path: str) -> Any:
    """The value under keys of nested objects; None where one is missing."""
    for key in path:
        if not isinstance(value, Mapping):
            return None
        value = value.get(key)
    return value
