"""Hand-made frames, devices and an inventory for the tests of this room."""

from __future__ import annotations

import importlib.util
from datetime import UTC, datetime
from pathlib import Path

import pytest

from camscan.egress.address import parse
from camscan.egress.talk import Talk
from camscan.matching.data import data_root
from camscan.matching.destination import Destination
from camscan.matching.load import load
from camscan.model.conversation import Conversation, Direction, Verdict
from camscan.model.coverage import Coverage
from camscan.model.device import Device
from camscan.model.flow import Origin
from camscan.model.identity import Band, Claim, EntityClaim
from camscan.model.run import Run, RunInfo, RunStatus, ScopeRecord, Tool


@pytest.fixture(scope="session")
def wire():
    path = Path(__file__).parent.parent / "sources" / "wire.py"
    spec = importlib.util.spec_from_file_location("camscan_test_wire", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def fingerprints():
    return load(data_root(None))


def _entity(name):
    return EntityClaim(id=name.lower(), name=name, country="CN", band=Band.CONFIRMED)


@pytest.fixture(scope="session")
def make_device():
    def make(address, kind="camera", maker="Hikvision", *, brand=None, band=Band.CONFIRMED, **more):
        return Device(
            id=f"d-{address}",
            addresses=(address, *more.pop("others", ())),
            mac=more.pop("mac", None),
            site=more.pop("site", "Ripon"),
            class_=Claim(value=kind, band=band) if kind else None,
            maker=_entity(maker) if maker else None,
            brand=_entity(brand) if brand else None,
            platform=None,
            model=None,
            firmware=None,
            serial=None,
        )

    return make


@pytest.fixture(scope="session")
def make_run(fingerprints):
    def make(*devices, targets=("10.66.0.0/16",), status=RunStatus.COMPLETE):
        now = datetime(2026, 11, 24, tzinfo=UTC)
        return Run(
            tool=Tool(version="0", data=fingerprints.version),
            run=RunInfo(
                id="inventory",
                started=now,
                ended=now,
                status=status,
                site=None,
                scope=ScopeRecord(targets=targets),
                authorised_by=None,
            ),
            coverage=Coverage(),
            devices=devices,
        )

    return make


@pytest.fixture(scope="session")
def make_destination():
    def make(maker, *domains, ports=(), purpose="registration"):
        return Destination(
            id=f"{maker}.{domains[0] if domains else ports[0]}",
            maker=maker,
            domains=domains,
            ports=ports,
            protocol="",
            purpose=purpose,
            breaks="remote viewing stops",
            source=("test",),
            examples=(),
            not_examples=(),
            note="",
            file="test.toml",
        )

    return make


@pytest.fixture(scope="session")
def make_talk(make_device):
    camera = make_device("10.66.1.10")

    def make(**more):
        peer = more.pop("peer", "36.110.1.1")
        known = {
            "id": "c0", "device": camera, "address": "10.66.1.10", "port": 443, "protocol": "tcp",
            "name": None, "name_source": None, "direction": Direction.OUT, "origin": Origin.SYN,
            "packets_out": 3, "packets_in": 2, "bytes_out": 300, "bytes_in": 200, "first": 0.0,
            "last": 1.0, "count": 1, "silent": 0, "refused": 0,
        }  # fmt: skip
        return Talk(peer=peer, peer_address=parse(peer) if peer else None, **(known | more))

    return make


@pytest.fixture(scope="session")
def make_conversation():
    def make(device, **more):
        at = datetime(2026, 11, 24, tzinfo=UTC)
        known = {
            "id": "c1", "device": device.id, "address": device.addresses[0], "peer": "192.0.2.1",
            "port": 443, "protocol": "tcp", "name": None, "name_source": None, "country": None,
            "asn": None, "organisation": None, "direction": Direction.OUT, "packets_out": 1,
            "packets_in": 1, "bytes_out": 1, "bytes_in": 1, "first": at, "last": at, "count": 1,
            "verdict": Verdict.UNEXPECTED,
        }  # fmt: skip
        return Conversation(**(known | more))

    return make
