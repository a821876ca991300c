"""The lenient HTTP codec: reads what strict clients refuse, because cameras speak bad HTTP.

RFC 9112 where the device keeps to it; every tolerance beyond it is an entry of `oddities`.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable

from msgspec import Struct

from camscan import __version__
from camscan.model.status import Status
from camscan.protocols.decoded import Decoded, Malformed, malformed, pairs
from camscan.protocols.head import Head, head_fields, parse_head
from camscan.protocols.html import HtmlPage, meta_charset, parse_html
from camscan.protocols.never import path_permitted
from camscan.protocols.text import redact, to_text

BODY_LIMIT = 262144
USER_AGENT = f"camscan/{__version__}"
_HOST = re.compile(r"(?:[A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,64}\])(?::[0-9]{1,5})?")
_CHARSET = re.compile(r"charset\s{0,4}=\s{0,4}[\"']?([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
_CHUNK = re.compile(rb"[ \t]{0,8}([0-9A-Fa-f]{1,8})[^\r\n]{0,256}\r?\n")


class HttpResponse(Struct, frozen=True, kw_only=True):
    """One answer. `protocol` is HTTP, or RTSP/SIP when another service sits on the port.

    `version` is `0.9` and `status` None for a body without a head; `body` is de-chunked and
    unpacked; `oddities` name what was wrong with it.
    """

    protocol: str = "HTTP"
    version: str
    status: int | None
    reason: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    junk: tuple[str, ...] = ()
    body: bytes = b""
    oddities: tuple[str, ...] = ()

    def values(self, name: str) -> tuple[str, ...]:
        """Every value of header `name`, case-insensitive, in order."""
        wanted = name.lower()
        return tuple(value for key, value in self.headers if key.lower() == wanted)

    @property
    def text(self) -> str:
        """The body as text: charset of the header, of the page's meta, then by trial."""
        found = _CHARSET.search(" ".join(self.values("content-type")))
        return to_text(self.body, found.group(1) if found else meta_charset(self.body))

    @property
    def page(self) -> HtmlPage:
        """Title and redirects of the body."""
        return parse_html(self.text)

    @property
    def redirects(self) -> tuple[str, ...]:
        """Raw targets: Location of a 3xx, then meta refresh, then script locations."""
        moved = self.status is not None and 300 <= self.status < 400
        return (self.values("location") if moved else ()) + self.page.redirects


def get_request(host: str, path: str, *, version: str = "1.1") -> bytes:
    """The bytes of one GET (`version` 1.1 or 1.0). `host` as in a URL, `:port` when it differs.

    Raises ValueError for a path outside never.path_permitted or a host that is none.
    """
    if not path_permitted(path):
        msg = f"path is not on the closed list: {path!r}"
        raise ValueError(msg)
    if not _HOST.fullmatch(host) or version not in ("1.0", "1.1"):
        msg = f"not a host or version: {host!r} {version!r}"
        raise ValueError(msg)
    lines = (
        f"GET {path} HTTP/{version}",
        f"Host: {host}",
        f"User-Agent: {USER_AGENT}",
        "Accept: */*",
        "Accept-Encoding: identity",
        "Connection: close",
    )
    return ("\r\n".join(lines) + "\r\n\r\n").encode("ascii")


def build_response(
    status: int, headers: Iterable[tuple[str, str]], body: bytes, *, reason: str = ""
) -> HttpResponse:
    """The same typed answer from what a strict client (httpx) already parsed and de-chunked.

    Header values read as Latin-1, as such clients do, are decoded again like a body.
    """
    items = tuple((name, _redecoded(value)) for name, value in headers)
    return HttpResponse(
        version="1.1", status=status, reason=reason, headers=items, body=body[:BODY_LIMIT]
    )


def parse_response(data: bytes) -> HttpResponse | Malformed:
    """Read one answer as leniently as a browser would; bounded to 256 KiB of body."""
    parsed = parse_head(data)
    if parsed is None:
        return _without_head(data)
    head, rest = parsed
    body, oddities = _body(head, rest)
    body, unpacked = _unpack(head, body[:BODY_LIMIT])
    return HttpResponse(
        protocol=head.protocol,
        version=head.version,
        status=head.status,
        reason=head.reason,
        headers=head.headers,
        junk=head.junk,
        body=body,
        oddities=(*head.oddities, *oddities, *unpacked),
    )


