"""nmap's opinion of hosts that stayed unknown: its own probes, at the user's wish (`--nmap`).

What it sends is not on camscan's list. So it gets nothing but addresses that the scope permits,
the ports that were found open, and the profile's pace; the report names it and its version.
"""

from __future__ import annotations

import asyncio
import ipaddress
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime

from camscan.engine.ledger import Ledger
from camscan.engine.outcome import inventory
from camscan.engine.request import ScanRequest
from camscan.inventory.merge import Identifier
from camscan.model.contact import Contact
from camscan.model.coverage import Method, MethodStatus, Skip
from camscan.model.device import Device
from camscan.net.nmap_bridge import (
    NmapAnswer,
    NmapFound,
    arguments,
    find_nmap,
    second_opinion,
    too_old,
)
from camscan.protocols.never import port_permitted
from camscan.sources import nmap_xml

METHOD = "nmap"
_TOGETHER = 32
_HOST_SECONDS = 180.0
_CAMERAS = ("camera", "recorder", "encoder", "intercom")

Ask = Callable[[list[str], int, str, float], NmapAnswer]


def _ask(addresses: list[str], port: int, options: str, timeout: float) -> NmapAnswer:
    return second_opinion(addresses, port, options, timeout=timeout)


async def ask_nmap(
    request: ScanRequest,
    ledger: Ledger,
    identifier: Identifier,
    *,
    find: Callable[[], NmapFound] = find_nmap,
    ask: Ask = _ask,
) -> None:
    """Ask about every host that nothing has named; the absence of nmap is a Skip."""
    found = await asyncio.to_thread(find)
    reason = found.reason if found.version is None else ""
    if found.version is not None and too_old(found.version):
        reason = f"nmap {found.version} is older than 7.80"
    if reason:
        ledger.skip(Skip(subject="nmap", what="second opinion", reason=reason))
        ledger.method(Method(name=METHOD, status=MethodStatus.SKIPPED, reason=reason))
        return
    groups = unknown_hosts(request, ledger, identifier)
    notes = [f"nmap {found.version} with its own probes, which are not on camscan's list"]
    sent = 0
    answered: set[str] = set()
    for (version, port), hosts in groups.items():
        options = arguments(request.profile, version)
        for start in range(0, len(hosts), _TOGETHER):
            # The last moment: nothing waits between this check and the start of nmap.
            part = [a for a in hosts[start : start + _TOGETHER] if request.scope.permits(a)]
            if not part:
                continue
            _touch(ledger, part, port)
            sent += len(part)
            answer = await asyncio.to_thread(ask, part, port, options, _HOST_SECONDS * len(part))
            answered |= _note(ledger, part, answer)
            if answer.stderr:
                notes.append(f"it said: {answer.stderr}")
            if answer.timed_out:
                notes.append(f"it was ended after {_HOST_SECONDS * len(part):g} s")
    if not groups:
        notes = ["no host with an open port stayed unknown"]
    ledger.method(
        Method(
            name=METHOD,
            status=MethodStatus.DONE if groups else MethodStatus.SKIPPED,
            sent=sent,
            answered=len(answered),
            reason="; ".join(dict.fromkeys(notes)),
        )
    )


def unknown_hosts(
    request: ScanRequest, ledger: Ledger, identifier: Identifier
) -> dict[tuple[int, int], list[str]]:
    """Addresses that no maker was found for, by IP version and open port."""
    groups: dict[tuple[int, int], list[str]] = defaultdict(list)
    for device in inventory(request, ledger, identifier).devices:
        if not _unknown(device):
            continue
        for address in filter(request.scope.permits, device.addresses):
            version = ipaddress.ip_address(address.partition("%")[0]).version
            for port in ledger.ports.get(address, {}).values():
                open_tcp = port.status == "open" and port.transport == "tcp"
                if open_tcp and port_permitted(port.port):
                    groups[version, port.port].append(address)
    return dict(sorted(groups.items()))


def _unknown(device: Device) -> bool:
    """Nobody's, and not known to be something else than a camera."""
    return device.maker is None and (device.class_ is None or device.class_.value in _CAMERAS)


def _touch(ledger: Ledger, addresses: list[str], port: int) -> None:
    at = datetime.now(UTC)
    for address in addresses:
        ledger.contact(
            Contact(at=at, address=address, port=port, transport="tcp", query="nmap -sV")
        )


def _note(ledger: Ledger, addresses: list[str], answer: NmapAnswer) -> set[str]:
    """The evidence of one answer, of nobody but the hosts that were asked about."""
    if not answer.xml:
        return set()
    recorded = nmap_xml.parse_records(answer.xml, "nmap")
    for skip in recorded.skips:
        ledger.skip(skip)
    seen = set()
    for item in recorded.evidence:
        if item.target in addresses:
            ledger.saw(item)
            seen.add(item.target)
    return seen
