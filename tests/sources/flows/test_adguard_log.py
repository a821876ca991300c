"""The entry of AdGuardHome's own test (internal/querylog/decode_internal_test.go), shortened, with
answers made by dnspython."""

import base64
import json

import dns.message
import dns.rrset
from hypothesis import given
from hypothesis import strategies as st

from camscan.sources.flows.adguard_log import sniff
from camscan.sources.flows.ledger import Keep
from camscan.sources.flows.read import flow_source
from camscan.sources.flows.source import Reading
from camscan.sources.flows.total import packed_address
from camscan.sources.source_file import SourceFile


def entry(name="an.example.ru", client="10.66.1.10", address="203.0.113.9", **result):
    message = dns.message.make_response(dns.message.make_query(name, "A"))
    message.answer.append(dns.rrset.from_text(f"{name}.", 10, "IN", "A", address))
    return json.dumps(
        {
            "T": "2020-11-25T18:55:56.519796+03:00",
            "QH": name,
            "QT": "A",
            "QC": "IN",
            "CP": "",
            "Answer": base64.b64encode(message.to_wire()).decode(),
            "IP": client,
            "Result": result,
            "Elapsed": 837429,
        },
        separators=(",", ":"),
    )


BLOCKED = {"IsFiltered": True, "Reason": 3, "Rules": [{"FilterListID": 42, "Text": "||an.ru^"}]}


def test_questions_answers_and_blocks(told):
    record = told(
        entry(), entry("ads.example", **BLOCKED), entry("null.example", address="0.0.0.0")
    )
    assert record.answers[("10.66.1.10", "an.example.ru")] == ("203.0.113.9",)
    assert {flow.name: flow.blocked for flow in record.flows} == {
        "an.example.ru": False,
        "ads.example": True,
        "null.example": True,
    }
    assert record.flows[0].first == 1606319756.519796
    assert (record.sources[0].kind, record.sources[0].count) == ("adguard", 3)


def test_bad_entries_and_unwanted_clients(told):
    keep = Keep(addresses=frozenset([packed_address("10.66.1.11")]))
    record = told(entry(), "{", "", entry(client="10.66.1.11"), "{}", keep=keep)
    assert [flow.source for flow in record.flows] == ["10.66.1.11"]
    assert record.sources[0].bad == 2
    assert record.skips[0].reason.startswith("line 2: is no entry of a query log")


def test_only_its_own_objects():
    assert sniff(entry().encode())
    assert not sniff(b'{"event_type":"flow"}\n')
    assert not sniff(b"")


@given(st.text(), st.integers(0, 300), st.integers(0, 300))
def test_fuzz_entries(tmp_path_factory, text, start, end):
    path = tmp_path_factory.getbasetemp() / "adguard.json"
    whole = entry()
    path.write_text(f"{text}\n{whole[:start]}{text}{whole[end:]}\n", "utf-8", "replace")
    sniff(path.read_bytes())
    flow_source("adguard_log").read([SourceFile(str(path))], Reading(Keep()))
