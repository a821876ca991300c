"""`misplaced-camera`: a camera or recorder is in a network where, by your word, none belongs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from camscan.config import NetworkConfig
from camscan.egress.event import device_name
from camscan.findings.networks import Networks, is_equipment
from camscan.findings.unchecked import skips_of
from camscan.model.coverage import Skip
from camscan.model.device import Device
from camscan.model.finding import Finding, Severity, finding_id
from camscan.model.run import Run

_WRITE = (
    "no [[networks]] of camscan.toml says where cameras belong: write name, cidr, and cameras ="
    ' "none" or "expected" (0.0.0.0/0 with "none" and narrower ones with "expected" name all)'
)


class MisplacedCamera:
    """One finding per device; `medium`. The narrowest CIDR that holds its address counts."""

    id = "misplaced-camera"

    def __init__(self, networks: Sequence[NetworkConfig] = ()) -> None:
        self._networks = Networks(networks, lambda one: one.cameras is not None)

    def findings(self, run: Run) -> Iterable[Finding]:
        """Findings in the order of the devices."""
        for device in filter(is_equipment, run.devices):
            for address, network in self._of(device):
                if network is not None and network.cameras == "none":
                    yield self._finding(device, address, network)
                    break

    def _finding(self, device: Device, address: str, network: NetworkConfig) -> Finding:
        return Finding(
            id=finding_id(self.id, device.id, network.name),
            rule=self.id,
            severity=Severity.MEDIUM,
            title=f"{device_name(device, address)} stands in a network where no camera belongs",
            device=device.id,
            detail=(
                f"{address} is in {network.name} ({network.cidr}), and [[networks]] of your"
                ' camscan.toml has cameras = "none" for it.'
            ),
            advice=(
                "Move it to the network of cameras, or, if it belongs there, say so: a narrower"
                ' [[networks]] with cameras = "expected", or one of [[exceptions]] with an owner.'
            ),
        )

    def skips(self, run: Run) -> Iterable[Skip]:
        """Without the user's word all devices; else those in no network that was spoken of."""
        if not self._networks:
            return (Skip(subject="camscan.toml", what=self.id, reason=_WRITE),)
        return skips_of(
            self.id,
            (
                ("no [[networks]] of camscan.toml holds its address", device)
                for device in filter(is_equipment, run.devices)
                if all(network is None for _, network in self._of(device))
            ),
        )

    def _of(self, device: Device) -> Iterator[tuple[str, NetworkConfig | None]]:
        return ((address, self._networks.of(address)) for address in device.addresses)
