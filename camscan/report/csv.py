"""One device a row, safe to open in a spreadsheet."""

from __future__ import annotations

from camscan.model.count import class_of
from camscan.model.device import Device
from camscan.model.identity import Claim, EntityClaim
from camscan.report.escape import csv_row
from camscan.report.interface import ReportInput

name = "csv"
summary = "one device a row (RFC 4180, no formulas)"

COLUMNS = (
    "id",
    "address",
    "other_addresses",
    "mac",
    "site",
    "counted_as",
    "class",
    "class_band",
    "maker",
    "maker_country",
    "maker_band",
    "brand",
    "brand_band",
    "platform",
    "model",
    "firmware",
    "firmware_build",
    "serial",
    "channels",
    "open_ports",
    "alternatives",
)


def render(source: ReportInput) -> bytes:
    """RFC 4180 with CRLF line ends and one header row."""
    rows = map(_row, source.run.devices)
    return "".join(map(csv_row, (COLUMNS, *rows))).encode()


def _row(device: Device) -> list[str]:
    firmware = device.firmware
    return [
        device.id,
        device.addresses[0] if device.addresses else "",
        " ".join(device.addresses[1:]),
        device.mac or "",
        device.site or "",
        class_of(device) or "not counted",
        *_claim(device.class_),
        device.maker.name if device.maker else "unknown",
        (device.maker.country or "") if device.maker else "",
        device.maker.band if device.maker else "unknown",
        *_entity(device.brand),
        device.platform.value if device.platform else "",
        device.model.value if device.model else "",
        firmware.value if firmware else "",
        (firmware.build or "") if firmware else "",
        device.serial or "",
        str(device.channels.value) if device.channels else "",
        " ".join(f"{p.port}/{p.transport}" for p in device.ports if p.status == "open"),
        "; ".join(device.alternatives),
    ]


def _claim(claim: Claim | None) -> tuple[str, str]:
    return (claim.value, claim.band) if claim else ("unknown", "unknown")


def _entity(claim: EntityClaim | None) -> tuple[str, str]:
    return (claim.name, claim.band) if claim else ("unknown", "unknown")
