"""Devices as a table for a terminal, with nothing else of the run."""

from __future__ import annotations

import io

from rich.text import Text

from camscan.inventory.overrides import told
from camscan.model.count import count
from camscan.report.console import report_console
from camscan.report.escape import plain
from camscan.report.interface import ReportInput
from camscan.report.table import device_table


def device_list(source: ReportInput) -> bytes:
    """The table, and how many devices and cameras it has."""
    buffer = io.StringIO()
    console = report_console(buffer, color=source.color, width=source.width)
    devices = source.run.devices
    if devices:
        console.print(device_table(source.run))
    for device in devices:
        for word in device.words:
            console.print(Text(plain(f"{device.label}: {told(word)}", 500)))
    cameras = count(devices).cameras
    noun = "device" if len(devices) == 1 else "devices"
    console.print(
        Text(f"{len(devices):,} {noun}, {cameras:,} counted as cameras; run {source.run.run.id}.")
    )
    return buffer.getvalue().encode()
