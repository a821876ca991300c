"""Where alerts go: the user's own destinations, and nothing else is ever called."""

from __future__ import annotations

from typing import Protocol
from urllib.parse import urlsplit

from msgspec import Struct

from camscan.errors import UsageError


class Alert(Struct, frozen=True, kw_only=True):
    """`line` is for people, `json` the same as one JSON object; `severity` is one of camscan's."""

    kind: str
    severity: str
    title: str
    line: str
    json: bytes


class AlertError(Exception):
    """An alert did not arrive; the text says why and holds no secret of the destination."""


class Sender(Protocol):
    """`name` is what may be printed of a destination: never a password, a token or a path."""

    name: str

    def send(self, alert: Alert) -> None:
        """Send one alert. Raises AlertError."""

    def close(self) -> None:
        """Send no more."""


def sender_of(url: str) -> Sender:
    """The sender that a URL asks for. Raises UsageError.

    `syslog:`, `syslog://HOST`, `syslog+tcp://HOST:PORT`; `https://` and `http://` get the event as
    JSON by POST; every other scheme is one of apprise (mailto, mailtos, msteams, ...).
    """
    try:
        scheme = urlsplit(url).scheme.lower()
        port = urlsplit(url).port
    except ValueError as error:
        raise UsageError("--alert: an address or port in the URL is malformed") from error
    if not scheme:
        raise UsageError("--alert: write a URL, for example syslog://10.1.2.3 or https://host/hook")
    if scheme in ("syslog", "syslog+tcp"):
        from camscan.net.syslog_sender import SyslogSender

        parts = urlsplit(url)
        return SyslogSender(parts.hostname, port, path=parts.path, tcp=scheme == "syslog+tcp")
    if scheme in ("http", "https"):
        from camscan.net.webhook import Webhook

        return Webhook(url)
    from camscan.net.apprise_bridge import AppriseSender

    return AppriseSender(url)


def shown(url: str) -> str:
    """What may be printed of a URL: its scheme and host."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname or '…'}"
