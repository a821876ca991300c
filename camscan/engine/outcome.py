"""From what a scan learned to its run: judged, counted, with everything that was not checked."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import UTC, datetime

from camscan import __version__
from camscan.discovery.multicast_link import multicast_links
from camscan.discovery.registry import groups
from camscan.engine.ledger import Ledger
from camscan.engine.request import ScanRequest
from camscan.inventory.merge import Identifier, Inventory, build_devices
from camscan.inventory.subnets import coverage_subnets
from camscan.model.coverage import Coverage, Skip
from camscan.model.device import Port
from camscan.model.run import DataVersion, Run, RunInfo, RunStatus, ScopeRecord, Tool
from camscan.protocols.never import NEVER_PORTS
from camscan.scope import Scope


def scope_record(request: ScanRequest) -> ScopeRecord:
    """The effective scope as the run shows it."""
    scope = request.scope
    links, _ = multicast_links(scope, request.interfaces, request.multicast)
    versions = {link.version for link in links}
    return ScopeRecord(
        targets=scope.targets,
        exclude=scope.exclude,
        addresses=scope.address_count,
        allow_public=scope.allow_public,
        interfaces=tuple(dict.fromkeys(link.interface.name for link in links)),
        groups=tuple(group for version in sorted(versions) for group in groups(version)),
        ports=request.ports,
        profile=request.profile.name,
        sources=request.sources,
        vantage=request.vantage,
    )


def build_run(
    request: ScanRequest,
    ledger: Ledger,
    identifier: Identifier,
    data: DataVersion,
    *,
    started: datetime,
    complete: bool,
) -> Run:
    """Judge what is there; partial runs are as valid as complete ones."""
    judged = inventory(request, ledger, identifier)
    for skip in judged.skips:
        ledger.skip(skip)
    if ledger.journal is not None and ledger.journal.fault is not None:
        fault = Skip(subject="journal", what="resuming", reason=ledger.journal.fault)
        ledger.skips[fault] = None
    partial = not complete or bool(ledger.cut_off)
    return Run(
        tool=Tool(version=__version__, data=data),
        run=RunInfo(
            id=request.run_id,
            started=started,
            ended=datetime.now(UTC),
            status=RunStatus.PARTIAL if partial else RunStatus.COMPLETE,
            site=request.site,
            scope=scope_record(request),
            authorised_by=request.authority,
        ),
        coverage=Coverage(
            targets=request.scope.address_count,
            answered=sum(1 for address in ledger.answered if request.scope.permits(address)),
            methods=tuple(ledger.methods.values()),
            skips=tuple(ledger.skips),
            subnets=coverage_subnets(
                request.scope,
                set(ledger.answered),
                cut_off=ledger.cut_off,
                swept_until=None if complete else ledger.swept,
            ),
        ),
        devices=judged.devices,
    )


def inventory(request: ScanRequest, ledger: Ledger, identifier: Identifier) -> Inventory:
    """The devices of what has been learned so far."""
    # A lease or a table entry says who had an address once, not that anybody is there now.
    known = {
        item.target
        for item in ledger.evidence.values()
        if not item.field.startswith(("mac.", "dhcp.", "switch."))
    }
    known |= {
        address
        for address, noted in ledger.noted.items()
        if any(port.status == "open" for port in noted.values())
    }
    hosts = ledger.answered.keys() | known | ledger.heard
    with_ports = [address for address in hosts if address in ledger.noted]
    return build_devices(
        (item for item in ledger.evidence.values() if item.target in hosts),
        {address: _ports(request, ledger, address) for address in (*ledger.answered, *with_ports)},
        identifier,
        site_of(request.scope),
        mergeable=request.scope.permits,
    )


def _ports(request: ScanRequest, ledger: Ledger, address: str) -> tuple[Port, ...]:
    """What the scan saw; of ports that it did not ask, what files of evidence know.

    Of a host that is done all ports of the list were asked: one that let nothing through has no
    state of this scan, and what a file saw there before is over.
    """
    seen = ledger.ports.get(address, {})
    noted = ledger.noted.get(address, {})
    if not noted:
        return tuple(seen.values())
    asked: set[int] = set()
    if address in ledger.answered and address in ledger.done_hosts and not request.only_listens:
        asked = set(request.ports) - NEVER_PORTS
    kept = {
        key: port
        for key, port in noted.items()
        if not (port.transport == "tcp" and port.port in asked)
    }
    return tuple({**kept, **seen}.values())


def site_of(scope: Scope) -> Callable[[str], str | None]:
    """The site of an address, None for none and for what is no address."""

    def site(address: str) -> str | None:
        with contextlib.suppress(ValueError):
            return scope.site_of(address.partition("%")[0])
        return None

    return site
