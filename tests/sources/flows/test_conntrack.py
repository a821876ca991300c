import os
import shutil
import subprocess
import sys
import time
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.model.flow import Origin
from camscan.sources.flows.conntrack import sniff
from camscan.sources.flows.ledger import Keep
from camscan.sources.flows.total import packed_address
from tests.sources.flows.whole import read_flows

CAMERA, SERVER, OUTSIDE = "10.66.1.10", "36.110.1.1", "203.0.113.9"


def pair(
    source=CAMERA,
    peer=SERVER,
    *,
    sport=40_000,
    port=443,
    out="",
    back="",
    behind=None,
    nat=None,
    unreplied=False,
):
    """Both tuples; `behind` is where a forwarded port leads, `nat` the router's address outside."""
    reply = "[UNREPLIED] " if unreplied else ""
    return (
        f"src={source} dst={peer} sport={sport} dport={port} {out} {reply}"
        f"src={behind or peer} dst={nat or source} sport={port} dport={sport} {back}"
    )


def acct(packets, size):
    return f"packets={packets} bytes={size}"


def read(tmp_path, *lines, keep=None):
    path = tmp_path / "conntrack.txt"
    path.write_text("\n".join(lines) + "\n")
    os.utime(path, (1_793_000_000, 1_793_000_000))
    return read_flows([str(path)], keep)


def test_events_from_beginning_to_end(tmp_path):
    record = read(
        tmp_path,
        "[1711468800.25]\t    [NEW] tcp      6 120 SYN_SENT " + pair(unreplied=True, nat=OUTSIDE),
        "[1711468800.50]\t [UPDATE] tcp      6 60 SYN_RECV " + pair(nat=OUTSIDE),
        "[1711468800.75]\t [UPDATE] tcp      6 432000 ESTABLISHED "
        + pair(nat=OUTSIDE) + "[ASSURED]",
        "[1711468860.00]\t[DESTROY] tcp      6 "
        + pair(nat=OUTSIDE, out=acct(10, 1415), back=acct(11, 6343)) + " [ASSURED]",
        "rubbish",
    )  # fmt: skip
    (flow,) = record.flows
    assert (flow.source, flow.peer, flow.port, flow.protocol) == (CAMERA, SERVER, 443, "tcp")
    assert (flow.packets_out, flow.packets_in, flow.bytes_out, flow.bytes_in) == (
        10,
        11,
        1415,
        6343,
    )
    assert (flow.first, flow.last, flow.starts) == (1711468800.25, 1711468860.0, (1711468800.25,))
    assert flow.origin is Origin.RECORDED
    (source,) = record.sources
    assert (source.count, source.bad, source.first) == (5, 1, 1711468800.25)


def test_an_end_without_a_beginning_and_a_beginning_without_an_end(tmp_path):
    record = read(
        tmp_path,
        "[1711468860.0]\t[DESTROY] tcp      6 TIME_WAIT "
        + pair(out=acct(10, 1415), back=acct(11, 6343)) + " [ASSURED] delta-time=60",
        "[1711468870.0]\t    [NEW] udp      17 30 " + pair(port=32_100, unreplied=True),
    )  # fmt: skip
    ended, begun = sorted(record.flows, key=lambda flow: flow.first)
    assert (ended.first, ended.last) == (1711468800.0, 1711468860.0)
    assert (begun.port, begun.packets_out, begun.packets_in, begun.bytes_in) == (32_100, None, 0, 0)


def test_silent_refused_answered(tmp_path):
    record = read(
        tmp_path,
        "tcp      6 118 SYN_SENT " + pair(port=1, unreplied=True) + " mark=0 use=1",
        "tcp      6 9 CLOSE " + pair(port=2) + " mark=0 use=1",
        "tcp      6 9 CLOSE " + pair(port=3) + " [ASSURED] mark=0 use=1",
        "udp      17 25 " + pair(port=4, out=acct(2, 200), back=acct(1, 90)) + " mark=0 use=1",
    )
    found = {flow.port: (flow.packets_in, flow.refused) for flow in record.flows}
    assert found == {1: (0, False), 2: (None, True), 3: (None, False), 4: (1, False)}


def test_a_list_has_no_times(tmp_path):
    record = read(
        tmp_path, "ipv4     2 tcp      6 431999 ESTABLISHED " + pair() + " [ASSURED] use=2"
    )
    (flow,) = record.flows
    assert (flow.first, flow.last, flow.starts) == (1_793_000_000, 1_793_000_000, ())
    assert (flow.packets_out, flow.bytes_in) == (None, None)
    assert any(skip.what == "times" for skip in record.skips)
    record = read(tmp_path, "tcp      6 431999 ESTABLISHED " + pair() + " [ASSURED] delta-time=500")
    assert record.flows[0].first == 1_792_999_500


def test_a_port_forwarded_inwards_and_a_question_sent_elsewhere(tmp_path):
    inwards = pair(SERVER, OUTSIDE, port=8554, behind=CAMERA)
    redirected = pair(CAMERA, "8.8.8.8", port=53, behind="10.66.0.5")
    lines = ["tcp 6 99 ESTABLISHED " + inwards + " [ASSURED]", "udp 17 25 " + redirected]
    for keep in (None, Keep(addresses=frozenset([packed_address(CAMERA)]))):
        record = read(tmp_path, *lines, keep=keep)
        assert {(flow.source, flow.peer, flow.port) for flow in record.flows} == {
            (SERVER, CAMERA, 8554), (CAMERA, "8.8.8.8", 53),
        }  # fmt: skip


