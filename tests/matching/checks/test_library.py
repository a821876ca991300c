"""P2P libraries."""

from __future__ import annotations

import msgspec
import pytest

from camscan.matching.checks.library import check
from camscan.matching.library import LibraryTable, build_library


@pytest.fixture
def codes(data):
    def run(*libraries) -> list[str]:
        return [problem.code for problem in check(libraries, data)]

    return run


def library(name="acme.p2p", first=None, **more):
    table = {
        "id": name,
        "name": name,
        "ports": ["udp/9000"],
        "first": first or [{"transport": "udp", "hex": "ac3e"}],
        "breaks": "x",
        "examples": [{"port": "udp/9000", "hex": "ac3e00"}],
        "source": ["manual: x"],
        **more,
    }
    return build_library(msgspec.convert(table, LibraryTable), maker="acme", file="f")


def test_clean(codes) -> None:
    assert codes(library()) == []


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"ports": ["udp"]}, "no-port"),
        ({"ports": ["tcp/9000"]}, "no-port"),
        ({"used_by": ["nobody"]}, "unknown-maker"),
        ({"source": ["rumour: x"]}, "source-kind"),
        ({"examples": [{"port": "udp/9001", "hex": "ac3e"}]}, "example-missed"),
        ({"examples": [{"port": "udp/9000", "hex": "ac"}]}, "example-missed"),
        ({"not_examples": [{"port": "udp/9000", "hex": "ac3eff"}]}, "not-example-hit"),
        (
            {"first": [{"transport": "udp", "hex": "ac3e", "anywhere": True}]},
            "weak-signature",
        ),
    ],
)
def test_faults(codes, more, code) -> None:
    assert code in codes(library(**more))


def test_example_that_another_library_takes(codes) -> None:
    longer = library("bolt.p2p", first=[{"transport": "udp", "hex": "ac3e00"}])
    assert codes(library(), longer) == ["collision"]


def test_id_twice(codes) -> None:
    assert codes(library(), library()) == ["duplicate-id"]
