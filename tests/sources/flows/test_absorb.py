"""Pieces add up as the whole file would."""

from camscan.sources.flows.absorb import Absorber
from camscan.sources.flows.join import record_of
from camscan.sources.flows.ledger import Keep
from camscan.sources.flows.source import Reading
from camscan.sources.source_file import SourceFile
from tests.sources.flows.whole import read_flows


def test_pieces_are_the_whole(wire, tmp_path):
    paths = []
    line = wire.Line()
    for number in range(3):
        piece = wire.Line(line.at + 10 * number)
        piece.connect("10.66.1.10", "36.110.220.15", 443, name="a.example", out=2000, back=900)
        piece.connect("10.66.1.10", "36.110.220.16", 8000, answer=None)
        paths.append(piece.file(tmp_path / f"{number}.pcap"))
    reading = Reading(Keep())
    absorber = Absorber("growing", "pcap", reading)
    for path in paths:
        assert {flow.peer for flow in absorber.take([SourceFile(path)])} == {
            "36.110.220.15",
            "36.110.220.16",
        }
    absorber.close()
    added, whole = record_of(reading), read_flows(paths)

    def key(record):
        return {
            (f.peer, f.name, f.count, f.bytes_out, f.bytes_in, f.packets_in) for f in record.flows
        }

    assert key(added) == key(whole)
    assert (added.count, added.kept) == (whole.count, whole.kept)
    (source,) = added.sources
    assert source.path == "growing"


def test_bad_pieces_are_told(tmp_path, wire):
    line = wire.Line()
    line.connect("10.66.1.10", "36.110.220.15", 443)
    path = tmp_path / "cut.pcap"
    path.write_bytes(wire.pcap(line.frames)[:-5])
    reading = Reading(Keep())
    absorber = Absorber("growing", "pcap", reading)
    absorber.take([SourceFile(str(path))])
    absorber.close("ended by a signal")
    (source,) = record_of(reading).sources
    assert not source.complete
    assert source.bad == 1
