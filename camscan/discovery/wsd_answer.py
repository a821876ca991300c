"""What a WS-Discovery datagram says: matches, or a fault, which is a sign of life too."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from camscan.discovery.answer_book import AnswerBook, Reading
from camscan.discovery.interface import DiscoveryContext, Sighting
from camscan.net.datagram import Datagram
from camscan.protocols import wsd
from camscan.protocols.decoded import Malformed
from camscan.protocols.query import WSD_PORT


class WsdAnswerBook(AnswerBook):
    """Answers to the probes; the MAC at the end of an endpoint's UUID stays a hint."""

    def __init__(
        self, ctx: DiscoveryContext, emit: Callable[[Sighting], None], method: str
    ) -> None:
        super().__init__(ctx, emit, method, "wsd", WSD_PORT)

    def reading(self, datagram: Datagram) -> Reading | None:
        """Matches and their fields; a question is no answer."""
        message = wsd.parse(datagram.data)
        if isinstance(message, Malformed):
            return None
        return Reading(tuple(_fields(message)), is_answer=message.is_answer)


def _fields(message: wsd.WsdMessage) -> Iterator[tuple[str, str]]:
    for match in message.matches:
        yield from wsd.match_fields(match)
        mac = wsd.mac_hint(match.endpoint)
        if mac is not None:
            yield "wsd.endpoint_mac", mac
