"""From the datagrams of one inquiry to sightings: parsed first, merged after."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from hashlib import blake2b

from msgspec import Struct

from camscan.discovery.interface import DiscoveryContext, Sighting
from camscan.model.coverage import Method, MethodStatus, Skip
from camscan.model.evidence import Evidence
from camscan.model.status import Status
from camscan.net.datagram import Datagram
from camscan.protocols.query import is_permitted
from camscan.protocols.registry import DECODERS

_REMEMBERED = 16384
"""Datagrams that are known again without being parsed."""

Fields = tuple[tuple[str, str], ...]


class Reading(Struct, frozen=True):
    """What one datagram says. `is_answer` False: readable, but a question or a farewell."""

    fields: Fields = ()
    is_answer: bool = True


class AnswerBook:
    """What each source said, each fact once; a corrupt datagram among good ones costs nothing.

    `protocol` names the decoder; `port` is where the question went. The target of the evidence
    is the packet's source: an address inside an answer may be that of another network. It is
    evidence, a Skip where the scope does not hold it, and never contacted.
    """

    def __init__(
        self,
        ctx: DiscoveryContext,
        emit: Callable[[Sighting], None],
        method: str,
        protocol: str,
        port: int,
    ) -> None:
        self._ctx = ctx
        self._emit = emit
        self._method = method
        self._protocol = protocol
        self._port = port
        self._known: dict[str, set[tuple[str, str]]] = {}
        self._read: set[tuple[str, bytes]] = set()
        self._located: dict[str, set[str]] = {}
        self._malformed = 0

    def reading(self, datagram: Datagram) -> Reading | None:
        """What the datagram says, None when it cannot be read. Inquiries may know better."""
        if is_permitted(datagram.data, self._port):
            return Reading(is_answer=False)  # somebody's question, perhaps our own
        decoded = DECODERS[self._protocol](datagram.data)
        if decoded.status is Status.MALFORMED:
            return None
        return Reading(decoded.fields, is_answer=bool(decoded.fields))

    def answered(self, address: str) -> bool:
        """True once `address` has sent an answer that could be read."""
        return address in self._known

    def read(self, datagram: Datagram) -> None:
        """Emit what this datagram adds."""
        digest = blake2b(datagram.data, digest_size=16).digest()
        if (datagram.address, digest) in self._read:
            return  # each question leaves several times, and so does the answer
        reading = self.reading(datagram)
        if reading is None:
            self._malformed += 1
        elif len(self._read) < _REMEMBERED:
            self._read.add((datagram.address, digest))
        if reading is None or not reading.is_answer:
            return
        first = datagram.address not in self._known
        known = self._known.setdefault(datagram.address, set())
        new = tuple(pair for pair in dict.fromkeys(reading.fields) if pair not in known)
        known.update(new)
        located = self._located.setdefault(datagram.address, set())
        locations = tuple(url for url in self.locations(datagram) if url not in located)
        located.update(locations)
        if not new and not first and not locations:
            return
        if first and not datagram.in_scope:
            self._skip(datagram.address, "answered from outside the scope")
        for address in _addresses(new):
            plain = datagram.address.partition("%")[0]
            if address != plain and not self._ctx.scope.permits(address):
                self._skip(address, f"the device at {datagram.address} calls this its address")
        self._emit(
            Sighting(
                address=datagram.address,
                port=self._port,
                transport="udp",
                status=Status.OK,
                method=self._method,
                at=datagram.at,
                evidence=tuple(self._evidence(datagram, *pair) for pair in new),
                on_scope=datagram.in_scope,
                locations=locations,
            )
        )

    def locations(self, datagram: Datagram) -> tuple[str, ...]:
        """URLs of descriptions that the sender itself holds; most protocols have none."""
        return ()

    def method(self, sent: int, dropped: int) -> Method:
        """The end of the method."""
        notes = []
        if self._malformed:
            notes.append(f"{self._malformed} unreadable datagrams")
        if dropped:
            notes.append(f"{dropped} datagrams of a flood not read")
        return Method(
            name=self._method,
            status=MethodStatus.DONE,
            sent=sent,
            answered=len(self._known),
            reason=", ".join(notes),
        )

    def _skip(self, address: str, reason: str) -> None:
        self._ctx.on_skip(
            Skip(
                subject=address,
                what=f"{self._protocol} answer",
                reason=f"{reason}: listed, never contacted",
            )
        )

    def _evidence(self, datagram: Datagram, field: str, value: str) -> Evidence:
        return Evidence(
            target=datagram.address,
            field=field,
            value=value,
            method=self._protocol,
            port=self._port,
            transport="udp",
            at=datagram.at,
        )


def _addresses(fields: Fields) -> Iterator[str]:
    """The addresses that a device calls its own; every IPv6 device has a link-local one."""
    for field, value in fields:
        if field.endswith((".ipv4", ".ipv6")) and not value.lower().startswith("fe80:"):
            yield value
