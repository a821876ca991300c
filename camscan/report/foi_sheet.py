"""The answer to a freedom-of-information request: what it says, without how it is set."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from camscan.authority import NOT_RECORDED
from camscan.model.count import class_of, count
from camscan.model.coverage import Coverage, MethodStatus, Subnet, SubnetState
from camscan.model.device import Device
from camscan.model.identity import Band, DeviceClass
from camscan.model.run import Run, RunStatus
from camscan.report.tally import (
    NO_SITE,
    UNKNOWN,
    MakerRow,
    by_maker,
    cameras,
    maker_name,
    other_brand,
)

_MOST_SCOPE = 12
_MOST_SUBNETS = 20
_MOST_NAMED = 3


class Sheet(Struct, frozen=True, kw_only=True):
    """One page: `answer` the sentences that answer, `table` with its headings first, then what
    the numbers do not hold (`limits`) and how they were made (`method`)."""

    title: str
    answer: tuple[str, ...]
    table: tuple[tuple[str, ...], ...]
    limits: tuple[str, ...]
    method: tuple[str, ...]


def sheets(run: Run, *, per_site: bool) -> Iterator[Sheet]:
    """One sheet about everything and, where asked for, one for each site."""
    yield _sheet(run, None)
    if per_site:
        names = [subnet.site or NO_SITE for subnet in run.coverage.subnets]
        names += [device.site or NO_SITE for device in run.devices]
        for site in dict.fromkeys(names):
            yield _sheet(_of_site(run, site), site)


def _of_site(run: Run, site: str) -> Run:
    subnets = tuple(one for one in run.coverage.subnets if (one.site or NO_SITE) == site)
    coverage = replace(
        run.coverage,
        subnets=subnets,
        targets=sum(subnet.targets for subnet in subnets),
        answered=sum(subnet.answered for subnet in subnets),
    )
    devices = tuple(one for one in run.devices if (one.site or NO_SITE) == site)
    info = run.run
    if subnets:
        scope = replace(info.scope, targets=tuple(subnet.cidr for subnet in subnets), sources=())
        info = replace(info, scope=scope)
    return replace(run, coverage=coverage, devices=devices, run=info)


def _sheet(run: Run, site: str | None) -> Sheet:
    found = cameras(run)
    rows = by_maker(found)
    return Sheet(
        title="Network cameras" + (f": {site}" if site is not None else ""),
        answer=tuple(_answer(run, found, rows)),
        table=tuple(_table(found, rows)),
        limits=tuple(_limits(run)),
        method=tuple(_method(run)),
    )


def _answer(run: Run, found: Sequence[Device], rows: Sequence[MakerRow]) -> Iterator[str]:
    day = f"{run.run.ended.day} {run.run.ended:%B %Y}"
    yield (
        f"As at {day}, a network scan of {_scope(run)} found"
        f" {_number(len(found), 'device')} identified as"
        f" {_noun(len(found), 'a camera', 'cameras')}."
    )
    named = [row for row in rows if row.maker != UNKNOWN]
    unknown = sum(row.cameras for row in rows if row.maker == UNKNOWN)
    parts = [_made(row) for row in named[:_MOST_NAMED]]
    rest = sum(row.cameras for row in named[_MOST_NAMED:])
    if rest:
        makers = _number(len(named) - _MOST_NAMED, "other maker")
        parts.append(f"{rest:,} as made by {makers} (in the table)")
    if found:
        parts.append(f"{unknown:,} could not be identified")
        yield f"Of these {'; '.join(parts)}."
    yield _beside(run)


def _made(row: MakerRow) -> str:
    were = _noun(row.cameras, "was", "were")
    own = row.cameras - row.other_brands
    return (
        f"{row.cameras:,} {were} identified as made by {row.maker}"
        f" ({own:,} by the maker's own identification, {row.other_brands:,} by OEM evidence)"
    )


def _beside(run: Run) -> str:
    totals = count(run.devices)
    channels = [
        device.channels.value
        for device in run.devices
        if device.channels is not None and class_of(device) is DeviceClass.RECORDER
    ]
    text = (
        f"Counted apart, and not in that number: {_number(totals.recorders, 'recorder')},"
        f" {_number(totals.encoders, 'encoder')} and {_number(totals.intercoms, 'intercom')}."
    )
    if totals.recorders:
        told = _number(len(channels), "recorder")
        text += (
            f" {told} told how many channels {_noun(len(channels), 'it has', 'they have')}:"
            f" {sum(channels):,} in all. A channel may be a camera that is counted above, one that"
            " is not on the network, or free; channels are never added to cameras."
        )
    return text


def _table(found: Sequence[Device], rows: Sequence[MakerRow]) -> Iterator[tuple[str, ...]]:
    yield (
        "Maker",
        "Head office",
        "Own brand",
        "Other brand (OEM)",
        "Total",
        "Confirmed",
        "Probable",
        "Sites",
    )
    for row in rows:
        members = [device for device in found if maker_name(device) == row.maker]
        bands = Counter(device.maker.band for device in members if device.maker is not None)
        known = row.maker != UNKNOWN
        yield (
            row.maker if known else "not identified",
            row.country or "",
            f"{row.cameras - row.other_brands:,}" if known else "",
            f"{row.other_brands:,}" if known else "",
            f"{row.cameras:,}",
            f"{bands[Band.CONFIRMED]:,}" if known else "",
            f"{bands[Band.PROBABLE]:,}" if known else "",
            f"{len({device.site or NO_SITE for device in members}):,}",
        )
    other = Counter(brand for device in found if (brand := other_brand(device)) is not None)
    yield ("All", "", "", f"{sum(other.values()):,}", f"{len(found):,}", "", "", "")


def _limits(run: Run) -> Iterator[str]:
    yield (
        "Analogue cameras behind recorders, devices powered off, and networks outside the scope are"
        " not counted."
    )
    coverage = run.coverage
    if coverage.targets:
        yield (
            f"{coverage.answered:,} of {coverage.targets:,} addresses in scope answered;"
            f" {len(run.devices):,} devices were seen, whatever they are."
        )
    unclassed = sum(
        1
        for device in run.devices
        if device.class_ is not None
        and device.class_.value == DeviceClass.CAMERA
        and not device.class_.band.reaches(Band.PROBABLE)
    )
    if unclassed:
        what = _noun(unclassed, "a camera", "cameras")
        yield f"{_number(unclassed, 'device')} may be {what}, which is not certain; not counted."
    yield from _subnets(coverage)
    if run.run.scope.exclude:
        yield f"Left out of the scope: {_listed(run.run.scope.exclude, _MOST_SCOPE)}."
    if run.run.status is RunStatus.PARTIAL:
        yield "The scan ended before everything in scope was asked."
    yield (
        "The country is that of the maker's head office; where a unit was made cannot be seen from"
        " the network. A brand is the name on the box, a maker who made the electronics."
    )


def _subnets(coverage: Coverage) -> Iterator[str]:
    silent = [one for one in coverage.subnets if one.state is not SubnetState.ANSWERED]
    if not coverage.subnets:
        return
    if not silent:
        yield f"All {_number(len(coverage.subnets), 'subnet')} in scope answered."
        return
    yield (
        f"{len(silent):,} of {len(coverage.subnets):,} subnets were not reached, or not wholly, and"
        f" what is there is not counted: {_listed(map(_subnet, silent), _MOST_SUBNETS)}."
    )


def _subnet(subnet: Subnet) -> str:
    where = f"{subnet.cidr} ({subnet.site})" if subnet.site else subnet.cidr
    return f"{where} {subnet.state}"


def _method(run: Run) -> Iterator[str]:
    info, data = run.run, run.tool.data
    yield (
        f"Scanned from {info.started:%Y-%m-%d %H:%M} to {info.ended:%Y-%m-%d %H:%M} UTC with"
        f" camscan {run.tool.version}, identification data {data.version} of {data.date}; run"
        f" {info.id}."
    )
    done = [one.name for one in run.coverage.methods if one.status is not MethodStatus.SKIPPED]
    if done:
        yield f"Methods: {_listed(dict.fromkeys(done), 30)}."
    yield (
        "camscan asks a device only what it tells without a login. No password was tried, no"
        " picture or video was opened, and nothing was changed."
    )
    if any(name.startswith("nmap") for name in done):
        yield "Devices that stayed unknown were also asked by nmap, with probes of its own."
    if info.authorised_by is not None:
        reference = f", {info.authorised_by.reference}" if info.authorised_by.reference else ""
        yield f"Authorised by {info.authorised_by.name}{reference}."
    else:
        yield f"{NOT_RECORDED[0].upper()}{NOT_RECORDED[1:]}."


def _scope(run: Run) -> str:
    scope = run.run.scope
    return _listed(scope.targets or scope.sources, _MOST_SCOPE) or "recorded answers"


def _listed(texts: Iterable[str], most: int) -> str:
    every = list(texts)
    shown = ", ".join(every[:most])
    return shown if len(every) <= most else f"{shown} and {len(every) - most:,} more"


def _noun(number: int, one: str, many: str) -> str:
    return one if number == 1 else many


def _number(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