def test_only_the_inventory(tmp_path):
    keep = Keep(addresses=frozenset([packed_address("10.66.1.77")]))
    record = read(tmp_path, "udp 17 25 " + pair(), keep=keep)
    assert (record.count, record.flows) == (1, ())


def test_memory_is_bounded_and_nothing_is_lost(tmp_path, monkeypatch):
    monkeypatch.setattr("camscan.sources.flows.conntrack._OPEN", 8)
    record = read(
        tmp_path,
        *(f"[17114688{n:02}.0]\t    [NEW] udp      17 30 " + pair(sport=n) for n in range(50)),
    )
    assert sum(flow.count for flow in record.flows) == 50


def test_content_tells_the_format():
    assert sniff(("tcp      6 118 SYN_SENT " + pair(unreplied=True)).encode())
    assert sniff(b"conntrack v1.4.7\n" + ("icmp 1 29 " + pair()).encode())
    assert not sniff(b"kernel: DROP IN=eth0 SRC=10.0.0.1 DST=8.8.8.8 PROTO=TCP")
    assert not sniff(b"")


@given(st.binary(max_size=200))
def test_fuzz_sniff(data):
    sniff(data)


def listens(inside):
    """Whether somebody waits for events of the connection tracking (netlink's protocol 12)."""
    rows = subprocess.run([*inside, "cat", "/proc/net/netlink"], check=True, capture_output=True)
    words = [row.split() for row in rows.stdout.decode().splitlines()[1:]]
    return any(row[1] == "12" and int(row[3], 16) for row in words)


@pytest.mark.root
@pytest.mark.peer
@pytest.mark.skipif(
    shutil.which("conntrack") is None or shutil.which("nft") is None,
    reason="needs the programs conntrack and nft",
)
def test_what_the_kernel_and_conntrack_print(tmp_path):
    """Real connections on loop-back in a namespace: events, list and the kernel's own table."""
    space = f"ct-{uuid.uuid4().hex[:8]}"
    inside = ["ip", "netns", "exec", space]
    rules = "add table inet t; add chain inet t c { type filter hook output priority 0; }; add rule inet t c ct state new accept"  # noqa: E501
    talk = (
        "import socket,sys\n"
        "at=('127.0.0.1',8443); server=socket.create_server(at); c=socket.create_connection(at)\n"
        "s,_=server.accept(); c.sendall(b'x'*100); s.sendall(b'y'*200); c.recv(300)\n"
        "u=socket.socket(socket.AF_INET,socket.SOCK_DGRAM); u.sendto(b'q',('127.0.0.2',123))\n"
        "sys.stdout.write('ready'); sys.stdout.flush(); sys.stdin.read()\n"
    )
    subprocess.run(["ip", "netns", "add", space], check=True)
    try:
        subprocess.run([*inside, "ip", "link", "set", "lo", "up"], check=True)
        acct = [*inside, "sysctl", "-qw", "net.netfilter.nf_conntrack_acct=1"]
        if subprocess.run(acct, check=False, capture_output=True).returncode:
            pytest.skip("this kernel tracks no connections in namespaces")
        subprocess.run([*inside, "nft", rules], check=True)
        with (tmp_path / "events").open("wb") as events:
            watching = subprocess.Popen(
                [*inside, "conntrack", "-E", "-o", "timestamp", "-b", "1048576"],
                stdout=events,
                stderr=subprocess.DEVNULL,
            )
            try:
                end = time.monotonic() + 20
                while not listens(inside):
                    assert time.monotonic() < end
                    time.sleep(0.02)
                talking = subprocess.Popen(
                    [*inside, sys.executable, "-c", talk],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                )
                assert talking.stdout.read(5) == b"ready"
                listed = subprocess.run(
                    [*inside, "conntrack", "-L"], check=True, capture_output=True
                )
                kernel = subprocess.run(
                    [*inside, "cat", "/proc/net/nf_conntrack"], check=True, capture_output=True
                )
                talking.communicate(timeout=20)
                subprocess.run([*inside, "conntrack", "-F"], check=True, capture_output=True)
                end = time.monotonic() + 20
                while (tmp_path / "events").read_bytes().count(b"[DESTROY]") < 2:
                    assert time.monotonic() < end, (tmp_path / "events").read_text()
                    time.sleep(0.02)
            finally:
                watching.terminate()
                watching.wait(timeout=20)
    finally:
        subprocess.run(["ip", "netns", "del", space], check=False)
    (tmp_path / "list").write_bytes(listed.stdout)
    (tmp_path / "kernel").write_bytes(kernel.stdout)
    for name in ("list", "kernel", "events"):
        record = read_flows([str(tmp_path / name)])
        assert record.sources[0].bad == 0, name
        flows = {(flow.peer, flow.port, flow.protocol): flow for flow in record.flows}
        tcp = flows["127.0.0.1", 8443, "tcp"]
        assert tcp.packets_out >= 3, name
        assert tcp.bytes_out > 100, name
        assert tcp.bytes_in > 200, name
        udp = flows["127.0.0.2", 123, "udp"]
        assert (udp.bytes_out, udp.packets_out) == (29, 1), name
