"""Evidence ids."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest

from camscan.model.evidence import Evidence, evidence_of, record_of, sighting

ITEM = Evidence(target="10.0.0.1", field="http.server", value="x", method="http", port=80)


def test_the_time_is_no_part_of_the_id() -> None:
    later = msgspec.structs.replace(ITEM, at=datetime(2026, 1, 1, tzinfo=UTC))
    assert later.id == ITEM.id


@pytest.mark.parametrize(
    "change",
    [
        {"target": "10.0.0.2"},
        {"field": "http.title"},
        {"value": "y"},
        {"port": 81},
        {"method": "a"},
    ],
)
def test_everything_else_is(change: dict[str, object]) -> None:
    assert msgspec.structs.replace(ITEM, **change).id != ITEM.id


def test_text_that_is_no_unicode_has_an_id() -> None:
    assert msgspec.structs.replace(ITEM, value="\udcff").id.startswith("e")


def test_a_record_is_evidence_without_its_target() -> None:
    assert evidence_of(ITEM.target, [record_of(ITEM)]) == [ITEM]


def test_what_was_seen_alike_has_one_sighting() -> None:
    assert record_of(ITEM)[2] is sighting("http", 80)
    assert sighting("http", 80) != sighting("http", 81)
