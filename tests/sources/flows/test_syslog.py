import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.egress.overlap import counted_once
from camscan.egress.talk import talks
from camscan.egress.who import DeviceIndex
from camscan.errors import SourceError
from camscan.sources.flows import syslog
from camscan.sources.flows.ledger import Keep
from camscan.sources.flows.read import flow_source, format_of
from camscan.sources.flows.source import Reading
from camscan.sources.flows.syslog import PARSERS, line_module, sniff
from camscan.sources.source_file import SourceFile
from tests.sources.flows.whole import read_flows

LINES = {
    "filterlog": (
        "<134>Nov 26 19:10:30 filterlog[72237]: "
        "146,,,1535324496,igb1.12,match,block,in,4,0x0,,63,12617,"
        "0,DF,6,tcp,60,10.66.1.10,36.110.1.1,49724,443,0,S,1891286705,,64240,,mss"
    ),
    "netfilter_log": (
        "Nov 26 19:10:31 gw kernel: DROP IN=br0 OUT=eth8 SRC=10.66.1.10 DST=36.110.1.2 LEN=60 "
        "TTL=63 "
        "ID=1 PROTO=TCP SPT=40000 DPT=443 WINDOW=1 RES=0x00 SYN URGP=0"
    ),
    "fortigate_log": (
        '<189>date=2026-11-26 time=19:10:32 logid="0000000013" type="traffic" subtype="forward" '
        "eventtime=1795720232469969117 srcip=10.66.1.10 srcport=1 dstip=36.110.1.3 dstport=443 "
        "proto=6 "
        'action="close" sessionid=5 duration=1 sentbyte=10 rcvdbyte=20 sentpkt=1 rcvdpkt=2'
    ),
    "unifi_cef": (
        "Nov 26 19:10:33 UDM CEF:0|Ubiquiti|UniFi Network|10.6.106|203|Blocked by "
        "Firewall|4|proto=TCP "
        "spt=48742 dpt=25 act=blocked dst=36.110.1.4 UNIFIsrcClientIp=10.66.1.10 msg=x"
    ),
    "cisco_asa": (
        "Nov 26 2026 19:10:34: %ASA-4-106023: Deny tcp src dmz:10.66.1.10/6 dst "
        "outside:36.110.1.5/53 by x"
    ),
    "mikrotik_log": (
        "<134>Nov 26 19:10:35 MikroTik conn-new forward: in:ether2 out:ether1, "
        "connection-state:new src-mac 02:00:00:00:02:01, proto TCP (SYN), "
        "10.66.1.10:48954->36.110.1.6:80, len 60"
    ),
    "palo_alto_log": (
        "Nov 26 19:10:35 PA-220 1,2026/11/26 19:10:35,012801096514,TRAFFIC,end,2049,"
        "2026/11/26 19:10:35,10.66.1.10,36.110.1.7,198.51.100.63,36.110.1.7,out,,,ssl,vsys1,trust,"
        "untrust,ethernet1/2,ethernet1/1,fw,2026/11/26 19:10:35,22751,1,55113,443,16418,443,"
        "0x400053,tcp,allow,7734,1758,5976,36,2026/11/26 19:10:30,5,any,0,1,0x0,,China,0,16,20,fin"
    ),
    "sophos_log": (
        '<30>device="SFW" date=2026-11-26 time=19:10:35 timezone="GMT" device_id=C44313350024 '
        'log_id=010102600002 log_type="Firewall" log_component="Firewall Rule" '
        'log_subtype="Denied" src_ip=10.66.1.10 dst_ip=36.110.1.8 protocol="UDP" src_port=1 '
        "dst_port=53 sent_pkts=0 recv_pkts=0"
    ),
    "meraki_log": (
        "<134>1 1795720235.626061236 MX84 flows src=10.66.1.10 dst=36.110.1.9 "
        "mac=5C:E0:C5:22:85:E4 protocol=tcp sport=50395 dport=443 pattern: deny all"
    ),
    "check_point_log": (
        "<134>1 2026-11-26T19:10:35Z gw-da58d3 CheckPoint 7776 - "
        '[action:"Accept"; loguid:"{0x1}"; origin:"192.168.1.100"; dst:"36.110.1.10"; proto:"17"; '
        's_port:"43103"; service:"514"; src:"10.66.1.10"]'
    ),
    "sonicwall_log": (
        '<134>id=firewall sn=18B1690729A8 time="2026-11-26 19:10:35 UTC" fw=198.51.100.2 pri=6 '
        'c=262144 m=98 msg="Connection Opened" src=10.66.1.10:52379:X0 dst=36.110.1.11:443:X1 '
        "proto=tcp/https"
    ),
    "cef_log": (
        "Nov 26 19:10:35 FGT CEF:0|Fortinet|Fortigate|v7.4.3|00013|traffic:forward close|3|"
        "FTNTFGTlogid=0000000013 cat=traffic:forward src=10.66.1.10 spt=1 dst=36.110.1.14 dpt=443 "
        "proto=6 act=close externalId=5 FTNTFGTduration=1 out=10 in=20"
    ),
    "leef_log": (
        "Nov 26 19:10:35 gw LEEF:2.0|Check Point|VPN-1 & FireWall-1|1.0|Accept|"
        "cat=VPN-1 & FireWall-1\tdevTime=1795720235\tsrcPort=35354\taction=Accept\t"
        "dst=36.110.1.15\tproto=6\tservice=443\tsrc=10.66.1.10"
    ),
    "eve_line": (
        '<142>Nov 26 19:10:35 fw suricata[7]: {"timestamp":"2026-11-26T19:10:35.500000+0000",'
        '"flow_id":77,"event_type":"flow","src_ip":"10.66.1.10","src_port":40000,'
        '"dest_ip":"36.110.1.12","dest_port":443,"proto":"TCP","flow":{"pkts_toserver":1,'
        '"pkts_toclient":0,"bytes_toserver":60,"bytes_toclient":0,"state":"new"}}'
    ),
    "zeek_line": (
        '<85>1 2026-11-26T19:10:35.710Z sensor zeek 7 - [zeek_filename="conn.log"] '
        '{"ts":1795720235.4,"uid":"C1","id.orig_h":"10.66.1.10","id.orig_p":49549,'
        '"id.resp_h":"36.110.1.13","id.resp_p":1900,"proto":"udp","conn_state":"S0","history":"D"}'
    ),
    "dnsmasq_log": "Nov 26 19:10:35 dnsmasq[1]: query[A] a.example from 10.66.1.10",
    "unbound_log": "Nov 26 19:10:36 fw unbound[7]: [7:0] info: 10.66.1.10 b.example. A IN",
    "bind_log": (
        "Nov 26 19:10:37 ns named[7]: client @0x7f23 10.66.1.10#5 (c.example): query: c.example "
        "IN A +"
    ),
}
OTHER = "Nov 26 19:10:38 gw sshd[812]: Accepted publickey for admin from 10.66.0.2 port 50000 ssh2"


