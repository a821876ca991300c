"""Where the day's story is written down: ends, ports and payloads of each exchange."""

from __future__ import annotations

import datetime
import random

from camscan.lab import talk
from camscan.lab.capture import INFRASTRUCTURE_HOST
from camscan.lab.day.exchange import Exchange, Outcome, Purpose
from camscan.lab.device import Device
from camscan.lab.estate import GATEWAY_HOST, Estate
from camscan.lab.frames import End
from camscan.lab.outside import Cloud

_ROUTER_MAC = "00:1d:aa:66:00:{:02x}"
_LOOK_UP = 0.05  # seconds from the question to the connection


class Stage:
    """Takes up exchanges; times are seconds from midnight. `greeting` is a TLS server's first."""

    def __init__(self, estate: Estate, base: str, date: datetime.date) -> None:
        self.base = base
        self.rng = random.Random(f"{estate.name} day {date.isoformat()}")
        self.greeting = talk.server_hello(self.rng)
        self._exchanges: list[Exchange] = []
        midnight = datetime.datetime.combine(date, datetime.time(), datetime.UTC)
        self._midnight = midnight.timestamp()
        self._routers = {d.subnet: d.mac for d in estate.devices if d.host == GATEWAY_HOST}
        self._inside = f"{base}.{estate.on_link}.{INFRASTRUCTURE_HOST}"

    def exchanges(self) -> tuple[Exchange, ...]:
        """Everything so far in order of its begin."""
        return tuple(sorted(self._exchanges, key=lambda one: (one.at, one.client.address)))

    def tcp(
        self,
        device: Device,
        at: float,
        peer: str,
        port: int,
        purpose: Purpose,
        opening: tuple[bytes, bytes],
        octets: tuple[int, int],
        *,
        seconds: float = 1.0,
        name: str | None = None,
    ) -> None:
        """A connection; `opening` and `octets` are first payloads and what follows, out and in."""
        client, server = self._ends(device, peer)
        self._put(at, purpose, client, server, port, opening, octets, seconds=seconds, name=name)

    def from_outside(
        self,
        peer: str,
        at: float,
        device: Device,
        port: int,
        opening: tuple[bytes, bytes],
        octets: tuple[int, int],
        *,
        seconds: float,
    ) -> None:
        """A connection that `peer` begins."""
        server, client = self._ends(device, peer)
        self._put(at, Purpose.VIEWED, client, server, port, opening, octets, seconds=seconds)

    def udp(
        self,
        device: Device,
        at: float,
        peer: str,
        ends: tuple[int, int],
        purpose: Purpose,
        said: tuple[bytes, bytes],
        outcome: Outcome = "answered",
        *,
        name: str | None = None,
        addresses: tuple[str, ...] = (),
    ) -> None:
        """A datagram and its answer."""
        client, server = self._ends(device, peer)
        self._exchanges.append(
            Exchange(
                at=self._midnight + at,
                purpose=purpose,
                client=client,
                server=server,
                ends=ends,
                protocol="udp",
                ask=said[0],
                reply=said[1],
                name=name,
                addresses=addresses,
                outcome=outcome,
            )
        )

    def ask_time(self, device: Device, at: float) -> None:
        """The council's own clock."""
        said = talk.ntp_request(self._midnight + at), talk.ntp_reply(self._midnight + at)
        self.udp(device, at, self._inside, (123, 123), Purpose.NTP, said)

    def resolve(self, device: Device, at: float, name: str, addresses: tuple[str, ...]) -> None:
        """The council's own resolver."""
        number = self.rng.randrange(65_536)
        said = talk.dns_question(number, name), talk.dns_answer(number, name, addresses)
        ends = (self._port(), 53)
        self.udp(device, at, self._inside, ends, Purpose.DNS, said, name=name, addresses=addresses)

    def visit(
        self, device: Device, at: float, cloud: Cloud, purpose: Purpose, *, seconds: float = 1.0
    ) -> None:
        """A look-up and a TLS connection by that name."""
        self.resolve(device, at, cloud.name, (cloud.address,))
        opening = (talk.client_hello(self.rng, cloud.name), self.greeting)
        octets = (cloud.sent, cloud.received)
        self.tcp(
            device, at + _LOOK_UP, cloud.address, cloud.port, purpose, opening, octets,
            seconds=seconds, name=cloud.name,
        )  # fmt: skip

    def _put(
        self,
        at: float,
        purpose: Purpose,
        client: End,
        server: End,
        port: int,
        opening: tuple[bytes, bytes],
        octets: tuple[int, int],
        *,
        seconds: float,
        name: str | None = None,
    ) -> None:
        self._exchanges.append(
            Exchange(
                at=self._midnight + at,
                purpose=purpose,
                client=client,
                server=server,
                ends=(self._port(), port),
                protocol="tcp",
                ask=opening[0],
                reply=opening[1],
                sent=octets[0],
                received=octets[1],
                seconds=seconds,
                name=name,
            )
        )

    def _port(self) -> int:
        return self.rng.randrange(32_768, 60_999)

    def _ends(self, device: Device, peer: str) -> tuple[End, End]:
        router = self._routers.get(device.subnet, _ROUTER_MAC.format(device.subnet))
        return End(device.mac, device.address(self.base)), End(router, peer)
