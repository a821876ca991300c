"""Events as the makers' documents and public samples have them (see the module), shortened, in our
own addresses."""

from hypothesis import given
from hypothesis import strategies as st

from camscan.sources.flows.cef import CefEvent, parse_cef
from camscan.sources.flows.leef import LeefEvent
from camscan.sources.flows.native_events import (
    check_point,
    fortigate,
    in_cef,
    palo_alto,
    with_ends,
)

ENDS = {"src": "10.66.1.10", "dst": "36.110.1.1", "spt": "4000", "dpt": "443", "proto": "6"}


def event(vendor, product, code, name, **fields):
    return CefEvent(vendor, product, code, name, ENDS | fields)


def test_fortigate():
    fields = fortigate(
        event("Fortinet", "Fortigate", "00013", "traffic:forward close", cat="traffic:forward",
              FTNTFGTduration="2", out="3652", **{"in": "146668"}, FTNTFGTsentpkt="58", act="close",
              externalId="402", dhost="a-pc")
    )  # fmt: skip
    assert (fields["type"], fields["logid"], fields["sessionid"]) == (
        "traffic",
        "0000000013",
        "402",
    )
    assert (fields["sentbyte"], fields["rcvdbyte"], fields["sentpkt"]) == ("3652", "146668", "58")
    assert (fields["srcip"], fields["dstport"], fields["duration"]) == ("10.66.1.10", "443", "2")
    assert "hostname" not in fields  # what FortiGate calls a machine is not what it asked for
    web = fortigate(
        event("Fortinet", "Fortigate", "1", "x", cat="utm:webfilter", dhost="a.example")
    )
    assert (web["type"], web["hostname"]) == ("utm", "a.example")


def test_palo_alto_means_opposite_things_by_in_and_out():
    sizes = {"in": "100", "out": "900"}
    labels = {"cn1Label": "SessionID", "cn3Label": "Elapsed time in seconds"}
    template = event("Palo Alto Networks", "PAN-OS", "end", "TRAFFIC", **sizes, cn1="77", cn3="9")
    template.fields.update(labels)
    fields = palo_alto(template)
    assert (fields["sent"], fields["received"], fields["subtype"]) == ("100", "900", "end")
    assert (fields["session"], fields["elapsed"]) == ("77", "9")
    service = palo_alto(event("Palo Alto Networks", "LF", "TRAFFIC", "end", **sizes))
    assert (service["sent"], service["received"], service["subtype"]) == ("900", "100", "end")
    url = palo_alto(event("Palo Alto Networks", "LF", "THREAT", "url", request='"a.example/x"'))
    assert (url["type"], url["url"]) == ("THREAT", "a.example/x")
    assert palo_alto(event("Palo Alto Networks", "LF", "SYSTEM", "x")) is None


def test_palo_alto_in_leef():
    known = {
        "cat": "traffic",
        "SubType": "end",
        "src": "10.66.1.10",
        "srcPort": "1",
        "srcBytes": "5",
    }
    fields = palo_alto(LeefEvent("Palo Alto Networks", "x", "drop-reset", known))
    assert (fields["action"], fields["type"], fields["sent"]) == ("drop-reset", "TRAFFIC", "5")
    assert palo_alto(LeefEvent("Palo Alto Networks", "x", "y", {"cat": "system"})) is None


def test_check_point():
    cef = check_point(event("Check Point", "x", "Log", "https", rt="1543270652000", act="Accept",
                            loguid="{0x5}"))  # fmt: skip
    assert (cef["time"], cef["action"], cef["s_port"], cef["service"], cef["loguid"]) == (
        "1543270652000", "Accept", "4000", "443", "{0x5}"
    )  # fmt: skip
    known = {"devTime": "1546548320", "service": "8140", "srcPort": "35354"}
    leef = check_point(LeefEvent("Check Point", "x", "y", known))
    assert (leef["time"], leef["service"], leef["s_port"]) == ("1546548320", "8140", "35354")


def test_ends_in_ipv6_have_fields_of_their_own():
    found = parse_cef(
        "CEF:0|Check Point|x|y|Log|https|Unknown|c6a2=fd00::555 c6a2Label=Source IPv6 Address "
        "c6a3=::1 c6a3Label=Destination IPv6 Address"
    )
    fields = with_ends(found).fields
    assert (fields["src"], fields["dst"]) == ("fd00::555", "::1")
    plain = event("a", "b", "c", "d")
    assert with_ends(plain) is plain
    leef = LeefEvent("a", "b", "c", {"src": "1.1.1.1", "srcPort": "5", "srcMAC": "m"})
    assert in_cef(leef) == {"src": "1.1.1.1", "spt": "5", "smac": "m"}
    assert in_cef(plain) is plain.fields


KEYS = [*ENDS, "cat", "in", "cn1", "cn1Label", "request"]


@given(
    st.dictionaries(st.sampled_from(KEYS), st.text()), st.sampled_from(["TRAFFIC", "THREAT", "x"])
)
def test_fuzz_any_fields(fields, name):
    for made in (CefEvent("a", "PAN-OS", name, "end", fields), LeefEvent("a", "b", name, fields)):
        palo_alto(made)
        check_point(made)
        in_cef(made)
    fortigate(CefEvent("a", "b", name, name, fields))
