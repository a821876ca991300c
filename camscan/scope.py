"""What may be touched: targets minus exclusions; deny wins, empty refuses, public needs a flag."""

from __future__ import annotations

import ipaddress
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from pathlib import Path

from msgspec import Struct

from camscan.errors import ScopeError

TARGET_FORMS = "an address, CIDR, range (10.1.2.10-40), host name, @file or interface name"

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address

_FIRST_GROUP = 0xE0000000  # 224.0.0.0: groups, and after them what is reserved

_FEW = 4

ENUMERABLE_V6 = 1 << 16
"""IPv6 networks larger than this are reached by multicast only, never address by address."""


class SiteSubnet(Struct, frozen=True, kw_only=True):
    """One subnet of the scope as coverage reports it."""

    cidr: str
    site: str | None


class Span(Struct, frozen=True, order=True):
    """Consecutive addresses of one IP version, as integers, both ends included."""

    first: int
    last: int

    @property
    def size(self) -> int:
        """How many addresses; an IPv6 span has more than `len` can say."""
        return self.last - self.first + 1


class SpanSet(Struct, frozen=True):
    """Disjoint, sorted spans; membership by bisection."""

    spans: tuple[Span, ...] = ()

    @classmethod
    def of(cls, spans: Iterable[Span]) -> SpanSet:
        """Merge overlapping and adjacent spans."""
        merged: list[Span] = []
        for span in sorted(spans):
            if merged and span.first <= merged[-1].last + 1:
                if span.last > merged[-1].last:
                    merged[-1] = Span(merged[-1].first, span.last)
            else:
                merged.append(span)
        return cls(tuple(merged))

    def minus(self, other: SpanSet) -> SpanSet:
        """What is in this set and not in `other`."""
        left: list[Span] = []
        for span in self.spans:
            first = span.first
            for hole in other.spans:
                if hole.last < first or hole.first > span.last:
                    continue
                if hole.first > first:
                    left.append(Span(first, hole.first - 1))
                first = hole.last + 1
            if first <= span.last:
                left.append(Span(first, span.last))
        return SpanSet(tuple(left))

    def __contains__(self, value: int) -> bool:
        if len(self.spans) <= _FEW:  # the usual case, asked for every packet: a loop is quicker
            for span in self.spans:  # noqa: SIM110 - four times as quick as any()
                if span.first <= value <= span.last:
                    return True
            return False
        index = bisect_right(self.spans, value, key=lambda span: span.first) - 1
        return index >= 0 and value <= self.spans[index].last

    def covers(self, span: Span) -> bool:
        """True when every address of `span` is in the set."""
        index = bisect_right(self.spans, span.first, key=lambda held: held.first) - 1
        return index >= 0 and span.last <= self.spans[index].last

    def total(self) -> int:
        """How many addresses the set holds."""
        return sum(span.size for span in self.spans)


