from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.model.status import Status
from camscan.protocols import banner
from camscan.protocols.decoded import Decoded

NOTHING = Decoded(status=Status.MALFORMED)


def test_ssh() -> None:
    raw = b"Authorised users only\r\nSSH-2.0-dropbear_2018.76\r\n\x00\x00\x01\x14key exchange"
    assert banner.decode_ssh(raw).fields == (("ssh.banner", "SSH-2.0-dropbear_2018.76"),)
    assert banner.decode_ssh(b"hello\r\n") == NOTHING


def test_ftp() -> None:
    raw = b"220-Welcome\r\n220 Hikvision FTP server ready.\r\n"
    assert banner.decode_ftp(raw).values("ftp.banner") == (
        "220-Welcome\n220 Hikvision FTP server ready.",
    )


def test_telnet_negotiation_and_escapes_are_taken_out() -> None:
    raw = b"\xff\xfd\x01\xff\xfd\x1f\xff\xfa\x18\x01\xff\xf0\r\n\x1b[2J(none) login: "
    assert banner.decode_telnet(raw).values("telnet.banner") == ("(none) login:",)


def test_snmp() -> None:
    raw = b"Linux IPC 3.4.35 #1 PREEMPT armv7l"
    assert banner.decode_snmp(raw).values("snmp.sysdescr") == (raw.decode(),)


def test_sip() -> None:
    raw = (
        b"SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP x\r\nUser-Agent: Grandstream GDS3710 1.0.3.32\r\n\r\n"
    )
    decoded = banner.decode_sip(raw)
    assert decoded.fields == (("sip.server", "Grandstream GDS3710 1.0.3.32"),)
    assert banner.decode_sip(b"AXIS A8105-E").values("sip.server") == ("AXIS A8105-E",)


@pytest.mark.parametrize(
    ("data", "field"),
    [
        (b"SSH-2.0-OpenSSH_8.4\r\n", "ssh.banner"),
        (b"220 (vsFTPd 3.0.3)\r\n", "ftp.banner"),
        (b"\xff\xfb\x01\r\nDahuatech login: ", "telnet.banner"),
        (b"Username:", "telnet.banner"),
        (b"SIP/2.0 400 Bad\r\nServer: x\r\n\r\n", "sip.server"),
    ],
)
def test_greeting_is_told_by_its_words(data: bytes, field: str) -> None:
    assert field in dict(banner.decode_greeting(data).fields)


@pytest.mark.parametrize("data", [b"", b"220 mail ESMTP\r\n", b"\x00\x01\x02", b"hello"])
def test_greeting_of_nobody_known(data: bytes) -> None:
    assert banner.decode_greeting(data) == NOTHING


def test_secrets_are_cut_out() -> None:
    assert banner.decode_telnet(b"password=abc123\r\nlogin:").values("telnet.banner") == (
        "password=…\nlogin:",
    )


@given(st.binary(max_size=300))
def test_fuzz_decode_ssh_decode_ftp_decode_telnet_decode_snmp(data: bytes) -> None:
    for decode in (
        banner.decode_ssh,
        banner.decode_ftp,
        banner.decode_telnet,
        banner.decode_snmp,
    ):
        for raw in (data, b"SSH-" + data, b"\xff\xfa" + data):
            assert all(len(value.encode()) <= 8192 for _, value in decode(raw).fields)


@given(st.binary(max_size=300))
def test_fuzz_decode_sip_and_decode_greeting(data: bytes) -> None:
    for raw in (data, b"SIP/2.0 200 OK\r\n" + data, b"220" + data):
        banner.decode_sip(raw)
        banner.decode_greeting(raw)


@pytest.mark.alone
@pytest.mark.parametrize("unit", [b"\xff", b"\xff\xfa", b"\x1b[", b"\r", b"SSH", b"login "])
def test_fuzz_decode_greeting_is_linear(unit: bytes) -> None:
    started = time.perf_counter()
    banner.decode_greeting(unit * (262144 // len(unit)))
    banner.decode_telnet(unit * (262144 // len(unit)))
    assert time.perf_counter() - started < 2
