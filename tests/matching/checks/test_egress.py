"""Destinations."""

from __future__ import annotations

import msgspec

from camscan.matching.checks.egress import check

MAKERS = frozenset({"acme"})


def codes(entry) -> list[str]:
    return [problem.code for problem in check([entry], MAKERS)]


def test_clean(data) -> None:
    assert codes(data.egress[0]) == []


def test_faults(data) -> None:
    entry = data.egress[0]
    for change, code in (
        ({"maker": "nobody"}, "unknown-maker"),
        ({"domains": ("local",), "examples": ("x.local",)}, "bad-domain"),
        ({"ports": ("tcp",)}, "bad-port"),
        ({"ports": ("tcp/1-2", "udp/53", "sctp/1")}, "bad-port"),
        ({"examples": ("acme.example",)}, "example-missed"),
        ({"not_examples": ("a.acme-cloud.example",)}, "not-example-hit"),
    ):
        assert codes(msgspec.structs.replace(entry, **change)) == [code]


def test_id_twice(data) -> None:
    entry = data.egress[0]
    assert [problem.code for problem in check([entry, entry], MAKERS)] == ["duplicate-id"]
