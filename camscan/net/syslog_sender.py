"""Alerts by syslog: RFC 5424 messages, over UDP (RFC 5426), TCP (RFC 6587) or /dev/log."""

from __future__ import annotations

import os
import re
import socket
from datetime import UTC, datetime

from camscan.net.alert import Alert, AlertError

_FACILITY = 16  # local0
_SEVERITIES = {"critical": 2, "high": 3, "medium": 4, "low": 5, "info": 6}
_BOM = b"\xef\xbb\xbf"
_LONGEST = 2048  # RFC 5424 section 6.1: what receivers should be able to take
_UDP_PORT, _TCP_PORT = 514, 601
_LOCAL = "/dev/log"
_PATIENCE = 5.0


class SyslogSender:
    """Sends to `host` or, when None, to the local socket at `path` (default /dev/log)."""

    def __init__(
        self, host: str | None, port: int | None = None, *, path: str = "", tcp: bool = False
    ) -> None:
        self._host = host
        self._port = port or (_TCP_PORT if tcp else _UDP_PORT)
        self._path = path or _LOCAL
        self._tcp = tcp
        self._socket: socket.socket | None = None
        kind = "syslog+tcp" if tcp else "syslog"
        where = f"//{host}:{self._port}" if host else self._path
        self.name = f"{kind}:{where}"

    def send(self, alert: Alert) -> None:
        """One message; a TCP connection is kept and opened again when it broke."""
        data = message(alert, datetime.now(UTC), socket.gethostname(), os.getpid())
        if self._tcp:
            data = b"%d %b" % (len(data), data)
        try:
            if self._socket is None:
                self._socket = self._connected()
            self._socket.sendall(data)
        except OSError as error:
            self.close()
            raise AlertError(error.strerror or str(error)) from error

    def close(self) -> None:
        """Close the socket; the next message opens it again."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _connected(self) -> socket.socket:
        if self._host is None:
            sock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            sock.settimeout(_PATIENCE)
            sock.connect(self._path)
            return sock
        if self._tcp:
            return socket.create_connection((self._host, self._port), timeout=_PATIENCE)
        family, kind, protocol, _, address = socket.getaddrinfo(
            self._host, self._port, type=socket.SOCK_DGRAM
        )[0]
        sock = socket.socket(family, kind, protocol)
        sock.settimeout(_PATIENCE)
        sock.connect(address)
        return sock


def message(alert: Alert, at: datetime, host: str, process: int) -> bytes:
    """RFC 5424 section 6, without structured data; at most 2,048 octets."""
    priority = _FACILITY * 8 + _SEVERITIES.get(alert.severity, 5)
    stamp = at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    head = f"<{priority}>1 {stamp} {_word(host, 255)} camscan {process} {_word(alert.kind, 32)} - "
    text = re.sub(r"[\x00-\x1f\x7f-\x9f]", " ", alert.line)
    body = text.encode()[: _LONGEST - len(head) - len(_BOM)]
    return head.encode() + _BOM + body.decode("utf-8", "ignore").encode()


def _word(text: str, longest: int) -> str:
    """PRINTUSASCII without spaces, or the NILVALUE."""
    return re.sub(r"[^!-~]", "", text)[:longest] or "-"
