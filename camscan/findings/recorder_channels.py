"""`recorder-channels`: a recorder beside cameras: whether the cameras behind it are seen."""

from __future__ import annotations

import ipaddress
from collections import defaultdict
from collections.abc import Iterable

from camscan.egress.event import device_name
from camscan.model.count import class_of, is_camera
from camscan.model.device import Device
from camscan.model.finding import Finding, Severity, finding_id
from camscan.model.identity import DeviceClass
from camscan.model.run import Run


class RecorderChannels:
    """One finding per recorder, `info`: channels and cameras are counted apart, for a channel may
    be a camera that is counted already, one that is not on the network, or free."""

    id = "recorder-channels"

    def findings(self, run: Run) -> Iterable[Finding]:
        """Findings in the order of the devices."""
        cameras: dict[str, int] = defaultdict(int)
        recorders: dict[str, list[Device]] = defaultdict(list)
        for device in run.devices:
            if is_camera(device):
                cameras[place_of(device)] += 1
            elif class_of(device) is DeviceClass.RECORDER:
                recorders[place_of(device)].append(device)
        for device in run.devices:
            if class_of(device) is DeviceClass.RECORDER:
                place = place_of(device)
                yield self._finding(device, place, cameras[place], recorders[place])

    def _finding(
        self, device: Device, place: str, cameras: int, recorders: list[Device]
    ) -> Finding:
        name = device_name(device, device.addresses[0] if device.addresses else device.id)
        channels = device.channels
        said = _number(channels.value, "channel") if channels is not None else "channels unknown"
        told = [one.channels.value for one in recorders if one.channels is not None]
        parts = [
            f"{said[0].upper()}{said[1:]}"
            + (f" ({channels.band}, by {channels.source})" if channels is not None else "")
            + f"; {_number(cameras, 'camera')} and {_number(len(recorders), 'recorder')} were seen"
            f" in {place}.",
            _behind(cameras, sum(told), whole=len(told) == len(recorders))
            if channels is not None
            else "Whether cameras stand behind it is not known: it did not say.",
            "A channel may be a camera that is counted, one that is not on the network, or free:"
            " channels are never added to cameras.",
        ]
        return Finding(
            id=finding_id(self.id, device.id, ""),
            rule=self.id,
            severity=Severity.INFO,
            title=f"{name}: {said}, {_number(cameras, 'camera')} seen beside it",
            device=device.id,
            detail=" ".join(parts),
            advice=(
                "Compare with the list of channels in the recorder's own settings. Cameras in a"
                " network of the recorder's own, or analogue ones, are found only there."
            ),
        )


def _behind(cameras: int, channels: int, *, whole: bool) -> str:
    if not cameras:
        return "None of its cameras was seen: they are behind it, analogue, or off."
    if cameras >= channels and whole:
        return "As many cameras as channels were seen: its cameras may be among them."
    if cameras >= channels:
        return "Its cameras may be among those that were seen; another recorder told no number."
    return (
        f"At most {cameras:,} of {channels:,} channels can be cameras that were seen; at least"
        f" {channels - cameras:,} are free, or cameras behind it that are in no total."
    )


def place_of(device: Device) -> str:
    """Where a recorder's cameras are looked for: its site, else its /24 (IPv6: /64)."""
    if device.site is not None:
        return device.site
    if not device.addresses:
        return "no network"
    address = ipaddress.ip_address(device.addresses[0].partition("%")[0])
    prefix = 24 if address.version == 4 else 64
    return str(ipaddress.ip_network(f"{address}/{prefix}", strict=False))


def _number(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
