"""What an egress run says of itself: sources, tables with their dates, and what was not seen."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec

from camscan.egress.geo import OLD_DAYS, Geo
from camscan.egress.policy import Policy
from camscan.egress.talk import time_of
from camscan.model.coverage import Coverage, Method, MethodStatus, Skip
from camscan.model.device import Device
from camscan.model.run import Run
from camscan.sources.flows.record import FlowRecord, SourceSeen

_WHAT = "egress"


def coverage_of(
    run: Run | None,
    record: FlowRecord,
    policy: Policy,
    geo: Geo,
    watched: Mapping[str, Device],
    appeared: frozenset[str],
    *,
    now: datetime,
    whole: bool,
) -> Coverage:
    """The coverage of the inventory with that of the captures added."""
    base = run.coverage if run is not None else Coverage()
    devices = run.devices if run is not None else ()
    methods = [_source_method(source) for source in record.sources]
    methods.append(_summary(record, whole=whole))
    methods.extend(
        Method(
            name=f"geo: {source.name}",
            status=MethodStatus.DONE,
            reason=f"data of {source.date} ({source.origin}); "
            + ", ".join(
                filter(None, (source.licence, f"{source.attribution} {source.link}".strip()))
            ),
        )
        for source in geo.sources
    )
    skips = list(record.skips)
    skips.extend(_silent(watched, appeared))
    unjudged = len(devices) - len(watched)
    if unjudged:
        reason = (
            "devices that are not cameras, recorders, encoders or intercoms at probable or above:"
            f" {unjudged}; their traffic was dropped at reading; --all-devices judges everything"
        )
        skips.append(Skip(subject="inventory", what=_WHAT, reason=reason))
    if record.flows and not any(flow.name for flow in record.flows):
        reason = (
            "no source shows a name, so known services of makers cannot be told from others: give"
            " the log of the name server beside it"
        )
        skips.append(Skip(subject="names", what="known services", reason=reason))
    if not policy.home_countries:
        reason = "no home_countries in [egress] of camscan.toml: no country counts as abroad"
        skips.append(Skip(subject="policy", what="abroad", reason=reason))
    old = [source.label for source in geo.sources if source.is_old(now)]
    if old:
        reason = (
            f"older than {OLD_DAYS} days: {'; '.join(old)}; `camscan geo update` installs newer"
            " tables, --geo-db takes one for this run"
        )
        skips.append(Skip(subject="geo", what="recent data", reason=reason))
    skips.extend(Skip(subject="geo", what="a table", reason=fault) for fault in geo.faults)
    return msgspec.structs.replace(
        base, methods=(*base.methods, *methods), skips=(*base.skips, *skips)
    )


def _source_method(source: SourceSeen) -> Method:
    """One file: how many packets or records, from when to when, and what it says it lost."""
    if source.first is None or source.last is None:
        span = f"no {source.unit}"
    else:
        first, last = time_of(source.first), time_of(source.last)
        span = f"{source.count} {source.unit} from {first:%Y-%m-%d %H:%M:%S} UTC to "
        span += f"{last:%Y-%m-%d %H:%M:%S} UTC"
    if source.lost is not None:
        span += f"; {source.lost} lost, says the source itself"
    return Method(
        name=f"{source.kind}: {source.path}",
        status=MethodStatus.DONE if source.complete else MethodStatus.PARTIAL,
        reason=span,
    )


def _summary(record: FlowRecord, *, whole: bool) -> Method:
    """What was kept of all sources."""
    kept = "all kept" if whole else f"{record.kept} of judged devices kept, the rest dropped"
    return Method(
        name=_WHAT,
        status=MethodStatus.DONE,
        reason=f"{record.count} packets or records read, {kept}",
    )


def _silent(watched: Mapping[str, Device], appeared: frozenset[str]) -> list[Skip]:
    """Judged devices of which no packet was seen, by site: nothing can be said of them."""
    by_site: dict[str, list[str]] = {}
    for device in watched.values():
        if not appeared.intersection(device.addresses):
            by_site.setdefault(device.site or "inventory", []).append(device.label)
    return [
        Skip(
            subject=site,
            what=f"{_WHAT} of {_devices(len(addresses))}",
            reason="never appeared in the sources, so nothing can be said about whom they call: "
            + ", ".join(addresses),
        )
        for site, addresses in by_site.items()
    ]


def _devices(count: int) -> str:
    return "1 device" if count == 1 else f"{count} devices"
