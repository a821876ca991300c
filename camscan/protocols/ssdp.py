"""SSDP (UPnP Device Architecture 2.0, section 1): answers to M-SEARCH, NOTIFY, others' M-SEARCH.

Names are compared without case and in any order, blanks are optional, and the final empty line may
be missing, as in the recordings.
"""

from __future__ import annotations

import re
from enum import StrEnum

from msgspec import Struct

from camscan.model.status import Status
from camscan.protocols.decoded import Decoded, Malformed, malformed, pairs
from camscan.protocols.head import Head, parse_head
from camscan.protocols.text import redact

SSDP_PORT = 1900
_MOST = 16384
_REQUEST = re.compile(rb"(NOTIFY|M-SEARCH)[ \t]+\S{1,256}[ \t]+HTTP/1\.\d[ \t]*\r{0,2}(?:\n|$)")
_ANSWER = re.compile(rb"HTTP/1\.\d[ \t]+2\d\d(?!\d)")


class SsdpKind(StrEnum):
    """What a datagram is; `OTHER` is a NOTIFY that says neither alive, update nor byebye."""

    RESPONSE = "response"
    ALIVE = "alive"
    BYEBYE = "byebye"
    SEARCH = "search"
    OTHER = "other"


_NOTIFIED = {
    "ssdp:alive": SsdpKind.ALIVE,
    "ssdp:update": SsdpKind.ALIVE,
    "ssdp:byebye": SsdpKind.BYEBYE,
}


class SsdpMessage(Struct, frozen=True, kw_only=True):
    """One datagram. `target` is ST of an answer or search, NT of a NOTIFY; `location` as sent."""

    kind: SsdpKind
    location: str | None = None
    server: str | None = None
    target: str | None = None
    usn: str | None = None

    @property
    def is_device(self) -> bool:
        """True when it says that its sender is there: byebye and searches do not."""
        return self.kind in (SsdpKind.RESPONSE, SsdpKind.ALIVE)


def parse(data: bytes) -> SsdpMessage | Malformed:
    """Read one datagram; Malformed for anything else, such as the answer of a web server."""
    start = data[:_MOST].lstrip(b" \t\r\n\x00")
    request = _REQUEST.match(start)
    if request is not None:
        head = _head(start[request.end() :])
        if request.group(1) == b"M-SEARCH":
            return _message(SsdpKind.SEARCH, head, "st")
        said = (head.first("nts") or "").strip().lower()
        return _message(_NOTIFIED.get(said, SsdpKind.OTHER), head, "nt")
    if not _ANSWER.match(start):
        return Malformed("neither an answer nor a NOTIFY nor an M-SEARCH")
    parsed = parse_head(start)
    if parsed is None:
        return Malformed("no status line")
    head = parsed[0]
    if not head.values("st") and not head.values("usn"):
        return Malformed("an HTTP answer without ST and USN")
    return _message(SsdpKind.RESPONSE, head, "st")


def fields(message: SsdpMessage) -> tuple[tuple[str, str], ...]:
    """Evidence of one message: ssdp.server, ssdp.st, ssdp.usn; none of byebye and searches."""
    if not message.is_device:
        return ()
    return pairs(
        (
            ("ssdp.server", None if message.server is None else redact(message.server)),
            ("ssdp.st", message.target),
            ("ssdp.usn", message.usn),
        )
    )


def decode(data: bytes) -> Decoded:
    """Evidence of one datagram; byebye and searches are OK without fields."""
    message = parse(data)
    if isinstance(message, Malformed):
        return malformed()
    return Decoded(status=Status.OK, fields=fields(message))


def _head(lines: bytes) -> Head:
    """Headers below a request line, read by the one lenient reader of heads."""
    parsed = parse_head(b"HTTP/1.1 200 OK\r\n" + lines)
    assert parsed is not None
    return parsed[0]


def _message(kind: SsdpKind, head: Head, target: str) -> SsdpMessage:
    return SsdpMessage(
        kind=kind,
        location=head.first("location") or None,
        server=head.first("server") or None,
        target=head.first(target) or None,
        usn=head.first("usn") or None,
    )
