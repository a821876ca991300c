"""Real clients and servers, captured by tcpdump: flows agree with tshark's fields.

client 10.77.0.40 ── bridge ── server 10.77.0.41 (nginx, dnsmasq, chrony, aioquic, GStreamer)
"""

from __future__ import annotations

import collections
import contextlib
import importlib.util
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from camscan.sources.flows.record import FlowRecord
from tests.peers.network import INTERFACE, Network
from tests.peers.process import PeerProcess, silent_doors
from tests.peers.software import GSTREAMER
from tests.sources.flows.whole import read_flows

pytestmark = [pytest.mark.root, pytest.mark.peer, pytest.mark.slow(30)]

CLIENT, SERVER = "10.77.0.40", "10.77.0.41"
CLIENT6, SERVER6 = "fd77::40", "fd77::41"
QUIC_PORT = 4433
_PATH = "/usr/sbin:/usr/bin:/sbin:/bin"
_QUIC = str(Path(__file__).with_name("quic_pair.py"))
# dnspython is the client.
_ASK = """
import sys, dns.message, dns.query
server, *names = sys.argv[1:]
for name in names:
    question = dns.message.make_query(name, "A")
    for ask in (dns.query.udp, dns.query.tcp):
        assert ask(question, server, timeout=10).answer, name
"""


def needs(*programs: str) -> pytest.MarkDecorator:
    missing = [name for name in programs if shutil.which(name, path=_PATH) is None]
    return pytest.mark.skipif(bool(missing), reason=f"not installed: {', '.join(missing)}")


class Place:
    """Both namespaces, the folder of one test, and what was started in them."""

    def __init__(self, network: Network, folder: Path, stack: contextlib.ExitStack) -> None:
        self.network = network
        self.folder = folder
        self._stack = stack
        self.capture = folder / "capture.pcap"
        self._tcpdump: PeerProcess | None = None

    def start(self, name: str, *command: str) -> PeerProcess:
        """Start a server."""
        home = self.folder / name
        home.mkdir()
        process = PeerProcess(self.network.prefix("server"), command, home, {})
        self._stack.callback(process.stop)
        return process

    def wait(self, *ports: int) -> None:
        """Until the server answers on these TCP ports."""
        doors = [f"{SERVER}:{port}" for port in ports]
        assert silent_doors(self.network.prefix("client"), doors) == []

    def run(self, *command: str) -> str:
        """Run a client to its end."""
        done = subprocess.run(
            [*self.network.prefix("client"), *command],
            capture_output=True, text=True, check=False, timeout=60, cwd=self.folder,
        )  # fmt: skip
        assert done.returncode == 0, f"{command}: {done.stderr or done.stdout}"
        return done.stdout

    def listen(self) -> None:
        """Begin to capture at the client's interface."""
        command = ["tcpdump", "-i", INTERFACE, "-U", "--immediate-mode", "-B", "16384", "-s", "0"]
        self._tcpdump = PeerProcess(
            self.network.prefix("client"), [*command, "-w", str(self.capture)], self.folder, {}
        )
        self._stack.callback(self._tcpdump.stop)
        wait_for(lambda: self._tcpdump is not None and "listening on" in self._tcpdump.said())

    def heard(self) -> FlowRecord:
        """End the capture once a last datagram, sent after all others, is in it."""
        mark = b"the last datagram of this test"
        send = "import socket, sys; s = socket.socket(type=socket.SOCK_DGRAM)"
        send += f"; s.sendto({mark!r}, ({SERVER!r}, 9))"
        self.run(sys.executable, "-I", "-c", send)
        wait_for(lambda: mark in self.capture.read_bytes())
        assert self._tcpdump is not None
        self._tcpdump.stop()
        return read_flows([str(self.capture)])


def wait_for(true: Callable[[], bool]) -> None:
    """Ask until it is true, for at most 20 s."""
    until = time.monotonic() + 20
    while not true():
        assert time.monotonic() < until, "it did not happen within 20 s"
        time.sleep(0.01)


@pytest.fixture(scope="module")
def network() -> Iterator[Network]:
    with Network.up("real") as made:
        for name, address, six in (("client", CLIENT, CLIENT6), ("server", SERVER, SERVER6)):
            made.add_peer(name, address)
            subprocess.run(
                [*made.prefix(name), "ip", "addr", "add", f"{six}/64", "dev", INTERFACE, "nodad"],
                check=True,
            )
        yield made


@pytest.fixture
def place(network: Network, tmp_path: Path) -> Iterator[Place]:
    with contextlib.ExitStack() as stack:
        yield Place(network, tmp_path, stack)


def certificate(folder: Path) -> tuple[str, str]:
    """A certificate of its own and its key."""
    files = str(folder / "cert.pem"), str(folder / "key.pem")
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=test"]
    subprocess.run(
        [*command, "-out", files[0], "-keyout", files[1]], check=True, capture_output=True
    )
    return files


