"""How findings name devices and runs."""

from __future__ import annotations

from camscan.egress.event import device_name
from camscan.model.device import Device
from camscan.model.run import RunInfo


def name_of(device: Device) -> str:
    """`Hikvision camera 10.1.2.3 (Ripon)`."""
    return device_name(device, device.label)


def run_text(run: RunInfo) -> str:
    """`20261124T030405Z-1a2b3c of 2026-11-24 03:09 UTC`: id and end."""
    return f"{run.id} of {run.ended:%Y-%m-%d %H:%M} UTC"
