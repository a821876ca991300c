"""What a rule about devices could not check: one Skip for each reason, not one for each device."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from camscan.model.count import class_of
from camscan.model.coverage import Skip
from camscan.model.device import Device
from camscan.model.identity import DeviceClass
from camscan.model.run import Run

_OTHER = DeviceClass.OTHER  # a look into the enumeration takes longer


def watched(run: Run) -> Iterator[Device]:
    """Devices that rules about makers and firmware look at: all but those of class `other`."""
    return (device for device in run.devices if class_of(device) is not _OTHER)


def is_video(device: Device) -> bool:
    """True for a class that surveillance has: only for those is an unknown maker worth a Skip."""
    found = class_of(device)
    return found is not None and found is not _OTHER


def skips_of(rule: str, reasons: Iterable[tuple[str, Device]]) -> Iterator[Skip]:
    """One Skip for each reason, with its addresses."""
    groups: dict[str, list[Device]] = {}
    for reason, device in reasons:
        groups.setdefault(reason, []).append(device)
    for reason, group in groups.items():
        names = [each.label for each in group]
        # All of them: a report about one device has to know whether it was checked.
        listed = ", ".join(names)
        subject = "1 device" if len(group) == 1 else f"{len(group):,} devices"
        yield Skip(subject=subject, what=rule, reason=f"{reason}: {listed}")
