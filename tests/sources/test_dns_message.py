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
