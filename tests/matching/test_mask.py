"""Nothing that names one device survives; what rules need does."""

from __future__ import annotations

import ipaddress
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.matching.checks import privacy
from camscan.matching.mask import (
    ADDRESS4,
    ADDRESS6,
    HOST,
    Secrets,
    mask_addresses,
    mask_challenge,
    mask_hosts,
    mask_macs,
    mask_secrets,
    mask_serial,
    mask_tokens,
    mask_uuids,
    shape,
)

BYTES6 = st.binary(min_size=6, max_size=6).filter(lambda b: b[3:] != b"\0\0\0")
AROUND = st.text(alphabet='abcxyzABC ."/=<>\n', max_size=12)
JOINTS = st.sampled_from([":", "-", "_", "%3A", "%3a", ".", " "])


def spelled(mac: bytes, joint: str, upper: bool) -> str:
    text = joint.join(f"{byte:02x}" for byte in mac)
    return text.upper().replace(joint.upper(), joint) if upper else text


@given(BYTES6, JOINTS, st.booleans(), AROUND, AROUND)
def test_no_tail_of_a_mac_survives(
    mac: bytes, joint: str, upper: bool, before: str, after: str
) -> None:
    text = spelled(mac, joint, upper)
    masked = mask_macs(f"{before}{text}{after}")
    assert text not in masked
    assert mac[3:].hex() not in re.sub(r"%3[Aa]|[:._ -]", "", masked).lower() or set(
        mac[3:].hex()
    ) <= set("0")


@given(BYTES6, st.booleans(), st.sampled_from(['"', " ", "-", "_", "/", ""]))
def test_a_bare_mac_keeps_its_first_three_bytes(mac: bytes, upper: bool, around: str) -> None:
    text = mac.hex().upper() if upper else mac.hex()
    assert mask_macs(f"{around}{text}{around}") == f"{around}{text[:6]}000000{around}"


@given(BYTES6, JOINTS | st.just(""), st.booleans(), AROUND, AROUND)
def test_a_known_mac_goes_wherever_it_stands(
    mac: bytes, joint: str, upper: bool, before: str, after: str
) -> None:
    text = spelled(mac, joint, upper) if joint else mac.hex()
    masked = mask_secrets(f"{before}{text}{after}", Secrets(macs=frozenset({mac.hex()})))
    assert text.lower() not in masked.lower()
    only = mask_secrets(f"ID-{mac[3:].hex().upper()}", Secrets(macs=frozenset({mac.hex()})))
    assert only == "ID-000000"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("c4:2f:90:12:34:56", "c4:2f:90:00:00:00"),
        ("C4-2F-90-12-34-56", "C4-2F-90-00-00-00"),
        ("c42f.9012.3456", "c42f.9000.0000"),
        ("AXIS_ACCC8E012345", "AXIS_ACCC8E000000"),
        ("V5.4.5 build 170124", "V5.4.5 build 170124"),
        ("2020-11-24 10:11:12", "2020-11-24 10:11:12"),
    ],
)
def test_macs(text: str, masked: str) -> None:
    assert mask_macs(text) == masked


ORDINARY4 = st.ip_addresses(v=4).filter(
    lambda a: not (a.is_loopback or a.is_multicast or a.is_unspecified or a.is_reserved)
)
ORDINARY6 = st.ip_addresses(v=6).filter(
    lambda a: not (a.is_loopback or a.is_multicast or a.is_unspecified)
)
BESIDE = st.sampled_from(["", " ", "http://", "@", "=", "[", '"', "IN IP4 ", "(", ","])
BEHIND = st.sampled_from(["", " ", "/", ":80/", "]", '"', ".", ")", ",", "\r\n"])


@given(ORDINARY4, BESIDE, BEHIND)
def test_no_ipv4_address_survives(address: ipaddress.IPv4Address, before: str, after: str) -> None:
    masked = mask_addresses(f"{before}{address}{after}")
    assert masked == f"{'' if before == '@' else before}{ADDRESS4}{after}" or before == "@"
    assert str(address) == ADDRESS4 or str(address) not in masked


@given(ORDINARY6, st.sampled_from(["", " ", "http://[", "=", "addr:", '"']))
def test_no_ipv6_address_survives(address: ipaddress.IPv6Address, before: str) -> None:
    masked = mask_addresses(f"{before}{address} end")
    assert masked == f"{before}{ADDRESS6} end" or str(address) not in masked


@given(ORDINARY4, st.sampled_from([".", "-", "_", "%2E"]), st.sampled_from(["", "ip-", "Nvt/"]))
def test_the_own_address_goes_in_every_spelling(
    address: ipaddress.IPv4Address, joint: str, before: str
) -> None:
    secrets = Secrets(addresses=frozenset({str(address)}))
    text = before + str(address).replace(".", joint)
    assert mask_secrets(text, secrets) == before + ADDRESS4


