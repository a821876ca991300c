"""Which importer reads which file."""

from __future__ import annotations

import gzip
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.errors import SourceError
from camscan.sources import jsonl
from camscan.sources.jsonl import Recorded
from camscan.sources.recorded import IMPORTERS, fetch, importer, read_file, read_recorded

DATA = Path(__file__).parent / "data"
SAMPLES = {
    "nmap-7.93-sv.xml": "nmap_xml",
    "nmap-7.93-wsdd.xml": "nmap_xml",
    "nmap-7.93-bwsdd.xml": "nmap_xml",
    "masscan-1.3.2.json": "masscan",
    "masscan-banners.json": "masscan",
    "masscan-1.3.2.ndjson": "masscan",
    "zgrab2-http.jsonl": "zgrab2",
    "shodan.jsonl": "shodan",
    "censys-v2.json": "censys",
    "censys-platform.json": "censys",
    "certificate.pem": "jsonl",
}
LINE = b'{"target": "a", "field": "http.server", "value": "x"}\n'


def test_every_module_is_an_importer_and_names_differ() -> None:
    names = [importer(module).NAME for module in IMPORTERS]
    assert len(set(names)) == len(names)
    assert IMPORTERS[-1] == "jsonl"


@pytest.mark.parametrize(("sample", "module"), SAMPLES.items())
def test_exactly_one_importer_wants_a_file(sample: str, module: str) -> None:
    data = (DATA / sample).read_bytes()
    assert [each for each in IMPORTERS if importer(each).sniff(data)] == [module]
    found = read_recorded(data, sample)
    assert found.evidence or sample.startswith("masscan-1")
    assert found.targets
    assert {item.target for item in found.evidence} <= set(found.targets)


@pytest.mark.parametrize("sample", SAMPLES)
def test_an_archive_is_the_file_in_it(sample: str) -> None:
    data = (DATA / sample).read_bytes()
    assert read_recorded(gzip.compress(data), "f") == read_recorded(data, "f")
    half = len(data) // 2
    members = gzip.compress(data[:half]) + gzip.compress(data[half:])
    assert read_recorded(members, "f") == read_recorded(data, "f")


@pytest.mark.parametrize(
    "data",
    [
        LINE,
        b'{"target": "a", "protocol": "http", "raw": "HTTP/1.1 200 OK\\r\\n\\r\\n<nmaprun>"}',
        b"HTTP/1.1 200 OK\r\nServer: x\r\n\r\n",
        b"RTSP/1.0 200 OK\r\nServer: x\r\n\r\n",
        b"",
        b"nothing known",
    ],
)
def test_what_nobody_wants_is_read_as_lines_or_as_pasted(data: bytes) -> None:
    assert not [each for each in IMPORTERS[:-1] if importer(each).sniff(data)]
    assert read_recorded(data, "f") == jsonl.parse_records(data, "f")


def test_an_archive_cut_short_gives_its_start_and_says_so() -> None:
    found = read_recorded(gzip.compress(LINE * 1000, compresslevel=0)[:-2000], "f")
    assert found.targets == ("a",)
    assert found.skips[-1].reason == "the gzip archive is cut short"


def test_what_is_no_archive_or_too_large_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SourceError, match="cannot unpack f"):
        read_recorded(b"\x1f\x8bnothing", "f")
    monkeypatch.setattr("camscan.sources.recorded._MOST", 1000)
    with pytest.raises(SourceError, match="unpacks to more"):
        read_recorded(gzip.compress(b"\0" * 2000), "f")


def test_a_capture_is_known_by_its_magic(wire) -> None:
    data = wire.pcap([(1.0, wire.arp("10.0.0.7", bytes.fromhex("accc8e000001")))])
    assert [each for each in IMPORTERS if importer(each).sniff(data)] == ["capture_evidence"]
    assert read_recorded(data, "f").targets == ("10.0.0.7",)


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_file_gives_what_its_bytes_give(sample: str, tmp_path: Path) -> None:
    data = (DATA / sample).read_bytes()
    packed = tmp_path / "f"
    packed.write_bytes(gzip.compress(data))
    assert read_file(str(DATA / sample)) == read_recorded(data, str(DATA / sample))
    assert read_file(str(packed)) == read_recorded(data, str(packed))


