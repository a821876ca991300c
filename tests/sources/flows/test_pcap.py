import collections
import gzip
import random
import shutil
import subprocess
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from camscan.errors import SourceError
from tests.sources.flows.whole import read_flows

CAMERA, SERVER = "10.66.1.10", "36.110.1.1"


def test_several_files_are_one_reading(wire, tmp_path):
    first, second = wire.Line(1000.0), wire.Line(2000.0)
    first.connect(CAMERA, SERVER, 443, back=10)
    second.connect(CAMERA, SERVER, 443, back=10)
    paths = [first.file(tmp_path / "1.pcap"), second.file(tmp_path / "2.pcap")]
    record = read_flows(paths)
    (flow,) = record.flows
    assert flow.count == 2
    assert record.count == record.kept == 8
    assert [round(source.first) for source in record.sources] == [1000, 2000]
    assert round(record.last) == 2000
    assert record.skips == ()


def test_files_of_the_same_time_are_sources_of_their_own(wire, tmp_path):
    line = wire.Line()
    line.connect(CAMERA, SERVER, 443)
    line.at += 60
    line.connect(CAMERA, SERVER, 443)
    paths = [line.file(tmp_path / "1.pcap"), line.file(tmp_path / "2.pcap")]
    record = read_flows(paths)
    assert [flow.recorded_by for flow in record.flows] == ["pcap", "pcap 2"]
    assert record.spans["pcap"] == record.spans["pcap 2"]


def test_questions_without_a_connection(wire, tmp_path):
    line = wire.Line()
    line.resolve(CAMERA, "used.example", SERVER)
    line.connect(CAMERA, SERVER, 443)
    line.resolve(CAMERA, "stated.example", "36.110.9.9")
    line.connect(CAMERA, "36.110.9.1", 443, name="stated.example")
    line.resolve(CAMERA, "unused.example", "36.110.3.3")
    line.resolve(CAMERA, "unanswered.example")
    record = read_flows([line.file(tmp_path / "a.pcap")])
    unused = {flow.name: flow for flow in record.flows if flow.peer is None}
    assert set(unused) == {"unused.example", "unanswered.example"}
    assert unused["unused.example"].packets_out == 0
    assert unused["unused.example"].name_source == "dns-question"
    assert record.answers[CAMERA, "unused.example"] == ("36.110.3.3",)
    assert record.resolving == {CAMERA}


def test_gzip_and_cut_files(wire, tmp_path):
    line = wire.Line()
    for _ in range(50):
        line.connect(CAMERA, SERVER, 443)
    data = wire.pcap(line.frames)
    packed = tmp_path / "a.pcap.gz"
    packed.write_bytes(gzip.compress(data, 0)[:-700])
    record = read_flows([str(packed)])
    assert not record.sources[0].complete
    assert 100 < record.count < 150
    (skip,) = record.skips
    assert skip.subject == str(packed)
    assert "gzip data ends" in skip.reason


