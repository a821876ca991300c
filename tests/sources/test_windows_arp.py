"""`arp -a` of Windows, in several languages and encodings."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from camscan.sources.jsonl import Recorded
from camscan.sources.windows_arp import NAME, parse_records, sniff

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


def test_german() -> None:
    recorded = sample("windows-arp-de.txt")
    assert macs(recorded) == {
        "134.108.11.254": "00:23:04:52:1c:00",
        "192.168.31.16": "00:0a:f7:0f:68:b2",
    }
    assert recorded.skips == ()


def test_french_in_utf_16() -> None:
    recorded = sample("windows-arp-fr-utf16.txt")
    assert list(macs(recorded)) == ["10.33.48.14", "10.33.48.26", "10.33.51.254"]
    assert recorded.skips == ()


def test_chinese_in_gbk() -> None:
    recorded = sample("windows-arp-zh-gbk.txt")
    assert list(macs(recorded)) == ["192.168.6.2", "192.168.6.135"]
    assert recorded.skips == ()


def test_neighbours_of_netsh_have_the_same_shape() -> None:
    text = (
        b"Interface 7: Ethernet\r\n\r\n"
        b"Internet Address                              Physical Address   Type\r\n"
        b"--------------------------------------------  -----------------  -----------\r\n"
        b"10.1.2.9                                      c4-2f-90-01-02-03  Reachable\r\n"
        b"fe80::1                                       c4-2f-90-01-02-04  Stale\r\n"
    )
    assert sniff(text)
    recorded = parse_records(text, "f")
    assert macs(recorded) == {"10.1.2.9": "c4:2f:90:01:02:03", "fe80::1": "c4:2f:90:01:02:04"}
    assert recorded.skips == ()


def test_bad_lines_are_skips_with_their_numbers() -> None:
    text = b"  10.0.0.1   c4-2f-90-00-00-01   dynamic\r\n  10.0.0.2   c4-2f-90-00   dynamic\r\n"
    recorded = parse_records(text, "f")
    assert list(macs(recorded)) == ["10.0.0.1"]
    assert [skip.subject for skip in recorded.skips] == ["f, line 2"]


WORDS = st.lists(
    st.one_of(
        st.text(max_size=12),
        st.sampled_from(
            ["10.0.0.1", "999.1.1.1", "c4-2f-90-01-02-03", "\r\n", "--- 0x7", "fe80::1"]
        ),
    ),
    max_size=40,
).map(" ".join)


@given(WORDS, st.sampled_from(["utf-8", "utf-16", "cp850", "gbk"]))
def test_fuzz_parse_records(text: str, encoding: str) -> None:
    data = text.encode(encoding, "replace")
    sniff(data)
    said(parse_records(data, "f"))
