"""`unexpected-egress`: a device was seen to try to contact a destination nobody expects."""

from __future__ import annotations

from collections.abc import Iterable

from camscan.egress.event import device_name
from camscan.egress.fleet import subject_of
from camscan.egress.reason import Code, codes_of, severity_of
from camscan.findings.naming import (
    blocking_rule,
    destination_name,
    location_suffix,
)
from camscan.model.conversation import Conversation, Verdict
from camscan.model.device import Device
from camscan.model.finding import Finding, Severity, finding_id
from camscan.model.run import Run

_LONGEST_LIST = 4


class UnexpectedEgress:
    """One finding per device and destination (its name, else its address)."""

    id = "unexpected-egress"

    def findings(self, run: Run) -> Iterable[Finding]:
        """Findings in the order of the first contact."""
        devices = {device.id: device for device in run.devices}
        groups: dict[tuple[str, str], list[Conversation]] = {}
        for conversation in run.conversations:
            if conversation.verdict is Verdict.UNEXPECTED:
                subject = subject_of(conversation.name, conversation.peer)
                key = (conversation.device or conversation.address, subject)
                groups.setdefault(key, []).append(conversation)
        for (_, subject), group in groups.items():
            yield self._finding(devices.get(group[0].device or ""), subject, group)

    def _finding(self, device: Device | None, subject: str, group: list[Conversation]) -> Finding:
        address = group[0].address
        order = tuple(Severity)
        worst = max((severity_of(one.reasons) for one in group), key=order.index)
        if device is None:
            subject = f"{address} {subject}"
        return Finding(
            id=finding_id(self.id, device.id if device is not None else None, subject),
            rule=self.id,
            severity=worst,
            title=f"{device_name(device, address)} was seen to try to contact"
            f" {destination_name(group[0])}{location_suffix(group)}",
            device=device.id if device is not None else None,
            detail=_detail(group),
            advice=_advice(group),
            evidence=tuple(one.id for one in group),
        )


def _detail(group: list[Conversation]) -> str:
    """Every reason once, then what was counted."""
    reasons = dict.fromkeys(
        reason.partition(": ")[2] for conversation in group for reason in conversation.reasons
    )
    first = min(one.first for one in group)
    last = max(one.last for one in group)
    out = _sum(one.bytes_out for one in group)
    back = _sum(one.bytes_in for one in group)
    ports = sorted({f"{one.protocol}/{one.port}" if one.port else one.protocol for one in group})
    count = sum(one.count for one in group)
    tries = "1 connection or try" if count == 1 else f"{count} connections or tries"
    counted = (
        f"{tries} on {', '.join(ports)} from"
        f" {first:%Y-%m-%d %H:%M:%S} to {last:%Y-%m-%d %H:%M:%S} UTC, {out} bytes out and {back}"
        " bytes in; what they carried is not known"
    )
    return "; ".join([*reasons, counted]) + "."


def _sum(values: Iterable[int | None]) -> str:
    """The sum, or `unknown` when a source could not know one."""
    known = list(values)
    if any(value is None for value in known):
        return "unknown"
    return str(sum(value for value in known if value is not None))


def _advice(group: list[Conversation]) -> str:
    """What to do and what breaks."""
    codes = frozenset(code for one in group for code in codes_of(one.reasons))
    if Code.FOREIGN_NTP in codes:
        return (
            "Give the device a clock inside the network (its settings, or DHCP option 42), then"
            " block UDP 123 to the outside. Until it has one, blocking lets its time drift and"
            " with it the time in recordings."
        )
    if Code.FOREIGN_DNS in codes:
        return (
            "Give the device a name server inside the network by DHCP or in its settings, then"
            " block ports 53 and 853 to the outside. Some models ask their own resolver whatever"
            " they are told: watch that video and what you use of their cloud go on."
        )
    peers = list(dict.fromkeys(one.peer for one in group if one.peer is not None))
    rules = "; ".join(blocking_rule(group[0].address, peer) for peer in peers[:_LONGEST_LIST])
    advice = (
        "Ask who is responsible for the device whether they know this destination; if so, allow"
        " it in [[egress.allow]] with reason and owner. Otherwise block it. No known service of"
        " the maker uses it, so nothing is known to break; give the device a clock and a name"
        " server inside first, and watch that video and recording go on."
    )
    return f"{advice} To block: {rules}" if rules else advice
