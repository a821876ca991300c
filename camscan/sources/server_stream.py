"""What servers answer over TCP: the first bytes of an HTTP, RTSP or TLS answer, joined.

A connection may be met in its middle: every segment that begins like an answer opens a stream.
Payloads are kept only until the answer is read.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from camscan.protocols import http, rtsp, tls, upnp
from camscan.sources.tls_certificate import NoCertificate, server_certificate, starts_like_server

FIN_OR_RST = 5
_MOST_STREAMS = 1024
_MOST_BYTES = 32_768
_MOST_PIECES = 16
_MOST_ANSWERS = 16  # of one address and port: later ones say the same
MOST_SERVERS = 65_536
_MOST_REQUESTS = 8192

ANSWERS = frozenset((b"HTTP", b"RTSP"))
REQUESTS = frozenset((b"GET ", b"POST", b"PUT ", b"HEAD", b"OPTI", b"DELE", b"PATC"))
STARTS = ANSWERS | REQUESTS
_ROOT = re.compile(rb"GET / HTTP/1\.[01]\r?\n")
_LOGIN = re.compile(rb"(?i)\n(?:authorization|cookie)[ \t]*:")
_END = re.compile(rb"\r?\n\r?\n")
_LENGTH = re.compile(rb"(?i)\ncontent-length[ \t]*:[ \t]*(\d{1,9})[ \t]*\r?\n")
_CHUNKED = re.compile(rb"(?i)\ntransfer-encoding[ \t]*:[^\n]*chunked")
_XML = re.compile(rb"(?i)\ncontent-type[ \t]*:[ \t]*(?:text|application)/xml\b")
_OF_THE_PAGE = frozenset(("http.title", "http.body"))

OnAnswer = Callable[[bytes, int, float, str, tuple[tuple[str, str], ...]], None]
"""Packed address and port of the server, time, protocol, fields."""


class _Stream:
    __slots__ = ("ahead", "at", "data", "kind", "page", "port", "sequence", "server")

    def __init__(
        self, server: bytes, port: int, at: float, kind: str, sequence: int, page: bool
    ) -> None:
        self.server = server
        self.port = port
        self.at = at
        self.kind = kind
        self.sequence = sequence
        self.page = page
        self.data = bytearray()
        self.ahead: dict[int, bytes] = {}


class ServerStreams:
    """Joins what servers say; `keys` are source, destination, source port, destination port.

    Of an HTTP answer the page is read only when it answers `GET /` without login or cookie, as a
    scan would have asked: what a person saw behind a login is nobody's evidence. Of other answers
    only a UPnP description is, which every PC of the link fetches.
    """

    def __init__(self, on_answer: OnAnswer) -> None:
        self._on_answer = on_answer
        self.open: dict[bytes, _Stream] = {}
        self._roots: dict[bytes, None] = {}
        self._answers: dict[tuple[bytes, int], int] = {}

    def segment(
        self, key: bytes, data: bytes, transport: int, payload: int, end: int, at: float
    ) -> None:
        """One TCP segment that carries something or ends the stream."""
        sequence = int.from_bytes(data[transport + 4 : transport + 8], "big")
        stream = self.open.get(key)
        if stream is None:
            start = data[payload : payload + 4]
            if start in REQUESTS:
                self._request(key, data[payload : min(end, payload + 8192)])
                return
            stream = self._opened(key, data[payload : payload + 6], at, sequence)
            if stream is None:
                return
        if payload < end:
            self._take(stream, sequence, data[payload:end])
        if _complete(stream) or data[transport + 13] & FIN_OR_RST:
            self._finish(key, stream)

    def finish(self) -> None:
        """Read what is there of all streams that are still open."""
        for key, stream in list(self.open.items()):
            self._finish(key, stream)

    def _request(self, key: bytes, text: bytes) -> None:
        """Remember whether the next answer is that to a visitor's `GET /`."""
        size = (len(key) - 4) // 2
        answer = key[size : 2 * size] + key[:size] + key[-2:] + key[-4:-2]
        self._roots.pop(answer, None)
        if _ROOT.match(text) and not _LOGIN.search(text):
            if len(self._roots) >= _MOST_REQUESTS:
                del self._roots[next(iter(self._roots))]
            self._roots[answer] = None

    def _opened(self, key: bytes, start: bytes, at: float, sequence: int) -> _Stream | None:
        if start[:5] in (b"HTTP/", b"RTSP/"):
            kind = start[:4].decode("ascii").lower()
        elif starts_like_server(start):
            kind = "tls"
        else:
            return None
        server, port = key[: (len(key) - 4) // 2], key[-4] << 8 | key[-3]
        page = key in self._roots
        self._roots.pop(key, None)
        count = self._answers.get((server, port), 0)
        if count >= _MOST_ANSWERS or len(self._answers) >= MOST_SERVERS:
            return None
        self._answers[server, port] = count + 1
        if len(self.open) >= _MOST_STREAMS:
            oldest = next(iter(self.open))
            self._finish(oldest, self.open[oldest])
        stream = self.open[key] = _Stream(server, port, at, kind, sequence, page)
        return stream

    def _take(self, stream: _Stream, sequence: int, payload: bytes) -> None:
        """Join a segment: repeated bytes are passed over, what comes early waits for the gap."""
        stream.ahead[sequence] = payload
        while stream.ahead:
            for begin in list(stream.ahead):
                behind = (stream.sequence - begin) & 0xFFFFFFFF
                if behind < 1 << 31:
                    piece = stream.ahead.pop(begin)[behind:]
                    stream.data += piece
                    stream.sequence = (stream.sequence + len(piece)) & 0xFFFFFFFF
                    break
            else:
                return

    def _finish(self, key: bytes, stream: _Stream) -> None:
        del self.open[key]
        fields = _fields(stream.kind, bytes(stream.data[:_MOST_BYTES]), page=stream.page)
        if fields:
            self._on_answer(stream.server, stream.port, stream.at, stream.kind, fields)


def _complete(stream: _Stream) -> bool:
    """Whether the answer is there, or nothing good will follow."""
    data = stream.data
    if len(data) >= _MOST_BYTES or len(stream.ahead) > _MOST_PIECES:
        return True
    if stream.kind == "tls":
        return server_certificate(bytes(data)) is not NoCertificate.INCOMPLETE
    head = _END.search(data)
    if head is None:
        return False
    if stream.kind == "http" and not stream.page and not _XML.search(data, 0, head.end()):
        return True
    length = _LENGTH.search(data, 0, head.end())
    if length is not None:
        return len(data) - head.end() >= int(length.group(1))
    if _CHUNKED.search(data, 0, head.end()):
        return data.endswith(b"\r\n0\r\n\r\n")
    return stream.kind == "rtsp"


def _fields(kind: str, data: bytes, *, page: bool) -> tuple[tuple[str, str], ...]:
    if kind == "tls":
        der = server_certificate(data)
        return tls.decode(der).fields if isinstance(der, bytes) else ()
    if kind == "rtsp":
        return rtsp.decode(data).fields
    if page:
        return http.decode(data).fields
    head = _END.search(data)
    fields = http.decode(data[: head.end()] if head else data).fields
    described = upnp.decode(data).fields if head and _XML.search(data, 0, head.end()) else ()
    return (*(pair for pair in fields if pair[0] not in _OF_THE_PAGE), *described)
