"""RTSP without a stream (RFC 2326): OPTIONS and one DESCRIBE of `/`, and their answers.

Nothing else can be built here: no SETUP, no PLAY, no Authorization, no list of paths.
"""

from __future__ import annotations

import ipaddress
import re

from msgspec import Struct

from camscan.model.status import Status
from camscan.protocols.decoded import Decoded, Malformed, malformed, pairs
from camscan.protocols.head import Head, head_fields, parse_head
from camscan.protocols.http import USER_AGENT
from camscan.protocols.text import redact, to_text

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252})")
_MAX_RESPONSES = 8
_NEXT = re.compile(rb"(?:RTSP|HTTP)/\d\.\d[ \t]+\d{3}")
_DOTTED = re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])")
_URL_HOST = re.compile(r"(?i)\b(rtsps?|https?)://[^/\s\"']{1,256}")
_NO_ADDRESS = "0.0.0.0"  # noqa: S104  (a mask in text, nothing binds to it)
_SDP_ADDRESS = re.compile(r"\bIN IP([46])\s+\S+")
# k= is a key; e=, p= and u= are contacts of a person or firm (RFC 8866), mostly `e=NONE`.
_DROPPED_LINES = ("k=", "e=", "p=", "u=", "a=crypto", "a=key-mgmt", "a=fingerprint")


class RtspResponse(Struct, frozen=True, kw_only=True):
    """One answer. `head.protocol` is HTTP when a web server sits on the RTSP port."""

    head: Head
    body: bytes = b""

    @property
    def status(self) -> int:
        """The first status code."""
        return self.head.status

    @property
    def public(self) -> tuple[str, ...]:
        """Methods offered by OPTIONS, upper case; of `Public`, else of `Allow`."""
        lines = self.head.values("public") or self.head.values("allow")
        words = [word.strip().upper() for line in lines for word in line.split(",")]
        return tuple(dict.fromkeys(word for word in words if word))


def options_request(host: str, port: int) -> bytes:
    """`OPTIONS rtsp://host:port/`, CSeq 1. Raises ValueError for a host or port that is none."""
    return _request("OPTIONS", host, port, 1, ())


def describe_request(host: str, port: int) -> bytes:
    """`DESCRIBE rtsp://host:port/`, CSeq 2. Raises ValueError for a host or port that is none."""
    return _request("DESCRIBE", host, port, 2, ("Accept: application/sdp",))


def parse_response(data: bytes) -> RtspResponse | Malformed:
    """The first answer in `data`."""
    found = parse_responses(data)
    return found[0] if found else Malformed("no status line" if data else "empty answer")


def parse_responses(data: bytes) -> tuple[RtspResponse, ...]:
    """Every answer in `data` (at most 8): OPTIONS and DESCRIBE share one connection."""
    found: list[RtspResponse] = []
    rest = data
    while rest and len(found) < _MAX_RESPONSES:
        parsed = parse_head(rest)
        if parsed is None:
            break
        head, rest = parsed
        body, rest = _split(head, rest)
        found.append(RtspResponse(head=head, body=body))
    return tuple(found)


def fields(response: RtspResponse) -> tuple[tuple[str, str], ...]:
    """Evidence of one answer: rtsp.*, or http.* when HTTP answered on the port."""
    found: list[tuple[str, str | None]] = list(head_fields(response.head))
    if response.head.protocol == "RTSP":
        if not response.head.values("public"):
            found.extend(("rtsp.public", value) for value in response.head.values("allow"))
        found.append(("rtsp.sdp", sdp_text(response.body)))
    return pairs(found)


def decode(data: bytes) -> Decoded:
    """Evidence of all answers in `data`; AUTH_REQUIRED when any of them is a 401."""
    found = parse_responses(data)
    if not found:
        return malformed()
    unauthorised = any(401 in response.head.statuses for response in found)
    return Decoded(
        status=Status.AUTH_REQUIRED if unauthorised else Status.OK,
        fields=pairs(item for response in found for item in fields(response)),
    )


def sdp_text(body: bytes) -> str | None:
    """The session description, one `\\n` a line; None when it is none.

    Addresses become `0.0.0.0` (`::`), for the lines around them tell who wrote them; keys and
    contacts are dropped.
    """
    text = to_text(body.strip(b"\x00"))
    lines = [line for said in text.splitlines()[:400] if (line := said.strip())]
    if not any(line.startswith(("v=", "s=", "m=")) for line in lines):
        return None
    kept = []
    for line in lines:
        if line == "e=NONE" or not line.lower().startswith(_DROPPED_LINES):
            line = _SDP_ADDRESS.sub(
                _any_address, _URL_HOST.sub(rf"\1://{_NO_ADDRESS}", redact(line))
            )
            # A version such as 2.0.3.1 in the name of the software is no address.
            kept.append(line if line.startswith("a=tool") else _DOTTED.sub(_NO_ADDRESS, line))
    return "\n".join(kept) or None


def _any_address(found: re.Match[str]) -> str:
    return f"IN IP{found.group(1)} {_NO_ADDRESS if found.group(1) == '4' else '::'}"


def _request(method: str, host: str, port: int, cseq: int, extra: tuple[str, ...]) -> bytes:
    url = f"rtsp://{_url_host(host)}:{_valid_port(port)}/"
    lines = (f"{method} {url} RTSP/1.0", f"CSeq: {cseq}", *extra, f"User-Agent: {USER_AGENT}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("ascii")


def _url_host(host: str) -> str:
    """The host for a URL: IPv6 in brackets without its scope id, which means nothing remotely."""
    bare = host.strip("[]").partition("%")[0]
    if ":" in bare:
        return f"[{ipaddress.IPv6Address(bare)}]"
    if not _NAME.fullmatch(bare):
        msg = f"not a host: {host!r}"
        raise ValueError(msg)
    return bare


def _valid_port(port: int) -> int:
    if not 0 < port < 65536:
        msg = f"not a port: {port}"
        raise ValueError(msg)
    return port


def _split(head: Head, rest: bytes) -> tuple[bytes, bytes]:
    """Body and what follows it: by Content-Length when that is true, else up to the next head."""
    declared = (head.first("content-length") or "").strip()
    if declared.isascii() and declared.isdigit() and len(declared) < 9:
        length = int(declared)
        body, after = rest[:length], rest[length:]
        if not after.strip() or _NEXT.match(after.lstrip()):
            return body, after
    following = _NEXT.search(rest)
    return (rest[: following.start()], rest[following.start() :]) if following else (rest, b"")
