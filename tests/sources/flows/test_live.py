"""NetFlow is told within five seconds; interfaces and logs: tests/cli/test_watch.py."""

import importlib.util
import shutil
import socket
import subprocess
import time

import pytest

from camscan.errors import SourceError
from camscan.sources.flows.ledger import Keep
from camscan.sources.flows.live import CollectorSource, FileSource
from camscan.sources.flows.source import Reading


def free_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


@pytest.mark.peer
@pytest.mark.alone
def test_netflow_of_softflowd(wire, tmp_path):
    for program in ("nfcapd", "nfdump", "softflowd"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")
    if importlib.util.find_spec("camscan.sources.flows.nfdump") is None:
        pytest.skip("there is no reader of nfdump's files yet")
    line = wire.Line(time.time() - 5)
    line.connect("10.66.1.10", "36.110.220.15", 8000, out=3000, back=500)
    capture = line.file(tmp_path / "one.pcap")
    collectors, began, found = {}, {}, {}
    for version in ("5", "9", "10"):
        port = free_port()
        reading = Reading(Keep(addresses=frozenset([bytes((10, 66, 1, 10))])))
        source = CollectorSource(port, "127.0.0.1", reading, say=lambda _: None)
        collectors[version] = port, reading, source
    for version, (port, _, _) in collectors.items():
        exporter = ["softflowd", "-r", capture, "-n", f"127.0.0.1:{port}", "-v", version]
        subprocess.run(exporter, check=True, capture_output=True)
        began[version] = time.monotonic()
    while len(found) < len(collectors):
        for version in collectors.keys() - found.keys():
            assert time.monotonic() - began[version] < 5, version
            if flows := collectors[version][2].take(0):
                found[version] = flows
        time.sleep(0.1)
    for version, (port, reading, source) in collectors.items():
        (flow,) = found[version]
        assert (flow.source, flow.peer, flow.port) == ("10.66.1.10", "36.110.220.15", 8000)
        assert source.close(None) == []
        assert source.lost == 0
        (seen,) = reading.ledgers[0].sources
        assert (seen.path, seen.lost) == (f"netflow:127.0.0.1:{port}", 0)


def test_a_capture_file_cannot_be_followed(wire, tmp_path):
    line = wire.Line()
    line.connect("10.66.1.10", "36.110.220.15", 8000)
    with pytest.raises(SourceError, match="can be followed"):
        FileSource(line.file(tmp_path / "a.pcap"), Reading(Keep()), say=lambda _: None)
