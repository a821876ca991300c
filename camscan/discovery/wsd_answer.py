"""From WS-Discovery datagrams to sightings: parsed first, merged after."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from camscan.discovery.interface import DiscoveryContext, Sighting
from camscan.model.coverage import Method, MethodStatus, Skip
from camscan.model.evidence import Evidence
from camscan.model.status import Status
from camscan.net.datagram import Datagram
from camscan.protocols import wsd
from camscan.protocols.decoded import Malformed
from camscan.protocols.query import WSD_PORT

METHOD = "wsd"


class AnswerBook:
    """What each source said, each fact once; a corrupt datagram among good ones costs nothing.

    The target of the evidence is the packet's source: addresses inside it are often wrong.
    """

    def __init__(
        self, ctx: DiscoveryContext, emit: Callable[[Sighting], None], method: str
    ) -> None:
        self._ctx = ctx
        self._emit = emit
        self._method = method
        self._known: dict[str, set[tuple[str, str]]] = {}
        self._malformed = 0

    def read(self, datagram: Datagram) -> None:
        """Emit what this datagram adds."""
        message = wsd.parse(datagram.data)
        if isinstance(message, Malformed):
            self._malformed += 1
            return
        if not message.is_answer:
            return  # somebody's question, perhaps our own
        first = datagram.address not in self._known
        known = self._known.setdefault(datagram.address, set())
        new = tuple(pair for pair in _fields(message) if pair not in known)
        known.update(new)
        if not new and not first:
            return
        if first and not datagram.in_scope:
            self._ctx.on_skip(
                Skip(
                    subject=datagram.address,
                    what="WS-Discovery answer",
                    reason="answered from outside the scope: listed, never contacted",
                )
            )
        self._emit(
            Sighting(
                address=datagram.address,
                port=WSD_PORT,
                transport="udp",
                status=Status.OK,
                method=self._method,
                at=datagram.at,
                evidence=tuple(
                    Evidence(
                        target=datagram.address,
                        field=field,
                        value=value,
                        method=METHOD,
                        port=WSD_PORT,
                        transport="udp",
                        at=datagram.at,
                    )
                    for field, value in dict.fromkeys(new)
                ),
                on_scope=datagram.in_scope,
            )
        )

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


def _fields(message: wsd.WsdMessage) -> Iterator[tuple[str, str]]:
    for match in message.matches:
        yield from wsd.match_fields(match)
        mac = wsd.mac_hint(match.endpoint)
        if mac is not None:
            yield "wsd.endpoint_mac", mac
