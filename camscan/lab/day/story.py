"""What happens on the day: who has which part, and when.

From 02:13 on three Hikvision cameras call a bare address in China every five minutes. At 11:20
forty others of that maker begin to send UDP volleys to relays. At 14:41 a Dahua camera uploads
400 MB to a host in Russia. All others do what cameras do, and PCs browse. Deterministic by estate
and date.
"""

from __future__ import annotations

import datetime

from camscan.lab import talk
from camscan.lab.capture import CHINA_ADDRESS, callers
from camscan.lab.day.exchange import Day, Exchange, Outcome, Purpose
from camscan.lab.day.stage import Stage
from camscan.lab.day.wire import header
from camscan.lab.device import Device
from camscan.lab.estate import Estate
from camscan.lab.frames import SEGMENT
from camscan.lab.outside import BROWSED, CLOUDS, Cloud
from camscan.lab.persona import Persona, personas

HOUR = 3600.0
CHINA_BEGINS = 2 * HOUR + 13 * 60 + 4.2
P2P_BEGINS = 11 * HOUR + 20 * 60
UPLOAD_BEGINS = 14 * HOUR + 41 * 60
P2P_CAMERAS = 40
UPLOADED = 400_000_000
"""Octets of IP packets, as everybody counts them."""

VMS = Cloud("ingest.cloudvms.example", "35.177.48.91", 443, 5_200, 900)
"""The video service that the council has bought (an address of AWS London)."""
DEPOT = Cloud(
    "push.video-depot.example",
    "95.213.200.10",
    443,
    UPLOADED * SEGMENT // (SEGMENT + header("tcp", 0)),
    64_000,
)
"""The host in Russia (an address of Selectel); it stands for nobody in particular."""
RELAYS = (
    "47.91.70.12",
    "47.254.150.11",
    "8.211.36.5",
    "161.117.70.9",
    "101.132.45.7",
    "119.3.80.21",
)
"""Addresses of cloud providers in Germany, Singapore and China; the last is blocked."""
RELAY_PORT = 6000
VIEWER = "81.2.69.142"
"""A contractor at home (an address of a British provider) who looks at one camera."""
_VMS_MAKERS = frozenset({"hanwha", "bosch", "vivotek"})
_RELAYS_EACH = 4


def tell(estate: Estate, base: str, date: datetime.date) -> Day:
    """The day of `date` (UTC) on the estate under `base`, such as "10.66"."""
    return Day(date, base, _Story(Stage(estate, base, date), estate).told())


