"""Whose a file of egress/ is, and what it holds."""

from __future__ import annotations

import pytest

from camscan.errors import DataError
from camscan.matching.data import DataFile
from camscan.matching.egress_file import read_egress
from tests.shipped import shipped_data

CLOUD = """
[[destination]]
id = "cloudy.cloud"
domains = ["cloudy.example"]
used_by = ["acme"]
purpose = "push"
breaks = "notices"
examples = ["push.cloudy.example"]
source = ["manual: x"]
"""
CLOCK = """
[[service]]
id = "clock.x"
role = "clock"
name = "X"
domains = ["clock.example"]
source = ["manual: x"]
"""


def file(head: str, body: str) -> DataFile:
    text = f"[egress]\nreviewed = 2026-11-27\n{head}\n{body}"
    return DataFile(name="egress/x.toml", content=text.encode())


def test_an_operator_runs_it_for_others() -> None:
    data = read_egress([file('operator = "cloudy"\nname = "Cloudy"', CLOUD)])
    assert data.destinations[0].maker == "cloudy"
    assert data.destinations[0].used_by == ("acme",)
    assert [(entry.id, entry.name) for entry in data.operators] == [("cloudy", "Cloudy")]


def test_public_services_are_nobodys() -> None:
    data = read_egress([file("", CLOCK), file('maker = "acme"', CLOUD)])
    assert [service.id for service in data.services] == ["clock.x"]
    assert (data.destinations[0].maker, data.operators) == ("acme", ())


@pytest.mark.parametrize(
    ("head", "message"),
    [
        ("", "whose are they"),
        ('maker = "acme"\noperator = "cloudy"', "not both"),
        ('operator = "cloudy"', "has no `name`"),
        ('maker = "acme"\nowner = "x"', "owner"),
    ],
)
def test_what_does_not_load(head: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        read_egress([file(head, CLOUD)])


def test_shipped_operators_have_names() -> None:
    data = shipped_data().egress_data
    assert {"tuya", "throughtek", "cs2"} <= {entry.id for entry in data.operators}
    owners = {entry.maker for entry in (*data.destinations, *data.libraries)}
    fingerprints = shipped_data()
    known = {entry.id for entry in data.operators}
    assert all(name in known or fingerprints.entity(name) is not None for name in owners)
