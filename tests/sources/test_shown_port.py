"""Ports that answers show."""

from __future__ import annotations

import pytest

from camscan.model.device import Port
from camscan.sources.shown_port import open_port, port_of_line, service_of


def test_an_answer_over_tcp_shows_its_port() -> None:
    shown = Port(port=8000, transport="tcp", service=None, status="open")
    for said in ("http.server", "rtsp", "tls.subject", "onvif.model"):
        assert port_of_line(8000, said) == shown


@pytest.mark.parametrize("said", ["sadp.model", "wsd", "mac.address", "httpx.server", ""])
def test_of_other_lines_it_is_not_known_whose_port_it_is(said: str) -> None:
    assert port_of_line(37020, said) is None


def test_no_port_shows_none() -> None:
    assert port_of_line(None, "http.server") is None
    assert port_of_line(0, "http.server") is None


@pytest.mark.parametrize(
    ("fields", "encrypted", "service"),
    [
        (("http.status", "http.server"), False, "http"),
        (("http.status",), True, "https"),
        (("http.status", "tls.subject"), False, "https"),
        (("tls.subject", "tls.sha256"), False, "tls"),
        (("rtsp.server",), False, "rtsp"),
        (("rtsp.server",), True, None),
        (("ftp.banner",), False, "ftp"),
        (("snmp.sysdescr",), False, None),
        ((), True, None),
    ],
)
def test_services_as_a_scan_names_them(
    fields: tuple[str, ...], encrypted: bool, service: str | None
) -> None:
    assert service_of(fields, encrypted=encrypted) == service


def test_alike_ports_are_one() -> None:
    assert open_port(80, "tcp", "http") is open_port(80, "tcp", "http")
