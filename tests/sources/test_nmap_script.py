"""Output of nmap's scripts."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.sources.answer import Answers
from camscan.sources.nmap_script import _NOTES, Script, note_script, wsdd_devices


def noted(script: Script, transport: str = "tcp") -> list[tuple[str, str]]:
    answers = Answers("a", "nmap", transport=transport)
    note_script(answers, script)
    return [(item.field, item.value) for item in answers.evidence]


def test_a_title_is_the_element_not_the_sentence() -> None:
    none = Script(id="http-title", output="Site doesn't have a title (text/html).")
    assert noted(none) == []
    some = Script(id="http-title", output="AXIS", values=(("title", "AXIS"),))
    assert noted(some) == [("http.title", "AXIS")]


def test_challenges_have_their_realm_first() -> None:
    # The structure that http-auth of nmap 7.93 documents.
    table = (("scheme", "digest"), ("qop", "auth"), ("nonce", "1"), ("realm", "DS-2CD"))
    assert noted(Script(id="http-auth", output="", tables=(table,))) == [
        ("http.status", "401"),
        ("http.www_authenticate", 'digest realm="DS-2CD", nonce="1", qop="auth"'),
    ]


def test_banners_are_unescaped_and_decoded() -> None:
    ssh = Script(id="banner", output="SSH-2.0-dropbear_2019.78\\x0D\\x0A\\x00")
    assert noted(ssh) == [("ssh.banner", "SSH-2.0-dropbear_2019.78")]
    assert noted(Script(id="banner", output="nonsense")) == []


def test_favicons_that_nmap_does_not_know_have_a_hash() -> None:
    digest = "89b932fcc47cf4ca3faadb0cfdef89cf"
    unknown = Script(id="http-favicon", output=f"Unknown favicon MD5: {digest.upper()}")
    assert noted(unknown) == [("http.favicon.md5", digest)]
    assert noted(Script(id="http-favicon", output="Apache Tomcat")) == []


def test_snmp_and_upnp() -> None:
    # Example output of the scripts' documentation pages.
    system = "HP ETHERNET MULTI-ENVIRONMENT\n  System uptime: 28:17:31.72 (6 days, 4:17:31.72)"
    assert noted(Script(id="snmp-sysdescr", output=system)) == [
        ("snmp.sysdescr", "HP ETHERNET MULTI-ENVIRONMENT")
    ]
    upnp = (
        "\n  192.168.1.1\n      Server: Linux/2.6 UPnP/1.0 miniupnpd/1.0\n"
        "      Location: http://192.168.1.1:5000/rootDesc.xml\n"
        "        Name: WANDevice\n        Manufacturer: MiniUPnP\n        Model Name: WAN Device\n"
        "        Model Version: 20110204"
    )
    assert noted(Script(id="upnp-info", output=upnp), "udp") == [
        ("ssdp.server", "Linux/2.6 UPnP/1.0 miniupnpd/1.0"),
        ("upnp.friendly_name", "WANDevice"),
        ("upnp.manufacturer", "MiniUPnP"),
        ("upnp.model_name", "WAN Device"),
        ("upnp.model_number", "20110204"),
    ]


def test_devices_of_a_broadcast_are_named_by_their_own_address() -> None:
    output = (
        "\n  Devices\n    239.255.255.250\n        Message id: 1\n"
        "        Address: http://169.254.1.1/onvif http://10.0.0.9/onvif/device_service\n"
        "        Type: n:NetworkVideoTransmitter tds:Device\n"
        "    239.255.255.250\n        Message id: 2\n        Type: n:Device"
    )
    assert wsdd_devices(Script(id="broadcast-wsdd-discover", output=output)) == (
        (
            "10.0.0.9",
            ("dn:NetworkVideoTransmitter", "tds:Device"),
            ("http://169.254.1.1/onvif", "http://10.0.0.9/onvif/device_service"),
        ),
    )
    assert wsdd_devices(Script(id="other", output=output)) == ()


@pytest.mark.alone
def test_hostile_output_takes_linear_time() -> None:
    began = time.monotonic()
    for name in _NOTES:
        noted(Script(id=name, output="\n" * 300_000))
        noted(Script(id=name, output=" \n:" * 100_000))
    assert time.monotonic() - began < 5


def test_an_unknown_script_says_nothing() -> None:
    assert noted(Script(id="vulners", output="CVE")) == []


@given(
    st.sampled_from([*_NOTES, "broadcast-wsdd-discover"]),
    st.text(max_size=200),
    st.lists(st.tuples(st.sampled_from(["scheme", "pem", "title", None]), st.text(max_size=30))),
)
def test_fuzz_note_script(name: str, text: str, values: list[tuple[str | None, str]]) -> None:
    script = Script(id=name, output=text, values=tuple(values), tables=(tuple(values),))
    noted(script)
    wsdd_devices(script)
