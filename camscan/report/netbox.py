"""Import files for NetBox 4.2 and newer, in one ZIP archive.

Headers are those of NetBox's import forms (netbox/dcim/forms/bulk_import.py and
netbox/ipam/forms/bulk_import.py, and the "Field Options" of each import page). Its manual
(docs/getting-started/populating-data.md, "Bulk Import") says that device types come as YAML, the
rest as CSV, choices by their key, and that rows without an `id` are created.
"""

from __future__ import annotations

import csv
import io
import ipaddress
import re
import zipfile
from collections.abc import Iterable, Sequence

import msgspec
from msgspec import Struct

from camscan.model.count import class_of
from camscan.model.device import Device
from camscan.model.identity import DeviceClass
from camscan.model.run import Run
from camscan.report.escape import cell, plain
from camscan.report.interface import ReportInput
from camscan.report.tally import UNKNOWN, maker_name

name = "netbox"
summary = "import files for NetBox 4.2 and newer (ZIP)"

# In the order of import: each file names only what stands in those before it.
HEADERS = {
    "1-sites.csv": ("name", "slug", "status"),
    "2-manufacturers.csv": ("name", "slug"),
    "4-device-roles.csv": ("name", "slug", "color", "vm_role"),
    "5-devices.csv": (
        "name",
        "role",
        "manufacturer",
        "device_type",
        "serial",
        "status",
        "site",
        "description",
    ),
    "6-interfaces.csv": ("device", "name", "type"),
    "7-mac-addresses.csv": ("mac_address", "device", "interface"),
    "8-ip-addresses.csv": ("address", "status", "device", "interface", "is_primary"),
}
TYPES = "3-device-types.yaml"

_INTERFACE = "eth0"
_NO_SITE = "camscan"
_UNKNOWN_MODEL = "unknown model"
_COLORS = {
    DeviceClass.CAMERA: "2196f3",
    DeviceClass.RECORDER: "9c27b0",
    DeviceClass.ENCODER: "009688",
    DeviceClass.INTERCOM: "ff9800",
}
_MOMENT = (1980, 1, 1, 0, 0, 0)


class _Item(Struct, frozen=True):
    """A counted device with the names NetBox gets: `site`, `maker`, `model` and its own."""

    device: Device
    kind: DeviceClass
    name: str
    site: str
    maker: str
    model: str


def render(source: ReportInput) -> bytes:
    """The archive; equal runs give equal bytes. Other devices than cameras, recorders, encoders
    and intercoms at probable or above are left out."""
    run = source.run
    items = _items(run)
    tables: dict[str, list[Sequence[str]]] = {name: [] for name in HEADERS}
    tables["1-sites.csv"] = [
        (site, slug, "active") for site, slug in _slugs(item.site for item in items).items()
    ]
    makers = _slugs(item.maker for item in items)
    tables["2-manufacturers.csv"] = list(makers.items())
    kinds = dict.fromkeys(item.kind for item in items)
    tables["4-device-roles.csv"] = [
        (kind.value.capitalize(), kind.value, _COLORS[kind], "false") for kind in kinds
    ]
    prefix = _prefixes(run)
    for item in items:
        _add(tables, item, prefix)
    files = {file: _csv(HEADERS[file], rows) for file, rows in tables.items()}
    files[TYPES] = _types(items, makers)
    return _archive(files)


def _items(run: Run) -> list[_Item]:
    taken: set[str] = set()
    items = []
    for device in run.devices:
        kind = class_of(device)
        if kind is None or kind not in _COLORS:
            continue
        maker = maker_name(device)
        model = _cut(device.model.value if device.model is not None else _UNKNOWN_MODEL, 100)
        name = _cut(f"{kind}-{device.label}", 64)
        if name in taken:
            name = _cut(f"{kind}-{device.id}", 64)
        taken.add(name)
        items.append(
            _Item(
                device=device,
                kind=kind,
                name=name,
                site=_cut(device.site or _NO_SITE, 100),
                maker=_cut("Unknown" if maker == UNKNOWN else maker, 100),
                model=model or _UNKNOWN_MODEL,
            )
        )
    return items