class Scope(Struct, frozen=True, kw_only=True):
    """The effective scope. Build it with `build_scope`; a Scope without targets permits nothing."""

    targets: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    allow_public: bool = False
    v4: SpanSet = SpanSet()
    v6: SpanSet = SpanSet()
    links: frozenset[str] = frozenset()
    subnets: tuple[SiteSubnet, ...] = ()
    sites: tuple[tuple[str, str], ...] = ()
    public_connected: tuple[str, ...] = ()

    def permits(self, address: str) -> bool:
        """True when `address` (IPv6 scope ids understood) may be sent a packet."""
        return self.refusal(address) is None

    def refusal(self, address: str) -> str | None:
        """Why `address` may not be touched, or None when it may."""
        try:
            parsed, reason = _read(address)
        except ValueError:
            return f"{address!r} is not an IP address"
        if reason is not None:
            return reason
        held = self.v4 if parsed.version == 4 else self.v6
        if int(parsed) not in held:
            return "outside the scope"
        if parsed.version == 6 and parsed.is_link_local:
            link = parsed.scope_id
            if link is None:
                return "a link-local address needs its interface (fe80::1%eth0)"
            if self.links and link not in self.links:
                return f"interface {link} is not in the scope"
        return None

    def permits_ipv4(self, value: int) -> bool:
        """`permits` of an IPv4 address as an integer: for sweeps, where parsing would cost most."""
        return 0 < value < _FIRST_GROUP and value in self.v4

    def covers(self, network: Network) -> bool:
        """True when every host address of `network` is in scope and none is excluded."""
        held = self.v4 if network.version == 4 else self.v6
        span = _host_span(network)
        return held.covers(span)

    @property
    def address_count(self) -> int:
        """Addresses that `addresses()` yields."""
        return self.v4.total() + sum(
            span.size for span in self.v6.spans if span.size <= ENUMERABLE_V6
        )

    def addresses(self) -> Iterator[str]:
        """Every address to ask one by one: all IPv4, and IPv6 in blocks of at most 65,536."""
        for span in self.v4.spans:
            for value in range(span.first, span.last + 1):
                yield f"{value >> 24}.{value >> 16 & 255}.{value >> 8 & 255}.{value & 255}"
        for span in self.v6.spans:
            if span.size > ENUMERABLE_V6:
                continue
            for value in range(span.first, span.last + 1):
                text = str(IPv6Address(value))
                if IPv6Address(value).is_link_local:
                    yield from (f"{text}%{link}" for link in sorted(self.links))
                else:
                    yield text

    def too_large(self) -> tuple[str, ...]:
        """IPv6 ranges in scope that are too large to be asked address by address."""
        return tuple(
            f"{IPv6Address(span.first)}-{IPv6Address(span.last)}"
            for span in self.v6.spans
            if span.size > ENUMERABLE_V6
        )

    def site_of(self, address: str) -> str | None:
        """The site whose narrowest subnet holds `address`, or None."""
        parsed = ipaddress.ip_address(address)
        best: tuple[int, str] | None = None
        for cidr, site in self.sites:
            network = ipaddress.ip_network(cidr)
            if parsed in network and (best is None or network.prefixlen > best[0]):
                best = (network.prefixlen, site)
        return best[1] if best else None


@lru_cache(maxsize=4096)  # a sweep asks about each address several times in a row
def _read(address: str) -> tuple[Address, str | None]:
    """The address, IPv4-mapped IPv6 as IPv4, and why it can be no target whatever the scope."""
    parsed = ipaddress.ip_address(address)
    if parsed.version == 6 and parsed.ipv4_mapped is not None:
        parsed = parsed.ipv4_mapped
    return parsed, _never_a_target(parsed)


def _never_a_target(address: Address) -> str | None:
    if address.is_multicast:
        return "a multicast group is not a target"
    if address.is_unspecified:
        return "the unspecified address is not a target"
    if address.version == 4 and address.is_reserved:
        return "a reserved address is not a target"
    return None


def _host_span(network: Network) -> Span:
    """The host addresses of a network: without network and broadcast address in IPv4."""
    first, last = int(network.network_address), int(network.broadcast_address)
    if network.version == 4 and network.prefixlen <= 30:
        return Span(first + 1, last - 1)
    return Span(first, last)


class _Parsed(Struct):
    v4: list[Span]
    v6: list[Span]
    networks: list[Network]
    links: set[str]

    def add(self, version: int, span: Span) -> None:
        (self.v4 if version == 4 else self.v6).append(span)


Resolver = Callable[[str], Sequence[str]]


