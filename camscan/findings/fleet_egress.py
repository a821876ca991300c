"""`fleet-egress`: several devices of one maker began to contact the same destinations together."""

from __future__ import annotations

from collections.abc import Iterable

from camscan.egress.fleet import destinations_text, subject_of, subject_of_event
from camscan.egress.reason import Code, codes_of, severity_of, text_of
from camscan.findings.naming import location_suffix, locations
from camscan.model.conversation import Conversation
from camscan.model.device import Device
from camscan.model.finding import Finding, Severity, finding_id
from camscan.model.run import Run

_LONGEST_LIST = 40
_MOST_PLACES = 8


class FleetEgress:
    """One finding per event, however many devices and destinations it has."""

    id = "fleet-egress"

    def findings(self, run: Run) -> Iterable[Finding]:
        """Findings in the order of the first contact."""
        devices = {device.id: device for device in run.devices}
        events: dict[tuple[str, str], list[Conversation]] = {}
        for conversation in run.conversations:
            device = devices.get(conversation.device or "")
            sentence = text_of(conversation.reasons, Code.FLEET_START)
            if device is None or sentence is None:
                continue
            maker = device.maker.id if device.maker is not None else "unknown"
            events.setdefault((maker, sentence), []).append(conversation)
        by_subject: dict[str, list[Conversation]] = {}
        for (maker, _), group in events.items():
            by_subject.setdefault(f"{maker} {_subject(group)}", []).extend(group)
        for subject, group in by_subject.items():
            yield self._finding(subject, group, devices)

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
        sentences = [together, *locations(group)[:_MOST_PLACES], f"devices: {shown}"]
        several = len(_destinations(group)) > 1
        return Finding(
            id=finding_id(self.id, None, subject),
            rule=self.id,
            severity=max((severity_of(one.reasons) for one in group), key=order.index),
            title=f"{len(members)} {maker.name if maker is not None else 'unknown-maker'} devices"
            f" were seen to begin to contact {destinations_text(_destinations(group))} together"
            f"{location_suffix(group)}",
            device=None,
            detail="; ".join(sentence for sentence in sentences if sentence) + ".",
            advice=(
                "Treat it as one event: look for what these devices have in common (firmware,"
                " installer, an update, a changed setting) and what happened at that time."
                f" Until it is explained, block the destination{'s' if several else ''} for the"
                " whole camera network at the firewall; the findings of the single devices give"
                " the rules and say what may break."
            ),
            evidence=tuple(one.id for one in group),
        )


def _destinations(group: list[Conversation]) -> tuple[str, ...]:
    return tuple(sorted({subject_of(one.name, one.peer) for one in group}))


def _subject(group: list[Conversation]) -> str:
    ports = {f"{one.protocol}/{one.port}" for one in group}
    volley = all(Code.HOLE_PUNCHING in codes_of(one.reasons) for one in group)
    return subject_of_event(
        _destinations(group), next(iter(ports)) if volley and len(ports) == 1 else None
    )
