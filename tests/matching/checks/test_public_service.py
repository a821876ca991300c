"""Public resolvers and clocks."""

from __future__ import annotations

import msgspec
import pytest

from camscan.matching.checks.public_service import check
from camscan.matching.public_service import ServiceTable, build_service

TABLE = ServiceTable(
    id="resolver.x",
    role="resolver",
    name="X",
    country="US",
    addresses=("8.8.8.8",),
    domains=("dns.x.example",),
    asked_by=("acme",),
    source=("manual: x",),
)


@pytest.fixture
def codes(data):
    def run(*tables) -> list[str]:
        services = [build_service(table, file="f") for table in tables]
        return [problem.code for problem in check(services, data)]

    return run


def changed(**change) -> ServiceTable:
    return msgspec.structs.replace(TABLE, **change)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"addresses": ("8.8.8",)}, "bad-address"),
        ({"addresses": ("192.168.1.1",)}, "bad-address"),
        ({"addresses": ("2001:4860:4860:0::8888",)}, "bad-address"),
        ({"domains": ("localhost",)}, "bad-domain"),
        ({"asked_by": ("nobody",)}, "unknown-maker"),
        ({"source": ("rumour: x",)}, "source-kind"),
        ({"country": "XX"}, "unknown-country"),
    ],
)
def test_faults(codes, change, code) -> None:
    assert codes(TABLE) == []
    assert codes(changed(**change)) == [code]


def test_one_address_has_one_owner_in_each_role(codes) -> None:
    other = changed(id="resolver.y", domains=())
    assert codes(TABLE, other) == ["two-owners"]
    assert codes(TABLE, msgspec.structs.replace(other, id="clock.y", role="clock")) == []


def test_id_twice(codes) -> None:
    assert codes(TABLE, TABLE) == ["duplicate-id"]
