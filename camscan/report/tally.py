"""Totals over a run that several formats print: by maker, by site, by class."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from msgspec import Struct

from camscan.model.count import Totals, count, is_camera
from camscan.model.coverage import SubnetState
from camscan.model.device import Device
from camscan.model.identity import Band
from camscan.model.run import Run

UNKNOWN = "unknown"
NO_SITE = "no site"


class MakerRow(Struct, frozen=True, kw_only=True):
    """Cameras of one maker; `other_brands` of them carry another firm's or a sub-brand's name."""

    maker: str
    country: str | None
    cameras: int
    other_brands: int
    brands: tuple[tuple[str, int], ...]


class SiteRow(Struct, frozen=True, kw_only=True):
    """Devices of one site and the subnets from which nothing came."""

    site: str
    totals: Totals
    not_reached: tuple[str, ...]


def cameras(run: Run) -> tuple[Device, ...]:
    """The devices counted as cameras."""
    return tuple(device for device in run.devices if is_camera(device))


def maker_name(device: Device) -> str:
    """The maker at probable or above, else `unknown`."""
    claim = device.maker
    return claim.name if claim is not None and claim.band.reaches(Band.PROBABLE) else UNKNOWN


def other_brand(device: Device) -> str | None:
    """The brand's name when it is known and is not the maker's own name."""
    maker, brand = device.maker, device.brand
    if maker is None or brand is None or not brand.band.reaches(Band.POSSIBLE):
        return None
    return brand.name if brand.id != maker.id else None


def by_maker(devices: Iterable[Device]) -> tuple[MakerRow, ...]:
    """One row a maker, most cameras first, unknown last."""
    groups: dict[str, list[Device]] = defaultdict(list)
    for device in devices:
        groups[maker_name(device)].append(device)
    rows = [_maker_row(name, members) for name, members in groups.items()]
    return tuple(sorted(rows, key=lambda row: (row.maker == UNKNOWN, -row.cameras, row.maker)))


def _maker_row(name: str, members: list[Device]) -> MakerRow:
    brands = Counter(brand for device in members if (brand := other_brand(device)) is not None)
    country = None
    if name != UNKNOWN:
        country = next((d.maker.country for d in members if d.maker is not None), None)
    return MakerRow(
        maker=name,
        country=country,
        cameras=len(members),
        other_brands=sum(brands.values()),
        brands=tuple(sorted(brands.items())),
    )


def by_site(run: Run) -> tuple[SiteRow, ...]:
    """One row a site in the order of the coverage; devices of no site come last."""
    names = list(dict.fromkeys(subnet.site or NO_SITE for subnet in run.coverage.subnets))
    groups: dict[str, list[Device]] = {name: [] for name in names}
    for device in run.devices:
        groups.setdefault(device.site or NO_SITE, []).append(device)
    silent: dict[str, list[str]] = defaultdict(list)
    for subnet in run.coverage.subnets:
        if subnet.state is not SubnetState.ANSWERED:
            silent[subnet.site or NO_SITE].append(subnet.cidr)
    return tuple(
        SiteRow(site=name, totals=count(members), not_reached=tuple(silent[name]))
        for name, members in groups.items()
    )
