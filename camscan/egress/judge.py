"""The verdict of one talk: policy, role, inside, known cloud, else unexpected, with reasons.

The order is that of the design: the first step that applies names the verdict, and the reasons
say everything that is known. Nothing here depends on other devices (see fleet.py).
"""

from __future__ import annotations

from msgspec import Struct

from camscan.egress.address import Address, Network, is_inside, unwrapped
from camscan.egress.baseline import Baseline, Expectations
from camscan.egress.destination import KnownDestinations, Match, service_words
from camscan.egress.geo import Geo, GeoAnswer
from camscan.egress.place import is_abroad, place_reasons
from camscan.egress.policy import Policy
from camscan.egress.reason import Code, Reason
from camscan.egress.shape import shape_reasons
from camscan.egress.talk import Talk, time_of
from camscan.model.conversation import Direction, Verdict
from camscan.model.flow import Origin

_DNS_PORTS = frozenset({53, 853})
_NTP_PORT = 123
_ROLES = {
    53: "DNS",
    67: "DHCP",
    68: "DHCP",
    123: "NTP",
    546: "DHCPv6",
    547: "DHCPv6",
    853: "DNS over TLS",
}
_LOCAL_NAMES = (".local", ".lan", ".home", ".internal", ".localdomain", ".arpa", ".test")


class Seen(Struct, frozen=True, kw_only=True):
    """What the whole reading tells about one talk.

    `starts` is when each address was first seen (seconds), `resolving` the addresses whose DNS
    questions were seen, `both_ways` False when no answer to anybody was seen at all, `watched` how
    long the sources watched (seconds), `together` what only several talks of a device show
    (scans of the inside, volleys to the outside) by the talk's id.
    """

    starts: dict[str, float]
    resolving: frozenset[str]
    both_ways: bool
    watched: float = 0.0
    together: dict[str, Reason] = {}


