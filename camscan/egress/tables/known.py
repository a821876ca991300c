"""The self-test of a table: addresses whose country and network are known (geodata/known.toml)."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from ipaddress import ip_address

from msgspec import Struct

from camscan.egress.address import Address
from camscan.egress.tables.fact import GeoTable
from camscan.egress.tables.source import COUNTRY, NETWORK

# Of the known addresses: a table of the whole world answers nearly all of them, and is seldom
# wrong about where they are; networks change their carrier more often.
LEAST_ANSWERED = 0.75
LEAST_RIGHT = {COUNTRY: 0.9, NETWORK: 0.7}


class Known(Struct, frozen=True, kw_only=True):
    """One address with what every table should say."""

    address: Address
    country: str
    asns: tuple[int, ...]
    holder: str


class Tested(Struct, frozen=True, kw_only=True):
    """How a table did for one kind of fact; `wrong` has a line for each wrong answer."""

    what: str
    asked: int
    answered: int
    right: int
    wrong: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """True for a table of the whole world that is right."""
        return (
            self.answered >= LEAST_ANSWERED * self.asked
            and self.right >= LEAST_RIGHT[self.what] * self.answered
        )

    def __str__(self) -> str:
        text = f"{self.what}: {self.right} of {self.asked} known addresses right"
        unanswered = self.asked - self.answered
        if unanswered:
            text += f", {unanswered} not in it"
        return f"{text}; {'; '.join(self.wrong)}" if self.wrong else text


@cache
def known_addresses() -> tuple[Known, ...]:
    """The list of geodata/known.toml."""
    text = resources.files("camscan.egress").joinpath("geodata", "known.toml").read_text("utf-8")
    return tuple(
        Known(address=ip_address(address), country=country, asns=tuple(asns), holder=holder)
        for address, country, asns, holder in tomllib.loads(text)["address"]
    )


def self_test(table: GeoTable) -> tuple[Tested, ...]:
    """One result for each kind of fact that the table gives."""
    facts = [(known, table.find(known.address)) for known in known_addresses()]
    results = []
    if COUNTRY in table.source.gives:
        results.append(
            _tested(COUNTRY, [(k, f.country, f.country == k.country, k.country) for k, f in facts])
        )
    if NETWORK in table.source.gives:
        results.append(
            _tested(
                NETWORK,
                [
                    (k, f"AS{f.asn}" if f.asn else None, f.asn in k.asns, f"AS{k.asns[0]}")
                    for k, f in facts
                ],
            )
        )
    return tuple(results)


def _tested(what: str, rows: list[tuple[Known, str | None, bool, str]]) -> Tested:
    answered = [row for row in rows if row[1] is not None]
    return Tested(
        what=what,
        asked=len(rows),
        answered=len(answered),
        right=sum(1 for row in answered if row[2]),
        wrong=tuple(
            f"{known.address} ({known.holder}): {said}, not {expected}"
            for known, said, right, expected in answered
            if not right
        ),
    )
