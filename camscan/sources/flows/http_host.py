"""The host that an HTTP request seen in a capture is for (RFC 9110 sections 7.2 and 9.3.6).
Sans-IO."""

from __future__ import annotations

from camscan.sources.flows.tls_hello import host_text

_CONNECT = b"CONNECT "
_METHODS = (b"GET ", b"POST ", b"PUT ", b"HEAD ", b"OPTIONS ", b"DELETE ", b"PATCH ", _CONNECT)
_LONGEST = 8192


def is_request(data: bytes) -> bool:
    """True when `data` begins like an HTTP request."""
    return data.startswith(_METHODS)


def is_unfinished(data: bytes) -> bool:
    """True when a request's header goes on in the next segment and its host is not there yet."""
    if not is_request(data) or len(data) >= _LONGEST:
        return False
    return not any(end in data for end in (b"\r\n\r\n", b"\n\n")) and host(data) is None


def connect_target(data: bytes) -> str | None:
    """The host that a proxy is asked to connect to; None for all else and for addresses."""
    if not data.startswith(_CONNECT):
        return None
    return _name(data[len(_CONNECT) : _LONGEST].split(b" ", 1)[0])


def host(data: bytes) -> str | None:
    """The host name without its port, or None when there is none (or it is an address literal)."""
    if not is_request(data):
        return None
    head = data[:_LONGEST]
    for line in head[: head.rfind(b"\n") + 1].split(b"\n")[1:]:
        if not line.strip():
            return None
        field, _, value = line.partition(b":")
        if field.strip().lower() == b"host":
            return _name(value.strip())
    return None


def _name(value: bytes) -> str | None:
    name = host_text(value.partition(b":")[0])
    if name is None or name.startswith("[") or name.replace(".", "").isdigit():
        return None
    return name