def build_scope(
    targets: Sequence[str],
    exclude: Sequence[str] = (),
    *,
    allow_public: bool = False,
    sites: Mapping[str, Sequence[str]] | None = None,
    connected: Mapping[str, Sequence[str]] | None = None,
    resolve: Resolver | None = None,
) -> Scope:
    """Parse targets and exclusions into the effective scope.

    `sites` maps a site's name to its CIDRs; `connected` an interface's name to the CIDRs on it;
    `resolve` turns a host name into addresses. Raises ScopeError for a target that does not
    parse, for public addresses without `allow_public` (unless directly connected), and when
    nothing is left.
    """
    connected = connected or {}
    wanted = _parse(targets, connected, resolve)
    denied = _parse(exclude, connected, resolve, whole_networks=True)
    v4 = SpanSet.of(wanted.v4).minus(SpanSet.of(denied.v4))
    v6 = SpanSet.of(wanted.v6).minus(SpanSet.of(denied.v6))
    links = frozenset(wanted.links - denied.links)
    if not v4.spans and not v6.spans:
        if targets:
            raise ScopeError("every target is excluded: nothing is left to scan")
        raise ScopeError(f"no target: name {TARGET_FORMS}, or use --local")
    on_wire = [ipaddress.ip_network(c, strict=False) for cs in connected.values() for c in cs]
    public = _public_parts(v4, v6)
    own_public = [n for n in on_wire if n.is_global]
    if not allow_public:
        for first, text in public:
            if not any(first in network for network in own_public):
                raise ScopeError(
                    f"{text} is a public address: scan only what you are authorised to, "
                    "with --allow-public and --authorised-by"
                )
    site_pairs = tuple(
        (str(ipaddress.ip_network(cidr, strict=False)), name)
        for name, cidrs in (sites or {}).items()
        for cidr in cidrs
    )
    return Scope(
        targets=tuple(targets),
        exclude=tuple(exclude),
        allow_public=allow_public,
        v4=v4,
        v6=v6,
        links=links,
        subnets=_coverage_subnets(wanted, v4, v6, site_pairs),
        sites=site_pairs,
        public_connected=tuple(
            str(n) for n in own_public if any(first in n for first, _ in public)
        ),
    )


def whole_networks(texts: Sequence[str]) -> tuple[SpanSet, SpanSet]:
    """IPv4 and IPv6 spans of literal targets, network and broadcast addresses included."""
    parsed = _parse(texts, {}, None, whole_networks=True)
    return SpanSet.of(parsed.v4), SpanSet.of(parsed.v6)


def _parse(
    texts: Sequence[str],
    connected: Mapping[str, Sequence[str]],
    resolve: Resolver | None,
    *,
    whole_networks: bool = False,
) -> _Parsed:
    parsed = _Parsed(v4=[], v6=[], networks=[], links=set())
    for text in _expand_files(texts):
        _parse_one(text, parsed, connected, resolve, whole_networks)
    return parsed


