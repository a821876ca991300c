from itertools import pairwise

from camscan.lab.day.exchange import Day, Purpose
from camscan.lab.day.wire import counts
from camscan.lab.day.zeek import write_zeek


def rows(path):
    lines = path.read_text().splitlines()
    (fields,) = [line.split("\t")[1:] for line in lines if line.startswith("#fields")]
    (types,) = [line.split("\t")[1:] for line in lines if line.startswith("#types")]
    found = [line.split("\t") for line in lines if not line.startswith("#")]
    assert {len(fields), len(types)} == {len(row) for row in found} or not found
    return [dict(zip(fields, row, strict=True)) for row in found]


def logs(tmp_path, date, *exchanges):
    return [rows(path) for path in write_zeek(tmp_path, Day(date, "10.66", exchanges))]


def test_a_connection_with_its_name(exchange, date, tmp_path):
    one = exchange(ask=b"\x16abc", reply=b"b" * 30, sent=5000, name="a.example")
    (conn,), dns, (ssl,) = logs(tmp_path, date, one)
    seen = counts(one)
    assert (conn["id.orig_h"], conn["id.resp_h"], conn["id.resp_p"]) == (
        "10.66.1.10", "35.177.48.91", "443"
    )  # fmt: skip
    assert (conn["conn_state"], conn["local_orig"], conn["local_resp"]) == ("SF", "T", "F")
    assert int(conn["orig_ip_bytes"]) == seen.bytes_out
    assert int(conn["orig_bytes"]) == 5004
    assert float(conn["ts"]) == one.at
    assert (ssl["uid"], ssl["server_name"]) == (conn["uid"], "a.example")
    assert dns == []


def test_no_answer_and_no_name(exchange, date, tmp_path):
    (conn, other), _, (ssl,) = logs(
        tmp_path, date, exchange(ask=b"\x16"), exchange(outcome="blocked", protocol="udp")
    )
    assert ssl["server_name"] == "-"
    assert {conn["conn_state"], other["conn_state"]} == {"SF", "S0"}


def test_questions(exchange, date, tmp_path):
    asked = {"purpose": Purpose.DNS, "protocol": "udp", "ends": (40000, 53), "ask": b"\x16\x02"}
    _, (found, none), ssl = logs(
        tmp_path,
        date,
        exchange(**asked, name="a.example", addresses=("1.2.3.4", "1.2.3.5")),
        exchange(**asked, name="b.example"),
    )
    assert (found["query"], found["answers"], found["rcode"]) == (
        "a.example", "1.2.3.4,1.2.3.5", "0"
    )  # fmt: skip
    assert found["trans_id"] == "5634"
    assert ssl == []
    assert (none["answers"], none["rcode_name"]) == ("-", "NXDOMAIN")


def test_connections_are_written_when_they_are_over(day, tmp_path):
    conn = rows(write_zeek(tmp_path, day)[0])
    ends = [float(r["ts"]) + float(r["duration"].replace("-", "0")) for r in conn]
    assert len(conn) == len(day.exchanges)
    assert all(later - earlier > -1e-5 for earlier, later in pairwise(ends))
    assert len({row["uid"] for row in conn}) == len(conn)