def test_every_parser_has_a_line_here_and_knows_no_other():
    assert tuple(LINES) == PARSERS
    names = [line_module(name).NAME for name in PARSERS]
    assert len(set(names)) == len(names)
    for name in PARSERS:
        module = line_module(name)
        mine = [
            other
            for other, text in LINES.items()
            if any(mark in text for mark in module.MARKS) and module.is_mine(text)
        ]
        assert mine == [name]


def test_a_file_of_many_programs(told):
    record = told(OTHER, *LINES.values(), OTHER, "", *LINES.values())
    assert {source.kind: source.count for source in record.sources} == {
        line_module(name).NAME: 2 for name in PARSERS
    }
    assert {source.unit for source in record.sources} == {"lines"}
    assert {flow.peer for flow in record.flows if flow.peer} == {
        f"36.110.1.{number}" for number in range(1, 16)
    }
    assert {flow.name for flow in record.flows if not flow.peer} == {
        "a.example",
        "b.example",
        "c.example",
    }
    reasons = [skip.reason for skip in record.skips]
    assert reasons == [
        f"2 of {2 * len(PARSERS) + 3} lines are of no kind that is read",
        "its times name no zone: they were read as UTC",
        "its times name no year: it follows from the date of the file",
    ]
    assert all(source.complete for source in record.sources)
    assert record.count == 2 * len(PARSERS)


@pytest.mark.parametrize("name", PARSERS)
def test_each_kind_alone_is_told_by_content(tmp_path, name):
    path = tmp_path / "x.pcap"
    path.write_bytes(gzip.compress(f"{LINES[name]}\r\n".encode()))
    assert format_of(SourceFile(str(path))) == "syslog"
    assert read_flows([str(path)]).sources[0].kind == line_module(name).NAME


