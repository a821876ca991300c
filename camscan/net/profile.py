"""The three scan profiles: how fast camscan may send, and how long it listens."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace


class Profile(Struct, frozen=True, kw_only=True):
    """Rates in packets/s, gaps and durations in seconds.

    `on_link_pps` is also the ceiling of everything together; the routed rates lie below it,
    for firewalls between subnets drop a source that sends too fast. `host_gap` lies between two
    SYNs to one host, `probe_gap` between the end of one probe of a host and the next.
    """

    name: str
    on_link_pps: float
    routed_syn_pps: float
    routed_udp_pps: float
    host_gap: float = 0.020
    probe_gap: float = 0.050
    ask_seconds: float = 1.0
    listen_seconds: float = 1.5

    def with_rate(self, per_second: float) -> Profile:
        """This profile at a rate the user gave: it replaces every rate and the SYN gap."""
        return replace(
            self,
            on_link_pps=per_second,
            routed_syn_pps=per_second,
            routed_udp_pps=per_second,
            host_gap=0.0,
        )


# WS-Discovery times of gentle and thorough: three probes sent three times take about 2 s
# (SOAP-over-UDP 2004), and devices answer late; normal trades that patience for speed.
PROFILES: dict[str, Profile] = {
    "gentle": Profile(
        name="gentle",
        on_link_pps=100,
        routed_syn_pps=100,
        routed_udp_pps=100,
        probe_gap=1.0,
        ask_seconds=2.0,
        listen_seconds=5.0,
    ),
    "normal": Profile(
        name="normal",
        on_link_pps=2000,
        routed_syn_pps=500,
        routed_udp_pps=200,
    ),
    "thorough": Profile(
        name="thorough",
        on_link_pps=10000,
        routed_syn_pps=10000,
        routed_udp_pps=10000,
        ask_seconds=2.0,
        listen_seconds=5.0,
    ),
}
