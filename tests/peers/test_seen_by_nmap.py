"""camscan's own simulated cameras as nmap -sV sees them.

nmap needs half a minute, so it is started with the lab and read here, after the other tests.
"""

from __future__ import annotations

import pytest

from tests.peers.lab_view import LabView

pytestmark = [pytest.mark.root, pytest.mark.peer, pytest.mark.slow]


def test_nmap_finds_rtsp_on_every_camera_and_its_makers_mac(lab_view: LabView) -> None:
    hosts = lab_view.nmap("554")
    assert hosts.keys() == lab_view.cameras.keys()
    for address, host in hosts.items():
        port = host.find("ports/port[@portid='554']")
        assert port is not None
        state, service = port.find("state"), port.find("service")
        assert state is not None
        assert state.attrib["state"] == "open"
        assert service is not None
        assert (service.attrib["name"], service.attrib["method"]) == ("rtsp", "probed")
        mac = host.find("address[@addrtype='mac']")
        assert mac is not None
        maker = lab_view.cameras[address].maker
        assert maker is not None
        assert maker in mac.attrib.get("vendor", "").lower()


def test_nmap_knows_the_web_server_of_an_axis_camera(lab_view: LabView) -> None:
    hosts = lab_view.nmap("80")
    assert hosts, "the lab's small estate has no Axis camera on its link"
    for host in hosts.values():
        service = host.find("ports/port/service")
        assert service is not None
        assert service.attrib.get("product") == "Apache httpd"
