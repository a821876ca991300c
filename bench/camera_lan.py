"""A capture of any size: a council's camera LAN at its router, as large captures really are.

Nine packets of ten are video that 212 cameras send to their recorders (full frames of random
payload, and the recorders' acknowledgements). The others are connections from SYN to FIN:
cameras that ask DNS and NTP and call their clouds, and PCs that browse, by TLS with a server name.
"""

from __future__ import annotations

import random
import struct
from collections.abc import Iterator
from pathlib import Path

from camscan.lab import talk
from camscan.lab.frames import End, Frame, Writer

CAMERAS = 212
_PCS, _SITES, _CONVERSATIONS = 60, 400, 3_000
_BEGIN = 1_790_000_000
_BURST = 18  # packets of a camera at once: 14 of 1,514 bytes, 4 of 66
_RECORD = struct.Struct("<IIII")
_ROUTER = "02:66:00:00:00:01"
_RESOLVER = End(_ROUTER, "10.66.0.53")


def camera_address(number: int) -> str:
    """The address of a camera, 0 to 211."""
    return f"10.66.{1 + number // 100}.{10 + number % 100}"


def write_camera_lan(path: Path, packets: int, *, snap: int = 262_144) -> None:
    """Write about `packets` frames (a little more); the same bytes each time for the same size."""
    rng = random.Random(66)
    written = 0
    calls = _calls(rng)
    bursts = [_burst(rng, number) for number in range(CAMERAS)]
    with path.open("wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, snap, 1))
        waiting: list[bytes] = []
        while written < packets:
            for number in range(CAMERAS):
                seconds, micro = divmod(written * 20, 1_000_000)
                out = [_record(seconds, micro, frame, snap) for frame in bursts[number]]
                while len(waiting) < 2:
                    waiting += next(calls)
                out += [_record(seconds, micro, frame, snap) for frame in waiting[:2]]
                del waiting[:2]
                file.write(b"".join(out))
                written += len(out)


def _record(seconds: int, micro: int, frame: bytes, snap: int) -> bytes:
    kept = frame[:snap]
    return _RECORD.pack(_BEGIN + seconds, micro, len(kept), len(frame)) + kept


def _burst(rng: random.Random, number: int) -> list[bytes]:
    camera = End(_mac(number), camera_address(number))
    recorder = End("02:66:01:00:00:02", f"10.66.{1 + number // 100}.2")
    writer = Writer(rng)
    said = [(False, b""), (False, rng.randbytes(14 * 1448))]
    frames = writer.tcp(0.0, recorder, camera, 554, said)
    media = [frame for _, frame in frames if len(frame) > 1_000]
    answer = frames[2][1]  # the recorder's bare ACK
    return [*media[:4], answer, *media[4:8], answer, *media[8:12], answer, *media[12:], answer]


def _calls(rng: random.Random) -> Iterator[list[bytes]]:
    """Frames of one conversation after the other, without end; each time from another port."""
    pool = [_conversation(rng, number) for number in range(_CONVERSATIONS)]
    while True:
        for number in range(0, len(pool), 4):
            # Four at a time, interleaved, as they are on a line.
            frames = [frame for one in pool[number : number + 4] for frame in _moved(rng, one)]
            frames.sort(key=lambda item: item[0])
            yield [frame for _, frame in frames]


def _conversation(rng: random.Random, number: int) -> list[Frame]:
    writer = Writer(rng)
    router = lambda address: End(_ROUTER, address)  # noqa: E731
    if number % 3:
        client = End(_mac(number % CAMERAS), camera_address(number % CAMERAS))
        site = rng.randrange(6)
    else:
        client = End(f"02:66:02:00:00:{number % _PCS:02x}", f"10.66.200.{10 + number % _PCS}")
        site = rng.randrange(6, _SITES)
    name, address = f"host{site}.example.net", f"203.{site % 200}.113.{1 + site // 200}"
    port = 40_000
    out = []
    if number % 5 == 0:
        ask, reply = talk.dns_question(number, name), talk.dns_answer(number, name, (address,))
        out += [
            writer.udp(0.0, client, _RESOLVER, (port, 53), ask),
            writer.udp(0.004, _RESOLVER, client, (53, port), reply),
            writer.udp(0.005, client, router("10.66.0.1"), (123, 123), talk.ntp_request(1e9)),
            writer.udp(0.006, router("10.66.0.1"), client, (123, 123), talk.ntp_reply(1e9)),
        ]
    said = talk.tls(rng, name, rng.randrange(200, 4_000), rng.randrange(1_000, 30_000))
    return out + writer.tcp(0.05, client, router(address), 443, said)


def _moved(rng: random.Random, frames: list[Frame]) -> Iterator[Frame]:
    """The same conversation from another source port."""
    port = struct.pack("!H", rng.randrange(32_768, 60_999))
    for at, frame in frames:
        ports = frame[34:38]
        if b"\0{" in ports:  # NTP
            yield at, frame
        elif ports[:2] in (b"\x01\xbb", b"\x005"):
            yield at, frame[:36] + port + frame[38:]
        else:
            yield at, frame[:34] + port + frame[36:]


def _mac(number: int) -> str:
    return f"c4:2f:90:00:{number >> 8:02x}:{number & 255:02x}"