@pytest.mark.parametrize(
    "text",
    [
        'domain="::", qop="auth"',
        "c=IN IP4 0.0.0.0",
        "http://127.0.0.1/",
        "239.255.255.250:3702",
        "255.255.255.0",
        "std::string",
        "at 12:34:56",
    ],
)
def test_addresses_of_nobody_stay(text: str) -> None:
    assert mask_addresses(text) == text


def test_versions_in_products_stay() -> None:
    assert mask_addresses("Nvt/2.6.0.130", products=True) == "Nvt/2.6.0.130"
    assert mask_addresses("Hipcam/V1.0.0.1", products=True) == "Hipcam/V1.0.0.1"
    assert mask_addresses("http://10.2.3.4/", products=True) == f"http://{ADDRESS4}/"
    assert mask_addresses("rtsp://admin:pass@10.2.3.4/x") == f"rtsp://{ADDRESS4}/x"


SERIALS = st.from_regex(r"[A-Z]{0,4}[0-9]{6}[0-9A-Z]{2,8}", fullmatch=True).filter(
    lambda s: not set(s[3:]) <= set("0A") and "20000101" not in s
)


@given(SERIALS, AROUND, AROUND)
def test_no_serial_survives(serial: str, before: str, after: str) -> None:
    assert serial not in mask_serial(serial)
    known = Secrets(serials=frozenset({serial}))
    for spelling in (serial, serial.lower()):
        masked = mask_secrets(f"{before}{spelling}{after}", known)
        assert serial.lower() not in masked.lower()


@given(SERIALS)
def test_the_masked_serial_passes_the_check_of_examples(serial: str) -> None:
    masked = mask_serial(serial)
    assert len(masked) == len(serial)
    tail = re.findall(r"\d{6,}", masked)
    assert not tail or privacy.masked(tail[-1])
    assert not list(privacy.problems(masked, frozenset()))


def test_a_serial_keeps_model_and_prefix() -> None:
    assert (
        mask_serial("DS-2CD2185FWD-I20170623AAWR779562546", ["DS-2CD2185FWD-I"])
        == "DS-2CD2185FWD-I20000101AAAA000000000"
    )
    assert mask_serial("AMC01F2D3E4B5A6978") == "AMC00A0A0A0A0A0000"
    assert shape("aé9Z_-") == "aa0A_-"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (
            'Digest realm="IP Camera(C5654)", nonce="4e6a5678Zz", opaque=""',
            'Digest realm="IP Camera(C0000)", nonce="0a0a0000Aa", opaque=""',
        ),
        ('Digest realm="Login to 4M0747EPAA00001"', 'Digest realm="Login to 0A0000AAAA00000"'),
        ('Basic realm="Login to Amcrest"', 'Basic realm="Login to Amcrest"'),
        ('Digest nonce="b252aWYtZGlnZXN0OjQ3"', 'Digest nonce="b252aWYtZGlnZXN0OaA0"'),
        # Hex of base64: "Nz0=" and so on; the shape of the inside stays.
        ('nonce="4e7a303d4e7a303d"', 'nonce="4161303d4161303d"'),
    ],
)
def test_challenges(text: str, masked: str) -> None:
    assert mask_challenge(text, frozenset({"amcrest"})) == masked


def test_hosts_uuids_and_tokens() -> None:
    text = "http://cam7.council.gov.uk:80/onvif http://www.onvif.org/ver10"
    public = frozenset({"www.onvif.org"})
    assert mask_hosts(text, public) == f"http://{HOST}:80/onvif http://www.onvif.org/ver10"
    assert mask_hosts("http://10.0.0.9/x") == "http://10.0.0.9/x"
    assert (
        mask_uuids("urn:uuid:4d454930-0000-1000-8000-c42f90123456")
        == "urn:uuid:00000000-0000-0000-0000-000000000000"
    )
    assert mask_tokens("call 00441423556677 or it@town.gov.uk") == "call 00000000000000 or mail"
    assert mask_tokens("etag deadbeefdeadbeef1") == "etag aaaaaaaaaaaaaaaa0"
    assert mask_tokens("3K07FDBPAJ12345") == "0A00AAAAAA00000"
    assert mask_tokens("DS-2CD2385G1-I HDBW4431EP2ZS") == "DS-2CD2385G1-I HDBW4431EP2ZS"


def test_names_go_in_every_field() -> None:
    secrets = Secrets(names=frozenset({"Front Door"}))
    text = "FRONT DOOR, onvif://www.onvif.org/name/Front%20Door, frontdoors"
    assert mask_secrets(text, secrets) == "name, onvif://www.onvif.org/name/name, frontdoors"


@given(st.text(max_size=200))
def test_fuzz_every_mask(text: str) -> None:
    for mask in (mask_macs, mask_uuids, mask_addresses, mask_hosts, mask_tokens, mask_challenge):
        once = mask(text)
        assert isinstance(once, str)
        assert mask_macs(mask_macs(text)) == mask_macs(text)
    assert mask_secrets(text, Secrets()) == text
    assert len(shape(text)) == len(text)
