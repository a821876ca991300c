from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.protocols import soap

SAMPLES = [
    json.loads(line)["data"].encode()
    for line in (Path(__file__).parent / "data" / "samples.jsonl").read_text().splitlines()
    if "Envelope" in line
]


def read(data: bytes) -> soap.Node:
    root = soap.parse_xml(data)
    assert root is not None
    return root


def test_undeclared_prefixes_are_matched_by_local_name() -> None:
    root = read(b"<e:Envelope><e:Body><d:Types> a:b </d:Types></e:Body></e:Envelope>")
    assert soap.text_of(root, "Types") == "a:b"
    assert soap.namespace(root) is None


def test_declared_prefixes_have_a_namespace() -> None:
    root = read(b'<e:Envelope xmlns:e="urn:x"/>')
    assert (soap.local(root), soap.namespace(root)) == ("Envelope", "urn:x")


def test_bytes_around_the_envelope() -> None:
    root = read(b"\x00\xffjunk \r\n<?xml version='1.0'?>\r\n<a><b>1</b></a>\r\n\x00\x00trailing <")
    assert soap.text_of(root, "b") == "1"


def test_cut_short() -> None:
    assert soap.text_of(read(b"<a><b>1</b><c>2</c><d"), "c") == "2"


def test_bare_ampersand_and_control_characters() -> None:
    assert "Bosch" in (soap.text_of(read(b"<a><b>Bosch & Co\x01</b></a>"), "b") or "")


def test_attributes_without_a_blank_between_them() -> None:
    root = read(b'<a xmlns:x="urn:x"xmlns:y="urn:y"><b>1</b></a>')
    assert soap.text_of(root, "b") == "1"


def test_wrong_encoding_declaration() -> None:
    root = read('<?xml version="1.0" encoding="utf-8"?><a><b>摄像机</b></a>'.encode("gb18030"))
    assert soap.text_of(root, "b") == "摄像机"


@pytest.mark.parametrize("charset", ["gb2312", "iso-8859-1", "utf-16", "klingon"])
def test_declared_encodings(charset: str) -> None:
    codec = {"klingon": "utf-8"}.get(charset, charset)
    data = f'<?xml version="1.0" encoding="{charset}"?><a><b>x</b></a>'.encode(codec)
    assert soap.text_of(read(data), "b") == "x"


@pytest.mark.parametrize(
    "data",
    [
        b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
        b'<?xml version="1.0"?><!DOCTYPE a SYSTEM "http://192.0.2.1/x.dtd"><a/>',
        b'<!doctype a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
        b"",
        b"no markup",
        b"<",
        b"<>",
        b"\x00",
    ],
)
def test_document_types_and_nothing_are_refused(data: bytes) -> None:
    assert soap.parse_xml(data) is None


def test_undefined_entity_is_not_expanded() -> None:
    assert soap.text_of(read(b"<a><b>1&xx;</b></a>"), "b") in ("1", "1&xx;")


def test_comments_inside_text() -> None:
    assert soap.text_of(read(b"<a><b>1<!-- x -->2</b></a>"), "b") == "12"


def test_namespaces_are_read_even_where_no_parser_goes() -> None:
    assert soap.namespaces(b"<a xmlns='urn:d' xmlns:x = \"urn:x\"><<<") == {
        "": "urn:d",
        "x": "urn:x",
    }
    many = b"".join(b'xmlns:a%d="urn:%d" ' % (n, n) for n in range(2000))
    assert len(soap.namespaces(b"<a " + many + b">")) == 256


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (
            b"<E><Body><Fault><Code><Value>s:Sender</Value><Subcode><Value>ter:NotAuthorized"
            b"</Value></Subcode></Code><Reason><Text>Sender not Authorized</Text></Reason>"
            b"</Fault></Body></E>",
            soap.Fault(
                code="Sender", subcodes=("ter:NotAuthorized",), reason="Sender not Authorized"
            ),
        ),
        (
            b"<E><Body><s:Fault><faultcode>s:Client</faultcode><faultstring>No</faultstring>"
            b"</s:Fault></Body></E>",
            soap.Fault(code="Client", reason="No"),
        ),
        (b"<E><Fault/></E>", soap.Fault(code="")),
    ],
)
def test_faults(data: bytes, fault: soap.Fault) -> None:
    assert soap.fault_of(read(data)) == fault


def test_a_fault_says_words_with_or_without_blanks() -> None:
    fault = soap.Fault(code="Sender", reason="Sender not Authorized")
    assert fault.says("NotAuthorized")
    assert not fault.says("ActionNotSupported")


@pytest.mark.parametrize(("data", "name"), [(b"<:/>", ""), (b"<a::/>", ""), (b"<d:1/>", "1")])
def test_what_is_behind_a_prefix_may_be_no_name(data: bytes, name: str) -> None:
    root = read(data)
    assert soap.local(root) == name
    assert soap.find(root, "Envelope") is None


@given(st.binary(max_size=300), st.sampled_from(SAMPLES), st.integers(0, 5000), st.integers(0, 500))
def test_fuzz_parse_xml(junk: bytes, base: bytes, at: int, cut: int) -> None:
    for raw in (junk, b"<a>" + junk, base[:at] + junk + base[at + cut :], base[:at]):
        root = soap.parse_xml(raw)
        soap.namespaces(raw)
        if root is not None:
            soap.fault_of(root)
            if ":" not in root.tag.rpartition("}")[2]:
                assert soap.find(root, soap.local(root)) is not None


@pytest.mark.alone
@pytest.mark.parametrize(
    "unit", [b"<a>", b"<a ", b"xmlns:a=", b"<?xml ", b"&", b"<a b='", b"<!--", b"<![CDATA[", b"]]>"]
)
def test_fuzz_parse_xml_is_bounded_in_time(unit: bytes) -> None:
    raw = unit * (1_000_000 // len(unit))
    started = time.perf_counter()
    soap.parse_xml(raw)
    soap.parse_xml(b"<e>" + raw)
    soap.namespaces(raw)
    assert time.perf_counter() - started < 3
