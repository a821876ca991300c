"""The certificates that a device shows, put together from its evidence."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import UTC, datetime

from msgspec import Struct

from camscan.findings.reached import Reached
from camscan.model.device import Device, EvidenceRecord
from camscan.model.run import Run
from camscan.probes.plan import SERVICE_PORTS, Ask

TLS_PORTS = frozenset(
    port for port, service in SERVICE_PORTS.items() if service.ask in (Ask.HTTPS, Ask.RTSPS)
)


class Shown(Struct, frozen=True, kw_only=True):
    """One certificate and the ports that show it; `said` is its evidence by field."""

    ports: tuple[int | None, ...]
    said: dict[str, EvidenceRecord]

    def value(self, field: str) -> str | None:
        """What the certificate says in `field`."""
        item = self.said.get(field)
        return None if item is None else item.value

    def moment(self, field: str) -> datetime | None:
        """A date of the certificate, UTC; None when it is missing or no date."""
        try:
            moment = datetime.fromisoformat(self.value(field) or "")
        except ValueError:
            return None
        return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)

    @property
    def self_signed(self) -> bool:
        """True when subject and issuer are the same name."""
        subject = self.value("tls.subject")
        return subject is not None and subject == self.value("tls.issuer")

    @property
    def key_id(self) -> str | None:
        """What is equal where the key is: the hash of the key, else that of the certificate."""
        return self.value("tls.spki_sha256") or self.value("tls.sha256")

    def evidence(self, *fields: str) -> list[EvidenceRecord]:
        """The evidence of these fields, as far as it is there."""
        return [self.said[field] for field in fields if field in self.said]


def certificates(device: Device) -> tuple[Shown, ...]:
    """Each certificate once; of a port that showed several over time, the last."""
    by_place: dict[tuple[str | None, int | None], dict[str, EvidenceRecord]] = {}
    for item in device.evidence:
        if item.field.startswith("tls."):
            said = by_place.setdefault((item.address, item.port), {})
            held = said.get(item.field)
            if held is None or item.at >= held.at:
                said[item.field] = item
    found: dict[str, Shown] = {}
    for (address, port), said in by_place.items():
        digest = said.get("tls.sha256")
        name = digest.value if digest is not None else f"{address} {port}"
        first = found.get(name)
        if first is None:
            found[name] = Shown(ports=(port,), said=said)
        else:
            found[name] = Shown(ports=(*first.ports, port), said=first.said)
    return tuple(found.values())


def unseen(run: Run, fields: Collection[str]) -> Callable[[Device], str | None]:
    """Tells of a device why nothing can be said of its certificates; None when it can, or it has
    none."""
    reached = Reached(run)

    def why(device: Device) -> str | None:
        shown = certificates(device)
        if not shown:
            return None if reached.asked(device, TLS_PORTS) else "TLS was not asked"
        if any(each.value(field) is not None for each in shown for field in fields):
            return None
        return "its certificate was read only in part"

    return why
