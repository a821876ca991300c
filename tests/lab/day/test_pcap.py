import shutil
import struct
import subprocess
import tracemalloc

import pytest

from camscan.lab.day.pcap import write_pcap
from camscan.lab.day.wire import counts
from camscan.lab.frames import SNAP_LENGTH, internet_checksum


def frames(path):
    data = path.read_bytes()
    assert struct.unpack("<I", data[:4]) == (0xA1B2C3D4,)
    place = 24
    while place < len(data):
        seconds, micro, kept, length = struct.unpack("<IIII", data[place : place + 16])
        yield seconds + micro / 1e6, data[place + 16 : place + 16 + kept], length
        place += 16 + kept


def test_lengths_are_those_of_the_truth_however_much_is_kept(exchange, tmp_path):
    one = exchange(ask=b"a" * 900, reply=b"b" * 3000, sent=500_000, received=10, seconds=5.0)
    number = write_pcap(tmp_path / "a.pcap", [one])
    seen = counts(one)
    assert number == seen.packets_out + seen.packets_in
    kept = list(frames(tmp_path / "a.pcap"))
    assert sum(length - 14 for _, _, length in kept) == seen.bytes_out + seen.bytes_in
    assert max(len(frame) for _, frame, _ in kept) == SNAP_LENGTH
    assert (tmp_path / "a.pcap").stat().st_size < 60_000


def test_header_checksums_and_lengths(exchange, tmp_path):
    write_pcap(tmp_path / "a.pcap", [exchange(sent=5000), exchange(protocol="udp", ask=b"odd")])
    for _, frame, length in frames(tmp_path / "a.pcap"):
        assert internet_checksum(frame[14:34]) == 0
        assert int.from_bytes(frame[16:18], "big") == length - 14


def test_frames_of_exchanges_that_overlap_are_in_order(day, tmp_path):
    number = write_pcap(tmp_path / "a.pcap", day.exchanges)
    times = [at for at, _, _ in frames(tmp_path / "a.pcap")]
    assert len(times) == number
    assert times == sorted(times)


def test_memory_does_not_grow_with_the_capture(exchange, tmp_path):
    tracemalloc.start()
    write_pcap(tmp_path / "a.pcap", [exchange(sent=20_000_000)])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4_000_000


@pytest.mark.peer
@pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")
def test_tshark_finds_nothing_wrong(exchange, tmp_path):
    hello = b"\xe2\xda\x0b\x02" + b"\0" * 200
    write_pcap(
        tmp_path / "a.pcap",
        [
            exchange(sent=30_000, received=4_000),
            exchange(at=1795478401.0, protocol="udp", ends=(40001, 6000), ask=hello, reply=hello),
        ],
    )
    wrong = (
        "ip.checksum.status==0 or udp.checksum.status==0 or tcp.checksum.status==0"
        " or tcp.analysis.lost_segment or tcp.analysis.retransmission"
        " or tcp.analysis.ack_lost_segment"
    )
    checks = [f"{name}.check_checksum:TRUE" for name in ("ip", "udp", "tcp")]
    options = [word for check in checks for word in ("-o", check)]
    command = ["tshark", "-r", str(tmp_path / "a.pcap"), *options, "-Y", wrong]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == ""
