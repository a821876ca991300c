"""The same peers from behind a router: unicast WS-Discovery, no MAC addresses, the same names."""

from __future__ import annotations

import pytest

from camscan.model.count import count
from camscan.model.coverage import MethodStatus, SubnetState
from camscan.model.device import Device
from camscan.model.run import RunStatus
from tests.peers.conftest import Scan
from tests.peers.network import SEGMENT
from tests.peers.software import AVAHI, IPYCAM, PEERS, WSDD, Peer

pytestmark = [pytest.mark.root, pytest.mark.peer, pytest.mark.slow(20), pytest.mark.alone]

_each_peer = pytest.mark.parametrize("peer", PEERS, ids=lambda peer: peer.name)


@_each_peer
def test_every_peer_is_called_the_same_as_on_its_link(
    near_scan: Scan, far_scan: Scan, peer: Peer
) -> None:
    near, far = near_scan.find(peer), far_scan.find(peer)
    if peer is WSDD:  # it hears no unicast: over a router its web server alone speaks
        assert far.class_ is not None
        assert far.class_.value == "other"
        return
    if peer is AVAHI:  # mDNS stays on its link (RFC 6762 section 11): its answer is not there
        assert not [e for e in far.evidence if e.method == "mdns"]
        return
    assert _names(far) == _names(near)


@_each_peer
def test_no_mac_address_crosses_the_router(far_scan: Scan, peer: Peer) -> None:
    found = far_scan.find(peer)
    assert found.mac is None
    assert not [e for e in found.evidence if e.field.startswith("mac.")]


def test_ipycam_answers_unicast_ws_discovery(far_scan: Scan) -> None:
    found = far_scan.find(IPYCAM)
    answers = {(e.field, e.value) for e in found.evidence if e.method == "wsd" and e.port == 3702}
    assert ("wsd.types", "dn:NetworkVideoTransmitter") in answers
    assert ("wsd.xaddr", f"http://{IPYCAM.address}:8080/onvif/device_service") in answers
    methods = {method.name: method for method in far_scan.run.coverage.methods}
    assert methods["wsd-unicast"].answered == 1


def test_no_multicast_leaves_beyond_the_scope(far_scan: Scan) -> None:
    methods = {method.name: method for method in far_scan.run.coverage.methods}
    assert methods["wsd-multicast"].status is MethodStatus.SKIPPED
    assert methods["wsd-multicast"].sent == 0
    assert [skip for skip in far_scan.run.coverage.skips if "multicast" in skip.what]


def test_the_routed_run_is_complete_and_counts_the_same(far_scan: Scan) -> None:
    far_scan.segment.require(IPYCAM)
    assert far_scan.run.run.status is RunStatus.COMPLETE
    assert count(far_scan.run.devices).cameras == 1
    assert [(subnet.cidr, subnet.state) for subnet in far_scan.run.coverage.subnets] == [
        (SEGMENT, SubnetState.ANSWERED)
    ]


def _names(device: Device) -> dict[str, str | None]:
    """What a device was called, without how sure it was."""
    claims = {"class": device.class_, "platform": device.platform, "model": device.model}
    names = {field: None if claim is None else claim.value for field, claim in claims.items()}
    return names | {"maker": None if device.maker is None else device.maker.id}
