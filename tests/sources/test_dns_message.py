from hypothesis import given
from hypothesis import strategies as st

from camscan.sources.dns_message import read_message


def test_question(wire):
    found = read_message(wire.dns("Dev.Hik-Connect.com", answer=False))
    assert (found.is_answer, found.name, found.kind) == (False, "dev.hik-connect.com", 1)
    assert found.addresses == ()


def test_answer_with_both_families(wire):
    found = read_message(wire.dns("a.example", "1.2.3.4", "2001:db8::1"))
    assert found.is_answer
    assert sorted(found.addresses) == ["1.2.3.4", "2001:db8::1"]


def test_answer_through_a_canonical_name():
    import dns.message
    import dns.rrset

    answer = dns.message.make_response(dns.message.make_query("cam.example", "A"))
    answer.answer.append(dns.rrset.from_text("cam.example.", 9, "IN", "CNAME", "x.cdn.example."))
    answer.answer.append(dns.rrset.from_text("x.cdn.example.", 9, "IN", "A", "9.8.7.6"))
    found = read_message(answer.to_wire())
    assert (found.name, found.addresses) == ("cam.example", ("9.8.7.6",))


def test_the_id_does_not_matter(wire):
    assert read_message(wire.dns("a.example", identification=1)) == read_message(
        wire.dns("a.example", identification=9)
    )


def test_cut_answer_keeps_its_question(wire):
    whole = wire.dns("a.example", "1.2.3.4")
    assert read_message(whole[:-6]).name == "a.example"
    assert read_message(whole[:14]) is None
    assert read_message(b"") is None


@given(st.binary(max_size=120))
def test_fuzz_any_bytes(data):
    read_message(data)
    read_message(b"\0\1\x81\x80\0\1\0\2\0\0\0\0" + data)


_LABEL = st.binary(min_size=1, max_size=12)


@given(st.lists(_LABEL, min_size=1, max_size=4), st.lists(st.ip_addresses(), max_size=5))
def test_names_and_addresses_agree_with_dnspython(labels, addresses):
    import dns.message
    import dns.name
    import dns.rrset

    name = dns.name.Name([*labels, b""])
    question = dns.message.make_query(name, "AAAA")
    answer = dns.message.make_response(question)
    answer.answer.append(dns.rrset.from_text(name, 9, "IN", "CNAME", "x.cdn.example."))
    alias = dns.name.from_text("x.cdn.example.")
    for address in addresses:
        kind = "A" if address.version == 4 else "AAAA"
        answer.answer.append(dns.rrset.from_text(alias, 9, "IN", kind, str(address)))
    found = read_message(answer.to_wire())
    assert found.name == name.to_text(omit_final_dot=True).lower()
    assert (found.kind, found.is_answer) == (28, True)
    assert found.addresses == tuple(str(address) for address in addresses)
    assert read_message(question.to_wire()).name == found.name


def test_names_that_lead_nowhere():
    head = b"\0\1\x01\x00\0\1\0\0\0\0\0\0"
    assert read_message(head + b"\xc0\x0c\0\1\0\1") is None  # to itself
    assert read_message(head + b"\xc0\x20\0\1\0\1") is None  # forwards
    assert read_message(head + b"\x3f" + b"a" * 20) is None
    assert read_message(head + (b"\x3f" + b"a" * 63) * 4 + b"\0\0\1\0\1") is None
