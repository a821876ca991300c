"""The one place where cameras are counted."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from camscan.model.device import Device
from camscan.model.identity import Band, DeviceClass

_CLASSES = {kind.value: kind for kind in DeviceClass}
"""Asked for each device many times: the enumeration itself takes its time."""
_COUNTED = frozenset(band for band in Band if band.reaches(Band.PROBABLE))
_EQUIPMENT = frozenset(
    {DeviceClass.CAMERA, DeviceClass.RECORDER, DeviceClass.ENCODER, DeviceClass.INTERCOM}
)


class Totals(Struct, frozen=True, kw_only=True):
    """Devices by class; `cameras` never includes recorders, encoders or intercoms."""

    cameras: int
    recorders: int
    encoders: int
    intercoms: int
    others: int


def class_of(device: Device) -> DeviceClass | None:
    """The class at `probable` or above, else None: what is only possible is not counted."""
    claim = device.class_
    if claim is None or claim.band not in _COUNTED:
        return None
    return _CLASSES.get(claim.value) or DeviceClass(claim.value)


def is_camera(device: Device) -> bool:
    """True for class camera at `probable` or above."""
    return class_of(device) is DeviceClass.CAMERA


def is_equipment(device: Device) -> bool:
    """True for cameras, recorders, encoders and intercoms at `probable` or above; a management
    server may stand anywhere and call anybody."""
    return class_of(device) in _EQUIPMENT


def made_by(device: Device, maker: str) -> bool:
    """True when the maker is `maker` at `probable` or above."""
    claim = device.maker
    return claim is not None and claim.id == maker and claim.band.reaches(Band.PROBABLE)


def count(devices: Iterable[Device]) -> Totals:
    """Totals over `devices` by the counting rule of the run contract."""
    tally = dict.fromkeys(DeviceClass, 0)
    unclassed = 0
    for device in devices:
        found = class_of(device)
        if found is None:
            unclassed += 1
        else:
            tally[found] += 1
    return Totals(
        cameras=tally[DeviceClass.CAMERA],
        recorders=tally[DeviceClass.RECORDER],
        encoders=tally[DeviceClass.ENCODER],
        intercoms=tally[DeviceClass.INTERCOM],
        others=tally[DeviceClass.VMS] + tally[DeviceClass.OTHER] + unclassed,
    )