def test_one_kind_of_several_files_is_one_ledger(told, tmp_path):
    told(LINES["filterlog"], name="new", written=1795802500.0)
    told(LINES["filterlog"].replace("19:10:30", "19:10:31"), name="old", written=1795800000.0)
    record = read_flows([str(tmp_path)])
    (flow,) = record.flows
    assert (flow.count, flow.packets_out) == (1, 2)
    assert [source.path.rpartition("/")[2] for source in record.sources] == ["old", "new"]


def through(host, name="fortigate_log", second=32):
    """The same connection as one firewall logs it."""
    line = LINES[name].replace("<189>", f"<189>Nov 26 19:10:{second} {host} ")
    return line.replace("Nov 26 19:10:30 ", f"Nov 26 19:10:{second} {host} ")


def judged_talks(record):
    index = DeviceIndex(())
    inside = frozenset({"10.66.1.10"})
    found = talks(record.flows, index, {}, watched=None, inside=inside)
    return counted_once(found, record.spans)


@pytest.mark.parametrize("name", ["fortigate_log", "filterlog"])
def test_a_connection_through_two_firewalls_of_one_kind_is_counted_once(told, name):
    record = told(through("fw-in", name, 32), through("fw-out", name, 33))
    kind = line_module(name).NAME
    assert [(source.kind, source.count) for source in record.sources] == [
        (kind, 1),
        (f"{kind} fw-out", 1),
    ]
    assert len(record.flows) == 2
    (talk,) = judged_talks(record)
    assert (talk.count, talk.also) == (1, (f"{kind} fw-out",))


def test_what_one_firewall_logs_twice_counts_twice(told):
    record = told(through("fw-in", second=32), through("fw-in", second=33))
    (source,) = record.sources
    assert (source.kind, source.count) == ("fortigate", 2)
    (talk,) = judged_talks(record)
    assert (talk.count, talk.bytes_out, talk.also) == (2, 20, ())


def test_lines_of_two_firewalls_in_turns_and_in_several_files(told, tmp_path):
    hosts = ["a", "b"] * 3
    for name in ("one", "two"):
        told(*(through(host) for host in hosts), name=name)
    record = read_flows([str(tmp_path)])
    assert sorted({(source.kind, source.count) for source in record.sources}) == [
        ("fortigate", 3),
        ("fortigate b", 3),
    ]
    (talk,) = judged_talks(record)
    assert talk.count == 6


def test_senders_are_bounded(told, monkeypatch):
    monkeypatch.setattr(syslog, "_SENDERS", 3)
    record = told(*(through(f"fw{number}") for number in range(9)))
    counts = [source.count for source in record.sources]
    assert (len(counts), sum(counts)) == (4, 9)


def test_a_resolver_is_no_firewall(told):
    lines = [LINES["unbound_log"].replace(" fw ", f" {host} ") for host in ("fw1", "fw2")]
    assert [source.count for source in told(*lines).sources] == [2]


def test_a_file_of_other_programs_says_so(told, tmp_path):
    record = told(OTHER, OTHER)
    assert record.flows == ()
    assert (record.sources[0].kind, record.sources[0].count) == ("syslog", 0)
    assert record.skips[0].reason == "2 of 2 lines are of no kind that is read"


def test_what_is_no_log_is_not_taken(tmp_path):
    assert not sniff(b"")
    assert not sniff(b"#separator \\x09\n#fields\tts\tuid\n")
    assert not sniff(b'{"event_type":"flow","src_ip":"10.0.0.1"}\n')
    assert sniff(f"\ufeff{LINES['dnsmasq_log']}\n".encode("utf-16"))
    path = tmp_path / "letter"
    path.write_text("Dear Sir\nthe PROTO= and filterlog of yours\n")
    with pytest.raises(SourceError):
        read_flows([str(path)])


@given(
    st.lists(
        st.one_of(
            st.sampled_from([*LINES.values(), OTHER]),
            st.text(max_size=40),
            st.tuples(st.sampled_from(list(LINES.values())), st.integers(0, 200)).map(
                lambda pair: pair[0][: pair[1]] + pair[0][pair[1] + 3 :]
            ),
        ),
        max_size=12,
    )
)
def test_fuzz_files(tmp_path_factory, rows):
    path = tmp_path_factory.getbasetemp() / "fuzz.log"
    path.write_text("\n".join(rows), "utf-8", "replace")
    sniff(path.read_bytes())
    reading = Reading(Keep())
    flow_source("syslog").read([SourceFile(str(path))], reading)
    for ledger in reading.ledgers:
        list(ledger.totals.flows("x"))
