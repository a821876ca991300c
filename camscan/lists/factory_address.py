"""Addresses that devices leave the factory with (fingerprints/defaults/)."""

from __future__ import annotations

import ipaddress

from msgspec import Struct

from camscan.errors import DataError

_MAKERS_WORD = ("manual:", "vendor:")


class AddressTable(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[[address]]` as it is written: a maker or brand, its addresses, and who says so."""

    of: str
    addresses: tuple[str, ...]
    source: tuple[str, ...] = ()
    note: str = ""


class AddressFile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file of defaults/ as it is written."""

    address: tuple[AddressTable, ...] = ()


class FactoryAddresses(Struct, frozen=True, kw_only=True):
    """What one source says of one maker or brand."""

    of: str
    addresses: frozenset[str]
    source: tuple[str, ...]
    note: str
    file: str

    @property
    def by_maker(self) -> bool:
        """True where the maker's own manual or page says so, and not a list of others alone."""
        return any(each.startswith(_MAKERS_WORD) for each in self.source)


def build_addresses(table: AddressFile, *, file: str) -> tuple[FactoryAddresses, ...]:
    """The entries of a file; DataError for one without source, and for what is no address."""
    return tuple(_build(entry, file) for entry in table.address)


def _build(entry: AddressTable, file: str) -> FactoryAddresses:
    if not entry.source:
        raise DataError(f"{file}: address {entry.of}: no source; say who says so")
    for text in entry.addresses:
        try:
            private = ipaddress.IPv4Address(text).is_private
        except ValueError as error:
            raise DataError(f"{file}: address {entry.of}: {text!r} is no IPv4 address") from error
        if not private and not text.startswith("192.0.0."):
            raise DataError(f"{file}: address {entry.of}: {text} is no private address")
    return FactoryAddresses(
        of=entry.of,
        addresses=frozenset(entry.addresses),
        source=entry.source,
        note=entry.note,
        file=file,
    )
