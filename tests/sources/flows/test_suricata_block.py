"""Events that nobody wants are counted as if they were decoded whole."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.sources.flows.join import record_of
from camscan.sources.flows.ledger import FlowLedger, Keep
from camscan.sources.flows.name_table import NameTable
from camscan.sources.flows.source import Reading
from camscan.sources.flows.suricata import read
from camscan.sources.flows.suricata_block import EveBlocks
from camscan.sources.flows.total import packed_address
from camscan.sources.source_file import SourceFile

CAMERA, OTHER, SERVER = "10.66.1.10", "10.66.1.99", "36.110.1.1"
BY_ADDRESS = Keep(addresses=frozenset([packed_address(CAMERA)]))
BY_BOTH = Keep(addresses=BY_ADDRESS.addresses, macs=frozenset([bytes.fromhex("c42f90000001")]))
FLOW = {"flow": {"pkts_toserver": 3, "pkts_toclient": 2, "bytes_toserver": 9, "bytes_toclient": 8}}
ETHER = {"ether": {"src_macs": ["c4:2f:90:00:00:01"]}}


def event(source=CAMERA, kind="flow", **fields):
    base = {
        "timestamp": "2026-03-05T14:05:26.500000+0000", "flow_id": 77, "event_type": kind,
        "src_ip": source, "src_port": 40000, "dest_ip": SERVER, "dest_port": 443, "proto": "TCP",
    }  # fmt: skip
    return base | fields


EVENTS = [
    event(source, kind, **fields)
    for source in (CAMERA, OTHER, "camera", None)
    for kind, fields in (
        ("flow", FLOW),
        ("flow", FLOW | ETHER),
        ("flow", FLOW | {"timestamp": "2026-03-05T14:05:27.25+00:00"}),
        ("flow", FLOW | {"timestamp": "2026-03-05T14:05:27.٢٥0000+0000"}),
        ("flow", FLOW | {"timestamp": "soon"}),
        ("tls", {"tls": {"sni": "a.example"}}),
        ("stats", {}),
        ("stats", {"timestamp": None}),
    )
]
LINES = [json.dumps(each).encode() for each in EVENTS] + [
    b"", b"{", b"3",
    json.dumps({"firewall_name": "fw", "event": event(**FLOW)}).encode(),
]  # fmt: skip


def told(tmp_path, lines, keep, *, whole):
    path = tmp_path / "eve.json"
    path.write_bytes(b"\n".join([LINES[0], *lines]))
    reading = Reading(keep)
    with pytest.MonkeyPatch.context() as patch:
        if whole:
            patch.setattr(EveBlocks, "chosen", lambda self, block: None)
        read([SourceFile(str(path))], reading)
    return record_of(reading)


@given(st.lists(st.sampled_from(LINES), max_size=8), st.sampled_from([BY_ADDRESS, BY_BOTH]))
def test_fuzz_nothing_is_lost(tmp_path_factory, lines, keep):
    path = tmp_path_factory.getbasetemp()
    assert told(path, lines, keep, whole=False) == told(path, lines, keep, whole=True)


@pytest.mark.parametrize(
    ("keep", "events", "chosen"),
    [
        (BY_ADDRESS, [event(OTHER, **FLOW), event(**FLOW), event(kind="stats")], [1]),
        (BY_ADDRESS, [event(OTHER, **FLOW, **ETHER)], []),
        (BY_BOTH, [event(OTHER, **FLOW, **ETHER), event(OTHER, **FLOW)], [0]),
        (Keep(), [event(OTHER, **FLOW)], None),
    ],
)
def test_which_lines_are_read(keep, events, chosen):
    ledger = FlowLedger("suricata", keep, NameTable(), unit="events")
    block = b"\n".join(json.dumps(each).encode() for each in events)
    assert EveBlocks(ledger).chosen(block) == chosen
    assert ledger.count == (0 if chosen is None else len(events) - len(chosen))
