from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.egress.special import GLOBAL, scope_of


@pytest.mark.parametrize(
    "text, scope",
    [
        ("10.9.8.7", "private"), ("172.31.255.255", "private"), ("172.32.0.0", GLOBAL),
        ("100.64.0.1", "carrier NAT (CGNAT)"), ("100.128.0.0", GLOBAL),
        ("169.254.1.1", "link-local"), ("127.0.0.1", "loopback"), ("0.0.0.0", "this network"),
        ("192.0.0.8", "reserved"), ("192.0.0.9", GLOBAL), ("192.0.2.1", "documentation"),
        ("198.51.100.7", "documentation"), ("203.0.113.255", "documentation"),
        ("198.19.0.1", "benchmarking"), ("239.255.255.250", "multicast"),
        ("240.0.0.1", "reserved"), ("255.255.255.255", "broadcast"),
        ("8.8.8.8", GLOBAL), ("192.88.99.1", GLOBAL), ("223.255.255.255", GLOBAL),
        ("::", "unspecified"), ("::1", "loopback"), ("::2", "reserved"), ("fd00::1", "private"),
        ("fe80::1", "link-local"), ("fec0::1", "site-local"), ("ff02::fb", "multicast"),
        ("2001:db8::1", "documentation"), ("3fff::1", "documentation"), ("100::1", "discard"),
        ("2001:2::1", "benchmarking"), ("2001:20::1", "ORCHID"), ("5f00::1", "segment routing"),
        ("64:ff9b::102:304", GLOBAL), ("64:ff9b:1::1", "private"), ("4000::1", "reserved"),
        ("2001:200::1", GLOBAL), ("2a00:1450::1", GLOBAL), ("2001:0:1::1", GLOBAL),
    ],
)  # fmt: skip
def test_words(text, scope):
    assert scope_of(ip_address(text)) == scope


@given(st.ip_addresses())
def test_fuzz_what_python_calls_private_is_not_global(address):
    # The other way round the versions of Python differ; 64:ff9b::/96 and Teredo are looked into.
    word = scope_of(address)
    assert isinstance(word, str)
    if address.is_multicast or address.is_link_local or address.is_loopback:
        assert word != GLOBAL