def test_no_capture_is_a_source_error(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("hello")
    with pytest.raises(SourceError, match=r"notes\.txt"):
        read_flows([str(path)])


def test_many_problems_of_one_file_are_summed_up(wire, tmp_path):
    frame = wire.ethernet(wire.ip(CAMERA, SERVER, 17, wire.udp(1, 9)))
    frames = [(1_764_000_000.0 + n, frame) for n in range(80)]
    data = wire.pcap(frames[:1])
    for one in frames[1:40]:
        data += b"\xff" * 40 + wire.pcap([one])[24:] * 2
    path = tmp_path / "a.pcap"
    path.write_bytes(data)
    record = read_flows([str(path)])
    assert record.count == 79
    assert len(record.skips) == 21
    assert "19 more problems" in record.skips[-1].reason


@given(cut=st.integers(0, 3000), place=st.integers(24, 3000), junk=st.binary(max_size=40))
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_fuzz_damaged_captures_never_raise(wire, tmp_path, cut, place, junk):
    line = wire.Line()
    line.resolve(CAMERA, "a.example", SERVER)
    line.connect(CAMERA, SERVER, 443, name="a.example", out=900, back=500)
    data = wire.pcap(line.frames)
    data = data[:place] + junk + data[place + len(junk) :]
    path = tmp_path / "a.pcap"
    path.write_bytes(data[: max(24, len(data) - cut)])
    record = read_flows([str(path)])
    assert sum((f.packets_out or 0) + (f.packets_in or 0) for f in record.flows) <= record.count


def random_line(wire, seed):
    """Traffic of every kind this reader claims to understand."""
    rng = random.Random(seed)
    line = wire.Line()
    for _ in range(150):
        camera = f"10.66.1.{rng.randrange(10, 20)}"
        server = f"36.110.{rng.randrange(3)}.{rng.randrange(1, 9)}"
        kind = rng.randrange(6)
        if kind == 0:
            line.resolve(camera, f"n{rng.randrange(9)}.example", server)
        elif kind == 1:
            line.exchange(camera, server, rng.choice([123, 9999, 32_100]), size=rng.randrange(900))
        elif kind == 2:
            line.connect(camera, server, 80, answer=rng.choice([None, False]))
        elif kind == 3:
            line.send(camera, server, 1, wire.icmp(8))
        else:
            line.connect(
                camera, server, 443, name=f"s{rng.randrange(9)}.example",
                out=rng.randrange(9000), back=rng.randrange(9000),
            )  # fmt: skip
    return line


@pytest.mark.peer
@pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")
@pytest.mark.parametrize("modern", [False, True])
def test_counts_and_names_agree_with_tshark(wire, tmp_path, modern):
    path = tmp_path / "a.pcap"
    line = random_line(wire, 4)
    line.file(path)
    if modern:
        data = wire.section() + wire.interface()
        path.write_bytes(data + b"".join(wire.enhanced(at, frame) for at, frame in line.frames))
    fields = ["ip.src", "ip.dst", "ip.proto", "ip.len", "tcp.srcport", "tcp.dstport"]
    fields += ["udp.srcport", "udp.dstport", "tls.handshake.extensions_server_name"]
    command = ["tshark", "-r", str(path), "-T", "fields", "-E", "separator=|"]
    command += [part for name in fields for part in ("-e", name)]
    rows = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    expected = collections.Counter()
    names = set()
    for row in rows:
        source, peer, protocol, size, tcp_a, tcp_b, udp_a, udp_b, name = row.split("|")
        low = min([int(p) for p in (tcp_a or udp_a, tcp_b or udp_b) if p], default=None)
        if "32100" in (udp_a, udp_b):
            low = 32_100
        elif "9999" in (udp_a, udp_b):
            low = 9999
        expected[source, peer, int(protocol), low, "packets"] += 1
        expected[source, peer, int(protocol), low, "bytes"] += int(size)
        if name:
            names.add((source, peer, name))
    got = collections.Counter()
    numbers = {"icmp": 1, "tcp": 6, "udp": 17}
    record = read_flows([str(path)])
    for flow in record.flows:
        if flow.peer is None:
            continue
        there = (flow.source, flow.peer, numbers[flow.protocol], flow.port)
        back = (flow.peer, flow.source, numbers[flow.protocol], flow.port)
        for key, packets, size in (
            (there, flow.packets_out, flow.bytes_out),
            (back, flow.packets_in, flow.bytes_in),
        ):
            got[*key, "packets"] += packets
            got[*key, "bytes"] += size
    assert +got == expected
    assert {(f.source, f.peer, f.name) for f in record.flows if f.name_source == "sni"} == names


@pytest.mark.alone
@pytest.mark.slow(10)
def test_speed_and_memory(wire, tmp_path):
    """Half a million packets a second is the goal; a loaded test machine gets a wide margin."""
    frames = [
        wire.ethernet(
            wire.ip(f"10.66.1.{n}", "10.66.9.2", 17, wire.udp(8200, 40_000 + n, b"x" * 900))
        )
        for n in range(200)
    ]
    path = tmp_path / "big.pcap"
    body = wire.pcap([(1000.0, frame) for frame in frames])
    with path.open("wb") as stream:
        stream.write(body[:24])
        for _ in range(1000):
            stream.write(body[24:])
    start = time.perf_counter()
    record = read_flows([str(path)])
    spent = time.perf_counter() - start
    assert record.count == 200_000
    assert len(record.flows) == 200
    assert record.count / spent > 100_000
