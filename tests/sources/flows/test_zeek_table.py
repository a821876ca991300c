from camscan.sources.flows.ledger import FlowLedger, Keep
from camscan.sources.flows.name_table import NameTable
from camscan.sources.flows.total import packed_address
from camscan.sources.flows.zeek_header import ZeekHeader
from camscan.sources.flows.zeek_table import ZeekTable, time_of

FIELDS = ("ts", "id.orig_h", "id.resp_h", "note", "orig_l2_addr")


def rows(block, *wanted, macs=(), number=1):
    header = ZeekHeader()
    header.learn(b"#fields\t" + "\t".join(FIELDS).encode())
    addresses = frozenset(map(packed_address, wanted)) if wanted or macs else None
    keep = Keep(addresses=addresses, macs=frozenset(bytes.fromhex(mac) for mac in macs))
    ledger = FlowLedger("zeek", keep, NameTable(), unit="lines")
    ledger.open("x")
    found = [
        (place, row[1])
        for numbers, batch in ZeekTable(ledger).rows(block, number, header)
        for place, row in zip(numbers, batch, strict=True)
    ]
    ledger.close()
    return found, ledger.sources[0]


def line(at, source, peer, note="n", mac="-"):
    return f"{at}\t{source}\t{peer}\t{note}\t{mac}".encode()


def test_only_wanted_lines_are_given_and_all_are_counted():
    block = b"\n".join(
        (
            line(5, "10.0.0.1", "8.8.8.8"),
            line(3, "10.0.0.2", "8.8.8.8"),
            line(9, "1.1.1.1", "10.0.0.1"),
        )
    )
    found, source = rows(block, "10.0.0.1", number=40)
    assert found == [(40, "10.0.0.1"), (42, "1.1.1.1")]
    assert (source.count, source.first, source.last, source.bad) == (3, 3.0, 9.0, 0)
    assert len(rows(block)[0]) == 3


def test_an_address_that_ends_like_a_wanted_one_is_another():
    block = b"\n".join((line(5, "110.0.0.1", "8.8.8.8"), line(6, "8.8.8.8", "fe80::10.0.0.1")))
    found, source = rows(block, "10.0.0.1", "2001:db8::1")
    assert found == []
    assert source.count == 2
    found, _ = rows(line(6, "8.8.8.8", "2001:db8::1"), "10.0.0.1", "2001:db8::1")
    assert found == [(1, "8.8.8.8")]


def test_separators_of_any_kind():
    for separator in (b"|", b"::"):
        header = ZeekHeader()
        header.learn(b"#separator " + b"".join(b"\\x%02x" % octet for octet in separator))
        header.learn(separator.join((b"#fields", *(name.encode() for name in FIELDS))))
        ledger = FlowLedger("zeek", Keep(addresses=frozenset([b"\n\0\0\1"])), NameTable())
        block = line(5, "10.0.0.1", "8.8.8.8") + b"\n" + line(7, "10.0.0.2", "8.8.8.8")
        block = block.replace(b"\t", separator)
        (batch,) = ZeekTable(ledger).rows(block, 1, header)
        assert batch[0] == [1], separator
        assert ledger.count == 2


def test_bad_lines_are_counted_with_their_numbers():
    block = b"\n".join(
        (line(5, "10.0.0.1", "8.8.8.8"), b"cut", line(6, "10.0.0.1", "8.8.8.8") + b"\tmore")
    )
    found, source = rows(block, "10.0.0.1")
    assert found == [(1, "10.0.0.1")]
    assert (source.count, source.bad) == (3, 2)


def test_a_short_and_a_long_line_together_do_not_deceive():
    block = b"\n".join((b"5\t10.0.0.1\t8.8.8.8\tn", line(6, "10.0.0.1", "8.8.8.8") + b"\tmore"))
    found, source = rows(block, "10.0.0.1")
    assert found == []
    assert (source.count, source.bad) == (2, 2)
    assert rows(b"5\n" + line(6, "10.0.0.1", "8.8.8.8") + b"\ta\tb\tc\td", "10.0.0.1")[0] == []


def test_a_mac_is_wanted_too_and_times_may_be_rubbish():
    block = b"\n".join(
        (line("x", "10.0.0.7", "8.8.8.8", mac="c4:2f:90:00:00:01"), line(8, "10.0.0.8", "8.8.8.8"))
    )
    found, source = rows(block, macs=["c42f90000001"])
    assert found == [(1, "10.0.0.7")]
    assert (source.first, source.last) == (8.0, 8.0)


def test_windows_line_ends_and_blank_lines():
    block = line(5, "10.0.0.1", "8.8.8.8") + b"\r\n\r\n" + line(6, "10.0.0.1", "8.8.8.8") + b"\r"
    found, source = rows(block, "10.0.0.1")
    assert [place for place, _ in found] == [1, 3]
    assert source.count == 2


def test_what_is_a_time():
    assert time_of("1.5") == 1.5
    assert time_of("nan") is time_of("-1") is time_of("1e99") is time_of("") is None
