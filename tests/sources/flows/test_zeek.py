import gzip
import json
from pathlib import Path

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from camscan.sources.flows.ledger import Keep
from camscan.sources.flows.total import packed_address
from camscan.sources.flows.zeek import sniff
from tests.sources.flows.whole import read_flows

CAMERA, SERVER, PC = "10.66.1.10", "36.110.1.1", "10.66.1.99"
# The columns of today's conn.log and of one of 2014, and of the other logs (Zeek's documentation).
CONN = [
    "ts",
    "uid",
    "id.orig_h",
    "id.orig_p",
    "id.resp_h",
    "id.resp_p",
    "proto",
    "service",
    "duration",
    "orig_bytes",
    "resp_bytes",
    "conn_state",
    "local_orig",
    "local_resp",
    "missed_bytes",
    "history",
    "orig_pkts",
    "orig_ip_bytes",
    "resp_pkts",
    "resp_ip_bytes",
    "tunnel_parents",
    "ip_proto",
]
OLD = [name for name in CONN if name not in ("local_resp", "ip_proto")]
SSL = [
    "ts",
    "uid",
    "id.orig_h",
    "id.orig_p",
    "id.resp_h",
    "id.resp_p",
    "version",
    "cipher",
    "curve",
    "server_name",
    "resumed",
    "last_alert",
    "next_protocol",
    "established",
]
DNS = [
    "ts",
    "uid",
    "id.orig_h",
    "id.orig_p",
    "id.resp_h",
    "id.resp_p",
    "proto",
    "trans_id",
    "rtt",
    "query",
    "qclass",
    "qclass_name",
    "qtype",
    "qtype_name",
    "rcode",
    "rcode_name",
    "AA",
    "TC",
    "RD",
    "RA",
    "Z",
    "answers",
    "TTLs",
    "rejected",
]
HTTP = [
    "ts",
    "uid",
    "id.orig_h",
    "id.orig_p",
    "id.resp_h",
    "id.resp_p",
    "trans_depth",
    "method",
    "host",
    "uri",
    "version",
    "status_code",
]


def record(**values):
    base = {
        "ts": 1793000000.25, "uid": "C1", "id.orig_h": CAMERA, "id.orig_p": 40000,
        "id.resp_h": SERVER, "id.resp_p": 443, "proto": "tcp", "duration": 2.0, "conn_state": "SF",
        "history": "ShADadFf", "orig_bytes": 500, "resp_bytes": 900, "orig_pkts": 4,
        "orig_ip_bytes": 660, "resp_pkts": 3, "resp_ip_bytes": 1020,
    }  # fmt: skip
    return base | {key.replace("__", "."): value for key, value in values.items()}


def table(path, columns, *records):
    head = "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n"
    rows = ["\t".join(str(each.get(name, "-")) for name in columns) for each in records]
    return (
        head + f"#path\t{path}\n#fields\t" + "\t".join(columns) + "\n" + "\n".join(rows) + "\n"
        "#close\t2026-11-01-01-00-00\n"
    ).encode()


def as_json(*records):
    return b"".join(json.dumps(each).encode() + b"\n" for each in records)


def read(tmp_path, *contents, keep=None):
    for number, content in enumerate(contents):
        (tmp_path / f"{number}.log").write_bytes(content)
    return read_flows([str(tmp_path)], keep)


def seen(record):
    return {
        (f.source, f.peer, f.port, f.name, f.name_source, f.count, f.bytes_out)
        for f in record.flows
    }


@pytest.mark.parametrize("columns", [CONN, OLD])
def test_new_and_old_columns(tmp_path, columns):
    found = read(tmp_path, table("conn", columns, record()))
    assert seen(found) == {(CAMERA, SERVER, 443, None, None, 1, 660)}
    (source,) = found.sources
    assert (source.unit, source.count, source.first, source.bad) == ("lines", 1, 1793000000.25, 0)
    assert source.complete


