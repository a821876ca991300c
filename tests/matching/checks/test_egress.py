"""Destinations and operators."""

from __future__ import annotations

import msgspec
import pytest

from camscan.matching.checks.egress import check
from camscan.matching.egress_file import EgressData, Operator


@pytest.fixture
def codes(data):
    def run(*entries, operators=()) -> list[str]:
        found = EgressData(destinations=entries, operators=operators)
        return [problem.code for problem in check(found, data)]

    return run


def operator(name: str) -> Operator:
    return Operator(id=name, name=name, country=None, file="egress/x.toml")


def test_clean(data, codes) -> None:
    assert codes(data.egress[0]) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"maker": "nobody"}, "unknown-maker"),
        ({"used_by": ("shop", "nobody")}, "unknown-maker"),
        ({"domains": ("local",), "examples": ("x.local",)}, "bad-domain"),
        ({"ports": ("tcp",)}, "bad-port"),
        ({"ports": ("tcp/1-2", "udp/53", "sctp/1")}, "bad-port"),
        ({"ports": ("udp/9-8",)}, "bad-port"),
        ({"ports": ("udp/0",)}, "bad-port"),
        ({"ports": ("udp/60000-70000",)}, "bad-port"),
        ({"networks": ("10.0.0.0/24",)}, "bad-network"),
        ({"networks": ("8.8.8.8/24",)}, "bad-network"),
        ({"networks": ("8.0.0.0/8",)}, "bad-network"),
        ({"examples": ("acme.example",)}, "example-missed"),
        ({"not_examples": ("a.acme-cloud.example",)}, "not-example-hit"),
        ({"source": ("my memory: x",)}, "source-kind"),
        ({"source": ("public-code: x",)}, "source-text"),
    ],
)
def test_faults(data, codes, change, code) -> None:
    assert codes(msgspec.structs.replace(data.egress[0], **change)) == [code]


def test_id_twice(data, codes) -> None:
    entry = data.egress[0]
    assert codes(entry, entry) == ["duplicate-id"]


def test_a_brand_may_run_a_cloud_and_so_may_an_operator(data, codes) -> None:
    entry = data.egress[0]
    assert codes(msgspec.structs.replace(entry, maker="shop")) == []
    other = msgspec.structs.replace(entry, maker="cloudy", used_by=("acme",))
    assert codes(other, operators=(operator("cloudy"),)) == []


def test_an_operator_that_is_a_maker(codes) -> None:
    assert codes(operators=(operator("acme"),)) == ["operator-is-maker"]


def test_one_domain_belongs_to_one_firm(data, codes) -> None:
    entry = data.egress[0]
    other = msgspec.structs.replace(entry, id="bolt.cloud", maker="bolt")
    assert codes(entry, other) == ["two-owners"]