def nginx(place: Place) -> None:
    cert, key = certificate(place.folder)
    body = place.folder / "body"
    body.write_bytes(bytes(300_000))
    config = place.folder / "nginx.conf"
    config.write_text(
        f"daemon off; user root; pid {place.folder}/pid; error_log {place.folder}/error.log;\n"
        f"events {{}}\nhttp {{ access_log off; server {{ listen 80; listen [::]:80;\n"
        f"listen 443 ssl http2; listen [::]:443 ssl http2; ssl_protocols TLSv1.2 TLSv1.3;\n"
        f"ssl_certificate {cert}; ssl_certificate_key {key}; root {place.folder}; }} }}\n"
    )
    place.start("nginx", "nginx", "-c", str(config))
    place.wait(80)


def tshark(path: Path, *options: str) -> tuple[collections.Counter[tuple[object, ...]], set[str]]:
    """Packets and IP bytes of each (address, port, address, port, protocol), and every name that
    TLS, QUIC, HTTP or DNS states."""
    fields = ["ip.src", "ipv6.src", "tcp.srcport", "udp.srcport", "ip.dst", "ipv6.dst"]
    fields += ["tcp.dstport", "udp.dstport", "ip.proto", "ipv6.nxt", "frame.len"]
    fields += ["tls.handshake.extensions_server_name", "http.host", "dns.qry.name"]
    command = ["tshark", "-n", "-r", str(path), "-T", "fields", "-E", "separator=|", *options]
    command += [part for name in fields for part in ("-e", name)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    counted: collections.Counter[tuple[object, ...]] = collections.Counter()
    names: set[str] = set()
    for row in done.stdout.splitlines():
        columns = row.split("|")
        source, port_a, peer, port_b = (columns[at] or columns[at + 1] for at in (0, 2, 4, 6))
        protocol = columns[8] or columns[9]
        if protocol not in ("6", "17") or not source:
            continue
        key = (source, int(port_a), peer, int(port_b), int(protocol))
        counted[*key, "packets"] += 1
        counted[*key, "bytes"] += int(columns[10]) - 14  # no frame here is padded: all are sent
        names |= {name for column in columns[11:] for name in column.split(",") if name}
    return counted, names


def ours(record: FlowRecord) -> collections.Counter[tuple[object, ...]]:
    """The same without the ports that clients took, which flows of one peer share."""
    counted: collections.Counter[tuple[object, ...]] = collections.Counter()
    numbers = {"tcp": 6, "udp": 17}
    for flow in record.flows:
        if flow.protocol in numbers and flow.peer is not None:
            key = (flow.source, flow.peer, flow.port, numbers[flow.protocol])
            counted[*key, "out", "packets"] += flow.packets_out or 0
            counted[*key, "out", "bytes"] += flow.bytes_out or 0
            counted[*key, "in", "packets"] += flow.packets_in or 0
            counted[*key, "in", "bytes"] += flow.bytes_in or 0
    return +counted


def theirs(
    counted: collections.Counter[tuple[object, ...]],
) -> collections.Counter[tuple[object, ...]]:
    """tshark's rows by client and server: here the client is always the same host."""
    joined: collections.Counter[tuple[object, ...]] = collections.Counter()
    for (source, port_a, peer, port_b, protocol, what), value in counted.items():
        if source in (CLIENT, CLIENT6):
            joined[source, peer, port_b, protocol, "out", what] += value
        else:
            joined[peer, source, port_a, protocol, "in", what] += value
    return joined


def agree(place: Place, *options: str) -> tuple[FlowRecord, set[str]]:
    record = place.heard()
    counted, names = tshark(place.capture, *options)
    assert ours(record) == theirs(counted)
    assert record.skips == ()
    return record, names


def named(record: FlowRecord, source: str) -> dict[tuple[str | None, int | None], set[str | None]]:
    found: dict[tuple[str | None, int | None], set[str | None]] = {}
    for flow in record.flows:
        if flow.name_source == source:
            found.setdefault((flow.peer, flow.port), set()).add(flow.name)
    return found


@needs("nginx", "curl", "openssl", "tcpdump", "tshark")
def test_tls_and_http_of_curl_and_nginx(place: Place) -> None:
    nginx(place)
    place.listen()
    common = ["curl", "-sS", "--insecure", "-o", "/dev/null"]
    for name, *options in (
        ("twelve.example", "--tls-max", "1.2"),
        ("thirteen.example", "--tlsv1.3"),
        ("old.example", "--http1.1", "--tls-max", "1.2"),
    ):
        for address in (SERVER, f"[{SERVER6}]"):
            to = ["--resolve", f"{name}:443:{address}"]
            place.run(*common, *options, *to, f"https://{name}/body")
    long = f"X-Long: {'x' * 6000}"
    place.run(
        *common, "-H", long, "--resolve", f"web.example:80:{SERVER}", "http://web.example/body"
    )
    proxy = ["--proxy", f"http://{SERVER}:80", "--proxytunnel"]
    asked = subprocess.run(
        [*place.network.prefix("client"), *common, *proxy, "http://behind.example/"], check=False
    )
    assert asked.returncode != 0, "nginx is no proxy"
    record, names = agree(place)
    hellos = {"twelve.example", "thirteen.example", "old.example"}
    assert named(record, "sni") == {(SERVER, 443): hellos, (SERVER6, 443): hellos}
    assert named(record, "http-host") == {(SERVER, 80): {"web.example"}}
    assert named(record, "http-connect") == {(SERVER, 80): {"behind.example"}}
    assert hellos | {"web.example"} <= names


@needs("dnsmasq", "tcpdump", "tshark")
def test_dns_of_dnsmasq_by_udp_and_tcp(place: Place) -> None:
    hosts = {"cam.example": SERVER, "far.example": "203.0.113.9", "unused.example": "203.0.113.10"}
    command = ["dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--no-resolv"]
    command += ["--no-hosts", "--user=root", "--pid-file="]
    command += [f"--address=/{name}/{address}" for name, address in hosts.items()]
    place.start("dnsmasq", *command)
    asking = [sys.executable, "-c", _ASK, SERVER]
    place.start("web", sys.executable, "-m", "http.server", "80", "--bind", SERVER)
    place.wait(80)
    place.listen()
    place.run(*asking, *hosts)
    place.run("curl", "-sS", "-o", "/dev/null", "-H", "Host: 1.2.3.4", f"http://{SERVER}/")
    record, names = agree(place)
    assert set(hosts) <= names
    assert named(record, "dns") == {(SERVER, port): {"cam.example"} for port in (9, 53, 80)}
    assert named(record, "dns-question") == {(None, 53): {"far.example", "unused.example"}}
    assert record.answers[CLIENT, "far.example"] == ("203.0.113.9",)


@needs("tcpdump", "tshark", "openssl")
@pytest.mark.skipif(importlib.util.find_spec("aioquic") is None, reason="aioquic is not installed")
@pytest.mark.parametrize("version", ["v1", "v2"])
def test_quic_of_aioquic(place: Place, version: str) -> None:
    files = certificate(place.folder)
    server = place.start("quic", sys.executable, _QUIC, "server", SERVER, str(QUIC_PORT), *files)
    wait_for(lambda: "ready" in server.said())
    place.listen()
    for name in ("one.example", "two.example"):
        place.run(sys.executable, _QUIC, "client", SERVER, str(QUIC_PORT), name, version)
    record, names = agree(place, "-d", f"udp.port=={QUIC_PORT},quic")
    assert named(record, "quic-sni") == {(SERVER, QUIC_PORT): {"one.example", "two.example"}}
    if version == "v1":  # tshark 4.0 does not know the salt of version 2 of RFC 9369
        assert names == {"one.example", "two.example"}


@needs("chronyd", "tcpdump", "tshark")
def test_ntp_of_chrony(place: Place) -> None:
    config = place.folder / "chrony.conf"
    config.write_text(
        f"local stratum 8\nallow all\ncmdport 0\nbindcmdaddress /\npidfile {config}.p\n"
    )
    server = place.start("chrony", "chronyd", "-d", "-x", "-u", "root", "-f", str(config))
    wait_for(lambda: "starting" in server.said())
    place.listen()
    options = f"server {SERVER} iburst maxsamples 4"
    place.run("chronyd", "-Q", "-t", "20", "-u", "root", "-f", "/dev/null", options)
    record, _ = agree(place)
    (flow,) = [flow for flow in record.flows if flow.port == 123]
    assert (flow.source, flow.peer, flow.protocol) == (CLIENT, SERVER, "udp")
    assert flow.packets_in == flow.packets_out
    assert flow.packets_in


@needs("ffmpeg", "tcpdump", "tshark")
@pytest.mark.parametrize("transport", ["tcp", "udp"])
def test_rtsp_of_gstreamer_and_ffmpeg(place: Place, transport: str) -> None:
    reason = GSTREAMER.missing()
    if reason is not None:
        pytest.skip(reason)
    place.start("gstreamer", *GSTREAMER.command(place.folder))
    place.wait(554)
    place.listen()
    play = ["ffmpeg", "-nostdin", "-loglevel", "error", "-rtsp_transport", transport]
    place.run(*play, "-i", f"rtsp://{SERVER}/test", "-frames:v", "10", "-f", "null", "-")
    record = place.heard()
    counted, _ = tshark(place.capture)
    if transport == "tcp":
        assert ours(record) == theirs(counted)
    else:  # who began a datagram flow between two high ports: who spoke first
        assert sum(ours(record).values()) == sum(counted.values())
    (flow,) = [flow for flow in record.flows if flow.port == 554]
    assert (flow.source, flow.peer, flow.protocol) == (CLIENT, SERVER, "tcp")