@pytest.mark.parametrize("columns", [CONN, CONN[::-1]])
@pytest.mark.parametrize("form", ["table", "json"])
def test_a_name_reaches_the_connection_of_its_uid(tmp_path, form, columns):
    conns = [record(uid=f"C{n}") for n in range(1, 5)]
    named = [
        {**record(uid=f"C{n}"), "version": "TLSv13", "server_name": name}
        for n, name in ((1, "a.example"), (2, "b.example"), (3, "a.example"), (9, "late.example"))
    ]
    if form == "json":
        for each in named:
            del each["conn_state"], each["proto"]
        contents = (as_json(*conns), as_json(*named))
    else:
        contents = (table("conn", columns, *conns), table("ssl", SSL, *named))
    found = read(tmp_path, *contents)
    # the fourth shows no name, and the one of a connection that is not in the log names its peer
    assert seen(found) == {
        (CAMERA, SERVER, 443, "a.example", "sni", 2, 1320),
        (CAMERA, SERVER, 443, "b.example", "sni", 1, 660),
        (CAMERA, SERVER, 443, "late.example", "sni", 1, 660),
    }


def test_dns_http_and_quic(tmp_path):
    dns = table(
        "dns", DNS,
        record(uid="D1", id__resp_h="10.66.0.5", id__resp_p=53, proto="udp", ts=1792999990.0,
               query="ntp.example", qtype=1, rtt=0.5, answers=f"alias.example,{SERVER}"),
        record(uid="D2", id__resp_h="10.66.0.5", id__resp_p=53, query="unused.example", qtype=28),
        record(uid="D3", id__resp_h="224.0.0.251", id__resp_p=5353, query="camera.local", qtype=1),
    )  # fmt: skip
    http = table("http", HTTP, record(uid="H1", id__resp_p=80, method="GET", host="web.example:80"))
    quic = as_json(
        {"ts": 1793000001.0, "uid": "Q1", "id.orig_h": CAMERA, "id.orig_p": 50000,
         "id.resp_h": "36.110.1.9", "id.resp_p": 443, "version": "1",
         "client_initial_dcid": "00aa", "server_name": "q.example"}
    )  # fmt: skip
    conn = table(
        "conn", CONN,
        record(uid="N1", id__resp_p=123, proto="udp", history="Dd"),
        record(uid="H1", id__resp_p=80),
    )  # fmt: skip
    found = read(tmp_path, conn, dns, http, quic)
    names = {(f.peer, f.port, f.protocol, f.name, f.name_source) for f in found.flows}
    assert names == {
        (SERVER, 123, "udp", "ntp.example", "dns"),
        (SERVER, 80, "tcp", "web.example", "http-host"),
        ("36.110.1.9", 443, "udp", "q.example", "quic-sni"),
        (None, 53, "udp", "unused.example", "dns-question"),
    }


# The columns of quic.log and ssl.log as Zeek writes them of one QUIC connection, with one uid
# (zeek/zeek testing/btest/Baseline/scripts.base.protocols.quic.*).
QUIC = [
    "ts", "uid", "id.orig_h", "id.orig_p", "id.resp_h", "id.resp_p", "version",
    "client_initial_dcid", "client_scid", "server_scid", "server_name", "client_protocol",
    "history",
]  # fmt: skip
NEW_SSL = [*SSL, "ssl_history", "cert_chain_fps", "client_cert_chain_fps", "sni_matches_cert"]


@pytest.mark.parametrize("with_conn", [True, False])
def test_the_hello_of_quic_is_in_two_logs_and_no_call_by_tcp(tmp_path, with_conn):
    ends = {"uid": "CQ1", "id__resp_p": 443, "server_name": "q.example"}
    contents = [
        table("ssl", NEW_SSL, record(**ends, version="TLSv13", ssl_history="Cs")),
        table("quic", QUIC, record(**ends, version="1", client_initial_dcid="00", history="ISisH")),
    ]
    if with_conn:
        contents.append(table("conn", CONN, record(uid="CQ1", proto="udp", history="Dd")))
    (flow,) = read(tmp_path, *contents).flows
    assert (flow.protocol, flow.name, flow.name_source) == ("udp", "q.example", "quic-sni")
    assert flow.bytes_out == (660 if with_conn else None)


