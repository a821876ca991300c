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
