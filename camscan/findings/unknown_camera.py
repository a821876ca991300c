"""`unknown-camera`: a device is a camera, and nothing that it said tells who made it."""

from __future__ import annotations

from collections.abc import Iterable

from camscan.egress.event import device_name
from camscan.findings.evidence import seen
from camscan.lists.match import known_maker
from camscan.model.count import is_camera
from camscan.model.device import Device
from camscan.model.finding import Finding, Severity, finding_id
from camscan.model.run import Run


class UnknownCamera:
    """One finding per camera without a maker at `probable` or above; `low`."""

    id = "unknown-camera"

    def findings(self, run: Run) -> Iterable[Finding]:
        """Findings in the order of the devices."""
        for device in run.devices:
            if is_camera(device) and known_maker(device) is None:
                yield self._finding(device)

    def _finding(self, device: Device) -> Finding:
        name = device_name(device, device.addresses[0] if device.addresses else device.id)
        assert device.class_ is not None
        claim = device.maker
        possible = f" Possibly {claim.name} ({claim.band})." if claim is not None else ""
        ids = (*device.class_.evidence, *(claim.evidence if claim is not None else ()))
        return Finding(
            id=finding_id(self.id, device.id, ""),
            rule=self.id,
            severity=Severity.LOW,
            title=f"{name}: its maker is unknown",
            device=device.id,
            detail=(
                f"A camera ({device.class_.band}), by {seen(device, device.class_.evidence)}."
                f"{possible} Lists and advisories can say nothing about it."
            ),
            advice=(
                "Look at its label, or ask who installed it, and write down what it is:"
                " camscan set DEVICE maker=ID. camscan fp record keeps what it answers, so that"
                " a fingerprint can be made of it."
            ),
            evidence=tuple(dict.fromkeys(ids)),
        )
