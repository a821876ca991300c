import json
import shutil
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.sources.flows.nfdump_text import csv_parser, parse_object, seconds_of, sniff
from camscan.sources.flows.one_way import OneWay
from tests.sources.flows.whole import read_flows

# Lines as nfdump 1.7.1 prints them.
HEADER = (
    "ts,te,td,sa,da,sp,dp,pr,flg,fwd,stos,ipkt,ibyt,opkt,obyt,in,out,sas,das,smk,dmk,dtos,dir,nh,"
    "nhb,svln,dvln,ismc,odmc,idmc,osmc,mpls1,mpls2,mpls3,mpls4,mpls5,mpls6,mpls7,mpls8,mpls9,"
    "mpls10,cl,sl,al,ra,eng,exid,tr"
)
TAIL = (
    ",0,0,0,0,0,0,0,0,0.0.0.0,0.0.0.0,0,0,00:00:00:00:00:00,00:00:00:00:00:00,00:00:00:00:00:00,"
    "00:00:00:00:00:00,0-0-0,0-0-0,0-0-0,0-0-0,0-0-0,0-0-0,0-0-0,0-0-0,0-0-0,0-0-0,    0.000,"
    "    0.000,    0.000,0.0.0.0,17/1,0,2026-11-27 18:20:15.790"
)

OUT = "2026-10-26 07:33:25,2026-10-26 07:33:25,0.000,10.66.1.10,10.66.0.5,41000,53,UDP,........,0,0,1,58,0,0"  # noqa: E501
BACK = "2026-10-26 07:33:25,2026-10-26 07:33:25,0.000,10.66.0.5,10.66.1.10,53,41000,UDP,........,0,0,1,118,0,0"  # noqa: E501
PING = "2026-10-26 07:33:32,2026-10-26 07:33:32,0.000,10.66.1.10,8.8.8.8,0,2048,ICMP,........,0,0,1,32,0,0"  # noqa: E501
OBJECT = {
    "type": "FLOW", "sampled": 0, "export_sysid": 0, "first": "2026-10-26T07:33:25.250",
    "last": "2026-10-26T07:33:26.250", "received": "2026-11-27T18:20:15.790", "in_packets": 1,
    "in_bytes": 58, "proto": 17, "tcp_flags": "........", "src_port": 41000, "dst_port": 53,
    "src_tos": 0, "src4_addr": "10.66.1.10", "dst4_addr": "10.66.0.5", "label": "<none>",
}  # fmt: skip


def test_csv_with_its_summary(tmp_path):
    path = tmp_path / "a.csv"
    text = [HEADER, OUT + TAIL, BACK + TAIL, "torn,line", PING + TAIL, "Summary"]
    text += ["flows,bytes,packets,avg_bps,avg_pps,avg_bpp", "3,208,3,1,1,1"]
    path.write_text("\n".join(text) + "\n")
    record = read_flows([str(path)])
    dns, ping = sorted(record.flows, key=lambda flow: flow.protocol, reverse=True)
    assert (dns.source, dns.port, dns.bytes_out, dns.bytes_in) == ("10.66.1.10", 53, 58, 118)
    assert dns.first == 1793000005.0
    assert (ping.protocol, ping.port, ping.peer) == ("icmp", None, "8.8.8.8")
    (source,) = record.sources
    assert (source.count, source.bad) == (4, 1)
    assert any(skip.what == "time zone" for skip in record.skips)


@pytest.mark.parametrize("indent", ["\t", None])
def test_json_in_both_layouts(tmp_path, indent):
    path = tmp_path / "a.json"
    back = OBJECT | {"src4_addr": "10.66.0.5", "dst4_addr": "10.66.1.10", "src_port": 53, "dst_port": 41000}  # fmt: skip  # noqa: E501
    six = OBJECT | {"src6_addr": "2001:db8::1", "dst6_addr": "2001:db8::2"}
    del six["src4_addr"], six["dst4_addr"]
    texts = [json.dumps(each, indent=indent) for each in (OBJECT, back, six)]
    whole = "[\n" + ",\n".join(texts) + "]\n" if indent else "\n".join(texts) + "\n"
    path.write_text(whole + '{"type":"FLOW","first":3')
    record = read_flows([str(path)])
    assert {(flow.source, flow.packets_out, flow.packets_in) for flow in record.flows} == {
        ("10.66.1.10", 1, 1), ("2001:db8::1", 1, 0),
    }  # fmt: skip
    assert (record.sources[0].count, record.sources[0].bad) == (4, 1)


def test_one_object():
    found = parse_object(json.dumps(OBJECT).encode())
    assert isinstance(found, OneWay)
    assert (found.first, found.last, found.port) == (1793000005.25, 1793000006.25, 53)
    ping = OBJECT | {"proto": 1, "icmp_type": 8, "icmp_code": 0, "dst_port": 0}
    assert parse_object(json.dumps(ping).encode()).port == 2048
    assert parse_object(b'{"first":"x","last":"x","proto":6}') == "its time is none"


def test_content_tells_the_format():
    assert sniff(HEADER.encode() + b"\n")
    assert sniff(b"[\n" + json.dumps(OBJECT, indent="\t").encode())
    assert not sniff(b"ts,uid,host")
    assert not sniff(b'[{"type":"FLOW"}]')


def test_times():
    assert seconds_of("2026-10-26 07:33:25") == 1793000005.0
    assert seconds_of("never") is None


@pytest.mark.peer
@pytest.mark.skipif(shutil.which("nfpcapd") is None, reason="needs nfpcapd and nfdump")
@pytest.mark.parametrize("form", ["csv", "json"])
def test_what_nfdump_prints_is_what_it_holds(wire, tmp_path, form, monkeypatch):
    monkeypatch.setenv("TZ", "UTC")
    line = wire.Line(1_793_000_000.0)
    line.connect("10.66.1.10", "36.110.1.1", 443, out=500, back=900)
    line.connect("2001:db8::10", "2001:db8::2", 443, out=500, back=900)
    line.exchange("10.66.1.10", "10.66.0.5", 123)
    line.send("10.66.1.10", "8.8.8.8", 1, wire.icmp(8))
    folder = tmp_path / "flows"
    folder.mkdir()
    capture = line.file(tmp_path / "a.pcap")
    subprocess.run(["nfpcapd", "-r", capture, "-w", folder], check=True, capture_output=True)
    (path,) = folder.iterdir()
    done = subprocess.run(["nfdump", "-r", path, "-o", form], check=True, capture_output=True)
    text = tmp_path / "text"
    text.write_bytes(done.stdout)

    def keys(name):
        return {
            (f.source, f.peer, f.port, f.protocol, f.bytes_out, f.bytes_in)
            for f in read_flows([str(name)]).flows
        }

    assert keys(text) == keys(path)
    assert len(keys(text)) == 4


@given(st.binary(max_size=200), st.text(max_size=60), st.text(max_size=60))
def test_fuzz_any_text(data, text, header):
    parse_object(data)
    parse_object(
        b'{"first":"2026-10-26 07:33:25","last":"2026-10-26 07:33:25","proto":' + data + b"}"
    )
    csv_parser(HEADER)(text)
    csv_parser(HEADER)(",".join([text] * 48))
    csv_parser("ts,te," + header)(text)
    seconds_of(text)
