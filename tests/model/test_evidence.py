"""Evidence ids."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest

from camscan.model.evidence import Evidence

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
