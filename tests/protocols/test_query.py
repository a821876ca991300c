"""Everything that camscan can write is enumerated here and compared with the closed lists."""

from __future__ import annotations

import ast
import re
import socket
import uuid
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

from camscan.protocols import http, never, onvif, query, rtsp

PROTOCOLS = Path(query.__file__).parent
ZERO = "00000000-0000-4000-8000-000000000000"
UUID = re.compile(rb"(?i)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def wsd_probes() -> tuple[query.Query, ...]:
    makers = (
        query.wsd_probe_nvt,
        query.wsd_probe_device,
        query.wsd_probe_untyped,
        query.wsd_probe_dpws,
    )
    return tuple(make() for make in makers)


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


def msearch(host: str, target: str) -> bytes:
    lines = ["M-SEARCH * HTTP/1.1", f"HOST: {host}", 'MAN: "ssdp:discover"', "MX: 1"]
    return "\r\n".join([*lines, f"ST: {target}", "", ""]).encode()


def sadp(word: str) -> bytes:
    return (
        f'<?xml version="1.0" encoding="utf-8"?><Probe><Uuid>{ZERO}</Uuid>'
        f"<Types>{word}</Types></Probe>"
    ).encode()


def dhip(method: str, uni: int) -> bytes:
    params = f'{{ "mac" : "", "uni" : {uni} }}'
    body = f'{{ "method" : "{method}", "params" : {params} }}\n'
    size = len(body).to_bytes(4, "little") + bytes(4)
    return b"\x20\0\0\0DHIP" + bytes(8) + size + size + body.encode()


# What reolink_aio would send: transaction 4660, port 50000, with its XML and checksum.
C2D_S = bytes.fromhex(
    "3acf872a3d0000000100000034120000d95eb33c75727d2d91af66663c725367dd4b7bbe2b43018c307aa8d79ccd44b3"
    "e9d5c22b503e426db5af66665034780684495ec16d6860d53200fb8ab8c121bdd3"
)
BASIC = "urn:schemas-upnp-org:device:Basic:1"
# The vendors' messages as their sources print them; free bytes are zeros here.
HEX = {
    "dahua1_search": (5050, "a3010001" + "00" * 12 + "02000000" + "00" * 12),
    "xm_search": (34569, "ff00000000000000000000000000fa0500000000"),
    "ubnt_v1": (10001, "01000000"),
    "ubnt_v2": (10001, "02080000"),
    "kasa_sysinfo": (9999, "d0f281f88bff9af7d5ef94b6d1b4c09fec95e68fe187e8caf08bf68bf6"),
    "tdp_short": (20002, "020000010000000000000000463cb5d3"),
    "tdp_short_20004": (20004, "020000010000000000000000463cb5d3"),
    "reolink_search": (2000, "aaaa0000"),
    "sony_allinfo": (2380, "02454e513a616c6c696e666fff03"),
    "sony_network": (52380, "02454e513a6e6574776f726bff03"),
    "bosch_search": (1757, "9939a42700000000ff0006de"),
    "hanwha_search": (7701, "01" + "00" * 261),
    "panasonic_search": (
        10670,
        "00010000000d000000000000ffffffffffff00000000000120111e11231f1e19130000020000"
        "00000000000000000000ffff0000",
    ),
    "vivotek_search": (10000, "004a5d8f1c"),
    "vstarcam_search": (8600, "44480101"),
    "foscam_search": (10000, "4d4f5f49" + "00" * 11 + "040000000400000000000001"),
    "foscam_search_zero": (10000, "4d4f5f49" + "00" * 11 + "040000000000000000000001"),
    "tvt_search": (23456, "4d4845440900010001000000" + "00" * 128),
    "gige_discovery": (3956, "4211000200000001"),
    "vision360_discover": (3600, "444953434f5645520a"),
    "nicevision_search": (2007, "4e4943450000010800000000"),
    "jvc_system_id": (80, "73797374656d2e69640d0a"),
    "juan_search": (
        8002,
        "534541524348202a204844532f312e300d0a435365713a310d0a436c69656e742d49443a63616d73"
        "63616e0d0a4163636570742d547970653a746578742f4844500d0a436f6e74656e742d4c656e6774"
        "683a300d0a0d0a",
    ),
}
FREE = {"bosch_search": (4, 8), "vivotek_search": (0, 1), "nicevision_search": (4, 6)}
ENVELOPES = (
    (
        ' xmlns:dn="http://www.onvif.org/ver10/network/wsdl"',
        "<d:Probe><d:Types>dn:NetworkVideoTransmitter</d:Types></d:Probe>",
    ),
    (
        ' xmlns:tds="http://www.onvif.org/ver10/device/wsdl"',
        "<d:Probe><d:Types>tds:Device</d:Types></d:Probe>",
    ),
    ("", "<d:Probe/>"),
    (
        ' xmlns:wsdp="http://schemas.xmlsoap.org/ws/2006/02/devprof"',
        "<d:Probe><d:Types>wsdp:Device</d:Types></d:Probe>",
    ),
)
DNS = bytes(5) + b"\x0e" + bytes(6) + b"".join(
    b"".join(bytes([len(w)]) + w.encode() for w in [*name.split("."), "local"])
    + b"\0\0\x0c\x80\x01"
    for name in (
        "_services._dns-sd._udp", "_axis-video._tcp", "_axis-nvr._tcp", "_arec._tcp", "_rtsp._tcp",
        "_http._tcp", "_https._tcp", "_psia._tcp", "_CGI._tcp", "_onvif._tcp", "_nvr._tcp",
        "_hap._tcp", "_arlo-video._tcp", "_miio._udp",
    )
)  # fmt: skip
CLOSED_LIST = {
    *((3702, envelope(*parts)) for parts in ENVELOPES),
    *(
        (1900, msearch(host, target))
        for host in ("239.255.255.250:1900", "[FF02::C]:1900")
        for target in ("upnp:rootdevice", BASIC)
    ),
    (5353, DNS),
    (37020, sadp("inquiry")),
    (37020, sadp("inquiry_v32")),
    (37810, dhip("DHDiscover.search", 1)),
    (37810, dhip("DHDiscover.search", 0)),
    *((port, bytes.fromhex(text)) for port, text in HEX.values()),
    (2015, b"C2D_S"),
    (2018, b"C2D_S"),
}


def masked(made: query.Query) -> tuple[int, bytes]:
    """Port and payload with zeros where a message may vary; C2D_S decrypted to its name."""
    payload = UUID.sub(ZERO.encode(), made.payload)
    for name, (first, last) in FREE.items():
        if getattr(query, name)().name == made.name:
            payload = payload[:first] + bytes(last - first) + payload[last:]
    if made.port in (2015, 2018):
        assert b"<port>" in decrypted(made.payload)
        payload = decrypted(made.payload).split()[1][1:-1]
    return made.port, payload


def decrypted(payload: bytes) -> bytes:
    """The XML of a C2D message; written from the description of its cipher."""
    transaction = int.from_bytes(payload[12:16], "little")
    words = bytes.fromhex("1f2d3c4b5a6c7f8d38172e4b8271635a863f1a2ba5c6f7d88371e1b417f2d3a5")
    numbers = [int.from_bytes(words[n : n + 4]) for n in range(0, 32, 4)]
    key = b"".join(((n + transaction) % 2**32).to_bytes(4, "little") for n in numbers)
    return bytes(byte ^ key[n % 32] for n, byte in enumerate(payload[20:]))


def encrypted(text: bytes, transaction: int = 4660) -> bytes:
    """A C2D message of any XML with a right length and checksum."""
    head = b"\x3a\xcf\x87\x2a" + len(text).to_bytes(4, "little") + b"\1\0\0\0"
    plain = head + transaction.to_bytes(4, "little") + bytes(4) + text
    body = decrypted(plain)
    crc = zlib.crc32(body, 0xFFFFFFFF) ^ 0xFFFFFFFF
    return plain[:16] + crc.to_bytes(4, "little") + body


def test_codecs_encode_only_inquiries_by_udp() -> None:
    built = [make() for make in query.CONSTRUCTORS]
    assert {masked(made) for made in built} == CLOSED_LIST
    assert len(built) == len(CLOSED_LIST)
    assert len({made.name for made in built}) == len(built)


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
    # from_here only fills in the own address and port of one of them.
    assert makers - {"from_here"} == {make.__name__ for make in query.CONSTRUCTORS}


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
    # Who has an address, asked on the link itself: frames, not payloads.
    resolution = {"arp.build_request", "ndp.build_solicitation"}
    assert builders - CODINGS - resolution == {
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


@pytest.mark.parametrize("made", wsd_probes(), ids=lambda made: made.name)
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
    for made in (*wsd_probes(), *wsd_probes()):
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


# Messages of the same ports and framings that set, start, open or reveal something.
FORBIDDEN: list[tuple[int, bytes]] = [
    *(
        (37020, sadp(word))
        for word in (
            "activate",
            "update",
            "reboot",
            "restore",
            "reset",
            "resetPassword",
            "exchangecode",
            "getencryptstring",
            "getencryptstring_v31",
            "SetMailBox",
            "ezvizUnbind",
            "getBindList",
            "GetQRcodes",
            "securityCode",
            "getcode",
            "inquiry_v33",
            "Inquiry",
            "inquiry\n",
            "",
        )
    ),
    (37020, sadp("inquiry").replace(b"</Probe>", b"<MAC>ff-ff-ff-ff-ff-ff</MAC></Probe>")),
    (37020, sadp("inquiry").replace(b"</Types>", b"</Types><Types>reboot</Types>")),
    *(
        (37810, dhip(method, uni))
        for method, uni in (
            ("DHDiscover.getVersion", 1),
            ("DHDiscover.setConfig", 1),
            ("DHDiscover.search", 2),
            ("DHDiscover.modifyDevInfo", 0),
            ("global.login", 1),
            ("dhdiscover.search", 1),
        )
    ),
    (37810, dhip("DHDiscover.search", 1)[32:]),
    (37810, dhip("DHDiscover.search", 1).replace(b'"mac" : ""', b'"mac" : "a"')),
    # XM: 1532 sets the network, 1000 logs in
    (34569, bytes.fromhex("ff00000000000000000000000000fc0500000000")),
    (34569, bytes.fromhex("ff00000000000000000000000000e80300000000")),
    (34569, bytes.fromhex("ff00000000000000000000000000fa050100000000")),
    # Foscam: type 2 sets the network
    (10000, bytes.fromhex("4d4f5f490002" + "00" * 9 + "040000000400000000000001")),
    (10000, bytes.fromhex("4d4f5f490200" + "00" * 9 + "040000000400000000000001")),
    (10000, bytes.fromhex("4d4f5f49" + "00" * 11 + "040000000400000000000002")),
    # TVT: commands from 3 on set something, 2 is an answer
    *(
        (23456, b"MHED" + bytes.fromhex("09000100") + number.to_bytes(4, "little") + bytes(128))
        for number in (0, 2, 3, 4, 12, 15, 18)
    ),
    (23456, b"MHED" + bytes.fromhex("0900010001000000") + bytes(127) + b"\1"),
    (2380, b"\x02SET:ipadr\xff\x03"),
    (2380, b"\x02ENQ:allinfo\xffSETMAC:00\xff\x03"),
    (2380, b"\x02ENQ:network\xff\x03"),
    (52380, b"\x02MAC:00-00-00-00-00-00\xffIPADR:10.0.0.1\xff\x03"),
    (52380, bytes.fromhex("8101040002ff")),  # VISCA: power on
    (2015, encrypted(b"\n<P2P>\n<C2D_C>\n<to>\n<port>50000</port>\n</to>\n</C2D_C>\n</P2P>\n")),
    (2015, encrypted(b"\n<P2P>\n<C2D_DISC>\n<cid>1</cid>\n</C2D_DISC>\n</P2P>\n")),
    (2015, encrypted(decrypted(C2D_S) + b"<x/>")),
    (2015, encrypted(decrypted(C2D_S).replace(b"50000", b"70000"))),
    (2015, encrypted(decrypted(C2D_S).replace(b"50000", b"050000"))),
    (2015, C2D_S[:-1]),
    (2015, C2D_S[:16] + bytes(4) + C2D_S[20:]),
    (2015, C2D_S + b"\0"),
    (2016, C2D_S),
    (2000, b"aaaa0000"),
    (20002, bytes.fromhex("0200000100000000110000004b1c8f2c")),
    (9999, bytes.fromhex("d0f281f88bff9af7d5ef94b6d1b4c09fec95e68fe187e8caf08bf68bf5")),
    (10001, bytes.fromhex("01010000")),
    (10001, bytes.fromhex("02080001")),
    (3956, bytes.fromhex("4211000400000001")),  # FORCEIP_CMD
    (3956, bytes.fromhex("4201008200000001")),  # WRITEREG_CMD
    (1757, bytes.fromhex("9939a42700000000ff0006df")),
    (8600, bytes.fromhex("44480102")),
    (3600, b"REBOOT\n"),
    (80, b"system.reboot\r\n"),
    (7701, b"\x02" + bytes(261)),
    (7701, b"\x01" + bytes(262)),
    (5050, bytes.fromhex("a3010001" + "00" * 12 + "03000000" + "00" * 12)),
    (1900, msearch("239.255.255.250:1900", "ssdp:all")),
    (1900, msearch("239.255.255.250:1900", "upnp:rootdevice\r\nX: y")),
    (1900, b"NOTIFY * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\n\r\n"),
    (5353, DNS[:2] + b"\x84\0" + DNS[4:]),  # an answer
    (5353, DNS[:2] + b"\x28\0" + DNS[4:]),  # UPDATE
    (5353, DNS + b"\0"),
    (8002, b"CMD * HDS/1.0\r\nCSeq:1\r\nClient-ID:camscan\r\nContent-Length:0\r\n\r\n"),
    (8002, b"SEARCH * HDS/1.0\r\nCSeq:1\r\nClient-ID:x\r\nContent-Length:0\r\n\r\n"),
]


@pytest.mark.parametrize(("port", "payload"), FORBIDDEN)
def test_what_sets_opens_or_reveals_is_refused(port: int, payload: bytes) -> None:
    assert not query.is_permitted(payload, port)
    with pytest.raises(ValueError, match="closed list"):
        query.Query(name="xm search 1530", port=port, payload=payload)


@pytest.mark.parametrize("make", query.CONSTRUCTORS, ids=lambda make: make.__name__)
def test_one_changed_byte_is_refused_unless_it_is_free(make: Callable[[], query.Query]) -> None:
    made = make()
    changeable = [
        n
        for n in range(len(made.payload))
        if query.is_permitted(
            made.payload[:n] + bytes([made.payload[n] ^ 0x80]) + made.payload[n + 1 :], made.port
        )
    ]
    free = {
        "bosch_search": range(4, 8),
        "panasonic_search": range(18, 22),
        "vivotek_search": range(1),
        "nicevision_search": [4, 5, 10, 11],
    }
    assert changeable == list(free.get(make.__name__, ()))
    assert not query.is_permitted(made.payload + b"\0", made.port)
    assert not query.is_permitted(made.payload[:-1], made.port)
    for other in {m().port for m in query.CONSTRUCTORS} - {made.port}:
        same = (made.port, other) in ((20002, 20004), (20004, 20002), (2015, 2018), (2018, 2015))
        assert query.is_permitted(made.payload, other) == same


def test_the_printed_reolink_message_is_ours() -> None:
    assert query.is_permitted(C2D_S, 2015)
    ours = query.from_here(query.reolink_c2d_s(), "10.0.0.1", 50000)
    assert decrypted(ours.payload) == decrypted(C2D_S)


def test_own_address_and_port_are_put_where_a_message_names_them() -> None:
    panasonic = query.from_here(query.panasonic_search(), "10.1.2.3", 10669)
    assert panasonic.payload[18:22] == socket.inet_aton("10.1.2.3")
    nice = query.from_here(query.nicevision_search(), "10.1.2.3", 0x1234)
    assert nice.payload[-2:] == b"\x12\x34"
    for make in query.CONSTRUCTORS:
        made = make()
        here = query.from_here(made, "10.1.2.3", 4000)
        if made.port not in (10670, 2007, 2015, 2018):
            assert here is made
        assert (here.name, here.port, here.local_port) == (made.name, made.port, made.local_port)


def test_where_each_goes_and_where_its_answer_is_heard() -> None:
    made = {make.__name__: make() for make in query.CONSTRUCTORS}
    local = {name: q.local_port for name, q in made.items() if q.local_port}
    assert local == {
        "sadp_inquiry": 37020, "sadp_inquiry_v32": 37020, "dhip_search_unicast": 37810,
        "dhip_search_multicast": 37810, "dahua1_search": 5050, "xm_search": 34569,
        "ubnt_v1": 10001, "ubnt_v2": 10001, "reolink_search": 3000, "bosch_search": 1758,
        "hanwha_search": 7711, "panasonic_search": 10669, "vstarcam_search": 8600,
        "foscam_search": 10000, "foscam_search_zero": 10000, "tvt_search": 23456,
        "vision360_discover": 3600, "juan_search": 8002,
    }  # fmt: skip
    groups = {q.group4 for q in made.values() if q.group4}
    assert groups == {
        "239.255.255.250", "224.0.0.251", "239.255.255.251", "233.89.188.1", "234.55.55.55",
    }  # fmt: skip
    assert {q.group6 for q in made.values() if q.group6} == {"ff02::c", "ff02::fb"}
    assert {group for q in made.values() for group in q.hear4} == {
        "239.255.255.250", "239.255.255.251", "234.55.55.56",
    }  # fmt: skip
    # Everything but Reolink's second port is for a whole link; mDNS wants 255 hops (RFC 6762, 11).
    alone = {n for n, q in made.items() if not (q.group4 or q.group6 or q.broadcast)}
    assert alone == {"reolink_c2d_s", "reolink_c2d_s_2018"}
    assert {n for n, q in made.items() if q.hops != 1} == {"mdns_questions"}


def test_zeroconf_reads_the_questions_and_would_ask_the_same() -> None:
    from zeroconf import DNSIncoming, DNSOutgoing, DNSQuestion, const

    payload = query.mdns_questions().payload
    read = DNSIncoming(payload)
    assert read.valid
    assert read.is_query()
    assert all(question.unicast for question in read.questions)
    out = DNSOutgoing(const._FLAGS_QR_QUERY, multicast=True)
    for service in query.MDNS_SERVICES:
        question = DNSQuestion(f"{service}.local.", const._TYPE_PTR, const._CLASS_IN)
        question.unicast = True
        out.add_question(question)
    (theirs,) = out.packets()
    wanted = [(q.name, q.type, q.class_, q.unicast) for q in DNSIncoming(theirs).questions]
    assert [(q.name, q.type, q.class_, q.unicast) for q in read.questions] == wanted
    assert len(wanted) == len(set(wanted)) == 14
