"""MAC prefixes."""

from __future__ import annotations

import pytest

from camscan.matching.checks.oui import check
from camscan.matching.data import DataRoot
from camscan.matching.load import load


def problems(make_root, old: str, new: str) -> list[tuple[str, str]]:
    data = load(DataRoot(base=make_root({"makers/acme.toml": (old, new)})))
    return [(problem.code, problem.level) for problem in check(data)]


@pytest.mark.parametrize("prefix", ["00:11:22", "00:11:22:3", "00:11:22:33:4", "00-AA-CC"])
def test_sound(make_root, prefix: str) -> None:
    assert problems(make_root, "00:11:22", prefix) == []


@pytest.mark.parametrize("prefix", ["00:11", "0011:22", "02:11:22", "01:11:22", "zz:11:22"])
def test_fault(make_root, prefix: str) -> None:
    assert ("bad-prefix", "error") in problems(make_root, "00:11:22", prefix)


def test_prefix_of_two_firms_and_prefix_written_twice(make_root) -> None:
    assert problems(make_root, "00:11:22", "00:aa:bb") == [("duplicate-oui", "error")]
    twice = 'prefix = "00:11:22"\nowner = "maker"\nsource = ["ieee: registry"]\n\n[[oui]]\n'
    again = problems(make_root, 'prefix = "00:11:22"', twice + 'prefix = "00:11:22"')
    assert again == [("duplicate-oui", "warning")]


def test_unknown_brand(make_root) -> None:
    change = ('owner = "module"', 'owner = "brand"\nbrand = "nobody"')
    assert problems(make_root, *change) == [("unknown-brand", "error")]
