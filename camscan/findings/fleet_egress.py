"""`fleet-egress`: several devices of one maker began to contact the same destination together."""

from __future__ import annotations

from collections.abc import Iterable

from camscan.egress.fleet import subject_of
from camscan.egress.reason import Code, codes_of, severity_of, text_of
from camscan.findings.naming import destination_name, location, location_suffix
from camscan.model.conversation import Conversation
from camscan.model.device import Device
from camscan.model.finding import Finding, Severity, finding_id
from camscan.model.run import Run

_LONGEST_LIST = 40


class FleetEgress:
    """One finding per maker and destination, however many devices there are."""

    id = "fleet-egress"

    def findings(self, run: Run) -> Iterable[Finding]:
        """Findings in the order of the first contact."""
        devices = {device.id: device for device in run.devices}
        groups: dict[tuple[str, str], list[Conversation]] = {}
        for conversation in run.conversations:
            device = devices.get(conversation.device or "")
            if device is None or Code.FLEET_START not in codes_of(conversation.reasons):
                continue
            subject = subject_of(conversation.name, conversation.peer)
            maker = device.maker.id if device.maker is not None else "unknown"
            groups.setdefault((maker, subject), []).append(conversation)
        for (maker, subject), group in groups.items():
            yield self._finding(f"{maker} {subject}", group, devices)

    def _finding(
        self, subject: str, group: list[Conversation], devices: dict[str, Device]
    ) -> Finding:
        members = list(dict.fromkeys(one.device for one in group if one.device is not None))
        maker = devices[members[0]].maker
        order = tuple(Severity)
        addresses = list(dict.fromkeys(one.address for one in group))
        shown = ", ".join(addresses[:_LONGEST_LIST])
        if len(addresses) > _LONGEST_LIST:
            shown += f" and {len(addresses) - _LONGEST_LIST} more"
        together = text_of(group[0].reasons, Code.FLEET_START)
        sentences = [together, location(group), f"devices: {shown}"]
        return Finding(
            id=finding_id(self.id, None, subject),
            rule=self.id,
            severity=max((severity_of(one.reasons) for one in group), key=order.index),
            title=f"{len(members)} {maker.name if maker is not None else 'unknown-maker'} devices"
            f" were seen to begin to contact {destination_name(group[0])} together"
            f"{location_suffix(group)}",
            device=None,
            detail="; ".join(sentence for sentence in sentences if sentence) + ".",
            advice=(
                "Treat it as one event: look for what these devices have in common (firmware,"
                " installer, an update, a changed setting) and what happened at that time."
                " Block the destination for the whole camera network at the firewall; the"
                " findings of the single devices give the rules and say what may break."
            ),
            evidence=tuple(one.id for one in group),
        )
