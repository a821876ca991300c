"""A device as every report sees it (the `devices` array of a run)."""

from __future__ import annotations

from datetime import datetime

from msgspec import UNSET, Struct, UnsetType, field

from camscan.model.identity import Band, Claim, EntityClaim, FirmwareClaim


class Port(Struct, frozen=True, kw_only=True):
    """One port of a device; `status` is `open`, `closed` or `filtered`."""

    port: int
    transport: str
    service: str | None
    status: str


_OUTWEIGHS = ("filtered", "closed", "open")


def joined_port(held: Port, told: Port) -> Port:
    """One port of which two recordings speak: an answer outweighs a refusal, and that silence.

    Of two that agree, the first with a service.
    """
    if held.status == told.status:
        return told if held.service is None else held
    return max(held, told, key=lambda port: _OUTWEIGHS.index(port.status))


class EvidenceRecord(Struct, frozen=True, kw_only=True, gc=False):
    """One piece of evidence as it stands in a run."""

    id: str
    field: str
    value: str
    method: str
    port: int | None
    at: datetime
    address: str | None = None


class Channels(Struct, frozen=True, kw_only=True):
    """Video channels of a recorder or encoder and the field that says so."""

    value: int
    band: Band
    source: str


class Stated(Struct, frozen=True, kw_only=True):
    """A user's word about a device: `key` (site, name, maker, model, class, note) is `value`.

    `measured` is what the run says of itself, None where it says nothing; `by` whom, `at` when and
    `why`.
    """

    key: str
    value: str
    measured: str | None
    by: str
    at: datetime
    why: str = ""


class Device(Struct, frozen=True, kw_only=True):
    """One device. `addresses` has the primary first; `alternatives` names what else it may be.

    `stated` stands only where a user said something of it: the claims then are the user's.
    """

    id: str
    addresses: tuple[str, ...]
    mac: str | None
    site: str | None
    class_: Claim | None = field(name="class")
    maker: EntityClaim | None
    brand: EntityClaim | None
    platform: Claim | None
    model: Claim | None
    firmware: FirmwareClaim | None
    serial: str | None
    channels: Channels | None = None
    ports: tuple[Port, ...] = ()
    evidence: tuple[EvidenceRecord, ...] = ()
    alternatives: tuple[str, ...] = ()
    stated: tuple[Stated, ...] | UnsetType = UNSET

    @property
    def label(self) -> str:
        """Its first address; the id of a device that has none."""
        return self.addresses[0] if self.addresses else self.id

    @property
    def words(self) -> tuple[Stated, ...]:
        """What a user said of it."""
        return () if self.stated is UNSET else self.stated
