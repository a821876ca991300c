"""SADP answers: recordings, and every oddity of the firmware that was met."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.model.status import Status
from camscan.protocols import sadp
from tests.protocols.inquiry_samples import samples

SAMPLES = samples("sadp")
RAW, EXPECT = SAMPLES["sadp-ds2cd2320d"]
NAMES = {
    "model": "sadp.model",
    "serial": "sadp.serial",
    "serial_short": "sadp.serial_short",
    "manufacture_date": "sadp.manufacture_date",
    "mac": "sadp.mac",
    "ipv4": "sadp.ipv4",
    "netmask": "sadp.netmask",
    "gateway": "sadp.gateway",
    "ipv6": "sadp.ipv6_address",
    "dhcp": "sadp.dhcp",
    "http_port": "sadp.http_port",
    "sdk_port": "sadp.sdk_port",
    "sdk_tls_port": "sadp.sdk_over_tls_port",
    "channels_digital": "sadp.digital_channel_num",
    "channels_analog": "sadp.analog_channel_num",
    "firmware": "sadp.firmware",
    "dsp": "sadp.dsp_version",
    "activated": "sadp.activated",
    "device_lock": "sadp.device_lock",
    "hcplatform_enabled": "sadp.hc_platform_enable",
}


def first(data: bytes | str, field: str) -> str | None:
    decoded = sadp.decode(data.encode() if isinstance(data, str) else data)
    return next(iter(decoded.values(field)), None)


def answer(inside: str, root: str = "ProbeMatch") -> str:
    return f"<?xml version='1.0'?>\r\n<{root}>{inside}</{root}>"


def as_text(value: object) -> str | None:
    return None if value is None else str(value).lower() if isinstance(value, bool) else str(value)


@pytest.mark.parametrize("name", ["sadp-ds2cd2320d", "sadp-ds2cd2385g1"])
def test_recordings(name: str) -> None:
    raw, expect = SAMPLES[name]
    assert sadp.decode(raw).status is Status.OK
    checked = {key for key in NAMES if key in expect}
    assert len(checked) >= 9
    for key in checked:
        assert first(raw, NAMES[key]) == as_text(expect[key]), key


def test_own_query_is_no_answer() -> None:
    assert sadp.decode(SAMPLES["sadp-own-probe-echo"][0]) == sadp.malformed()


def test_salt_and_codes_are_dropped() -> None:
    secrets = {
        "Salt": "fc5237457341",
        "SafeCode": "ABCDEF",
        "EZVIZCode": "QWERTY",
        "Password": "pw123456",
    }
    inside = "<MAC>44-47-cc-10-ff-17</MAC>" + "".join(f"<{k}>{v}</{k}>" for k, v in secrets.items())
    for raw in (RAW, answer(inside).encode()):
        said = str(sadp.decode(raw).fields)
        assert "salt" not in said.lower()
        assert not any(value in said for value in (*secrets.values(), "fc5237457341362c"))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", "true"),
        ("flase", "false"),
        ("FLASE", "false"),
        ("1", "true"),
        ("0", "false"),
        ("perhaps", None),
    ],
)
def test_booleans(text: str, value: str | None) -> None:
    raw = answer(f"<MAC>44-47-cc-10-ff-17</MAC><Activated>{text}</Activated>")
    assert first(raw, "sadp.activated") == value


@pytest.mark.parametrize("root", ["Probematch", "PROBEMATCH", "ProbeMatch", "Hello"])
def test_root_in_any_spelling_and_the_announcement(root: str) -> None:
    assert first(answer("<DeviceSN>X1</DeviceSN>", root), "sadp.serial") == "X1"


def test_root_closed_by_another_name() -> None:
    assert (
        first("<Probematch><MAC>44:47:CC:10:FF:17</MAC></ProbeMatch>", "sadp.mac")
        == "44:47:cc:10:ff:17"
    )


def test_bare_ampersand_and_entities() -> None:
    raw = answer("<DeviceDescription>A & B &amp; C</DeviceDescription><OEMInfo>D&E</OEMInfo>")
    assert first(raw, "sadp.model") == "A & B & C"
    assert first(raw, "sadp.oem_info") == "D&E"


def test_gb18030_text() -> None:
    raw = answer("<MAC>44-47-cc-10-ff-17</MAC><DeviceDescription>摄像机</DeviceDescription>")
    assert first(raw.encode("gb18030"), "sadp.model") == "摄像机"


@pytest.mark.parametrize("tail", [b"\x00", b"\x00\x00", b"\r\n", b"\xff\xfe", b"<"])
def test_tails_and_line_ends(tail: bytes) -> None:
    crlf = RAW.replace(b"\n", b"\r\n") + tail
    assert sadp.decode(crlf).fields == sadp.decode(RAW).fields


def test_the_first_of_a_repeated_element() -> None:
    raw = answer("<DeviceType>1</DeviceType><MAC>44-47-cc-10-ff-17</MAC><DeviceType>2</DeviceType>")
    assert sadp.decode(raw.encode()).values("sadp.device_type") == ("1",)


def test_no_address_is_said_by_fillers() -> None:
    raw = answer(
        "<MAC>44-47-cc-10-ff-17</MAC><IPv4Address>0.0.0.0</IPv4Address><IPv6Address>::</IPv6Address>"
    )
    assert first(raw, "sadp.ipv4") is None
    assert first(raw, "sadp.ipv6") is None
    assert first(raw, "sadp.ipv6_address") is None


def test_ipv6_address() -> None:
    raw = answer("<MAC>44-47-cc-10-ff-17</MAC><IPv6Address>FE80::1</IPv6Address>")
    assert first(raw, "sadp.ipv6") == "fe80::1"
    # The recorded one was masked into nine groups: it stays what was said, and is no address.
    assert first(RAW, "sadp.ipv6") is None


@pytest.mark.parametrize(
    ("serial", "parts"),
    [
        ("DS-2CD2385G1-I20200414AAWRE33842150", ("AAWRE33842150", "2020-04-14")),
        ("DS-7804HQH-K10420190822CCCHD53257168WCVU", ("CCCHD53257168", "2019-08-22")),
        ("DS-2CD2385G1-I20201314AAWRE33842150", None),
        ("3C94199MPC39774", None),
        ("", None),
    ],
)
def test_split_serial(serial: str, parts: tuple[str, str] | None) -> None:
    assert sadp.split_serial(serial) == parts


def test_recorder_keeps_its_whole_serial() -> None:
    whole = "DS-7804HQH-K10420190822CCCHD53257168WCVU"
    raw = answer(
        f"<DeviceDescription>DS-7804HQH-K1</DeviceDescription><DeviceSN>{whole}</DeviceSN>"
        "<AnalogChannelNum>4</AnalogChannelNum><DigitalChannelNum>5</DigitalChannelNum>"
    )
    assert first(raw, "sadp.serial") == first(raw, "sadp.device_sn") == whole
    assert first(raw, "sadp.serial_short") == "CCCHD53257168"
    assert first(raw, "sadp.channels") == "4 analogue, 5 digital"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00",
        b"<ProbeMatch/>",
        b"<ProbeMatch><Types>inquiry</Types></ProbeMatch>",
        b"<html><MAC>44-47-cc-10-ff-17</MAC></html>",
        b"<Probe><MAC>44-47-cc-10-ff-17</MAC></Probe>",
        b"<s:Envelope><d:ProbeMatch><MAC>44-47-cc-10-ff-17</MAC></d:ProbeMatch></s:Envelope>",
        b"MAC 44-47-cc-10-ff-17",
    ],
)
def test_junk(data: bytes) -> None:
    assert sadp.decode(data) == sadp.malformed()


@given(st.binary(max_size=200), st.integers(0, 2000), st.integers(0, 200))
def test_fuzz_decode(junk: bytes, at: int, cut: int) -> None:
    for raw in (junk, RAW[:at] + junk + RAW[at + cut :], RAW[:at]):
        assert all("." in field and value for field, value in sadp.decode(raw).fields)


@pytest.mark.alone
@pytest.mark.parametrize("unit", [b"<MAC>", b"<MAC>1</MAC>", b"<", b"<a", b" ", b"<ProbeMatch>"])
def test_fuzz_decode_is_bounded_in_time(unit: bytes) -> None:
    started = time.perf_counter()
    sadp.decode(unit * (65536 // len(unit)))
    sadp.decode(b"<ProbeMatch>" + unit * (65536 // len(unit)))
    assert time.perf_counter() - started < 3
