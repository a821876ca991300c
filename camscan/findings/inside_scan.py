"""`inside-scan`: a device tried many hosts, or many ports of one, inside the network."""

from __future__ import annotations

from collections.abc import Iterable

from camscan.egress.event import device_name
from camscan.egress.reason import Code, text_of
from camscan.model.conversation import Conversation
from camscan.model.finding import Finding, Severity, finding_id
from camscan.model.run import Run


class InsideScan:
    """One finding per device, whatever it tried."""

    id = "inside-scan"

    def findings(self, run: Run) -> Iterable[Finding]:
        """Findings in the order of the first try."""
        devices = {device.id: device for device in run.devices}
        groups: dict[str, list[Conversation]] = {}
        for one in run.conversations:
            if text_of(one.reasons, Code.INSIDE_SCAN) is not None:
                groups.setdefault(one.device or one.address, []).append(one)
        for who, group in groups.items():
            device = devices.get(who)
            told = dict.fromkeys(text_of(one.reasons, Code.INSIDE_SCAN) for one in group)
            peers = list(dict.fromkeys(one.peer for one in group if one.peer is not None))
            first = min(one.first for one in group)
            yield Finding(
                id=finding_id(self.id, device.id if device is not None else None, who),
                rule=self.id,
                severity=Severity.HIGH,
                title=f"{device_name(device, group[0].address)} tries hosts inside the network",
                device=device.id if device is not None else None,
                detail=(
                    f"{'; '.join(text for text in told if text)}; first at"
                    f" {first:%Y-%m-%d %H:%M:%S} UTC; {len(peers)} hosts, among them"
                    f" {', '.join(peers[:5])}; half of the tries or more got no"
                    " answer or a refusal."
                ),
                advice=(
                    "A camera has no reason to search a network, but a recorder or a camera that"
                    " looks for its peers may. Ask who is responsible; if nobody can say why, take"
                    " it off the network and look at its firmware before it comes back."
                ),
                evidence=tuple(one.id for one in group[:100]),
            )
