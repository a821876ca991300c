"""Clients of a UniFi controller."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.sources.jsonl import Recorded
from camscan.sources.unifi_clients import NAME, parse_records, sniff

SAMPLES = Path(__file__).parent / "data" / "leases"


def sample(name: str) -> Recorded:
    data = (SAMPLES / name).read_bytes()
    assert sniff(data)
    return parse_records(data, name)


def said(recorded: Recorded) -> dict[str, dict[str, str]]:
    """Field to value, by target."""
    found: dict[str, dict[str, str]] = {target: {} for target in recorded.targets}
    for item in recorded.evidence:
        assert item.method == NAME
        assert item.field not in found[item.target]
        found[item.target][item.field] = item.value
    return found


def macs(recorded: Recorded) -> dict[str, str]:
    return {target: fields.get("mac.address", "") for target, fields in said(recorded).items()}


@pytest.mark.parametrize("name", ["unifi-stat-sta.json", "unifi-array.json", "unifi-clients.csv"])
def test_clients(name: str) -> None:
    recorded = sample(name)
    place = {} if name.endswith("csv") else {"switch.port": "f0:9f:c2:0a:4a:ca port 8"}
    assert said(recorded) == {
        "192.168.1.1": {"mac.address": "00:0d:b9:40:80:48", "mac.oui": "00:0d:b9", **place},
        "192.168.1.247": {
            "mac.address": "80:ea:96:08:ed:81",
            "mac.oui": "80:ea:96",
            "dhcp.hostname": "Lenas-iPhone",
        },
    }
    assert {str(item.at) for item in recorded.evidence} == {
        "2017-01-29 12:57:24+00:00",
        "2017-01-29 12:57:31+00:00",
    }
    assert recorded.skips == ()


def answer(*clients: object) -> bytes:
    return json.dumps({"meta": {"rc": "ok"}, "data": clients}).encode()


def client(number: int, **more: object) -> dict[str, object]:
    return {"mac": f"c4:2f:90:00:00:0{number}", "ip": "10.0.0.1", "is_wired": True, **more}


def test_the_newest_of_two_clients_has_the_address() -> None:
    old, new = client(1, last_seen=1485694644), client(2, last_seen="1485694651")
    for both in ((old, new), (new, old)):
        recorded = parse_records(answer(*both), "f")
        assert macs(recorded) == {"10.0.0.1": "c4:2f:90:00:00:02"}
        assert recorded.skips == ()


def test_the_alias_is_no_host_name_and_a_client_without_an_address_is_none() -> None:
    recorded = parse_records(
        answer(client(1, name="Front door"), {"mac": "c4:2f:90:00:00:02"}), "f"
    )
    assert said(recorded) == {
        "10.0.0.1": {"mac.address": "c4:2f:90:00:00:01", "mac.oui": "c4:2f:90"}
    }
    assert recorded.skips == ()


def test_a_page_of_the_integration_api() -> None:
    page = {
        "offset": 0,
        "limit": 25,
        "count": 1,
        "totalCount": 1,
        "data": [
            {
                "type": "WIRED",
                "id": "x",
                "connectedAt": "2026-11-24T04:00:00Z",
                "ipAddress": "10.0.0.1",
                "macAddress": "c4:2f:90:00:00:01",
                "uplinkDeviceId": "y",
            }
        ],
    }
    data = json.dumps(page).encode()
    assert sniff(data)
    assert macs(parse_records(data, "f")) == {"10.0.0.1": "c4:2f:90:00:00:01"}


def test_bad_records_are_skips_with_their_numbers() -> None:
    recorded = parse_records(
        answer(client(1), {"mac": 7}, "x", {"ip": "10.0.0.9"}, client(5, ip="nowhere")), "f"
    )
    assert list(macs(recorded)) == ["10.0.0.1"]
    assert [skip.subject for skip in recorded.skips] == [f"f, record {n}" for n in (2, 3, 4, 5)]


def test_bad_lines_of_a_csv_are_skips_with_their_numbers() -> None:
    text = (
        b"Name,MAC Address,IP Address,Network\na,c4:2f:90:00:00:01,10.0.0.1,LAN\n"
        b"b,c4\n,,10.0.0.3,\n"
    )
    assert sniff(text)
    recorded = parse_records(text, "f")
    assert macs(recorded) == {"10.0.0.1": "c4:2f:90:00:00:01"}
    assert [skip.subject for skip in recorded.skips] == ["f, line 3", "f, line 4"]


@pytest.mark.parametrize(
    "data", [b'{"meta":{}}', b'{"data":7}', b"[", b'{"data":[', b"[" * 100_000, b'{"data":' * 9999]
)
def test_other_json_is_one_skip(data: bytes) -> None:
    assert [skip.subject for skip in parse_records(data, "f").skips] == ["f"]


@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(["mac", "ip", "hostname", "last_seen", "macAddress", "last_ip"]),
            st.one_of(
                st.text(max_size=9),
                st.integers(),
                st.floats(),
                st.sampled_from(["10.0.0.1", "c4:2f:90:00:00:01", None, "1" * 11]),
            ),
        )
    )
)
def test_fuzz_parse_records(clients: list[dict[str, object]]) -> None:
    said(parse_records(answer(*clients), "f"))


@given(st.sampled_from([b"", b"[", b'{"data":', b"mac,ip,oui\n"]), st.binary(max_size=300))
def test_fuzz_parse_records_of_bytes(start: bytes, data: bytes) -> None:
    sniff(start + data)
    parse_records(start + data, "f")


@pytest.mark.parametrize(
    ("wired", "switch", "port", "place"),
    [
        (True, "F0:9F:C2:0A:4A:CA", 8, "f0:9f:c2:0a:4a:ca port 8"),
        (False, "f0:9f:c2:0a:4a:ca", 8, None),
        (True, "f0:9f:c2:0a:4a:ca", "8", None),
        (True, "f0:9f:c2:0a:4a:ca", 0, None),
        (True, "switch", 8, None),
        (True, 7, 8, None),
    ],
)
def test_switch_and_port_of_a_wired_client(
    wired: bool, switch: object, port: object, place: str | None
) -> None:
    recorded = parse_records(answer(client(1, is_wired=wired, sw_mac=switch, sw_port=port)), "f")
    assert said(recorded)["10.0.0.1"].get("switch.port") == place
    assert recorded.skips == ()