def fields(response: HttpResponse) -> tuple[tuple[str, str], ...]:
    """Evidence of one answer: http.* (rtsp.* or sip.* when that protocol answered)."""
    found: list[tuple[str, str | None]] = []
    if response.status is not None:
        head = Head(
            protocol=response.protocol,
            version=response.version,
            status=response.status,
            reason=response.reason,
            statuses=(response.status,),
            headers=response.headers,
            junk=response.junk,
        )
        found.extend(head_fields(head))
    if response.protocol == "HTTP":
        text = response.text
        found.append(("http.title", parse_html(text).title))
        if not _binary(response.body):
            found.append(("http.body", redact(text[:16384])))
    return pairs(found)


def decode(data: bytes) -> Decoded:
    """Evidence of one raw answer; AUTH_REQUIRED for 401 and 407, MALFORMED when it is none."""
    response = parse_response(data)
    if isinstance(response, Malformed):
        return malformed()
    status = Status.AUTH_REQUIRED if response.status in (401, 407) else Status.OK
    return Decoded(status=status, fields=fields(response))


def _redecoded(value: str) -> str:
    """A value that was read as Latin-1, in its real encoding."""
    if value.isascii():
        return value
    try:
        return to_text(value.encode("latin-1"))
    except UnicodeEncodeError:
        return value


def _without_head(data: bytes) -> HttpResponse | Malformed:
    """HTTP/0.9 is a bare body: believed only when it looks like markup."""
    start = data.lstrip()[:256].lower()
    if start.startswith(b"<") and re.match(rb"<(?:!|\?|html|head|body|title|meta|script)", start):
        return HttpResponse(
            version="0.9", status=None, body=data[:BODY_LIMIT], oddities=("HTTP/0.9",)
        )
    return Malformed("no status line and no markup" if data else "empty answer")


def _body(head: Head, rest: bytes) -> tuple[bytes, list[str]]:
    """The body by its framing, or all that came when the framing lies."""
    if "chunked" in " ".join(head.values("transfer-encoding")).lower():
        return _dechunk(rest)
    declared = (head.first("content-length") or "").strip()
    if not declared:
        return rest, []
    if not declared.isascii() or not declared.isdigit() or len(declared) > 18:
        return rest, ["unreadable Content-Length"]
    # One request, one connection: what came after the declared length is still this answer.
    return rest, [] if int(declared) == len(rest) else ["wrong Content-Length"]


def _dechunk(rest: bytes) -> tuple[bytes, list[str]]:
    """Chunks joined (RFC 9112 7.1); from the first bad size on, the bytes as they are."""
    body = bytearray()
    position = 0
    while position < len(rest):
        size = _CHUNK.match(rest, position)
        if size is None:
            return bytes(body) + rest[position:], ["bad chunk size"]
        length = int(size.group(1), 16)
        if length == 0:
            return bytes(body), []
        body += rest[size.end() : size.end() + length]
        position = size.end() + length
        while rest[position : position + 1] in (b"\r", b"\n"):
            position += 1
    return bytes(body), ["chunks cut short"]


def _unpack(head: Head, body: bytes) -> tuple[bytes, list[str]]:
    """Undo gzip or deflate, which some servers send unasked; at most 256 KiB come out."""
    coding = " ".join(head.values("content-encoding")).lower()
    if not body or not ("gzip" in coding or "deflate" in coding):
        return body, []
    for bits in (zlib.MAX_WBITS | 32, -zlib.MAX_WBITS):
        try:
            return zlib.decompressobj(bits).decompress(body, BODY_LIMIT), ["unasked compression"]
        except zlib.error:
            continue
    return body, ["bad compression"]


def _binary(body: bytes) -> bool:
    """True for pictures and archives: no text to match, and privacy on the way."""
    return b"\x00" in body[:1024] and body[:2] not in (b"\xff\xfe", b"\xfe\xff")
