"""The day as the pfSense firewall between the subnets and at the border logs it: filterlog lines.

Fields: docs.netgate.com, "Raw Filter Log Format"; syslog by RFC 5424, as pfSense sends it when told
so. pf logs the packet that makes a state and none after it, of a blocked try every packet. What
stays in one subnet passes no firewall. Sizes and answers are not in it.
"""

from __future__ import annotations

import datetime
import heapq
import random
from collections.abc import Iterator
from pathlib import Path

from camscan.lab.day.exchange import Day, Exchange
from camscan.lab.day.wire import SYN, Packet, header, packets

WAN_ADDRESS = "203.0.113.10"
_NOISE = 1_500
_NOISE_PORTS = (22, 23, 80, 443, 445, 554, 3389, 8000, 8080, 37777)
_PASS_RULE, _BLOCK_RULE, _WAN_RULE = 94, 61, 4
_IDLE = 60.0  # seconds after which a UDP state is forgotten (pf: udp.multiple)


def write_filterlog(path: Path, day: Day) -> int:
    """Write the log; returns how many lines there are."""
    lines = heapq.merge(_crossing(day), _noise(day))
    count = 0
    with path.open("w", encoding="ascii", newline="\n") as file:
        for at, text in lines:
            moment = datetime.datetime.fromtimestamp(at, datetime.UTC).isoformat(
                "T", "microseconds"
            )
            file.write(f"<134>1 {moment} fw.council.example filterlog 61234 - - {text}\n")
            count += 1
    return count


def _crossing(day: Day) -> Iterator[tuple[float, str]]:
    """What the firewall routes, in order of time."""
    rng = random.Random(f"filterlog {day.date.isoformat()}")
    held: list[tuple[float, str]] = []
    states: dict[tuple[str, int, str, int], float] = {}
    for one in day.exchanges:
        while held and held[0][0] <= one.at:
            yield heapq.heappop(held)
        if _subnet(one.client.address) == _subnet(one.server.address):
            continue
        blocked = one.outcome == "blocked"
        key = (one.client.address, one.ends[0], one.server.address, one.ends[1])
        if not blocked and one.protocol == "udp":
            known = states.get(key)
            states[key] = one.at
            if known is not None and one.at - known < _IDLE:
                continue
        for packet in packets(one):
            heapq.heappush(held, (packet.at, _line(one, packet, day.base, rng, blocked=blocked)))
            if not blocked:
                break
    while held:
        yield heapq.heappop(held)


def _subnet(address: str) -> str:
    return address.rpartition(".")[0]


def _line(one: Exchange, packet: Packet, base: str, rng: random.Random, *, blocked: bool) -> str:
    source, target = one.client.address, one.server.address
    inside = source.startswith(f"{base}.")
    interface = f"igb1.{source.split('.')[2]}" if inside else "igb0"
    rule = _BLOCK_RULE if blocked else _PASS_RULE
    return _text(
        f"{rule},,,{1_700_000_000 + rule},{interface},match,{'block' if blocked else 'pass'},in",
        (source, target),
        one.ends,
        packet.size if one.protocol == "udp" else None,
        rng,
        length=packet.size + header(one.protocol, SYN),
    )


def _text(
    head: str,
    addresses: tuple[str, str],
    ports: tuple[int, int],
    datagram: int | None,
    rng: random.Random,
    *,
    length: int,
) -> str:
    """The line of one packet: a SYN, or a datagram of so many octets."""
    protocol = "6,tcp" if datagram is None else "17,udp"
    ip = f"4,0x0,,64,{rng.randrange(65_536)},0,DF,{protocol},{length},{','.join(addresses)}"
    rest = f"{ports[0]},{ports[1]},{datagram or 0}"
    if datagram is None:
        rest += f",S,{rng.getrandbits(32)},,64240,,mss;nop;nop;sackOK"
    return f"{head},{ip},{rest}"


def _noise(day: Day) -> Iterator[tuple[float, str]]:
    """What the Internet tries at the council's own address all day."""
    rng = random.Random(f"noise {day.date.isoformat()}")
    midnight = datetime.datetime.combine(day.date, datetime.time(), datetime.UTC).timestamp()
    times = sorted(rng.uniform(0, 86_400) for _ in range(_NOISE))
    for at in times:
        stranger = f"{rng.randrange(60, 200)}.{rng.randrange(256)}.{rng.randrange(256)}.7"
        head = f"{_WAN_RULE},,,1000000103,igb0,match,block,in"
        ports = (rng.randrange(1_024, 65_535), rng.choice(_NOISE_PORTS))
        yield midnight + at, _text(head, (stranger, WAN_ADDRESS), ports, None, rng, length=48)
