"""What camscan never touches, and the closed list of what it may ask a web server for.

Sources are named beside each entry; the list is short on purpose and only grows.
"""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

from msgspec import Struct

NEVER_PORTS = frozenset(range(9100, 9108))
"""Raw print ports: every byte written is printed (Pouzor/homelable-hacs#87, nmap#2237,
projectdiscovery/pd-agent#167)."""


class Forbidden(Struct, frozen=True):
    """A path that is never requested, matched anywhere in the lower-cased path."""

    part: str
    reason: str
    source: str


NEVER_PATHS = (
    Forbidden(
        "/cgi-bin/audio.cgi",
        "one GET reboots a Lorex",
        "a Lorex owner's report; repository not kept",
    ),
    Forbidden(
        "upnp_eth0.xml",
        "fetching it crashes a Zosi recorder (ports 49152 and 49153)",
        "github:Moerbius/sdk_for_zr08",
    ),
    Forbidden(
        "cgipowerdownreset",
        "restarts a Panasonic camera",
        "http match of a Panasonic page that redirects to it",
    ),
    Forbidden(
        "cgi",
        "CGI programs act: move, record, set",
        "github:TheCrypt0/yi-hack-v4#101 (/cgi-bin/reboot.sh reboots by one GET)",
    ),
)

REQUEST_PATHS = {
    "/": "the start page",
    "/favicon.ico": "the icon, hashed",
}
"""Paths requested by GET without a redirect, and what for."""

ONVIF_PATHS = ("/onvif/device_service", "/onvif/services")
"""Device service of ONVIF Core, and the one of Axis; the only POST targets without an XAddr."""

# Words of a path that name an action, a picture, or a stream: never followed, even as .html.
_ACTIONS = """action activate alarm apply audio backup clear command config control ctrl default
    delete download erase export factory format goto image images img import io jpeg jpg live logout
    mjpeg mjpg motion move output picture play preset ptz reboot record remove reset restart restore
    save set shutdown siren snap snapshot start still stop stream sys talk test trigger unbind
    update upgrade upload video wipe write"""
_ACTION_WORDS = frozenset(_ACTIONS.split())
_ACTION_PARTS = (
    "powerdown", "poweroff", "reboot", "restart", "reset", "shutdown", "snapshot", "factory",
    "firmware", "mjpg", "mjpeg", "stream", "video", "upgrade", "delete",
)  # fmt: skip
_PAGE = re.compile(r"/(?:[A-Za-z0-9_~-][A-Za-z0-9._~-]*/){0,8}[A-Za-z0-9_~-][A-Za-z0-9._~-]*")
_PAGE_KINDS = (".html", ".htm", ".asp", ".js", ".css")
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
# What a script adds so that a browser does not take the page from its cache: `?_1700000000`.
_CACHE_BUSTER = re.compile(r"(?:(?:_|t|ts|time|rand|random|v|ver)=?)?[0-9.]{0,20}")
_SERVICE = re.compile(
    r"/(?:[A-Za-z0-9_~-]{1,64}/){0,4}"
    r"onvif/(?:device_service|services|device|device_servi?ce|deviceservice)",
    re.IGNORECASE,
)


def port_permitted(port: int) -> bool:
    """False for ports that are never connected to."""
    return port not in NEVER_PORTS


def path_permitted(path: str) -> bool:
    """True for a listed document or a plain page (html, htm, asp, js, css) that names no action.

    Only characters that need no escaping, no query, no `.` or `..` step, and nothing of
    NEVER_PATHS. A path without an extension (`/login`, `/web/`) is refused: it may be an action
    (`/reboot`), and nothing in it says that it is not.
    """
    if path in REQUEST_PATHS:
        return True
    lowered = path.lower()
    if len(path) > 256 or not _PAGE.fullmatch(path) or not lowered.endswith(_PAGE_KINDS):
        return False
    if any(entry.part in lowered for entry in NEVER_PATHS):
        return False
    if any(part in lowered for part in _ACTION_PARTS):
        return False
    words = {word.lower() for word in _WORD.findall(path)}
    return not words & _ACTION_WORDS


def service_path_permitted(path: str) -> bool:
    """True for the path of an ONVIF device service: what an XAddr may make us POST to."""
    return _SERVICE.fullmatch(path) is not None


def description_path_permitted(path: str) -> bool:
    """True for the path of a UPnP description: a plain `.xml` name, nothing of NEVER_PATHS and
    no action in it."""
    lowered = path.lower()
    if len(path) > 256 or not _PAGE.fullmatch(path) or not lowered.endswith(".xml"):
        return False
    if any(entry.part in lowered for entry in NEVER_PATHS):
        return False
    words = {word.lower() for word in _WORD.findall(path)}
    return not words & _ACTION_WORDS


def redirect_target(
    base_host: str, base_scheme: str, current_path: str, location: str
) -> str | None:
    """The absolute URL to follow, or None when the redirect is refused.

    `base_host` is the host as it was asked, with `:port` unless it is the scheme's own; IPv6 in
    brackets. Same host only; another port or scheme only for http to https on port 443. An
    empty host (`http:///index.asp`) means the host itself. A query is refused unless it is a
    cache-buster (Hikvision: `/doc/page/login.asp?_<time>`), which is dropped: the page is the
    same without it. Control characters, credentials and a redirect to itself are refused.
    """
    target = location.strip(" \t\r\n")
    if not target or len(target) > 1024 or not target.isascii() or not target.isprintable():
        return None
    if "\\" in target or " " in target:
        return None
    try:
        base = urlsplit(f"{base_scheme}://{base_host}{current_path}")
        split = urlsplit(urljoin(base.geturl(), _with_host(target, base_host)))
        here, there = _origin(base.scheme, base.hostname, base.port), None
        if split.username is None and split.password is None:
            there = _origin(split.scheme, split.hostname, split.port)
    except ValueError:
        return None
    if here is None or there is None or here[1] != there[1]:
        return None
    upgrade = here[0] == "http" and there[0] == "https" and there[2] == 443
    if here != there and not upgrade:
        return None
    path = split.path or "/"
    if not path_permitted(path) or not _CACHE_BUSTER.fullmatch(split.query):
        return None
    if here == there and path == (urlsplit(current_path).path or "/"):
        return None
    host = f"[{there[1]}]" if ":" in there[1] else there[1]
    standard = 443 if there[0] == "https" else 80
    port = "" if there[2] == standard else f":{there[2]}"
    return f"{there[0]}://{host}{port}{path}"


def _with_host(target: str, base_host: str) -> str:
    """`http:///index.asp` names no host: read it as the host that said so."""
    scheme, found, rest = target.partition(":///")
    return f"{scheme}://{base_host}/{rest}" if found and scheme.isalpha() else target


def _origin(scheme: str, host: str | None, port: int | None) -> tuple[str, str, int] | None:
    """(scheme, host, port) with the default port filled in, or None for other schemes."""
    if not host or scheme not in ("http", "https"):
        return None
    return scheme, host.lower(), port if port is not None else {"http": 80, "https": 443}[scheme]
