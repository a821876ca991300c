"""What a watch tells as it goes: a new unexpected conversation, a fleet, a tail of many peers."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from camscan.egress.analyse import Judged, conversation_of
from camscan.egress.fleet import Fleet
from camscan.egress.reason import severity_of
from camscan.egress.talk import time_of
from camscan.model.conversation import Conversation
from camscan.model.count import class_of
from camscan.model.device import Device
from camscan.model.finding import Severity


class EventKind(StrEnum):
    """`more` sums up peers that were too many to tell one by one."""

    CONVERSATION = "conversation"
    FLEET = "fleet"
    MORE = "more"


class Event(Struct, frozen=True, kw_only=True):
    """One alert. `devices` are ids or, outside the inventory, addresses; `at` is when the traffic
    began; `conversation` is None but for the kind of its name."""

    schema: str = "camscan.event/1"
    kind: EventKind
    id: str
    at: datetime
    severity: Severity
    title: str
    reasons: tuple[str, ...] = ()
    devices: tuple[str, ...] = ()
    conversation: Conversation | None = None

    @property
    def line(self) -> str:
        """For people: one line."""
        why = "; ".join(reason.partition(": ")[2] for reason in self.reasons)
        return f"{self.at:%Y-%m-%d %H:%M:%S} UTC {self.severity} {self.title}" + (
            f": {why}" if why else ""
        )


def conversation_event(one: Judged, before: Severity | None = None) -> Event:
    """The event of one unexpected conversation; `before` is what it was when it was told first,
    for one that became worse."""
    talk = one.talk
    made = conversation_of(one)
    where = f" in {made.country}" if made.country else ""
    if talk.peer is None:
        what = f"asked for {talk.name}"
    else:
        called = f"{talk.name} ({talk.peer})" if talk.name else talk.peer
        port = f"{talk.protocol}/{talk.port}" if talk.port is not None else talk.protocol
        what = f"calls {called} {port}{where}"
    severity = severity_of(made.reasons)
    if before is not None:
        what += f", told before as {before}" + (" too" if before is severity else "")
    return Event(
        kind=EventKind.CONVERSATION,
        id=talk.id,
        at=made.first if before is None else made.last,
        severity=severity,
        title=f"{device_name(talk.device, talk.address)} {what}",
        reasons=made.reasons,
        devices=(made.device or talk.address,),
        conversation=made,
    )


def fleet_event(fleet: Fleet, severity: Severity) -> Event:
    """The event of several devices that begin to call one destination together."""
    code = "fleet-start" if fleet.onset else "fleet"
    return Event(
        kind=EventKind.FLEET,
        id=f"fleet {fleet.maker or 'unknown'} {fleet.subject}",
        at=time_of(fleet.began),
        severity=severity,
        title=f"{len(fleet.devices)} devices of {fleet.maker_name} call {fleet.subject} together",
        reasons=(f"{code}: {fleet.text}",),
        devices=fleet.devices,
    )


def more_event(device: str, name: str, count: int, at: float) -> Event:
    """The tail of a flood of new peers of one device."""
    peers = "1 more peer" if count == 1 else f"{count:,} more peers"
    return Event(
        kind=EventKind.MORE,
        id=f"more {device} {at:.0f}",
        at=time_of(at),
        severity=Severity.HIGH,
        title=f"{name}: and {peers} within a minute, not told one by one",
        devices=(device,),
    )


def device_name(device: Device | None, address: str) -> str:
    """`Hikvision camera 10.1.2.3 (Ripon)`; what is unknown is left out, what the user calls it
    stands in quotes before the address."""
    if device is None:
        return f"device {address}"
    claim = device.brand or device.maker
    found = class_of(device)
    words = [claim.name] if claim is not None else []
    words.append(str(found) if found is not None else "device")
    words += [f'"{word.value}"' for word in device.words if word.key == "name"]
    words.append(address)
    return " ".join(words) + (f" ({device.site})" if device.site else "")
