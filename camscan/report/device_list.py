"""Devices as a table for a terminal, with nothing else of the run."""

from __future__ import annotations

import io

from rich.console import Console
from rich.text import Text

from camscan.inventory.overrides import told
from camscan.model.count import count
from camscan.report.escape import plain
from camscan.report.interface import ReportInput
from camscan.report.table import device_table

_WIDTH = 160


def device_list(source: ReportInput) -> bytes:
    """The table, and how many devices and cameras it has."""
    buffer = io.StringIO()
    console = Console(
        file=buffer,
        width=source.width or _WIDTH,
        force_terminal=source.color,
        no_color=not source.color,
        highlight=False,
        markup=False,
        emoji=False,
    )
    devices = source.run.devices
    if devices:
        console.print(device_table(source.run))
    for device in devices:
        address = device.addresses[0] if device.addresses else device.id
        for word in device.words:
            console.print(Text(plain(f"{address}: {told(word)}", 500)))
    cameras = count(devices).cameras
    noun = "device" if len(devices) == 1 else "devices"
    console.print(
        Text(f"{len(devices):,} {noun}, {cameras:,} counted as cameras; run {source.run.run.id}.")
    )
    return buffer.getvalue().encode()
