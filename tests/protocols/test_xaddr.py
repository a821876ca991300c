from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.protocols import wsd
from camscan.protocols.wsd import ProbeMatch
from camscan.protocols.xaddr import choose_xaddr

SERVICE = "/onvif/device_service"
SAMPLES: dict[str, dict[str, Any]] = {
    sample["id"]: sample
    for line in (Path(__file__).parent / "data" / "samples.jsonl").read_text().splitlines()
    if (sample := json.loads(line))["protocol"].startswith("ws-discovery")
}


def match(xaddrs: str, types: str = "dn:NetworkVideoTransmitter") -> ProbeMatch:
    return ProbeMatch(types=tuple(types.split()), xaddrs=tuple(xaddrs.split()))


@pytest.mark.parametrize(
    ("xaddrs", "source", "subnet", "chosen"),
    [
        # 1: the packet source wins over everything.
        (f"http://10.9.9.9{SERVICE} http://10.0.0.5{SERVICE}", "10.0.0.5", None, "10.0.0.5"),
        # link-local first (Axis), reached by another address.
        (
            "http://169.254.119.177/onvif/services http://192.168.1.125/onvif/services",
            "192.168.1.125",
            "192.168.1.0/24",
            "http://192.168.1.125/onvif/services",
        ),
        # 2: the receiving interface's subnet.
        (
            f"http://192.168.7.7{SERVICE} http://10.0.3.3{SERVICE}",
            "10.0.0.5",
            "10.0.0.0/16",
            "10.0.3.3",
        ),
        # 3: another IPv4 that is not link-local; IPv6 link-local is passed over.
        (f"http://[fe80::1]{SERVICE} http://10.0.3.3{SERVICE}", "10.0.0.5", None, "10.0.3.3"),
        # 4: the packet source with port and path of the first.
        (f"http://0.0.0.0:8080{SERVICE}", "192.0.2.9", None, "192.0.2.9:8080"),
        (f"http://127.0.0.1:8899{SERVICE}", "192.0.2.9", None, "192.0.2.9:8899"),
        (f"http://169.254.1.1:8059{SERVICE}", "192.0.2.9", None, "192.0.2.9:8059"),
        (f"http://169.254.1.1{SERVICE}", "169.254.1.1", None, "169.254.1.1"),
        ("SERVICE_URI", "192.0.2.9", None, "192.0.2.9"),
        ("", "192.0.2.9", None, "192.0.2.9"),
        ("http://addr_20 http://addr_21", "192.0.2.9", None, "192.0.2.9"),
        (f"http://cam.local:2020{SERVICE}", "192.0.2.9", None, "192.0.2.9:2020"),
        (f"http://10.0.0.5:80{SERVICE}", "10.0.0.5", None, "10.0.0.5"),
        (f"https://10.0.0.5:443{SERVICE}", "10.0.0.5", None, f"https://10.0.0.5{SERVICE}"),
        # Bosch: http and https of one host, the first wins.
        (f"http://10.0.0.5:80{SERVICE} https://10.0.0.5{SERVICE}", "10.0.0.5", None, "10.0.0.5"),
        # Nothing that is no device service is ever posted to, and no credentials are taken over.
        ("http://10.0.0.5/cgi-bin/reboot", "10.0.0.5", None, "10.0.0.5"),
        (f"http://10.0.0.5{SERVICE}?x=1", "10.0.0.5", None, "10.0.0.5"),
        (f"http://u:p@10.0.0.5{SERVICE}", "10.0.0.5", None, "10.0.0.5"),
        (f"ftp://10.0.0.5{SERVICE}", "10.0.0.7", None, "10.0.0.7"),
        (f"http://10.0.0.5:99999{SERVICE}", "10.0.0.7", None, "10.0.0.7"),
        ("http://[::1", "10.0.0.7", None, "10.0.0.7"),
        (f"http://[fd00::5]:8000{SERVICE}", "fd00::5", None, "[fd00::5]:8000"),
        (f"http://[fe80::5]{SERVICE}", "fe80::5%eth0", None, "[fe80::5%eth0]"),
        (f"http://10.0.0.5{SERVICE}", "10.0.0.5", "rubbish", "10.0.0.5"),
    ],
)
def test_choice_of_the_address(xaddrs: str, source: str, subnet: str | None, chosen: str) -> None:
    expected = chosen if "://" in chosen else f"http://{chosen}{SERVICE}"
    assert choose_xaddr(match(xaddrs), source, subnet) == expected


@pytest.mark.parametrize("sample", ["wsd-xaddrs-1", "wsd-xaddrs-3"])
def test_choice_of_the_address_in_recorded_lists(sample: str) -> None:
    recorded = SAMPLES[sample]
    found = match(recorded["data"])
    assert list(found.xaddrs) == recorded["expect"]["split"]
    best = recorded["expect"].get("best") or recorded["expect"]["rewrite_with_source"]
    source = recorded.get("packet_source_ip", "192.0.2.9")
    assert choose_xaddr(found, source) == best


def test_choice_without_a_usable_source() -> None:
    assert choose_xaddr(match(f"http://10.0.0.5{SERVICE}"), "nonsense") is None


def test_what_is_not_onvif_has_no_address() -> None:
    assert choose_xaddr(match("http://10.0.0.9/x", "wsdp:Device pub:Computer"), "10.0.0.9") is None


def test_recorded_spec_example_without_a_source_in_the_list() -> None:
    recorded = SAMPLES["wsd-onvif-apg-axis-sample"]
    message = wsd.parse(recorded["data"].encode())
    assert isinstance(message, wsd.WsdMessage)
    chosen = choose_xaddr(message.matches[0], "192.0.2.9")
    assert chosen == recorded["expect"]["best_xaddr_without_source"]


@given(st.text(max_size=60), st.text(max_size=20))
def test_fuzz_choose_xaddr(text: str, source: str) -> None:
    found = ProbeMatch(types=("tds:Device",), xaddrs=(text, f"http://{text}{SERVICE}"))
    chosen = choose_xaddr(found, "10.0.0.1")
    assert chosen is not None
    assert chosen.startswith(("http://", "https://"))
    choose_xaddr(found, source, source)
