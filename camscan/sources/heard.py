"""Who was heard saying what: each fact once, in bounded memory, a MAC only where it is sure.

A MAC in a frame is the sender's on that link: of a packet that a router forwarded it is the
router's. So it counts for an address only where ARP or DHCP says so, or where the packet went to
a group or broadcast that routers never forward.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from camscan.protocols.mac import is_device, mac_fields

Fields = tuple[tuple[str, str], ...]
_MOST_TARGETS = 65_536
_MOST_FIELDS = 512
_MOST_BYTES = 64 << 20
_OVERHEAD = 400  # of one fact in memory, beside its text
_LOCATION = "location"  # no field of evidence: known so that it is told once
_MOST_ADDRESSES = 3
"""One MAC with more IPv4 addresses than this is a router or answers ARP for others."""


class Heard(Struct, frozen=True, kw_only=True):
    """What is new of one sender. `address` is an IP address, or the MAC of a sender without one.

    `fields` may be empty the first time: the sender is there. `at` is seconds since the epoch;
    `location` where its description lies, as the sender says (SSDP).
    """

    address: str
    protocol: str
    port: int | None
    transport: str
    at: float
    fields: Fields
    location: str | None = None


class _Client(Struct):
    """What a MAC said before its address was known."""

    protocol: str
    port: int | None
    transport: str
    at: float
    fields: dict[tuple[str, str], None]


class HeardBook:
    """Collects; `emit` gets each new fact. Call `finish` once, for MAC addresses and their facts.

    `notes` then says in words what was left out.
    """

    def __init__(self, emit: Callable[[Heard], None]) -> None:
        self._emit = emit
        self._known: dict[str, set[tuple[str, str]]] = {}
        self._addresses: dict[bytes, dict[str, float]] = {}
        self._macs: dict[str, set[bytes]] = {}
        self._clients: dict[tuple[bytes, str], _Client] = {}
        self._leases: dict[bytes, str] = {}
        self._beyond = 0
        self._bytes = 0
        self.notes: list[tuple[str, str]] = []

    def say(
        self,
        address: str,
        protocol: str,
        at: float,
        fields: Fields = (),
        *,
        port: int | None = None,
        transport: str = "udp",
        location: str | None = None,
    ) -> None:
        """`address` said `fields` (and `location`); the first word of an address counts even
        without any."""
        known = self._known.get(address)
        first = known is None
        if known is None:
            if len(self._known) >= _MOST_TARGETS:
                self._beyond += 1
                return
            known = self._known[address] = set()
        new = tuple(
            pair for pair in dict.fromkeys(fields) if pair not in known and self._take(known, pair)
        )
        if location is not None:
            place = (_LOCATION, location)
            if place in known or not self._take(known, place):
                location = None
        if not new and not first and location is None:
            return
        self._emit(
            Heard(
                address=address,
                protocol=protocol,
                port=port,
                transport=transport,
                at=at,
                fields=new,
                location=location,
            )
        )

    def bind(self, mac: bytes, address: str, at: float) -> None:
        """`address` is at `mac`, on the link where this was heard."""
        if not is_device(mac):
            return
        held = self._addresses.get(mac)
        if held is None:
            if len(self._addresses) >= _MOST_TARGETS:
                self._beyond += 1
                return
            held = self._addresses[mac] = {}
        if address not in held and len(held) < _MOST_FIELDS:
            held[address] = at
            self._macs.setdefault(address, set()).add(mac)

    def is_bound(self, address: str) -> bool:
        """Whether `address` is known to be on the link."""
        return address in self._macs

    def client(
        self,
        mac: bytes,
        protocol: str,
        at: float,
        fields: Fields,
        *,
        port: int | None = None,
        transport: str = "link",
    ) -> None:
        """A sender that is only known by its MAC said `fields`."""
        if not is_device(mac):
            return
        key = (mac, protocol)
        client = self._clients.get(key)
        if client is None:
            if len(self._clients) >= _MOST_TARGETS:
                self._beyond += 1
                return
            client = self._clients[key] = _Client(protocol, port, transport, at, {})
        for pair in fields:
            if pair not in client.fields and self._fits(len(client.fields), pair):
                client.fields[pair] = None

    def lease(self, mac: bytes, address: str, at: float) -> None:
        """A DHCP server gave `address` to `mac`; the newest lease is the client's."""
        self.bind(mac, address, at)
        if mac in self._addresses:
            self._leases[mac] = address

    def finish(self) -> None:
        """Emit what hangs on MAC addresses."""
        for (mac, protocol), client in self._clients.items():
            target = self._target(mac)
            self.say(
                target,
                protocol,
                client.at,
                tuple(client.fields) + (mac_fields(mac.hex(":")) if target == mac.hex(":") else ()),
                port=client.port,
                transport=client.transport,
            )
        contested = {address for address, macs in self._macs.items() if len(macs) > 1}
        routers = 0
        for mac, held in self._addresses.items():
            if sum(":" not in address for address in held) > _MOST_ADDRESSES:
                routers += 1
                continue
            for address, at in held.items():
                if address not in contested:
                    self.say(address, "arp", at, mac_fields(mac.hex(":")), transport="link")
        self._note(routers, "MAC addresses", "MAC addresses stand for more than 3 IPv4 addresses "
                   "(a router, or proxy ARP): they are given to none")  # fmt: skip
        self._note(len(contested), "MAC addresses", "addresses are held by two MAC addresses: "
                   "neither is used")  # fmt: skip
        self._note(self._beyond, "some senders", "facts of further senders found no room in memory")

    def _take(self, known: set[tuple[str, str]], pair: tuple[str, str]) -> bool:
        fits = self._fits(len(known), pair)
        if fits:
            known.add(pair)
        return fits

    def _fits(self, held: int, pair: tuple[str, str]) -> bool:
        """Whether there is room for one more fact, which is taken then."""
        size = _OVERHEAD + len(pair[1])
        if held >= _MOST_FIELDS or self._bytes + size > _MOST_BYTES:
            self._beyond += 1
            return False
        self._bytes += size
        return True

    def _target(self, mac: bytes) -> str:
        """The address of a MAC: its lease, or its only IPv4 address; else the MAC as text.

        Many cameras have a link-local address beside their own, which does not count then.
        """
        lease = self._leases.get(mac)
        held = [address for address in self._addresses.get(mac, ()) if ":" not in address]
        held = [address for address in held if not address.startswith("169.254.")] or held
        if lease is not None:
            return lease
        if len(held) == 1 and len(self._macs[held[0]]) == 1:
            return held[0]
        return mac.hex(":")

    def _note(self, count: int, what: str, reason: str) -> None:
        if count:
            self.notes.append((what, f"{count} {reason}"))
