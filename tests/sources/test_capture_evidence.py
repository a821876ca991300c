"""Captures as evidence, with recorded answers wrapped into packets, and their memory."""

from __future__ import annotations

import base64
import gzip
import io
import json
import shutil
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.errors import SourceError
from camscan.sources import capture_evidence
from camscan.sources.capture_evidence import parse_records, read_capture, sniff
from camscan.sources.recorded import read_file
from camscan.sources.stream import ByteStream

DATA = Path(__file__).parents[1] / "protocols" / "data"
SAMPLES: dict[str, dict[str, Any]] = {
    sample["id"]: sample
    for line in (DATA / "samples.jsonl").read_text().splitlines()
    if (sample := json.loads(line))
}
CAMERA = bytes.fromhex("accc8e000001")


def raw(name: str) -> bytes:
    sample = SAMPLES[name]
    if sample["encoding"] == "hex":
        return bytes.fromhex(sample["data"])
    return str(sample["data"]).encode()


@pytest.fixture
def frames(wire) -> list[tuple[float, bytes]]:
    """One camera that is found by everything, and a router."""

    def udp(payload, ports, *, to="10.0.0.9", source="10.0.0.7"):
        return wire.ethernet(wire.ip(source, to, 17, wire.udp(*ports, payload)), source=CAMERA)

    def tcp(payload, port, sequence=1, *, source="10.0.0.7"):
        segment = wire.tcp(port, 40000, 16, payload, sequence)
        return wire.ethernet(wire.ip(source, "10.0.0.9", 6, segment), source=CAMERA)

    pem = (DATA / "rsa512-sha1.pem").read_text().splitlines()
    tls = wire.tls(base64.b64decode("".join(line for line in pem if "-----" not in line)))
    found = [
        wire.arp("10.0.0.7", CAMERA),
        udp(
            wire.dhcp(((53, b"\1"), (60, raw("dhcp60-1"))), mac=CAMERA), (68, 67), source="0.0.0.0"
        ),
        udp(raw("ssdp-axis-m1014-msearch"), (1900, 50000)),
        udp(raw("ssdp-axis-m1014-byebye"), (1900, 1900), source="10.0.0.8"),
        udp(raw("wsd-631ga-no-types"), (3702, 50000)),
        udp(raw("mdns-axis")[:-14], (5353, 5353), to="224.0.0.251", source="169.254.65.120"),
        tcp(b"HTTP/1.0 401 Unauthorized\r\nServer: App-webs/\r\n\r\n", 80),
        tcp(b"RTSP/1.0 200 OK\r\nServer: H264DVR 1.0\r\n\r\n", 554),
        *[tcp(tls[at : at + 300], 443, 1 + at) for at in range(0, len(tls), 300)],
    ]
    return [(1_700_000_000 + number, frame) for number, frame in enumerate(found)]


def test_everything_that_a_camera_says(wire, frames) -> None:
    found = parse_records(wire.pcap(frames), "f")
    assert found.targets == ("10.0.0.7", "169.254.65.120")
    fields = {item.field for item in found.evidence if item.target == "10.0.0.7"}
    assert fields >= {
        "mac.address", "mac.oui", "dhcp.vendor_class", "ssdp.server", "ssdp.st", "ssdp.usn",
        "wsd.endpoint", "wsd.xaddr", "http.status", "http.server", "rtsp.server", "tls.sha256",
    }  # fmt: skip
    mdns = {item.field for item in found.evidence if item.target == "169.254.65.120"}
    assert mdns >= {"mdns.service", "mdns.instance"}
    assert {item.method for item in found.evidence} == {"pcap"}
    assert {item.at.year for item in found.evidence} == {2023}
    assert found.skips == ()


def test_ports_and_transports(wire, frames) -> None:
    found = parse_records(wire.pcap(frames), "f")
    where = {item.field: (item.port, item.transport) for item in found.evidence}
    assert where["ssdp.server"] == (1900, "udp")
    assert where["wsd.endpoint"] == (3702, "udp")
    assert where["http.server"] == (80, "tcp")
    assert where["tls.sha256"] == (443, "tcp")
    assert where["dhcp.vendor_class"] == (67, "udp")
    assert where["mac.address"] == (None, "link")
    assert {(p.port, p.transport, p.service, p.status) for _, p in found.ports} == {
        (80, "tcp", "http", "open"),
        (443, "tcp", "tls", "open"),
        (554, "tcp", "rtsp", "open"),
    }


def test_pcapng_gives_the_same(wire, frames) -> None:
    blocks = b"".join(wire.enhanced(at, frame) for at, frame in frames)
    data = wire.section() + wire.interface() + blocks
    assert sniff(data)
    assert parse_records(data, "f") == parse_records(wire.pcap(frames), "f")


def test_a_file_is_streamed_gzipped_or_not(wire, frames, tmp_path: Path) -> None:
    plain, packed = tmp_path / "a", tmp_path / "b"
    plain.write_bytes(wire.pcap(frames))
    packed.write_bytes(gzip.compress(wire.pcap(frames)))
    found = read_file(str(plain))
    assert found.evidence == parse_records(wire.pcap(frames), "f").evidence
    assert read_file(str(packed)) == found


def test_a_damaged_capture_gives_what_is_good_and_says_so(wire, frames) -> None:
    found = parse_records(wire.pcap(frames)[:-20], "f")
    assert "10.0.0.7" in found.targets
    (skip,) = found.skips
    assert skip.what == "part of the capture"
    assert "ends inside a packet" in skip.reason


