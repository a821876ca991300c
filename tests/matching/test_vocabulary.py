"""The words that ship: fields of the contract, groups, what an owner can edit, placeholders."""

from __future__ import annotations

import pytest

from camscan.model.identity import Band, DeviceClass
from tests.shipped import shipped_data

WORDS = shipped_data().vocabulary

CONTRACT = """
http.status http.server http.title http.www_authenticate http.location http.body http.cookie
http.header http.favicon.mmh3 http.favicon.md5 rtsp.status rtsp.server rtsp.www_authenticate
rtsp.public rtsp.sdp wsd.types wsd.scope wsd.xaddr wsd.endpoint onvif.manufacturer onvif.model
onvif.firmware onvif.serial onvif.hardware_id onvif.hostname onvif.service onvif.namespace
ssdp.server ssdp.st ssdp.usn upnp.manufacturer upnp.model_name upnp.model_number
upnp.friendly_name upnp.serial mdns.service mdns.instance mdns.txt mdns.host tls.subject
tls.issuer tls.san tls.sha256 sadp.model dhip.x xm.x ubnt.x tplink.x reolink.x tvt.x ftp.banner
telnet.banner ssh.banner snmp.sysdescr sip.server dhcp.vendor_class dhcp.hostname dhcp.options
lldp.sysdescr cdp.platform mac.address mac.oui nmap.product nmap.version nmap.device_type
wsd.endpoint_mac onvif.time_skew onvif.utc_time onvif.local_time onvif.time_zone
onvif.daylight_savings onvif.clock_source tls.key tls.spki_sha256 tls.signature tls.not_before
tls.not_after
"""


@pytest.mark.parametrize("field", CONTRACT.split())
def test_every_field_of_the_contract_is_known(field: str) -> None:
    assert WORDS.knows(field)
    assert WORDS.group(field)


def test_unknown_field() -> None:
    assert not WORDS.knows("http.tittle")
    assert not WORDS.knows("nothing")


def test_fields_of_one_inquiry_are_one_group() -> None:
    assert WORDS.group("sadp.model") == WORDS.group("sadp.software_version") == "sadp"


def test_classes_are_those_of_the_model_and_camera_is_last() -> None:
    assert set(WORDS.classes) == set(DeviceClass)
    assert WORDS.classes[-1] == "camera"


def test_what_an_owner_can_edit() -> None:
    assert WORDS.is_editable("upnp.friendly_name", "anything")
    assert WORDS.is_editable("wsd.scope", "onvif://www.onvif.org/name/HIKVISION")
    assert WORDS.is_editable("wsd.scope", "onvif://www.onvif.org/Name/IPCAM")
    assert not WORDS.is_editable("wsd.scope", "onvif://www.onvif.org/hardware/DS-2CD")
    assert not WORDS.is_editable("http.server", "App-webs/")
    assert not WORDS.is_editable("sadp.model", "x")


@pytest.mark.parametrize("text", ["MODEL", "TP-IPC", "IPCamera", "ipc", " IPC ", "0000", "x", ""])
def test_placeholder_models(text: str) -> None:
    assert WORDS.is_placeholder("model", text)


@pytest.mark.parametrize("text", ["DS-2CD2385G1-I", "IPC-HDW2431T-AS", "P3245-LVE", "631GA"])
def test_real_models(text: str) -> None:
    assert not WORDS.is_placeholder("model", text)


def test_bands() -> None:
    expected = {0: Band.UNKNOWN, 9: Band.UNKNOWN, 10: Band.POSSIBLE, 59: Band.POSSIBLE}
    expected |= {60: Band.PROBABLE, 89: Band.PROBABLE, 90: Band.CONFIRMED, 100: Band.CONFIRMED}
    assert {points: WORDS.band_of(points) for points in expected} == expected


def test_points() -> None:
    assert [WORDS.strength.points(word) for word in ("strong", "medium", "weak")] == [60, 30, 10]
