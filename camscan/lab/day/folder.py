"""The day in a folder: every source, the inventory, the policy, and what has to be found."""

from __future__ import annotations

import datetime
from pathlib import Path

import msgspec

from camscan.lab.day.dnsmasq import write_dnsmasq
from camscan.lab.day.exchange import Day
from camscan.lab.day.filterlog import write_filterlog
from camscan.lab.day.inventory import inventory
from camscan.lab.day.netflow import write_netflow
from camscan.lab.day.pcap import write_pcap
from camscan.lab.day.story import VMS, tell
from camscan.lab.day.zeek import write_zeek
from camscan.lab.estate import Estate
from camscan.lab.lab import config_text


class DayFolder(msgspec.Struct, frozen=True):
    """Where everything of the day is; `netflow` None: nfpcapd is not installed here."""

    day: Day
    pcap: Path
    zeek: Path
    netflow: Path | None
    filterlog: Path
    dnsmasq: Path
    inventory: Path
    config: Path
    truth: Path


def write_day(folder: Path, estate: Estate, base: str, date: datetime.date) -> DayFolder:
    """Write the day of `date` (UTC) into `folder`, which is made. Raises LocalFaultError
    when nfpcapd fails, OSError when the folder cannot be written."""
    day = tell(estate, base, date)
    folder.mkdir(parents=True, exist_ok=True)
    made = DayFolder(
        day=day,
        pcap=folder / "day.pcap",
        zeek=folder / "zeek",
        netflow=folder / "netflow",
        filterlog=folder / "filterlog.log",
        dnsmasq=folder / "dnsmasq.log",
        inventory=folder / "inventory.json",
        config=folder / "camscan.toml",
        truth=folder / "truth.json",
    )
    made.zeek.mkdir(exist_ok=True)
    write_pcap(made.pcap, day.exchanges)
    write_zeek(made.zeek, day)
    flows = write_netflow(folder / "netflow", made.pcap)
    write_filterlog(made.filterlog, day)
    write_dnsmasq(made.dnsmasq, day)
    made.inventory.write_bytes(_pretty(inventory(estate, base, date)))
    made.config.write_text(config_text(estate, base) + _POLICY, encoding="utf-8")
    made.truth.write_bytes(_pretty(_truth(day)))
    return made if flows else msgspec.structs.replace(made, netflow=None)


_POLICY = f"""
[[egress.allow]]
destination = "{VMS.name.partition(".")[2]}"
class = "camera"
port = {VMS.port}
reason = "the video service that the council has bought"
owner = "facilities"
"""


def _truth(day: Day) -> list[dict[str, str]]:
    """What is unexpected, and nothing else is."""
    return [
        {"device": device, "destination": destination, "purpose": purpose}
        for (device, destination), purpose in sorted(day.planted.items())
    ]


def _pretty(value: object) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=1) + b"\n"