def test_a_bad_datagram_among_good_ones_costs_nothing(wire, frames) -> None:
    packet = wire.ip("10.0.0.66", "10.0.0.9", 17, wire.udp(1900, 5, b"rubbish"))
    bad = (1_700_000_000, wire.ethernet(packet))
    found = parse_records(wire.pcap([bad, *frames, bad]), "f")
    assert found.evidence == parse_records(wire.pcap(frames), "f").evidence
    (skip,) = found.skips
    assert skip.reason == "2 could not be read"


def test_a_capture_that_says_nothing_says_so(wire) -> None:
    found = parse_records(wire.pcap([(1.0, bytes(60))]), "f")
    assert found.targets == ()
    assert "none of its 1 frames" in found.skips[0].reason


def test_no_capture_at_all() -> None:
    assert not sniff(b'{"target": 1}')
    assert parse_records(b"rubbish", "f").skips[0].what == "file"
    with pytest.raises(SourceError):
        read_capture(ByteStream(io.BytesIO(b"rubbish"), "f"))


def test_many_problems_are_counted(wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(capture_evidence, "_MOST_PROBLEMS", 1)
    good = wire.pcap([(1.0, bytes(60))])
    hole = struct.pack("<IIII", 1, 0, 1 << 30, 60)
    found = parse_records(good + (hole + good[24:] * 2) * 3, "f")
    assert [skip.reason[-11:] for skip in found.skips][:2][1] == " not listed"


@pytest.mark.peer
def test_a_capture_that_wireshark_wrote(tmp_path: Path) -> None:
    text2pcap = shutil.which("text2pcap")
    if text2pcap is None:
        pytest.skip("text2pcap is not installed")
    text = raw("ssdp-axis-m1014-msearch")
    dump = "".join(f"{at:06x} {text[at : at + 16].hex(' ')}\n" for at in range(0, len(text), 16))
    source, target = tmp_path / "dump.txt", tmp_path / "out.pcapng"
    source.write_text(dump)
    subprocess.run(
        [text2pcap, "-q", "-4", "10.0.0.7,10.0.0.9", "-u", "1900,50000", source, target],
        check=True,
        capture_output=True,
    )
    assert target.read_bytes()[:4] == b"\x0a\x0d\x0d\x0a"
    found = read_file(str(target))
    assert found.targets == ("10.0.0.7",)
    assert {item.field for item in found.evidence} == {"ssdp.server", "ssdp.st", "ssdp.usn"}


MEASURE = """
import sys
from camscan.sources.recorded import read_file
def peak():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
before = peak()
found = read_file(sys.argv[1])
print(peak() - before, len(found.targets), len(found.evidence))
"""


def _write_large(wire, path: Path, size: int, senders: int) -> None:
    """Mostly video, and among it ever new senders: ARP, announcements, answers without an end."""
    page = b"HTTP/1.1 200 OK\r\nServer: %d\r\nContent-Length: 99999999\r\n\r\n" + b"x" * 1300
    text = raw("ssdp-axis-m1014-msearch")
    video = wire.ethernet(wire.ip("10.0.0.7", "10.0.0.9", 6, wire.tcp(554, 9, 16, bytes(1400))))
    bulk = (struct.pack("<IIII", 1_700_000_000, 0, len(video), len(video)) + video) * 10
    with path.open("wb") as file:
        file.write(wire.pcap([]))
        for number in range(senders):
            a, b, c = number >> 16 & 255, number >> 8 & 255, number & 255
            source, port = f"10.{a + 1}.{b}.{c}", 1024 + number % 60000
            mac = bytes([0, 0x1D, 0xAA, a, b, c])
            get = wire.tcp(port, 80, 16, b"GET / HTTP/1.1\r\n\r\n")
            packets = (
                wire.ip("10.0.0.9", source, 6, get),
                wire.ip(source, "10.0.0.9", 6, wire.tcp(80, port, 16, page % number)),
                wire.ip(source, "10.0.0.9", 17, bytes(1400), fragment=0x2000, identification=c),
                wire.ip(source, "10.0.0.9", 17, wire.udp(1900, 9, text + b"%d" % number)),
            )
            for frame in (wire.arp(source, mac), *(wire.ethernet(each) for each in packets)):
                file.write(struct.pack("<IIII", 1_700_000_000, 0, len(frame), len(frame)) + frame)
            file.write(bulk)
        while file.tell() < size:
            file.write(bulk)


@pytest.mark.slow(12)
@pytest.mark.skipif(sys.platform != "linux", reason="measured by /proc")
def test_two_hundred_megabytes_take_little_memory(wire, tmp_path: Path) -> None:
    path = tmp_path / "large.pcap"
    _write_large(wire, path, 200_000_000, 6_000)
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, path], check=True, capture_output=True, text=True
    )
    kilobytes, targets, evidence = map(int, done.stdout.split())
    assert targets == 6_000
    assert evidence > 30_000
    assert kilobytes < 100_000


@given(st.binary(max_size=300))
def test_fuzz_parse_records(data: bytes) -> None:
    for head in (b"", b"\xd4\xc3\xb2\xa1", b"\x0a\x0d\x0d\x0a"):
        found = parse_records(head + data, "f")
        assert found.evidence == () or found.targets
