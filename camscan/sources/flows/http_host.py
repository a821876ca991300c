"""The Host header of an HTTP request seen in a capture (RFC 9110 section 7.2). Sans-IO."""

from __future__ import annotations

from camscan.sources.flows.tls_hello import host_text

_METHODS = (b"GET ", b"POST ", b"PUT ", b"HEAD ", b"OPTIONS ", b"DELETE ", b"PATCH ", b"CONNECT ")
_LONGEST = 8192


def is_request(data: bytes) -> bool:
    """True when `data` begins like an HTTP request."""
    return data.startswith(_METHODS)


def host(data: bytes) -> str | None:
    """The host name without its port, or None when there is none (or it is an address literal)."""
    if not is_request(data):
        return None
    for line in data[:_LONGEST].split(b"\n")[1:]:
        if not line.strip():
            return None
        field, _, value = line.partition(b":")
        if field.strip().lower() == b"host":
            name = host_text(value.strip().partition(b":")[0])
            if name is None or name.startswith("[") or name.replace(".", "").isdigit():
                return None
            return name
    return None
