"""The estate's traffic on one night as a tap before the site routers would have seen it: a file.

At 02:13 three Hikvision cameras begin to talk to a bare address in China, every minute, and send
far more than they get. Other cameras ask the council's own DNS and NTP server and their makers'
clouds; recorders pull video inside; PCs browse everywhere. Nothing is ever sent to a network.
"""

from __future__ import annotations

import datetime
import random
from pathlib import Path

from camscan.lab import talk
from camscan.lab.device import Device
from camscan.lab.estate import GATEWAY_HOST, Estate
from camscan.lab.frames import End, Frame, Writer, write_pcap
from camscan.lab.outside import BROWSED, CLOUDS, Cloud
from camscan.lab.persona import personas

CHINA_ADDRESS = "122.224.183.42"
"""An address of Chinanet in Zhejiang (country CN, AS4134); it stands for nobody in particular."""

BEGIN = datetime.time(1, 45)
ONSET = datetime.time(2, 13)
END = datetime.time(2, 45)
INFRASTRUCTURE_HOST = 5
"""The council's own DNS and NTP server, in the first subnet."""
_ROUTER_MAC = "00:1d:aa:66:00:{:02x}"


def callers(estate: Estate) -> tuple[Device, ...]:
    """The cameras that begin to call China: the first of Hikvision's in three different subnets."""
    found: dict[int, Device] = {}
    for device in estate.devices:
        about = personas()[device.persona].persona
        own = about.kind == "camera" and about.maker == about.brand == "hikvision"
        if own and device.subnet not in found:
            found[device.subnet] = device
    return tuple(found[octet] for octet in sorted(found)[:3])


def write_capture(path: Path, estate: Estate, base: str, run_date: datetime.date) -> int:
    """Write the pcap of the night of `run_date` (UTC); returns the number of frames."""
    scene = _Scene(estate, base, run_date)
    scene.play()
    with path.open("wb") as file:
        return write_pcap(file, scene.conversations)


class _Scene:
    def __init__(self, estate: Estate, base: str, run_date: datetime.date) -> None:
        self.conversations: list[list[Frame]] = []
        self._estate = estate
        self._base = base
        self._rng = random.Random(f"{estate.name} {run_date.isoformat()}")
        self._writer = Writer(self._rng)
        self._day = run_date
        self._routers = {d.subnet: d.mac for d in estate.devices if d.host == GATEWAY_HOST}
        self._inside = f"{base}.{estate.on_link}.{INFRASTRUCTURE_HOST}"

    def _at(self, moment: datetime.time) -> float:
        return datetime.datetime.combine(self._day, moment, datetime.UTC).timestamp()

    def _some_time(self) -> float:
        return self._rng.uniform(self._at(BEGIN), self._at(END) - 120)

    def _ends(self, device: Device, peer: str) -> tuple[End, End]:
        router = self._routers.get(device.subnet, _ROUTER_MAC.format(device.subnet))
        return End(device.mac, device.address(self._base)), End(router, peer)

    def _tcp(
        self, at: float, device: Device, peer: str, port: int, said: list[tuple[bool, bytes]]
    ) -> None:
        client, server = self._ends(device, peer)
        self.conversations.append(self._writer.tcp(at, client, server, port, said))

    def _exchange(
        self, at: float, device: Device, peer: str, port: int, ask: bytes, reply: bytes
    ) -> None:
        client, server = self._ends(device, peer)
        local = port if port == 123 else self._rng.randrange(32_768, 60_999)
        self.conversations.append(
            [
                self._writer.udp(at, client, server, (local, port), ask),
                self._writer.udp(at + 0.004, server, client, (port, local), reply),
            ]
        )

    def _resolve(self, at: float, device: Device, name: str, address: str) -> None:
        number = self._rng.randrange(65_536)
        reply = talk.dns_answer(number, name, (address,))
        self._exchange(at, device, self._inside, 53, talk.dns_question(number, name), reply)

    def _visit(self, at: float, device: Device, cloud: Cloud) -> None:
        self._resolve(at, device, cloud.name, cloud.address)
        said = talk.tls(self._rng, cloud.name, cloud.sent, cloud.received)
        self._tcp(at + 0.05, device, cloud.address, cloud.port, said)

    def play(self) -> None:
        """Everything that happens in the hour."""
        alarming = callers(self._estate)
        cameras = []
        for device in self._estate.devices:
            about = personas()[device.persona].persona
            if about.kind == "camera":
                cameras.append(device)
                self._camera(device, about.maker, quiet=device in alarming)
            elif about.kind == "recorder":
                self._recorder(device, cameras)
            elif device.persona.startswith("pc-"):
                self._browser(device)
        for index, device in enumerate(alarming):
            self._caller(device, self._at(ONSET) + 4.2 + index * 7.4)

    def _camera(self, device: Device, maker: str | None, *, quiet: bool) -> None:
        at = self._some_time()
        if device.host % 3 == 0 or quiet:
            reply = talk.ntp_reply(at)
            self._exchange(at, device, self._inside, 123, talk.ntp_request(at), reply)
        clouds = CLOUDS.get(maker or "", ())
        if clouds and device.host % 4 == 1 and not quiet:
            self._visit(self._some_time(), device, clouds[device.host // 4 % len(clouds)])

    def _recorder(self, device: Device, cameras: list[Device]) -> None:
        for camera in self._rng.sample(cameras, min(3, len(cameras))):
            address = camera.address(self._base)
            said = talk.rtsp_pull(self._rng, address, 90_000)
            self._tcp(self._some_time(), device, address, 554, said)

    def _browser(self, device: Device) -> None:
        for name, address in self._rng.sample(BROWSED, 3):
            at = self._some_time()
            self._resolve(at, device, name, address)
            said = talk.tls(self._rng, name, 1_200, self._rng.randrange(5_000, 40_000))
            self._tcp(at + 0.05, device, address, 443, said)

    def _caller(self, device: Device, start: float) -> None:
        """Once a minute from `start` on: a connection to a bare address, without any name."""
        at = start
        while at < self._at(END) - 30:
            said = talk.tls(self._rng, None, self._rng.randrange(60_000, 110_000), 1_500)
            self._tcp(at, device, CHINA_ADDRESS, 443, said)
            at += 60 + self._rng.uniform(-3.0, 3.0)
