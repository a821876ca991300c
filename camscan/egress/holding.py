"""Who had which address when: leases and ARP tables of files, and what earlier runs saw."""

from __future__ import annotations

from collections.abc import Iterable

from camscan.egress.who import Held
from camscan.model.evidence import Evidence
from camscan.model.run import Run

_FIELD = "mac.address"


def holdings_of(evidence: Iterable[Evidence], runs: Iterable[Run] = ()) -> tuple[Held, ...]:
    """Holdings of evidence (its `at` is the time, the epoch unknown) and of the devices of runs."""
    found = [
        Held(address=one.target, mac=one.value.lower(), since=one.at.timestamp() or None)
        for one in evidence
        if one.field == _FIELD
    ]
    for run in runs:
        since = run.run.started.timestamp()
        found.extend(
            Held(address=address, mac=device.mac, since=since)
            for device in run.devices
            if device.mac is not None
            for address in device.addresses
        )
    return tuple(found)
