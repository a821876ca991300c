"""mDNS: the recording, and every trap of names, TTLs and TXT records."""

from __future__ import annotations

import json
import struct
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.model.status import Status
from camscan.protocols import mdns
from camscan.protocols.decoded import Malformed
from camscan.protocols.mdns import MdnsMessage

SAMPLE = next(
    sample
    for line in (Path(__file__).parent / "data" / "samples.jsonl").read_text().splitlines()
    if (sample := json.loads(line))["id"] == "mdns-axis"
)
AXIS = bytes.fromhex(SAMPLE["data"])
A, PTR, TXT, AAAA, SRV = 1, 12, 16, 28, 33
FLUSH = 0x8001


def name(text: str) -> bytes:
    return b"".join(bytes([len(p)]) + p for p in text.encode().split(b".")) + b"\0"


def record(owner: bytes, kind: int, data: bytes, *, ttl: int = 120, klass: int = FLUSH) -> bytes:
    return owner + struct.pack(">HHIH", kind, klass, ttl, len(data)) + data


def strings(*pairs: bytes) -> bytes:
    return b"".join(bytes([len(pair)]) + pair for pair in pairs)


def answer(*records: bytes, additional: bool = False, flags: int = 0x8400) -> bytes:
    counts = (0, 0, 0, len(records)) if additional else (0, len(records), 0, 0)
    return struct.pack(">HHHHHH", 0, flags, *counts) + b"".join(records)


TYPE = "_axis-video._tcp.local"
INSTANCE = f"AXIS M5014 - ACCC8E000001.{TYPE}"
CAMERA = (
    record(name(TYPE), PTR, name(INSTANCE), klass=1),
    record(name(INSTANCE), SRV, struct.pack(">HHH", 0, 0, 80) + name("axis-accc8e000001.local")),
    record(name(INSTANCE), TXT, strings(b"macaddress=ACCC8E000001")),
    record(name("axis-accc8e000001.local"), A, bytes([192, 0, 2, 7])),
)


def read(data: bytes) -> MdnsMessage:
    message = mdns.parse(data)
    assert isinstance(message, MdnsMessage)
    return message


def test_the_recording() -> None:
    expect = SAMPLE["expect"]
    message = read(AXIS)
    assert message.services == ("_axis-video._tcp", "_rtsp._tcp")
    assert message.instances == ("Virtual - 001122334455", "AXIS M5014 - ACCC8E3C0419 H.264")
    assert message.txt == ("macaddress=001122334455",)
    assert message.macs == (expect["mac"],)
    assert list(message.addresses) == expect["a"]
    assert not message.goodbye  # although its PTR has a TTL of 0
    assert mdns.decode(AXIS).values("mac.address") == (expect["mac"],)


@pytest.mark.parametrize("additional", [False, True])
def test_a_camera_in_whatever_section(additional: bool) -> None:
    decoded = mdns.decode(answer(*CAMERA, additional=additional))
    assert decoded.fields == (
        ("mdns.service", "_axis-video._tcp"),
        ("mdns.instance", "AXIS M5014 - ACCC8E000001"),
        ("mdns.txt", "macaddress=ACCC8E000001"),
        ("mdns.host", "axis-accc8e000001.local"),
        ("mac.address", "ac:cc:8e:00:00:01"),
    )
    assert read(answer(*CAMERA)).addresses == ("192.0.2.7",)


def test_service_types_that_are_listed() -> None:
    listing = record(name("_services._dns-sd._udp.local"), PTR, name("_psia._tcp.local"))
    message = read(answer(listing))
    assert message.services == ("_psia._tcp",)
    assert message.instances == ()


def test_a_subtype_is_no_instance() -> None:
    listed = record(name("_printer._sub._http._tcp.local"), PTR, name("X._http._tcp.local"))
    message = read(answer(listed))
    assert (message.services, message.instances) == (("_http._tcp",), ("X",))


def test_a_question_with_known_answers_says_nothing_of_who_asks() -> None:
    data = answer(*CAMERA, flags=0)
    assert not read(data).is_answer
    assert mdns.decode(data).status is Status.OK
    assert mdns.decode(data).fields == ()


def test_a_goodbye_makes_no_device() -> None:
    data = answer(record(name("_rtsp._tcp.local"), PTR, name("Cam._rtsp._tcp.local"), ttl=0))
    assert read(data).goodbye
    assert mdns.decode(data).fields == ()


