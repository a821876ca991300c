from hypothesis import given
from hypothesis import strategies as st

from camscan.sources.flows.ledger import FlowLedger, Keep
from camscan.sources.flows.name_table import NameTable
from camscan.sources.flows.stated_name import StatedNames
from camscan.sources.flows.zeek_conn import COLUMNS, ZeekConnections
from camscan.sources.flows.zeek_logs import ZeekLogs, kind_of_table

IDS = ["ts", "uid", "id.orig_h", "id.orig_p", "id.resp_h", "id.resp_p"]


def take(*blocks):
    ledger = FlowLedger("zeek", Keep(), NameTable(), unit="lines")
    names = StatedNames(ledger)
    connections = ZeekConnections(ledger, names)
    logs = ZeekLogs(ledger, names, connections)
    ledger.open("x")
    number = 1
    for block in blocks:
        logs.take(block, number)
        number += block.count(b"\n") + 1
    logs.end_file()
    ledger.close()
    connections.finish()
    names.finish()
    return ledger


def test_columns_tell_the_log():
    assert kind_of_table([*IDS, "proto", "conn_state"], "conn") == "conn"
    assert kind_of_table([*IDS, "proto", "conn_state"], "open_conn") == "open"
    assert kind_of_table([*IDS, "query"], "") == "dns"
    assert kind_of_table([*IDS, "version", "server_name"], "") == "ssl"
    assert kind_of_table([*IDS, "server_name", "client_initial_dcid"], "") == "quic"
    assert kind_of_table([*IDS, "method", "host"], "") == "http"
    assert kind_of_table(["ts", "fuid"], "files") == ""


def test_other_logs_are_named_and_bad_lines_numbered():
    fields = "\t".join([*IDS, "proto", "conn_state"]).encode()
    good = b"1.0\tC1\t10.0.0.1\t4000\t8.8.8.8\t53\tudp\tSF"
    ledger = take(
        b"#path\tfiles\n#fields\tts\tfuid\n1.0\tF1",
        b"#path\tconn\n#fields\t" + fields + b"\n" + good + b"\n" + good.replace(b"4000", b"x"),
        good.replace(b"1.0", b"nan"),
        b"#close\t2026",
    )
    reasons = [skip.reason for skip in ledger.skips]
    assert any("files tells of no connections" in reason for reason in reasons)
    assert any(reason.startswith("line 7:") for reason in reasons)
    assert any(reason.startswith("line 8:") for reason in reasons)
    assert [flow.count for flow in ledger.totals.flows("")] == [1]


def test_a_port_of_thousands_of_digits_is_no_port():
    row = dict.fromkeys(COLUMNS, "1") | {
        "id.orig_h": "10.0.0.1", "id.resp_h": "8.8.8.8", "proto": "tcp", "conn_state": "SF",
        "orig_l2_addr": "-", "resp_l2_addr": "-", "ip_proto": "6",
    }  # fmt: skip
    rows = ["\t".join((row | {"id.orig_p": port}).values()) for port in ("1" * 5000, "40000")]
    ledger = take("\n".join(["#path\tconn", "#fields\t" + "\t".join(COLUMNS), *rows]).encode())
    assert [(flow.count, flow.port) for flow in ledger.totals.flows("")] == [(1, 1)]


@given(st.lists(st.binary(max_size=120), max_size=6))
def test_fuzz_any_lines(lines):
    fields = b"#fields\t" + "\t".join([*IDS, "proto", "conn_state", "orig_pkts"]).encode()
    row = b"\t".join((lines + [b"1"] * 9)[:9])
    take(fields + b"\n" + row + b"\n" + b"\n".join(lines))
    take(b'{"ts":1,\n' + b"\n".join(lines), *lines)


@given(
    st.lists(
        st.sampled_from(
            ["-", "1", "-1", "1e400", "nan", "9" * 20, "1" * 5000, "tcp", "OTH", "::1", "^"]
        ),
        min_size=13, max_size=13,
    )
)  # fmt: skip
def test_fuzz_any_values(values):
    columns = [*IDS, "proto", "conn_state", "history", "duration", "orig_pkts", "orig_ip_bytes"]
    header = b"#fields\t" + "\t".join([*columns, "ip_proto"]).encode()
    ledger = take(header + b"\n" + "\t".join(values).encode())
    list(ledger.totals.flows(""))
