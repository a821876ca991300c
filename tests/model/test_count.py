"""Counting."""

from __future__ import annotations

import msgspec
import pytest

from camscan.model.count import class_of, count, is_camera, is_equipment, made_by
from camscan.model.identity import Band, Claim, DeviceClass
from camscan.model.run import Run


def test_recorders_stand_apart_and_possible_cameras_are_not_counted(sample_run: Run) -> None:
    totals = count(sample_run.devices)
    assert (totals.cameras, totals.recorders, totals.others) == (1, 1, 1)


@pytest.mark.parametrize("kind", list(DeviceClass))
@pytest.mark.parametrize("band", list(Band))
def test_every_class_and_band(sample_run: Run, kind: DeviceClass, band: Band) -> None:
    device = msgspec.structs.replace(sample_run.devices[0], class_=Claim(value=kind, band=band))
    counted = band in {Band.CONFIRMED, Band.PROBABLE}
    assert class_of(device) is (kind if counted else None)
    assert is_camera(device) is (counted and kind is DeviceClass.CAMERA)
    equipment = {"camera", "recorder", "encoder", "intercom"}
    assert is_equipment(device) is (counted and kind.value in equipment)
    totals = count([device])
    assert sum(msgspec.structs.astuple(totals)) == 1


def test_a_possible_maker_made_nothing(sample_run: Run) -> None:
    device = sample_run.devices[0]
    assert made_by(device, "hikvision")
    assert not made_by(device, "dahua")
    assert device.maker is not None
    weak = msgspec.structs.replace(device.maker, band=Band.POSSIBLE)
    assert not made_by(msgspec.structs.replace(device, maker=weak), "hikvision")
    assert not made_by(sample_run.devices[2], "hikvision")
