"""A run of any size for the reports: devices, evidence, conversations, findings, all made up.

python -m bench.estate_run DEVICES CONVERSATIONS OUT.json
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from camscan.inventory.run_text import run_chunks
from camscan.model.conversation import Conversation, Direction, Verdict
from camscan.model.coverage import Coverage, Method, MethodStatus, Subnet, SubnetState
from camscan.model.device import Device, EvidenceRecord, Port
from camscan.model.finding import Finding, Severity, finding_id
from camscan.model.identity import Band, Claim, EntityClaim, FirmwareClaim
from camscan.model.run import DataVersion, Run, RunInfo, RunStatus, ScopeRecord, Tool

START = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
EVIDENCE = 48
"""Records a device, as the scan of the simulated district gives."""
_MAKERS = (("hikvision", "Hikvision", "CN"), ("axis", "Axis", "SE"), ("bosch", "Bosch", "DE"))
_SITES = 40
_VERDICTS = (*[Verdict.INTERNAL] * 5, *[Verdict.VENDOR_CLOUD] * 3, Verdict.EXPECTED)
_COUNTRIES = ("IE", "DE", "CN", "US", "GB", None)


def estate_run(devices: int, conversations: int) -> Run:
    """Four in five devices are cameras; one in ten has a finding."""
    made = tuple(_device(number) for number in range(devices))
    return Run(
        tool=Tool(
            version="0", data=DataVersion(version="0", sha256="0" * 64, date=f"{START:%Y-%m-%d}")
        ),
        run=RunInfo(
            id="20261101T090000Z-bench0",
            started=START,
            ended=START + timedelta(hours=1),
            status=RunStatus.COMPLETE,
            site=None,
            scope=ScopeRecord(targets=("10.0.0.0/8",)),
            authorised_by=None,
        ),
        coverage=Coverage(
            targets=_SITES * 1022,
            answered=devices,
            methods=(Method(name="tcp-syn", status=MethodStatus.DONE, answered=devices),),
            subnets=tuple(_subnet(number, devices) for number in range(_SITES)),
        ),
        devices=made,
        conversations=tuple(_talks(made, conversations)),
        findings=tuple(_finding(device) for device in made[::10]),
    )


def _subnet(number: int, devices: int) -> Subnet:
    return Subnet(
        cidr=f"10.{number}.0.0/22",
        site=f"site-{number}",
        targets=1022,
        answered=devices // _SITES,
        state=SubnetState.ANSWERED,
    )


def _device(number: int) -> Device:
    maker, name, country = _MAKERS[number % len(_MAKERS)]
    site, host = number % _SITES, number // _SITES
    address = f"10.{site}.{host // 250}.{host % 250 + 1}"
    mac = "02:00:" + ":".join(f"{byte:02x}" for byte in number.to_bytes(4, "big"))
    evidence = tuple(_evidence(number, place, address) for place in range(EVIDENCE))
    used = tuple(record.id for record in evidence[:8])
    entity = EntityClaim(id=maker, name=name, country=country, band=Band.CONFIRMED, evidence=used)
    build = f"5.{number % 9}.{number % 7}"
    return Device(
        id=f"d{number:012x}",
        addresses=(address,),
        mac=mac,
        site=f"site-{site}",
        class_=Claim(value="camera" if number % 5 else "recorder", band=Band.CONFIRMED),
        maker=entity,
        brand=entity,
        platform=Claim(value="onvif", band=Band.PROBABLE),
        model=Claim(value=f"DS-2CD{2000 + number % 300}", band=Band.CONFIRMED, evidence=used),
        firmware=FirmwareClaim(value=f"V{build}", version=build, build=None, band=Band.PROBABLE),
        serial=f"SN{number:010}",
        ports=tuple(
            Port(port=port, transport="tcp", service=None, status="open")
            for port in (80, 554, 8000)
        ),
        evidence=evidence,
    )


def _evidence(number: int, place: int, address: str) -> EvidenceRecord:
    """One value in four is of this device alone; others are shared by a model or a maker."""
    own = f"{number:06}" if place % 4 == 0 else f"{number % 300:03}"
    return EvidenceRecord(
        id=f"e{number:06x}{place:06x}",
        field=f"onvif.field-{place}",
        value=f"onvif://www.onvif.org/hardware/value-{place}-{own}",
        method=("wsd", "http", "rtsp", "onvif")[place % 4],
        port=(3702, 80, 554, 80)[place % 4],
        at=START + timedelta(seconds=number % 3600),
        address=address,
    )


def _talks(devices: tuple[Device, ...], total: int) -> Iterator[Conversation]:
    for number in range(total):
        device = devices[number % len(devices)]
        verdict = _VERDICTS[number % len(_VERDICTS)] if number % 1000 else Verdict.UNEXPECTED
        first = START + timedelta(seconds=number % 3600)
        yield Conversation(
            id=f"c{number:012x}",
            device=device.id,
            address=device.addresses[0],
            peer=f"203.{number % 113}.{number % 251}.{number % 249}",
            port=443,
            protocol="tcp",
            name=f"host-{number % 50_000}.example" if number % 3 else None,
            name_source="sni" if number % 3 else None,
            country=_COUNTRIES[number % len(_COUNTRIES)],
            asn=64500,
            organisation="Example Networks",
            direction=Direction.OUT,
            packets_out=10,
            packets_in=9,
            bytes_out=1600 + number % 5000,
            bytes_in=7000,
            first=first,
            last=first + timedelta(minutes=5),
            count=1 + number % 4,
            verdict=verdict,
            reasons=("foreign-country: located outside the home countries (made up)",),
            source="pcap",
        )


def _finding(device: Device) -> Finding:
    return Finding(
        id=finding_id("unexpected-egress", device.id, "203.0.113.1"),
        rule="unexpected-egress",
        severity=Severity.HIGH,
        title=f"camera {device.addresses[0]} was seen to try to contact 203.0.113.1",
        device=device.id,
        detail="203.0.113.1 is no known destination of any maker; " * 8,
        advice="Ask who is responsible for the device whether they know this destination. " * 4,
    )


if __name__ == "__main__":
    size, talks, path = sys.argv[1:]
    with Path(path).open("wb") as out:
        out.writelines(run_chunks(estate_run(int(size), int(talks))))
