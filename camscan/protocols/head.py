"""The lenient reader of a status line and headers that HTTP, RTSP and SIP answers share.

Every tolerance was met on a device: LF only, bytes before the status line, `401 NG`, no reason,
lines without a colon (a bare date), folded lines, duplicate headers, two status lines.
"""

from __future__ import annotations

import re

from msgspec import Struct

from camscan.protocols.text import redact, to_text

MAX_HEADERS = 256
MAX_LINE = 8192
_SEARCH = 4096

_STATUS = re.compile(
    rb"(HTTP|RTSP|SIP)(?:/(\d{1,2}(?:\.\d{1,2})?))?"
    rb"[^\x21-\x7e\r\n]{1,8}(\d{3})(?!\d)[ \t]*([^\r\n]{0,256})"
)
# CRLF, LF, a bare CR, and the CR CR LF of text written twice through a text mode.
_END = re.compile(rb"\r{0,2}\n|\r")
_NAME = re.compile(r"[!-9;-~]{1,128}")


class Head(Struct, frozen=True, kw_only=True):
    """Status line and headers. `protocol` is HTTP, RTSP or SIP; `oddities` name what was wrong.

    `statuses` holds every status code seen (some firmwares write two status lines); header
    names and values stay as sent, in order, duplicates included; `junk` are lines without a colon.
    """

    protocol: str
    version: str
    status: int
    reason: str
    statuses: tuple[int, ...]
    headers: tuple[tuple[str, str], ...] = ()
    junk: tuple[str, ...] = ()
    oddities: tuple[str, ...] = ()

    def values(self, name: str) -> tuple[str, ...]:
        """Every value of header `name`, case-insensitive, in order."""
        wanted = name.lower()
        return tuple(value for key, value in self.headers if key.lower() == wanted)

    def first(self, name: str) -> str | None:
        """The first value of header `name`, or None."""
        found = self.values(name)
        return found[0] if found else None


def parse_head(data: bytes) -> tuple[Head, bytes] | None:
    """Read one head; returns it with the bytes after it, or None when there is no status line."""
    match = _STATUS.search(data[:_SEARCH])
    if match is None:
        return None
    oddities: list[str] = []
    if match.start():
        oddities.append("bytes before the status line")
    if not match.group(2):
        oddities.append("no version")
    statuses = [int(match.group(3))]
    reason = to_text(match.group(4)).strip()
    if not reason:
        oddities.append("no reason")
    headers: list[tuple[str, str]] = []
    junk: list[str] = []
    position = _next_line(data, _line_end(data, match.end()))
    for _ in range(MAX_HEADERS):
        if position >= len(data):
            break
        end = _line_end(data, position)
        raw = data[position:end]
        if not raw.strip(b"\r\x00"):
            position = _next_line(data, end)
            break
        if raw.lstrip()[:1] == b"<":
            oddities.append("no blank line before the body")
            break
        again = _STATUS.match(raw)
        if again is not None:
            statuses.append(int(again.group(3)))
            oddities.append("two status lines")
        else:
            _header(to_text(raw[:MAX_LINE]), headers, junk)
        position = _next_line(data, end)
    if junk:
        oddities.append("header line without a colon")
    if b"\r" not in data[match.start() : position]:
        oddities.append("LF only")
    head = Head(
        protocol=match.group(1).decode("ascii"),
        version=(match.group(2) or b"").decode("ascii"),
        status=statuses[0],
        reason=reason,
        statuses=tuple(dict.fromkeys(statuses)),
        headers=tuple(headers),
        junk=tuple(junk),
        oddities=tuple(oddities),
    )
    return head, data[position:]


def _header(line: str, headers: list[tuple[str, str]], junk: list[str]) -> None:
    """Sort one line into a header, the continuation of the last one, or junk."""
    if line[:1] in " \t" and headers:
        name, value = headers[-1]
        headers[-1] = (name, f"{value} {line.strip()}"[:MAX_LINE])
        return
    name, colon, value = line.partition(":")
    name = name.rstrip()
    # "Thu Jan  1 00:00:00 1970" has colons too, but no header name has a blank in it.
    if colon and _NAME.fullmatch(name):
        headers.append((name, value.strip()))
    else:
        junk.append(line.strip())


def _line_end(data: bytes, position: int) -> int:
    """Where the line that starts at `position` ends: at CR or LF, whichever comes first."""
    found = _END.search(data, position)
    return len(data) if found is None else found.start()


def _next_line(data: bytes, end: int) -> int:
    """The start of the line after the one that ends at `end`."""
    found = _END.match(data, end)
    return end + 1 if found is None else found.end()


# Headers that say nothing about who made the device; the rest becomes evidence.
_DULL_NAMES = """content-length date connection keep-alive transfer-encoding cseq session
    last-modified expires age via call-id from to authentication-info"""
_DULL = frozenset(_DULL_NAMES.split())
_OWN_FIELD = {
    "HTTP": {
        "server": "http.server",
        "www-authenticate": "http.www_authenticate",
        "location": "http.location",
    },
    "RTSP": {
        "server": "rtsp.server",
        "www-authenticate": "rtsp.www_authenticate",
        "public": "rtsp.public",
    },
}


def head_fields(head: Head) -> list[tuple[str, str]]:
    """Evidence of one head under its own protocol, whatever the port it came from.

    Cookies are masked to their names; the values of other secrets are cut out.
    """
    if head.protocol == "SIP":
        return _sip_fields(head)
    room = head.protocol.lower()
    found = [(f"{room}.status", str(status)) for status in head.statuses]
    own = _OWN_FIELD[head.protocol]
    for name, value in head.headers:
        key = name.lower()
        if key in own:
            found.append((own[key], redact(value)))
        elif key in ("set-cookie", "set-cookie2"):
            cookie = value.partition("=")[0].strip()
            found.append((f"{room}.cookie", f"{cookie}=" if cookie else ""))
        elif key not in _DULL:
            found.append((f"{room}.header", redact(f"{name}: {value}")))
    found.extend((f"{room}.header", redact(line)) for line in head.junk)
    return found


def _sip_fields(head: Head) -> list[tuple[str, str]]:
    """The product of a SIP answer: Server of a server, User-Agent of an endpoint (RFC 3261)."""
    products = (*head.values("server"), *head.values("user-agent"))
    return [("sip.server", redact(product)) for product in products]
