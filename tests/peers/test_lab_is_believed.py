"""camscan's own simulated cameras as ONVIF clients of others and nmap -sV see them.

nmap needs half a minute, so it is started with the lab and read after the other tests.
"""

from __future__ import annotations

import importlib.util

import pytest

from tests.peers.lab_view import LabView

pytestmark = [pytest.mark.root, pytest.mark.peer, pytest.mark.slow(45)]


@pytest.fixture(scope="module")
def discovered(lab_view: LabView) -> dict[str, dict[str, object]]:
    """Per address what WSDiscovery found by multicast."""
    if importlib.util.find_spec("wsdiscovery") is None:
        pytest.skip("the Python package WSDiscovery is not installed (requirements/peers.txt)")
    return lab_view.run("wsdiscovery_client.py")


def test_wsdiscovery_finds_cameras_and_nothing_else(
    lab_view: LabView, discovered: dict[str, dict[str, object]]
) -> None:
    kinds = {address: lab_view.lab.truth[address].kind for address in discovered}
    assert list(kinds.values()).count("camera") >= 2
    assert set(kinds.values()) <= {"camera", "recorder"}


def test_wsdiscovery_reads_types_scopes_and_addresses(
    discovered: dict[str, dict[str, object]],
) -> None:
    for address, answer in discovered.items():
        assert "NetworkVideoTransmitter" in str(answer["types"])
        assert "onvif://www.onvif.org/" in str(answer["scopes"])
        assert f"http://{address}" in str(answer["xaddrs"])


def test_onvif_python_talks_to_every_camera_that_was_discovered(
    lab_view: LabView, discovered: dict[str, dict[str, object]]
) -> None:
    if importlib.util.find_spec("onvif") is None:
        pytest.skip("the Python package onvif-python is not installed (requirements/peers.txt)")
    answers = lab_view.run("onvif_client.py", *(f"{address}:80" for address in discovered))
    assert answers.keys() == discovered.keys()
    for address, answer in answers.items():
        media = any("/media/" in name for name in answer["services"])  # type: ignore[attr-defined]
        assert media or answer["capabilities"], f"{address} offers no video: {answer}"
        assert answer["year"] >= 2000  # type: ignore[operator]
        assert "NotAuthorized" in str(answer["refusal"])


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
