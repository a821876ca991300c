"""`vendor-cloud`: a maker's cloud is called, and your policy does not permit makers' clouds."""

from __future__ import annotations

from collections.abc import Iterable

from camscan.egress.event import device_name
from camscan.egress.reason import Code, text_of
from camscan.findings.naming import blocking_rule, destination_name, location_suffix
from camscan.model.conversation import Conversation, Verdict
from camscan.model.finding import Finding, Severity, finding_id
from camscan.model.run import Run

_LONGEST_LIST = 4


class VendorCloud:
    """One finding per device and destination, only where `vendor_cloud = "deny"` is set."""

    id = "vendor-cloud"

    def findings(self, run: Run) -> Iterable[Finding]:
        """Findings in the order of the first contact."""
        devices = {device.id: device for device in run.devices}
        groups: dict[tuple[str, str], list[Conversation]] = {}
        for one in run.conversations:
            denied = text_of(one.reasons, Code.CLOUD_DENIED) is not None
            if one.verdict is Verdict.VENDOR_CLOUD and denied:
                key = (one.device or one.address, destination_name(one))
                groups.setdefault(key, []).append(one)
        for (who, subject), group in groups.items():
            device = devices.get(who)
            listed = text_of(group[0].reasons, Code.LISTED) or ""
            peers = list(dict.fromkeys(one.peer for one in group if one.peer is not None))
            rules = "; ".join(
                blocking_rule(group[0].address, peer) for peer in peers[:_LONGEST_LIST]
            )
            advice = (
                "Switch the cloud service off in the device's settings, or allow it in"
                " [[egress.allow]] with reason and owner."
            )
            yield Finding(
                id=finding_id(self.id, device.id if device is not None else None, subject),
                rule=self.id,
                severity=Severity.MEDIUM,
                title=f"{device_name(device, group[0].address)} was seen to contact its maker's"
                f" cloud {subject}{location_suffix(group)}",
                device=device.id if device is not None else None,
                detail=f'{listed}; vendor_cloud = "deny" in your policy.',
                advice=f"{advice} To block: {rules}" if rules else advice,
                evidence=tuple(one.id for one in group),
            )