class Judge:
    """Judges talks by one policy, one geo and one set of known destinations."""

    def __init__(
        self,
        policy: Policy,
        geo: Geo,
        known: KnownDestinations,
        seen: Seen,
        inside: tuple[Network, ...] = (),
        usual: Expectations | None = None,
    ) -> None:
        self._policy = policy
        self._geo = geo
        self._known = known
        self._seen = seen
        self._inside = policy.internal + inside
        self._usual = usual if usual is not None else Expectations(Baseline())

    def place(self, talk: Talk) -> GeoAnswer:
        """Country and network of the peer; empty for inside peers."""
        if talk.peer_address is None or self._is_inside(talk.peer_address):
            return GeoAnswer()
        return self._geo.lookup(str(talk.peer_address))

    def verdict(self, talk: Talk) -> tuple[Verdict, list[Reason]]:
        """The verdict and its reasons."""
        if talk.direction is Direction.OUT:
            decided, reasons = self._by_policy(talk)
            if decided is not None:
                return decided[0], [decided[1], *self._circumstances(talk, decided[0])]
        else:
            reasons = []
        if talk.peer is None:
            verdict, more = self._question(talk)
        elif talk.peer_address is not None and self._is_inside(talk.peer_address):
            verdict, more = self._within(talk)
        elif talk.direction is not Direction.OUT:
            verdict, more = self._not_a_call(talk)
        else:
            verdict, more = self._call(talk)
        return verdict, reasons + more

    def _is_inside(self, address: Address) -> bool:
        return is_inside(address, self._inside)

    def _by_policy(self, talk: Talk) -> tuple[tuple[Verdict, Reason] | None, list[Reason]]:
        """The rule that applies (deny wins), and the expired ones that would have."""
        expired: list[Reason] = []
        at = time_of(talk.last)
        decisions = (
            (Verdict.UNEXPECTED, Code.DENY_RULE, "forbids", self._policy.deny),
            (Verdict.ALLOWED, Code.ALLOW_RULE, "allows", self._policy.allow),
        )
        for verdict, code, word, rules in decisions:
            for rule in rules:
                if not rule.covers(talk):
                    continue
                if not rule.expired(at):
                    where, _, why = rule.text.partition(": ")
                    return (verdict, Reason(code, f"your rule for {where} {word} it: {why}")), []
                where, _, why = rule.text.partition(": ")
                text = f"your rule for {where} ended on {rule.until}: {why}"
                expired.append(Reason(Code.EXPIRED_RULE, text))
        within = talk.peer_address is not None and self._is_inside(talk.peer_address)
        for subject, mud in () if within else self._policy.mud:
            if subject.concerns(talk.device, talk.address):
                ace = mud.permits(talk, self._inside)
                if ace is not None:
                    text = f"the MUD file of {mud.title} permits it ({ace.title})"
                    return (Verdict.ALLOWED, Reason(Code.MUD_RULE, text)), []
        return None, expired

    def _circumstances(self, talk: Talk, verdict: Verdict) -> list[Reason]:
        """Where a forbidden peer is and how the talk looks; what is allowed needs no more."""
        if verdict is Verdict.ALLOWED or talk.peer is None:
            return []
        if talk.peer_address is not None and self._is_inside(talk.peer_address):
            return self._shape(talk)
        place = place_reasons(talk.peer, self.place(talk), self._policy)
        return [*place, self._naming(talk), *self._shape(talk)]

    def _within(self, talk: Talk) -> tuple[Verdict, list[Reason]]:
        """A peer inside the network."""
        role = _ROLES.get(talk.port or 0)
        if role is not None and talk.protocol in ("udp", "tcp"):
            text = f"{role} with {talk.peer}, inside the network"
            return Verdict.INFRASTRUCTURE, [Reason(Code.ROLE, text)]
        reasons = [Reason(Code.INSIDE, f"{talk.peer} is inside the network")]
        together = self._seen.together.get(talk.id)
        return Verdict.INTERNAL, [*reasons, together] if together is not None else reasons

    def _not_a_call(self, talk: Talk) -> tuple[Verdict, list[Reason]]:
        """Traffic with the outside that the device did not begin, or nobody knows who did."""
        place = place_reasons(talk.peer or "", self.place(talk), self._policy)
        if talk.direction is Direction.IN:
            text = f"{talk.peer} began it; only what the device begins is a call"
            return Verdict.UNKNOWN, [Reason(Code.PEER_BEGAN, text), *place]
        if talk.protocol.startswith("icmp"):
            text = "an ICMP error report, not a call"
            return Verdict.UNKNOWN, [Reason(Code.ICMP_ERROR, text), *place]
        text = "the beginning was not seen and the ports do not tell who began"
        return Verdict.UNKNOWN, [Reason(Code.DIRECTION_UNKNOWN, text), *place]

    def _call(self, talk: Talk) -> tuple[Verdict, list[Reason]]:
        """A call to the outside."""
        match = self._known.match(talk.name, talk.protocol, talk.port, talk.device)
        if match is None and talk.peer_address is not None:
            peer = unwrapped(talk.peer_address)
            match = self._known.match_address(peer, talk.protocol, talk.port, talk.device)
        place = place_reasons(talk.peer or "", self.place(talk), self._policy)
        shape = self._shape(talk)
        own = match is not None and match.own
        bound = self._not_in_mud(talk)
        if bound is not None:
            listed = _listed(match, talk) if match is not None else []
            return Verdict.UNEXPECTED, [bound, *listed, *place, self._naming(talk), *shape]
        if not own:
            role = self._outside_role(talk)
            if role is not None:
                verdict, reason = role
                return verdict, [reason, *place, *shape]
        if match is not None:
            return Verdict.VENDOR_CLOUD, [*self._cloud(match, talk), *place, *shape]
        usual = self._usual.judge(talk)
        if usual is not None and usual[0] is Verdict.EXPECTED:
            return Verdict.EXPECTED, [usual[1], *place, self._naming(talk), *shape]
        reasons = [Reason(Code.NOT_LISTED, self._unlisted(talk)), *place, self._naming(talk)]
        reasons.extend(self._library(talk))
        reasons.extend(shape)
        if usual is not None:
            reasons.append(usual[1])
        reasons.extend(self._usual.novelty(talk))
        reasons.extend(self._late(talk))
        return Verdict.UNEXPECTED, reasons

    def _not_in_mud(self, talk: Talk) -> Reason | None:
        """A device that a MUD file describes begins nothing else."""
        for subject, mud in self._policy.mud:
            if subject.concerns(talk.device, talk.address):
                return Reason(Code.NOT_IN_MUD, f"the MUD file of {mud.title} does not permit it")
        return None

    def _cloud(self, match: Match, talk: Talk) -> list[Reason]:
        """Whose cloud it is, and whether the user permits makers' clouds."""
        if self._policy.vendor_cloud != "deny" or match.destination.purpose == "time":
            return _listed(match, talk)
        text = 'your policy permits no maker\'s cloud (vendor_cloud = "deny")'
        return [*_listed(match, talk), Reason(Code.CLOUD_DENIED, text)]

    def _library(self, talk: Talk) -> list[Reason]:
        """A peer-to-peer library by the first bytes, else by the port, which is only a hint."""
        seen = self._known.library(talk.library)
        if seen is not None:
            text = f"the first bytes are those of the P2P library {seen.name}"
            if self._known.carries(seen, talk.device):
                text += ", which devices of this maker have built in"
            return [Reason(Code.P2P_LIBRARY, text)]
        hint = self._known.library_at(talk.protocol, talk.port)
        cloud = self._known.by_port(talk.protocol, talk.port)
        name = hint.name if hint is not None else self._known.owner(cloud) if cloud else None
        if name is None:
            return []
        text = (
            f"{talk.protocol}/{talk.port} is a port of the P2P library {name}, which proves nothing"
        )
        return [Reason(Code.P2P_LIBRARY, text)]

    def _shape(self, talk: Talk) -> list[Reason]:
        """What the counters say, and what only the talks of a device together show."""
        shape = shape_reasons(talk, both_ways=self._seen.both_ways, watched=self._seen.watched)
        together = self._seen.together.get(talk.id)
        return [*shape, together] if together is not None else shape

    def _outside_role(self, talk: Talk) -> tuple[Verdict, Reason] | None:
        """DNS or NTP with a server outside: the user's choice, or one that is not."""
        peer = talk.peer_address
        if talk.port in _DNS_PORTS and talk.protocol in ("udp", "tcp"):
            chosen, code, what = self._policy.dns, Code.FOREIGN_DNS, "name server"
            service = self._known.service("resolver", talk.peer, talk.name)
        elif talk.port == _NTP_PORT and talk.protocol == "udp":
            chosen, code, what = self._policy.ntp, Code.FOREIGN_NTP, "clock"
            service = self._known.service("clock", talk.peer, talk.name)
        else:
            return None
        if peer is not None and any(
            peer in network for network in chosen if network.version == peer.version
        ):
            text = f"{talk.peer} is a {what} of your choice"
            return Verdict.INFRASTRUCTURE, Reason(Code.ROLE, text)
        called = f"{talk.name} ({talk.peer})" if talk.name else str(talk.peer)
        text = f"{called} is a {what} outside the network"
        if service is not None:
            text += f": {service_words(service, talk.device)}"
        return Verdict.UNEXPECTED, Reason(code, text)

    def _question(self, talk: Talk) -> tuple[Verdict, list[Reason]]:
        """A DNS question without a connection."""
        name = talk.name or ""
        asked = Reason(Code.NAME_ONLY, f"asked for the name {name}, and no connection was seen")
        if talk.blocked:
            stopped = "the name server gave no address on purpose, says its log or answer"
            verdict, reasons = self._question_verdict(talk, name, asked)
            return verdict, [*reasons, Reason(Code.BLOCKED, stopped)]
        return self._question_verdict(talk, name, asked)

    def _question_verdict(
        self, talk: Talk, name: str, asked: Reason
    ) -> tuple[Verdict, list[Reason]]:
        """What a question alone says."""
        if "." not in name or name.endswith(_LOCAL_NAMES):
            return Verdict.INFRASTRUCTURE, [asked]
        match = self._known.match(name, talk.protocol, None, talk.device)
        if match is not None:
            return Verdict.VENDOR_CLOUD, [asked, *self._cloud(match, talk)]
        usual = self._usual.judge(talk)
        if usual is not None:
            return usual[0], [usual[1], asked]
        for address in talk.answered:
            answer = self._geo.lookup(address)
            if is_abroad(answer, self._policy):
                return Verdict.UNEXPECTED, [
                    Reason(Code.NOT_LISTED, self._unlisted(talk)),
                    asked,
                    *place_reasons(address, answer, self._policy),
                ]
        return Verdict.UNKNOWN, [asked]

    def _unlisted(self, talk: Talk) -> str:
        where = talk.name or talk.peer
        device = talk.device
        if device is not None and device.maker is not None:
            return f"{where} is no known destination of {device.maker.name} or any other maker"
        return f"{where} is no known destination of any maker"

    def _naming(self, talk: Talk) -> Reason:
        """Whether a name led there; nothing is concluded where no DNS at all was seen."""
        if talk.name is not None:
            source = f" (from {talk.name_source})" if talk.name_source else ""
            return Reason(Code.NAMED, f"called by the name {talk.name}{source}")
        if talk.address in self._seen.resolving:
            text = f"called by address: no DNS answer to the device named {talk.peer}"
            return Reason(Code.DIRECT_IP, text)
        if self._seen.resolving:
            others = len(self._seen.resolving)
            text = (
                f"called by address: no DNS question of the device was seen, but of {others} others"
            )
            return Reason(Code.DIRECT_IP, text)
        return Reason(Code.NO_NAME, "no name was seen, nor any DNS question of any device")

    def _late(self, talk: Talk) -> list[Reason]:
        """Whether it began well after the device was first seen."""
        start = self._seen.starts.get(talk.address, talk.first)
        waited = talk.first - start
        if waited < 600 or talk.origin is Origin.UNKNOWN:
            return []
        at = f"{time_of(talk.first):%Y-%m-%d %H:%M:%S} UTC"
        text = f"first seen at {at}, {_span(waited)} after the device was first seen"
        return [Reason(Code.LATE_START, text)]


def _span(seconds: float) -> str:
    """A duration for people."""
    minutes = int(seconds // 60)
    if minutes < 120:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min"


def _listed(match: Match, talk: Talk) -> list[Reason]:
    """Whose cloud it is, and whether the device should know it."""
    known = match.destination
    use = f"{talk.name or talk.peer} is known as {known.maker}'s ({known.purpose})"
    reasons = [Reason(Code.LISTED, f"{use}; if blocked: {known.breaks}")]
    if not match.own:
        code = Code.P2P_LIBRARY if known.purpose == "p2p" else Code.OEM_HINT
        device = talk.device
        held = device.maker.name if device is not None and device.maker is not None else "unknown"
        text = f"the destination is {known.maker}'s, the maker of the device is held to be {held}"
        reasons.append(Reason(code, text))
    if not match.listed_port and talk.peer is not None:
        text = f"{talk.protocol}/{talk.port} is not among its listed ports"
        reasons.append(Reason(Code.UNLISTED_PORT, text))
    return reasons
