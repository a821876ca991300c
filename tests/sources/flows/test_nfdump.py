import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.sources.flows.ledger import Keep
from camscan.sources.flows.nfdump import flags_of, parse_line, port_of, sniff
from camscan.sources.flows.one_way import OneWay
from camscan.sources.flows.total import packed_address
from tests.sources.flows.whole import read_flows

CAMERA, SERVER = "10.66.1.10", "36.110.1.1"
LINE = (
    b"1793000000.100|1793000000.030|6    |  10.66.1.10| 40000|  36.110.1.1|   443|...AP.SF|"
    b"       4|     660|       0|       0|00:00:00:00:00:00\n"
)


def peers(*programs):
    missing = [program for program in programs if shutil.which(program) is None]
    return pytest.mark.skipif(bool(missing), reason=f"needs {', '.join(missing)}")


def test_a_line():
    # nfdump 1.7.1 prints a wrong fraction for the end: whole seconds are taken
    assert parse_line(LINE) == OneWay(
        1793000000.1, 1793000000.1, "6", CAMERA, 40_000, SERVER, 443, 0b11011, 4, 660, 0, 0, None
    )
    assert parse_line(b"No matching flows\n") is None
    assert parse_line(b"a|b\n") == "is not what was asked for"
    assert parse_line(LINE.replace(b"   4|", b"many|")) == "holds what is no number"


def test_ports_and_flags():
    assert (port_of("443"), port_of("8.0"), port_of("3.13")) == (443, 2048, 781)
    assert (flags_of("......S."), flags_of("0x12"), flags_of("16"), flags_of("?")) == (
        2,
        18,
        16,
        None,
    )


def test_magic():
    assert sniff(b"\x0c\xa5\x02\x00\x00")
    assert sniff(b"\xa5\x0c\x00\x01\x00")
    assert not sniff(b"\x0c\xa5\x09\x00")
    assert not sniff(b"")


@given(st.binary(max_size=200), st.integers(0, 12), st.binary(max_size=12))
def test_fuzz_any_line(data, place, value):
    parse_line(data)
    parts = LINE.split(b"|")
    parts[place] = value
    parse_line(b"|".join(parts))


def traffic(wire):
    """What a camera does, with a PC beside it."""
    line = wire.Line(1_793_000_000.0)
    line.connect(CAMERA, SERVER, 443, out=500, back=900)
    line.connect(CAMERA, "36.110.1.2", 8443, answer=None)
    line.connect(CAMERA, "36.110.1.3", 6800, answer=False)
    line.connect("10.66.0.2", CAMERA, 554, back=50_000)
    line.exchange(CAMERA, "10.66.0.5", 123)
    line.exchange(CAMERA, "120.1.1.1", 32_100, answer=False, source_port=32_100)
    line.send(CAMERA, "8.8.8.8", 1, wire.icmp(8))
    line.send("8.8.8.8", CAMERA, 1, wire.icmp(0))
    line.connect("10.66.1.99", SERVER, 443)
    return line


def view(record):
    return {
        (
            f.source, f.peer, f.port, f.protocol, f.packets_out, f.packets_in, f.bytes_out,
            f.bytes_in, f.refused, f.count, round(f.first, 2),
        )
        for f in record.flows
    }  # fmt: skip


@pytest.mark.peer
@peers("nfpcapd", "nfdump")
def test_the_same_capture_by_nfpcapd_and_by_our_own_reader(wire, tmp_path):
    capture = traffic(wire).file(tmp_path / "a.pcap")
    folder = tmp_path / "flows"
    folder.mkdir()
    subprocess.run(["nfpcapd", "-r", capture, "-w", folder], check=True, capture_output=True)
    keep = Keep(addresses=frozenset([packed_address(CAMERA)]))
    ours, theirs = read_flows([capture], keep), read_flows([str(folder)], keep)
    assert view(theirs) == view(ours)
    assert len(theirs.flows) == 7
    (source,) = theirs.sources
    assert (source.kind, source.lost, source.bad, source.complete) == ("nfdump", 0, 0, True)
    assert read_flows([str(folder)]).sources[0].count == source.count  # counted, wanted or not


@pytest.mark.peer
@peers("nfpcapd", "nfdump")
def test_what_uses_the_same_ports_an_hour_later_is_another_connection(wire, tmp_path):
    line = wire.Line(1_793_000_000.0)
    for _ in range(5):
        line.exchange(CAMERA, "120.1.1.1", 32_100, source_port=32_100)
        for _ in range(120):  # nfpcapd looks for what is over when something comes
            line.at += 30
            line.exchange("10.66.1.99", "10.66.0.5", 53)
    capture = line.file(tmp_path / "a.pcap")
    folder = tmp_path / "flows"
    folder.mkdir()
    command = ["nfpcapd", "-r", capture, "-w", folder, "-t", "86400"]
    subprocess.run(command, check=True, capture_output=True)
    (flow,) = read_flows([str(folder)], Keep(addresses=frozenset([packed_address(CAMERA)]))).flows
    assert (flow.count, flow.packets_out, flow.packets_in, len(flow.starts)) == (5, 5, 5, 5)


