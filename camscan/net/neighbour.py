"""The MAC addresses of neighbours that this machine's kernel already knows; sends nothing."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

from camscan.net.address import parse
from camscan.protocols.mac import normal_mac

_PROC_ARP = Path("/proc/net/arp")
_COMPLETE = 0x2  # ATF_COM of <net/if_arp.h>
_MAC = re.compile(r"(?<![0-9A-Fa-f:-])(?:[0-9A-Fa-f]{1,2}[:-]){5}[0-9A-Fa-f]{1,2}(?![0-9A-Fa-f:-])")
_UNRESOLVED = frozenset({"FAILED", "INCOMPLETE", "NOARP"})
_SECONDS = 5.0

# Windows `arp -a` names its own interfaces in lines such as "Interface: 10.1.2.3 --- 0x7".
_OWN_LINE = re.compile(r"---\s*0x", re.ASCII)


def neighbours() -> dict[str, str]:
    """Address (IPv6 link-local with its zone) to MAC, lower case with colons."""
    if sys.platform == "linux":
        found = parse_ip_neigh(_output("ip", "neigh", "show"))
        return parse_proc_arp(_text(_PROC_ARP)) | found
    found = parse_arp_a(_output("arp", "-a" if sys.platform == "win32" else "-an"))
    if sys.platform == "darwin":
        return found | parse_ndp_a(_output("ndp", "-an"))
    return found


def parse_proc_arp(text: str) -> dict[str, str]:
    """Linux /proc/net/arp: address, type, flags, MAC, mask, device."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        parts = line.split()
        if len(parts) < 6 or not parts[2].startswith("0x"):
            continue
        try:
            flags = int(parts[2], 16)
        except ValueError:
            continue
        if flags & _COMPLETE:
            _add(found, parts[0], parts[3])
    return found


def parse_ip_neigh(text: str) -> dict[str, str]:
    """iproute2 `ip neigh`: `fe80::1 dev eth0 lladdr 00:11:22:33:44:55 router REACHABLE`."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        parts = line.split()
        if len(parts) < 2 or _UNRESOLVED.intersection(parts):
            continue
        named = dict(pairwise(parts[1:]))
        if "lladdr" in named:
            _add(found, parts[0], named["lladdr"], named.get("dev"))
    return found


def parse_arp_a(text: str) -> dict[str, str]:
    """`arp -a` of Windows (dashes, columns, any language) and BSD (`? (10.0.0.1) at 0:1b:…`)."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        mac = _MAC.search(line)
        if mac is None or _OWN_LINE.search(line):
            continue
        before = line[: mac.start()]
        bracket = re.search(r"\(([^()\s]+)\)", before)
        words = before.split()
        address = bracket.group(1) if bracket else words[0] if words else ""
        _add(found, address, mac.group())
    return found


def parse_ndp_a(text: str) -> dict[str, str]:
    """macOS `ndp -an`: neighbour with zone, MAC, interface, ..."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        parts = line.split()
        if len(parts) >= 3:
            _add(found, parts[0], parts[1], parts[2])
    return found


def _add(found: dict[str, str], address: str, mac: str, device: str | None = None) -> None:
    parsed = parse(address)
    clean = normal_mac(mac)
    if parsed is None or clean is None or parsed.is_multicast:
        return
    key = str(parsed)
    if parsed.version == 6 and parsed.is_link_local and "%" not in key and device:
        key = f"{key}%{device}"
    found[key] = clean


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""  # no such table on this machine: capability.py says so


def _output(*command: str) -> str:
    program = shutil.which(command[0])
    if program is None:
        return ""
    try:
        done = subprocess.run(  # noqa: S603 - fixed words, no shell
            [program, *command[1:]], capture_output=True, timeout=_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode("utf-8", "replace")