def test_today_s_columns_of_sensors_and_a_log_that_is_still_written(tmp_path):
    """Columns of policy scripts and packages (MACs, VLANs, community id), no `#close` yet, and a
    name as zeekctl rotates it."""
    columns = [*CONN, "vlan", "inner_vlan", "orig_l2_addr", "resp_l2_addr", "community_id"]
    columns.insert(6, "id.ctx.vlan")
    row = record(orig_l2_addr="c4:2f:90:00:00:01", tunnel_parents="(empty)", ip_proto=6, vlan=7)
    whole = table("conn", columns, row, record(uid="C2", ts="1793000001.000000"))
    whole = whole.replace(b"#path", b"#open\t2026-10-26-07-33-20\n#path").partition(b"#close")[0]
    path = tmp_path / "conn.2026-10-26-07-00-00-08-00-00.log.gz"
    path.write_bytes(gzip.compress(whole + b"1793000002.0\tC3\t10.66."))
    found = read_flows([str(path)])
    (flow,) = found.flows
    assert (flow.count, flow.bytes_out, flow.source_mac) == (2, 1320, "c4:2f:90:00:00:01")
    (source,) = found.sources
    assert (source.count, source.bad) == (3, 1)  # the line that is being written


def test_json_that_has_passed_through_another_program(tmp_path):
    def nested(**values):
        whole = record(**values)
        ends = {key[3:]: whole.pop(key) for key in list(whole) if key.startswith("id.")}
        return {"ts": "2026-10-26T07:33:20.250000"} | whole | {"id": ends, "service": None}

    conn = nested(duration="2.0s", tunnel_parents=None, _write_ts=None)
    conn["ts"] = "2026-10-26T07:33:20.250000"
    asked = {key: conn[key] for key in ("ts", "uid", "id")} | {
        "server_name": "a.example", "version": "TLSv13", "cert_chain_fuids": None,
    }  # fmt: skip
    found = read(tmp_path, as_json(conn, {"ts": conn["ts"], "id": "F1"}), as_json(asked))
    assert seen(found) == {(CAMERA, SERVER, 443, "a.example", "sni", 1, 660)}
    assert found.flows[0].last - found.flows[0].first == 2.0
    assert sum(source.bad for source in found.sources) == 0


def test_several_headers_in_one_packed_file(tmp_path):
    whole = (
        table("conn", OLD, record(uid="C1"))
        + table("ssl", SSL, {**record(uid="C2"), "server_name": "a.example"})
        + table("conn", CONN[::-1], record(uid="C2", id__resp_p=8443))
    )
    (tmp_path / "conn.00:00:00-01:00:00.log.gz").write_bytes(gzip.compress(whole))
    (tmp_path / "more.log.zst").write_bytes(
        zstandard.compress(table("conn", CONN, record(uid="C3", id__resp_p=80)))
    )
    found = read_flows([str(tmp_path)])
    assert seen(found) == {
        (CAMERA, SERVER, 443, None, None, 1, 660),
        (CAMERA, SERVER, 8443, "a.example", "sni", 1, 660),
        (CAMERA, SERVER, 80, None, None, 1, 660),
    }


def test_only_the_inventory_is_kept(tmp_path):
    keep = Keep(addresses=frozenset([packed_address(CAMERA)]))
    other = record(uid="C2", id__orig_h=PC)
    for content in (table("conn", CONN, record(), other), as_json(record(), other)):
        found = read(tmp_path, content, keep=keep)
        assert {flow.source for flow in found.flows} == {CAMERA}
        assert (found.count, found.kept) == (2, 1)


def test_bad_lines_do_not_stop_the_reading(tmp_path):
    content = table("conn", CONN, record(), record(uid="C2", orig_ip_bytes="many"))
    content = content.replace(b"#close", b"torn\tline\n#close")
    found = read(tmp_path, content)
    (source,) = found.sources
    assert (source.count, source.bad, source.complete) == (3, 2, False)
    reasons = [skip.reason for skip in found.skips]
    assert any(reason.startswith("line 8: ") for reason in reasons)
    assert any(reason.startswith("line 9: 2 columns") for reason in reasons)
    found = read(tmp_path, as_json(record()) + b'{"ts":1.0,"uid":3}\n')
    assert found.sources[0].bad == 1


def test_a_connection_that_goes_on_is_counted_once(tmp_path):
    opened = [record(uid="L", duration=d, orig_ip_bytes=int(d)) for d in (300.0, 600.0)]
    found = read(tmp_path, table("open_conn", CONN, *opened), table("conn", CONN, record(uid="L", duration=900.0)))  # fmt: skip  # noqa: E501
    assert seen(found) == {(CAMERA, SERVER, 443, None, None, 1, 660)}


