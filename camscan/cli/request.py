"""From options and camscan.toml to what the engine is asked to do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from msgspec import Struct

from camscan.authority import effective_authority
from camscan.config import Config, check_vantage
from camscan.errors import ScopeError, StoreError, UsageError
from camscan.inventory.journal import MethodEnded, Record, Saw, Started, Touched
from camscan.model.contact import Contact
from camscan.model.coverage import Method, MethodStatus
from camscan.model.evidence import Evidence
from camscan.model.run import Authority
from camscan.net.interface import Interface, interfaces
from camscan.net.profile import PROFILES, Profile
from camscan.net.resolve import resolve
from camscan.probes.plan import DEFAULT_PORTS, parse_ports
from camscan.scope import Scope, build_scope


class ScanOptions(Struct, frozen=True, kw_only=True):
    """The options of `camscan scan` as they were given."""

    targets: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    all_sites: bool = False
    local: bool = False
    allow_public: bool = False
    ports: str | None = None
    profile: str | None = None
    rate: float | None = None
    authorised_by: str | None = None
    until: str | None = None
    passive: float | None = None
    vantage: str | None = None


class ScanPlan(Struct, frozen=True, kw_only=True):
    """Everything that is decided before the first packet."""

    scope: Scope
    ports: tuple[int, ...]
    profile: Profile
    interfaces: tuple[Interface, ...]
    authority: Authority | None
    site: str | None
    until: datetime | None
    rate: float | None = None
    passive: float | None = None
    vantage: str | None = None


def decide(options: ScanOptions, config: Config, now: datetime) -> ScanPlan:
    """Check options against configuration and authority. Raises UsageError."""
    links = interfaces()
    connected = connected_networks(links)
    scope = _scope(options, config, connected)
    name = options.profile or config.scan.profile or "normal"
    if name not in PROFILES:
        raise UsageError(f"unknown profile {name!r}: choose one of {', '.join(PROFILES)}")
    profile = PROFILES[name]
    if options.rate is not None:
        if options.rate <= 0:
            raise UsageError("--rate needs a number of packets per second above 0")
        profile = profile.with_rate(options.rate)
    if options.passive is not None and options.passive <= 0:
        raise UsageError("--passive needs a number of seconds above 0")
    if options.vantage is not None:
        check_vantage(options.vantage, config.networks, "--vantage")
    text = options.ports or config.scan.ports
    sites = options.sites or (tuple(config.site) if options.all_sites else ())
    return ScanPlan(
        scope=scope,
        ports=parse_ports(text) if text else DEFAULT_PORTS,
        profile=profile,
        interfaces=links,
        authority=effective_authority(options.authorised_by, config.authority, scope, now),
        site=sites[0] if len(sites) == 1 else None,
        until=until_moment(options.until, now),
        rate=options.rate,
        passive=options.passive,
        vantage=options.vantage or config.scan.vantage,
    )


def connected_networks(links: Sequence[Interface]) -> dict[str, list[str]]:
    """The networks on each usable interface, loopback left out."""
    return {
        link.name: [str(own.network) for own in link.addresses]
        for link in links
        if link.reason is None and not link.loopback and link.addresses
    }


def _scope(options: ScanOptions, config: Config, connected: dict[str, list[str]]) -> Scope:
    chosen = _chosen_sites(options, config)
    targets = [*options.targets]
    for name in chosen:
        targets.extend(config.site[name].subnets)
    if options.local:
        private = private_networks(connected)
        if not private:
            raise ScopeError("--local: this machine is on no private network")
        targets.extend(private)
    if not targets and not options.sites and not options.all_sites:
        targets.extend(config.targets)
    exclude = [*options.exclude, *config.exclude]
    if not targets and options.passive is not None:
        return Scope(exclude=tuple(exclude))  # permits nothing: it only listens
    if not targets:
        raise ScopeError(_no_target(connected))
    for site in config.site.values():
        exclude.extend(site.exclude)
    return build_scope(
        targets,
        exclude,
        allow_public=options.allow_public,
        sites={name: site.subnets for name, site in config.site.items()},
        connected=connected,
        resolve=resolve,
    )


def _chosen_sites(options: ScanOptions, config: Config) -> tuple[str, ...]:
    if options.all_sites:
        if not config.site:
            raise UsageError("--all-sites: camscan.toml names no [site.NAME]")
        return tuple(config.site)
    for name in options.sites:
        if name not in config.site:
            known = ", ".join(config.site) or "none"
            raise UsageError(f"--site {name}: not in the configuration; it has: {known}")
    return options.sites


def private_networks(connected: dict[str, list[str]]) -> list[str]:
    """The private IPv4 networks this machine is directly on."""
    import ipaddress

    networks = [ipaddress.ip_network(c) for cidrs in connected.values() for c in cidrs]
    return [str(n) for n in networks if n.version == 4 and n.is_private and n.prefixlen < 31]


def _no_target(connected: dict[str, list[str]]) -> str:
    lines = ["no target: name addresses, CIDRs, ranges, host names, @file or interfaces"]
    private = private_networks(connected)
    if private:
        lines.append(f"this machine is on {', '.join(private)}: scan that with --local")
    return "; ".join(lines)


def until_moment(text: str | None, now: datetime) -> datetime | None:
    """`HH:MM` local time, today or tomorrow, as UTC. Raises UsageError."""
    if text is None:
        return None
    try:
        wanted = datetime.strptime(text, "%H:%M").time()  # noqa: DTZ007 - a wall clock time
    except ValueError as error:
        raise UsageError(f"--until {text}: write a local time as HH:MM") from error
    local = now.astimezone()
    moment = local.replace(hour=wanted.hour, minute=wanted.minute, second=0, microsecond=0)
    if moment <= local:
        moment += timedelta(days=1)
    return moment.astimezone(UTC)


def resumed(records: Sequence[Record], options: ScanOptions, now: datetime) -> ScanPlan:
    """The plan of an interrupted run, from its journal. Raises UsageError, StoreError."""
    if options != ScanOptions(authorised_by=options.authorised_by, until=options.until):
        raise UsageError("--resume takes scope, ports and rate from the run: give no target")
    first = next((record for record in records if isinstance(record, Started)), None)
    if first is None:
        raise StoreError("the journal has no beginning: this run cannot be resumed")
    held = first.scope
    links = interfaces()
    sites: dict[str, list[str]] = {}
    for cidr, name in first.sites:
        sites.setdefault(name, []).append(cidr)
    scope = Scope(exclude=held.exclude)  # permits nothing: it only listened
    if held.targets:
        scope = build_scope(
            held.targets,
            held.exclude,
            allow_public=held.allow_public,
            sites=sites,
            connected=connected_networks(links),
            resolve=resolve,
        )
    profile = PROFILES[held.profile]
    authority = first.authority
    if options.authorised_by is not None:
        authority = Authority(name=options.authorised_by)
    return ScanPlan(
        scope=scope,
        ports=held.ports,
        profile=profile if first.rate is None else profile.with_rate(first.rate),
        interfaces=links,
        authority=authority,
        site=first.site,
        until=until_moment(options.until, now),
        rate=first.rate,
        passive=_left_to_hear(records, first, now),
        vantage=held.vantage,
    )


def _left_to_hear(records: Sequence[Record], first: Started, now: datetime) -> float | None:
    """Seconds of `--passive` that an interrupted run has left, as far as its journal knows: it has
    listened until it last heard or touched anybody. 0.0 where a run that only listened is over."""
    from camscan.discovery.passive import Passive  # reads captures: every codec

    over = None if first.scope.targets else 0.0
    if first.passive is None:
        return over
    last = first.at
    for record in records:
        match record:
            case MethodEnded(method=Method(name=Passive.name, status=MethodStatus.DONE)):
                return over
            case Saw(evidence=Evidence(at=at)) | Touched(contact=Contact(at=at)) if at <= now:
                last = max(last, at)
            case _:
                continue
    left = first.passive - (last - first.at).total_seconds()
    return left if left > 0 else over