class _Story:
    def __init__(self, stage: Stage, estate: Estate) -> None:
        self._stage = stage
        self._rng = stage.rng
        self._parts = [(device, personas()[device.persona]) for device in estate.devices]
        self._cameras = [d for d, about in self._parts if about.persona.kind == "camera"]
        self._callers = callers(estate)

    def told(self) -> tuple[Exchange, ...]:
        relaying = self._relaying()
        for device, about in self._parts:
            kind = about.persona.kind
            if kind in ("camera", "recorder"):
                self._everyday(device, about, calls=device not in (*self._callers, *relaying))
            elif device.persona.startswith("pc-"):
                self._browsing(device)
        recorders = [d for d, about in self._parts if about.persona.kind == "recorder"]
        for number, camera in enumerate(self._cameras):
            if recorders:
                self._recording(recorders[number % len(recorders)], camera)
        for number, device in enumerate(self._callers):
            self._china(device, CHINA_BEGINS + 7.4 * number)
        for number, device in enumerate(relaying):
            self._relays(device, number)
        self._upload()
        self._viewed()
        return self._stage.exchanges()

    def _of_maker(self, maker: str) -> list[Device]:
        return [
            device
            for device, about in self._parts
            if about.persona.kind == "camera" and about.persona.maker == maker
        ]

    def _relaying(self) -> list[Device]:
        others = [d for d in self._of_maker("hikvision") if d not in self._callers]
        return others[:P2P_CAMERAS]

    def _everyday(self, device: Device, about: Persona, *, calls: bool) -> None:
        """The clock, the maker's cloud, the council's cloud video service."""
        for hour in range(0, 24, 2):
            self._stage.ask_time(device, (hour + self._rng.uniform(0.05, 1.9)) * HOUR)
        maker = about.persona.maker or ""
        clouds = CLOUDS.get(maker, ())
        if clouds and calls and device.host % 3 == 1:
            cloud = clouds[device.host // 3 % len(clouds)]
            for hour in range(0, 24, 4):
                at = (hour + self._rng.uniform(0, 3.9)) * HOUR
                self._stage.visit(device, at, cloud, Purpose.VENDOR_CLOUD)
        if maker in _VMS_MAKERS and about.persona.kind == "camera":
            begin = self._rng.uniform(20, 1_700)
            for half in range(48):
                at = begin + half * HOUR / 2
                self._stage.visit(device, at, VMS, Purpose.CLOUD_VMS)

    def _browsing(self, device: Device) -> None:
        for _ in range(24):
            name, address = self._rng.choice(BROWSED)
            site = Cloud(name, address, 443, 1_200, self._rng.randrange(3_000, 30_000))
            at = self._rng.uniform(7.5 * HOUR, 18.5 * HOUR)
            self._stage.visit(device, at, site, Purpose.BROWSING)

    def _recording(self, recorder: Device, camera: Device) -> None:
        """Video inside, thinned: a few seconds of it every four hours."""
        address = camera.address(self._stage.base)
        for hour in range(0, 24, 4):
            ask, reply = talk.rtsp_pull(self._rng, address, 0)[:2]
            self._stage.tcp(
                recorder,
                (hour + self._rng.uniform(0, 3.9)) * HOUR,
                address,
                554,
                Purpose.RECORDING,
                (ask[1], reply[1]),
                (400, 24_000),
                seconds=40.0,
            )

    def _china(self, device: Device, begin: float) -> None:
        at = begin
        while at < 24 * HOUR - 60:
            hello = (talk.client_hello(self._rng, None), self._stage.greeting)
            sent = self._rng.randrange(9_000, 16_000)
            self._stage.tcp(
                device, at, CHINA_ADDRESS, 443, Purpose.CHINA, hello, (sent, 700), seconds=3.0
            )
            at += 300 + self._rng.uniform(-3.0, 3.0)

    def _relays(self, device: Device, number: int) -> None:
        """Volleys from one port to four of the relays, again every twenty minutes."""
        port = self._rng.randrange(32_768, 60_999)
        mine = [RELAYS[(number + step) % len(RELAYS)] for step in range(_RELAYS_EACH)]
        at = P2P_BEGINS + number * 11.3
        while at < 24 * HOUR - 60:
            for place, relay in enumerate(mine):
                sequence = self._rng.getrandbits(32).to_bytes(4, "big")
                hello = b"\xe2\xda\x0b\x02" + sequence + b"\x62\x34\x0c\x00" + b"\0" * 4
                outcome: Outcome = "blocked" if relay == RELAYS[-1] else "answered"
                self._stage.udp(
                    device,
                    at + place * 0.12,
                    relay,
                    (port, RELAY_PORT),
                    Purpose.P2P,
                    (hello + self._rng.randbytes(192), hello + self._rng.randbytes(80)),
                    outcome,
                )
            at += 1_200 + self._rng.uniform(-40, 40)

    def _upload(self) -> None:
        dahua = [d for d in self._of_maker("dahua") if d not in self._callers]
        if dahua:
            self._stage.visit(dahua[0], UPLOAD_BEGINS, DEPOT, Purpose.UPLOAD, seconds=1_500.0)

    def _viewed(self) -> None:
        """The router forwards a port: somebody outside begins, and the camera only answers."""
        if not self._cameras:
            return
        camera = self._cameras[-1]
        ask, reply = talk.rtsp_pull(self._rng, camera.address(self._stage.base), 0)[:2]
        self._stage.from_outside(
            VIEWER, 9.5 * HOUR, camera, 554, (ask[1], reply[1]), (300, 90_000), seconds=60.0
        )
