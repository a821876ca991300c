"""dhcpd.leases as dhcpd writes it."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from camscan.inventory.merge import single_device
from camscan.matching.data import data_root
from camscan.matching.load import load
from camscan.matching.match import Matcher
from camscan.matching.recall import Recall
from camscan.sources.dhcpd_leases import NAME, parse_records, sniff
from camscan.sources.jsonl import Recorded

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


def test_every_lease_with_what_the_client_said() -> None:
    recorded = sample("dhcpd.leases")
    assert said(recorded)["10.71.0.52"] == {
        "mac.address": "00:40:8c:5e:01:12",
        "mac.oui": "00:40:8c",
        "dhcp.hostname": "axis-00408c5e0112",
        "dhcp.vendor_class": "AXIS,Network Camera,Q6155-E,8.40.1",
    }
    assert len(recorded.targets) == 5
    assert recorded.skips == ()


def test_a_lease_alone_names_the_maker_and_the_model() -> None:
    evidence = [item for item in sample("dhcpd.leases").evidence if item.target == "10.71.0.52"]
    device, _ = single_device("10.71.0.52", evidence, Recall(Matcher(load(data_root(None)))))
    assert device.maker is not None
    assert device.maker.id == "axis"
    assert device.model is not None
    assert device.model.value == "Q6155-E"
    assert device.mac == "00:40:8c:5e:01:12"


def test_times_are_utc_and_of_the_last_word_of_the_client() -> None:
    (at,) = {str(item.at) for item in sample("dhcpd.leases").evidence}
    assert at == "2026-11-24 04:48:50+00:00"
    (at,) = {str(item.at) for item in sample("dhcpd-local-time.leases").evidence}
    assert at == "2026-11-24 04:51:50+00:00"


def test_quotes_inside_a_text() -> None:
    assert said(sample("dhcpd.leases"))["10.71.0.51"]["dhcp.vendor_class"] == 'dahua-"ipc"'


def test_octal_escapes_are_bytes_of_utf_8() -> None:
    text = 'lease 10.0.0.9 {\n  client-hostname "K\\303\\274che";\n}\n'
    assert said(parse_records(text.encode(), "f"))["10.0.0.9"]["dhcp.hostname"] == "Küche"


def test_a_local_mac_has_no_oui() -> None:
    assert "mac.oui" not in said(sample("dhcpd.leases"))["10.71.0.54"]


def test_the_newest_lease_of_an_address_wins() -> None:
    assert said(sample("dhcpd-reused.leases"))["10.71.0.50"] == {
        "mac.address": "3c:ef:8c:5e:01:11",
        "mac.oui": "3c:ef:8c",
        "dhcp.hostname": "IPC",
        "dhcp.vendor_class": "dahua",
    }


def test_an_address_that_was_given_back_is_nobodys() -> None:
    data = (SAMPLES / "dhcpd-reused.leases").read_bytes()
    until_release = data[: data.rindex(b"lease 10.71.0.50")]
    recorded = parse_records(until_release, "f")
    assert recorded.targets == recorded.evidence == ()
    assert [skip.reason for skip in recorded.skips] == [
        "addresses that nobody holds were left out: 1 free"
    ]


def test_leases_of_dhcpv6_are_counted() -> None:
    recorded = sample("dhcpd6.leases")
    assert recorded.targets == ()
    assert [skip.reason for skip in recorded.skips] == ["1 leases of DHCPv6 name no MAC address"]


def test_bad_lines_are_skips_with_their_numbers() -> None:
    text = (
        "lease 10.0.0.1 {\n  hardware ethernet c4:2f:90:00:00:01;\n"
        "lease 10.0.0.2 {\n  hardware ethernet c4:2f:90:00:00:02;\n}\n"
        "nonsense\n"
        "lease nowhere {\n  hardware ethernet c4:2f:90:00:00:03;\n}\n"
        "lease 10.0.0.4 {\n  hardware ethernet c4:2f;\n}\n"
        "lease 10.0.0.5 {\n  hardware ethernet c4:2f:90:00:00:05;\n"
    )
    recorded = parse_records(text.encode(), "f")
    assert macs(recorded) == {"10.0.0.2": "c4:2f:90:00:00:02"}
    assert [skip.subject for skip in recorded.skips] == [
        f"f, line {number}" for number in (1, 6, 7, 10, 13)
    ]


def test_failover_state_and_reservations_are_no_leases() -> None:
    text = (
        'failover peer "dhcp" state {\n  my state normal at 2 2026/11/24 04:00:00;\n}\n'
        "host cam {\n  dynamic;\n  hardware ethernet c4:2f:90:00:00:01;\n}\n"
    )
    assert parse_records(text.encode(), "f").skips == ()


def test_the_file_of_a_client_is_another() -> None:
    assert not sniff(b'lease {\n  interface "eth0";\n  fixed-address 10.0.0.9;\n}\n')


WORDS = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "lease 10.0.0.1 {",
                "}",
                "starts 2 2026/11/24 04:48:50;",
                "cltt epoch 9" * 3,
                "starts 2 2026/99/24 04:48:50;",
                "cltt epoch 99999999999999999999;",
                "binding state active;",
                "hardware ethernet c4:2f:90:00:00:01;",
                'client-hostname "\\777\\";',
                'set vendor-class-identifier = "x";',
                'ia-na "x" {',
            ]
        ),
        st.text(max_size=20),
    ),
    max_size=30,
).map("\n".join)


@given(WORDS)
def test_fuzz_parse_records(text: str) -> None:
    sniff(text.encode("utf-8", "replace"))
    said(parse_records(text.encode("utf-8", "replace"), "f"))


@given(st.binary(max_size=300))
def test_fuzz_parse_records_of_bytes(data: bytes) -> None:
    sniff(data)
    parse_records(data, "f")