@pytest.mark.peer
@peers("nfcapd", "nfdump", "softflowd")
@pytest.mark.parametrize("version", ["5", "9", "10"])
def test_what_softflowd_exports_to_nfcapd(wire, tmp_path, version):
    capture = traffic(wire).file(tmp_path / "a.pcap")
    folder = tmp_path / "flows"
    folder.mkdir()
    port = 20_000 + os.getpid() % 20_000 + int(version)
    collector = subprocess.Popen(
        ["nfcapd", "-b", "127.0.0.1", "-p", str(port), "-w", str(folder), "-t", "3600"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(lambda: waiting(port) == 0)
        exporter = ["softflowd", "-r", capture, "-n", f"127.0.0.1:{port}", "-v", version]
        subprocess.run(exporter, check=True, capture_output=True)
        wait_for(lambda: waiting(port) == 0)
    finally:
        collector.send_signal(signal.SIGTERM)
        collector.wait(timeout=20)
    record = read_flows([str(folder)], Keep(addresses=frozenset([packed_address(CAMERA)])))
    ours = read_flows([capture], Keep(addresses=frozenset([packed_address(CAMERA)])))

    def keys(found):
        return {
            (f.source, f.peer, f.port, f.protocol, f.bytes_out, f.bytes_in) for f in found.flows
        }

    assert keys(record) == keys(ours)
    assert record.sources[0].lost == 0


@pytest.mark.peer
@peers("nfcapd", "nfdump", "softflowd")
def test_a_sampling_exporter_is_told(wire, tmp_path):
    capture = traffic(wire).file(tmp_path / "a.pcap")
    folder = tmp_path / "flows"
    folder.mkdir()
    port = 20_000 + os.getpid() % 20_000 + 11
    collector = subprocess.Popen(
        ["nfcapd", "-b", "127.0.0.1", "-p", str(port), "-w", str(folder), "-t", "3600", "-s", "10"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(lambda: waiting(port) == 0)
        exporter = ["softflowd", "-r", capture, "-n", f"127.0.0.1:{port}", "-v", "9"]
        subprocess.run(exporter, check=True, capture_output=True)
        wait_for(lambda: waiting(port) == 0)
    finally:
        collector.send_signal(signal.SIGTERM)
        collector.wait(timeout=20)
    record = read_flows([str(folder)])
    assert any(skip.what == "sampling" and "space: 9" in skip.reason for skip in record.skips)
    (ping,) = [flow for flow in record.flows if flow.protocol == "icmp"]
    assert ping.packets_out == 10


def waiting(port):
    """Bytes that the collector has not taken yet; None while it does not listen."""
    for row in Path("/proc/net/udp").read_text().splitlines()[1:]:
        words = row.split()
        if words[1].endswith(f":{port:04X}"):
            return int(words[4].partition(":")[2], 16)
    return None


def wait_for(condition, seconds=20.0):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.mark.peer
@peers("nfpcapd", "nfdump")
def test_a_damaged_file_is_told_and_the_others_are_read(wire, tmp_path):
    capture = traffic(wire).file(tmp_path / "a.pcap")
    folder = tmp_path / "flows"
    folder.mkdir()
    subprocess.run(["nfpcapd", "-r", capture, "-w", folder], check=True, capture_output=True)
    (whole,) = folder.iterdir()
    (folder / "nfcapd.cut").write_bytes(whole.read_bytes()[:60])
    (folder / "nfcapd.header").write_bytes(whole.read_bytes()[:4] + b"\xff" * 600)
    record = read_flows([str(folder)])
    assert len(record.flows) >= 7
    assert {source.path.rpartition("/")[2]: source.complete for source in record.sources} == {
        whole.name: True, "nfcapd.cut": False, "nfcapd.header": False,
    }  # fmt: skip


@pytest.mark.peer
@peers("nfpcapd", "nfdump")
def test_a_packed_file_is_read_too(wire, tmp_path):
    capture = traffic(wire).file(tmp_path / "a.pcap")
    folder = tmp_path / "flows"
    folder.mkdir()
    subprocess.run(["nfpcapd", "-r", capture, "-w", folder], check=True, capture_output=True)
    (whole,) = folder.iterdir()
    plain = read_flows([str(whole)])
    subprocess.run(["gzip", str(whole)], check=True)
    assert view(read_flows([str(whole) + ".gz"])) == view(plain)
