import pytest

from camscan.errors import SourceError
from camscan.sources.flows.read import MODULES, flow_source, format_of
from camscan.sources.source_file import SourceFile
from tests.sources.flows.whole import read_flows


def test_every_reader_has_a_name_of_its_own():
    names = [flow_source(module).NAME for module in MODULES]
    assert len(set(names)) == len(names)


def test_content_tells_the_format(tmp_path, wire):
    line = wire.Line()
    line.connect("10.66.1.10", "36.110.1.1", 443)
    path = line.file(tmp_path / "named.log")
    assert format_of(SourceFile(path)) == "pcap"
    assert read_flows([str(tmp_path)]).sources[0].path == path


def test_what_nobody_reads_is_an_error_that_names_the_formats(tmp_path):
    path = tmp_path / "a.pcap"
    path.write_bytes(b"")
    with pytest.raises(SourceError, match="is empty"):
        read_flows([str(path)])
    path.write_bytes(b"Dear Sir")
    with pytest.raises(SourceError, match="none of the formats that are read: pcap"):
        read_flows([str(path)])


def test_what_is_no_source_in_a_folder_is_passed_over_and_said(tmp_path, wire):
    line = wire.Line()
    line.connect("10.66.1.10", "36.110.1.1", 443)
    line.file(tmp_path / "border.pcap")
    empty, other = tmp_path / "empty.log", tmp_path / "stderr.log"
    empty.write_bytes(b"")
    other.write_bytes(b"Dear Sir")
    for word in (str(tmp_path), str(tmp_path / "*")):
        record = read_flows([word])
        assert [flow.peer for flow in record.flows] == ["36.110.1.1"]
        assert [(skip.subject, skip.what) for skip in record.skips] == [
            (str(empty), "file"),
            (str(other), "file"),
        ]
        assert record.skips[0].reason == "is empty"
        assert "none of the formats" in record.skips[1].reason
    with pytest.raises(SourceError, match=r"stderr\.log: is none of the formats"):
        read_flows([str(tmp_path), str(other)])


def test_a_folder_without_any_source_is_an_error(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"Dear Sir")
    with pytest.raises(SourceError, match=r"a\.txt: is none of the formats"):
        read_flows([str(tmp_path)])
