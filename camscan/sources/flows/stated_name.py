"""Names that logs give to single connections (TLS, QUIC, HTTP), kept until the flow comes by."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from camscan.sources.flows.ledger import FlowLedger
from camscan.sources.flows.tls_hello import host_text

_MOST = 200_000


class Stated(Struct, frozen=True):
    """Who named whom, how (`sni`, `http-host`), and when."""

    client: str
    peer: str
    protocol: str
    port: int | None
    name: str
    name_source: str
    at: float


class StatedNames:
    """Names by the log's own id of a connection (Zeek's uid, Suricata's flow_id); bounded.

    A name whose connection never comes is told to the ledger by itself.
    """

    def __init__(self, ledger: FlowLedger, *, most: int = _MOST) -> None:
        self._ledger = ledger
        self._most = most
        self._names: dict[object, Stated] = {}
        self._used: set[object] = set()
        self.beyond = 0

    def __len__(self) -> int:
        return len(self._names)

    def state(self, key: object, stated: Stated) -> None:
        """Take up a name; the first of a connection counts, one without room names its peer."""
        if key in self._names:
            return
        if not key or len(self._names) >= self._most:
            self.beyond += bool(key)
            self._tell(stated)
            return
        self._names[key] = stated

    def of(self, key: object) -> tuple[str | None, str | None]:
        """Name and its source of the connection with this id."""
        stated = self._names.get(key)
        if stated is None:
            return None, None
        self._used.add(key)
        return stated.name, stated.name_source

    def pairs(self) -> dict[object, tuple[str | None, str | None]]:
        """Name and its source by id; those that are alike are one object."""
        known: dict[tuple[str | None, str | None], tuple[str | None, str | None]] = {}
        pairs: dict[object, tuple[str | None, str | None]] = {}
        for key, stated in self._names.items():
            pair = (stated.name, stated.name_source)
            pairs[key] = known.setdefault(pair, pair)
        return pairs

    def use(self, keys: Iterable[object]) -> None:
        """The connections of these ids came by, elsewhere than in `of`."""
        self._used.update(keys)

    def taken(self, key: object) -> tuple[str | None, str | None]:
        """The same for a log that counts each connection once: the name is not kept."""
        stated = self._names.pop(key, None)
        return (None, None) if stated is None else (stated.name, stated.name_source)

    def finish(self) -> None:
        """Tell the ledger the names of connections that no record counted."""
        for key, stated in self._names.items():
            if key not in self._used:
                self._tell(stated)
        self._names.clear()
        self._used.clear()

    def _tell(self, stated: Stated) -> None:
        self._ledger.named(
            stated.client,
            stated.peer,
            stated.protocol,
            stated.port,
            stated.name,
            stated.name_source,
            stated.at,
        )


def stated_name(text: str | None) -> str | None:
    """A host name of a log, without its port; None for an address and for what is no name."""
    if not text:
        return None
    name = host_text(text.encode("utf-8", "replace"))
    if name is None or name.startswith("["):
        return None
    name, colon, port = name.partition(":")
    if colon and not port.isdigit():  # an IPv6 address
        return None
    name = name.rstrip(".")
    return None if not name.strip("-_.") or name.replace(".", "").isdigit() else name
