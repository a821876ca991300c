"""camscan.toml, read strictly: sites, authority, scan, networks, egress policy, exceptions."""

from __future__ import annotations

import csv
import ipaddress
import tomllib
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, Literal

import msgspec
from msgspec import Struct, field

from camscan.errors import ConfigError
from camscan.model.finding import Severity

DEFAULT_NAME = "camscan.toml"


class Site(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One place: its subnets (CIDRs) and what is never to be touched there."""

    subnets: tuple[str, ...]
    exclude: tuple[str, ...] = ()


class AuthorityConfig(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[authority]`: who permits scanning what, from when until when (ISO dates or times)."""

    name: str
    reference: str | None = None
    scope: tuple[str, ...] = ()
    valid_from: str | None = field(name="from", default=None)
    valid_until: str | None = field(name="until", default=None)


class ScanConfig(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[scan]`: defaults for options of the same name."""

    profile: str | None = None
    ports: str | None = None
    vantage: str | None = None


class NetworkConfig(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One `[[networks]]`: whether cameras belong in `cidr`, and whether who is there may reach
    cameras elsewhere. None: not said. One name may have several tables; the narrowest CIDR counts.
    """

    name: str
    cidr: str
    cameras: Literal["none", "expected"] | None = None
    reaches_cameras: bool | None = None

    @property
    def network(self) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
        """The CIDR; raises ValueError before `load_config` has looked at it."""
        return ipaddress.ip_network(self.cidr, strict=False)


class ListsConfig(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[lists]`: which procurement lists count (None: all), which are told first, and how severe it
    is that a list names a maker, by the list's id."""

    use: tuple[str, ...] | None = None
    order: tuple[str, ...] = ()
    severity: dict[str, Severity] = field(default_factory=dict)


class ExceptionConfig(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One `[[exceptions]]`: findings of `rule` that the user accepts until the last day `until`.

    `device` is an id, MAC, serial or address, `site` a name; neither: every finding of the rule.
    """

    rule: str
    reason: str
    owner: str
    until: date
    device: str | None = None
    site: str | None = None

    @property
    def text(self) -> str:
        """What it is about, for a sentence."""
        where = [f"device {self.device}"] if self.device is not None else []
        where += [f"site {self.site}"] if self.site is not None else []
        about = f"{self.rule} of {', '.join(where)}" if where else self.rule
        return f"{about} (owner {self.owner}, until {self.until.isoformat()}: {self.reason})"


class Config(Struct, frozen=True, kw_only=True):
    """A whole configuration. `egress` stays raw: the egress policy reads and checks it."""

    targets: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    site: dict[str, Site] = field(default_factory=dict)
    authority: AuthorityConfig | None = None
    scan: ScanConfig = ScanConfig()
    egress: dict[str, Any] = field(default_factory=dict)
    exceptions: tuple[ExceptionConfig, ...] = ()
    networks: tuple[NetworkConfig, ...] = ()
    lists: ListsConfig = ListsConfig()
    path: str | None = None


class _File(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    targets: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    sites: str | None = None
    site: dict[str, Site] = field(default_factory=dict)
    authority: AuthorityConfig | None = None
    scan: ScanConfig = ScanConfig()
    egress: dict[str, Any] = field(default_factory=dict)
    exceptions: tuple[ExceptionConfig, ...] = ()
    networks: tuple[NetworkConfig, ...] = ()
    lists: ListsConfig = ListsConfig()


def config_schema() -> dict[str, Any]:
    """The JSON Schema of camscan.toml."""
    return msgspec.json.schema(_File)


def load_config(path: Path | None) -> Config:
    """Read `path`, or ./camscan.toml when it exists, or nothing. Raises ConfigError."""
    if path is None:
        path = Path(DEFAULT_NAME)
        if not path.is_file():
            return Config()
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} is not valid TOML: {error}") from error
    _plain_dates(raw)
    try:
        parsed = msgspec.convert(raw, _File)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{path}: {error}") from error
    for number, one in enumerate(parsed.exceptions, start=1):
        if not (one.reason.strip() and one.owner.strip()):
            raise ConfigError(f"{path}: [[exceptions]] {number}: reason and owner may not be empty")
    _check_networks(parsed.networks, path)
    if parsed.scan.vantage is not None:
        check_vantage(parsed.scan.vantage, parsed.networks, f"{path}: [scan] vantage")
    sites = dict(parsed.site)
    if parsed.sites is not None:
        for name, site in read_sites(path.parent / parsed.sites).items():
            if name in sites:
                raise ConfigError(f"{path}: site {name!r} stands both in [site] and in the CSV")
            sites[name] = site
    return Config(
        targets=parsed.targets,
        exclude=parsed.exclude,
        site=sites,
        authority=parsed.authority,
        scan=parsed.scan,
        egress=parsed.egress,
        exceptions=parsed.exceptions,
        networks=parsed.networks,
        lists=parsed.lists,
        path=str(path),
    )


def _check_networks(networks: Sequence[NetworkConfig], path: Path) -> None:
    seen: dict[str, int] = {}
    for number, one in enumerate(networks, start=1):
        where = f"{path}: [[networks]] {number}"
        if not one.name.strip():
            raise ConfigError(f"{where}: name may not be empty")
        try:
            cidr = str(one.network)
        except ValueError as error:
            raise ConfigError(
                f"{where}: cidr: {one.cidr!r} is neither an address nor a network (CIDR)"
            ) from error
        if cidr in seen:
            raise ConfigError(f"{where}: cidr: {cidr} already stands in [[networks]] {seen[cidr]}")
        if one.cameras is None and one.reaches_cameras is None:
            raise ConfigError(
                f"{where}: says nothing: give cameras ("
                '"none" or "expected") or reaches_cameras (true or false)'
            )
        seen[cidr] = number


def check_vantage(name: str, networks: Sequence[NetworkConfig], where: str) -> None:
    """Raises ConfigError when no network has this name."""
    known = list(dict.fromkeys(one.name for one in networks))
    if name not in known:
        listed = ", ".join(known) or "none"
        raise ConfigError(f"{where}: {name!r} is no name in [[networks]]; there are: {listed}")


def _plain_dates(raw: dict[str, Any]) -> None:
    """TOML has dates of its own; the authority's become ISO text however they are written."""
    authority = raw.get("authority")
    if isinstance(authority, dict):
        for key in ("from", "until"):
            value = authority.get(key)
            if value is not None and not isinstance(value, str) and hasattr(value, "isoformat"):
                authority[key] = value.isoformat()


def read_sites(path: Path) -> dict[str, Site]:
    """Sites from a CSV file with the columns `site`, `subnet` and optionally `exclude`.

    One row a subnet; several rows of one site add up. Raises ConfigError with the line.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as handle:
            rows = list(csv.DictReader(handle))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ConfigError(f"cannot read the sites file {path}: {error}") from error
    subnets: dict[str, list[str]] = {}
    exclude: dict[str, list[str]] = {}
    for number, row in enumerate(rows, start=2):
        name, subnet = (row.get("site") or "").strip(), (row.get("subnet") or "").strip()
        if not name or not subnet:
            raise ConfigError(f"{path}, line {number}: needs the columns site and subnet")
        subnets.setdefault(name, []).append(subnet)
        exclude.setdefault(name, []).extend((row.get("exclude") or "").split())
    return {
        name: Site(subnets=tuple(cidrs), exclude=tuple(exclude[name]))
        for name, cidrs in subnets.items()
    }
