"""One rule of the user: which devices, which destination, which port, why, whose, until when."""

from __future__ import annotations

from datetime import date, datetime
from ipaddress import ip_network

from msgspec import Struct, field

from camscan.egress.address import Address, Network, parse
from camscan.egress.talk import Talk
from camscan.model.count import class_of
from camscan.model.device import Device
from camscan.model.identity import DeviceClass

_ANY_PORT = "any"


class Subject(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Devices of `maker` (or brand), `class`, `site`, or one `device` (id, MAC, address); all that
    are given must fit, none given means every device."""

    maker: str | None = None
    class_: DeviceClass | None = field(name="class", default=None)
    site: str | None = None
    device: str | None = None

    def concerns(self, device: Device | None, address: str) -> bool:
        """True when this device is meant (`address`: the one that it used)."""
        if self.maker is not None:
            claims = () if device is None else (device.maker, device.brand)
            if self.maker not in {claim.id for claim in claims if claim is not None}:
                return False
        if self.class_ is not None and (device is None or class_of(device) is not self.class_):
            return False
        if self.site is not None and (device is None or device.site != self.site):
            return False
        if self.device is None:
            return True
        keys = () if device is None else (device.id, device.mac, *device.addresses)
        return self.device in (*keys, address)


class Rule(Subject, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One `[[egress.allow]]` or `[[egress.deny]]`.

    `destination` is a domain with all below it, an address, a CIDR or `*`; `port` is 443,
    `tcp/443` or not given. `until` is the last day on which the rule holds.
    """

    destination: str
    reason: str
    owner: str = ""
    port: int | str | None = None
    until: date | None = None

    def covers(self, talk: Talk) -> bool:
        """True when device, destination and port fit, expired or not."""
        if not self.concerns(talk.device, talk.address):
            return False
        if talk.peer is not None and not self.permits_port(talk.protocol, talk.port):
            return False
        return self.reaches(talk.name, talk.peer_address)

    def permits_port(self, protocol: str, port: int | None) -> bool:
        """True when the rule covers this port."""
        if self.port is None or self.port == _ANY_PORT:
            return True
        if isinstance(self.port, int):
            return self.port == port
        return self.port.lower() == f"{protocol}/{port}"

    def reaches(self, name: str | None, peer: Address | None) -> bool:
        """True when the rule covers this destination."""
        if self.destination == "*":
            return True
        within = network(self.destination)
        if within is not None:
            return peer is not None and peer.version == within.version and peer in within
        domain = self.destination.lower().removeprefix("*").strip(".")
        return name is not None and (name == domain or name.endswith("." + domain))

    def expired(self, on: datetime) -> bool:
        """True when the last day of the rule was before `on`."""
        return self.until is not None and on.date() > self.until

    @property
    def text(self) -> str:
        """Destination, reason and owner, for a sentence."""
        owner = f", owner {self.owner}" if self.owner else ""
        return f"{self.destination}: {self.reason}{owner}"


def network(text: str) -> Network | None:
    """A network or single address; None for anything else."""
    if "/" not in text and parse(text) is None:
        return None
    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None
