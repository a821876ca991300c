"""Several runs read as one: devices joined by their keys, coverage added up."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from camscan.inventory.keys import Key, keys_of, same_device, usable_keys
from camscan.inventory.lookup import evidence_of
from camscan.inventory.merge import Identifier, address_order, rejudged_device, unique_ids
from camscan.model.coverage import Coverage, Method, MethodStatus, Skip, Subnet, SubnetState
from camscan.model.device import Device
from camscan.model.run import Run, RunInfo, RunStatus, ScopeRecord, Tool

_T = TypeVar("_T")

_STATES = (
    SubnetState.ANSWERED,
    SubnetState.CUT_OFF,
    SubnetState.NOT_REACHED,
    SubnetState.NOT_SCANNED,
)


class _Seen(Struct, frozen=True):
    """A device of one run and the keys that identify it there."""

    device: Device
    keys: frozenset[Key]


def combine(runs: Sequence[Run], identifier: Identifier, tool: Tool) -> Run:
    """One run out of several, oldest first whatever order they come in.

    Devices of different runs are one when a key joins them as within a run (keys.py), or when
    they have an address in common at the same site and no key conflicts; the joined evidence is
    judged again. Each run's own scope, time and coverage stand in `merged`.
    """
    parts = sorted(runs, key=lambda run: (run.run.started, run.run.id))
    judged = [(_judge(group, identifier), group) for group in _groups(parts)]
    judged.sort(key=lambda pair: address_order(pair[0][0].label))
    devices = unique_ids([device for (device, _), _ in judged])
    renamed = {
        (index, seen.device.id): device.id
        for device, (_, group) in zip(devices, judged, strict=True)
        for index, seen in group
    }
    skips = dict.fromkeys(chain.from_iterable(run.coverage.skips for run in parts))
    skips.update(dict.fromkeys(skip for (_, told), _ in judged for skip in told))
    talks = {
        talk.id: replace(talk, device=renamed.get((index, talk.device or ""), talk.device))
        for index, run in enumerate(parts)
        for talk in run.conversations
    }
    findings = {
        finding.id: replace(
            finding, device=renamed.get((index, finding.device or ""), finding.device)
        )
        for index, run in enumerate(parts)
        for finding in run.findings
    }
    return Run(
        tool=tool,
        run=_info(parts),
        coverage=_coverage(parts, tuple(skips)),
        devices=devices,
        conversations=tuple(talks.values()),
        findings=tuple(findings.values()),
        merged=tuple(chain.from_iterable(run.parts for run in parts)),
    )


def _groups(parts: Sequence[Run]) -> list[list[tuple[int, _Seen]]]:
    """Devices that are one, each with the index of its run; no group has two of the same run."""
    groups: list[list[tuple[int, _Seen]]] = []
    by_key: dict[Key | str, list[int]] = {}
    for index, run in enumerate(parts):
        keys = usable_keys({device.id: keys_of(evidence_of(device)) for device in run.devices})
        for device in run.devices:
            seen = _Seen(device, keys[device.id])
            handles: list[Key | str] = [*sorted(seen.keys), *device.addresses]
            home = next(
                (
                    number
                    for number in dict.fromkeys(n for h in handles for n in by_key.get(h, ()))
                    if all(
                        other != index and _same(member, seen) for other, member in groups[number]
                    )
                ),
                None,
            )
            if home is None:
                home = len(groups)
                groups.append([])
            groups[home].append((index, seen))
            for handle in handles:
                by_key.setdefault(handle, []).append(home)
    return groups


def _same(first: _Seen, second: _Seen) -> bool:
    if set(first.device.addresses) & set(second.device.addresses):
        kinds = {key.kind for key in first.keys} & {key.kind for key in second.keys}
        agreed = {key.kind for key in first.keys & second.keys}
        conflict = kinds - agreed - {"certificate"}  # certificates are renewed
        return not conflict and (bool(agreed) or first.device.site == second.device.site)
    versions = [6 if ":" in seen.device.label else 4 for seen in (first, second)]
    return same_device(first.keys, second.keys, versions)


def _judge(
    group: Sequence[tuple[int, _Seen]], identifier: Identifier
) -> tuple[Device, tuple[Skip, ...]]:
    devices = [seen.device for _, seen in group]
    newest = devices[-1]
    known = sorted({a for device in devices for a in device.addresses}, key=address_order)
    ports = {(port.port, port.transport): port for device in devices for port in device.ports}
    device, skips = rejudged_device(
        known or [newest.id],
        tuple(chain.from_iterable(evidence_of(device) for device in devices)),
        tuple(ports.values()),
        frozenset(chain.from_iterable(seen.keys for _, seen in group)),
        identifier,
        next((d.site for d in reversed(devices) if d.site is not None), None),
    )
    if known:
        return device, skips
    return replace(device, id=newest.id, addresses=()), skips  # recorded answers, no address


def _info(parts: Sequence[Run]) -> RunInfo:
    infos = [run.run for run in parts]
    scopes = [info.scope for info in infos]
    sites = {info.site for info in infos}
    vantages = {scope.vantage for scope in scopes}
    authorities = {info.authorised_by for info in infos}
    names = "\x1f".join(info.id for info in infos)
    partial = any(info.status is RunStatus.PARTIAL for info in infos)
    return RunInfo(
        id="merged-" + hashlib.sha256(names.encode()).hexdigest()[:12],
        started=min(info.started for info in infos),
        ended=max(info.ended for info in infos),
        status=RunStatus.PARTIAL if partial else RunStatus.COMPLETE,
        site=sites.pop() if len(sites) == 1 else None,
        scope=ScopeRecord(
            targets=_union(scope.targets for scope in scopes),
            exclude=_union(scope.exclude for scope in scopes),
            addresses=sum(scope.addresses for scope in scopes),
            allow_public=any(scope.allow_public for scope in scopes),
            interfaces=_union(scope.interfaces for scope in scopes),
            groups=_union(scope.groups for scope in scopes),
            ports=_union(scope.ports for scope in scopes),
            profile=", ".join(_union((scope.profile,) for scope in scopes if scope.profile)),
            sources=_union(scope.sources for scope in scopes),
            vantage=vantages.pop() if len(vantages) == 1 else None,
        ),
        authorised_by=authorities.pop() if len(authorities) == 1 else None,
    )


def _union(parts: Iterable[Sequence[_T]]) -> tuple[_T, ...]:
    return tuple(dict.fromkeys(chain.from_iterable(parts)))


def _coverage(parts: Sequence[Run], skips: tuple[Skip, ...]) -> Coverage:
    subnets: dict[tuple[str, str | None], Subnet] = {}
    methods: dict[str, Method] = {}
    told: set[Method] = (
        set()
    )  # an egress run repeats the methods of the inventory it was joined with
    for run in parts:
        for subnet in run.coverage.subnets:
            place = (subnet.cidr, subnet.site)
            subnets[place] = _better(subnets.get(place, subnet), subnet)
        for method in run.coverage.methods:
            if method in told:
                continue
            told.add(method)
            methods[method.name] = (
                _added(methods[method.name], method) if method.name in methods else method
            )
    found = tuple(subnets.values())
    return Coverage(
        targets=sum(s.targets for s in found) or sum(r.coverage.targets for r in parts),
        answered=sum(s.answered for s in found) or sum(r.coverage.answered for r in parts),
        methods=tuple(methods.values()),
        skips=skips,
        subnets=found,
    )


def _better(first: Subnet, second: Subnet) -> Subnet:
    """The run that got further; what one run reached is reached."""
    return min(first, second, key=lambda s: (_STATES.index(s.state), -s.answered))


def _added(first: Method, second: Method) -> Method:
    return Method(
        name=first.name,
        status=first.status if first.status is second.status else MethodStatus.PARTIAL,
        sent=first.sent + second.sent,
        answered=first.answered + second.answered,
        reason="; ".join(dict.fromkeys(text for text in (first.reason, second.reason) if text)),
    )
