"""RFC 8520 manufacturer usage descriptions as policy: what a file lets a device begin.

Read are the access lists of `from-device-policy` (RFC 8519) with the matches that such files use:
names and networks of the destination, protocol, ports, and the abstractions `controller`,
`my-controller`, `local-networks`, `same-manufacturer`, `manufacturer` and `model` (RFC 8520
section 8). What is not understood permits nothing and is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from msgspec import Struct

from camscan.egress.address import Network, is_inside
from camscan.egress.rule import network
from camscan.egress.talk import Talk
from camscan.errors import ConfigError

DNS, NTP = "urn:ietf:params:mud:dns", "urn:ietf:params:mud:ntp"
_ACLS = "ietf-access-control-list:acls"
_MUD = "ietf-mud:mud"
_PROTOCOLS = {1: "icmp", 6: "tcp", 17: "udp", 58: "icmpv6"}
_MOST_ACES = 4096
_LOCAL = ("local-networks", "same-manufacturer", "manufacturer", "model", "my-controller")


class Ports(Struct, frozen=True, kw_only=True):
    """From `low` to `high`, or, `inverted`, all but these."""

    low: int
    high: int
    inverted: bool = False

    def has(self, port: int | None) -> bool:
        """True when the port is one of them."""
        return port is not None and (self.low <= port <= self.high) != self.inverted


class Ace(Struct, frozen=True, kw_only=True):
    """One entry: a destination by `name`, `network` or `role` (`dns`, `ntp`, `local`), with
    protocol and port where given (None: any); `permit` False drops."""

    title: str
    permit: bool = True
    name: str | None = None
    within: Network | None = None
    role: str | None = None
    protocol: str | None = None
    ports: Ports | None = None

    def covers(self, talk: Talk, inside: tuple[Network, ...]) -> bool:
        """True when the talk is what the entry speaks of. `inside`: the user's own networks."""
        if talk.peer is None:  # a question: only its name can be in order
            return self.name is not None and self.name == (talk.name or "").rstrip(".").lower()
        if self.protocol is not None and talk.protocol != self.protocol:
            return False
        if self.ports is not None and not self.ports.has(talk.port):
            return False
        if self.name is not None and (talk.name or "").rstrip(".").lower() != self.name:
            return False
        peer = talk.peer_address
        if self.within is not None and (
            peer is None or peer.version != self.within.version or peer not in self.within
        ):
            return False
        if self.role == "dns":
            return talk.port in (53, 853)
        if self.role == "ntp":
            return talk.port == 123 and talk.protocol == "udp"
        if self.role == "local":
            return peer is not None and is_inside(peer, inside)
        return True


class Mud(Struct, frozen=True, kw_only=True):
    """One file: `title` for sentences, its entries in order, and what was not understood."""

    title: str
    aces: tuple[Ace, ...]
    problems: tuple[str, ...] = ()

    def permits(self, talk: Talk, inside: tuple[Network, ...]) -> Ace | None:
        """The entry that permits the talk, or None: the first that covers it decides."""
        for ace in self.aces:
            if ace.covers(talk, inside):
                return ace if ace.permit else None
        return None


def parse_mud(data: bytes, name: str) -> Mud:
    """A MUD file (JSON). Raises ConfigError when it is none at all."""
    try:
        document = msgspec.json.decode(data)
        head = document[_MUD]
        acls = {acl["name"]: acl for acl in document[_ACLS]["acl"]}
        wanted = [
            entry["name"] for entry in head["from-device-policy"]["access-lists"]["access-list"]
        ]
    except (msgspec.DecodeError, UnicodeDecodeError, KeyError, TypeError, IndexError) as error:
        raise ConfigError(f"{name} is no MUD file (RFC 8520): {error!r}") from error
    info = head.get("systeminfo")
    title = info if isinstance(info, str) and info else name
    aces: list[Ace] = []
    problems: list[str] = []
    for acl_name in wanted:
        acl = acls.get(acl_name) if isinstance(acl_name, str) else None
        if acl is None:
            problems.append(f"access list {acl_name!r} is missing")
            continue
        for entry in _entries(acl):
            if len(aces) >= _MOST_ACES:
                problems.append(f"more than {_MOST_ACES} entries; the rest was left out")
                break
            read = _ace(entry, problems)
            if read is not None:
                aces.append(read)
    return Mud(title=title[:200], aces=tuple(aces), problems=tuple(problems[:50]))


