"""One scan of the segment from its own link: every peer is found and called what it is."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from camscan.model.count import count, is_camera
from camscan.model.coverage import MethodStatus, SubnetState
from camscan.model.identity import Band
from camscan.model.run import RunStatus
from tests.peers.conftest import Scan, Segment
from tests.peers.network import NEAR, ROUTER, SEGMENT
from tests.peers.software import (
    AVAHI,
    GSTREAMER,
    IPYCAM,
    LIGHTTPD,
    MINIDLNA,
    MOTION,
    NGINX,
    PEERS,
    USTREAMER,
    WSDD,
    Peer,
)

pytestmark = [pytest.mark.root, pytest.mark.peer, pytest.mark.slow(20), pytest.mark.alone]

_each_peer = pytest.mark.parametrize("peer", PEERS, ids=lambda peer: peer.name)


@_each_peer
def test_every_peer_is_found_with_its_open_ports(near_scan: Scan, peer: Peer) -> None:
    found = near_scan.find(peer)
    open_ports = {port.port for port in found.ports if port.status == "open"}
    assert open_ports == set(peer.ports)


@_each_peer
def test_every_peer_has_its_mac_address_from_the_neighbour_table(
    near_scan: Scan, peer: Peer
) -> None:
    found = near_scan.find(peer)
    mac = near_scan.segment.macs[peer.address]
    assert found.mac == mac
    seen = [(e.value, e.method) for e in found.evidence if e.field == "mac.address"]
    assert seen == [(mac, "arp")]
    # Locally administered: its first half names nobody.
    assert not [e for e in found.evidence if e.field == "mac.oui"]


@_each_peer
def test_no_peer_is_given_a_maker_or_a_brand(near_scan: Scan, peer: Peer) -> None:
    found = near_scan.find(peer)
    assert found.maker is None
    assert found.brand is None


@pytest.mark.parametrize(
    ("peer", "platform", "kind", "band"),
    [
        (IPYCAM, "ipycam", "camera", Band.PROBABLE),
        (MOTION, "motion", "vms", Band.CONFIRMED),
        (USTREAMER, "ustreamer", "other", Band.CONFIRMED),
        (MINIDLNA, "minidlna", "other", Band.CONFIRMED),
        # Cameras use these three as well, so they are named and little is made of it.
        (GSTREAMER, "gstreamer-rtsp", "other", Band.PROBABLE),
        (NGINX, "nginx", "other", Band.POSSIBLE),
        (LIGHTTPD, "lighttpd", "other", Band.POSSIBLE),
    ],
    ids=lambda value: value.name if isinstance(value, Peer) else None,
)
def test_every_peer_is_called_what_it_is(
    near_scan: Scan, peer: Peer, platform: str, kind: str, band: Band
) -> None:
    found = near_scan.find(peer)
    assert found.platform is not None
    assert found.platform.value == platform
    assert found.platform.band.reaches(band)
    assert found.class_ is not None
    assert found.class_.value == kind


def test_wsdd_is_a_computer_that_answers_for_windows(near_scan: Scan) -> None:
    """It answers the probe for wsdp:Device alone (christgau/wsdd)."""
    found = near_scan.find(WSDD)
    assert found.platform is not None
    names = {found.platform.value, *(rival.value for rival in found.platform.rivals)}
    assert names & {"wsdd", "windows-wsd"}
    assert found.class_ is not None
    assert found.class_.value == "other"
    assert any(e.field == "wsd.types" and e.value == "pub:Computer" for e in found.evidence)


def test_wsdds_answer_to_a_pc_makes_it_a_computer(segment: Segment) -> None:
    """What wsdd says to those that look for PCs, judged by `camscan identify`."""
    segment.require(WSDD)
    client = [sys.executable, str(Path(__file__).with_name("wsd_client.py")), NEAR, WSDD.address]
    answer = _run([*segment.network.prefix("near"), *client])
    identify = [sys.executable, "-m", "camscan", "identify", "-", "--format", "jsonl"]
    device = json.loads(_run(identify, answer))
    assert device["platform"]["value"] == "windows-wsd"
    assert device["class"]["value"] == "other"
    assert device["maker"] is None


@pytest.mark.parametrize(
    "peer",
    [GSTREAMER, MOTION, USTREAMER, NGINX, LIGHTTPD, WSDD, MINIDLNA, AVAHI],
    ids=lambda peer: peer.name,
)
def test_what_is_no_camera_is_not_counted_as_one(near_scan: Scan, peer: Peer) -> None:
    assert not is_camera(near_scan.find(peer))


def test_ipycam_is_a_camera_of_unknown_maker_by_onvif(near_scan: Scan) -> None:
    found = near_scan.find(IPYCAM)
    assert is_camera(found)
    assert found.model is not None
    assert found.model.value == "VirtualCam-1"
    assert found.serial == "PY-000001"
    said = {(e.method, e.field, e.value) for e in found.evidence}
    assert ("wsd", "wsd.types", "dn:NetworkVideoTransmitter") in said
    assert ("onvif", "onvif.manufacturer", "PythonCam") in said
    assert ("onvif", "onvif.service", "http://www.onvif.org/ver10/media/wsdl") in said
    services = {port.port: port.service for port in found.ports if port.status == "open"}
    assert services == {8080: "onvif", 8554: "rtsp"}


def test_the_camera_class_stands_on_onvif_evidence(near_scan: Scan) -> None:
    found = near_scan.find(IPYCAM)
    assert found.class_ is not None
    fields = {e.field for e in found.evidence if e.id in found.class_.evidence}
    assert fields & {"wsd.types", "wsd.scope"}
    assert "onvif.service" in fields


def test_motion_tells_its_version(near_scan: Scan) -> None:
    found = near_scan.find(MOTION)
    assert found.firmware is not None
    assert re.fullmatch(r"\d+\.\d+[.\d]*", found.firmware.value)


def test_motions_endless_stream_is_read_within_bounds(near_scan: Scan) -> None:
    found = near_scan.find(MOTION)
    said = [e.value for e in found.evidence if e.port == 8081 and e.field == "http.header"]
    assert any(value.startswith("Content-Type: multipart/x-mixed-replace") for value in said)


def test_minidlna_answers_the_search_and_describes_itself(near_scan: Scan) -> None:
    """SSDP by multicast, then its description by one GET on the address that answered."""
    found = near_scan.find(MINIDLNA)
    said = {(e.method, e.field) for e in found.evidence}
    assert {("ssdp", "ssdp.server"), ("ssdp", "ssdp.st"), ("upnp", "upnp.model_name")} <= said
    server = next(e.value for e in found.evidence if e.field == "ssdp.server")
    assert "MiniDLNA" in server


def test_avahi_answers_the_questions_of_cameras(near_scan: Scan) -> None:
    """RFC 6762 section 6.7: a unicast answer to a question from an ephemeral port."""
    found = near_scan.find(AVAHI)
    said = {e.value for e in found.evidence if e.field == "mdns.service"}
    assert "_workstation._tcp" in said
    methods = {method.name: method for method in near_scan.run.coverage.methods}
    assert methods["mdns"].answered >= 1


def test_gstreamer_names_itself_by_rtsp(near_scan: Scan) -> None:
    found = near_scan.find(GSTREAMER)
    said = {(e.field, e.value) for e in found.evidence if e.port == 554}
    assert ("rtsp.server", "GStreamer RTSP server") in said


def test_the_segment_holds_one_camera(near_scan: Scan) -> None:
    near_scan.segment.require(IPYCAM)
    assert count(near_scan.run.devices).cameras == 1


def test_the_router_answers_and_is_nothing_known(near_scan: Scan) -> None:
    found = near_scan.at(ROUTER)
    assert found.class_ is None
    assert found.mac is not None


def test_the_run_is_complete_and_says_how_it_asked(near_scan: Scan) -> None:
    assert near_scan.run.run.status is RunStatus.COMPLETE
    methods = {method.name: method for method in near_scan.run.coverage.methods}
    assert methods["wsd-multicast"].status is MethodStatus.DONE
    assert methods["wsd-unicast"].status is MethodStatus.SKIPPED
    assert [(subnet.cidr, subnet.state) for subnet in near_scan.run.coverage.subnets] == [
        (SEGMENT, SubnetState.ANSWERED)
    ]


def test_ipycam_answers_the_multicast(near_scan: Scan) -> None:
    near_scan.segment.require(IPYCAM)
    methods = {method.name: method for method in near_scan.run.coverage.methods}
    assert methods["wsd-multicast"].answered == 2, "ipycam and wsdd"


def _run(command: list[str], text: str | None = None) -> str:
    done = subprocess.run(
        command, input=text, capture_output=True, text=True, timeout=30, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
