"""The user's egress policy: `[egress]` of camscan.toml."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from ipaddress import ip_network
from typing import Any

import msgspec
from msgspec import Struct

from camscan.egress.address import Address, Network, parse
from camscan.errors import ConfigError

_ANY_PORT = "any"


class Allow(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One `[[egress.allow]]`: who (`maker`, `site`, `device`; none given means everybody) may
    contact which `destination` (domain with all below it, address or CIDR, `*`) at which `port`
    (443, `tcp/443` or none). `until` is the last day on which the rule holds.
    """

    destination: str
    reason: str
    owner: str = ""
    maker: str | None = None
    site: str | None = None
    device: str | None = None
    port: int | str | None = None
    until: date | None = None

    def permits_port(self, protocol: str, port: int | None) -> bool:
        """True when the rule covers this port."""
        if self.port is None or self.port == _ANY_PORT:
            return True
        if isinstance(self.port, int):
            return self.port == port
        return self.port.lower() == f"{protocol}/{port}"

    def reaches(self, name: str | None, peer: Address | None) -> bool:
        """True when the rule covers this destination."""
        if self.destination == "*":
            return True
        network = _network(self.destination)
        if network is not None:
            return peer is not None and peer.version == network.version and peer in network
        domain = self.destination.lower().removeprefix("*").strip(".")
        return name is not None and (name == domain or name.endswith("." + domain))

    def expired(self, on: datetime) -> bool:
        """True when the last day of the rule was before `on`."""
        return self.until is not None and on.date() > self.until


class Policy(Struct, frozen=True, kw_only=True):
    """`home_countries` ISO 3166-1 codes, empty: not set; `internal` networks of the user beside
    private space; `dns` and `ntp` servers outside that are the user's choice."""

    home_countries: tuple[str, ...] = ()
    internal: tuple[Network, ...] = ()
    dns: tuple[Network, ...] = ()
    ntp: tuple[Network, ...] = ()
    allow: tuple[Allow, ...] = ()


class _Table(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    home_countries: tuple[str, ...] = ()
    internal: tuple[str, ...] = ()
    dns: tuple[str, ...] = ()
    ntp: tuple[str, ...] = ()
    allow: tuple[Allow, ...] = ()


def parse_policy(table: Mapping[str, Any], *, where: str = "camscan.toml") -> Policy:
    """The policy of an `[egress]` table. Raises ConfigError naming the key."""
    try:
        read = msgspec.convert(dict(table), _Table)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{where}: [egress]: {error}") from error
    for code in read.home_countries:
        if len(code) != 2 or not code.isalpha():
            raise ConfigError(
                f"{where}: [egress] home_countries: {code!r} is no two-letter country code"
            )
    for rule in read.allow:
        if not rule.reason.strip():
            raise ConfigError(f"{where}: [[egress.allow]] {rule.destination}: reason is empty")
    return Policy(
        home_countries=tuple(code.upper() for code in read.home_countries),
        internal=_networks(read.internal, f"{where}: [egress] internal"),
        dns=_networks(read.dns, f"{where}: [egress] dns"),
        ntp=_networks(read.ntp, f"{where}: [egress] ntp"),
        allow=read.allow,
    )


def _networks(texts: tuple[str, ...], where: str) -> tuple[Network, ...]:
    found = []
    for text in texts:
        network = _network(text)
        if network is None:
            raise ConfigError(f"{where}: {text!r} is neither an address nor a network (CIDR)")
        found.append(network)
    return tuple(found)


def _network(text: str) -> Network | None:
    """A network or single address; None for anything else."""
    if "/" not in text and parse(text) is None:
        return None
    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None
