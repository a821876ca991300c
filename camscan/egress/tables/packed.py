"""Look-ups in packed tables: those that are embedded, and CSV files once they are installed."""

from __future__ import annotations

import lzma
from collections.abc import Callable
from functools import cached_property, lru_cache

from camscan.egress.address import Address
from camscan.egress.range_table import RangeTable, decode
from camscan.egress.tables.fact import NOTHING, Fact, as_number, country_code
from camscan.egress.tables.source import COUNTRY, NETWORK, DataSource
from camscan.errors import CamscanError, DataError

Read = Callable[[str], bytes]
OPERATORS = "operators.xz"


class PackedTable:
    """`country4.xz`, `country6.xz`, `asn4.xz`, `asn6.xz` and `operators.xz`, whichever
    `source.gives` asks for; each is read by `read(name)` when it is first needed."""

    def __init__(self, source: DataSource, read: Read, names: Operators | None = None) -> None:
        self.source = source
        self.fault: str | None = None
        self._read = read
        self._names = names
        self._gives_country = COUNTRY in source.gives
        self._gives_network = NETWORK in source.gives
        # The same few thousand answers come again and again: one object each.
        self._fact = lru_cache(maxsize=8192)(self._make_fact)

    def find(self, address: Address) -> Fact:
        """What the table knows of the address."""
        if self.fault is not None:
            return NOTHING
        four = address.version == 4
        number = int(address) if four else int(address) >> 64
        country = network = None
        try:
            if self._gives_country:
                country = (self.country4 if four else self.country6).find(number)
            if self._gives_network:
                network = (self.asn4 if four else self.asn6).find(number)
            return self._fact(country, network)
        except (CamscanError, OSError) as error:
            self.fault = str(error)
            return NOTHING

    def _make_fact(self, country: str | None, network: str | None) -> Fact:
        asn = as_number(network)
        organisation = self.names.get(asn)[1] if asn else None
        return Fact(country=country_code(country), asn=asn, organisation=organisation or None)

    def _table(self, name: str) -> RangeTable:
        return decode(self._read(name), name)

    @cached_property
    def country4(self) -> RangeTable:
        """Countries of IPv4 ranges."""
        return self._table("country4.xz")

    @cached_property
    def country6(self) -> RangeTable:
        """Countries of IPv6 ranges."""
        return self._table("country6.xz")

    @cached_property
    def asn4(self) -> RangeTable:
        """AS numbers of IPv4 ranges."""
        return self._table("asn4.xz")

    @cached_property
    def asn6(self) -> RangeTable:
        """AS numbers of IPv6 ranges."""
        return self._table("asn6.xz")

    @cached_property
    def names(self) -> Operators:
        """Names by AS number."""
        return self._names or Operators(self._read)


class Operators:
    """AS number to (registered country, name): one text, sorted by number, searched by halves."""

    def __init__(self, read: Read) -> None:
        self._read = read

    def get(self, asn: int) -> tuple[str, str]:
        """Country code and name, each empty when unknown. Raises DataError for a damaged file."""
        text = self._text
        low, high = 0, len(text)
        while low < high:
            start = text.rfind(b"\n", low, (low + high) // 2) + 1
            start = max(start, low)
            end = text.find(b"\n", start)
            end = len(text) if end < 0 else end
            number, _, rest = text[start:end].partition(b"\t")
            found = int(number) if number.isdigit() else 0
            if found == asn:
                country, _, name = rest.decode("utf-8", "replace").partition("\t")
                return country, name
            if found < asn:
                low = end + 1
            else:
                high = start
        return "", ""

    @cached_property
    def _text(self) -> bytes:
        try:
            return lzma.decompress(self._read(OPERATORS))
        except lzma.LZMAError as error:
            raise DataError(f"{OPERATORS}: damaged ({error}); reinstall camscan") from error


def pack_operators(names: dict[int, str], countries: dict[int, str], preset: int = 6) -> bytes:
    """One line an AS: number, registered country or nothing, name; sorted, then xz."""
    lines = [f"{asn}\t{countries.get(asn, '')}\t{names[asn]}" for asn in sorted(names)]
    return lzma.compress("\n".join(lines).encode(), preset=preset)
