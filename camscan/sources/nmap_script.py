"""Output of nmap's scripts (NSE) as evidence; each script is read as its own page documents it.

https://nmap.org/nsedoc/scripts/ has the pages. Structured output is used where a script gives it.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from urllib.parse import urlsplit

from msgspec import Struct

from camscan.sources.answer import Answers

_ESCAPED = re.compile(r"\\x([0-9A-Fa-f]{2})")
_ICON = re.compile(r"Unknown favicon MD5: ([0-9A-Fa-f]{32})")
_LINE = re.compile(r"^\s*([A-Za-z][A-Za-z ]{1,20}): (.+)$")
_TYPES = {
    "NetworkVideoTransmitter": "dn:NetworkVideoTransmitter",
    "Computer": "pub:Computer",
    "PrintDeviceType": "wprt:PrintDeviceType",
    "ScanDeviceType": "wscn:ScanDeviceType",
}
_UPNP = {
    "Server": "ssdp.server",
    "Name": "upnp.friendly_name",
    "Manufacturer": "upnp.manufacturer",
    "Model Name": "upnp.model_name",
    "Model Version": "upnp.model_number",
}


class Script(Struct, frozen=True, kw_only=True):
    """One `script` element: text, every `elem` below it as (key, text), and those of each table."""

    id: str
    output: str
    values: tuple[tuple[str | None, str], ...] = ()
    tables: tuple[tuple[tuple[str | None, str], ...], ...] = ()

    def value(self, key: str) -> str | None:
        """The first `elem` of that key."""
        return next((text for name, text in self.values if name == key), None)


def note_script(answers: Answers, script: Script) -> None:
    """Add what a known script says; others are left out."""
    note = _NOTES.get(script.id)
    if note is not None:
        note(answers, script)


def wsdd_devices(
    script: Script,
) -> tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]:
    """(address, types, transport addresses) of what broadcast-wsdd-discover found.

    nmap prints the multicast group in place of the sender, so the address is the first in the
    transport addresses that is not link-local; a device without one is left out.
    """
    if script.id != "broadcast-wsdd-discover":
        return ()
    found: dict[str, tuple[dict[str, None], dict[str, None]]] = {}
    for block in script.output.split("Message id:")[1:]:
        types, xaddrs = _wsdd_block(block)
        sender = next((each for each in map(_host, xaddrs) if each is not None), None)
        if sender is not None:
            known = found.setdefault(sender, ({}, {}))
            known[0].update(types)
            known[1].update(xaddrs)
    return tuple((address, tuple(types), tuple(xs)) for address, (types, xs) in found.items())


def _wsdd_block(text: str) -> tuple[dict[str, None], dict[str, None]]:
    """Types and transport addresses in lines of `Type: …` and `Address: …`."""
    types: dict[str, None] = {}
    xaddrs: dict[str, None] = {}
    for line in text.splitlines():
        pair = _LINE.match(line)
        if pair is not None and pair[1] == "Type":
            types.update((_type(word), None) for word in pair[2].split() if ":" in word)
        elif pair is not None and pair[1] == "Address":
            xaddrs.update(dict.fromkeys(pair[2].split()))
    return types, xaddrs


def _type(word: str) -> str:
    """nmap keeps the prefix that the device chose and drops what it stood for."""
    local = word.partition(":")[2]
    return _TYPES.get(local, word)


def _host(xaddr: str) -> str | None:
    try:
        host = urlsplit(xaddr).hostname
        address = ipaddress.ip_address(host or "")
    except ValueError:
        return None
    usable = not (address.is_link_local or address.is_multicast or address.is_unspecified)
    return str(address) if usable else None


def _title(answers: Answers, script: Script) -> None:
    answers.add("http.title", script.value("title"))


def _server(answers: Answers, script: Script) -> None:
    for _, text in script.values:
        answers.add("http.server", text)
    if not script.values:
        answers.add("http.server", script.output)


def _auth(answers: Answers, script: Script) -> None:
    """Challenges are tables: `scheme`, and a table `params` of the rest."""
    answers.add("http.status", "401" if script.tables else None)
    for table in script.tables:
        scheme = next((text for name, text in table if name == "scheme"), None)
        if scheme is None:
            continue
        rest = sorted((name, text) for name, text in table if name not in (None, "scheme"))
        # The order of the parameters is lost in nmap; the realm stands first in nearly all.
        rest.sort(key=lambda item: item[0] != "realm")
        text = ", ".join(f'{name}="{value}"' for name, value in rest)
        answers.add("http.www_authenticate", f"{scheme} {text}".strip())


def _certificate(answers: Answers, script: Script) -> None:
    answers.certificate((script.value("pem") or "").encode("ascii", "ignore"))


def _methods(answers: Answers, script: Script) -> None:
    answers.add("rtsp.public", script.output)


def _banner(answers: Answers, script: Script) -> None:
    """Wrapped lines begin with nmap's own spaces; bytes are `\\x0D`."""
    text = re.sub(r"\n\s*", "", script.output)
    data = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text).encode("latin-1", "replace")
    answers.raw(data)


def _favicon(answers: Answers, script: Script) -> None:
    found = _ICON.search(script.output)
    answers.add("http.favicon.md5", found[1].lower() if found else None)


def _sysdescr(answers: Answers, script: Script) -> None:
    answers.add("snmp.sysdescr", re.split(r"\n[ \t]{0,8}System uptime:", script.output)[0])


def _upnp(answers: Answers, script: Script) -> None:
    for line in script.output.splitlines():
        pair = _LINE.match(line)
        if pair is not None and pair[1] in _UPNP:
            answers.add(_UPNP[pair[1]], pair[2])


def _wsdd(answers: Answers, script: Script) -> None:
    types, xaddrs = _wsdd_block(script.output)
    for kind in types:
        answers.add("wsd.types", kind)
    for address in xaddrs:
        answers.add("wsd.xaddr", address)


_NOTES: Mapping[str, Callable[[Answers, Script], None]] = MappingProxyType(
    {
        "http-title": _title,
        "http-server-header": _server,
        "http-auth": _auth,
        "ssl-cert": _certificate,
        "rtsp-methods": _methods,
        "banner": _banner,
        "http-favicon": _favicon,
        "snmp-sysdescr": _sysdescr,
        "upnp-info": _upnp,
        "wsdd-discover": _wsdd,
    }
)
