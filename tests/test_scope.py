"""What may be touched."""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.errors import ScopeError
from camscan.scope import Scope, Span, SpanSet, build_scope, whole_networks


def test_empty_scope_permits_nothing() -> None:
    assert Scope().refusal("10.0.0.1") == "outside the scope"
    with pytest.raises(ScopeError, match="no target"):
        build_scope([])


def test_deny_wins() -> None:
    scope = build_scope(["10.1.0.0/16"], ["10.1.2.0/24", "10.1.3.7"])
    assert scope.permits("10.1.1.1")
    assert not scope.permits("10.1.2.1")
    assert not scope.permits("10.1.3.7")
    assert "10.1.3.7" not in set(build_scope(["10.1.3.0/29"], ["10.1.3.7"]).addresses())


def test_everything_excluded_is_refused() -> None:
    with pytest.raises(ScopeError, match="every target is excluded"):
        build_scope(["10.1.2.3"], ["10.1.2.0/24"])


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("10.1.2.3", ["10.1.2.3"]),
        ("10.1.2.0/30", ["10.1.2.1", "10.1.2.2"]),
        ("10.1.2.0/31", ["10.1.2.0", "10.1.2.1"]),
        ("10.1.2.10-12", ["10.1.2.10", "10.1.2.11", "10.1.2.12"]),
        ("10.1.2.254-10.1.3.1", ["10.1.2.254", "10.1.2.255", "10.1.3.0", "10.1.3.1"]),
        ("fd00::1-fd00::3", ["fd00::1", "fd00::2", "fd00::3"]),
    ],
)
def test_target_forms(target: str, expected: list[str]) -> None:
    scope = build_scope([target])
    assert list(scope.addresses()) == expected
    assert scope.address_count == len(expected)


def test_target_file(tmp_path: Path) -> None:
    path = tmp_path / "targets"
    path.write_text("# cameras\n10.1.2.3\n\n10.1.2.8/30  # yard\n")
    assert list(build_scope([f"@{path}"]).addresses()) == ["10.1.2.3", "10.1.2.9", "10.1.2.10"]
    missing = tmp_path / "missing"
    with pytest.raises(ScopeError) as told:
        build_scope([f"@{missing}"])
    assert str(told.value) == f"cannot read the target file {missing}: No such file or directory"
    path.write_bytes(b"\xff\xfe10.1.2.3")
    with pytest.raises(ScopeError, match="no UTF-8 text"):
        build_scope([f"@{path}"])


def test_interface_name_and_host_name() -> None:
    scope = build_scope(["eth0"], connected={"eth0": ["10.9.0.1/30", "fe80::1/64"]})
    assert "eth0" in scope.links
    assert scope.permits("10.9.0.2")
    assert scope.permits("fe80::5%eth0")
    assert not scope.permits("fe80::5%eth1")
    assert not scope.permits("fe80::5")
    named = build_scope(["cam.example"], resolve=lambda name: ["10.5.5.5"])
    assert named.permits("10.5.5.5")
    with pytest.raises(ScopeError, match="neither an interface nor a name"):
        build_scope(["cam.example"], resolve=lambda name: [])


@pytest.mark.parametrize(
    "target",
    ["8.8.8.8", "1.0.0.0/8", "0.0.0.0/0", "10.0.0.0/7", "2001:4860::/32", "9.255.255.255-10.0.0.1"],
)
def test_public_addresses_need_the_flag(target: str) -> None:
    with pytest.raises(ScopeError, match="public"):
        build_scope([target])
    assert build_scope([target], allow_public=True).allow_public


def test_private_shared_and_loopback_are_not_public() -> None:
    for target in ("10.0.0.0/8", "100.64.0.0/10", "127.66.0.0/16", "fd00::/8", "169.254.0.0/16"):
        build_scope([target])


def test_directly_connected_public_prefix_needs_no_flag_but_is_remembered() -> None:
    scope = build_scope(["81.2.69.0/28"], connected={"eth0": ["81.2.69.1/28"]})
    assert scope.public_connected == ("81.2.69.0/28",)


@pytest.mark.parametrize("target", ["224.0.0.1", "239.255.255.250", "255.255.255.255", "ff02::c"])
def test_groups_and_broadcast_are_never_targets(target: str) -> None:
    with pytest.raises(ScopeError):
        build_scope([target])
    assert not build_scope(["10.0.0.0/8"]).permits(target)


def test_mapped_addresses_are_judged_as_what_they_are() -> None:
    scope = build_scope(["10.1.2.0/24"], ["10.1.2.9"])
    assert scope.permits("::ffff:10.1.2.3")
    assert not scope.permits("::ffff:10.1.2.9")


@pytest.mark.parametrize(
    "text", ["", "10.1.2", "10.1.2.3/33", "10.1.2.9-3", "a b", "10.1.2.3;rm", "!"]
)
def test_what_is_no_target_is_refused_with_the_forms(text: str) -> None:
    with pytest.raises(ScopeError):
        build_scope([text])


def test_covers_needs_the_whole_subnet() -> None:
    network = ip_network("10.1.2.0/24")
    assert build_scope(["10.1.2.0/24"]).covers(network)
    assert build_scope(["10.1.0.0/16"]).covers(network)
    assert not build_scope(["10.1.2.0/25"]).covers(network)
    assert not build_scope(["10.1.2.0/24"], ["10.1.2.77"]).covers(network)


def test_sites_and_coverage_rows() -> None:
    scope = build_scope(
        ["10.1.0.0/23", "10.9.9.9"], sites={"Town": ["10.1.0.0/24"], "Hall": ["10.1.0.64/26"]}
    )
    assert scope.site_of("10.1.0.5") == "Town"
    assert scope.site_of("10.1.0.70") == "Hall"
    assert scope.site_of("10.1.1.5") is None
    assert [(s.cidr, s.site) for s in scope.subnets] == [
        ("10.1.0.0/24", "Town"),
        ("10.1.0.64/26", "Hall"),
        ("10.1.1.0/24", None),
        ("10.9.9.0/24", None),
    ]


def test_large_ipv6_ranges_are_named_not_enumerated() -> None:
    scope = build_scope(["fd00::/64"])
    assert scope.address_count == 0
    assert list(scope.addresses()) == []
    assert len(scope.too_large()) == 1


def test_whole_networks_include_their_edges() -> None:
    v4, _ = whole_networks(["10.0.0.0/24"])
    assert v4.covers(Span(0x0A000000, 0x0A0000FF))


spans = st.lists(
    st.tuples(st.integers(0, 300), st.integers(0, 30)).map(lambda p: Span(p[0], p[0] + p[1])),
    max_size=12,
)


@given(spans, spans)
def test_span_sets_behave_as_sets(first: list[Span], second: list[Span]) -> None:
    def members(parts: list[Span]) -> set[int]:
        return {v for s in parts for v in range(s.first, s.last + 1)}

    left = SpanSet.of(first).minus(SpanSet.of(second))
    wanted = members(first) - members(second)
    assert {v for v in range(400) if v in left} == wanted
    assert left.total() == len(wanted)


@given(st.text(max_size=40))
def test_any_text_is_refused_or_a_scope(text: str) -> None:
    try:
        scope = build_scope([text])
    except ScopeError:
        return
    first = next(iter(scope.addresses()), None)
    assert first is None or ip_address(first.partition("%")[0])
