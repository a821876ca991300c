"""Runs with judged conversations, made by hand."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest

from camscan.lists.judge import Judge
from camscan.lists.load import lists_of
from camscan.model.conversation import Conversation, Direction, Verdict
from camscan.model.coverage import Coverage
from camscan.model.device import Device, EvidenceRecord, Port
from camscan.model.identity import Band, Claim, EntityClaim, FirmwareClaim
from camscan.model.run import DataVersion, Run, RunInfo, RunStatus, ScopeRecord, Tool
from tests.inventory.conftest import keyed, scanned
from tests.shipped import shipped_data

__all__ = ["keyed", "scanned"]

AT = datetime(2026, 11, 24, 2, 13, tzinfo=UTC)
FOREIGN = (
    "not-listed: 36.110.1.1 is no known destination of Hikvision or any other maker",
    "foreign-country: 36.110.1.1 is located in CN (DB-IP, 2026-06-01); home countries: GB",
)
TOGETHER = (*FOREIGN, "fleet-start: 3 of 5 devices of Hikvision called 36.110.1.1")


def _entity(name):
    return EntityClaim(id=name.lower(), name=name, country="CN", band=Band.CONFIRMED)


@pytest.fixture(scope="session")
def make_device():
    def make(address, *, maker="Hikvision", brand=None, kind="camera", site="Ripon"):
        return Device(
            id=f"d-{address}",
            addresses=(address,),
            mac=None,
            site=site,
            class_=Claim(value=kind, band=Band.CONFIRMED) if kind else None,
            maker=_entity(maker) if maker else None,
            brand=_entity(brand) if brand else None,
            platform=None,
            model=None,
            firmware=None,
            serial=None,
        )

    return make


@pytest.fixture(scope="session")
def talk():
    def make(address, reasons=FOREIGN, *, verdict=Verdict.UNEXPECTED, number=1, **more):
        values = {
            "id": f"c-{address}-{number}", "device": f"d-{address}", "address": address,
            "peer": "36.110.1.1", "port": 8000, "protocol": "tcp", "name": None,
            "name_source": None, "country": "CN", "asn": 4134, "organisation": "Chinanet",
            "direction": Direction.OUT, "packets_out": 3, "packets_in": 2, "bytes_out": 300,
            "bytes_in": 200, "first": AT, "last": AT, "count": 1,
        }  # fmt: skip
        return Conversation(verdict=verdict, reasons=tuple(reasons), **(values | more))

    return make


@pytest.fixture(scope="session")
def make_run():
    def make(devices, conversations, findings=()):
        data = DataVersion(version="0", sha256="", date="")
        info = RunInfo(
            id="r",
            started=AT,
            ended=AT,
            status=RunStatus.COMPLETE,
            site=None,
            scope=ScopeRecord(),
            authorised_by=None,
        )
        return Run(
            tool=Tool(version="0", data=data),
            run=info,
            coverage=Coverage(),
            devices=tuple(devices),
            conversations=tuple(conversations),
            findings=tuple(findings),
        )

    return make


@pytest.fixture(scope="session")
def said():
    """A device with evidence `(field, value, method, port)`; ports: `number: (status, service)`."""

    def make(device, *told, ports=None, at=AT):
        evidence = tuple(
            EvidenceRecord(
                id=f"e{number}", field=field, value=value, method=method, port=port, at=at,
                address=device.addresses[0] if device.addresses else None,
            )
            for number, (field, value, method, port) in enumerate(told, 1)
        )  # fmt: skip
        known = tuple(
            Port(port=number, transport="tcp", service=service, status=status)
            for number, (status, service) in (ports or {}).items()
        )
        return msgspec.structs.replace(device, evidence=evidence, ports=known)

    return make


@pytest.fixture(scope="session")
def asked_for(make_run):
    """A run that asked these ports."""

    def make(devices, ports=(), **coverage):
        run = make_run(devices, [])
        scope = msgspec.structs.replace(run.run.scope, ports=tuple(ports))
        return msgspec.structs.replace(
            run,
            run=msgspec.structs.replace(run.run, scope=scope),
            coverage=msgspec.structs.replace(run.coverage, **coverage),
        )

    return make


@pytest.fixture(scope="session")
def together():
    return TOGETHER


@pytest.fixture(scope="session")
def judge():
    """The shipped lists and advisories."""
    return Judge(lists_of(shipped_data()))


@pytest.fixture(scope="session")
def make_claimed(make_device):
    """A device of known maker, brand, model and firmware; ids, not names."""
    known = shipped_data()

    def make(address, maker, brand=None, model=None, firmware=None, *, band=Band.CONFIRMED, **more):
        device = make_device(address, maker=None, **more)
        return msgspec.structs.replace(
            device,
            maker=_claimed(maker, known.makers, band),
            brand=_claimed(brand, known.brands, band),
            model=Claim(value=model, band=band, evidence=("e3",)) if model else None,
            firmware=FirmwareClaim(
                value=firmware, version=None, build=None, band=band, evidence=("e4",)
            )
            if firmware
            else None,
        )

    return make


def _claimed(name, table, band):
    if name is None:
        return None
    known = table[name]
    return EntityClaim(id=name, name=known.name, country=known.country, band=band, evidence=("e1",))
