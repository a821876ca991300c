"""The capture: readable, addresses and MACs of the estate, three cameras that begin at 02:13."""

from __future__ import annotations

import datetime
import ipaddress
import shutil
import struct
import subprocess
from collections import defaultdict
from pathlib import Path

import pytest

from camscan.lab.capture import CHINA_ADDRESS, callers, write_capture
from camscan.lab.estates import district, small
from camscan.lab.persona import personas

pytestmark = pytest.mark.slow(15)

DAY = datetime.date(2026, 11, 24)
BASE = "10.66"
Packet = tuple[float, str, str, str, int, int]
"""Time, source MAC, source, destination, protocol, original length."""


def packets(path: Path) -> list[Packet]:
    data = path.read_bytes()
    assert struct.unpack("<I", data[:4]) == (0xA1B2C3D4,)
    at, found = 24, []
    while at < len(data):
        seconds, micro, kept, length = struct.unpack("<IIII", data[at : at + 16])
        frame = data[at + 16 : at + 16 + kept]
        source = str(ipaddress.IPv4Address(frame[26:30]))
        target = str(ipaddress.IPv4Address(frame[30:34]))
        mac = frame[6:12].hex(":")
        found.append((seconds + micro / 1e6, mac, source, target, frame[23], length))
        at += 16 + kept
    return found


@pytest.fixture(scope="module")
def capture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("capture") / "estate.pcap"
    assert write_capture(path, district(), BASE, DAY) > 10_000
    return path


def test_packets_are_in_time_order_within_the_hour(capture: Path) -> None:
    times = [item[0] for item in packets(capture)]
    assert times == sorted(times)
    first = datetime.datetime.fromtimestamp(times[0], datetime.UTC)
    last = datetime.datetime.fromtimestamp(times[-1], datetime.UTC)
    assert first.date() == last.date() == DAY
    assert datetime.time(1, 45) <= first.time() < last.time() <= datetime.time(2, 45)


def test_three_hikvision_cameras_begin_at_0213_and_upload_by_bare_address(capture: Path) -> None:
    sent: dict[str, int] = defaultdict(int)
    received: dict[str, int] = defaultdict(int)
    began: dict[str, datetime.time] = {}
    for at, _mac, source, target, protocol, length in packets(capture):
        if target == CHINA_ADDRESS:
            assert protocol == 6
            sent[source] += length
            began.setdefault(source, datetime.datetime.fromtimestamp(at, datetime.UTC).time())
        elif source == CHINA_ADDRESS:
            received[target] += length
    assert set(sent) == {device.address(BASE) for device in callers(district())}
    assert len(sent) == 3
    for address, octets in sent.items():
        assert octets > 1_000_000
        assert octets > 3 * received[address]
        assert (began[address].hour, began[address].minute) == (2, 13)


def test_the_callers_are_hikvision_s_own_cameras_in_three_subnets() -> None:
    found = callers(district())
    assert len({device.subnet for device in found}) == 3
    for device in found:
        about = personas()[device.persona].persona
        assert (about.kind, about.maker, about.brand) == ("camera", "hikvision", "hikvision")


def test_every_inside_source_is_a_device_with_its_own_mac(capture: Path) -> None:
    macs = {device.address(BASE): device.mac for device in district().devices}
    routers = {macs[f"{BASE}.0.1"]} | {f"00:1d:aa:66:00:{octet:02x}" for octet in range(8)}
    own = 0
    for _at, mac, source, _target, _protocol, _length in packets(capture):
        if mac in routers:  # an answer from elsewhere, seen behind the router
            continue
        assert macs[source] == mac
        own += 1
    assert own > 5_000


def test_no_other_camera_leaves_without_its_maker_s_name(capture: Path) -> None:
    truth = district().truth(BASE)
    china = {device.address(BASE) for device in callers(district())}
    outside = defaultdict(set)
    for _at, _mac, source, target, protocol, _length in packets(capture):
        real = truth.get(source)
        if real and real.kind == "camera" and protocol == 6 and not target.startswith(BASE):
            outside[source].add(target)
    assert set(outside) > china
    assert not any(CHINA_ADDRESS in peers for a, peers in outside.items() if a not in china)


def test_the_same_day_gives_the_same_octets(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_capture(tmp_path / name, small(), "127.66", DAY)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


@pytest.mark.peer
@pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")
def test_tshark_reads_it_without_complaint(capture: Path) -> None:
    def read(*arguments: str) -> str:
        command = ["tshark", "-r", str(capture), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    checks = ["-o", "ip.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE"]
    bad = "_ws.malformed or ip.checksum.status==0 or udp.checksum.status==0"
    assert read(*checks, "-Y", bad) == ""
    assert read("-Y", "tcp.analysis.lost_segment or tcp.analysis.retransmission") == ""
    field = "tls.handshake.extensions_server_name"
    names = set(read("-Y", field, "-T", "fields", "-e", field).split())
    assert "litedev.hik-connect.com" in names
    bare = f"ip.dst=={CHINA_ADDRESS} and tls.handshake.type==1"
    hellos = read("-Y", bare, "-T", "fields", "-e", field).strip()
    assert hellos == ""
    assert len(read("-Y", bare).splitlines()) > 60
    queries = read("-Y", "dns.flags.response==0", "-T", "fields", "-e", "dns.qry.name")
    assert "www.bbc.co.uk" in queries