def test_a_table_is_read_as_it_comes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pieces end anywhere, also inside a character."""
    entry = "Internet  10.0.{}.{}  \u00b5  0011.2233.{:04x}  ARPA   Vlan1\n"
    table = [entry.format(n >> 8, n & 255, n) for n in range(2000)]
    table[500] = "Internet  10.0.0.9  broken  ARPA\n"
    table[1500] = "x" * 70_000 + "\n"
    table[1800:1800] = ["\n", "switch>\r\n"]
    data = b"\xef\xbb\xbf" + "".join(table).encode()
    path = tmp_path / "f"
    path.write_bytes(data)
    whole = read_recorded(data, str(path))
    assert [skip.subject for skip in whole.skips] == [f"{path}, line 501", f"{path}, line 1501"]
    assert len(whole.targets) == 1998
    monkeypatch.setattr("camscan.sources.stream.CHUNK", 1009)
    assert read_file(str(path)) == whole
    assert isinstance(fetch(str(path)), Recorded), "not held for later"
    path.write_bytes(gzip.compress(data, compresslevel=0)[:-2000])
    assert read_file(str(path)).skips[-1].what == "end of the file"
    path.write_bytes(data.decode().encode("utf-16"))
    assert read_file(str(path)).targets == whole.targets
    monkeypatch.setattr("camscan.sources.recorded._MOST", 10_000)
    path.write_bytes(data)
    with pytest.raises(SourceError, match="more than"):
        read_file(str(path))


def test_a_file_cut_short_gives_its_start_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.write_bytes(gzip.compress(LINE * 1000, compresslevel=0)[:-2000])
    found = read_file(str(path))
    assert found.targets == ("a",)
    assert found.skips[-1].what == "end of the file"


def test_files_that_cannot_be_read_are_errors(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "f"
    path.write_bytes(b"\x1f\x8bnothing")
    with pytest.raises(SourceError, match="cannot read"):
        read_file(str(path))
    path.write_bytes(LINE * 100)
    monkeypatch.setattr("camscan.sources.recorded._MOST", 1000)
    with pytest.raises(SourceError, match="more than"):
        read_file(str(path))


def test_standard_input(monkeypatch: pytest.MonkeyPatch, wire) -> None:
    for data, target in (
        (LINE, "a"),
        (wire.pcap([(1.0, wire.arp("10.0.0.7", bytes.fromhex("accc8e000001")))]), "10.0.0.7"),
    ):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))
        assert read_file("-").targets == (target,)


@given(st.binary(max_size=200))
def test_fuzz_sniff_and_parse_records(data: bytes) -> None:
    for module in IMPORTERS:
        one = importer(module)
        one.sniff(data)
        one.parse_records(data, "f")


SAY_NOTHING = {"arp-scan-resolved-rtt.txt", "dhcpd6.leases"}
"""Names in place of addresses; leases without a MAC address: Skips, not evidence."""
LEASES = sorted(path for path in (DATA / "leases").iterdir() if path.suffix != ".md")


@pytest.mark.parametrize("path", LEASES, ids=lambda path: path.name)
def test_leases_and_tables_are_told_apart_from_everything(path: Path) -> None:
    data = path.read_bytes()
    takers = [each for each in IMPORTERS[:-1] if importer(each).sniff(data)]
    assert len(takers) == 1, takers
    found = read_recorded(data, path.name)
    if path.name in SAY_NOTHING:
        assert found.skips
        assert not found.evidence
    else:
        assert {item.field for item in found.evidence} & {"mac.address", "dhcp.hostname"}


@pytest.mark.parametrize("sample", SAMPLES)
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_text_that_powershell_redirected_is_what_it_was(sample: str, encoding: str) -> None:
    data = (DATA / sample).read_bytes()
    redirected = f"\ufeff{data.decode()}".encode(encoding)
    assert read_recorded(redirected, "f") == read_recorded(data, "f")
