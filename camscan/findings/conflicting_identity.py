"""`conflicting-identity`: what a device said names two makers, and neither is far ahead."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from camscan.egress.event import device_name
from camscan.findings.evidence import quoted, seen
from camscan.findings.unchecked import watched
from camscan.model.device import Device
from camscan.model.finding import Finding, Severity, finding_id
from camscan.model.identity import EntityClaim, Rival
from camscan.model.run import Run

CONFLICT = "maker"
"""`what` of the Skip by which matching tells that one field names two makers at once."""
_MOST_VALUES = 4


class ConflictingIdentity:
    """One finding per device, with the evidence of both sides.

    `medium` where one field of one port names two makers at once, which a honeypot, a proxy or two
    devices behind one address do; `low` where another maker comes close to the one that leads.
    """

    id = "conflicting-identity"

    def findings(self, run: Run) -> Iterable[Finding]:
        """Findings in the order of the devices."""
        told = {skip.subject: skip.reason for skip in run.coverage.skips if skip.what == CONFLICT}
        for device in watched(run):
            names = (device.id, *device.addresses)
            reason = next((told[name] for name in names if name in told), None)
            if reason is not None:
                yield self._at_once(device, reason)
            elif device.maker is not None and (close := close_rivals(device.maker)):
                yield self._rivals(device, device.maker, close)

    def _at_once(self, device: Device, reason: str) -> Finding:
        field = reason.partition(" ")[0]
        held = [item for item in device.evidence if item.field == field]
        values = ", ".join(map(quoted, held[:_MOST_VALUES]))
        return self._finding(
            device,
            Severity.MEDIUM,
            "one answer names two makers",
            f"{reason}" + (f": {values}." if values else "."),
            tuple(item.id for item in held),
        )

    def _rivals(self, device: Device, maker: EntityClaim, close: list[Rival]) -> Finding:
        sides = [f"{maker.name} ({maker.band}) by {seen(device, maker.evidence)}"]
        sides += [f"{each.value} ({each.band}) by {seen(device, each.evidence)}" for each in close]
        ids = (*maker.evidence, *(name for each in close for name in each.evidence))
        others = ", ".join(each.value for each in close)
        return self._finding(
            device,
            Severity.LOW,
            f"said to be of {maker.name}, and nearly as much says {others}",
            "; ".join(sides) + ".",
            tuple(dict.fromkeys(ids)),
        )

    def _finding(
        self, device: Device, severity: Severity, said: str, detail: str, evidence: tuple[str, ...]
    ) -> Finding:
        name = device_name(device, device.addresses[0] if device.addresses else device.id)
        return Finding(
            id=finding_id(self.id, device.id, ""),
            rule=self.id,
            severity=severity,
            title=f"{name}: {said}",
            device=device.id,
            detail=detail,
            advice=(
                "Look whether two devices answer at this address (address translation, a recorder"
                " that passes its cameras through), or whether it is made to look like many. What"
                " it truly is can be written down with camscan set DEVICE maker=ID; camscan"
                " explain DEVICE shows every rule that spoke."
            ),
            evidence=evidence,
        )


def close_rivals(maker: EntityClaim) -> list[Rival]:
    """Rivals as strong as the leader's band, which a rival lowers where it is close."""
    return list(_close(maker))


def _close(maker: EntityClaim) -> Iterator[Rival]:
    for rival in maker.rivals:
        if rival.band.reaches(maker.band) and rival.value != maker.id:
            yield rival
