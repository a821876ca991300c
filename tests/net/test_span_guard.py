"""The guard says for arrays exactly what the scope says for each address."""

from __future__ import annotations

from ipaddress import ip_address

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from camscan.net.span_guard import SpanGuard
from camscan.scope import Scope, Span, SpanSet, build_scope


def rows(*addresses):
    packed = b"".join(ip_address(a).packed for a in addresses)
    return np.frombuffer(packed, dtype=np.uint8).reshape(len(addresses), -1)


def test_ipv4_edges_and_exclusions():
    guard = SpanGuard(build_scope(["10.0.0.0/24", "10.0.2.9"], ["10.0.0.7"]))
    asked = ["10.0.0.0", "10.0.0.1", "10.0.0.7", "10.0.0.254", "10.0.0.255", "10.0.2.9", "9.9.9.9"]
    expected = [False, True, False, True, False, True, False]
    assert guard.permits(rows(*asked), 80, "eth0").tolist() == expected


def test_printer_ports_and_impossible_ports_never():
    guard = SpanGuard(build_scope(["10.0.0.0/24"]))
    for port in (*range(9100, 9108), 0, 65536, -1):
        assert not guard.permits(rows("10.0.0.1"), port, "eth0").any()
    assert guard.permits(rows("10.0.0.1"), 9099, "eth0").all()


def test_ipv6_zero_bytes_at_the_end_and_zones():
    guard = SpanGuard(build_scope(["fd00::/120", "fe80::1%eth0", "fd00:0:0:1::-fd00:0:0:1::ff"]))
    asked = ["fd00::", "fd00::ff", "fd00::100", "fd00:0:0:1::", "fd00:0:0:1::100"]
    assert guard.permits(rows(*asked), 80, "eth0").tolist() == [True, True, False, True, False]
    assert guard.permits(rows("fe80::1"), 80, "eth0").all()
    assert not guard.permits(rows("fe80::1"), 80, "eth1").any()


def test_what_no_span_can_permit():
    everything = Scope(v4=SpanSet.of([Span(0, 2**32 - 1)]), v6=SpanSet.of([Span(0, 2**128 - 1)]))
    guard = SpanGuard(everything)
    assert not guard.permits(rows("0.0.0.0", "224.0.0.1", "255.255.255.255"), 80, "x").any()
    assert not guard.permits(rows("::", "ff02::1", "::ffff:10.0.0.1"), 80, "x").any()
    assert guard.permits(rows("10.0.0.1"), 80, "x").all()
    assert not SpanGuard(Scope()).permits(rows("10.0.0.1"), 80, "x").any()


@given(
    st.lists(st.tuples(st.integers(0, 2**32 - 1), st.integers(0, 1000)), max_size=8),
    st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=30),
)
def test_equals_the_scope(spans, values):
    held = [Span(a, min(a + n, 2**32 - 1)) for a, n in spans]
    scope = Scope(v4=SpanSet.of(held))
    texts = [str(ip_address(v)) for v in values + [s.first for s in held] + [s.last for s in held]]
    said = SpanGuard(scope).permits(rows(*texts), 80, "eth0").tolist()
    assert said == [scope.permits(text) for text in texts]


@given(
    st.lists(st.tuples(st.integers(0, 2**128 - 1), st.integers(0, 2**70)), max_size=6),
    st.lists(st.integers(0, 2**128 - 1), min_size=1, max_size=20),
)
def test_equals_the_scope_in_ipv6(spans, values):
    held = [Span(a, min(a + n, 2**128 - 1)) for a, n in spans]
    scope = Scope(v6=SpanSet.of(held))
    numbers = values + [s.first for s in held] + [s.last for s in held]
    parsed = [ip_address(n.to_bytes(16, "big")) for n in numbers]
    texts = [f"{a}%eth0" if a.is_link_local else str(a) for a in parsed]
    packed = np.frombuffer(b"".join(a.packed for a in parsed), dtype=np.uint8).reshape(-1, 16)
    plain = SpanGuard(scope).permits(packed, 80, "eth0").tolist()
    # A mapped address is IPv4 to the scope and never a frame of the guard's.
    expected = [scope.permits(t) and not a.ipv4_mapped for t, a in zip(texts, parsed, strict=True)]
    assert plain == expected