def _add(tables: dict[str, list[Sequence[str]]], item: _Item, prefix: _Prefix) -> None:
    device = item.device
    tables["5-devices.csv"].append(
        (
            item.name,
            item.kind.value.capitalize(),
            item.maker,
            item.model,
            _cut(device.serial or "", 50),
            "active",
            item.site,
            _description(device),
        )
    )
    if device.mac is None and not device.addresses:
        return
    tables["6-interfaces.csv"].append((item.name, _INTERFACE, "other"))
    if device.mac is not None:
        tables["7-mac-addresses.csv"].append((device.mac, item.name, _INTERFACE))
    first: set[int] = set()
    for address in device.addresses:
        bits = prefix.of(address)
        if bits is None:
            continue
        version, length = bits
        primary = "false" if version in first else "true"
        first.add(version)
        tables["8-ip-addresses.csv"].append(
            (f"{address}/{length}", "active", item.name, _INTERFACE, primary)
        )


def _description(device: Device) -> str:
    """Brand and firmware, with how far maker and class may be relied on."""
    parts = [f"{device.brand.name}"] if device.brand is not None else []
    parts += [f"firmware {device.firmware.value}"] if device.firmware is not None else []
    parts += [f"maker {device.maker.band}"] if device.maker is not None else []
    return _cut(", ".join([*parts, f"camscan {device.id}"]), 200)


class _Prefix:
    """Prefix lengths of the subnets that were scanned; an address elsewhere stands alone."""

    def __init__(self, networks: Iterable[ipaddress.IPv4Network | ipaddress.IPv6Network]) -> None:
        lengths = sorted({(net.version, net.prefixlen) for net in networks}, reverse=True)
        self._networks = {
            (net.version, net.prefixlen, int(net.network_address)) for net in networks
        }
        self._lengths = lengths

    def of(self, address: str) -> tuple[int, int] | None:
        """Version and prefix length, or None for what is no address."""
        try:
            parsed = ipaddress.ip_address(address)
        except ValueError:
            return None
        whole = parsed.max_prefixlen
        for version, length in self._lengths:
            if version == parsed.version:
                base = int(parsed) >> (whole - length) << (whole - length)
                if (version, length, base) in self._networks:
                    return version, length
        return parsed.version, whole


def _prefixes(run: Run) -> _Prefix:
    networks = []
    for subnet in run.coverage.subnets:
        try:
            networks.append(ipaddress.ip_network(subnet.cidr, strict=False))
        except ValueError:
            continue
    return _Prefix(networks)


def _types(items: Iterable[_Item], makers: dict[str, str]) -> bytes:
    """One YAML document a type; JSON text is YAML, so that no value can be read as another."""
    models = dict.fromkeys((item.maker, item.model) for item in items)
    taken: set[str] = set()
    documents = []
    for maker, model in models:
        slug = _free(f"{makers[maker]}-{_slug(model)}"[:90], taken)
        document = {
            "manufacturer": maker,
            "model": model,
            "slug": slug,
            "u_height": 0,
            "is_full_depth": False,
        }
        documents.append(msgspec.json.encode(document).decode() + "\n")
    return "---\n".join(["", *documents]).encode() if documents else b""


def _slugs(names: Iterable[str]) -> dict[str, str]:
    taken: set[str] = set()
    return {name: _free(_slug(name)[:90], taken) for name in dict.fromkeys(names)}


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9_]+", "-", text.lower()).strip("-") or "unnamed"


def _free(slug: str, taken: set[str]) -> str:
    found, number = slug, 2
    while found in taken:
        found, number = f"{slug}-{number}", number + 1
    taken.add(found)
    return found


def _cut(text: str, limit: int) -> str:
    """A value that is the same in every file, formulas defused."""
    return cell(plain(text.strip(), limit - 1))


def _csv(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(headings)
    writer.writerows(rows)
    return buffer.getvalue().encode()


def _archive(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(files):
            info = zipfile.ZipInfo(file, date_time=_MOMENT)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, files[file])
    return out.getvalue()
