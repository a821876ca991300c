"""Relations from their tables."""

from __future__ import annotations

import pytest

from camscan.errors import DataError
from camscan.matching.relation import RelationTable, build_relation

TABLE = RelationTable(
    brand="b", maker="m", confidence="weak", kind="oem", since=2019, source=("manual: x",)
)


def test_years_are_text() -> None:
    relation = build_relation(TABLE, file="oem.toml", number=4)
    assert (relation.since, relation.until, relation.id) == ("2019", "", "oem.b.m.4")


def test_relation_without_source() -> None:
    with pytest.raises(DataError, match="relation b → m: no source"):
        build_relation(
            RelationTable(brand="b", maker="m", confidence="weak", kind="oem"), file="o", number=1
        )
