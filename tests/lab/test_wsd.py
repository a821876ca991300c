"""WS-Discovery answers: which probes are answered, how, and from which address."""

from __future__ import annotations

import socket
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from camscan.lab import Lab
from camscan.lab.wsd import PORT, probe_kind

ENVELOPE = (
    '<s:Envelope xmlns:tds="http://www.onvif.org/ver10/device/wsdl"><s:Header>'
    "<a:MessageID>urn:uuid:7d2b</a:MessageID></s:Header><s:Body>{}</s:Body></s:Envelope>"
)
NVT = ENVELOPE.format("<d:Probe><d:Types>dn:NetworkVideoTransmitter</d:Types></d:Probe>").encode()
DEVICE = ENVELOPE.format("<d:Probe><d:Types>tds:Device</d:Types></d:Probe>").encode()
UNTYPED = ENVELOPE.format("<d:Probe/>").encode()


def probe(address: str, data: bytes, seconds: float = 1.0) -> bytes | None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(seconds)
        sock.sendto(data, (address, PORT))
        try:
            answer, sender = sock.recvfrom(65_535)
        except (TimeoutError, ConnectionRefusedError):
            return None
        assert sender == (address, PORT)
        return answer


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (NVT, "nvt"),
        (DEVICE, "device"),
        (UNTYPED, "any"),
        (b"<d:Probe><d:Types>wsdp:Device</d:Types></d:Probe>", "wsdp"),
        (b"<d:ProbeMatches/>", None),
        (b"", None),
    ],
)
def test_the_kind_of_a_probe(data: bytes, kind: str | None) -> None:
    assert probe_kind(data) == kind


@given(st.binary())
def test_fuzz_probe_kind_never_raises(data: bytes) -> None:
    assert probe_kind(data) in {"nvt", "device", "any", "wsdp", None}


def test_a_camera_relates_to_the_question_and_names_itself(small: Lab, client: Any) -> None:
    address = client.address(small, "hikvision-app-webs")
    answer = probe(address, NVT)
    assert answer is not None
    tree = etree.fromstring(answer)
    text = {etree.QName(node).localname: (node.text or "") for node in tree.iter("{*}*")}
    assert text["RelatesTo"] == "urn:uuid:7d2b"
    assert text["Types"] == "dn:NetworkVideoTransmitter tds:Device"
    model = small.truth[address].model
    assert f"onvif://www.onvif.org/name/HIKVISION%20{model}" in text["Scopes"].split()
    port = client.port(small, address, 80)
    assert text["XAddrs"].split()[0] == f"http://{address}:{port}/onvif/device_service"
    assert text["Address"].endswith(small.truth[address].mac.replace(":", ""))


def test_a_tapo_answers_only_the_transmitter_probe(small: Lab, client: Any) -> None:
    address = client.address(small, "tapo-c")
    assert probe(address, UNTYPED, 0.5) is None
    assert b"3fa1fe68-b915-4053-a3e1-c006c3afec0e" in (probe(address, NVT) or b"")


def test_a_pc_answers_an_onvif_probe_as_a_computer(small: Lab, client: Any) -> None:
    answer = probe(client.address(small, "pc-windows"), NVT)
    assert answer is not None
    assert b"wsdp:Device pub:Computer" in answer
    assert b"onvif" not in answer


def test_a_device_with_onvif_off_is_silent(small: Lab, client: Any) -> None:
    assert probe(client.address(small, "hikvision-onvif-off"), NVT, 0.5) is None
