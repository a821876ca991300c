"""Which port a recorded answer shows to be open, and what is known of its service."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import lru_cache

from camscan.model.device import Port

# By the first word of a field or the name of a protocol. What comes by UDP is not among them: a
# line does not say whether its port is the sender's own or the one that was asked.
_OVER_TCP = frozenset({"ftp", "http", "onvif", "rtsp", "ssh", "telnet", "tls", "upnp"})
_BY_THEMSELVES = ("rtsp", "ssh", "ftp", "telnet")


def port_of_line(port: int | None, said: str) -> Port | None:
    """The open TCP port behind a line; `said` is its field or protocol.

    Its service stays unknown: a line does not tell whether TLS was around it.
    """
    if not port or said.partition(".")[0] not in _OVER_TCP:
        return None
    return open_port(port, "tcp", None)


def service_of(fields: Iterable[str], *, encrypted: bool) -> str | None:
    """The service of a TCP port by the fields of its answers, named as a scan names it."""
    kinds: Collection[str] = {field.partition(".")[0] for field in fields}
    encrypted = encrypted or "tls" in kinds
    if "http" in kinds:
        return "https" if encrypted else "http"
    if encrypted:
        return "tls" if "tls" in kinds and len(kinds) == 1 else None
    return next((kind for kind in _BY_THEMSELVES if kind in kinds), None)


@lru_cache(maxsize=4096)
def open_port(port: int, transport: str, service: str | None) -> Port:
    """One Port for all that are alike: large files name the same few over and over."""
    return Port(port=port, transport=transport, service=service, status="open")
