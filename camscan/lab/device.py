"""One simulated device of an estate: its place, its persona and everything that is its own."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable
from functools import partial

import msgspec

from camscan.errors import DataError
from camscan.lab.persona import Persona
from camscan.lab.text import chained, fill, from_mapping, from_random

UNIQUE = ("mac", "serial", "realm", "uuid")
"""Values that no two devices of an estate share (a persona may leave any of them out)."""


class Device(msgspec.Struct, frozen=True):
    """A device in subnet `subnet` (third octet) at host `host` (fourth octet)."""

    subnet: int
    host: int
    site: str
    persona: str
    mac: str
    values: dict[str, str]

    def address(self, base: str) -> str:
        """IPv4 address under the base network, e.g. base "10.66" → "10.66.3.17"."""
        return f"{base}.{self.subnet}.{self.host}"


def mac_values(mac: str) -> dict[str, str]:
    """The spellings of a MAC address, and the IPv6 link-local address made of it (EUI-64)."""
    octets = mac.split(":")
    first = f"{int(octets[0], 16) ^ 2:02x}"
    groups = (first + octets[1], octets[2] + "ff", "fe" + octets[3], octets[4] + octets[5])
    return {
        "mac": mac,
        "mac_dash": mac.replace(":", "-"),
        "mac_plain": mac.replace(":", ""),
        "mac_upper": mac.upper(),
        "mac_upper_dash": mac.replace(":", "-").upper(),
        "mac_upper_plain": mac.replace(":", "").upper(),
        "ipv6_link_local": "fe80::" + ":".join(group.lstrip("0") or "0" for group in groups),
    }


class Maker:
    """Makes devices whose MAC, serial, realm and UUID are all different; seeded."""

    def __init__(self, seed: int) -> None:
        self._rng = random.Random(seed)
        self._taken: dict[str, set[str]] = {name: set() for name in UNIQUE}
        self._dealt: dict[str, int] = {}

    def make(self, persona: Persona, site: str, subnet: int, host: int) -> Device:
        """A new device; variants of a persona are dealt out in turn."""
        turn = self._dealt.get(persona.id, 0)
        self._dealt[persona.id] = turn + 1
        variant = persona.variant[turn % len(persona.variant)] if persona.variant else {}
        mac = self._fresh("mac", lambda: self._mac(persona))
        known = {**variant, **mac_values(mac)}
        known["uuid"] = self._fresh("uuid", self._uuid)
        known["instance"] = str(self._rng.randrange(1_500_000_000, 1_700_000_000))
        known["hostname"] = fill(persona.persona.hostname, self._lookup(known))
        for name, text in persona.values.items():
            filled = partial(self._filled, text, known)
            known[name] = self._fresh(name, filled) if name in UNIQUE else filled()
        return Device(subnet, host, site, persona.id, mac, known)

    def _filled(self, text: str, known: dict[str, str]) -> str:
        return fill(text, self._lookup(known))

    def _lookup(self, known: dict[str, str]) -> Callable[[str, str], str | None]:
        return chained(from_mapping(known), from_random(self._rng))

    def _fresh(self, name: str, produce: Callable[[], str]) -> str:
        for _ in range(1000):
            value = produce()
            if value not in self._taken[name]:
                self._taken[name].add(value)
                return value
        raise DataError(f"lab: no fresh value left for {name!r}; its template is too narrow")

    def _mac(self, persona: Persona) -> str:
        oui = self._rng.choice(persona.persona.ouis)
        return f"{oui}:" + ":".join(f"{self._rng.randrange(256):02x}" for _ in range(3))

    def _uuid(self) -> str:
        return str(uuid.UUID(int=self._rng.getrandbits(128), version=4))
