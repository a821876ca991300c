import os
import shutil
import subprocess
from ipaddress import ip_network

import msgspec
import pytest

from camscan.egress.nft_write import nft_of
from camscan.model.conversation import Verdict


@pytest.fixture
def run(make_device, make_run, make_conversation):
    camera = make_device("10.66.1.10", others=("2001:db8:1::10", "fe80::1"))
    calls = (
        make_conversation(camera, peer="192.0.2.7", name='a"; flush ruleset',
                          verdict=Verdict.ALLOWED),
        make_conversation(camera, peer="192.0.2.8", protocol="icmp", port=None,
                          verdict=Verdict.EXPECTED),
        make_conversation(camera, peer="36.110.9.9", verdict=Verdict.UNEXPECTED),
        make_conversation(camera, peer="10.66.0.5", port=53, verdict=Verdict.INFRASTRUCTURE),
        make_conversation(camera, peer="2001:db8:9::7", verdict=Verdict.VENDOR_CLOUD,
                          address="2001:db8:1::10"),
    )  # fmt: skip
    return msgspec.structs.replace(make_run(camera), conversations=calls)


def test_what_is_in_order_passes_and_the_rest_is_dropped(run):
    text = nft_of(run, run.devices, (ip_network("81.2.69.0/24"),))
    assert "ip saddr 10.66.1.10 ip daddr 192.0.2.7 tcp dport 443 accept" in text
    assert "ip saddr 10.66.1.10 ip daddr 192.0.2.8 accept" in text
    assert "ip6 saddr 2001:db8:1::10 ip6 daddr 2001:db8:9::7" in text
    assert "36.110.9.9" not in text
    assert "10.66.0.5" not in text
    assert "81.2.69.0/24" in text
    assert "fe80::1" not in text.partition("inside6")[0]
    assert text.index("192.0.2.7") < text.index("counter log")
    assert 'a"; flush' not in text


@pytest.mark.root
@pytest.mark.peer
def test_nft_takes_it(run, tmp_path):
    if shutil.which("nft") is None or os.geteuid() != 0:
        pytest.skip("needs nftables and root")
    path = tmp_path / "rules.nft"
    path.write_text(nft_of(run, run.devices, (ip_network("81.2.69.0/24"),)))
    done = subprocess.run(["nft", "-c", "-f", str(path)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
