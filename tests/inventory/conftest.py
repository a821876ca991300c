"""Devices with keys, and runs of them that asked somewhere."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from camscan.model.coverage import Coverage, Method, MethodStatus, Subnet, SubnetState
from camscan.model.device import Device, EvidenceRecord
from camscan.model.identity import Band, Claim, EntityClaim, FirmwareClaim
from camscan.model.run import RunStatus
from tests.conftest import NOW, build_sample_run


@pytest.fixture(scope="session")
def keyed():
    """A camera of Hikvision at an address, known again by what is given."""

    def make(address, *, site="Town", kind="camera", maker="hikvision", name=None, **more):
        given = {"mac.address": more.pop("mac", None), "sadp.device_sn": more.pop("serial", None)}
        given["switch.port"] = more.pop("switch", None)
        firmware = more.pop("firmware", None)
        evidence = tuple(
            EvidenceRecord(
                id=f"e{number}", field=field, value=value, method="test", port=None, at=NOW,
                address=address,
            )
            for number, (field, value) in enumerate(given.items())
            if value is not None
        )  # fmt: skip
        return Device(
            id=name or f"d{given['mac.address'] or given['sadp.device_sn'] or address}",
            addresses=(address,) if address else (),
            mac=given["mac.address"],
            site=site,
            class_=Claim(value=kind, band=Band.CONFIRMED) if kind else None,
            maker=EntityClaim(id=maker, name=maker.title(), country=None, band=Band.CONFIRMED)
            if maker
            else None,
            brand=None,
            platform=None,
            model=Claim(value="DS-2CD2032F-I", band=Band.CONFIRMED),
            firmware=FirmwareClaim(
                value=firmware, version=firmware, build=None, band=Band.CONFIRMED
            )
            if firmware
            else None,
            serial=given["sadp.device_sn"],
            evidence=evidence,
            **more,
        )

    return make


@pytest.fixture(scope="session")
def scanned():
    """A run of devices; asks 10.1.0.0/24 wholly and has no answer from 10.1.1.0/24."""

    def make(*devices, name="r", status=RunStatus.COMPLETE, subnets=None, methods=None, **scope):
        run = build_sample_run()
        if subnets is None:
            subnets = (
                Subnet(cidr="10.1.0.0/24", targets=254, answered=3, state=SubnetState.ANSWERED),
                Subnet(cidr="10.1.1.0/24", targets=254, state=SubnetState.NOT_REACHED),
            )
        if methods is None:
            methods = (Method(name="tcp-syn", status=MethodStatus.DONE),)
        held = replace(run.run.scope, **{"targets": ("10.1.0.0/23",), **scope})
        return replace(
            run,
            run=replace(run.run, id=name, status=status, scope=held),
            coverage=Coverage(targets=508, answered=3, subnets=tuple(subnets), methods=methods),
            devices=devices,
            conversations=(),
            findings=(),
        )

    return make