def test_content_tells_the_format():
    assert sniff(table("conn", CONN, record()))
    assert sniff(as_json(record()))
    assert not sniff(b"#comment\nhello")
    assert not sniff(b'{"target":"a","uid":"b"}')
    assert not sniff(b"")


RECORDED = Path(__file__).parents[1] / "data/zeek"


def rows(path):
    """The rows of a table of Zeek's, taken apart without camscan."""
    lines = path.read_text("utf-8").splitlines()
    (fields,) = (line.split("\t")[1:] for line in lines if line.startswith("#fields"))
    return [
        dict(zip(fields, line.split("\t"), strict=True))
        for line in lines
        if not line.startswith("#")
    ]


def sums(connections):
    """Connections, packets and IP bytes out and in, by pair, port and protocol."""
    found = {}
    for row in connections:
        proto = row["proto"]
        if proto == "icmp" and ":" in row["id.orig_h"]:
            proto = "icmpv6"
        port = None if proto.startswith("icmp") else int(row["id.resp_p"])
        counted = found.setdefault((row["id.orig_h"], row["id.resp_h"], port, proto), [0] * 5)
        names = ("orig_pkts", "resp_pkts", "orig_ip_bytes", "resp_ip_bytes")
        for place, number in enumerate([1, *(int(row[name]) for name in names)]):
            counted[place] += number
    return {key: tuple(counted) for key, counted in found.items()}


def summed(record):
    return {
        (flow.source, flow.peer, flow.port, flow.protocol): (
            flow.count, flow.packets_out, flow.packets_in, flow.bytes_out, flow.bytes_in
        )
        for flow in record.flows
        if flow.peer is not None
    }  # fmt: skip


@pytest.mark.parametrize(("log", "lines"), [("8.2.2-tsv", 23), ("8.2.2-json", 23), ("2.2", 45)])
def test_what_zeek_itself_wrote(log, lines):
    """Zeek 8.2.2 (one capture in both forms) and 2.2 (data/README.md)."""
    record = read_flows([str(RECORDED / log)])
    assert summed(record) == sums(rows(RECORDED / log.replace("json", "tsv") / "conn.log"))
    assert (record.count, sum(source.bad for source in record.sources)) == (lines, 0)


def test_both_forms_of_one_capture_tell_the_same():
    table, lines = (read_flows([str(RECORDED / f"8.2.2-{form}")]) for form in ("tsv", "json"))
    for one, other in zip(
        *(sorted(record.flows, key=lambda flow: (flow.source, flow.peer, flow.protocol))
          for record in (table, lines)), strict=True,
    ):  # fmt: skip
        for name in ("origin", "refused", "name", "source_port"):
            assert getattr(one, name) == getattr(other, name)
        assert (one.first, one.last) == pytest.approx((other.first, other.last), abs=1e-5)


def test_names_of_zeek_2_2():
    record = read_flows([str(RECORDED / "2.2")])
    hosts = {row["uid"]: row["host"] for row in rows(RECORDED / "2.2/http.log")}
    connections = {row["uid"]: row["id.resp_h"] for row in rows(RECORDED / "2.2/conn.log")}
    named = {flow.peer: flow.name for flow in record.flows if flow.name_source == "http-host"}
    assert named == {connections[uid]: host for uid, host in hosts.items()}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b'{"ts":1595284496.537602,"ts_delta":38.96,"peer":"zeek","gaps":0}', "this log"),
        (b'{"ts":1595284457.57213,"host":"192.168.56.1"}', "this log"),
        (b'{"ts":1788628063.977179,"node":"zeek","filter":"ip or not ip"}', "this log"),
        (b'{"name":"/usr/local/zeek/share/zeek/base/init-bare.zeek"}', "loaded_scripts"),
    ],
)
def test_a_folder_of_json_is_read_whole(tmp_path, line, said):
    (tmp_path / "other.log").write_bytes(line + b"\n")
    found = read(tmp_path, as_json(record()))
    assert len(found.flows) == 1
    assert [skip.reason for skip in found.skips] == [f"{said} tells of no connections and no names"]


@given(st.binary(max_size=300))
def test_fuzz_sniff(data):
    sniff(data)
    sniff(b"#separator " + data)
    sniff(b'{"ts":' + data)