def _expand_files(texts: Sequence[str]) -> Iterator[str]:
    for text in texts:
        text = text.strip()
        if not text.startswith("@"):
            yield text
            continue
        path = Path(text[1:])
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except OSError as error:
            raise ScopeError(f"cannot read the target file {path}: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise ScopeError(f"cannot read the target file {path}: it is no UTF-8 text") from error
        for line in lines:
            entry = line.partition("#")[0].strip()
            if entry:
                yield entry


def _parse_one(
    text: str,
    parsed: _Parsed,
    connected: Mapping[str, Sequence[str]],
    resolve: Resolver | None,
    whole_networks: bool,
) -> None:
    if text in connected:
        parsed.links.add(text)
        for cidr in connected[text]:
            _add_network(ipaddress.ip_network(cidr, strict=False), parsed, whole_networks)
        return
    try:
        _add_literal(text, parsed, whole_networks)
    except ValueError as error:
        if resolve is None or not _looks_like_name(text):
            raise ScopeError(f"cannot read the target {text!r}: expected {TARGET_FORMS}") from error
        addresses = resolve(text)
        if not addresses:
            raise ScopeError(
                f"the target {text!r} is neither an interface nor a name that resolves"
            ) from error
        for address in addresses:
            _add_literal(address, parsed, whole_networks)


def _looks_like_name(text: str) -> bool:
    return (
        bool(text) and all(c.isalnum() or c in "-._" for c in text) and any(map(str.isalpha, text))
    )


def _add_literal(text: str, parsed: _Parsed, whole_networks: bool) -> None:
    """Add an address, CIDR or range; raises ValueError when it is none of these."""
    if "/" in text:
        _add_network(ipaddress.ip_network(text, strict=False), parsed, whole_networks)
        return
    first_text, dash, last_text = text.partition("-")
    first = ipaddress.ip_address(first_text)
    if not dash:
        _add_span(first, first, text, parsed)
        return
    if last_text.isdigit() and first.version == 4:
        last_text = f"{first_text.rpartition('.')[0]}.{last_text}"
    last = ipaddress.ip_address(last_text)
    if last.version != first.version or int(last) < int(first):
        raise ValueError(f"the range {text} ends before it begins")
    _add_span(first, last, text, parsed)


def _add_span(first: Address, last: Address, text: str, parsed: _Parsed) -> None:
    for end in (first, last):
        reason = _never_a_target(end)
        if reason is not None:
            raise ScopeError(f"{text}: {reason}")
    if first.version == 6 and first.scope_id is not None:
        parsed.links.add(first.scope_id)
    parsed.add(first.version, Span(int(first), int(last)))
    prefix = 24 if first.version == 4 else 64
    for value in range(int(first) >> 8, (int(last) >> 8) + 1) if first.version == 4 else (0,):
        base = IPv4Address(value << 8) if first.version == 4 else first
        network = ipaddress.ip_network(f"{str(base).partition('%')[0]}/{prefix}", strict=False)
        if network not in parsed.networks:
            parsed.networks.append(network)


def _add_network(network: Network, parsed: _Parsed, whole: bool) -> None:
    reason = _never_a_target(network.network_address)
    if reason is not None and not (
        network.network_address.is_unspecified and network.prefixlen == 0
    ):
        raise ScopeError(f"{network}: {reason}")
    span = (
        Span(int(network.network_address), int(network.broadcast_address))
        if whole
        else _host_span(network)
    )
    parsed.add(network.version, span)
    parsed.networks.append(network)


def _public_parts(v4: SpanSet, v6: SpanSet) -> list[tuple[Address, str]]:
    found: list[tuple[Address, str]] = []
    for spans, kind in ((v4.spans, IPv4Address), (v6.spans, IPv6Address)):
        for span in spans:
            for network in ipaddress.summarize_address_range(kind(span.first), kind(span.last)):
                if _any_public(network):
                    found.append((network.network_address, str(network)))
    return found


def _any_public(network: Network) -> bool:
    """True when some address of the network is globally routable.

    `is_global` speaks for both ends only, so a network that is wider than any special-purpose
    block (10.0.0.0/8 is the widest) and not inside one is public somewhere.
    """
    if network.is_private or network.is_link_local or network.is_loopback:
        return False
    shared = IPv4Network("100.64.0.0/10")
    return not (network.version == 4 and network.subnet_of(shared))


def _coverage_subnets(
    wanted: _Parsed, v4: SpanSet, v6: SpanSet, sites: Sequence[tuple[str, str]]
) -> tuple[SiteSubnet, ...]:
    """The rows of coverage: declared site subnets first, else the targets in parts."""
    rows: dict[Network, str | None] = {}
    site_networks = [(ipaddress.ip_network(cidr), site) for cidr, site in sites]
    for network, site in site_networks:
        held = v4 if network.version == 4 else v6
        if any(
            s.first <= int(network.broadcast_address) and s.last >= int(network.network_address)
            for s in held.spans
        ):
            for part in _split(network):
                rows.setdefault(part, site)
    for network in wanted.networks:
        lengths = sorted({held.prefixlen for held in rows if held.version == network.version})
        for part in _split(network):
            wider = (part.supernet(new_prefix=p) for p in lengths if p <= part.prefixlen)
            if not any(held in rows for held in wider):
                rows[part] = None
    return tuple(SiteSubnet(cidr=str(network), site=site) for network, site in rows.items())


def _split(network: Network) -> Iterator[Network]:
    """Parts no wider than /24, but at most 4,096 of them."""
    if network.version == 4 and network.prefixlen < 24:
        yield from network.subnets(new_prefix=min(24, network.prefixlen + 12))
    else:
        yield network
