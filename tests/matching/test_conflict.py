"""Two makers in one field of one port."""

from __future__ import annotations

from camscan.matching.conflict import Conflict, find_conflict
from camscan.matching.support import Origin, Support
from camscan.model.evidence import Evidence
from tests.shipped import shipped_data

WORDS = shipped_data().vocabulary


def support(maker: str, field: str, port: int | None, points: int = 60) -> Support:
    evidence = Evidence(target="t", field=field, value=maker, method="x", port=port)
    return Support(
        attribute="maker",
        value=maker,
        key=maker,
        points=points,
        group=field,
        rule="r",
        origin=Origin.MAKER,
        evidence=(evidence,),
    )


def test_same_field_and_port() -> None:
    found = find_conflict([support("b", "f", 80), support("a", "f", 80)], WORDS)
    assert found == Conflict(field="f", port=80, makers=("a", "b"))
    assert found.reason == "f of port 80 names a and b at once"


def test_no_conflict() -> None:
    for second in (support("b", "f", 81), support("b", "g", 80), support("a", "f", 80)):
        assert find_conflict([support("a", "f", 80), second], WORDS) is None
    weaker = support("b", "f", 80, points=30)
    assert find_conflict([support("a", "f", 80), weaker], WORDS) is None
