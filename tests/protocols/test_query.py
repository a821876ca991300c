"""Everything that camscan can write is enumerated here and compared with the closed lists."""

from __future__ import annotations

import ast
import re
import uuid
from pathlib import Path

import pytest
from lxml import etree

from camscan.protocols import http, never, onvif, query, rtsp

PROTOCOLS = Path(query.__file__).parent
ZERO = "00000000-0000-4000-8000-000000000000"
UUID = re.compile(rb"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def envelope(declare: str, probe: str) -> bytes:
    """The probe as protocols of the field write it, spelled out a second time."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" '
        'xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" '
        f'xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"{declare}>'
        '<s:Header><a:Action s:mustUnderstand="1">'
        "http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</a:Action>"
        f"<a:MessageID>urn:uuid:{ZERO}</a:MessageID>"
        "<a:ReplyTo><a:Address>"
        "http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous"
        '</a:Address></a:ReplyTo><a:To s:mustUnderstand="1">'
        "urn:schemas-xmlsoap-org:ws:2005:04:discovery</a:To></s:Header>"
        f"<s:Body>{probe}</s:Body></s:Envelope>"
    ).encode()


CLOSED_LIST = {
    (
        3702,
        envelope(
            ' xmlns:dn="http://www.onvif.org/ver10/network/wsdl"',
            "<d:Probe><d:Types>dn:NetworkVideoTransmitter</d:Types></d:Probe>",
        ),
    ),
    (
        3702,
        envelope(
            ' xmlns:tds="http://www.onvif.org/ver10/device/wsdl"',
            "<d:Probe><d:Types>tds:Device</d:Types></d:Probe>",
        ),
    ),
    (3702, envelope("", "<d:Probe/>")),
    (
        3702,
        envelope(
            ' xmlns:wsdp="http://schemas.xmlsoap.org/ws/2006/02/devprof"',
            "<d:Probe><d:Types>wsdp:Device</d:Types></d:Probe>",
        ),
    ),
}


def test_codecs_encode_only_inquiries_by_udp() -> None:
    built = [make() for make in query.CONSTRUCTORS]
    seen = {(made.port, UUID.sub(ZERO.encode(), made.payload)) for made in built}
    assert seen == CLOSED_LIST


def test_every_constructor_of_a_query_is_in_the_list() -> None:
    tree = ast.parse(Path(query.__file__).read_text())
    makers = {
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
        and isinstance(node.returns, ast.Name)
        and node.returns.id == "Query"
        and not node.name.startswith("_")
    }
    assert makers == {make.__name__ for make in query.CONSTRUCTORS}


def test_only_query_py_builds_queries() -> None:
    for path in PROTOCOLS.glob("*.py"):
        if path.name == "query.py":
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id != "Query", path


CODINGS = {
    "reolink_bcudp.build",
    "reolink_bcudp.crypt",
    "tplink_xor.decrypt",
    "tplink_xor.encrypt",
}
"""Turn one form of the same bytes into another; simulated devices answer with them."""


def test_only_simulated_devices_encode_anything() -> None:
    package = PROTOCOLS.parent
    for path in package.rglob("*.py"):
        room = path.relative_to(package).parts[0]
        text = path.read_text()
        for name in ("reolink_bcudp.build", "tplink_xor.encrypt"):
            assert room in ("lab", "protocols") or name not in text, path


def test_codecs_encode_only_inquiries_by_tcp() -> None:
    """Each public function of the room that returns bytes, and all that it can return."""
    builders = {
        f"{path.stem}.{node.name}"
        for path in PROTOCOLS.glob("*.py")
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.FunctionDef)
        and not node.name.startswith("_")
        and isinstance(node.returns, ast.Name)
        and node.returns.id == "bytes"
    }
    assert builders - CODINGS == {
        "http.get_request",
        "onvif.request",
        "rtsp.options_request",
        "rtsp.describe_request",
    }
    for path in never.REQUEST_PATHS:
        assert http.get_request("10.0.0.1", path).startswith(f"GET {path} HTTP/1.1\r\n".encode())
    assert rtsp.options_request("10.0.0.1", 554).startswith(b"OPTIONS rtsp://10.0.0.1:554/ RTSP/")
    assert rtsp.describe_request("10.0.0.1", 554).startswith(b"DESCRIBE rtsp://10.0.0.1:554/ RTSP/")
    assert {call.value for call in onvif.OnvifCall} == {
        "GetWsdlUrl",
        "GetServices",
        "GetServiceCapabilities",
        "GetCapabilities",
        "GetHostname",
        "GetSystemDateAndTime",
        "GetEndpointReference",
        "GetDeviceInformation",
        "GetScopes",
    }


def test_nothing_that_is_built_carries_a_credential() -> None:
    every = [
        *(make().payload for make in query.CONSTRUCTORS),
        *(http.get_request("cam", path) for path in never.REQUEST_PATHS),
        rtsp.options_request("cam", 554),
        rtsp.describe_request("cam", 554),
        *(onvif.request(call) for call in onvif.OnvifCall),
    ]
    for payload in every:
        assert not re.search(rb"(?i)authorization|security|username|password|cookie", payload)


@pytest.mark.parametrize("made", query.wsd_probes(), ids=lambda made: made.name)
def test_probe_is_one_line_of_well_formed_soap(made: query.Query) -> None:
    assert b"\n" not in made.payload
    assert b"\r" not in made.payload
    assert not re.search(rb">\s+<", made.payload)
    assert made.payload.startswith(b"<?xml")
    assert made.payload.endswith(b"</s:Envelope>")
    root = etree.fromstring(made.payload)
    assert len(root.findall(".//{*}Probe")) == 1
    assert root.find(".//{*}Scopes") is None
    # Every prefix is declared on the root and nowhere again.
    assert all(node.nsmap == root.nsmap for node in root.iter())
    assert (made.port, made.group4, made.group6) == (3702, "239.255.255.250", "ff02::c")


def test_probes_have_fresh_version_4_message_ids() -> None:
    ids = []
    for made in (*query.wsd_probes(), *query.wsd_probes()):
        found = UUID.search(made.payload)
        assert found is not None
        ids.append(uuid.UUID(found.group().decode()))
    assert len(set(ids)) == 8
    assert all(one.version == 4 for one in ids)


def test_permitted_takes_any_uuid_and_nothing_else() -> None:
    probe = query.wsd_probe_nvt().payload
    assert query.is_permitted(UUID.sub(str(uuid.uuid1()).encode(), probe), 3702)
    changed = [
        probe + b"\n",
        b" " + probe,
        probe.replace(b"NetworkVideoTransmitter", b"NetworkVideoDisplay"),
        probe.replace(b"Probe", b"Bye"),
        probe.replace(b"<s:Body>", b"<s:Body>\n"),
        UUID.sub(b"x" * 36, probe),
        UUID.sub(ZERO.encode() + b"</a:MessageID><!-- -->", probe),
        b"",
        b"<:/>",
        b"<?xml version='1.0'?><Probe><Uuid>1</Uuid><Types>inquiry</Types></Probe>",
    ]
    assert not any(query.is_permitted(payload, 3702) for payload in changed)
    assert not query.is_permitted(probe, 37020)


def test_a_query_of_other_bytes_cannot_exist() -> None:
    with pytest.raises(ValueError, match="closed list"):
        query.Query(name="reboot", port=37020, payload=b"<Probe><Types>reboot</Types></Probe>")
