"""Devices answer vendors' inquiries over real sockets: on loop-back, and on a link of their own."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping

import pytest

from camscan.lab import Lab, namespace
from camscan.lab.estate import Estate, Site, populate
from camscan.lab.udp import _group
from camscan.protocols.decoded import Decoded
from camscan.protocols.registry import DECODERS

pytestmark = pytest.mark.slow(25)

LOOPBACK_BASE = f"127.{100 + os.getpid() % 120}"
SADP = (
    b'<?xml version="1.0" encoding="utf-8"?><Probe><Uuid>13A888A9-F1B1-4020-AE9F-05607682D23B'
    b"</Uuid><Types>inquiry</Types></Probe>"
)
DHIP = bytes.fromhex("2000000044484950000000000000000049000000000000004900000000000000") + (
    b'{ "method" : "DHDiscover.search", "params" : { "mac" : "", "uni" : 1 } }\n'
)
QUERIES: Mapping[str, tuple[int, bytes]] = {
    "sadp": (37020, SADP),
    "dhip": (37810, DHIP),
    "xm": (34569, bytes.fromhex("ff00000000000000000000000000fa0500000000")),
    "ubnt": (10001, bytes.fromhex("01000000")),
    "tplink-tdp": (20002, bytes.fromhex("020000010000000000000000463cb5d3")),
    "reolink": (2000, bytes.fromhex("aaaa0000")),
    "dahua1": (5050, bytes.fromhex("a3010001" + "00" * 12 + "02" + "00" * 15)),
    "tplink-xor": (
        9999,
        bytes.fromhex("d0f281f88bff9af7d5ef94b6d1b4c09fec95e68fe187e8caf08bf68bf6"),
    ),
}
# Persona: its inquiry, and whether one who asks from any port by unicast gets the answer.
ANSWERING = {
    "hikvision-app-webs": ("sadp", True),
    "hikvision-dome-2014": ("sadp", False),
    "hikvision-onvif-off": ("sadp", True),
    "hikvision-nvr": ("sadp", True),
    "hikvision-dvr": ("sadp", True),
    "hilook-ipc": ("sadp", True),
    "hiwatch-ds-i400": ("sadp", True),
    "annke-c800": ("sadp", True),
    "lts-cmip": ("sadp", True),
    "dahua-ipc": ("dhip", True),
    "dahua-ipc-old": ("dhip", True),
    "dahua-ptz": ("dhip", False),
    "dahua-nvr": ("dhip", True),
    "amcrest-ipc": ("dhip", True),
    "lorex-cam": ("dhip", True),
    "xiongmai-old": ("xm", False),
    "xiongmai-xm530": ("xm", True),
    "unifi-uvc": ("ubnt", True),
    "tapo-c": ("tplink-tdp", True),
    "reolink-e1": ("reolink", True),
    "kasa-ec60": ("tplink-xor", True),
}
SILENT = ("ezviz-h9c", "hikvision-legacy", "pc-linux")


def estate() -> Estate:
    counts = [(name, 1) for name in (*ANSWERING, *SILENT)]
    pinned = [("hikvision-app-webs", 1), ("dahua-ipc", 1)]
    sites = (Site("near", (0,)), Site("far", (1,)))
    only_near = populate("inquiries", sites[:1], counts, seed=7)
    far = populate("inquiries", sites, [], pinned=pinned, seed=8)
    return Estate("inquiries", sites, (*only_near.devices, *far.devices))


def field(decoded: Decoded, name: str) -> str | None:
    """The value of a field of any family."""
    return next((value for key, value in decoded.fields if key.partition(".")[2] == name), None)


@pytest.fixture(scope="module")
def loopback() -> Iterator[Lab]:
    with Lab.up(estate(), "loopback", base=LOOPBACK_BASE) as lab:
        yield lab


@pytest.mark.parametrize(
    ("target", "group"),
    [
        ("239.255.255.250", "239.255.255.250"),
        ("224.0.0.255", "224.0.0.255"),
        ("255.255.255.255", ""),
        ("10.66.0.255", ""),
        ("10.66.0.17", None),
        ("240.0.3.0", None),
    ],
)
def test_the_group_of_a_destination(target: str, group: str | None) -> None:
    assert _group(target) == group


def ask(address: str, inquiry: str, seconds: float) -> Decoded | None:
    port, query = QUERIES[inquiry]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(seconds)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((f"{LOOPBACK_BASE}.250.1", 3000 if inquiry == "reolink" else 0))
        sock.sendto(query, (address, port))
        try:
            data, sender = sock.recvfrom(65_535)
        except (TimeoutError, ConnectionRefusedError):
            return None
    assert sender == (address, port)
    return DECODERS[inquiry](data)


@pytest.mark.parametrize("persona", [name for name, (_, heard) in ANSWERING.items() if heard])
def test_each_answers_for_itself_on_loopback(loopback: Lab, persona: str) -> None:
    for address, truth in loopback.truth.items():
        if truth.persona == persona:
            decoded = ask(address, ANSWERING[persona][0], 3.0)
            assert decoded is not None
            assert field(decoded, "mac") == truth.mac
            assert field(decoded, "ipv4") == (None if persona == "kasa-ec60" else address)
            model = {"reolink-e1": None, "xiongmai-xm530": None, "kasa-ec60": "EC60(US)"}
            assert field(decoded, "model") == model.get(persona, truth.model)


@pytest.mark.parametrize("persona", [*SILENT, "hikvision-dome-2014", "dahua-ptz", "xiongmai-old"])
def test_who_does_not_answer_the_sender_is_silent(loopback: Lab, persona: str) -> None:
    address = next(a for a, truth in loopback.truth.items() if truth.persona == persona)
    for inquiry in {ANSWERING.get(persona, ("sadp", False))[0], "sadp"}:
        assert ask(address, inquiry, 0.5) is None


def test_the_older_inquiry_of_one_that_answers_two(loopback: Lab) -> None:
    address = next(a for a, truth in loopback.truth.items() if truth.persona == "dahua-ipc-old")
    decoded = ask(address, "dahua1", 3.0)
    assert decoded is not None
    newer = ask(address, "dhip", 3.0)
    assert newer is not None
    for name in ("mac", "ipv4", "model", "serial", "gateway", "http_port", "sdk_port"):
        assert field(decoded, name) == field(newer, name) is not None, name


def test_no_query_of_another_kind_is_answered(loopback: Lab) -> None:
    address = next(a for a, t in loopback.truth.items() if t.persona == "hikvision-app-webs")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(0.5)
        sock.sendto(SADP.replace(b"inquiry", b"reboot"), (address, 37020))
        with pytest.raises(TimeoutError):
            sock.recvfrom(65_535)


# Asks from inside the scanner's namespace; prints JSON: [what, sender, port, hex] for each answer.
LISTEN = """
import json, select, socket, struct, sys, time
interface, wanted = sys.argv[1], json.loads(sys.argv[2])
index = socket.if_nametoindex(interface)
socks = {}
for name, (port, local, groups, query, targets) in wanted.items():
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, interface.encode())
    sock.bind(("", local))
    for group in groups:
        member = struct.pack("=4s4si", socket.inet_aton(group), bytes(4), index)
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, member)
    for target in targets:
        sock.sendto(bytes.fromhex(query), (target, port))
    socks[sock] = name
