"""The user's egress policy: `[egress]` of camscan.toml."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import msgspec
from msgspec import Struct

from camscan.egress.address import Network
from camscan.egress.mud import Mud, parse_mud
from camscan.egress.rule import Rule, Subject, network
from camscan.errors import ConfigError

_MOST_MUD = 1 << 22


class Policy(Struct, frozen=True, kw_only=True):
    """`home_countries` and `watch_operators` are ISO 3166-1 codes, empty: not set; `internal`
    networks of the user beside private space; `dns` and `ntp` servers outside that are the user's
    choice; `vendor_cloud` whether makers' clouds are permitted (None: the user has not said)."""

    home_countries: tuple[str, ...] = ()
    watch_operators: tuple[str, ...] = ()
    internal: tuple[Network, ...] = ()
    dns: tuple[Network, ...] = ()
    ntp: tuple[Network, ...] = ()
    vendor_cloud: Literal["allow", "deny"] | None = None
    allow: tuple[Rule, ...] = ()
    deny: tuple[Rule, ...] = ()
    mud: tuple[tuple[Subject, Mud], ...] = ()


class MudFor(Subject, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One `[[egress.mud]]`: which devices the RFC 8520 file is about."""

    file: str


class _Table(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    home_countries: tuple[str, ...] = ()
    watch_operators: tuple[str, ...] = ()
    internal: tuple[str, ...] = ()
    dns: tuple[str, ...] = ()
    ntp: tuple[str, ...] = ()
    vendor_cloud: Literal["allow", "deny"] | None = None
    allow: tuple[Rule, ...] = ()
    deny: tuple[Rule, ...] = ()
    mud: tuple[MudFor, ...] = ()


def parse_policy(table: Mapping[str, Any], *, where: str = "camscan.toml") -> Policy:
    """The policy of an `[egress]` table; MUD files lie beside `where`. Raises ConfigError naming
    the key or file."""
    try:
        read = msgspec.convert(dict(table), _Table)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{where}: [egress]: {error}") from error
    for key in ("allow", "deny"):
        for rule in getattr(read, key):
            if not rule.reason.strip():
                raise ConfigError(f"{where}: [[egress.{key}]] {rule.destination}: reason is empty")
    return Policy(
        home_countries=_countries(read.home_countries, f"{where}: [egress] home_countries"),
        watch_operators=_countries(read.watch_operators, f"{where}: [egress] watch_operators"),
        internal=_networks(read.internal, f"{where}: [egress] internal"),
        dns=_networks(read.dns, f"{where}: [egress] dns"),
        ntp=_networks(read.ntp, f"{where}: [egress] ntp"),
        vendor_cloud=read.vendor_cloud,
        allow=read.allow,
        deny=read.deny,
        mud=tuple((entry, read_mud(Path(where).parent / entry.file)) for entry in read.mud),
    )


def mud_option(text: str) -> tuple[Subject, Mud]:
    """`FILE`, or `maker:ID=FILE` (class, site, device likewise) as --mud takes it. ConfigError."""
    key, colon, rest = text.partition(":")
    value, equals, file = rest.partition("=")
    if not (colon and equals and key in ("maker", "class", "site", "device")):
        return Subject(), read_mud(Path(text))
    try:
        subject = msgspec.convert({key: value}, Subject)
    except msgspec.ValidationError as error:
        raise ConfigError(f"--mud {text}: {error}") from error
    return subject, read_mud(Path(file))


def read_mud(path: Path) -> Mud:
    """A MUD file. Raises ConfigError."""
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_MUD)
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror or error}") from error
    return parse_mud(data, str(path))


def _countries(codes: tuple[str, ...], where: str) -> tuple[str, ...]:
    for code in codes:
        if len(code) != 2 or not code.isalpha():
            raise ConfigError(f"{where}: {code!r} is no two-letter country code")
    return tuple(code.upper() for code in codes)


def _networks(texts: tuple[str, ...], where: str) -> tuple[Network, ...]:
    found = []
    for text in texts:
        within = network(text)
        if within is None:
            raise ConfigError(f"{where}: {text!r} is neither an address nor a network (CIDR)")
        found.append(within)
    return tuple(found)