def _entries(acl: object) -> Iterable[Mapping[str, Any]]:
    holder = acl.get("aces") if isinstance(acl, dict) else None
    entries = holder.get("ace") if isinstance(holder, dict) else None
    return [each for each in entries if isinstance(each, dict)] if isinstance(entries, list) else []


def _ace(entry: Mapping[str, Any], problems: list[str]) -> Ace | None:
    title = str(entry.get("name", "unnamed"))[:100]
    matches, actions = entry.get("matches"), entry.get("actions")
    if not isinstance(matches, dict) or not isinstance(actions, dict):
        problems.append(f"entry {title!r} has no matches or no action")
        return None
    told: dict[str, Any] = {}
    for kind, match in matches.items():
        if not isinstance(match, dict):
            problems.append(f"entry {title!r}: {kind} is not understood")
            return None
        try:
            understood = _read_match(kind, match, told)
        except (ValueError, TypeError, KeyError):
            understood = False
        if not understood:
            problems.append(f"entry {title!r}: {kind} {sorted(match)} is not understood")
            return None
    return Ace(title=title, permit=actions.get("forwarding") == "accept", **told)


def _read_match(kind: str, match: Mapping[str, Any], told: dict[str, Any]) -> bool:
    """Add what one match says; False when any part of it is not understood."""
    if kind in ("ipv4", "ipv6"):
        return _read_ip(match, told)
    if kind in ("tcp", "udp"):
        told["protocol"] = kind
        return _read_ports(match, told)
    if kind == "icmp":
        told.setdefault("protocol", "icmp")
        return True
    if kind in ("ietf-mud:mud", "mud"):
        return _read_role(match, told)
    return kind == "eth"


def _read_ip(match: Mapping[str, Any], told: dict[str, Any]) -> bool:
    for key, value in match.items():
        plain = key.rpartition(":")[2]
        if plain == "dst-dnsname":
            told["name"] = str(value).rstrip(".").lower()
        elif plain in ("destination-ipv4-network", "destination-ipv6-network"):
            told["within"] = network(str(value))
            if told["within"] is None:
                return False
        elif plain == "protocol":
            told["protocol"] = _PROTOCOLS.get(int(value), f"ip-{int(value)}")
        elif plain not in ("dscp", "ecn", "length", "ttl"):
            return False
    return True


def _read_ports(match: Mapping[str, Any], told: dict[str, Any]) -> bool:
    for key, value in match.items():
        plain = key.rpartition(":")[2]
        if plain == "destination-port":
            ports = _ports(value)
            if ports is None:
                return False
            told["ports"] = ports
        elif plain not in ("direction-initiated", "source-port", "flags"):
            return False
    return True


def _ports(value: Mapping[str, Any]) -> Ports | None:
    """RFC 8519 section 4.2: a range, or an operator (`eq`, `neq`, `lte`, `gte`) and a port."""
    if "lower-port" in value:
        return Ports(low=int(value["lower-port"]), high=int(value.get("upper-port", 65_535)))
    port = int(value["port"])
    operator = value.get("operator", "eq")
    ranges = {
        "eq": Ports(low=port, high=port),
        "neq": Ports(low=port, high=port, inverted=True),
        "lte": Ports(low=0, high=port),
        "gte": Ports(low=port, high=65_535),
    }
    return ranges.get(operator)


def _read_role(match: Mapping[str, Any], told: dict[str, Any]) -> bool:
    for key, value in match.items():
        plain = key.rpartition(":")[2]
        if plain == "controller":
            roles = {DNS: "dns", NTP: "ntp"}
            if value not in roles:
                return False
            told["role"] = roles[value]
        elif plain in _LOCAL:
            told["role"] = "local"
        elif plain != "direction-initiated":
            return False
    return True
