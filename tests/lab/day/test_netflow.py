import shutil
import subprocess

import pytest

from camscan.errors import LocalFaultError
from camscan.lab.day import netflow
from camscan.lab.day.netflow import write_netflow
from camscan.lab.day.pcap import write_pcap
from camscan.lab.day.wire import counts


def test_without_nfpcapd_there_is_none(tmp_path, monkeypatch):
    monkeypatch.setattr(netflow.shutil, "which", lambda _name: None)
    assert write_netflow(tmp_path / "flows", tmp_path / "a.pcap") is None


@pytest.mark.peer
@pytest.mark.skipif(shutil.which("nfpcapd") is None, reason="nfdump is not installed")
class TestNfpcapd:
    def test_it_counts_what_the_truth_counts(self, exchange, tmp_path):
        one = exchange(ask=b"a" * 100, sent=500_000, seconds=2000.0)
        write_pcap(tmp_path / "a.pcap", [one])
        for _again in range(2):  # a second time does not add to the first
            (path,) = write_netflow(tmp_path / "flows", tmp_path / "a.pcap")
        command = ["nfdump", "-r", str(path), "-q", "-N", "-a", "-o", "fmt:%sa %ibyt"]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        sizes = dict(line.split() for line in done.stdout.splitlines() if line.strip())
        assert int(sizes["10.66.1.10"]) == counts(one).bytes_out

    def test_what_is_no_capture_is_said(self, tmp_path):
        (tmp_path / "a.pcap").write_bytes(b"no capture")
        with pytest.raises(LocalFaultError, match="nfpcapd"):
            write_netflow(tmp_path / "flows", tmp_path / "a.pcap")