end = time.monotonic() + float(sys.argv[3])
while (left := end - time.monotonic()) > 0:
    for sock in select.select(list(socks), [], [], left)[0]:
        data, sender = sock.recvfrom(65535)
        if data != bytes.fromhex(wanted[socks[sock]][3]):
            print(json.dumps([socks[sock], sender[0], sender[1], data.hex()]))
"""


def heard(
    lab: Lab, wanted: Mapping[str, object], seconds: float = 1.5
) -> list[tuple[str, str, Decoded]]:
    """(inquiry, sender, answer) of everything that came within `seconds`."""
    done = subprocess.run(
        [*lab.prefix, sys.executable, "-I", "-c", LISTEN, "lab0", json.dumps(wanted), str(seconds)],
        capture_output=True,
        text=True,
        check=True,
    )
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    found = []
    for name, sender, port, data in rows:
        inquiry = name.partition(" ")[0]
        assert port == (23456 if inquiry == "tvt" else QUERIES[inquiry][0])
        found.append((name, sender, DECODERS[inquiry](bytes.fromhex(data))))
    return found


@pytest.fixture(scope="module")
def on_link() -> Iterator[Lab]:
    with Lab.up(estate(), "namespace", base="10.69") as lab:
        yield lab


GROUPS = {"sadp": "239.255.255.250", "dhip": "239.255.255.251", "ubnt": "233.89.188.1"}
LOCAL = {"sadp": 37020, "dhip": 37810, "xm": 34569, "ubnt": 10001, "reolink": 3000}


def wanted(way: str) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, (port, query) in QUERIES.items():
        target = GROUPS.get(name) if way == "group" else way
        if target is not None:
            groups = [GROUPS[name]] if name in GROUPS else []
            found[name] = (port, LOCAL.get(name, 0), groups, query.hex(), [target])
    return found


@pytest.mark.root
@pytest.mark.skipif(namespace.unavailable() is not None, reason="no namespaces")
@pytest.mark.parametrize("way", ["group", "255.255.255.255", "10.69.0.255"])
def test_each_answers_once_from_its_own_address(on_link: Lab, way: str) -> None:
    asked = wanted(way)
    answers = heard(on_link, asked)
    expected = {
        (inquiry, address)
        for address, truth in on_link.truth.items()
        if truth.on_link
        and (inquiry := ANSWERING.get(truth.persona, ("", False))[0]) in asked
        and truth.persona != "dahua-ptz"
    }
    if way != "group":
        older = {a for a, truth in on_link.truth.items() if truth.persona == "dahua-ipc-old"}
        expected |= {("dahua1", address) for address in older}
    assert sorted((name, sender) for name, sender, _ in answers) == sorted(expected)
    for _, sender, decoded in answers:
        assert field(decoded, "mac") == on_link.truth[sender].mac
        kasa = on_link.truth[sender].persona == "kasa-ec60"
        assert field(decoded, "ipv4") == (None if kasa else sender)


@pytest.mark.root
@pytest.mark.skipif(namespace.unavailable() is not None, reason="no namespaces")
def test_firmware_that_answers_only_to_the_group(on_link: Lab) -> None:
    port, query = QUERIES["dhip"]
    group_query = query.replace(b'"uni" : 1', b'"uni" : 0').hex()
    asked = {"dhip": (port, port, [GROUPS["dhip"]], group_query, [GROUPS["dhip"]])}
    answers = heard(on_link, asked)
    assert "dahua-ptz" in {on_link.truth[sender].persona for _, sender, _ in answers}


@pytest.mark.root
@pytest.mark.skipif(namespace.unavailable() is not None, reason="no namespaces")
def test_unicast_over_the_router_and_on_the_link(on_link: Lab) -> None:
    far = {a: t for a, t in on_link.truth.items() if not t.on_link}
    asked = {
        f"{name} {address}": (*QUERIES[name][:1], 0, [], QUERIES[name][1].hex(), [address])
        for address in far
        for name in ("sadp", "dhip")
    }
    answers = heard(on_link, asked)
    assert sorted((name, sender) for name, sender, _ in answers) == sorted(
        (f"{ANSWERING[truth.persona][0]} {address}", address) for address, truth in far.items()
    )
    near = {
        f"{inquiry} {address}": (*QUERIES[inquiry][:1], 0, [], QUERIES[inquiry][1].hex(), [address])
        for address, truth in on_link.truth.items()
        if truth.on_link
        and (inquiry := ANSWERING.get(truth.persona, ("", False))[0])
        and ANSWERING[truth.persona][1]
        and inquiry != "reolink"
    }
    assert sorted(name for name, _, _ in heard(on_link, near)) == sorted(near)


@pytest.mark.root
@pytest.mark.skipif(namespace.unavailable() is not None, reason="no namespaces")
def test_answers_carry_the_mac_of_the_device_in_their_frames(on_link: Lab) -> None:
    heard(on_link, wanted("255.255.255.255"))
    done = subprocess.run(
        [*on_link.prefix, "ip", "neigh"], capture_output=True, text=True, check=True
    )
    known = {
        line.split()[0]: line.split()[line.split().index("lladdr") + 1]
        for line in done.stdout.splitlines()
        if "lladdr" in line
    }
    assert len(known) > 5
    assert all(on_link.truth[a].mac == mac for a, mac in known.items() if a in on_link.truth)


@pytest.mark.root
@pytest.mark.skipif(namespace.unavailable() is not None, reason="no namespaces")
def test_who_announces_itself_is_heard_without_a_question() -> None:
    sites = (Site("near", (0,)), Site("far", (1,)))
    near = populate("announcing", sites[:1], [("tvt-dvc", 2)], seed=1)
    far = populate("announcing", sites, [], pinned=[("tvt-dvc", 1)], seed=2)
    pair = Estate("announcing", sites, (*near.devices, *far.devices))
    with Lab.up(pair, "namespace", base="10.72") as lab:
        asked = {"tvt": (23456, 23456, ["234.55.55.56"], "", [])}
        answers = heard(lab, asked, 4.5)
    senders = [sender for _, sender, _ in answers]
    assert set(senders) == {address for address, truth in lab.truth.items() if truth.on_link}
    assert all(senders.count(sender) >= 2 for sender in senders)
    assert all(field(found, "mac") == lab.truth[sender].mac for _, sender, found in answers)