@pytest.mark.alone
@pytest.mark.parametrize(
    "bytes_of_name",
    [
        b"\xc0\x0c",  # itself
        b"\xc0\x0e\xc0\x0c",  # two that point at each other
        b"\x01a\xc0\x0c",  # a label and back to it
        b"\xc0\xff",  # beyond the end
        b"\x80\x01",  # a reserved kind of label
        b"\x40" + b"a" * 64,  # 64 octets: beyond the longest label
        b"\x3fa",  # longer than the message
    ],
)
def test_names_that_loop_or_lie_end(bytes_of_name: bytes) -> None:
    started = time.monotonic()
    decoded = mdns.decode(answer(record(bytes_of_name, PTR, b"\xc0\x0c")))
    assert decoded.fields == ()
    assert time.monotonic() - started < 1


def test_a_forward_reference_is_followed() -> None:
    behind = name("Cam._rtsp._tcp.local")  # after the last record
    owner = name("_rtsp._tcp.local")
    end = 12 + len(owner) + 10 + 2
    data = answer(record(owner, PTR, b"\xc0" + bytes([end]))) + behind
    assert read(data).instances == ("Cam",)


def test_what_came_before_the_damage_is_kept() -> None:
    whole = answer(*CAMERA)
    message = read(whole[:-6])
    assert message.instances == ("AXIS M5014 - ACCC8E000001",)
    assert message.addresses == ()


def test_a_truncated_message_says_so() -> None:
    assert read(answer(*CAMERA, flags=0x8600)).truncated


def test_text_records() -> None:
    pairs = strings(
        b"MACADDRESS=ACCC8E000001", b"=no key", b"", b"flag", b"bin=\xff\x01", b"password=hunter2"
    )
    message = read(answer(record(name("X._axis-video._tcp.local"), TXT, pairs + b"\x20cut=")))
    assert message.txt[:2] == ("MACADDRESS=ACCC8E000001", "flag")
    assert message.macs == ("ac:cc:8e:00:00:01",)
    decoded = mdns.decode(answer(record(name("X._axis-video._tcp.local"), TXT, pairs)))
    assert not [value for _, value in decoded.fields if "hunter2" in value]


@pytest.mark.parametrize(
    ("pair", "mac"),
    [
        (b"MAC=AV334455-FW10000.00-3D9B17BB-F37B0001-0100/1000-VIRTUAL", "00:1a:07:33:44:55"),
        (b"macaddress=1CCAE3000001", "1c:ca:e3:00:00:01"),
        (b"macaddress=000000000000", None),
        (b"macaddress=FFFFFFFFFFFF", None),
        (b"macaddress=00408C", None),
        (b"MAC=001A07334455", None),
        (b"id=AA:BB:CC:DD:EE:FF", None),
    ],
)
def test_only_known_makers_write_their_mac(pair: bytes, mac: str | None) -> None:
    message = read(answer(record(name("X._arec._tcp.local"), TXT, strings(pair))))
    assert message.macs == ((mac,) if mac else ())


@pytest.mark.parametrize("data", [b"", b"\0" * 11, b"\xff" * 40])
def test_what_is_no_dns(data: bytes) -> None:
    assert isinstance(mdns.parse(data), Malformed) or mdns.decode(data).fields == ()


@pytest.mark.alone
def test_a_hostile_packet_takes_little_time() -> None:
    chain = b"".join(b"\x01a\xc0" + bytes([12 + 3 * n + 3]) for n in range(60))
    many = answer(*[record(b"\xc0\x0c", PTR, b"\xc0\x0c", ttl=1) for _ in range(5000)])
    deep = struct.pack(">HHHHHH", 0, 0x8400, 0, 4000, 0, 0) + chain * 200
    started = time.monotonic()
    for data in (many, deep, b"\0" * 65535, answer(*[record(b"\0", TXT, b"\0" * 4000)] * 2)):
        mdns.decode(data)
    assert time.monotonic() - started < 2


@given(
    st.binary(max_size=300)
    | st.builds(
        lambda raw, at, junk: raw[:at] + junk + raw[at + len(junk) :],
        st.sampled_from([AXIS, answer(*CAMERA)]),
        st.integers(0, 250),
        st.binary(max_size=8),
    )
)
def test_fuzz_never_raises(data: bytes) -> None:
    mdns.parse(data)
    for field, _ in mdns.decode(data).fields:
        assert field in {
            "mdns.service", "mdns.instance", "mdns.txt", "mdns.host", "mac.address",
        }  # fmt: skip
