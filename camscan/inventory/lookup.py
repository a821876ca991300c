"""One device of a run by whatever a person calls it."""

from __future__ import annotations

from camscan.errors import UsageError
from camscan.model.device import Device
from camscan.model.evidence import Evidence
from camscan.model.run import Run


def device_by_name(run: Run, name: str) -> Device:
    """The device with this id (or its unique beginning), address, MAC or serial.

    Raises UsageError when none or several fit.
    """
    wanted = name.strip().lower().replace("-", ":") if name.count("-") == 5 else name.strip()
    found = [device for device in run.devices if _fits(device, wanted)]
    if not found:
        found = [device for device in run.devices if device.id.startswith(wanted)]
    if len(found) == 1:
        return found[0]
    if found:
        ids = ", ".join(device.id for device in found[:5])
        raise UsageError(f"{name!r} fits several devices: {ids}")
    raise UsageError(f"{name!r} is no device of the run {run.run.id}: see camscan report")


def _fits(device: Device, name: str) -> bool:
    return (
        name == device.id
        or name in device.addresses
        or name.lower() == device.mac
        or name == device.serial
    )


def evidence_of(device: Device) -> tuple[Evidence, ...]:
    """The device's evidence as matching takes it."""
    return tuple(
        Evidence(
            target=item.address or device.id,
            field=item.field,
            value=item.value,
            method=item.method,
            port=item.port,
            at=item.at,
        )
        for item in device.evidence
    )
